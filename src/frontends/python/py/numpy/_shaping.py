"""Joining, splitting, repeating and rearranging arrays."""

import torch as _torch

from . import _dtypes as _D
from ._array import array, asarray, ndarray, quiet, wrap


def _same_dtype(arrays):
    arrays = [asarray(a) for a in arrays]
    if not arrays:
        raise ValueError("need at least one array to concatenate")
    kind = arrays[0].dtype
    for a in arrays[1:]:
        kind = _D.promote(kind, a.dtype)
    return [a._t.to(kind._torch) for a in arrays]


def concatenate(arrays, axis=0, out=None, *, dtype=None, casting="same_kind"):
    tensors = _same_dtype(arrays)
    if axis is None:
        tensors, axis = [t.reshape(-1) for t in tensors], 0
    if any(t.ndim == 0 for t in tensors):
        raise ValueError("zero-dimensional arrays cannot be concatenated")
    first = tensors[0]
    for i, t in enumerate(tensors[1:], 1):
        if t.ndim != first.ndim:
            raise ValueError(f"all the input array dimensions except for the concatenation axis must match exactly, but along dimension 0, the array at index 0 has {first.ndim} dimension(s) and the array at index {i} has {t.ndim} dimension(s)")
        for d in range(t.ndim):
            if d != axis % first.ndim and t.shape[d] != first.shape[d]:
                raise ValueError(f"all the input array dimensions except for the concatenation axis must match exactly, but along dimension {d}, the array at index 0 has size {first.shape[d]} and the array at index {i} has size {t.shape[d]}")
    with quiet():
        out = wrap(_torch.cat(tensors, axis))
    return out if dtype is None else out.astype(dtype)


def stack(arrays, axis=0, out=None, **_):
    tensors = _same_dtype(list(arrays))
    if any(t.shape != tensors[0].shape for t in tensors):
        raise ValueError("all input arrays must have the same shape")
    with quiet():
        return wrap(_torch.stack(tensors, axis))


def atleast_1d(*arrays):
    out = [a if a.ndim else a.reshape(1) for a in map(asarray, arrays)]
    return out[0] if len(out) == 1 else tuple(out)


def atleast_2d(*arrays):
    out = [a.reshape(1, 1) if a.ndim == 0 else a[None] if a.ndim == 1 else a for a in map(asarray, arrays)]
    return out[0] if len(out) == 1 else tuple(out)


def atleast_3d(*arrays):
    out = [a.reshape(1, 1, 1) if a.ndim == 0 else a[None, :, None] if a.ndim == 1 else a[:, :, None] if a.ndim == 2 else a for a in map(asarray, arrays)]
    return out[0] if len(out) == 1 else tuple(out)


def vstack(tup, **_):
    return concatenate([atleast_2d(a) for a in tup], 0)


row_stack = vstack


def hstack(tup, **_):
    arrays = [atleast_1d(a) for a in tup]
    return concatenate(arrays, 0 if arrays[0].ndim == 1 else 1)


def dstack(tup):
    return concatenate([atleast_3d(a) for a in tup], 2)


def column_stack(tup):
    return concatenate([asarray(a).reshape(-1, 1) if asarray(a).ndim < 2 else asarray(a) for a in tup], 1)


def append(arr, values, axis=None):
    if axis is None:
        return concatenate([asarray(arr).ravel(), asarray(values).ravel()])
    return concatenate([arr, values], axis)


def array_split(ary, indices_or_sections, axis=0):
    a = asarray(ary)
    n = a.shape[axis]
    if hasattr(indices_or_sections, "__iter__"):
        cuts = [0, *[int(i) for i in indices_or_sections], n]
    else:
        sections = int(indices_or_sections)
        each, extra = divmod(n, sections)
        cuts = [0]
        for i in range(sections):
            cuts.append(cuts[-1] + each + (1 if i < extra else 0))
    index = [slice(None)] * a.ndim
    out = []
    for low, high in zip(cuts, cuts[1:]):
        index[axis] = slice(low, high)
        out.append(a[tuple(index)])
    return out


def split(ary, indices_or_sections, axis=0):
    if not hasattr(indices_or_sections, "__iter__") and asarray(ary).shape[axis] % indices_or_sections:
        raise ValueError("array split does not result in an equal division")
    return array_split(ary, indices_or_sections, axis)


def hsplit(ary, n):
    return split(ary, n, 1 if asarray(ary).ndim > 1 else 0)


def vsplit(ary, n):
    return split(ary, n, 0)


def dsplit(ary, n):
    return split(ary, n, 2)


def tile(A, reps):
    a = asarray(A)
    reps = (reps,) if isinstance(reps, int) else tuple(reps)
    a = a.reshape((1,) * max(0, len(reps) - a.ndim) + a.shape)
    reps = (1,) * max(0, a.ndim - len(reps)) + reps
    with quiet():
        return wrap(a._t.repeat(reps))


def repeat(a, repeats, axis=None):
    a = asarray(a)
    if axis is None:
        a, axis = a.ravel(), 0
    with quiet():
        r = repeats if isinstance(repeats, int) else asarray(repeats)._t
        return wrap(_torch.repeat_interleave(a._t, r, axis))


def flip(m, axis=None):
    m = asarray(m)
    axes = range(m.ndim) if axis is None else [axis] if isinstance(axis, int) else axis
    axes = {a % m.ndim for a in axes}
    return m[tuple(slice(None, None, -1) if i in axes else slice(None) for i in range(m.ndim))]


def fliplr(m):
    return flip(m, 1)


def flipud(m):
    return flip(m, 0)


def roll(a, shift, axis=None):
    a = asarray(a)
    with quiet():
        return wrap(_torch.roll(a._t, shift) if axis is None else _torch.roll(a._t, shift, axis))


def rot90(m, k=1, axes=(0, 1)):
    with quiet():
        return wrap(_torch.rot90(asarray(m)._t, k, axes))


def reshape(a, shape=None, order="C", *, newshape=None, copy=None):
    return asarray(a).reshape(newshape if shape is None else shape, order=order)


def ravel(a, order="C"):
    return asarray(a).ravel(order)


def transpose(a, axes=None):
    return asarray(a).transpose(axes)


def swapaxes(a, axis1, axis2):
    return asarray(a).swapaxes(axis1, axis2)


def moveaxis(a, source, destination):
    a = asarray(a)
    with quiet():
        return a._view(_torch.movedim(a._t, source, destination))


rollaxis = lambda a, axis, start=0: moveaxis(a, axis, start if axis >= start else start - 1)  # noqa: E731


def expand_dims(a, axis):
    a = asarray(a)
    axes = [axis] if isinstance(axis, int) else list(axis)
    n = a.ndim + len(axes)
    axes = {x % n for x in axes}
    sizes = iter(a.shape)
    return a.reshape([1 if i in axes else next(sizes) for i in range(n)])


def squeeze(a, axis=None):
    return asarray(a).squeeze(axis)


def broadcast_to(array, shape, subok=False):
    a = asarray(array)
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    try:
        with quiet():
            return a._view(a._t.expand(shape))
    except RuntimeError:
        raise ValueError(f"operands could not be broadcast together with remapped shapes [original->remapped]: {a.shape}  and requested shape {shape}") from None


def broadcast_shapes(*shapes):
    return tuple(_torch.broadcast_shapes(*shapes))


def broadcast_arrays(*args):
    shape = broadcast_shapes(*[asarray(a).shape for a in args])
    return tuple(broadcast_to(a, shape) for a in args)


def resize(a, new_shape):
    a = asarray(a).ravel()
    new_shape = (new_shape,) if isinstance(new_shape, int) else tuple(new_shape)
    n = 1
    for s in new_shape:
        n *= s
    return concatenate([a] * -(-n // max(1, a.size)))[:n].reshape(new_shape)


def delete(arr, obj, axis=None):
    a = asarray(arr)
    if axis is None:
        a, axis = a.ravel(), 0
    n = a.shape[axis]
    if isinstance(obj, slice):
        drop = set(range(*obj.indices(n)))
    else:
        drop = {int(i) % n for i in ([obj] if isinstance(obj, int) else asarray(obj).ravel().tolist())}
    return take(a, [i for i in range(n) if i not in drop], axis)


def insert(arr, obj, values, axis=None):
    a = asarray(arr)
    if axis is None:
        a, axis = a.ravel(), 0
    at = int(obj) % (a.shape[axis] + 1)
    head, tail = [slice(None)] * a.ndim, [slice(None)] * a.ndim
    head[axis], tail[axis] = slice(None, at), slice(at, None)
    v = asarray(values, dtype=a.dtype)
    if a.ndim == 1:
        v = v.reshape(-1)
    else:
        shape = list(a.shape)
        shape[axis] = 1
        v = broadcast_to(v if v.ndim == a.ndim else expand_dims(v, axis) if v.ndim == a.ndim - 1 else v, shape)
    return concatenate([a[tuple(head)], v, a[tuple(tail)]], axis)


def take(a, indices, axis=None, out=None, mode="raise"):
    a = asarray(a)
    if axis is None:
        return a.ravel()[asarray(indices, dtype=int) if not isinstance(indices, int) else indices]
    index = [slice(None)] * a.ndim
    index[axis] = asarray(indices, dtype=int) if not isinstance(indices, int) else indices
    return a[tuple(index)]


def take_along_axis(arr, indices, axis):
    with quiet():
        return wrap(_torch.take_along_dim(asarray(arr)._t, asarray(indices)._t, axis))


def put(a, ind, v, mode="raise"):
    a.flat[asarray(ind, dtype=int)] = v


def trim_zeros(filt, trim="fb"):
    values = asarray(filt)
    low, high = 0, len(values)
    if "f" in trim.lower():
        while low < high and values[low] == 0:
            low += 1
    if "b" in trim.lower():
        while high > low and values[high - 1] == 0:
            high -= 1
    return values[low:high]


def pad(array, pad_width, mode="constant", constant_values=0, **kwargs):
    """Padding by constants, or by the modes edge, reflect, symmetric and wrap."""
    a = asarray(array)
    w = asarray(pad_width, dtype=int)
    widths = broadcast_to(w, (a.ndim, 2)).tolist() if w.ndim != 1 or len(w) != 2 or a.ndim == 1 else [w.tolist()] * a.ndim
    for axis, (low, high) in enumerate(widths):
        n = a.shape[axis]
        if mode == "constant":
            values = asarray(constant_values)
            c = values.item() if values.size == 1 else None
            shape = list(a.shape)
            parts = []
            for k, count in enumerate((low, high)):
                shape[axis] = count
                from ._creation import full

                parts.append(full(shape, c if c is not None else values.reshape(-1).tolist()[k % values.size], a.dtype))
            a = concatenate([parts[0], a, parts[1]], axis)
            continue
        places = range(-low, n + high)
        if mode == "edge":
            index = [min(max(i, 0), n - 1) for i in places]
        elif mode == "wrap":
            index = [i % n for i in places]
        elif mode == "reflect":
            period = max(1, 2 * (n - 1))
            index = [(i % period) if (i % period) < n else period - (i % period) for i in places]
        elif mode == "symmetric":
            index = [(i % (2 * n)) if (i % (2 * n)) < n else 2 * n - 1 - (i % (2 * n)) for i in places]
        else:
            raise ValueError(f"numpy.pad: mode '{mode}' is not part of Backstep")
        a = take(a, index, axis)
    return a
