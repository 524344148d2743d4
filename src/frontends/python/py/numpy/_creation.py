"""Arrays from shapes and ranges."""

import builtins as _b
import math as _math

import torch as _torch

from . import _dtypes as _D
from ._array import array, asarray, ndarray, quiet, wrap
from ._operators import TABLE as _U


def _shape(shape):
    return (int(shape),) if not hasattr(shape, "__iter__") else tuple(int(n) for n in shape)


def _filled(value):
    def make(shape, dtype=float, order="C", *, device=None, like=None):
        with quiet():
            return wrap(_torch.full(_shape(shape), value, dtype=_D.dtype(dtype)._torch))

    return make


zeros, ones = _filled(0), _filled(1)
empty = _filled(0)


def full(shape, fill_value, dtype=None, order="C", **_):
    if dtype is None:
        dtype = asarray(fill_value).dtype
    out = zeros(shape, dtype)
    out[...] = fill_value
    return out


def zeros_like(a, dtype=None, order="K", subok=True, shape=None):
    a = asarray(a)
    return zeros(a.shape if shape is None else shape, a.dtype if dtype is None else dtype)


def ones_like(a, dtype=None, order="K", subok=True, shape=None):
    a = asarray(a)
    return ones(a.shape if shape is None else shape, a.dtype if dtype is None else dtype)


empty_like = zeros_like


def full_like(a, fill_value, dtype=None, order="K", subok=True, shape=None):
    a = asarray(a)
    return full(a.shape if shape is None else shape, fill_value, a.dtype if dtype is None else dtype)


def arange(start, stop=None, step=None, dtype=None, **_):
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    if dtype is not None:
        kind = _D.dtype(dtype)
    elif type(start) is type(stop) is type(step) is int:
        kind = _D.dtype("int64")
    else:
        kind = _D.result_type(*[asarray(v) for v in (start, stop, step)])
    if kind.kind == "b":
        kind = _D.dtype("int64")
    n = max(0, _math.ceil((stop - start) / step))
    # numpy computes element i as start + i * step of the first two elements.
    first, delta = start, (start + step) - start
    with quiet():
        if kind.kind in "iu":
            return wrap(_torch.arange(n, dtype=_torch.int64).mul(int(delta)).add(int(first)).to(kind._torch))
        return wrap(_torch.tensor([first + i * delta for i in range(n)], dtype=kind._torch))


def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    div = num - 1 if endpoint else num
    start_a, stop_a = asarray(start, dtype=float), asarray(stop, dtype=float)
    delta = stop_a - start_a
    k = arange(0, num, dtype=float).reshape((-1,) + (1,) * asarray(delta).ndim)
    if div > 0:
        step = delta / div
        y = k * step + start_a
        if endpoint and num > 1:
            y[-1] = stop_a
    else:
        step = float("nan")
        y = k * delta + start_a
    if axis:
        from ._shaping import moveaxis

        y = moveaxis(y, 0, axis)
    if dtype is not None:
        kind = _D.dtype(dtype)
        y = (_U["floor"](y) if kind.kind in "iu" else y).astype(kind)
    return (y, step) if retstep else y


def logspace(start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0):
    y = _U["power"](base, linspace(start, stop, num=num, endpoint=endpoint, axis=axis))
    return y if dtype is None else y.astype(dtype)


def geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0):
    y = logspace(_math.log10(start), _math.log10(stop), num=num, endpoint=endpoint)
    if num > 0:
        y[0] = start
        if endpoint and num > 1:
            y[-1] = stop
    return y if dtype is None else y.astype(dtype)


def eye(N, M=None, k=0, dtype=float, order="C", **_):
    M = N if M is None else M
    out = zeros((N, M), dtype)
    for i in range(N):
        if 0 <= i + k < M:
            out[i, i + k] = 1
    return out


def identity(n, dtype=None):
    return eye(n, dtype=float if dtype is None else dtype)


def diag(v, k=0):
    v = asarray(v)
    with quiet():
        return wrap(_torch.diag(v._t, k).clone())


def diagflat(v, k=0):
    return diag(asarray(v).ravel(), k)


def tri(N, M=None, k=0, dtype=float):
    M = N if M is None else M
    return (arange(N)[:, None] >= arange(M)[None, :] - k).astype(dtype)


def tril(m, k=0):
    with quiet():
        return wrap(_torch.tril(asarray(m)._t, k))


def triu(m, k=0):
    with quiet():
        return wrap(_torch.triu(asarray(m)._t, k))


def tril_indices(n, k=0, m=None):
    from ._sorting import nonzero

    return nonzero(tri(n, m, k, dtype=bool))


def triu_indices(n, k=0, m=None):
    from ._sorting import nonzero

    return nonzero(~tri(n, m, k - 1, dtype=bool))


def vander(x, N=None, increasing=False):
    x = asarray(x)
    N = len(x) if N is None else N
    powers = arange(N) if increasing else arange(N)[::-1]
    return x[:, None] ** powers


def meshgrid(*xi, copy=True, sparse=False, indexing="xy"):
    if indexing not in ("xy", "ij"):
        raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")
    arrays = [asarray(x).ravel() for x in xi]
    n = len(arrays)
    order = list(range(n))
    if indexing == "xy" and n > 1:
        order[0], order[1] = 1, 0
    out = []
    for i, x in enumerate(arrays):
        shape = [1] * n
        shape[order[i]] = len(x)
        out.append(x.reshape(shape))
    if sparse:
        return tuple(out)
    full_shape = [0] * n
    for i, x in enumerate(arrays):
        full_shape[order[i]] = len(x)
    from ._shaping import broadcast_to

    return tuple(broadcast_to(x, full_shape).copy() for x in out)


class _Grid:
    def __init__(self, sparse):
        self._sparse = sparse

    def __getitem__(self, key):
        keys = key if isinstance(key, tuple) else (key,)
        axes = []
        for s in keys:
            start, stop, step = s.start or 0, s.stop, s.step or 1
            axes.append(linspace(start, stop, int(abs(step))) if isinstance(step, complex) else arange(start, stop, step))
        if not isinstance(key, tuple):
            return axes[0]
        grids = meshgrid(*axes, indexing="ij", sparse=self._sparse)
        if self._sparse:
            return grids
        from ._shaping import stack

        return stack(grids)


mgrid, ogrid = _Grid(False), _Grid(True)


class _Concatenator:
    """np.r_ and np.c_: ranges and arrays put together by brackets."""

    def __init__(self, column):
        self._column = column

    def __getitem__(self, key):
        from ._shaping import concatenate

        parts = []
        for k in key if isinstance(key, tuple) else (key,):
            if isinstance(k, slice):
                start, step = k.start or 0, k.step or 1
                k = linspace(start, k.stop, int(abs(step))) if isinstance(step, complex) else arange(start, k.stop, step)
            k = asarray(k)
            if self._column:
                k = k.reshape(-1, 1) if k.ndim < 2 else k
            parts.append(k if k.ndim else k.reshape(1))
        return concatenate(parts, axis=-1 if self._column else 0)


r_, c_ = _Concatenator(False), _Concatenator(True)


def fromfunction(function, shape, *, dtype=float, **kwargs):
    grids = meshgrid(*[arange(n, dtype=dtype) for n in shape], indexing="ij")
    return function(*grids, **kwargs)


def fromiter(iterable, dtype, count=-1):
    import itertools

    return array(list(iterable if count < 0 else itertools.islice(iterable, count)), dtype=dtype)


def fromstring(string, dtype=float, count=-1, *, sep=""):
    return array([float(v) for v in string.split(sep.strip() or None)][: count if count >= 0 else None], dtype=dtype)


def asanyarray(a, dtype=None, order=None):
    return asarray(a, dtype)


def ascontiguousarray(a, dtype=None):
    a = asarray(a, dtype)
    return a if a._t.is_contiguous() else a.copy()


def asfortranarray(a, dtype=None):
    return ascontiguousarray(asarray(a, dtype).T).T


def copy(a, order="K", subok=False):
    return array(a)


def copyto(dst, src, casting="same_kind", where=True):
    if where is True:
        dst[...] = src
    else:
        mask = asarray(where)
        dst[mask] = asarray(src)[mask] if asarray(src).ndim else src
