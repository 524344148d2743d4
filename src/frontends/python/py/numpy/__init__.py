"""The part of numpy that teaching programs use, over the engine's tensors: `tensor.numpy()` shares memory with its tensor.

What is missing raises an AttributeError that names it.
"""

import math as _math

from . import _algebra, _creation, _dtypes, _grids, _io, _npy, _operators, _raw, _reductions, _shaping, _sorting, _strings
from ._array import _from_tensor, array, asarray, ndarray
from ._dtypes import (
    bool_, can_cast, complex64, complex128, complexfloating, dtype, finfo, float16, float32, float64, floating, generic, iinfo, inexact, int8,
    int16, int32, int64, integer, issubdtype, number, promote_types, result_type, signedinteger, uint8, unsignedinteger,
)
from ._printing import array2string, array_repr, array_str, get_printoptions, printoptions, set_printoptions

__version__ = "2.2.4"
pi, e, inf, nan, newaxis, euler_gamma = _math.pi, _math.e, _math.inf, _math.nan, None, 0.5772156649015329
PINF, NINF, NaN, NAN, Inf = inf, -inf, nan, nan, inf
double, single, half, int_, intp, intc, longlong, float_, complex_, uint32, uint64, uint16, byte, ubyte = (
    float64, float32, float16, int64, int64, int32, int64, float64, complex128, int64, int64, int32, int8, uint8)
False_, True_ = bool_(False), bool_(True)
ufunc = _operators.ufunc
str_ = _strings.str_

for _module in (_creation, _shaping, _reductions, _sorting, _algebra, _io, _npy, _raw, _grids):
    for _name, _value in vars(_module).items():
        if not _name.startswith("_") and _name not in ("array", "asarray", "ndarray", "quiet", "scalar", "wrap", "tensor_of", "to_bytes", "to_file"):
            globals()[_name] = _value
globals().update(_operators.TABLE)
for _name in ("where", "concatenate", "stack", "vstack", "hstack", "append", "sort", "unique", "repeat", "tile", "flip", "roll"):
    globals()[_name] = _strings.on_codes(globals()[_name])
for _name in ("isin", "argsort", "array_equal"):
    globals()[_name] = _strings.on_codes(globals()[_name], words_out=False)
_operators.install()
bool = bool_


def _methods():
    """Functions that arrays have as methods too."""
    for module, names in {
        _reductions: "sum prod mean max min any all var std ptp argmax argmin cumsum cumprod",
        _sorting: "argsort searchsorted nonzero choose compress",
        _algebra: "dot clip round trace diagonal",
        _shaping: "repeat take put",
    }.items():
        for name in names.split():
            function = getattr(module, name)
            setattr(ndarray, name, (lambda f: lambda self, *args, **kwargs: f(self, *args, **kwargs))(function))
    ndarray.__matmul__ = lambda self, other: _operators.refuse_tensor("@", other) or _algebra.matmul(self, other)
    ndarray.__rmatmul__ = _algebra.reflected_matmul
    ndarray.sort = lambda self, axis=-1, kind=None, order=None: self.__setitem__(Ellipsis, _sorting.sort(self, axis))
    ndarray.searchsorted = lambda self, v, side="left", sorter=None: _sorting.searchsorted(self, v, side, sorter)
    ndarray.compress = lambda self, condition, axis=None: _sorting.compress(condition, self, axis)
    ndarray.resize = lambda self, *shape, **_: setattr(self, "_t", _shaping.resize(self, shape if len(shape) > 1 else shape[0])._t)


_methods()
from . import linalg, random, testing  # noqa: E402

ndarray.__module__ = "numpy"


def shape(a):
    return asarray(a).shape


def ndim(a):
    return asarray(a).ndim


def size(a, axis=None):
    return asarray(a).size if axis is None else asarray(a).shape[axis]


def require(a, dtype=None, requirements=None, *, like=None):
    return asarray(a, dtype=dtype)


def copyto(dst, src, casting="same_kind", where=True):
    """Writes `src` into `dst`, where the mask says so."""
    if where is True:
        dst[...] = src
    else:
        mask = _shaping.broadcast_to(where, dst.shape)
        dst[mask] = _shaping.broadcast_to(src, dst.shape)[mask]


def iterable(y):
    return hasattr(y, "__iter__")


def may_share_memory(a, b, max_work=None):
    return a._t.untyped_storage() == b._t.untyped_storage()


shares_memory = may_share_memory


def __getattr__(name):
    if name in ("fft", "lib"):
        import importlib

        try:
            return importlib.import_module("numpy." + name)
        except ModuleNotFoundError:
            pass
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(f"numpy.{name} is not part of Backstep. Its numpy holds numbers and has what teaching programs use; see Help.")
