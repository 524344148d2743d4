"""torch.linalg."""

import sys as _sys

from . import _bridge as _B
from . import _namespaces

from ._bridge import _LinAlgError as LinAlgError

_module = _sys.modules[__name__]
_namespaces.install(_module, "linalg")


def _publish(name):
    """Functions whose operator the engine keeps in its private place."""
    for number, entry in enumerate(_B.TABLE["operators"]):
        if entry["name"] == "linalg_" + name:
            f = _namespaces.function(number, "linalg_" + name, entry["result"])
            f.__module__ = __name__
            setattr(_module, name, f)
            return


_publish("cross")


def matmul(input, other, *, out=None):
    import torch

    return torch.matmul(input, other) if out is None else torch.matmul(input, other, out=out)
