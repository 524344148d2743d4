"""Axes with `projection="3d"`: surfaces, lines, points, contours and bars, seen in perspective."""

import math as _math

from ._axes import Axes
from ._colors import Normalize, get_cmap, to_svg
from ._contour import bands, levels_of, lines
from ._figure import floats, size_of
from ._layout import UNIT, draw_colorbar, draw_legend, draw_titles
from ._names import called
from ._scales import nice_ticks, tick_texts
from ._space import Path3D, Points3D, Polygons3D, View, Words3D

#: matplotlib leaves this part of the range free on both sides of every axis.
_VIEW_MARGIN = 1 / 48
#: Surfaces are drawn with at most so many rows and columns.
_MOST = 50
#: Where the light comes from, for surfaces of one colour.
_LIGHT = (0.36, -0.48, 0.8)


def _rows(z):
    import numpy as np

    a = np.asarray(z)
    if a.ndim != 2:
        raise ValueError("Argument Z must be 2-dimensional.")
    return a.tolist()


def _grid(X, Y, Z):
    """Points (x, y, z) in rows; X and Y may be vectors."""
    import numpy as np

    z = _rows(Z)
    x, y = np.broadcast_arrays(np.asarray(X), np.asarray(Y), np.asarray(Z))[:2]
    return [list(zip(*row)) for row in zip(x.tolist(), y.tolist(), z)]


def _thinned(n, count, stride):
    """Indices of the rows that are drawn: every stride-th and the last."""
    step = stride or max(1, _math.ceil(n / count))
    return [*range(0, n - 1, step), n - 1]


def _shade(polygon, rgb):
    """A colour in the light of the surface's direction."""
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = polygon[0], polygon[1], polygon[-1]
    u, v = (bx - ax, by - ay, bz - az), (cx - ax, cy - ay, cz - az)
    normal = (u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0])
    length = _math.hypot(*normal) or 1.0
    light = 0.65 + 0.35 * sum(a * b for a, b in zip(normal, _LIGHT)) / length
    return f"rgb({','.join(str(round(c * light)) for c in rgb)})"


def _bytes(color):
    from ._colors import _any_rgb

    return [round(255 * v) for v in _any_rgb(color)]


@called("mpl_toolkits.mplot3d.axes3d.Axes3D")
class Axes3D(Axes):
    """Axes in three dimensions."""

    name = "3d"

    def cla(self):
        super().cla()
        self.elev, self.azim, self.zlabel = 30, -60, ""
        self._z_limits, self._z_ticks, self._z_labels, self._z_margin = [None, None], None, None, 0.0

    clear = cla

    # ---------------------------------------------------------------- form

    def view_init(self, elev=None, azim=None, roll=None, **_):
        self.elev, self.azim = 30 if elev is None else elev, -60 if azim is None else azim

    def set_zlabel(self, zlabel, **_):
        self.zlabel = zlabel
        return self._label(0.5, 0.5, "zlabel")

    def _labels(self):
        return *super()._labels(), ("zlabel", self.zlabel)

    def get_zlabel(self):
        return self.zlabel

    def set_zlim(self, bottom=None, top=None, *, zmin=None, zmax=None, **_):
        self._set_limits("_z_limits", bottom if zmin is None else zmin, top if zmax is None else zmax)
        return self.get_zlim()

    set_zlim3d = set_zlim

    def get_zlim(self):
        return self._limits(2)

    def set_zticks(self, ticks, labels=None, **_):
        self._z_ticks = floats(ticks)
        if labels is not None:
            self._z_labels = [str(v) for v in labels]

    def set_xlim3d(self, *args, **kwargs):
        return self.set_xlim(*args, **kwargs)

    def set_ylim3d(self, *args, **kwargs):
        return self.set_ylim(*args, **kwargs)

    def set_box_aspect(self, aspect=None, *, zoom=1):
        """Kept for programs that call it: the box has matplotlib's default form."""

    # ---------------------------------------------------------------- plots

    def plot(self, xs, ys, *args, zdir="z", **kwargs):
        zs = kwargs.pop("zs", 0)
        if args and not isinstance(args[0], str):
            zs, *args = args
        made = super().plot(xs, ys, *args, **kwargs)
        xs, ys = floats(xs), floats(ys)
        zs = floats(zs) if hasattr(zs, "__len__") else [float(zs)] * len(xs)
        return [self._instead(line, Path3D(line, list(zip(xs, ys, zs)))) for line in made]

    plot3D = plot

    def scatter(self, xs, ys, zs=0, zdir="z", s=20, c=None, depthshade=True, *args, **kwargs):
        flat = super().scatter(xs, ys, s=s, c=c, **kwargs)
        zs = floats(zs) if hasattr(zs, "__len__") else [float(zs)] * len(flat.x)
        if len(zs) != len(flat.x):
            raise ValueError("shape mismatch: objects cannot be broadcast to a single shape.")
        self._z_margin = 0.05
        return self._instead(flat, Points3D(flat, list(zip(flat.x, flat.y, zs))))

    scatter3D = scatter

    def _instead(self, flat, mark):
        """Puts a mark in the place of one in the plane."""
        self.marks.remove(flat)
        return self._add(mark)

    def plot_surface(self, X, Y, Z, *, cmap=None, color=None, alpha=None, rstride=None, cstride=None, rcount=_MOST, ccount=_MOST, norm=None,
                     vmin=None, vmax=None, edgecolor=None, linewidth=None, lw=None, label=None, shade=None, facecolors=None, **kw):
        grid = _grid(X, Y, Z)
        rows, columns = _thinned(len(grid), rcount, rstride), _thinned(len(grid[0]), ccount, cstride)
        cells = [[grid[r][c], grid[r][d], grid[q][d], grid[q][c]] for r, q in zip(rows, rows[1:]) for c, d in zip(columns, columns[1:])]
        cells = [cell for cell in cells if all(_math.isfinite(v) for p in cell for v in p)]
        width = lw if lw is not None else linewidth
        edge = None if edgecolor in (None, "none") else to_svg(edgecolor)
        return self._add(self._coloured(cells, cmap, color, norm, vmin, vmax, shade, alpha=alpha, edge=edge, width=0.4 if width is None else width, label=label))

    def plot_trisurf(self, *args, **kwargs):
        raise NotImplementedError("Axes3D.plot_trisurf is not part of Backstep: plot_surface draws grids")

    def _coloured(self, polygons, cmap, color, norm, vmin, vmax, shade, **style):
        if cmap is None:
            rgb = _bytes(self._next_color() if color is None else color)
            plain = f"rgb({','.join(map(str, rgb))})"
            return Polygons3D(polygons, [plain if shade is False else _shade(p, rgb) for p in polygons], **style)
        heights = [sum(p[2] for p in polygon) / len(polygon) for polygon in polygons]
        norm, cmap = (norm or Normalize(vmin, vmax)).fit(heights), get_cmap(cmap)
        return Polygons3D(polygons, [to_svg(cmap.rgb(norm(h))) for h in heights], mapped=(cmap, norm), **style)

    def plot_wireframe(self, X, Y, Z, *, rstride=None, cstride=None, rcount=_MOST, ccount=_MOST, color=None, linewidth=1.5, lw=None, alpha=None,
                       label=None, **_):
        grid = _grid(X, Y, Z)
        rows, columns = _thinned(len(grid), rcount, rstride), _thinned(len(grid[0]), ccount, cstride)
        color = self._next_color() if color is None else color
        style = dict(color=color, linewidth=(linewidth if lw is None else lw) * 0.6, alpha=alpha)
        for k, path in enumerate([[grid[r][c] for c in range(len(grid[0]))] for r in rows] + [[row[c] for row in grid] for c in columns]):
            mark = self.plot(*zip(*path), **style, label=label if k == 0 else None)[0]
        return mark

    def contour(self, X, Y, Z, levels=None, *, cmap=None, colors=None, zdir="z", offset=None, linewidths=1.5, **_):
        xs, ys, z = self._lines_of(X, Y, Z)
        levels = levels_of([v for row in z for v in row], levels, False)
        norm, cmap = Normalize().fit(levels), get_cmap(cmap)
        for level, segments in zip(levels, lines(xs, ys, z, levels)):
            color = colors if isinstance(colors, str) else cmap.rgb(norm(level))
            at = level if offset is None else float(offset)
            for (ax, ay), (bx, by) in segments:
                self.plot([ax, bx], [ay, by], [at, at], color=color, linewidth=float(linewidths))
        return self._add(Polygons3D([], [], mapped=(cmap, norm)))

    contour3D = contour

    def contourf(self, X, Y, Z, levels=None, *, cmap=None, zdir="z", offset=None, alpha=None, **_):
        xs, ys, z = self._lines_of(X, Y, Z)
        levels = levels_of([v for row in z for v in row], levels, True)
        norm, cmap = Normalize().fit(levels), get_cmap(cmap)
        polygons, fills = [], []
        for low, high, found in zip(levels, levels[1:], bands(xs, ys, z, levels)):
            at = (low + high) / 2
            polygons += [[(x, y, at if offset is None else float(offset)) for x, y in part] for part in found]
            fills += [to_svg(cmap.rgb(norm(at)))] * len(found)
        return self._add(Polygons3D(polygons, fills, alpha, mapped=(cmap, norm)))

    contourf3D = contourf

    @staticmethod
    def _lines_of(X, Y, Z):
        grid = _grid(X, Y, Z)
        return [p[0] for p in grid[0]], [row[0][1] for row in grid], [[p[2] for p in row] for row in grid]

    def bar3d(self, x, y, z, dx, dy, dz, color=None, alpha=None, shade=True, label=None, **_):
        import numpy as np

        boxes = list(zip(*(np.atleast_1d(a).tolist() for a in np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (x, y, z, dx, dy, dz))))))
        faces = []
        for x, y, z, dx, dy, dz in boxes:
            c = [[[(x + i * dx, y + j * dy, z + k * dz) for k in (0, 1)] for j in (0, 1)] for i in (0, 1)]
            faces += [[c[0][0][0], c[0][1][0], c[1][1][0], c[1][0][0]], [c[0][0][1], c[1][0][1], c[1][1][1], c[0][1][1]],
                      [c[0][0][0], c[1][0][0], c[1][0][1], c[0][0][1]], [c[0][1][0], c[0][1][1], c[1][1][1], c[1][1][0]],
                      [c[0][0][0], c[0][0][1], c[0][1][1], c[0][1][0]], [c[1][0][0], c[1][1][0], c[1][1][1], c[1][0][1]]]
        return self._add(self._coloured(faces, None, color, None, None, None, shade, alpha=alpha, label=label))

    def quiver(self, X, Y, Z, U, V, W, *, length=1, normalize=False, color=None, **_):
        color = self._next_color() if color is None else color
        for x, y, z, u, v, w in zip(*map(floats, (X, Y, Z, U, V, W))):
            scale = length / (_math.hypot(u, v, w) or 1.0) if normalize else length
            mark = self.plot([x, x + u * scale], [y, y + v * scale], [z, z + w * scale], color=color)[0]
        return mark

    def text(self, x, y, z, s, zdir=None, *, fontsize=None, color="black", ha="left", **_):
        anchor = {"left": "start", "center": "middle", "right": "end"}[ha]
        return self._add(Words3D((float(x), float(y), float(z)), s, size_of(fontsize, 10) * UNIT, to_svg(color), anchor))

    # ---------------------------------------------------------------- drawing

    def _limits(self, d):
        own = (self._x_limits, self._y_limits, self._z_limits)[d]
        values = [p[d] for m in self.marks if m.visible and hasattr(m, "points") for p in m.points() if _math.isfinite(p[d])]
        low, high = (min(values), max(values)) if values else (0.0, 1.0)
        if low == high:
            low, high = (low * 0.95 - (low == 0) * 0.055, high * 1.05 + (high == 0) * 0.055)
        margin = (self._z_margin if d == 2 else self.margin) if values else 0.0
        for part in (margin, _VIEW_MARGIN):
            low, high = low - (high - low) * part, high + (high - low) * part
        return own[0] if own[0] is not None else low, own[1] if own[1] is not None else high

    def draw(self, svg, box):
        left, top, w, h = box
        room = 0.13
        frame = (left + w * room, top + h * 0.06, w * (1 - 2 * room), h * (1 - 0.06 - room))
        limits = tuple(self._limits(d) for d in range(3))
        view = View(limits, self.elev, self.azim, frame)
        self.projection = lambda x, y: view(x, y, limits[2][0])
        if self.axis_on:
            self._draw_box(svg, view)
        pieces = [piece for m in self.marks if m.visible and hasattr(m, "pieces") for piece in m.pieces(view)]
        for _, draw in sorted(pieces, key=lambda piece: piece[0]):
            draw(svg)
        names = self.xlabel, self.ylabel
        self.xlabel = self.ylabel = ""  # they stand along the edges
        draw_titles(svg, self, view, 0)
        self.xlabel, self.ylabel = names
        if self.color_bar is not None:
            draw_colorbar(svg, *self.color_bar, (left + w + 14, top + h * 0.15, 14, h * 0.7))
        if self.legend_on:
            self.legend_place = "upper right" if self.legend_place == "best" else self.legend_place
            draw_legend(svg, self, box)

    def _draw_box(self, svg, view):
        """The three far walls with their grid, and ticks with labels along three edges."""
        given = ((self._x_ticks, self._x_labels), (self._y_ticks, self._y_labels), (self._z_ticks, self._z_labels))
        ticks = [[t for t in (nice_ticks(*sorted(view.limits[d]), 7) if own is None else own) if min(view.limits[d]) <= t <= max(view.limits[d])]
                 for d, (own, _) in enumerate(given)]
        for wall in range(3):
            a, b = (d for d in range(3) if d != wall)
            at = lambda u, v: view(*[view.far(wall) if d == wall else u if d == a else v for d in range(3)])  # noqa: E731, B023
            (a0, a1), (b0, b1) = view.limits[a], view.limits[b]
            svg.path("M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in (at(a0, b0), at(a1, b0), at(a1, b1), at(a0, b1))) + "Z", fill="#f2f2f2", stroke="#cccccc")
            for t in ticks[a]:
                svg.line(*at(t, b0), *at(t, b1), stroke="#cccccc", stroke_width=1)
            for t in ticks[b]:
                svg.line(*at(a0, t), *at(a1, t), stroke="#cccccc", stroke_width=1)
        low = view.limits[2][0]
        upright = max(((view.near(0), view.far(1)), (view.far(0), view.near(1))), key=lambda p: view(*p, low)[0])
        edges = (lambda t: view(t, view.near(1), low), lambda t: view(view.near(0), t, low), lambda t: view(*upright, t))
        middle = view(*((p + q) / 2 for p, q in view.limits))
        size = 9 * UNIT
        for d, (edge, name) in enumerate(zip(edges, (self.xlabel, self.ylabel, self.zlabel))):
            start, end = edge(view.limits[d][0]), edge(view.limits[d][1])
            svg.line(*start, *end, stroke="black", stroke_width=1)
            own, labels = given[d]
            texts = labels if own is not None and labels is not None else tick_texts(ticks[d])
            away = (1.0, 0.0) if d == 2 else _away(start, end, middle)
            for t, text in zip(ticks[d], texts):
                x, y = edge(t)
                svg.line(x, y, x + away[0] * 5, y + away[1] * 5, stroke="black", stroke_width=1)
                svg.text(x + away[0] * 17, y + away[1] * 17 + size * 0.35, text, size)
            if name:
                x, y = (start[0] + end[0]) / 2 + away[0] * 42, (start[1] + end[1]) / 2 + away[1] * 42
                slope = _math.degrees(_math.atan2(end[1] - start[1], end[0] - start[0]))
                slope = slope - 180 if slope > 90 else slope + 180 if slope < -90 else slope
                svg.text(x, y + size * 0.35, name, self.label_size * UNIT, rotate=-90 if d == 2 else slope)


def _away(start, end, middle):
    """The direction across an edge that leads away from the middle of the box."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = _math.hypot(dx, dy) or 1.0
    across = (-dy / length, dx / length)
    outward = (start[0] + end[0]) / 2 - middle[0], (start[1] + end[1]) / 2 - middle[1]
    sign = 1.0 if across[0] * outward[0] + across[1] * outward[1] >= 0 else -1.0
    return across[0] * sign, across[1] * sign
