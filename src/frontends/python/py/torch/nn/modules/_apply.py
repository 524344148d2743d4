"""Methods of Module that change all tensors at once: conversion, modes, gradients."""

import builtins as _b

from ..._tensor import check_device, no_data
from ..parameter import Parameter


def _no_grad():
    from ... import no_grad

    return no_grad()


def _apply(self, fn, recurse=True):
    if recurse:
        for module in self.children():
            module._apply(fn)
    for key, param in self._parameters.items():
        if param is None:
            continue
        with _no_grad():
            applied = fn(param)
        differentiable = applied.dtype.is_floating_point or applied.dtype.is_complex
        if applied.is_meta is param.is_meta and (differentiable or applied.dtype is param.dtype):
            param.data = applied
        else:
            self._parameters[key] = param = Parameter(applied, param.requires_grad)
        grad = param.grad if param.is_leaf else None
        if grad is not None:
            with _no_grad():
                grad_applied = fn(grad)
            param.grad = grad_applied.requires_grad_(grad.requires_grad)
    for key, buffer in self._buffers.items():
        if buffer is not None:
            self._buffers[key] = fn(buffer)
    return self


def apply(self, fn):
    """Calls `fn` with every submodule, then with the module."""
    for module in self.children():
        module.apply(fn)
    fn(self)
    return self


def to(self, *args, **kwargs):
    """Moves and converts parameters and buffers (floating point ones only, when a dtype is given)."""
    from ..._tensor import to_arguments

    if not args and not kwargs:
        return self
    dtype, device, _copy, memory_format = to_arguments(*args, **kwargs)
    if dtype is not None and not (dtype.is_floating_point or dtype.is_complex):
        raise TypeError(f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={dtype}")

    def convert(t):
        if t.is_meta and device is not None and device.type != "meta":
            raise NotImplementedError(f"{no_data()} {_EMPTY_INSTEAD}")
        kind = dtype if t.dtype.is_floating_point or t.dtype.is_complex else None
        return t.to(device, kind, memory_format=memory_format if t.ndim in (4, 5) else None)

    return self._apply(convert)


_EMPTY_INSTEAD = (
    "Please use torch.nn.Module.to_empty() instead of torch.nn.Module.to() when moving module from meta to a different device."
)


def _convert(self, name):
    return self._apply(lambda t: getattr(t, name)() if t.dtype.is_floating_point else t)


def float(self):
    return _convert(self, "float")


def double(self):
    return _convert(self, "double")


def half(self):
    return _convert(self, "half")


def bfloat16(self):
    return _convert(self, "bfloat16")


def type(self, dst_type):
    return self._apply(lambda t: t.type(dst_type))


def cpu(self):
    return self._apply(lambda t: t.cpu())


def cuda(self, device=None):
    return self.to("cuda" if device is None else device)


def xpu(self, device=None):
    check_device("xpu")


def ipu(self, device=None):
    check_device("ipu")


def to_empty(self, *, device, recurse=True):
    from ... import empty_like

    return self._apply(lambda t: empty_like(t, device=device), recurse=recurse)


def share_memory(self):
    return self._apply(lambda t: t.share_memory_())


def train(self, mode=True):
    """Training mode: matters to dropout, batch norm and the like."""
    if not isinstance(mode, _b.bool):
        raise ValueError("training mode is expected to be boolean")
    self.training = mode
    for module in self.children():
        module.train(mode)
    return self


def eval(self):
    return self.train(False)


def requires_grad_(self, requires_grad=True):
    for p in self.parameters():
        p.requires_grad_(requires_grad)
    return self


def zero_grad(self, set_to_none=True):
    """Forgets the gradients of all parameters, or sets them to zero."""
    if getattr(self, "_is_replica", False):
        return
    for p in self.parameters():
        grad = p.grad
        if grad is None:
            continue
        if set_to_none:
            p.grad = None
        else:
            if grad.grad_fn is not None:
                grad.detach_()
            else:
                grad.requires_grad_(False)
            grad.zero_()


def compile(self, *args, **kwargs):
    """Everything runs eagerly here: nothing to do."""
