"""matplotlib.colors."""

from ._colors import Colormap, LinearSegmentedColormap, ListedColormap, LogNorm, Normalize, _any_rgb  # noqa: F401


def to_rgb(color):
    return _any_rgb(color)


def to_rgba(color, alpha=None):
    return (*_any_rgb(color), 1.0 if alpha is None else alpha)
