"""matplotlib.colors."""

from ._colors import Colormap, LinearSegmentedColormap, ListedColormap, LogNorm, Normalize, _any_rgb  # noqa: F401


def to_rgb(color):
    return _any_rgb(color)


def to_rgba(color, alpha=None):
    return (*_any_rgb(color), 1.0 if alpha is None else alpha)


def to_hex(c, keep_alpha=False):
    """The colour as "#rrggbb", with two more digits for `keep_alpha`."""
    return "#" + "".join(f"{round(255 * v):02x}" for v in to_rgba(c)[: 4 if keep_alpha else 3])
