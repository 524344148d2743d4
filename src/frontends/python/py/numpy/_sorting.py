"""Sorting, searching, sets, counting, choosing."""

import builtins as _b

import torch as _torch

from . import _dtypes as _D
from ._array import array, asarray, ndarray, quiet, scalar, tensor_of, wrap
from ._operators import TABLE as _U, _operands


def sort(a, axis=-1, kind=None, order=None, **_):
    a = asarray(a)
    if axis is None:
        a, axis = a.ravel(), -1
    with quiet():
        return wrap(_torch.sort(a._t, dim=axis, stable=True)[0])


def argsort(a, axis=-1, kind=None, order=None, **_):
    a = asarray(a)
    if axis is None:
        a, axis = a.ravel(), -1
    with quiet():
        return wrap(_torch.sort(a._t, dim=axis, stable=True)[1])


def lexsort(keys, axis=-1):
    order = argsort(keys[0])
    for k in keys[1:]:
        order = order[argsort(asarray(k)[order])]
    return order


def partition(a, kth, axis=-1, **_):
    return sort(a, axis)


def argpartition(a, kth, axis=-1, **_):
    return argsort(a, axis)


def searchsorted(a, v, side="left", sorter=None):
    a = asarray(a)
    a = a if sorter is None else a[sorter]
    x, y, _ = _operands(a, asarray(v))
    with quiet():
        return scalar(_torch.searchsorted(x.contiguous(), y.contiguous(), right=side == "right"))


def digitize(x, bins, right=False):
    bins = asarray(bins)
    if len(bins) > 1 and bins[0] > bins[-1]:
        return len(bins) - searchsorted(bins[::-1], x, side="right" if right else "left")
    return searchsorted(bins, x, side="left" if right else "right")


def nonzero(a):
    with quiet():
        return tuple(wrap(t) for t in _torch.nonzero(asarray(a)._t, as_tuple=True))


def argwhere(a):
    with quiet():
        return wrap(_torch.nonzero(asarray(a)._t))


def flatnonzero(a):
    return nonzero(asarray(a).ravel())[0]


def where(condition, x=None, y=None):
    c = asarray(condition)
    if x is None and y is None:
        return nonzero(c)
    if x is None or y is None:
        raise ValueError("either both or neither of x and y should be given")
    with quiet():
        a, b, _ = _operands(x, y)
        return wrap(_torch.where(c._t != 0, a, b))


def select(condlist, choicelist, default=0):
    out = asarray(default)
    for c, x in _b.reversed(list(zip(condlist, choicelist))):
        out = where(c, x, out)
    return out


def piecewise(x, condlist, funclist):
    x = asarray(x)
    out = x * 0
    conditions = list(condlist)
    if len(funclist) == len(conditions) + 1:
        rest = ~conditions[0]
        for c in conditions[1:]:
            rest = rest & ~c
        conditions.append(rest)
    for c, f in zip(conditions, funclist):
        out[c] = f(x[c]) if callable(f) else f
    return out


def choose(a, choices, **_):
    a = asarray(a)
    out = asarray(choices[0]) + a * 0
    for i, c in enumerate(choices):
        out = where(a == i, c, out)
    return out


def extract(condition, arr):
    return asarray(arr).ravel()[asarray(condition).ravel() != 0]


compress = lambda condition, a, axis=None: extract(condition, a) if axis is None else __import__("numpy").take(a, flatnonzero(condition), axis)  # noqa: E731


def unique(ar, return_index=False, return_inverse=False, return_counts=False, axis=None, **_):
    """The different values, sorted; also where each was first, which one each value is, and how many there are."""
    a = asarray(ar)
    if axis is not None:
        with quiet():
            out = _torch.unique(a._t, return_inverse=True, return_counts=True, dim=axis)
        values, inverse, counts = (wrap(t) for t in out)
        first = array([inverse.tolist().index(i) for i in range(len(counts))], dtype=int)
    else:
        flat = a.ravel()
        order = argsort(flat)
        s = flat[order]
        from ._shaping import concatenate

        new = concatenate([array([True]), s[1:] != s[:-1]]) if len(s) else array([], dtype=bool)
        values, first = s[new], order[new]
        places = flatnonzero(new)
        counts = concatenate([places[1:], array([len(s)])]) - places if len(s) else array([], dtype=int)
        inverse = array([0] * len(s), dtype=int)
        if len(s):
            from ._reductions import cumsum

            inverse[order] = cumsum(new) - 1
        inverse = inverse.reshape(a.shape)
    out = [values] + [x for x, wanted in ((first, return_index), (inverse, return_inverse), (counts, return_counts)) if wanted]
    return out[0] if len(out) == 1 else tuple(out)


def isin(element, test_elements, assume_unique=False, invert=False, **_):
    x, y, _kind = _operands(asarray(element), asarray(test_elements))
    with quiet():
        return wrap(_torch.isin(x, y, invert=invert))


in1d = isin


def intersect1d(ar1, ar2, **_):
    a = unique(ar1)
    return a[isin(a, ar2)]


def union1d(ar1, ar2):
    from ._shaping import concatenate

    return unique(concatenate([asarray(ar1).ravel(), asarray(ar2).ravel()]))


def setdiff1d(ar1, ar2, assume_unique=False):
    a = unique(ar1)
    return a[~isin(a, ar2)]


def bincount(x, weights=None, minlength=0):
    with quiet():
        w = None if weights is None else asarray(weights, dtype=float)._t
        return wrap(_torch.bincount(tensor_of(x), w, minlength))


def _edges(a, bins, range):
    from ._creation import linspace
    from ._reductions import max as amax, min as amin

    if hasattr(bins, "__len__") and not isinstance(bins, str):
        return asarray(bins, dtype=float)
    if isinstance(bins, str):
        import math

        n = _b.max(1, math.ceil(math.log2(_b.max(a.size, 1)) + 1))
        bins = n
    low, high = range if range is not None else (float(amin(a)), float(amax(a))) if a.size else (0.0, 1.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    return linspace(low, high, bins + 1)


def histogram(a, bins=10, range=None, density=None, weights=None):
    """(counts, edges); the last bin holds its upper edge too."""
    a = asarray(a).ravel()
    edges = _edges(a, bins, range)
    n = len(edges) - 1
    places = searchsorted(edges, a.astype(float), side="right") - 1
    places = where(a == edges[-1], n - 1, places)
    inside = (places >= 0) & (places < n) & (a <= edges[-1])
    counts = bincount(places[inside], None if weights is None else asarray(weights).ravel()[inside], n)
    if density:
        from ._reductions import diff, sum as total

        counts = counts / diff(edges) / total(counts)
    return counts, edges


def histogram_bin_edges(a, bins=10, range=None, weights=None):
    return _edges(asarray(a).ravel(), bins, range)


def histogram2d(x, y, bins=10, range=None, density=None, weights=None):
    x, y = asarray(x), asarray(y)
    both = bins if hasattr(bins, "__len__") and len(bins) == 2 else (bins, bins)
    ex = _edges(x, both[0], range[0] if range else None)
    ey = _edges(y, both[1], range[1] if range else None)
    nx, ny = len(ex) - 1, len(ey) - 1
    ix = where(x == ex[-1], nx - 1, searchsorted(ex, x, side="right") - 1)
    iy = where(y == ey[-1], ny - 1, searchsorted(ey, y, side="right") - 1)
    inside = (ix >= 0) & (ix < nx) & (iy >= 0) & (iy < ny)
    counts = bincount(ix[inside] * ny + iy[inside], None if weights is None else asarray(weights)[inside], nx * ny).reshape(nx, ny)
    return counts.astype(float), ex, ey


def interp(x, xp, fp, left=None, right=None, period=None):
    x, xp, fp = asarray(x, dtype=float), asarray(xp, dtype=float), asarray(fp, dtype=float)
    flat = x.reshape(-1)
    i = searchsorted(xp, flat, side="right") - 1
    j = asarray(_U["minimum"](_U["maximum"](i, 0), len(xp) - 2))
    slope = (fp[j + 1] - fp[j]) / (xp[j + 1] - xp[j])
    out = slope * (flat - xp[j]) + fp[j]
    out = where(flat < xp[0], fp[0] if left is None else left, where(flat > xp[-1], fp[-1] if right is None else right, out))
    out = out.reshape(x.shape)
    return scalar(out._t)
