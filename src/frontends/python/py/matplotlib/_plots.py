"""The plotting functions of axes: they turn data into marks."""

import math as _math

from . import _marks as M
from ._colors import CYCLE, Normalize, get_cmap, to_svg
from ._fields import Fields
from ._figure import floats, size_of
from ._names import ErrorbarContainer, StemContainer, called
from ._samples import Samples

_MARKERS = "o.,sxX+P^v<>DdphH*|_"


def parse_format(text):
    """(colour, marker, dash) of a format such as 'ro--'."""
    color = marker = dash = None
    rest = text
    if rest[:1] == "C" and rest[1:2].isdigit():
        color, rest = rest[:2], rest[2:]
    while rest:
        two = rest[:2]
        if two in ("--", "-."):
            dash, rest = two, rest[2:]
        elif rest[0] in "-:":
            dash, rest = rest[0], rest[1:]
        elif rest[0] in "bgrcmykw":
            color, rest = rest[0], rest[1:]
        elif rest[0] in _MARKERS:
            marker, rest = rest[0], rest[1:]
        else:
            try:
                to_svg(text)
            except ValueError:
                raise ValueError(f"'{text}' is not a valid format string (unrecognized character '{rest[0]}')") from None
            return text, None, None
    return color, marker, dash


def _colors(c, n, default, cmap=None, norm=None, vmin=None, vmax=None):
    """(list of colours, (cmap, norm) when numbers were mapped)."""
    if c is None:
        return [default], None
    if isinstance(c, str):
        return [to_svg(c)], None
    if isinstance(c, (list, tuple)) and c and isinstance(c[0], (str, tuple, list)):
        return [to_svg(v) for v in c], None
    import numpy as np

    a = np.asarray(c)
    if a.ndim == 2 or (a.ndim == 1 and n not in (3, 4) and a.size in (3, 4) and a.size != n):
        rows = a.tolist() if a.ndim == 2 else [a.tolist()]
        return [to_svg(r) for r in rows], None
    values = floats(a)
    if len(values) == 1 and n != 1:
        return [to_svg(c)], None
    norm = (norm or Normalize(vmin, vmax)).fit(values)
    cmap = get_cmap(cmap)
    return [to_svg(cmap.rgb(norm(v))) for v in values], (cmap, norm)


class Plots(Fields, Samples):
    """Mixed into Axes: `self.marks` collects what is drawn."""

    def _add(self, mark):
        mark.axes = self
        self.marks.append(mark)
        return mark

    def _next_color(self):
        color = CYCLE[self._color % len(CYCLE)]
        self._color += 1
        return color

    # ---------------------------------------------------------------- lines and points

    def plot(self, *args, scalex=True, scaley=True, data=None, **kw):
        made, args = [], list(args)
        while args:
            x = args.pop(0)
            y, text = None, None
            if args and not isinstance(args[0], str):
                y = args.pop(0)
            if args and isinstance(args[0], str):
                text = args.pop(0)
            made += self._lines(x, y, text, kw)
        return made

    def _lines(self, x, y, text, kw):
        import numpy as np

        if y is None:
            y = np.asarray(x)
            x = np.arange(y.shape[0] if y.ndim else 1)
        if isinstance(x, (list, tuple)) and x and isinstance(x[0], str):
            self.set_xticks(range(len(x)), x)
            x = range(len(x))
        x, y = np.asarray(x), np.asarray(y)
        columns = [(x[:, min(k, x.shape[1] - 1)] if x.ndim == 2 else x, y[:, k]) for k in range(y.shape[1])] if y.ndim == 2 else [(x, y)]
        color, marker, dash = parse_format(text) if text else (None, None, None)
        if text and marker and not dash:
            dash = "none"
        out = []
        for i, (a, b) in enumerate(columns):
            a, b = floats(a), floats(b)
            if len(a) != len(b):
                raise ValueError(f"x and y must have same first dimension, but have shapes ({len(a)},) and ({len(b)},)")
            given = kw.get("color", kw.get("c", color))
            label = kw.get("label")
            line = M.Line(a, b, to_svg(given) if given is not None else self._next_color(), float(kw.get("linewidth", kw.get("lw", 1.5))),
                          _dash(kw.get("linestyle", kw.get("ls", dash))), kw.get("marker", marker), float(kw.get("markersize", kw.get("ms", 6))),
                          kw.get("alpha"), (label[i] if isinstance(label, (list, tuple)) else label),
                          None if kw.get("markerfacecolor", kw.get("mfc")) is None else to_svg(kw.get("markerfacecolor", kw.get("mfc"))),
                          None if kw.get("markeredgecolor", kw.get("mec")) is None else to_svg(kw.get("markeredgecolor", kw.get("mec"))))
            line.zorder = kw.get("zorder", 2)
            out.append(self._add(line))
        return out

    def step(self, x, y, *args, where="pre", **kw):
        made = self.plot(x, y, *args, **kw)
        for line in made:
            line.step = where
        return made

    def semilogy(self, *args, **kw):
        self.set_yscale("log")
        return self.plot(*args, **kw)

    def semilogx(self, *args, **kw):
        self.set_xscale("log")
        return self.plot(*args, **kw)

    def loglog(self, *args, **kw):
        self.set_xscale("log")
        return self.semilogy(*args, **kw)

    def scatter(self, x, y, s=None, c=None, marker=None, cmap=None, norm=None, vmin=None, vmax=None, alpha=None, linewidths=None, edgecolors=None,
                label=None, color=None, facecolors=None, zorder=1, **kw):
        x, y = floats(x), floats(y)
        if len(x) != len(y):
            raise ValueError("x and y must be the same size")
        c = color if color is not None else facecolors if facecolors is not None and c is None else c
        default = CYCLE[self._color % len(CYCLE)]
        if c is None:
            self._color += 1
        colors, mapped = _colors(c, len(x), default, cmap, norm, vmin, vmax)
        sizes = [36.0] if s is None else floats(s)
        edge = edgecolors if edgecolors is not None else kw.get("edgecolor", kw.get("ec"))
        edges = None if edge is None or edge == "face" else [to_svg(e) for e in ([edge] if isinstance(edge, str) else edge)]
        width = linewidths if linewidths is not None else kw.get("lw", kw.get("linewidth", 1.0))
        points = M.Points(x, y, sizes, colors, marker or "o", edges, alpha, label, width if isinstance(width, (int, float)) else 1.0, mapped)
        points.zorder = zorder
        return self._add(points)

    def errorbar(self, x, y, yerr=None, xerr=None, fmt="", capsize=0, ecolor=None, label=None, **kw):
        x, y = floats(x), floats(y)
        line = self.plot(x, y, *([fmt] if fmt else []), label=label, **kw)[0]
        color = to_svg(ecolor) if ecolor is not None else line.color
        for errors, vertical in ((yerr, True), (xerr, False)):
            if errors is not None:
                e = floats(errors) * (len(x) if isinstance(errors, (int, float)) else 1)
                self._add(M.Segments([((a, b - v), (a, b + v)) if vertical else ((a - v, b), (a + v, b)) for a, b, v in zip(x, y, e)], color))
        return ErrorbarContainer((line, (), ()))

    def stem(self, *args, linefmt=None, markerfmt=None, basefmt=None, label=None, **_):
        x, y = (range(len(args[0])), args[0]) if len(args) == 1 else args[:2]
        x, y = floats(x), floats(y)
        color = self._next_color()
        stems = self._add(M.Segments([((a, 0.0), (a, b)) for a, b in zip(x, y)], color))
        heads = self._add(M.Line(x, y, color, 0, "none", "o", 6, None, label))
        base = self._add(M.Line([min(x), max(x)], [0.0, 0.0], to_svg(CYCLE[3])))
        return StemContainer((heads, stems, base))

    def _across(self, segments, kw, kind=M.Segments):
        given = kw.get("color", kw.get("c", kw.get("colors", "C0")))
        return self._add(kind(segments, to_svg(given if isinstance(given, (str, tuple)) else list(given)[0]), float(kw.get("linewidth", kw.get("lw", 1.5))),
                                    _dash(kw.get("linestyle", kw.get("ls", kw.get("linestyles")))), kw.get("alpha"), kw.get("label")))

    def axhline(self, y=0, xmin=0, xmax=1, **kw):
        return self._across([((None, float(y)), (None, float(y)))], kw, M.Rule)

    def axvline(self, x=0, ymin=0, ymax=1, **kw):
        return self._across([((float(x), None), (float(x), None))], kw, M.Rule)

    def hlines(self, y, xmin, xmax, **kw):
        ys = floats(y)
        lows, highs = (floats(v) * (len(ys) if isinstance(v, (int, float)) else 1) for v in (xmin, xmax))
        return self._across([((a, v), (b, v)) for v, a, b in zip(ys, lows, highs)], kw)

    def vlines(self, x, ymin, ymax, **kw):
        xs = floats(x)
        lows, highs = (floats(v) * (len(xs) if isinstance(v, (int, float)) else 1) for v in (ymin, ymax))
        return self._across([((v, a), (v, b)) for v, a, b in zip(xs, lows, highs)], kw)

    def axline(self, xy1, xy2=None, *, slope=None, **kw):
        x, y = xy1
        m = slope if slope is not None else (xy2[1] - y) / (xy2[0] - x)
        low, high = self.get_xlim()
        return self._across([((low, y + m * (low - x)), (high, y + m * (high - x)))], kw, M.Rule)

    # ---------------------------------------------------------------- areas

    def fill_between(self, x, y1, y2=0, where=None, alpha=None, color=None, label=None, facecolor=None, **_):
        x, a = floats(x), floats(y1)
        b = floats(y2)
        a, b = (v * len(x) if len(v) == 1 else v for v in (a, b))
        given = color if color is not None else facecolor
        fill = to_svg(given) if given is not None else self._next_color()
        keep = [True] * len(x) if where is None else [bool(v) for v in floats(where)]
        runs, run = [], []
        for i, k in enumerate(keep):
            if k:
                run.append(i)
            elif run:
                runs.append(run)
                run = []
        runs += [run] if run else []
        mark = None
        for k, r in enumerate(runs):
            mark = self._add(M.Area([(x[i], a[i]) for i in r] + [(x[i], b[i]) for i in reversed(r)], fill, alpha, label if k == 0 else None))
        return mark

    def fill(self, x, y, color=None, alpha=None, label=None, **_):
        return [self._add(M.Polygon(list(zip(floats(x), floats(y))), to_svg(color) if isinstance(color, str) else self._next_color(), alpha, label))]

    def axhspan(self, ymin, ymax, color="C0", alpha=None, label=None, facecolor=None, **_):
        return self._add(_Span(None, (float(ymin), float(ymax)), to_svg(facecolor or color), alpha, label))

    def axvspan(self, xmin, xmax, color="C0", alpha=None, label=None, facecolor=None, **_):
        return self._add(_Span((float(xmin), float(xmax)), None, to_svg(facecolor or color), alpha, label))

    def bar(self, x, height, width=0.8, bottom=None, *, align="center", color=None, edgecolor=None, alpha=None, label=None, tick_label=None, yerr=None, **kw):
        if isinstance(x, (list, tuple)) and x and isinstance(x[0], str):
            self.set_xticks(range(len(x)), x)
            x = range(len(x))
        x, h = floats(x), floats(height)
        h = h * len(x) if len(h) == 1 else h
        low = [0.0] * len(x) if bottom is None else floats(bottom) * (len(x) if isinstance(bottom, (int, float)) else 1)
        w = floats(width) * (len(x) if isinstance(width, (int, float)) else 1)
        colors = [self._next_color()] if color is None else _colors(color, len(x), CYCLE[0])[0]
        boxes = [(a - (v / 2 if align == "center" else 0), b, v, c) for a, b, v, c in zip(x, low, w, h)]
        if tick_label is not None:
            self.set_xticks(x, tick_label)
        mark = self._add(M.Bars(boxes, colors, None if edgecolor is None else to_svg(edgecolor), alpha, label, kw.get("linewidth", kw.get("lw", 1.0))))
        if yerr is not None:
            e = floats(yerr) * (len(x) if isinstance(yerr, (int, float)) else 1)
            self._add(M.Segments([((a, c - v), (a, c + v)) for a, c, v in zip(x, h, e)], "black"))
        return mark

    def barh(self, y, width, height=0.8, left=None, *, color=None, edgecolor=None, alpha=None, label=None, tick_label=None, **_):
        if isinstance(y, (list, tuple)) and y and isinstance(y[0], str):
            self.set_yticks(range(len(y)), y)
            y = range(len(y))
        y, w = floats(y), floats(width)
        start = [0.0] * len(y) if left is None else floats(left) * (len(y) if isinstance(left, (int, float)) else 1)
        colors = [self._next_color()] if color is None else _colors(color, len(y), CYCLE[0])[0]
        mark = self._add(M.Bars([(s, v - height / 2, a, height) for s, v, a in zip(start, y, w)], colors, None if edgecolor is None else to_svg(edgecolor), alpha, label))
        mark.horizontal = True
        return mark

    def hist(self, x, bins=10, range=None, density=False, weights=None, cumulative=False, histtype="bar", alpha=None, color=None, label=None,
             edgecolor=None, orientation="vertical", log=False, **kw):
        import numpy as np

        several = isinstance(x, (list, tuple)) and x and hasattr(x[0], "__len__")
        sets = [np.asarray(v).ravel() for v in (x if several else [x])]
        edges = np.histogram_bin_edges(np.concatenate(sets), bins, range)
        counts_all = []
        for k, values in enumerate(sets):
            counts, _ = np.histogram(values, edges, density=density, weights=weights)
            counts = (counts.cumsum() if cumulative else counts).astype(float)
            counts_all.append(counts)
            e, c = edges.tolist(), [float(v) for v in counts.tolist()]
            given = color[k] if several and isinstance(color, (list, tuple)) else color
            fill = to_svg(given) if given is not None else self._next_color()
            name = label[k] if isinstance(label, (list, tuple)) else label
            if histtype.startswith("step"):
                xs = [v for v in e for _ in (0, 1)]
                ys = [0.0, *[v for v in c for _ in (0, 1)], 0.0]
                self._add(M.Line(xs, ys, fill, label=name, alpha=alpha) if histtype == "step" else M.Polygon(list(zip(xs, ys)), fill, alpha, name))
                continue
            n = len(sets)
            boxes = [(a + (b - a) * (0.1 + 0.8 * k / n if n > 1 else 0), 0.0, (b - a) * (0.8 / n if n > 1 else 1), v) for a, b, v in zip(e, e[1:], c)]
            if orientation == "horizontal":
                boxes = [(y0, x0, h, w) for x0, y0, w, h in boxes]
            mark = self._add(M.Bars(boxes, [fill], None if edgecolor is None else to_svg(edgecolor), alpha, name))
            mark.horizontal = orientation == "horizontal"
        if log:
            self.set_yscale("log")
        return (counts_all if several else counts_all[0]), edges, self.marks[-1]

    def pie(self, x, labels=None, colors=None, autopct=None, startangle=0, **_):
        values = floats(x)
        total, angle = sum(values), _math.radians(startangle)
        self.axis_on, self.aspect = False, "equal"
        for i, v in enumerate(values):
            end = angle + 2 * _math.pi * v / total
            points = [(0.0, 0.0)] + [(_math.cos(angle + (end - angle) * t / 40), _math.sin(angle + (end - angle) * t / 40)) for t in range(41)]
            self._add(M.Polygon(points, to_svg(colors[i % len(colors)]) if colors else self._next_color(), edge="white"))
            middle = (angle + end) / 2
            if labels:
                self.text(1.1 * _math.cos(middle), 1.1 * _math.sin(middle), labels[i], ha="left" if _math.cos(middle) >= 0 else "right", va="center")
            if autopct:
                self.text(0.6 * _math.cos(middle), 0.6 * _math.sin(middle), autopct(100 * v / total) if callable(autopct) else autopct % (100 * v / total), ha="center", va="center")
            angle = end
        self.set_xlim(-1.35, 1.35)
        self.set_ylim(-1.25, 1.25)

    # ---------------------------------------------------------------- stacks and arrows

    def stackplot(self, x, *args, labels=(), colors=None, alpha=None, **_):
        import numpy as np

        rows = [floats(r) for r in (np.asarray(args[0]) if len(args) == 1 else args)] if args else []
        low, marks = [0.0] * len(rows[0]) if rows else [], []
        for k, row in enumerate(rows):
            high = [a + b for a, b in zip(low, row)]
            marks.append(self.fill_between(x, high, low, alpha=alpha, color=colors[k % len(colors)] if colors else None,
                                           label=labels[k] if k < len(labels) else None))
            low = high
        return marks

    def bar_label(self, container, labels=None, fmt="%g", padding=0, fontsize=None, **_):
        made = []
        for k, (x, y, w, h) in enumerate(container.boxes):
            text = labels[k] if labels is not None else fmt % h if "%" in fmt else fmt.format(h)
            made.append(self.text(x + w / 2, y + h, str(text), fontsize=fontsize, ha="center", va="bottom"))
        return made

    def arrow(self, x, y, dx, dy, color="black", **kw):
        return self._add(M.Arrows([(float(x), float(y), float(dx), float(dy))], to_svg(kw.get("fc", color))))

    # ---------------------------------------------------------------- words

    def text(self, x, y, s, fontsize=None, color="black", ha="left", va="baseline", transform=None, rotation=0, fontweight=None, bbox=None, size=None,
             horizontalalignment=None, verticalalignment=None, weight=None, **_):
        anchor = {"left": "start", "center": "middle", "right": "end"}[horizontalalignment or ha]
        return self._add(M.Text(x, y, s, size_of(fontsize or size, 10) * 1.39, to_svg(color), anchor, verticalalignment or va, transform == "axes",
                                rotation=rotation, weight=fontweight or weight, box=bbox))

    def annotate(self, text, xy, xytext=None, arrowprops=None, fontsize=None, color="black", ha="left", va="baseline", textcoords=None, xycoords=None, **kw):
        at = xy if xytext is None or textcoords in ("offset points", "offset pixels") else xytext
        arrow = xy if arrowprops is not None and xytext is not None and at is not xy else None
        return self._add(M.Text(at[0], at[1], text, size_of(fontsize or kw.get("size"), 10) * 1.39, to_svg(color),
                                {"left": "start", "center": "middle", "right": "end"}[ha], va, xycoords == "axes fraction",
                                None if arrow is None else (float(arrow[0]), float(arrow[1])), box=kw.get("bbox")))

    def add_patch(self, patch):
        return self._add(patch)

    add_line = add_artist = add_collection = add_patch

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        raise AttributeError(f"Axes.{name} is not part of Backstep's matplotlib")


@called("matplotlib.patches.Rectangle")
class _Span(M.Mark):
    """A band across the axes."""

    zorder = 1

    def __init__(self, xs, ys, fill, alpha, label):
        self.xs, self.ys, self.fill, self.alpha, self.label = xs, ys, fill, alpha, label

    def extent(self):
        return list(self.xs or []), list(self.ys or [])

    def draw(self, svg, to):
        left, top, w, h = to.box
        x0, x1 = (left, left + w) if self.xs is None else (to(self.xs[0], to.y0)[0], to(self.xs[1], to.y0)[0])
        y0, y1 = (top, top + h) if self.ys is None else (to(to.x0, self.ys[0])[1], to(to.x0, self.ys[1])[1])
        svg.rect(min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0), fill=self.fill, opacity=self.alpha)

    def key(self, svg, x, y, width):
        svg.rect(x - width / 2, y - 5, width, 10, fill=self.fill, opacity=self.alpha)


def _dash(style):
    if isinstance(style, str):
        return "none" if style.strip().lower() in ("", "none") else style
    return "--" if isinstance(style, tuple) else style
