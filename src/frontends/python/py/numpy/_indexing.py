"""Reading and writing parts of arrays: basic indexing gives views (steps may be negative), advanced indexing copies."""

from collections.abc import Sequence as _Sequence

import torch as _torch
from torch import _bridge as _B
from torch._bridge import natives as _natives

from . import _dtypes as _D
from ._array import array, ndarray, quiet, scalar, tensor_of, wrap


def _advanced(x):
    return isinstance(x, (_Sequence, ndarray, _torch.Tensor, _D.bool_, bool)) and not isinstance(x, str) and not (isinstance(x, ndarray) and x.ndim == 0 and x.dtype.kind in "iu")


def _items(index):
    items = list(index) if isinstance(index, tuple) else [index]
    for i, x in enumerate(items):
        if isinstance(x, ndarray) and x.ndim == 0 and x.dtype.kind in "iu":
            items[i] = int(x)
        elif isinstance(x, _Sequence) and not isinstance(x, (list, tuple, str)):
            items[i] = list(x)  # a range
    return items


def _consumes(x):
    """How many dimensions an index uses up."""
    if x is None or x is Ellipsis:
        return 0
    if isinstance(x, (bool, _D.bool_)):
        return 0
    if isinstance(x, (ndarray, _torch.Tensor)) and str(x.dtype).rpartition(".")[2] == "bool":
        return x.ndim
    if isinstance(x, list) and _is_mask(x):
        return array(x).ndim
    return 1


def _is_mask(x):
    while isinstance(x, list):
        if not x:
            return False
        x = x[0]
    return isinstance(x, (bool, _D.bool_))


def _expand(items, ndim):
    """Puts full slices in place of the ellipsis and of what is left out."""
    used = sum(_consumes(x) for x in items)
    if used > ndim:
        raise IndexError(f"too many indices for array: array is {ndim}-dimensional, but {used} were indexed")
    places = [i for i, x in enumerate(items) if x is Ellipsis]
    if len(places) > 1:
        raise IndexError("an index can only have a single ellipsis ('...')")
    fill = [slice(None)] * (ndim - used)
    if places:
        return items[: places[0]] + fill + items[places[0] + 1 :]
    return items + fill


def _basic(a, items):
    """View for integers, slices and None."""
    t = a._t
    shape, strides = list(t.shape), list(t.stride())
    offset = t.storage_offset()
    new_shape, new_strides = [], []
    d = 0
    for x in items:
        if x is None:
            new_shape.append(1)
            new_strides.append(0)
            continue
        n = shape[d]
        if isinstance(x, slice):
            start, stop, step = x.indices(n)
            count = len(range(start, stop, step))
            new_shape.append(count)
            new_strides.append(strides[d] * step)
            offset += strides[d] * start if count else 0
        else:
            try:
                k = x.__index__()
            except AttributeError:
                raise IndexError("only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays are valid indices") from None
            if not -n <= k < n:
                raise IndexError(f"index {k} is out of bounds for axis {d} with size {n}")
            offset += strides[d] * (k % n if n else 0)
        d += 1
    return a._view(_B.wrap(_natives.strided_view(t, tuple(new_shape), tuple(new_strides), offset)))


def _index_tensor(x, n=None):
    """An advanced index as the engine takes it."""
    if isinstance(x, _torch.Tensor):
        return x
    if isinstance(x, (bool, _D.bool_)):
        return _torch.tensor(bool(x))
    a = x if isinstance(x, ndarray) else array(x)
    if a.dtype.kind == "b":
        return a._t
    if a.dtype.kind not in "iu":
        if a.size == 0:
            return _torch.zeros(a.shape, dtype=_torch.int64)
        raise IndexError("arrays used as indices must be of integer (or boolean) type")
    return tensor_of(a, _D.dtype("int64"))


def _prepare(a, index):
    """(view with the slices done, index for the engine) for advanced indexing."""
    items = _expand(_items(index), a.ndim)
    first = [x if x is None or isinstance(x, slice) else slice(None) for x in items for _ in range(1 if x is None or isinstance(x, slice) else max(_consumes(x), 0))]
    view = _basic(a, first)
    second, axis = [], 0
    for x in items:
        if x is None or isinstance(x, slice):
            second.append(slice(None))
            axis += 1
            continue
        if isinstance(x, (int, _D.generic)) and not isinstance(x, (bool, _D.bool_)):
            k, n = x.__index__(), view.shape[axis]
            if not -n <= k < n:
                raise IndexError(f"index {k} is out of bounds for axis {axis} with size {n}")
            second.append(_torch.tensor(k))
            axis += 1
            continue
        t = _index_tensor(x)
        if t.dtype is _torch.bool:
            for j, m in enumerate(t.shape):
                if m != view.shape[axis + j]:
                    raise IndexError(f"boolean index did not match indexed array along axis {axis + j}; size of axis is {view.shape[axis + j]} but size of corresponding boolean axis is {m}")
            axis += t.ndim
        else:
            n = view.shape[axis]
            if t.numel():
                low, high = t.min().item(), t.max().item()
                if low < -n or high >= n:
                    raise IndexError(f"index {high if high >= n else low} is out of bounds for axis {axis} with size {n}")
            axis += 1
        second.append(t)
    return view, tuple(second)


#: Indices that may lead to one element.
_WHOLE = (int, _D.int64)


def _element_index(a, index):
    """The index as integers for every dimension, or None where it is another one; complex numbers have no such short cut."""
    if type(index) in _WHOLE:
        index = (index,)
    if type(index) is not tuple or not all(type(k) in _WHOLE for k in index) or len(index) != a._t.ndim or a.dtype.kind == "c":
        return None
    return tuple(map(int, index))


def get(a, index):
    place = _element_index(a, index)
    if place is not None:
        value = _natives.element(a._t, place)
        if value is not None:
            return a.dtype.type(value)
    items = _items(index)
    if not any(_advanced(x) for x in items):
        out = _basic(a, _expand(items, a.ndim))
        return scalar(out._t) if out.ndim == 0 and not any(x is Ellipsis for x in items) else out
    with quiet():
        view, second = _prepare(a, index)
        return wrap(view._t[second])


#: Types of numbers that an element takes as they are, rounded to its own precision.
_FITTING = {"float64": (float, _D.float64), "float32": (float, _D.float64, _D.float32), "int64": (int, _D.int64)}


def put(a, index, value):
    kind = a.dtype
    if type(value) in _FITTING.get(kind.name, ()):
        place = _element_index(a, index)
        if place is not None and _natives.set_element(a._t, place, value):
            return
    items = _items(index)
    if isinstance(value, complex) and kind.kind != "c":
        raise TypeError("float() argument must be a string or a real number, not 'complex'")
    v = tensor_of(value)
    with quiet():
        if not any(_advanced(x) for x in items):
            target = _basic(a, _expand(items, a.ndim))._t
            _check_fit(v.shape, target.shape)
            if isinstance(value, ndarray) and _natives.same_storage(v, target):
                v = v.clone()
            target.copy_(_squeezed(v, target.ndim))
            return
        view, second = _prepare(a, index)
        v = v.to(kind._torch)
        try:
            view._t[second] = v
        except RuntimeError as error:
            got = tuple(view._t[second].shape)
            raise ValueError(f"shape mismatch: value array of shape {_text(v.shape)} could not be broadcast to indexing result of shape {_text(got)}") from error


def _squeezed(v, ndim):
    while v.ndim > ndim and v.shape[0] == 1:
        v = v[0]
    return v


def _text(shape):
    return "(" + ",".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"


def _check_fit(given, wanted):
    given = list(given)
    while len(given) > len(wanted) and given[0] == 1:
        given.pop(0)
    if len(given) > len(wanted) or any(g != 1 and g != w for g, w in zip(given[::-1], list(wanted)[::-1])):
        raise ValueError(f"could not broadcast input array from shape {_text(given)} into shape {_text(wanted)}")
