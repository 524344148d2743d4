"""Views of an array through a moving window."""

from torch._bridge import natives as _natives, wrap as _tensor

from .._array import asarray, wrap
from .._shaping import broadcast_arrays, broadcast_to  # noqa: F401


def as_strided(x, shape=None, strides=None, subok=False, writeable=True):
    """A view with any shape and strides (in bytes). Error: it would reach beyond the array's memory."""
    a = asarray(x)
    shape = a.shape if shape is None else tuple(shape)
    steps = [s // a.itemsize for s in (a.strides if strides is None else strides)]
    memory, start = a._t.untyped_storage(), a._t.storage_offset()
    reach = [start + sum((n - 1) * s for n, s in zip(shape, steps) if (s > 0) is up) for up in (True, False)]
    if all(shape) and (reach[0] >= memory.nbytes() // a.itemsize or reach[1] < 0):
        raise ValueError("as_strided: the view would reach beyond the array's memory")
    return wrap(_tensor(_natives.strided_view(a._t, shape, steps, start)))


def sliding_window_view(x, window_shape, axis=None, *, subok=False, writeable=False):
    """Views of each window of `x`: the window's dimensions come last. Error: a window larger than the array, or as many axes as sizes."""
    t = asarray(x)._t
    sizes = (window_shape,) if isinstance(window_shape, int) else tuple(window_shape)
    axes = tuple(range(t.dim())) if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
    if len(axes) != len(sizes):
        raise ValueError(f"Must provide matching length window_shape and axis; got {len(sizes)} window_shape elements and {len(axes)} axes elements."
                         if axis is not None else
                         f"Since axis is None, must provide window_shape for all dimensions of `x`; got {len(sizes)} window_shape elements and `x.ndim` is {t.dim()}.")
    for d, size in zip(axes, sizes):
        if size < 0:
            raise ValueError("`window_shape` cannot contain negative values")
        if size > t.shape[d]:
            raise ValueError("window shape cannot be larger than input array shape")
        t = t.unfold(d, size, 1)
    return wrap(t)
