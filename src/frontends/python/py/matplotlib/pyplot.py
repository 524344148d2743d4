"""matplotlib.pyplot: figures that the app shows. A function that is missing raises an error that names it."""

import contextlib as _contextlib

from . import _colors, _state
from ._colors import get_cmap
from ._figure import AxesGrid, Figure, GridSpec, show_figure
from ._state import rcParams, style  # noqa: F401

_figures = {}
_current = [None]


def figure(num=None, figsize=None, dpi=None, clear=False, **kwargs):
    if isinstance(num, Figure):
        _current[0] = num.number
        return num
    number = max(_figures, default=0) + 1 if num is None else num
    if number not in _figures:
        _figures[number] = Figure(figsize if figsize is not None else rcParams.get("figure.figsize"), dpi, num=number, **kwargs)
    elif clear:
        _figures[number].clf()
    _current[0] = number
    return _figures[number]


def gcf():
    return _figures[_current[0]] if _current[0] in _figures else figure()


def gca(**_):
    return gcf().gca()


def sca(ax):
    _current[0] = ax.figure.number
    ax.figure.sca(ax)


def subplots(nrows=1, ncols=1, *, sharex=False, sharey=False, squeeze=True, subplot_kw=None, gridspec_kw=None, width_ratios=None, height_ratios=None, **kwargs):
    fig = figure(**kwargs)
    return fig, fig.subplots(nrows, ncols, sharex, sharey, squeeze, subplot_kw=subplot_kw)


def subplot(*args, **kwargs):
    return gcf().add_subplot(*args, **kwargs)


def axes(arg=None, **kwargs):
    return gcf().add_subplot(1, 1, 1, **kwargs) if arg is None else gcf().add_axes(arg, **kwargs)


def subplot_mosaic(mosaic, **kwargs):
    rows = [list(r) for r in (mosaic.strip().replace(";", "\n").split() if isinstance(mosaic, str) else mosaic)]
    fig = figure(**{k: v for k, v in kwargs.items() if k in ("figsize", "dpi")})
    out, columns = {}, len(rows[0])
    for name in dict.fromkeys(n for r in rows for n in r if n != "."):
        cells = [i * columns + j + 1 for i, r in enumerate(rows) for j, n in enumerate(r) if n == name]
        out[name] = fig.add_subplot(len(rows), columns, (min(cells), max(cells)))
    return fig, out


def show(*_, **__):
    for number in sorted(_figures):
        show_figure(_figures[number])
    close("all")


def savefig(fname, **kwargs):
    gcf().savefig(fname, **kwargs)


def close(fig=None):
    if fig == "all":
        _figures.clear()
    elif fig is None:
        _figures.pop(_current[0], None)
    else:
        _figures.pop(fig.number if isinstance(fig, Figure) else fig, None)
    _current[0] = max(_figures, default=None)


def clf():
    gcf().clf()


def cla():
    gca().cla()


def draw():
    pass


def pause(interval):
    """Shows the figure as it is now; an animation is a row of pictures."""
    fig = gcf()
    fig.shown = False
    show_figure(fig)


def ion():
    pass


ioff = isinteractive = ion


def tight_layout(*_, **__):
    pass


def suptitle(t, **kwargs):
    return gcf().suptitle(t, **kwargs)


def subplots_adjust(**kwargs):
    gcf().subplots_adjust(**kwargs)


def colorbar(mappable=None, cax=None, ax=None, **kwargs):
    if mappable is None:
        mapped = [m for m in gca().marks if getattr(m, "mapped", None)]
        if not mapped:
            raise RuntimeError("No mappable was found to use for colorbar creation. First define a mappable such as an image (with imshow) or a contour set (with contourf).")
        mappable = mapped[-1]
    return gcf().colorbar(mappable, ax=ax or getattr(mappable, "axes", None), **kwargs)


def xlim(*args, **kwargs):
    return gca().set_xlim(*args, **kwargs) if args or kwargs else gca().get_xlim()


def ylim(*args, **kwargs):
    return gca().set_ylim(*args, **kwargs) if args or kwargs else gca().get_ylim()


def xticks(ticks=None, labels=None, rotation=None, **kwargs):
    ax = gca()
    if ticks is None:
        if rotation is not None:
            ax.x_rotation = 90 if rotation == "vertical" else float(rotation)
        return ax.get_xticks(), ax.get_xticklabels()
    places = ax.set_xticks(ticks, labels, rotation)
    if rotation is not None:
        ax.x_rotation = 90 if rotation == "vertical" else float(rotation)
    return places, ax.get_xticklabels()


def yticks(ticks=None, labels=None, **kwargs):
    ax = gca()
    if ticks is None:
        return ax.get_yticks(), ax.get_yticklabels()
    return ax.set_yticks(ticks, labels), ax.get_yticklabels()


def subplot2grid(shape, loc, rowspan=1, colspan=1, fig=None, **kwargs):
    """Axes over some cells of a grid of `shape`."""
    figure = fig or gcf()
    grid = figure.add_gridspec(*shape)
    return figure.add_subplot(grid[loc[0]:loc[0] + rowspan, loc[1]:loc[1] + colspan], **kwargs)


def xkcd(scale=1, length=100, randomness=2):
    """Kept for programs that call it: lines stay straight."""
    return _contextlib.ExitStack()


def switch_backend(newbackend):
    """Kept for programs that call it: there is one way of drawing."""


def set_cmap(cmap):
    rcParams["image.cmap"] = cmap


def imread(fname, **_):
    raise NotImplementedError("matplotlib.pyplot.imread is not part of Backstep: a run has no picture files")


def rc(group, **kwargs):
    for k, v in kwargs.items():
        rcParams[f"{group}.{k}"] = v


class _ColorMaps:
    """plt.cm.viridis and the like."""

    def __getattr__(self, name):
        if name == "get_cmap":
            return get_cmap
        if name == "ScalarMappable":
            return _state.ScalarMappable
        try:
            return get_cmap(name)
        except ValueError as error:
            raise AttributeError(str(error)) from None


cm = _ColorMaps()
colormaps = _state.ColormapTable()

_ON_AXES = (
    "plot scatter step semilogy semilogx loglog errorbar stem axhline axvline hlines vlines axline fill_between fill axhspan axvspan bar barh hist pie "
    "boxplot violinplot tricontourf tricontour triplot imshow matshow pcolormesh pcolor contour contourf clabel minorticks_on minorticks_off ticklabel_format locator_params autoscale quiver streamplot arrow hist2d stackplot bar_label text annotate legend grid axis margins twinx tick_params"
).split()


def _delegate(method, name):
    """The function of pyplot that calls a method of the current axes."""

    def function(*args, **kwargs):
        return getattr(gca(), method)(*args, **kwargs)

    function.__name__ = function.__qualname__ = name
    return function


for _name in _ON_AXES:
    globals()[_name] = _delegate(_name, _name)
for _short, _long in {"title": "set_title", "xlabel": "set_xlabel", "ylabel": "set_ylabel", "xscale": "set_xscale", "yscale": "set_yscale"}.items():
    globals()[_short] = _delegate(_long, _short)


def figtext(x, y, s, **kwargs):
    return gcf().text(x, y, s, **kwargs)


def box(on=None):
    """Kept for programs that call it: the frame is always drawn."""


def setp(obj, *args, **kwargs):
    """Sets properties of an object, or of each in a list, by its set_… methods where it has them."""
    kwargs.update(zip(args[::2], args[1::2]))
    for one in obj if isinstance(obj, (list, tuple)) else [obj]:
        for key, value in kwargs.items():
            method = getattr(one, "set_" + key, None)
            if callable(method):
                method(value)


def fignum_exists(num):
    return num in _figures


def rc_context(rc=None, fname=None):
    """A context in which settings are changed."""
    @_contextlib.contextmanager
    def changed():
        before = dict(rcParams)
        rcParams.update(rc or {})
        try:
            yield
        finally:
            rcParams.clear()
            rcParams.update(before)

    return changed()


def _choose(name):
    def function():
        set_cmap(name)

    function.__name__ = name
    return function


for _name in ("gray", "hot", "jet", "viridis", "plasma", "inferno", "magma", "bone", "cool"):
    globals()[_name] = _choose(_name)


def get_fignums():
    return sorted(_figures)


def __getattr__(name):
    if name in ("Rectangle", "Circle", "Polygon"):
        from . import patches

        return getattr(patches, name)
    if name in ("Axes", "Line2D"):
        from ._axes import Axes
        from ._marks import Line

        return {"Axes": Axes, "Line2D": Line}[name]
    raise AttributeError(f"matplotlib.pyplot.{name} is not part of Backstep")
