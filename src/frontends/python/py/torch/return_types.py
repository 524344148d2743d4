"""torch.return_types: the named tuples of operators, by the operator's name."""

from . import _bridge as _B
from ._return_types import structure as _structure

for _entry in _B.TABLE["operators"]:
    if _entry["result"]:
        globals().setdefault(_entry["name"], _structure(_entry["name"], _entry["result"]))
