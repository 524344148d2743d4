"""einops.layers.torch: Rearrange, Reduce, EinMix."""

import torch as _torch
from torch import nn as _nn

from .. import rearrange as _rearrange, reduce as _reduce
from .._pattern import EinopsError, Side

__all__ = ["Rearrange", "Reduce", "EinMix"]


class Rearrange(_nn.Module):
    """einops.rearrange as a module."""

    def __init__(self, pattern, **axes_lengths):
        super().__init__()
        self.pattern, self.axes_lengths = pattern, axes_lengths

    def __repr__(self):
        return f"{type(self).__name__}({_arguments(self.pattern, **self.axes_lengths)})"

    def forward(self, x):
        return _rearrange(x, self.pattern, **self.axes_lengths)


class Reduce(_nn.Module):
    """einops.reduce as a module."""

    def __init__(self, pattern, reduction, **axes_lengths):
        super().__init__()
        self.pattern, self.reduction, self.axes_lengths = pattern, reduction, axes_lengths

    def __repr__(self):
        return f"{type(self).__name__}({_arguments(self.pattern, self.reduction, **self.axes_lengths)})"

    def forward(self, x):
        return _reduce(x, self.pattern, self.reduction, **self.axes_lengths)


class EinMix(_nn.Module):
    """A linear layer by a pattern: which axes are contracted with the weight and which the weight adds."""

    def __init__(self, pattern, weight_shape, bias_shape=None, **axes_lengths):
        super().__init__()
        self.pattern, self.weight_shape, self.bias_shape, self.axes_lengths = pattern, weight_shape, bias_shape, axes_lengths
        left, right = (Side(side) for side in pattern.split("->"))
        weight = Side(weight_shape)
        names = lambda side: [name for group in side.groups if group != "..." for name in group]
        missing = [name for name in names(weight) if name not in axes_lengths]
        if missing:
            raise EinopsError(f"Sizes of axes {set(missing)} are not provided for weight")
        simple = lambda side: " ".join(group if group == "..." else " ".join(group) for group in side.groups)
        self._before = f"{pattern.split('->')[0]}-> {simple(left)}" if any(g != "..." and len(g) != 1 for g in left.groups) else None
        self._after = f"{simple(right)} ->{pattern.split('->')[1]}" if any(g != "..." and len(g) != 1 for g in right.groups) else None
        self._equation = f"{simple(left)}, {simple(weight)} -> {simple(right)}"
        self._lengths = (left.names, right.names)
        sizes = [axes_lengths[name] for name in names(weight)]
        contracted = [axes_lengths[name] for name in names(weight) if name not in right.names]
        bound = (3.0 / _torch.tensor(contracted).prod().item()) ** 0.5
        self.weight = _nn.Parameter(_torch.zeros(sizes).uniform_(-bound, bound))
        if bias_shape is None:
            self.bias = None
        else:
            wanted = names(Side(bias_shape))
            shape = [axes_lengths[name] if name in wanted else 1 for name in names(right)]
            self.bias = _nn.Parameter(_torch.zeros(shape).uniform_(-bound, bound))

    def __repr__(self):
        shapes = (self.weight_shape,) if self.bias_shape is None else (self.weight_shape, self.bias_shape)
        return f"{type(self).__name__}({_arguments(self.pattern, *shapes, **self.axes_lengths)})"

    def forward(self, x):
        from .. import einsum

        left, right = ({k: v for k, v in self.axes_lengths.items() if k in names} for names in self._lengths)
        if self._before:
            x = _rearrange(x, self._before, **left)
        x = einsum(x, self.weight, self._equation)
        if self.bias is not None:
            x = x + self.bias
        return _rearrange(x, self._after, **right) if self._after else x


def _arguments(*args, **kwargs):
    return ", ".join([repr(a) for a in args] + [f"{k}={v}" for k, v in kwargs.items()])
