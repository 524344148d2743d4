"""Figures: a grid of axes that become one SVG document."""

import functools
import os
import sys

from ._names import Label, called
from ._svg import Svg

DPI = 72 * 1.389  # matplotlib's 100 dots per inch


def floats(x):
    """Numbers of anything that numpy takes, as a flat list. Tensors that require grad are refused as in PyTorch."""
    import numpy as np

    if isinstance(x, (int, float)):
        return [float(x)]
    return [float(v) for v in np.asarray(x).reshape(-1).tolist()]


def _axes_of(projection):
    """The class of axes with a projection."""
    from ._axes import Axes
    from ._axes3d import Axes3D

    kinds = {None: Axes, "rectilinear": Axes, "3d": Axes3D}
    if projection not in kinds:
        raise ValueError(f"axes with projection='{projection}' are not part of Backstep: it has 'rectilinear' and '3d'")
    return kinds[projection]


@called("matplotlib.figure.Figure")
class Figure:
    def __init__(self, figsize=None, dpi=None, facecolor=None, tight_layout=None, constrained_layout=None, layout=None, num=None, **_):
        self.figsize = tuple(figsize) if figsize is not None else (6.4, 4.8)
        self.axes, self._title, self._title_size, self.number = [], None, 12, num
        self.facecolor, self.shown = facecolor or "white", False
        self._current, self._texts = None, []
        self._spaces = {}

    def __repr__(self):
        width, height = (round(100 * side) for side in self.figsize)
        return f"<Figure size {width}x{height} with {len(self.axes) + sum(ax.color_bar is not None for ax in self.axes)} Axes>"

    # ---------------------------------------------------------------- axes

    def add_subplot(self, *args, projection=None, sharex=None, sharey=None, **kwargs):
        make = _axes_of(projection)
        if len(args) == 1 and isinstance(args[0], int):
            args = tuple(int(d) for d in str(args[0]))
        if len(args) == 1 and isinstance(args[0], tuple):
            rows, columns, index = args[0]
        else:
            rows, columns, index = args or (1, 1, 1)
        cells = index if isinstance(index, tuple) else (index, index)
        for ax in self.axes:
            if ax.place == (rows, columns, cells):
                self._current = ax
                return ax
        ax = make(self, (rows, columns, cells))
        if kwargs:
            ax.set(**{k: v for k, v in kwargs.items() if hasattr(ax, "set_" + k)})
        self.axes.append(ax)
        self._current = ax
        return ax

    def add_axes(self, rect, projection=None, **kwargs):
        ax = _axes_of(projection)(self, None, rect)
        self.axes.append(ax)
        self._current = ax
        return ax

    def add_gridspec(self, nrows=1, ncols=1, **_):
        return GridSpec(nrows, ncols, self)

    def subplots(self, nrows=1, ncols=1, sharex=False, sharey=False, squeeze=True, **kwargs):
        import itertools

        grid = [[self.add_subplot(nrows, ncols, r * ncols + c + 1, **(kwargs.get("subplot_kw") or {})) for c in range(ncols)] for r in range(nrows)]
        flat = list(itertools.chain(*grid))
        for flag, group in ((sharex, "_share_x"), (sharey, "_share_y")):
            if flag and flag != "none":
                for ax in flat:
                    setattr(ax, group, flat)
        self._current = flat[0]
        if squeeze and len(flat) == 1:
            return flat[0]
        if squeeze and (nrows == 1 or ncols == 1):
            return AxesGrid(flat)
        return AxesGrid([AxesGrid(row) for row in grid])

    def gca(self):
        return self._current or self.add_subplot(1, 1, 1)

    def sca(self, ax):
        self._current = ax

    # ---------------------------------------------------------------- form

    def suptitle(self, text, fontsize=12, **_):
        self._title, self._title_size = text, size_of(fontsize, 12)
        return Label(0.5, 0.98, text, lambda text: setattr(self, "_title", text))

    def set_size_inches(self, w, h=None):
        self.figsize = tuple(w) if h is None else (w, h)

    def set_figwidth(self, w):
        self.figsize = (w, self.figsize[1])

    def set_figheight(self, h):
        self.figsize = (self.figsize[0], h)

    def get_size_inches(self):
        import numpy as np

        return np.array(self.figsize, dtype=float)

    def subplots_adjust(self, **kwargs):
        self._spaces.update(kwargs)

    def tight_layout(self, *_, **__):
        pass

    set_tight_layout = set_constrained_layout = align_labels = tight_layout

    def get_axes(self):
        return list(self.axes)

    def autofmt_xdate(self, **_):
        pass

    def colorbar(self, mappable, ax=None, label="", **_):
        owner = ax if ax is not None and not isinstance(ax, AxesGrid) else getattr(mappable, "axes", None) or self.gca()
        owner.color_bar = (mappable, label)
        return ColorBar(owner)

    def legend(self, *args, **kwargs):
        return self.gca().legend(*args, **kwargs)

    def text(self, x, y, s, fontsize=None, color="black", ha="left", va="baseline", rotation=0, size=None, horizontalalignment=None,
             verticalalignment=None, **_):
        """Words at a place given in parts of the figure's width and height."""
        from ._colors import to_svg
        from ._marks import Text

        anchor = {"left": "start", "center": "middle", "right": "end"}[horizontalalignment or ha]
        mark = Text(float(x), float(y), s, size_of(fontsize or size, 10) * 1.39, to_svg(color), anchor, verticalalignment or va, True, rotation=rotation)
        self._texts.append(mark)
        return mark

    def supxlabel(self, t, **_):
        """A title below all axes."""
        if self.axes:
            self.axes[-1].set_xlabel(t)

    def supylabel(self, t, **_):
        """A title at the left of all axes."""
        if self.axes:
            self.axes[0].set_ylabel(t)

    def clf(self):
        self.axes, self._current, self._title, self._texts = [], None, None, []

    clear = clf

    # ---------------------------------------------------------------- output

    def to_svg(self):
        width, height = self.figsize[0] * DPI, self.figsize[1] * DPI
        from ._colors import to_svg

        svg = Svg(width, height, to_svg(self.facecolor))
        top = 0.0
        if self._title:
            svg.text(width / 2, 8 + self._title_size * 1.39, self._title, self._title_size * 1.39)
            top = self._title_size * 1.39 + 12
        for ax in self.axes:
            ax.draw(svg, ax.frame(width, height, top))
        for text in self._texts:
            text.draw(svg, _Whole((0, 0, width, height)))
        return svg.done()

    _repr_svg_ = to_svg

    def savefig(self, fname, *, format=None, **_):
        """Writes the figure as SVG to the run's memory file system, and shows it."""
        data = self.to_svg()
        if hasattr(fname, "write"):
            try:
                fname.write(data)
            except TypeError:
                fname.write(data.encode())
            return
        kind = format or str(fname).rpartition(".")[2].lower()
        if kind not in ("svg", "svgz") and "." in str(fname):
            _say_once(f"savefig: in this run's memory {fname} holds SVG, as do all figures; --figures FOLDER writes PNG files.")
        with open(fname, "w") as f:
            f.write(data)
        show_figure(self, os.path.basename(fname)[:255])

    def show(self, *_, **__):
        show_figure(self)

    @property
    def canvas(self):
        return _Canvas()


class _Whole:
    """Stands where marks expect the frame of axes: the whole figure."""

    def __init__(self, box):
        self.box = box


class _Canvas:
    def draw(self):
        pass

    draw_idle = flush_events = draw


@functools.cache
def _say_once(sentence):
    print(sentence, file=sys.stderr)


def show_figure(figure, name=""):
    """Shows a figure in the app, once; `name` is the file that it was saved as."""
    if figure.shown or not figure.axes:
        return
    figure.shown = True
    try:
        from _backstep.display import show
    except ImportError:
        return  # no app around this interpreter
    show("image/svg+xml", figure.to_svg(), name)


class AxesGrid(list):
    """What subplots returns: indexable as numpy's array of axes is, and printed as one."""

    def __repr__(self):
        return f"array({self._text(7)}, dtype=object)"

    def _text(self, column):
        """Its elements in brackets that begin after `column` characters: rows below each other, long rows broken."""
        rows = self and isinstance(list.__getitem__(self, 0), AxesGrid)
        lines = [""]
        for element in self:
            text = element._text(column + 1) if rows else repr(element)
            if lines[-1] and (rows or column + len(lines[-1]) + len(text) > 75):
                lines.append("")
            lines[-1] += text + ("," if rows else ", ")
        lines[-1] = lines[-1].rstrip(", ")
        return "[" + f"\n{' ' * column}".join(line.rstrip() for line in lines) + "]"

    def __getitem__(self, index):
        if isinstance(index, tuple):
            row = list.__getitem__(self, index[0])
            return AxesGrid(r[index[1]] for r in row) if isinstance(index[0], slice) else row[index[1]]
        found = list.__getitem__(self, index)
        return AxesGrid(found) if isinstance(index, slice) else found

    @property
    def flat(self):
        return _FlatAxes(self.ravel())

    size = property(lambda self: len(self.ravel()))
    ndim = property(lambda self: len(self.shape))

    @property
    def T(self):
        return AxesGrid(AxesGrid(column) for column in zip(*self)) if self.ndim == 2 else self

    def tolist(self):
        return [row.tolist() if isinstance(row, AxesGrid) else row for row in self]

    def ravel(self):
        return AxesGrid([a for row in self for a in (row if isinstance(row, AxesGrid) else [row])])

    flatten = ravel

    def reshape(self, *shape):
        flat = self.ravel()
        if len(shape) == 1:
            return flat
        rows, columns = shape
        columns = columns if columns > 0 else len(flat) // rows
        return AxesGrid(AxesGrid(flat[i : i + columns]) for i in range(0, len(flat), columns))

    @property
    def shape(self):
        return (len(self), len(list.__getitem__(self, 0))) if self and isinstance(list.__getitem__(self, 0), AxesGrid) else (len(self),)

    @property
    def size(self):
        return len(self.ravel())


class _FlatAxes(AxesGrid):
    """The axes of a grid row by row, to be indexed, looped over, or taken one after the other by `next`."""

    def __next__(self):
        if not hasattr(self, "_rest"):
            self._rest = iter(self)
        return next(self._rest)


@called("matplotlib.gridspec.GridSpec")
class GridSpec:
    def __init__(self, nrows, ncols, figure=None, **_):
        self.nrows, self.ncols = nrows, ncols

    def __getitem__(self, key):
        r, c = key if isinstance(key, tuple) else divmod(key, self.ncols)
        rows = range(self.nrows)[r] if isinstance(r, slice) else range(r % self.nrows, r % self.nrows + 1)
        columns = range(self.ncols)[c] if isinstance(c, slice) else range(c % self.ncols, c % self.ncols + 1)
        return (self.nrows, self.ncols, (rows[0] * self.ncols + columns[0] + 1, rows[-1] * self.ncols + columns[-1] + 1))


@called("matplotlib.colorbar.Colorbar")
class ColorBar:
    def __init__(self, axes):
        self._axes = axes

    def set_label(self, label, **_):
        self._axes.color_bar = (self._axes.color_bar[0], label)

    @property
    def ax(self):
        return self

    def set_ylabel(self, label, **_):
        self.set_label(label)

    def set_ticks(self, *_, **__):
        pass

    set_ticklabels = set_ticks


def size_of(size, default):
    """Font size in points."""
    names = {"xx-small": 5.8, "x-small": 6.9, "small": 8.3, "medium": 10, "large": 12, "x-large": 14.4, "xx-large": 17.3}
    return default if size is None else names.get(size, size) if isinstance(size, str) else float(size)
