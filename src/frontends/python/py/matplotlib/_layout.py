"""Draws the frame of axes: ticks, grid, labels, legend, colour bar."""

from ._colors import to_svg
from ._scales import scale_of

UNIT = 1.39  # pixels per point


class Projection:
    """Data coordinates to pixels inside a frame."""

    def __init__(self, box, x_limits, y_limits, x_scale, y_scale):
        self.box, self._xs, self._ys = box, x_scale, y_scale
        self._x = tuple(x_scale.forward(v) for v in x_limits)
        self._y = tuple(y_scale.forward(v) for v in y_limits)
        self.x0, self.y0 = x_limits[0], y_limits[0]

    def __call__(self, x, y):
        left, top, w, h = self.box
        a, b = self._x
        c, d = self._y
        return (left + (self._xs.forward(x) - a) / ((b - a) or 1) * w, top + h - (self._ys.forward(y) - c) / ((d - c) or 1) * h)


def text_width(texts, points):
    """Pixels of the longest of some texts, near enough."""
    return max(map(len, texts), default=0) * points * UNIT * 0.62


def y_texts(ax, limits, height):
    """The numbers beside an axis of so many pixels."""
    return _y_ticks(ax, limits, height)[1]


def _y_ticks(ax, limits, height):
    return ax.y_ticks(limits, max(2, int(height / 38)))


def draw_frame(svg, ax, to, x_limits, y_limits):
    left, top, w, h = to.box
    size = 10 * UNIT * ax.tick_size / 10
    x_ticks, x_texts = ax.x_ticks(x_limits, max(2, int(w / 62)))
    y_ticks, beside = _y_ticks(ax, y_limits, h)
    inside = lambda v, limits: min(limits) - 1e-9 * abs(limits[1] - limits[0]) <= v <= max(limits) + 1e-9 * abs(limits[1] - limits[0])  # noqa: E731
    bottom = ax.spines["bottom"].place(to)
    for v, text in zip(x_ticks, x_texts):
        if inside(v, x_limits):
            x = to(v, to.y0)[0]
            if ax.grid_on:
                svg.line(x, top, x, top + h, stroke=ax.grid_color, stroke_width=0.8, stroke_dasharray=ax.grid_dash, opacity=ax.grid_alpha)
            if "bottom" not in ax.hidden_ticks:
                svg.line(x, bottom, x, bottom + 5, stroke="black", stroke_width=1)
            if "labelbottom" in ax.hidden_ticks:
                continue
            if ax.x_rotation:
                svg.text(x, bottom + 8 + size, text, size, "end", -ax.x_rotation)
            else:
                svg.text(x, bottom + 7 + size, text, size)
    right = ax.twin_of is not None
    for v, text in zip(y_ticks, beside):
        if inside(v, y_limits):
            y = to(to.x0, v)[1]
            if ax.grid_on:
                svg.line(left, y, left + w, y, stroke=ax.grid_color, stroke_width=0.8, stroke_dasharray=ax.grid_dash, opacity=ax.grid_alpha)
            edge = ax.spines["right" if right else "left"].place(to)
            if "left" not in ax.hidden_ticks:
                svg.line(edge, y, edge + (5 if right else -5), y, stroke="black", stroke_width=1)
            if "labelleft" not in ax.hidden_ticks:
                svg.text(edge + (8 if right else -8), y + size * 0.35, text, size, "start" if right else "end", color=ax.y_tick_color)
    return text_width(beside, ax.tick_size)


def draw_titles(svg, ax, to, tick_width):
    left, top, w, h = to.box
    size = ax.label_size * UNIT
    if ax.title:
        anchor, x = {"left": ("start", left), "right": ("end", left + w)}.get(ax.title_place, ("middle", left + w / 2))
        lines = str(ax.title).count("\n")
        svg.text(x, top - 8 - lines * ax.title_size * UNIT * 1.2, ax.title, ax.title_size * UNIT, anchor, weight=ax.title_weight)
    if not ax.axis_on:
        return
    if ax.xlabel:
        svg.text(left + w / 2, top + h + 12 + 10 * UNIT + size, ax.xlabel, size)
    if ax.ylabel:
        x = left + w + tick_width + 14 + size if ax.twin_of is not None else left - tick_width - 16
        svg.text(x, top + h / 2, ax.ylabel, size, rotate=-90, color=ax.ylabel_color)


def draw_legend(svg, ax, box):
    entries = [(m, m.label) for m in ax.marks if m.label and not str(m.label).startswith("_") and m.visible] if ax.legend_entries is None else ax.legend_entries
    if not entries:
        return
    left, top, w, h = box
    size = ax.legend_size * UNIT
    columns = max(1, min(ax.legend_columns, len(entries)))
    rows = -(-len(entries) // columns)
    text_width = max(len(str(label)) for _, label in entries) * size * 0.6
    column = 44 + text_width
    width, height = column * columns + 10, rows * size * 1.45 + 12 + (size * 1.5 if ax.legend_title else 0)
    place = ax.legend_place
    if place == "best":
        place = _emptiest(ax, box, width, height)
    x = left + 8 if "left" in place else left + w - width - 8 if "right" in place else left + (w - width) / 2
    y = top + 8 if "upper" in place else top + h - height - 8 if "lower" in place else top + (h - height) / 2
    if place == "right":
        y = top + (h - height) / 2
    svg.rect(x, y, width, height, fill="white", stroke="#cccccc", rx=4, opacity=0.85)
    if ax.legend_title:
        svg.text(x + width / 2, y + size * 1.2, ax.legend_title, size)
        y += size * 1.5
    for i, (mark, label) in enumerate(entries):
        cx, cy = x + 8 + (i // rows) * column, y + 6 + (i % rows) * size * 1.45
        mark.key(svg, cx + 14, cy + size * 0.6, 28)
        svg.text(cx + 36, cy + size * 0.98, label, size, "start")


def _emptiest(ax, box, width, height):
    """The corner with the fewest points below the legend."""
    left, top, w, h = box
    to = ax.projection
    points = []
    for m in ax.marks:
        xs, ys = m.extent()
        points += [to(a, b) for a, b in zip(xs[:: max(1, len(xs) // 300)], ys[:: max(1, len(xs) // 300)])]
    corners = {"upper right": (left + w - width, top), "upper left": (left, top), "lower left": (left, top + h - height), "lower right": (left + w - width, top + h - height)}
    counts = {name: sum(x <= px <= x + width and y <= py <= y + height for px, py in points) for name, (x, y) in corners.items()}
    return min(counts, key=lambda name: counts[name])


def draw_colorbar(svg, mappable, label, box):
    cmap, norm = mappable.mapped
    x, top, w, h = box
    steps = 64
    for i in range(steps):
        rgb = ",".join(str(round(255 * v)) for v in cmap.rgb((i + 0.5) / steps))
        svg.rect(x, top + h * (1 - (i + 1) / steps), w, h / steps + 0.6, fill=f"rgb({rgb})")
    svg.rect(x, top, w, h, fill="none", stroke="black", stroke_width=0.8)
    ticks, texts = scale_of(norm.scale).ticks(norm.vmin, norm.vmax, 8)
    size = 10 * UNIT
    for t, text in zip(ticks, texts):
        y = top + h * (1 - norm(t))
        svg.line(x + w, y, x + w + 4, y, stroke="black")
        svg.text(x + w + 7, y + size * 0.35, text, size, "start")
    if label:
        svg.text(x + w + 58, top + h / 2, label, size, rotate=-90)


def color_or(default, value):
    return default if value is None else to_svg(value)
