"""Arrays of indices and arrays put together from blocks."""

from ._array import asarray
from ._creation import arange, zeros
from ._shaping import broadcast_to, concatenate

__all__ = ["block", "diag_indices", "indices", "iscomplex", "isreal", "ix_", "put_along_axis"]


def indices(dimensions, dtype=int, sparse=False):
    """The index along each dimension at every place of a grid: shape (len(dimensions), *dimensions)."""
    n = len(dimensions)
    parts = [arange(d, dtype=dtype).reshape([-1 if k == i else 1 for k in range(n)]) for i, d in enumerate(dimensions)]
    if sparse:
        return tuple(parts)
    out = zeros((n, *dimensions), dtype=dtype)
    for i, part in enumerate(parts):
        out[i] = broadcast_to(part, tuple(dimensions))
    return out


def ix_(*args):
    """Arrays that index the rows, columns, … listed."""
    n = len(args)
    out = []
    for i, given in enumerate(args):
        a = asarray(given)
        if a.ndim != 1:
            raise ValueError("Cross index must be 1 dimensional")
        if a.dtype.kind == "b":
            (a,) = a.nonzero()
        out.append(a.reshape([-1 if k == i else 1 for k in range(n)]))
    return tuple(out)


def diag_indices(n, ndim=2):
    return (arange(n),) * ndim


def block(arrays):
    """An array from nested lists of blocks: the innermost lists are joined along the last axis."""

    def depth(x):
        return 1 + depth(x[0]) if isinstance(x, list) else 0

    def at_least(a, n):
        return a.reshape((1,) * (n - a.ndim) + tuple(a.shape)) if a.ndim < n else a

    def leaves(x):
        return [leaf for part in x for leaf in leaves(part)] if isinstance(x, list) else [asarray(x)]

    levels = depth(arrays)
    n = max(levels, max(a.ndim for a in leaves(arrays)))

    def join(x, level):
        if not isinstance(x, list):
            return at_least(asarray(x), n)
        return concatenate([join(part, level + 1) for part in x], -(levels - level))

    return join(arrays, 0)


def put_along_axis(arr, indices, values, axis):
    """Writes `values` at `indices` along an axis of `arr`, in place."""
    places = asarray(indices)._t
    source = broadcast_to(asarray(values, dtype=arr.dtype), tuple(places.shape))._t
    arr._t.scatter_(axis, places, source.contiguous())


def isreal(x):
    a = asarray(x)
    return a.imag == 0 if a.dtype.kind == "c" else zeros(a.shape, dtype=bool) == 0


def iscomplex(x):
    return ~isreal(x)
