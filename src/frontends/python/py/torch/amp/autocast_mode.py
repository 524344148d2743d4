"""torch.autocast: regions in which operators choose the precision of their arguments (src/engine/autocast.ts)."""

import collections.abc as _abc
import functools as _functools

from .. import _autocast as _state
from .._bridge import is_array as _is_array, warn as _warn
from .._dtypes import NAMES
from .._tensor import Tensor

__all__ = ["autocast", "is_autocast_available", "custom_fwd", "custom_bwd"]

# Devices whose dtypes are checked, with what PyTorch calls them and the dtypes it says they take.
_CHECKED = {
    "cpu": ("CPU", "dtype of torch.bfloat16, torch.float16"),
    "xpu": ("XPU", "dtypes of torch.bfloat16 and torch.float16"),
    "ipu": ("IPU", "dtypes of torch.bfloat16 and torch.float16"),
    "hpu": ("HPU", "dtypes of torch.bfloat16 and torch.float16"),
    "mps": ("MPS", "dtype of torch.bfloat16 and torch.float16"),
    "xla": ("XLA", "dtype of torch.bfloat16"),
}


def is_autocast_available(device_type):
    """Is there autocast for that type of device? (Not: is there such a device.)"""
    return _state.is_available(device_type)


def _check_type(device_type):
    if not isinstance(device_type, str):
        raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")


class autocast:
    """A context manager and decorator: inside, operators on PyTorch's lists cast their floating point arguments to `dtype` or float32."""

    def __init__(self, device_type, dtype=None, enabled=True, cache_enabled=None):
        _check_type(device_type)
        self.device = device_type
        self.fast_dtype = _state.get_autocast_dtype(device_type) if dtype is None else dtype
        if not is_autocast_available(device_type):
            raise RuntimeError(f"User specified an unsupported autocast device_type '{device_type}'")
        self._cache_enabled = _state.is_autocast_cache_enabled() if cache_enabled is None else cache_enabled
        if enabled and device_type == "cuda":
            _warn("User provided device_type of 'cuda', but CUDA is not available. Disabling")
            enabled = False
        # The CPU's dtype is only looked at when the region is enabled.
        if device_type in _CHECKED and self.fast_dtype not in (NAMES["bfloat16"], NAMES["float16"]) and (enabled or device_type != "cpu"):
            name, dtypes = _CHECKED[device_type]
            _warn(
                f"In {name} autocast, but the target dtype is not supported. Disabling autocast.\n"
                f"{name} Autocast only supports {dtypes} currently."
            )
            enabled = False
        self._enabled = enabled

    def __enter__(self):
        self.prev_cache_enabled = _state.is_autocast_cache_enabled()
        self.prev = _state.is_autocast_enabled(self.device)
        self.prev_fastdtype = _state.get_autocast_dtype(self.device)
        self._set(self._enabled, self.fast_dtype, self._cache_enabled)
        _state.autocast_increment_nesting()

    def __exit__(self, *exc):
        if _state.autocast_decrement_nesting() == 0:
            _state.clear_autocast_cache()
        self._set(self.prev, self.prev_fastdtype, self.prev_cache_enabled)
        return False

    def _set(self, enabled, dtype, cache_enabled):
        _state.set_autocast_enabled(self.device, enabled)
        _state.set_autocast_dtype(self.device, dtype)
        _state.set_autocast_cache_enabled(cache_enabled)

    def __call__(self, function):
        @_functools.wraps(function)
        def decorate_autocast(*args, **kwargs):
            with self:
                return function(*args, **kwargs)

        return decorate_autocast


def _cast(value, device_type, dtype):
    """Casts the tensors in nested containers that autocast may cast."""
    if isinstance(value, Tensor):
        casts = value.is_floating_point() and value.device.type == device_type and value.dtype is not NAMES["float64"]
        return value.to(dtype) if casts else value
    if isinstance(value, (str, bytes)) or _is_array(value):
        return value
    if isinstance(value, _abc.Mapping):
        return {_cast(k, device_type, dtype): _cast(v, device_type, dtype) for k, v in value.items()}
    if isinstance(value, _abc.Iterable):
        cast = (_cast(v, device_type, dtype) for v in value)
        return type(value)(cast) if isinstance(value, (list, tuple)) else cast
    return value


def custom_fwd(fwd=None, *, device_type, cast_inputs=None):
    """Decorates the forward of an autograd.Function: it remembers the region it ran in, or casts its inputs and runs outside."""
    _check_type(device_type)
    if fwd is None:
        return _functools.partial(custom_fwd, device_type=device_type, cast_inputs=cast_inputs)

    @_functools.wraps(fwd)
    def decorate_fwd(*args, **kwargs):
        ctx = args[0]
        ctx._dtype = _state.get_autocast_dtype(device_type)
        inside = _state.is_autocast_enabled(device_type)
        ctx._fwd_used_autocast = inside and cast_inputs is None
        if cast_inputs is None or not inside:
            return fwd(*args, **kwargs)
        with autocast(device_type, enabled=False):
            return fwd(*_cast(args, device_type, cast_inputs), **_cast(kwargs, device_type, cast_inputs))

    return decorate_fwd


def custom_bwd(bwd=None, *, device_type):
    """Decorates the backward of an autograd.Function whose forward is decorated by custom_fwd: it runs in the same kind of region."""
    _check_type(device_type)
    if bwd is None:
        return _functools.partial(custom_bwd, device_type=device_type)

    @_functools.wraps(bwd)
    def decorate_bwd(*args, **kwargs):
        with autocast(device_type, enabled=args[0]._fwd_used_autocast, dtype=args[0]._dtype):
            return bwd(*args, **kwargs)

    return decorate_bwd
