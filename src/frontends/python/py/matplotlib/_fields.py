"""Images, contours and fields of arrows: the plotting functions of axes whose values lie on a grid."""

import math as _math

from . import _marks as M, _pixels
from ._colors import Normalize, get_cmap, to_svg
from ._contour import bands, crossings, layers, levels_of, lines, shades
from ._figure import floats
from ._names import called
from ._svg import number
from ._triangles import triangles_of


#: More bands than this are drawn as a picture of so many pixels each way: as polygons they would be finer than a pixel.
_MOST_BANDS = 64
_SHADED = 400


def _middles(levels):
    return [(low + high) / 2 for low, high in zip(levels, levels[1:])]


def _grid(z):
    import numpy as np

    a = np.asarray(z)
    if a.ndim != 2:
        raise TypeError(f"Input z must be 2D, not {a.ndim}D")
    return [[float(v) for v in row] for row in a.tolist()]


class Fields:
    """Mixed into the axes."""

    def imshow(self, X, cmap=None, norm=None, *, aspect=None, interpolation=None, alpha=None, vmin=None, vmax=None, origin="upper", extent=None, **_):
        import numpy as np

        a = np.asarray(X)
        if a.ndim == 3 and a.shape[2] == 1:
            a = a[:, :, 0]
        if a.ndim not in (2, 3) or (a.ndim == 3 and a.shape[2] not in (3, 4)):
            raise TypeError(f"Invalid shape {a.shape} for image data")
        mapped = (None, None)
        if a.ndim == 2:
            mapped = (get_cmap(cmap), (norm or Normalize(vmin, vmax)).fit(a))
            rows = _pixels.mapped(a, *mapped)
        else:
            rows = _pixels.coloured(a)
        height, width = a.shape[:2]
        if origin == "lower":
            box = extent or (-0.5, width - 0.5, -0.5, height - 0.5)
        else:
            e = extent or (-0.5, width - 0.5, height - 0.5, -0.5)
            box = (e[0], e[1], e[3], e[2])
            if extent is None:
                self._flip_y = True
        self.aspect = "auto" if aspect == "auto" else "equal"
        return self._add(M.Image(rows, tuple(float(v) for v in box), *mapped, alpha))

    def matshow(self, Z, **kw):
        return self.imshow(Z, **kw)

    def pcolormesh(self, *args, cmap=None, norm=None, vmin=None, vmax=None, alpha=None, shading=None, edgecolors=None, **_):
        import numpy as np

        Z = _grid(args[-1])
        xs, ys = self._grid_lines(args, Z, np)
        cells = np.array(Z)
        norm, cmap = (norm or Normalize(vmin, vmax)).fit(cells), get_cmap(cmap)
        rows = _pixels.mapped(cells, cmap, norm)
        edges = [_edges(v, n) for v, n in ((xs, len(Z[0])), (ys, len(Z)))]
        return self._add(M.Mesh(rows, (edges[0][0], edges[0][-1], edges[1][0], edges[1][-1]), cmap, norm, alpha))

    pcolor = pcolormesh

    def _grid_lines(self, args, Z, np):
        if len(args) >= 3:
            X, Y = np.asarray(args[0]), np.asarray(args[1])
            return floats(X[0] if X.ndim == 2 else X), floats(Y[:, 0] if Y.ndim == 2 else Y)
        return [float(i) for i in range(len(Z[0]))], [float(i) for i in range(len(Z))]

    def _contour_input(self, args, levels):
        import numpy as np

        if len(args) in (2, 4):
            *args, levels = args
        Z = _grid(args[-1])
        return (*self._grid_lines(args, Z, np), Z, levels)

    def contourf(self, *args, levels=None, cmap=None, colors=None, alpha=None, norm=None, vmin=None, vmax=None, **_):
        xs, ys, Z, levels = self._contour_input(args, levels)
        levels = levels_of([v for row in Z for v in row], levels, True)
        norm, cmap = (norm or Normalize(vmin, vmax)).fit(levels), get_cmap(cmap)
        box = (min(xs), max(xs), min(ys), max(ys))
        if len(levels) > _MOST_BANDS and colors is None:
            shown = [cmap.rgb(norm(v)) for v in _middles(levels)]
            self._add(M.Mesh(_pixels.chosen(shades(xs, ys, Z, levels, _SHADED), shown), box, alpha=alpha))
            return self._contour_set(cmap, norm, box)
        return self._filled(bands(xs, ys, Z, levels), levels, cmap, norm, colors, alpha, box)

    def contour(self, *args, levels=None, cmap=None, colors=None, linewidths=1.5, linestyles=None, alpha=None, **_):
        xs, ys, Z, levels = self._contour_input(args, levels)
        levels = levels_of([v for row in Z for v in row], levels, False)
        box = (min(xs), max(xs), min(ys), max(ys))
        return self._drawn(lines(xs, ys, Z, levels), levels, get_cmap(cmap), colors, linewidths, linestyles, alpha, box)

    def tricontourf(self, *args, triangles=None, levels=None, cmap=None, colors=None, alpha=None, norm=None, vmin=None, vmax=None, **_):
        corners, values, levels, box = self._triangle_input(args, triangles, levels)
        levels = levels_of(values, levels, True)
        return self._filled(layers(corners, levels), levels, get_cmap(cmap), (norm or Normalize(vmin, vmax)).fit(levels), colors, alpha, box)

    def tricontour(self, *args, triangles=None, levels=None, cmap=None, colors=None, linewidths=1.5, linestyles=None, alpha=None, **_):
        corners, values, levels, box = self._triangle_input(args, triangles, levels)
        levels = levels_of(values, levels, False)
        return self._drawn(crossings(corners, levels), levels, get_cmap(cmap), colors, linewidths, linestyles, alpha, box)

    def triplot(self, x, y, *args, triangles=None, **kw):
        """The edges of triangles between points (x, y); Delaunay's where none are given."""
        xs, ys = floats(x), floats(y)
        edges = sorted({tuple(sorted(pair)) for t in triangles_of(xs, ys, triangles) for pair in zip(t, t[1:] + t[:1])})
        gap = float("nan")
        return self.plot([v for a, b in edges for v in (xs[a], xs[b], gap)], [v for a, b in edges for v in (ys[a], ys[b], gap)], *args, **kw)

    def _triangle_input(self, args, triangles, levels):
        *points, z = args[:3]
        levels = args[3] if len(args) > 3 else levels
        (xs, ys), values = map(floats, points), floats(z)
        corners = [[(xs[i], ys[i], values[i]) for i in t] for t in triangles_of(xs, ys, triangles)]
        return corners, values, levels, (min(xs), max(xs), min(ys), max(ys))

    def _filled(self, parts, levels, cmap, norm, colors, alpha, box):
        for k, (polygons, middle) in enumerate(zip(parts, _middles(levels))):
            if polygons:
                fill = to_svg(colors[k % len(colors)]) if colors is not None else to_svg(cmap.rgb(norm(middle)))
                self._add(Band(polygons, fill, alpha))
        return self._contour_set(cmap, norm, box)

    def _drawn(self, segments, levels, cmap, colors, linewidths, linestyles, alpha, box):
        norm, one = Normalize().fit(levels), isinstance(colors, str)
        width = float(linewidths if isinstance(linewidths, (int, float)) else linewidths[0]) * 0.8
        for k, (parts, level) in enumerate(zip(segments, levels)):
            if parts:
                color = to_svg(colors) if one else to_svg(colors[k % len(colors)]) if colors is not None else to_svg(cmap.rgb(norm(level)))
                dash = linestyles if isinstance(linestyles, str) else "--" if one and level < 0 else None
                self._add(M.Segments(parts, color, width, dash, alpha)).tight = True
        return self._contour_set(cmap, norm, box)

    def _contour_set(self, cmap, norm, box):
        """What a colour bar reads."""
        return self._add(Band([], "none", None, (cmap, norm), box))

    def clabel(self, *_, **__):
        return []

    def quiver(self, *args, color="black", scale=None, angles=None, scale_units=None, width=None, **_):
        import numpy as np

        if len(args) >= 4:
            x, y, u, v = (np.asarray(a) for a in args[:4])
            if x.ndim == 1 and u.ndim == 2:
                x, y = np.meshgrid(x, y)
        else:
            u, v = np.asarray(args[0]), np.asarray(args[1])
            x, y = np.meshgrid(np.arange(u.shape[1]), np.arange(u.shape[0]))
        x, y, u, v = floats(x), floats(y), floats(u), floats(v)
        longest = max((_math.hypot(a, b) for a, b in zip(u, v)), default=1) or 1
        span = max((max(x) - min(x)) if x else 1, (max(y) - min(y)) if y else 1) or longest
        k = 1 / scale if scale and angles == "xy" else span / max(2, _math.sqrt(len(x))) / longest if len(x) > 1 else 1
        return self._add(M.Arrows([(a, b, c * k, d * k) for a, b, c, d in zip(x, y, u, v)], to_svg(color) if isinstance(color, str) else "black"))

    def hist2d(self, x, y, bins=10, range=None, density=False, weights=None, cmap=None, **kw):
        import numpy as np

        counts, xs, ys = np.histogram2d(np.asarray(x).ravel(), np.asarray(y).ravel(), bins=bins, range=range, density=density, weights=weights)
        return counts, xs, ys, self.pcolormesh(xs, ys, counts.T, cmap=cmap, **kw)

    def streamplot(self, x, y, u, v, density=1, color=None, linewidth=1, cmap=None, **_):
        import numpy as np

        from ._streams import streamlines

        xs, ys = self._grid_lines((x, y, u), None, np)
        us, vs = _grid(u), _grid(v)
        paths = streamlines(xs, ys, us, vs, density if isinstance(density, (int, float)) else max(density))
        stroke = to_svg(color) if isinstance(color, str) else self._next_color()
        width = float(linewidth) if isinstance(linewidth, (int, float)) else 1.0
        self._add(M.Segments([pair for path in paths for pair in zip(path, path[1:])], stroke, width))
        middle = [(path[len(path) // 2 - 1], path[len(path) // 2]) for path in paths]
        return self._add(M.Arrows([(a, b, c - a, d - b) for (a, b), (c, d) in middle], stroke, width))


@called("matplotlib.contour.QuadContourSet")
class Band(M.Mark):
    """Polygons of one colour, drawn as one path; or (without polygons) what a colour bar reads."""

    zorder = 0
    tight = True

    def __init__(self, polygons, fill, alpha, mapped=None, box=None):
        self.polygons, self.fill, self.alpha, self.mapped, self._box = polygons, fill, alpha, mapped, box

    def extent(self):
        if self._box:
            return list(self._box[:2]), list(self._box[2:])
        return [p[0] for poly in self.polygons for p in poly], [p[1] for poly in self.polygons for p in poly]

    def draw(self, svg, to):
        if not self.polygons:
            return
        d = "".join("M" + "L".join(f"{number(x)} {number(y)}" for x, y in (to(*p) for p in poly)) + "Z" for poly in self.polygons)
        svg.path(d, fill=self.fill, stroke=self.fill, stroke_width=0.4, opacity=self.alpha)


def _edges(centers, n):
    """Cell borders: given as they are (n + 1 of them), or halfway between centres."""
    if len(centers) == n + 1 or len(centers) < 2:
        return centers if len(centers) >= 2 else [centers[0] - 0.5, centers[0] + 0.5]
    middle = [(a + b) / 2 for a, b in zip(centers, centers[1:])]
    return [2 * centers[0] - middle[0], *middle, 2 * centers[-1] - middle[-1]]
