"""The `torch` package of Backstep: PyTorch's Python surface over Backstep's own engine."""

import builtins as _b
import math as _math
import sys as _sys

from . import _bridge as _B
from ._dtypes import (
    NAMES as _DTYPE_NAMES, OUTER_DEVICES as _outer_devices, Size, channels_last, channels_last_3d, contiguous_format, device, dtype, finfo, iinfo, layout,
    memory_format, preserve_format, sparse_coo, strided,
)
from ._tensor import Tensor
from . import _tensor
from ._creation import LEGACY as _LEGACY, as_tensor, from_numpy, tensor
from ._bridge import natives as _natives, takes as _takes, takes_nothing as _takes_nothing, wrap as _wrap, warn as _warn
from ._return_types import structure as _structure
from . import _namespaces

for _name, _dtype in _DTYPE_NAMES.items():
    globals()[_name] = _dtype
for _name, _cls in _LEGACY.items():
    globals()[_name] = _cls
_namespaces.install(_sys.modules[__name__], "torch")

inf, nan, pi, e = _math.inf, _math.nan, _math.pi, _math.e
newaxis = None

from .autograd.grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled  # noqa: E402
from . import autograd  # noqa: E402
from ._random import (  # noqa: E402
    Generator, default_generator, get_rng_state, initial_seed, manual_seed, seed, set_rng_state,
)
from . import random  # noqa: E402
from ._switches import (  # noqa: E402
    are_deterministic_algorithms_enabled, get_deterministic_debug_mode, get_float32_matmul_precision, get_num_interop_threads,
    get_num_threads, is_deterministic_algorithms_warn_only_enabled, set_deterministic_debug_mode, set_float32_matmul_precision,
    set_flush_denormal, set_num_interop_threads, set_num_threads, use_deterministic_algorithms,
)
from ._autocast import *  # noqa: E402,F403
from ._functions import *  # noqa: E402,F403
from ._removed import *  # noqa: E402,F403
from ._array import *  # noqa: E402,F403
from . import nn, optim, linalg, special, fft  # noqa: E402
from ._compile import compile  # noqa: E402


class OutOfMemoryError(RuntimeError):
    """A device has no memory left for a tensor."""


from . import accelerator, distributed, cuda, mps, xpu, backends, utils, version, types  # noqa: E402
from ._sparse_tensor import sparse_coo_tensor  # noqa: E402
from ._compressed_tensor import sparse_csc, sparse_csc_tensor, sparse_csr, sparse_csr_tensor  # noqa: E402
from . import sparse  # noqa: E402
from .version import __version__  # noqa: E402
from .utils.dlpack import from_dlpack, to_dlpack  # noqa: E402
from . import serialization, storage, _absent  # noqa: E402
from .serialization import load, save  # noqa: E402
from .storage import LEGACY as _STORAGES, TypedStorage, UntypedStorage, is_storage  # noqa: E402

globals().update({_cls.__name__: _cls for _cls in _STORAGES.values()})
_absent.install()
spmm = dsmm = globals()["mm"]  # PyTorch keeps these names of a product with a sparse matrix.


@_takes_nothing
def is_grad_enabled():
    return _natives.grad_enabled()


@_takes_nothing
def is_inference_mode_enabled():
    return _natives.inference_mode()


def is_anomaly_enabled():
    return _natives.anomaly_mode()


def is_tensor(obj):
    return isinstance(obj, Tensor)


def is_inference(input):
    return input.is_inference()


@_takes("is_floating_point(Tensor input)", method=False)
def is_floating_point(input):
    if not isinstance(input, Tensor):
        raise TypeError("is_floating_point() takes a tensor")
    return input.is_floating_point()


@_takes("is_complex(Tensor input)", method=False)
def is_complex(input):
    if not isinstance(input, Tensor):
        raise TypeError("is_complex() takes a tensor")
    return input.is_complex()


@_takes("numel(Tensor input)", method=False)
def numel(input):
    if not isinstance(input, Tensor):
        raise TypeError("numel() takes a tensor")
    return input.numel()


@_takes_nothing
def get_default_dtype():
    return _DTYPE_NAMES[_natives.default_dtype()]


def set_default_dtype(d):
    if not isinstance(d, dtype):
        raise TypeError("invalid dtype object: only floating-point types are supported as the default type")
    if not d.is_floating_point:
        raise TypeError("only floating-point types are supported as the default type")
    _natives.set_default_dtype(d)


def set_default_tensor_type(t):
    _warn("torch.set_default_tensor_type() is deprecated as of PyTorch 2.1, please use torch.set_default_dtype() and "
          "torch.set_default_device() as alternatives.", once=True)
    set_default_dtype(getattr(t, "dtype", None) or _DTYPE_NAMES[{"torch.FloatTensor": "float32", "torch.DoubleTensor": "float64"}[t]])


def set_default_device(d):
    """Where new tensors go; None is the CPU. One that is not there raises when a tensor is made."""
    _natives.set_default_device("cpu" if d is None else str(device(d)))


def get_default_device():
    """What set_default_device set, whatever regions (`with device:`) are open."""
    return device((_outer_devices or [_natives.default_device()])[0])


def set_printoptions(precision=None, threshold=None, edgeitems=None, linewidth=None, profile=None, sci_mode=None):
    """Options of tensor printing."""
    import json

    options = {}
    if profile is not None:
        options = {"default": dict(precision=4, threshold=1000, edgeitems=3, linewidth=80),
                   "short": dict(precision=2, threshold=1000, edgeitems=2, linewidth=80),
                   "full": dict(precision=4, threshold=1e18, edgeitems=3, linewidth=80)}.get(profile, {})
    for key, value in dict(precision=precision, threshold=threshold, edgeitems=edgeitems, linewidth=linewidth).items():
        if value is not None:
            options[key] = 1e18 if value == _math.inf else value
    options["sciMode"] = sci_mode
    _natives.set_print_options(json.dumps(options))


def typename(obj):
    """Name of the type of an object, or of a class or function, as messages show it."""
    if isinstance(obj, Tensor):
        return obj.type()
    module = getattr(obj, "__module__", None)
    name = getattr(obj, "__qualname__", None) or getattr(obj, "__name__", None) or type(obj).__name__
    return name if module in (None, "builtins") else f"{module}.{name}"


@_takes(
    "result_type(Tensor tensor, Tensor other)", "result_type(Scalar scalar, Tensor tensor)", "result_type(Tensor tensor, Scalar other)",
    "result_type(Scalar scalar1, Scalar scalar2)", method=False,
)
def result_type(a, b):
    if not _b.all(isinstance(x, (Tensor, _b.int, _b.float, _b.complex)) for x in (a, b)):
        raise TypeError("result_type() takes tensors and numbers")
    return _DTYPE_NAMES[_natives.result_type(a, b)]


@_takes("promote_types(ScalarType type1, ScalarType type2)", method=False)
def promote_types(type1, type2):
    for d in (type1, type2):
        if not isinstance(d, dtype):
            raise TypeError("promote_types() takes dtypes")
    a, b = type1, type2
    return _DTYPE_NAMES[_natives.promote_types(a, b)]


@_takes("can_cast(ScalarType from_, ScalarType to)", method=False)
def can_cast(from_, to):
    for d in (from_, to):
        if not isinstance(d, dtype):
            raise TypeError("can_cast() takes dtypes")
    return _natives.can_cast(from_, to)


from . import _builtins  # noqa: E402

_builtins.install(Tensor)

#: Parts that are loaded when they are first used, and names that stand in one of them.
_MODULES = (
    "_dynamo", "amp", "compiler", "cpu", "distributions", "func", "functional", "jit", "library", "multiprocessing", "overrides", "profiler",
    "return_types", "signal", "testing",
)
_ELSEWHERE = {"autocast": "amp", "GradScaler": "amp", "ops": "library", "vmap": "func"}


def __getattr__(name):
    import importlib

    if name in _ELSEWHERE:
        return getattr(importlib.import_module("." + _ELSEWHERE[name], __name__), name)
    if name in _MODULES or name in _absent._NAMES:
        try:
            return importlib.import_module("." + name, __name__)
        except ModuleNotFoundError as error:
            raise AttributeError(str(error)) from None
    raise _absent.missing("torch", name)
