"""Views of an array through a moving window."""

from .._array import asarray, wrap
from .._shaping import broadcast_arrays, broadcast_to  # noqa: F401


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
