"""Padding as modules."""

from .. import functional as F
from .module import Module
from .utils import _ntuple, _pair, _quadruple, own_init

_KINDS = ["Constant", "Zero", "Reflection", "Replication", "Circular"]
__all__ = [f"{kind}Pad{n}d" for kind in _KINDS for n in (1, 2, 3)]
_sextuple = _ntuple(6, "_ntuple")


class _ConstantPadNd(Module):
    __constants__ = ["padding", "value"]

    def __init__(self, value):
        super().__init__()
        self.value = value

    def forward(self, input):
        return F.pad(input, self.padding, "constant", self.value)

    def extra_repr(self):
        return f"padding={self.padding}, value={self.value}"


class ConstantPad1d(_ConstantPadNd):
    def __init__(self, padding, value):
        super().__init__(value)
        self.padding = _pair(padding)


class ConstantPad2d(_ConstantPadNd):
    def __init__(self, padding, value):
        super().__init__(value)
        self.padding = _quadruple(padding)


class ConstantPad3d(_ConstantPadNd):
    def __init__(self, padding, value):
        super().__init__(value)
        self.padding = _sextuple(padding)


class ZeroPad1d(ConstantPad1d):
    def __init__(self, padding):
        super().__init__(padding, 0.0)

    def extra_repr(self):
        return f"{self.padding}"


class ZeroPad2d(ConstantPad2d):
    def __init__(self, padding):
        super().__init__(padding, 0.0)

    def extra_repr(self):
        return f"{self.padding}"


class ZeroPad3d(ConstantPad3d):
    def __init__(self, padding):
        super().__init__(padding, 0.0)

    def extra_repr(self):
        return f"{self.padding}"


class _PadNd(Module):
    """A padding that takes its values from the input."""

    __constants__ = ["padding"]
    _expand = staticmethod(_pair)
    _mode = "reflect"

    def __init__(self, padding):
        super().__init__()
        self.padding = self._expand(padding)

    def forward(self, input):
        return F.pad(input, self.padding, self._mode)

    def extra_repr(self):
        return f"{self.padding}"


class _ReflectionPadNd(_PadNd):
    pass


@own_init
class ReflectionPad1d(_ReflectionPadNd):
    pass


@own_init
class ReflectionPad2d(_ReflectionPadNd):
    _expand = staticmethod(_quadruple)


@own_init
class ReflectionPad3d(_ReflectionPadNd):
    _expand = staticmethod(_sextuple)


class _ReplicationPadNd(_PadNd):
    _mode = "replicate"


@own_init
class ReplicationPad1d(_ReplicationPadNd):
    pass


@own_init
class ReplicationPad2d(_ReplicationPadNd):
    _expand = staticmethod(_quadruple)


@own_init
class ReplicationPad3d(_ReplicationPadNd):
    _expand = staticmethod(_sextuple)


class _CircularPadNd(_PadNd):
    _mode = "circular"
    _dims = 1

    def _check_input_dim(self, input):
        low = self._dims + 1
        if input.dim() not in (low, low + 1):
            raise ValueError(f"expected {low}D or {low + 1}D input (got {input.dim()}D input)")

    def forward(self, input):
        self._check_input_dim(input)
        return F.pad(input, self.padding, "circular")


@own_init
class CircularPad1d(_CircularPadNd):
    pass


@own_init
class CircularPad2d(_CircularPadNd):
    _expand = staticmethod(_quadruple)
    _dims = 2


@own_init
class CircularPad3d(_CircularPadNd):
    _expand = staticmethod(_sextuple)
    _dims = 3
