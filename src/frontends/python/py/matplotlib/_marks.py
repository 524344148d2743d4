"""What axes hold: one class per kind of mark. Each knows its extent, draws itself, and may have an entry in the legend."""

import math as _math

from ._colors import to_svg
from ._names import called
from ._pixels import data_url, mirrored
from ._svg import number

DASHES = {"-": None, "solid": None, "--": "6,3", "dashed": "6,3", ":": "1.5,2.5", "dotted": "1.5,2.5", "-.": "6,3,1.5,3", "dashdot": "6,3,1.5,3"}


def draw_marker(svg, shape, x, y, size, fill, edge, width=1, opacity=None):
    """One marker; `size` is its diameter in pixels."""
    r = size / 2
    style = dict(fill=fill, stroke=edge, stroke_width=width, opacity=opacity)
    if shape in ("o", ".", ","):
        svg.circle(x, y, r if shape == "o" else r * 0.5 if shape == "." else 0.7, **style)
    elif shape == "s":
        svg.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8, **style)
    elif shape in ("x", "X"):
        svg.path(f"M{number(x - r)} {number(y - r)}L{number(x + r)} {number(y + r)}M{number(x - r)} {number(y + r)}L{number(x + r)} {number(y - r)}",
                 stroke=fill, stroke_width=1.5 if shape == "x" else 2.5, opacity=opacity)
    elif shape in ("+", "P"):
        svg.path(f"M{number(x - r)} {number(y)}L{number(x + r)} {number(y)}M{number(x)} {number(y - r)}L{number(x)} {number(y + r)}",
                 stroke=fill, stroke_width=1.5 if shape == "+" else 2.5, opacity=opacity)
    elif shape in ("|", "_"):
        svg.line(x - (r if shape == "_" else 0), y - (r if shape == "|" else 0), x + (r if shape == "_" else 0), y + (r if shape == "|" else 0),
                 stroke=fill, stroke_width=1.5, opacity=opacity)
    else:
        corners = {"^": (3, -90), "v": (3, 90), "<": (3, 180), ">": (3, 0), "D": (4, 0), "d": (4, 0), "p": (5, -90), "h": (6, -90), "H": (6, 0), "*": (5, -90)}
        if shape not in corners:
            raise ValueError(f"Unrecognized marker style '{shape}'")
        n, turn = corners[shape]
        steps = 2 * n if shape == "*" else n
        points = []
        for i in range(steps):
            radius = r * (0.4 if shape == "*" and i % 2 else 1) * (1.15 if n > 3 else 1.2)
            angle = _math.radians(turn + 360 * i / steps)
            points.append(f"{number(x + radius * _math.cos(angle) * (0.6 if shape == 'd' else 1))} {number(y + radius * _math.sin(angle))}")
        svg.path("M" + "L".join(points) + "Z", **style)


class Mark:
    label = None
    zorder = 2
    # Kept out of the automatic limits (axhline spans the axes).
    spans = False

    def extent(self):
        """(x values, y values) that the axes must show."""
        return [], []

    def draw(self, svg, to):
        """`to(x, y)` gives pixels; to.box is the frame (x, y, width, height)."""

    def key(self, svg, x, y, width):
        """A sample for the legend, around the middle (x, y)."""

    # What programs call on what pyplot returns.
    def set_label(self, label):
        self.label = label

    def get_label(self):
        return self.label

    def set_visible(self, flag):
        self.visible = bool(flag)

    visible = True

    def remove(self):
        self.visible = False


@called("matplotlib.lines.Line2D")
class Line(Mark):
    def __init__(self, x, y, color, width=1.5, dash=None, marker=None, size=6, alpha=None, label=None, face=None, edge=None, step=None):
        self.x, self.y, self.color, self.width, self.dash = x, y, color, width, dash
        self.marker, self.size, self.alpha, self.label = marker, size, alpha, label
        self.face, self.edge, self.step = face, edge, step

    def extent(self):
        return self.x, self.y

    def set_data(self, x, y):
        from ._figure import floats

        self.x, self.y = floats(x), floats(y)

    def set_xdata(self, x):
        self.set_data(x, self.y)

    def set_ydata(self, y):
        self.set_data(self.x, y)

    def get_xdata(self):
        import numpy as np

        return np.array(self.x)

    def get_ydata(self):
        import numpy as np

        return np.array(self.y)

    def set_color(self, color):
        from ._colors import to_svg

        self.color = to_svg(color)

    def set_linewidth(self, width):
        self.width = float(width)

    def set_linestyle(self, style):
        self.dash = style

    def set_marker(self, marker):
        self.marker = marker

    def set_alpha(self, alpha):
        self.alpha = alpha

    def get_color(self):
        return self.color

    def draw(self, svg, to):
        points = [to(a, b) if _math.isfinite(a) and _math.isfinite(b) else None for a, b in zip(self.x, self.y)]
        if self.dash != "none" and self.width:
            svg.polyline(self._stepped(points), stroke=self.color, stroke_width=self.width * 1.39, stroke_dasharray=DASHES.get(self.dash),
                         stroke_linejoin="round", opacity=self.alpha)
        if self.marker:
            for p in points:
                if p is not None:
                    draw_marker(svg, self.marker, *p, self.size * 1.39, self.face or self.color, self.edge or self.color, 1, self.alpha)

    def _stepped(self, points):
        if self.step is None:
            return points
        out = []
        for a, b in zip(points, points[1:]):
            if a is None or b is None:
                continue
            middle = {"pre": a[0], "post": b[0]}.get(self.step, (a[0] + b[0]) / 2)
            out += [a, (middle, a[1]), (middle, b[1]), b]
        return out

    def key(self, svg, x, y, width):
        if self.dash != "none" and self.width:
            svg.line(x - width / 2, y, x + width / 2, y, stroke=self.color, stroke_width=self.width * 1.39, stroke_dasharray=DASHES.get(self.dash), opacity=self.alpha)
        if self.marker:
            draw_marker(svg, self.marker, x, y, self.size * 1.39, self.face or self.color, self.edge or self.color, 1, self.alpha)


@called("matplotlib.collections.PathCollection")
class Points(Mark):
    zorder = 1

    def __init__(self, x, y, sizes, colors, marker, edges, alpha, label, width=1.0, mapped=None):
        self.x, self.y, self.sizes, self.colors, self.marker = x, y, sizes, colors, marker
        self.edges, self.alpha, self.label, self.width, self.mapped = edges, alpha, label, width, mapped

    def extent(self):
        return self.x, self.y

    def draw(self, svg, to):
        n, m = len(self.sizes), len(self.colors)
        for i, (a, b) in enumerate(zip(self.x, self.y)):
            if _math.isfinite(a) and _math.isfinite(b):
                color = self.colors[i % m]
                edge = self.edges[i % len(self.edges)] if self.edges else color
                draw_marker(svg, self.marker, *to(a, b), _math.sqrt(self.sizes[i % n]) * 1.39, color, edge, self.width, self.alpha)

    def key(self, svg, x, y, width):
        draw_marker(svg, self.marker, x, y, _math.sqrt(self.sizes[0]) * 1.39, self.colors[0], self.edges[0] if self.edges else self.colors[0], self.width, self.alpha)


@called("matplotlib.container.BarContainer")
class Bars(Mark):
    zorder = 1

    def __init__(self, boxes, colors, edge, alpha, label, width=1.0):
        self.boxes, self.colors, self.edge, self.alpha, self.label, self.width = boxes, colors, edge, alpha, label, width

    def extent(self):
        return [v for x, _, w, _ in self.boxes for v in (x, x + w)], [v for _, y, _, h in self.boxes for v in (y, y + h)]

    def draw(self, svg, to):
        for i, (x, y, w, h) in enumerate(self.boxes):
            (x0, y0), (x1, y1) = to(x, y), to(x + w, y + h)
            svg.rect(min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0), fill=self.colors[i % len(self.colors)], stroke=self.edge,
                     stroke_width=self.width if self.edge else None, opacity=self.alpha)

    def key(self, svg, x, y, width):
        svg.rect(x - width / 2, y - 5, width, 10, fill=self.colors[0], stroke=self.edge, opacity=self.alpha)

    def __iter__(self):
        return iter(self.boxes)

    def __repr__(self):
        return f"<BarContainer object of {len(self.boxes)} artists>"

    @property
    def patches(self):
        return self.boxes


@called("matplotlib.patches.Polygon")
class Polygon(Mark):
    zorder = 1

    def __init__(self, points, fill, alpha=None, label=None, edge=None, width=1.0, spans=False):
        self.points, self.fill, self.alpha, self.label, self.edge, self.width, self.spans = points, fill, alpha, label, edge, width, spans

    def extent(self):
        return [p[0] for p in self.points], [p[1] for p in self.points]

    def draw(self, svg, to):
        d = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in (to(*p) for p in self.points)) + "Z"
        svg.path(d, fill=self.fill, stroke=self.edge, stroke_width=self.width if self.edge else None, opacity=self.alpha)

    def key(self, svg, x, y, width):
        svg.rect(x - width / 2, y - 5, width, 10, fill=self.fill, opacity=self.alpha)


@called("matplotlib.collections.FillBetweenPolyCollection")
class Area(Polygon):
    """What lies between two curves."""


@called("matplotlib.collections.LineCollection")
class Segments(Mark):
    """Lines across the axes (axhline) or between given ends (hlines, errorbar)."""

    def __init__(self, segments, color, width=1.5, dash=None, alpha=None, label=None):
        # An end that is None lies on the frame.
        self.segments, self.color, self.width, self.dash, self.alpha, self.label = segments, color, width, dash, alpha, label

    def extent(self):
        return ([v for (x0, _), (x1, _) in self.segments for v in (x0, x1) if v is not None],
                [v for (_, y0), (_, y1) in self.segments for v in (y0, y1) if v is not None])

    def draw(self, svg, to):
        left, top, w, h = to.box
        for (x0, y0), (x1, y1) in self.segments:
            a = (left if x0 is None else to(x0, to.y0)[0], top + h if y0 is None else to(to.x0, y0)[1])
            b = (left + w if x1 is None else to(x1, to.y0)[0], top if y1 is None else to(to.x0, y1)[1])
            svg.line(*a, *b, stroke=self.color, stroke_width=self.width * 1.39, stroke_dasharray=DASHES.get(self.dash), opacity=self.alpha)

    def key(self, svg, x, y, width):
        svg.line(x - width / 2, y, x + width / 2, y, stroke=self.color, stroke_width=self.width * 1.39, stroke_dasharray=DASHES.get(self.dash))


@called("matplotlib.lines.Line2D")
class Rule(Segments):
    """A line across the axes (axhline)."""


@called("matplotlib.image.AxesImage")
class Image(Mark):
    zorder = 0

    def __init__(self, rows, box, cmap=None, norm=None, alpha=None):
        """`rows` of bytes (_pixels.py), first row on top; `box` (x0, x1, y0, y1) in data coordinates, y0 at the first row."""
        self.rows, self.box, self.cmap, self.norm, self.alpha = rows, box, cmap, norm, alpha

    @property
    def mapped(self):
        return None if self.cmap is None else (self.cmap, self.norm)

    def extent(self):
        return list(self.box[:2]), list(self.box[2:])

    def draw(self, svg, to):
        x0, x1, y0, y1 = self.box
        (a, b), (c, d) = to(x0, y0), to(x1, y1)
        rows = self.rows if b <= d else self.rows[::-1]
        rows = rows if a <= c else [mirrored(r) for r in rows]
        svg.image(min(a, c), min(b, d), abs(c - a), abs(d - b), data_url(rows))


@called("matplotlib.collections.QuadMesh")
class Mesh(Image):
    """Cells of a grid."""


@called("matplotlib.quiver.Quiver")
class Arrows(Mark):
    def __init__(self, arrows, color, width=1.2):
        self.arrows, self.color, self.width = arrows, color, width

    def extent(self):
        return [v for x, _, dx, _ in self.arrows for v in (x, x + dx)], [v for _, y, _, dy in self.arrows for v in (y, y + dy)]

    def draw(self, svg, to):
        for x, y, dx, dy in self.arrows:
            draw_arrow(svg, to(x, y), to(x + dx, y + dy), self.color, self.width)


def draw_arrow(svg, start, end, color, width=1.2):
    svg.line(*start, *end, stroke=color, stroke_width=width)
    angle = _math.atan2(end[1] - start[1], end[0] - start[0])
    wings = [f"{number(end[0] - 7 * _math.cos(angle + t))} {number(end[1] - 7 * _math.sin(angle + t))}" for t in (0.4, -0.4)]
    svg.path(f"M{number(end[0])} {number(end[1])}L{wings[0]}L{wings[1]}Z", fill=color)


@called("matplotlib.text.Text")
class Text(Mark):
    zorder = 4
    spans = True

    def __init__(self, x, y, text, size, color, anchor, valign, in_axes=False, arrow=None, rotation=0, weight=None, box=None):
        self.x, self.y, self.text, self.size, self.color = x, y, text, size, color
        self.anchor, self.valign, self.in_axes, self.arrow, self.rotation, self.weight, self.box = anchor, valign, in_axes, arrow, rotation, weight, box

    def set_text(self, text):
        self.text = text

    def __repr__(self):
        return f"Text({self.x!r}, {self.y!r}, {self.text!r})"

    def draw(self, svg, to):
        left, top, w, h = to.box
        x, y = float(self.x), float(self.y)
        x, y = (left + x * w, top + (1 - y) * h) if self.in_axes else to(x, y)
        if self.arrow is not None:
            draw_arrow(svg, (x, y), to(*self.arrow), self.color)
        lines = str(self.text).count("\n") + 1
        y += {"center": self.size * 0.35, "top": self.size * 0.9, "bottom": -self.size * 0.2, "baseline": 0}.get(self.valign, 0)
        if self.valign in ("center",):
            y -= (lines - 1) * self.size * 0.6
        if self.box:
            width = max(len(line) for line in str(self.text).split("\n")) * self.size * 0.6
            start = {"start": x, "middle": x - width / 2, "end": x - width}[self.anchor]
            svg.rect(start - 4, y - self.size - 2, width + 8, lines * self.size * 1.2 + 6, fill=to_svg(self.box.get("facecolor", self.box.get("fc", "C0"))),
                     stroke=to_svg(self.box.get("edgecolor", "black")), opacity=self.box.get("alpha"), rx=3)
        svg.text(x, y, self.text, self.size, self.anchor, -self.rotation if self.rotation else None, self.weight, self.color)
