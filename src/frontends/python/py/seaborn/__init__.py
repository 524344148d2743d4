"""seaborn: its settings, which do not change Backstep's pictures, and plots of arrays. Tables of pandas are not part of Backstep."""

import contextlib as _contextlib

import matplotlib.pyplot as _plt
import numpy as _np
from matplotlib import colors as _colors

__version__ = "0.13.2"


def set_theme(context="notebook", style="darkgrid", palette="deep", font="sans-serif", font_scale=1, color_codes=True, rc=None):
    """Kept for programs that choose a theme; `rc` is kept among matplotlib's settings."""
    _plt.rcParams.update(rc or {})


set = set_theme


def set_style(style=None, rc=None):
    """Kept for programs that choose a style."""
    _plt.rcParams.update(rc or {})


def set_context(context=None, font_scale=1, rc=None):
    """Kept for programs that choose a size."""
    _plt.rcParams.update(rc or {})


def reset_orig():
    """Kept for programs that take a theme back."""


reset_defaults = reset_orig


def set_palette(palette=None, n_colors=None, **_):
    """Kept for programs that choose colours."""


@_contextlib.contextmanager
def axes_style(style=None, rc=None):
    """A style for the plots of a block."""
    yield {}


plotting_context = axes_style


def despine(fig=None, ax=None, top=True, right=True, left=False, bottom=False, **_):
    """Takes lines around axes away."""
    for axes in [ax] if ax is not None else (fig or _plt.gcf()).axes:
        for side, hidden in (("top", top), ("right", right), ("left", left), ("bottom", bottom)):
            if hidden:
                axes.spines[side].set_visible(False)


def color_palette(palette=None, n_colors=None, as_cmap=False, **_):
    """Colours (r, g, b) of a matplotlib colour map, or matplotlib's cycle of colours."""
    if as_cmap:
        return _plt.get_cmap(palette)
    if isinstance(palette, (list, tuple)):
        return [_colors.to_rgb(color) for color in palette]
    try:
        cmap = _plt.get_cmap(palette) if palette is not None else None
    except ValueError:
        cmap = None  # "deep", "husl" and the like
    count = n_colors or (10 if cmap is None else 6)
    return [_colors.to_rgb(f"C{i % 10}") if cmap is None else tuple(cmap((i + 1) / (count + 1))[:3]) for i in range(count)]


def heatmap(data, *, vmin=None, vmax=None, cmap=None, center=None, annot=None, fmt=".2g", linewidths=0, cbar=True, square=False,
            xticklabels="auto", yticklabels="auto", ax=None, cbar_kws=None, **_):
    """A grid of coloured cells, the first row on top; `annot` (True, or an array of words) writes in them."""
    ax = ax or _plt.gca()
    grid = _np.asarray(data)
    rows, columns = grid.shape
    mesh = ax.pcolormesh(_np.arange(columns + 1), _np.arange(rows + 1), grid, vmin=vmin, vmax=vmax, cmap=cmap or "magma")
    ax.set_xlim(0, columns)
    ax.set_ylim(rows, 0)
    for labels, count, set_ticks in ((xticklabels, columns, ax.set_xticks), (yticklabels, rows, ax.set_yticks)):
        names = list(range(count)) if labels in ("auto", True) else [] if labels is False else list(labels)
        set_ticks([i + 0.5 for i in range(len(names))], [str(name) for name in names])
    if annot is not None and annot is not False:
        words = grid if annot is True else _np.asarray(annot)
        low, high = float(grid.min()), float(grid.max())
        for i in range(rows):
            for j in range(columns):
                value = words[i, j]
                dark = float(grid[i, j]) < (low + high) / 2
                ax.text(j + 0.5, i + 0.5, value if isinstance(value, str) else format(value.item(), fmt), ha="center", va="center", color="white" if dark else "black")
    if square:
        ax.set_aspect("equal")
    if cbar:
        ax.figure.colorbar(mesh, ax=ax, label=(cbar_kws or {}).get("label", ""))
    return ax


def _groups(x, y, hue):
    """(name, x, y) of each value of `hue`."""
    x, y = _np.asarray(x).ravel(), _np.asarray(y).ravel()
    if hue is None:
        return [(None, x, y)]
    kind = _np.asarray(hue).ravel()
    return [(str(value), x[kind == value], y[kind == value]) for value in _np.unique(kind).tolist()]


def _column(data, name):
    return data[name] if data is not None and isinstance(name, str) else name


def _plot(method, data, x, y, hue, ax, style):
    ax = ax or _plt.gca()
    x, y, hue = (_column(data, name) for name in (x, y, hue))
    if y is None:
        x, y = _np.arange(len(x if x is not None else data)), x if x is not None else data
    for name, a, b in _groups(_np.arange(len(y)) if x is None else x, y, hue):
        getattr(ax, method)(a, b, **{"label": name, **style})
    if hue is not None:
        ax.legend()
    return ax


def lineplot(data=None, *, x=None, y=None, hue=None, ax=None, **style):
    """Lines, one for each value of `hue`."""
    return _plot("plot", data, x, y, hue, ax, {key: style[key] for key in style if key in ("label", "color", "marker", "linestyle", "linewidth", "alpha")})


def scatterplot(data=None, *, x=None, y=None, hue=None, ax=None, **style):
    """Points, of one colour for each value of `hue`."""
    return _plot("scatter", data, x, y, hue, ax, {key: style[key] for key in style if key in ("label", "color", "marker", "s", "alpha")})


def histplot(data=None, *, x=None, bins="auto", ax=None, stat="count", color=None, alpha=0.75, label=None, **_):
    """How often values occur."""
    ax = ax or _plt.gca()
    values = _column(data, x) if x is not None else data
    ax.hist(_np.asarray(values).ravel(), bins=bins, density=stat == "density", color=color, alpha=alpha, label=label, edgecolor="black")
    ax.set_ylabel(stat.capitalize())
    return ax


def __getattr__(name):
    raise AttributeError(f"seaborn.{name} is not part of Backstep: it has heatmap, lineplot, scatterplot and histplot of arrays, and settings")
