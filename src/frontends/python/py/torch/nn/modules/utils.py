"""Small helpers of modules: numbers that may be given once for all dimensions."""

import types
from collections.abc import Iterable as _Iterable


def _ntuple(n, name="parse"):
    def parse(x):
        return tuple(x) if isinstance(x, _Iterable) else (x,) * n

    parse.__name__ = name
    return parse


_single = _ntuple(1, "_single")
_pair = _ntuple(2, "_pair")
_triple = _ntuple(3, "_triple")
_quadruple = _ntuple(4, "_quadruple")


def _reverse_repeat_tuple(t, n):
    """(a, b) → (b, b, a, a) for n = 2: the order in which F.pad wants paddings."""
    return tuple(x for x in reversed(t) for _ in range(n))


def inplace_text(module, separator=", "):
    """How an inplace flag shows in `repr`."""
    return f"{separator}inplace=True" if module.inplace else ""


def own_init(cls):
    """Class decorator: the constructor that it inherits becomes its own, so that errors name this class and not a private one."""
    shared = cls.__init__
    made = types.FunctionType(shared.__code__, shared.__globals__, "__init__", shared.__defaults__, shared.__closure__)
    made.__kwdefaults__ = shared.__kwdefaults__
    made.__qualname__ = f"{cls.__name__}.__init__"
    cls.__init__ = made
    return cls
