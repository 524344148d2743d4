"""numpy.random: the global RandomState's functions, RandomState, Generator and default_rng."""

from ._generator import Generator, default_rng
from ._legacy import RandomState
from ._streams import PCG64, SeedSequence

_state = RandomState()
for _name in dir(RandomState):
    if not _name.startswith("_"):
        globals()[_name] = getattr(_state, _name)
mtrand = _state


def __getattr__(name):
    raise AttributeError(f"numpy.random.{name} is not part of Backstep")
