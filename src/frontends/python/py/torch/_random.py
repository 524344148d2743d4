"""Random state."""

from . import _bridge as B
from ._bridge import natives, wrap
from ._dtypes import _BY_NAME, device as _device


class Generator(B.Held):
    """A random stream of its own."""

    __module__ = "torch._C"

    def __init__(self, device="cpu"):
        kind = _device(device).type
        if kind != "cpu":
            raise RuntimeError(f"Device type {kind.upper()} is not supported for torch.Generator() api.")
        self._h = natives.generator_new()

    def manual_seed(self, seed):
        if not isinstance(seed, int) or isinstance(seed, bool):
            raise RuntimeError(f"manual_seed expected a long, but got {type(seed).__name__}")
        if not -(2**63) <= seed < 2**64:
            raise RuntimeError("Overflow when unpacking long")
        natives.generator_seed(self, str(int(seed)))
        return self

    @B.takes_nothing
    def seed(self):
        return natives.generator_random_seed(self)

    @B.takes_nothing
    def initial_seed(self):
        return int(natives.generator_initial_seed(self))

    @B.takes_nothing
    def get_state(self):
        return wrap(natives.generator_get_state(self))

    def set_state(self, state):
        if getattr(state, "dtype", None) is not _BY_NAME["uint8"]:
            raise TypeError("RNG state must be a torch.ByteTensor")
        natives.generator_set_state(self, state)
        return self

    def clone_state(self):
        g = Generator()
        g.set_state(self.get_state())
        return g

    @property
    def device(self):
        from ._dtypes import device

        return device("cpu")

def _default():
    g = object.__new__(Generator)
    g._h = natives.generator_default()
    return g


default_generator = _default()


def manual_seed(seed):
    """Seeds the global random stream."""
    return default_generator.manual_seed(int(seed))


def seed():
    return default_generator.seed()


def initial_seed():
    return default_generator.initial_seed()


def get_rng_state():
    return default_generator.get_state()


def set_rng_state(new_state):
    default_generator.set_state(new_state)
