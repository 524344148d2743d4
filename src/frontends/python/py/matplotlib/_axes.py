"""Axes: limits, scales, labels; what is plotted comes from _plots.py."""

from collections.abc import Iterable

from ._figure import floats, size_of
from ._layout import UNIT, Projection, draw_colorbar, draw_frame, draw_legend, draw_titles, text_width, y_texts
from ._names import Label, XTick, YTick, called
from ._plots import Plots
from ._scales import nice_ticks, scale_of, tick_texts
from ._spines import Spines


@called("matplotlib.axes._axes.Axes")
class Axes(Plots):
    def __init__(self, figure, place, rect=None):
        self.figure, self.place, self._rect = figure, place, rect
        self.twin_of, self.twins = None, []
        self._share_x = self._share_y = None
        self.cla()

    def cla(self):
        self.marks, self.title, self.xlabel, self.ylabel = [], "", "", ""
        self.title_size, self.title_place, self.title_weight, self.label_size, self.tick_size = 12, "center", None, 10, 10
        self.ylabel_color = self.y_tick_color = "black"
        self._x_limits, self._y_limits = [None, None], [None, None]
        self._x_scale, self._y_scale = scale_of("linear"), scale_of("linear")
        self._x_ticks = self._y_ticks = self._x_labels = self._y_labels = None
        self.x_rotation, self.axis_on, self.aspect = 0, True, "auto"
        self.grid_on, self.grid_color, self.grid_dash, self.grid_alpha = False, "#b0b0b0", None, None
        self.legend_on, self.legend_place, self.legend_size, self.legend_entries, self.legend_title, self.legend_columns = False, "best", 10, None, None, 1
        self.face, self.color_bar, self._color, self._flip_x, self._flip_y = "white", None, 0, False, False
        self.margin = 0.05
        self.spines, self.hidden_ticks = Spines(), set()
        self.projection = None

    clear = cla

    def __repr__(self):
        title = f"title={{{self.title_place!r}: {self.title!r}}}" if self.title else ""
        labels = [f"{name}={text!r}" for name, text in self._labels() if text]
        return f"<{type(self).__name__}: {', '.join(filter(None, [title, *labels]))}>"

    def _labels(self):
        return ("xlabel", self.xlabel), ("ylabel", self.ylabel)

    # ---------------------------------------------------------------- text

    def set_title(self, label, fontsize=None, loc="center", fontweight=None, fontdict=None, size=None, **_):
        fontdict = fontdict or {}
        self.title, self.title_place = label, loc
        self.title_size = size_of(fontsize or size or fontdict.get("fontsize"), 12)
        self.title_weight = fontweight or fontdict.get("fontweight") or _.get("weight")
        return self._label({"left": 0.0, "right": 1.0}.get(loc, 0.5), 1.0, "title")

    def _label(self, x, y, attribute):
        return Label(x, y, getattr(self, attribute), lambda text: setattr(self, attribute, text))

    def set_xlabel(self, xlabel, fontsize=None, **_):
        self.xlabel, self.label_size = xlabel, size_of(fontsize, self.label_size)
        return self._label(0.5, 0, "xlabel")

    def set_ylabel(self, ylabel, fontsize=None, color="black", **_):
        self.ylabel, self.label_size = ylabel, size_of(fontsize, self.label_size)
        from ._colors import to_svg

        self.ylabel_color = to_svg(color)
        return self._label(0, 0.5, "ylabel")

    def set(self, **kwargs):
        made = []
        for name, value in kwargs.items():
            setter = getattr(self, f"set_{name}", None)
            if setter is None:
                raise AttributeError(f"Axes.set: '{name}' is not part of Backstep")
            made.append(setter(value))
        return made

    def get_title(self):
        return self.title

    def get_xlabel(self):
        return self.xlabel

    def get_ylabel(self):
        return self.ylabel

    def legend(self, handles=None, labels=None, loc="best", fontsize=None, title=None, ncol=1, ncols=None, **_):
        self.legend_on, self.legend_size, self.legend_title, self.legend_columns = True, size_of(fontsize, 10), title, ncols or ncol
        codes = ["best", "upper right", "upper left", "lower left", "lower right", "right", "center left", "center right", "lower center", "upper center", "center"]
        self.legend_place = codes[loc] if isinstance(loc, int) else loc if isinstance(loc, str) else "best"
        if labels is None and handles is not None and handles and isinstance(list(handles)[0], str):
            handles, labels = None, handles
        if handles is not None or labels is not None:
            chosen = list(handles) if handles is not None else [m for m in self.marks if m.visible]
            chosen = [h[0] if isinstance(h, (list, tuple)) else h for h in chosen]
            names = list(labels) if labels is not None else [h.label for h in chosen]
            self.legend_entries = [(h, n) for h, n in zip(chosen, names) if n]
        return Legend(self)

    def get_legend_handles_labels(self):
        shown = [m for m in self.marks if m.label and not str(m.label).startswith("_")]
        return shown, [m.label for m in shown]

    def get_legend(self):
        return Legend(self) if self.legend_on else None

    # ---------------------------------------------------------------- limits and scales

    def _set_limits(self, which, low, high):
        if isinstance(low, Iterable) and getattr(low, "ndim", 1):
            low, high = low
        limits = getattr(self, which)
        limits[0] = limits[0] if low is None else float(low)
        limits[1] = limits[1] if high is None else float(high)

    def set_xlim(self, left=None, right=None, *, xmin=None, xmax=None, **_):
        self._set_limits("_x_limits", left if xmin is None else xmin, right if xmax is None else xmax)
        return self._limits(0)

    def set_ylim(self, bottom=None, top=None, *, ymin=None, ymax=None, **_):
        self._set_limits("_y_limits", bottom if ymin is None else ymin, top if ymax is None else ymax)
        return self._limits(1)

    def get_xlim(self):
        return _float64s(self._limits(0))

    def get_ylim(self):
        return _float64s(self._limits(1))

    def get_xscale(self):
        return self._x_scale.name

    def get_yscale(self):
        return self._y_scale.name

    def set_xscale(self, value, **_):
        self._x_scale = scale_of(value)

    def set_yscale(self, value, **_):
        self._y_scale = scale_of(value)

    def set_xticks(self, ticks, labels=None, rotation=None, **_):
        self._x_ticks = _numbers(ticks)
        if labels is not None:
            self.set_xticklabels(labels, rotation=rotation)
        return [XTick() for _tick in self._x_ticks]

    def set_yticks(self, ticks, labels=None, **_):
        self._y_ticks = _numbers(ticks)
        if labels is not None:
            self._y_labels = [str(v) for v in labels]
        return [YTick() for _tick in self._y_ticks]

    def set_xticklabels(self, labels, rotation=None, **_):
        self._x_labels = [str(v) for v in labels]
        self.x_rotation = float(rotation) if isinstance(rotation, (int, float)) else 90 if rotation == "vertical" else self.x_rotation
        return self.get_xticklabels()

    def set_yticklabels(self, labels, **_):
        self._y_labels = [str(v) for v in labels]
        return self.get_yticklabels()

    def get_xticks(self):
        return _array(self.x_ticks(self._limits(0), 9)[0])

    def get_yticks(self):
        return _array(self.y_ticks(self._limits(1), 9)[0])

    def tick_params(self, axis="both", labelsize=None, rotation=None, labelrotation=None, labelcolor=None, length=None, **kwargs):
        for name in ("left", "bottom", "labelleft", "labelbottom"):
            if name in kwargs:
                (self.hidden_ticks.discard if kwargs[name] else self.hidden_ticks.add)(name)
        if length == 0:
            self.hidden_ticks.update({"x": {"bottom"}, "y": {"left"}}.get(axis, {"bottom", "left"}))
        self.tick_size = size_of(labelsize, self.tick_size)
        if labelcolor is not None and axis in ("y", "both"):
            from ._colors import to_svg

            self.y_tick_color = to_svg(labelcolor)
        turn = rotation if rotation is not None else labelrotation
        if turn is not None and axis in ("x", "both"):
            self.x_rotation = turn

    def grid(self, visible=None, which="major", axis="both", color=None, linestyle=None, ls=None, alpha=None, **_):
        from ._marks import DASHES

        self.grid_on = (not self.grid_on) if visible is None and not (color or linestyle or ls or alpha) else visible is not False
        if color is not None:
            from ._colors import to_svg

            self.grid_color = to_svg(color)
        self.grid_dash, self.grid_alpha = DASHES.get(linestyle or ls), alpha

    def axis(self, arg=None, **kwargs):
        arg = arg.lower() if isinstance(arg, str) else arg
        if arg in ("off", False):
            self.axis_on = False
        elif arg in ("on", True):
            self.axis_on = True
        elif arg in ("equal", "scaled", "image", "square"):
            self.aspect = "equal"
        elif arg == "tight":
            self.margin = 0.0
        elif isinstance(arg, str) and arg != "auto":
            raise ValueError(f"Unrecognized string {arg!r} to axis; try 'on' or 'off'")
        elif arg is not None and not isinstance(arg, str):
            low, high, bottom, top = arg
            self.set_xlim(low, high)
            self.set_ylim(bottom, top)
        return (*self.get_xlim(), *self.get_ylim())

    def set_axis_off(self):
        self.axis_on = False

    def set_aspect(self, aspect, **_):
        self.aspect = "equal" if aspect in ("equal", 1) else "auto"

    def margins(self, *values, x=None, y=None, **_):
        if not values and x is None and y is None:
            return self.margin, self.margin
        self.margin = float(values[0] if values else x if x is not None else y)

    def invert_yaxis(self):
        self._flip_y = not self._flip_y

    def invert_xaxis(self):
        self._flip_x = not self._flip_x

    def set_facecolor(self, color):
        from ._colors import to_svg

        self.face = to_svg(color)

    def autoscale(self, *_, **__):
        self._x_limits, self._y_limits = [None, None], [None, None]

    def relim(self, *_, **__):
        pass

    # Kept for programs that call them: these do not change Backstep's pictures.
    autoscale_view = set_axisbelow = set_box_aspect = minorticks_on = minorticks_off = label_outer = relim
    ticklabel_format = locator_params = set_prop_cycle = set_rasterized = relim

    def get_xticklabels(self):
        """What stands at the ticks; it is turned by tick_params and xticks."""
        return [Label(place, 0, text, lambda _text: None) for place, text in zip(*self.x_ticks(self._limits(0), 9))]

    def get_yticklabels(self):
        return [Label(0, place, text, lambda _text: None) for place, text in zip(*self.y_ticks(self._limits(1), 9))]

    @property
    def lines(self):
        from ._marks import Line

        return [m for m in self.marks if isinstance(m, Line)]

    def get_lines(self):
        return self.lines

    @property
    def xaxis(self):
        return _Axis(self, "x")

    @property
    def yaxis(self):
        return _Axis(self, "y")

    def get_xaxis(self):
        return self.xaxis

    def get_yaxis(self):
        return self.yaxis

    @property
    def transAxes(self):
        return "axes"

    @property
    def transData(self):
        return "data"

    def get_figure(self):
        return self.figure

    def twinx(self):
        other = Axes(self.figure, self.place, self._rect)
        other.twin_of, other._share_x = self, [self]
        other._color = self._color
        self.twins.append(other)
        self.figure.axes.append(other)
        self.figure._current = other
        return other

    # ---------------------------------------------------------------- drawing

    def _values(self, d):
        scale = (self._x_scale, self._y_scale)[d]
        out = []
        for m in self.marks:
            if m.visible and not m.spans:
                out += [v for v in m.extent()[d] if scale.valid(v)]
        return out

    def _limits(self, d):
        group = (self._share_x, self._share_y)[d] or []
        axes = [self, *[a for a in group if a is not self]]
        given = [a for a in axes for v in ((a._x_limits, a._y_limits)[d],) if v[0] is not None or v[1] is not None]
        own = (self._x_limits, self._y_limits)[d]
        if own[0] is None and own[1] is None and given:
            own = (given[0]._x_limits, given[0]._y_limits)[d]
        values = [v for a in axes for v in a._values(d)]
        scale = (self._x_scale, self._y_scale)[d]
        low, high = (min(values), max(values)) if values else (0.0, 1.0) if scale.name == "linear" else (1.0, 10.0)
        from ._marks import Bars, Image

        if values and low == high and scale.name == "linear":
            low, high = (low - 0.05 * abs(low), high + 0.05 * abs(high)) if low else (-0.05, 0.05)
        if values and not any(isinstance(m, Image) for m in self.marks):
            # Marks that fill their range end where it ends (matplotlib's sticky edges): no margin beyond it.
            sticky = [v for a in axes for m in a.marks if getattr(m, "tight", False) for v in m.extent()[d]]
            edges = (min(sticky), max(sticky)) if sticky else ()
            base = [m for m in self.marks if isinstance(m, Bars)]
            at_zero = d == (0 if any(getattr(m, "horizontal", False) for m in base) else 1) and base and low == 0
            a, b = scale.margins(low, high, self.margin)
            low, high = (low if at_zero or low in edges else a), (high if high in edges else b)
        if low == high:
            low, high = (low - 0.5, high + 0.5) if scale.name == "linear" else (low / 2, high * 2)
        low, high = own[0] if own[0] is not None else low, own[1] if own[1] is not None else high
        if low == high:
            low, high = low - 0.5, high + 0.5
        flipped = (self._flip_x, self._flip_y)[d]
        return (high, low) if flipped else (low, high)

    def x_ticks(self, limits, most):
        return self._ticks(self._x_ticks, self._x_labels, self._x_scale, limits, most)

    def y_ticks(self, limits, most):
        return self._ticks(self._y_ticks, self._y_labels, self._y_scale, limits, most)

    def _ticks(self, ticks, labels, scale, limits, most):
        if ticks is None:
            ticks, texts = scale.ticks(min(limits), max(limits), most)
        else:
            texts = tick_texts(ticks)
        return ticks, texts if labels is None else labels[: len(ticks)] + [""] * (len(ticks) - len(labels))

    def frame(self, width, height, top):
        """The frame's place in the figure, in pixels."""
        if self.twin_of is not None:
            return self.twin_of.frame(width, height, top)
        if self._rect is not None:
            x, y, w, h = self._rect
            return (x * width, (1 - y - h) * height, w * width, h * height)
        rows, columns, (first, last) = self.place
        r0, c0 = divmod(first - 1, columns)
        r1, c1 = divmod(last - 1, columns)
        cw, ch = width / columns, (height - top) / rows
        extra = 74 if self.color_bar is not None else 46 if self.twins else 0
        bottom = 52 if self.xlabel else 34
        head = 34 + str(self.title).count("\n") * 18 if self.title else 16
        left = max(62 if self.ylabel or columns == 1 else 46, self._beside((r1 - r0 + 1) * ch - head - bottom))
        if not self.axis_on:
            left, bottom = 10, 10
        x, y = c0 * cw + left, top + r0 * ch + head
        return (x, y, max(10, (c1 - c0 + 1) * cw - left - 16 - extra), max(10, (r1 - r0 + 1) * ch - head - bottom))

    def _beside(self, height):
        """Pixels that the numbers and the label on the left need."""
        numbers = text_width([] if "labelleft" in self.hidden_ticks else y_texts(self, self._limits(1), height), self.tick_size)
        return numbers + (18 + self.label_size * UNIT if self.ylabel else 12)

    def draw(self, svg, box):
        x_limits, y_limits = self._limits(0), self._limits(1)
        if self.aspect == "equal":
            left, top, w, h = box
            unit = min(w / (abs(x_limits[1] - x_limits[0]) or 1), h / (abs(y_limits[1] - y_limits[0]) or 1))
            nw, nh = unit * abs(x_limits[1] - x_limits[0]), unit * abs(y_limits[1] - y_limits[0])
            box = (left + (w - nw) / 2, top + (h - nh) / 2, nw, nh)
        to = self.projection = Projection(box, x_limits, y_limits, self._x_scale, self._y_scale)
        left, top, w, h = box
        if self.twin_of is None:
            svg.rect(left, top, w, h, fill=self.face)
        tick_width = draw_frame(svg, self, to, x_limits, y_limits) if self.axis_on else 0
        svg.clip(left, top, w, h)
        marks = [m for m in sorted(self.marks, key=lambda m: m.zorder) if m.visible]
        for m in marks:
            if not m.spans or m.zorder < 4:
                m.draw(svg, to)
        svg.unclip()
        if self.axis_on:
            for spine in self.spines.values():
                spine.draw(svg, to)
        for m in marks:
            if m.spans and m.zorder >= 4:
                m.draw(svg, to)
        draw_titles(svg, self, to, tick_width)
        if self.color_bar is not None:
            draw_colorbar(svg, *self.color_bar, (left + w + 14, top, 14, h))
        if self.legend_on:
            draw_legend(svg, self, box)


def _numbers(values):
    """Numbers of anything that numpy takes, whole ones as they are."""
    import numpy as np

    return np.asarray(list(values) if isinstance(values, range) else values).reshape(-1).tolist()


def _array(values):
    import numpy as np

    return np.array(values)


def _float64s(limits):
    """A pair of numbers as numpy's, which matplotlib gives."""
    import numpy as np

    return tuple(np.float64(value) for value in limits)


@called("matplotlib.legend.Legend")
class Legend:
    """The legend of axes; most of what programs change in it does not change the picture."""

    def __init__(self, axes):
        self._axes = axes

    def set_title(self, title, **_):
        self._axes.legend_title = title

    def remove(self):
        self._axes.legend_on = False

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self


class _Axis:
    """Axis objects of code that formats ticks: what changes the picture is kept, the rest is accepted."""

    def __init__(self, axes, which):
        self._axes, self._which = axes, which

    def set_visible(self, flag):
        if not flag:
            (self._axes.set_xticks if self._which == "x" else self._axes.set_yticks)([])

    def set_ticks(self, ticks, labels=None):
        (self._axes.set_xticks if self._which == "x" else self._axes.set_yticks)(ticks, labels)

    def grid(self, visible=True, **kwargs):
        self._axes.grid(visible, **kwargs)

    def __getattr__(self, name):
        return lambda *args, **kwargs: None
