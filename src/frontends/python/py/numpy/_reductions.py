"""Sums, means and other reductions, cumulative functions, statistics."""

import builtins as _b
import math as _math

import torch as _torch

from . import _dtypes as _D
from ._array import array, asarray, ndarray, quiet, scalar, wrap
from ._operators import TABLE as _U, _into

_f64 = _D.dtype("float64")


def _axes(axis, ndim):
    if axis is None:
        return tuple(range(ndim))
    axes = (axis,) if isinstance(axis, int) else tuple(axis)
    for a in axes:
        if not -ndim <= a < ndim:
            raise AxisError(a, ndim)
    return tuple(a % ndim for a in axes)


class AxisError(ValueError, IndexError):
    def __init__(self, axis, ndim=None):
        super().__init__(axis if ndim is None else f"axis {axis} is out of bounds for array of dimension {ndim}")


def _wide(a, dtype=None):
    """Small integers and booleans are summed as int64."""
    if dtype is not None:
        return a.astype(dtype)
    return a.astype("int64") if a.dtype.kind in "bu" or (a.dtype.kind == "i" and a.dtype.itemsize < 8) else a


def _float(a, dtype=None):
    if dtype is not None:
        return a.astype(dtype)
    return a if a.dtype.kind in "fc" else a.astype("float64")


def _reduce(op, prepare=lambda a, dtype: a, ufunc=None, identity=None, method=None):
    """A reduction. `ufunc`: the function that it repeats, for `initial` and messages; `identity`: what changes nothing, for `where`;
    `method`: what reduces a tensor."""

    def function(a, axis=None, dtype=None, out=None, keepdims=False, initial=None, where=True, **kwargs):
        if isinstance(a, _torch.Tensor) and method is not None:
            # What is no array reduces itself, with numpy's keywords, which tensors do not take.
            return getattr(a, method)(axis=axis, out=out) if method != "mean" else a.mean(axis=axis, out=out, dtype=dtype)
        a = prepare(asarray(a), dtype)
        axes = _axes(axis, a.ndim)
        if where is not True:
            nothing = identity if identity is not None else initial
            if nothing is None:
                raise ValueError(f"reduction operation '{ufunc}' does not have an identity, so to use a where mask one has to specify 'initial'")
            with quiet():
                a = wrap(_torch.where(asarray(where)._t, a._t, _torch.tensor(nothing, dtype=a._t.dtype)))
        if ufunc in ("maximum", "minimum") and initial is None and _b.any(a.shape[d] == 0 for d in axes):
            raise ValueError(f"zero-size array to reduction operation {ufunc} which has no identity")
        with quiet():
            t = a._t
            # One dimension after the other, the last first, so that the numbers of the others stay.
            t = op(t, axes, **kwargs) if axes else op(t.reshape(1), (0,), **kwargs).reshape(())
            if keepdims:
                t = t.reshape([1 if i in axes else n for i, n in enumerate(a.shape)])
        result = scalar(t)
        if initial is not None:
            result = _U[ufunc](result, initial)
        return _into(result, out)

    return function


def _each(op):
    def run(t, axes):
        for d in sorted(axes, reverse=True):
            t = op(t, d)
        return t

    return run


def _sum(t, axes):
    return t.sum(axes)


sum = _reduce(_sum, _wide, "add", 0, "sum")
prod = _reduce(_each(lambda t, d: t.prod(d)), _wide, "multiply", 1, "prod")
mean = _reduce(lambda t, axes: t.mean(axes), _float, method="mean")
max = amax = _reduce(lambda t, axes: t.amax(axes), ufunc="maximum", method="max")
min = amin = _reduce(lambda t, axes: t.amin(axes), ufunc="minimum", method="min")
any = _reduce(_each(lambda t, d: t.any(d)), ufunc="logical_or", identity=False, method="any")
all = _reduce(_each(lambda t, d: t.all(d)), ufunc="logical_and", identity=True, method="all")
_nonzeros = _reduce(lambda t, axes: (t != 0).sum(axes))


def count_nonzero(a, axis=None, *, keepdims=False):
    """How many elements are not zero: a Python number for the whole array."""
    found = _nonzeros(a, axis=axis, keepdims=keepdims)
    return found if isinstance(found, ndarray) else int(found)


def _moment(root):
    def function(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, **_):
        if isinstance(a, _torch.Tensor):
            return getattr(a, "std" if root else "var")(axis=axis, dtype=dtype, out=out, ddof=ddof)
        a = _float(asarray(a), dtype)
        m = mean(a, axis=axis, keepdims=True)
        d = a - m
        n = 1
        for k in _axes(axis, a.ndim):
            n *= a.shape[k]
        square = _U["square"](d) if a.dtype.kind != "c" else (d * _U["conjugate"](d)).real
        v = sum(square, axis=axis, keepdims=keepdims) / _b.max(n - ddof, 0)
        result = _U["sqrt"](v) if root else v
        return _into(result if a.dtype.kind == "c" or isinstance(result, _D.generic) else result.astype(a.dtype), out)

    return function


var, std = _moment(False), _moment(True)


def ptp(a, axis=None, out=None, keepdims=False):
    return max(a, axis=axis, keepdims=keepdims) - min(a, axis=axis, keepdims=keepdims)


def average(a, axis=None, weights=None, returned=False, *, keepdims=False):
    a = asarray(a)
    if weights is None:
        return mean(a, axis, keepdims=keepdims)
    w = asarray(weights)
    if w.shape != a.shape:
        w = w.reshape([-1 if i == (axis or 0) % a.ndim else 1 for i in range(a.ndim)])
    total = sum(w + a * 0, axis=axis)
    result = sum(a * w, axis=axis) / total
    return (result, total) if returned else result


def _arg(op):
    def function(a, axis=None, out=None, *, keepdims=False):
        a = asarray(a)
        if a.size == 0:
            raise ValueError(f"attempt to get {op} of an empty sequence")
        t = a._t if a.dtype.kind != "b" else a._t.to(_torch.int8)
        with quiet():
            return scalar(getattr(_torch, op)(t.reshape(-1), 0) if axis is None else getattr(_torch, op)(t, axis, keepdims))

    return function


argmax, argmin = _arg("argmax"), _arg("argmin")


def _cumulative(op, prepare):
    def function(a, axis=None, dtype=None, out=None):
        a = prepare(asarray(a), dtype)
        if axis is None:
            a, axis = a.ravel(), 0
        with quiet():
            return _into(wrap(op(a._t, axis)), out)

    return function


cumsum = _cumulative(lambda t, d: _torch.cumsum(t, d), _wide)
cumprod = _cumulative(lambda t, d: _torch.cumprod(t, d), _wide)


def diff(a, n=1, axis=-1, prepend=None, append=None):
    from ._shaping import concatenate

    a = asarray(a)
    parts = [asarray(p) if asarray(p).ndim else asarray(p).reshape((1,) * a.ndim) for p in [prepend] if p is not None] + [a]
    parts += [asarray(p) if asarray(p).ndim else asarray(p).reshape((1,) * a.ndim) for p in [append] if p is not None]
    a = concatenate(parts, axis) if len(parts) > 1 else a
    for _ in range(n):
        a = a.swapaxes(axis, -1)
        a = (a[..., 1:] - a[..., :-1] if a.dtype.kind != "b" else a[..., 1:] != a[..., :-1]).swapaxes(axis, -1)
    return a


def gradient(f, *varargs, axis=None, edge_order=1):
    f = _float(asarray(f))
    axes = range(f.ndim) if axis is None else _axes(axis, f.ndim)
    out = []
    for k, d in enumerate(axes):
        spacing = varargs[k if len(varargs) > 1 else 0] if varargs else 1.0
        g = f.swapaxes(0, d)
        result = g * 0
        if hasattr(spacing, "__len__") and len(spacing) > 1:
            h = diff(asarray(spacing, dtype=float)).reshape((-1,) + (1,) * (g.ndim - 1))
            h0, h1 = h[:-1], h[1:]
            result[1:-1] = (g[2:] * h0 * h0 - g[:-2] * h1 * h1 + g[1:-1] * (h1 * h1 - h0 * h0)) / (h0 * h1 * (h0 + h1))
            first, last = h[0], h[-1]
        else:
            first = last = spacing
            result[1:-1] = (g[2:] - g[:-2]) / (2.0 * spacing)
        result[0], result[-1] = (g[1] - g[0]) / first, (g[-1] - g[-2]) / last
        out.append(result.swapaxes(0, d))
    return out[0] if len(out) == 1 else tuple(out)


def trapezoid(y, x=None, dx=1.0, axis=-1):
    y = asarray(y).swapaxes(axis, -1)
    d = dx if x is None else diff(asarray(x))
    return sum(d * (y[..., 1:] + y[..., :-1]) / 2.0, axis=-1)


trapz = trapezoid


def quantile(a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=False, **_):
    a = _float(asarray(a))
    qs = asarray(q, dtype=float)
    with quiet():
        t = a._t.reshape(-1) if axis is None else a._t
        return scalar(_torch.quantile(t, qs._t.to(t.dtype), dim=0 if axis is None else axis, keepdim=keepdims, interpolation=method))


def percentile(a, q, axis=None, **kwargs):
    return quantile(a, asarray(q, dtype=float) / 100.0, axis, **kwargs)


def median(a, axis=None, out=None, overwrite_input=False, keepdims=False):
    return quantile(a, 0.5, axis, keepdims=keepdims)


def _without_nan(function, fill):
    def wrapper(a, axis=None, **kwargs):
        a = _float(asarray(a))
        from ._sorting import where

        return function(where(_U["isnan"](a), fill, a), axis=axis, **kwargs)

    return wrapper


nansum, nanprod = _without_nan(sum, 0.0), _without_nan(prod, 1.0)
nanmax, nanmin = _without_nan(max, -_math.inf), _without_nan(min, _math.inf)
nanargmax, nanargmin = _without_nan(argmax, -_math.inf), _without_nan(argmin, _math.inf)
nancumsum = _without_nan(cumsum, 0.0)


def nanmean(a, axis=None, **kwargs):
    a = _float(asarray(a))
    return nansum(a, axis=axis, **kwargs) / sum(~_U["isnan"](a), axis=axis, **kwargs)


def nanvar(a, axis=None, ddof=0, keepdims=False):
    a = _float(asarray(a))
    d = a - nanmean(a, axis=axis, keepdims=True)
    return nansum(d * d, axis=axis, keepdims=keepdims) / (sum(~_U["isnan"](a), axis=axis, keepdims=keepdims) - ddof)


def nanstd(a, axis=None, ddof=0, keepdims=False):
    return _U["sqrt"](nanvar(a, axis, ddof, keepdims))


def nanmedian(a, axis=None, **_):
    a = _float(asarray(a))
    if axis is None:
        return median(a[~_U["isnan"](a)])
    with quiet():
        return scalar(_torch.nanquantile(a._t, 0.5, dim=axis))


def cov(m, y=None, rowvar=True, bias=False, ddof=None, **_):
    from ._shaping import atleast_2d, vstack

    X = atleast_2d(_float(asarray(m)))
    X = X if rowvar or X.shape[0] == 1 else X.T
    if y is not None:
        Y = atleast_2d(_float(asarray(y)))
        X = vstack([X, Y if rowvar or Y.shape[0] == 1 else Y.T])
    d = X - mean(X, axis=1, keepdims=True)
    c = d.dot(d.T) / (X.shape[1] - ((0 if bias else 1) if ddof is None else ddof))
    return c.squeeze() if c.shape == (1, 1) else c


def corrcoef(x, y=None, rowvar=True, **_):
    c = asarray(cov(x, y, rowvar))
    if c.ndim == 0:
        return c / c
    s = _U["sqrt"](c.diagonal())
    return c / s[:, None] / s[None, :]
