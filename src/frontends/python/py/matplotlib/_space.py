"""From three dimensions to the plane: where a point of the axes' box appears, how deep it lies, and the marks that live there.

A mark gives pieces: (depth, draw). Pieces are drawn from the farthest to the nearest (painter's algorithm).
"""

import math as _math

from . import _marks as M
from ._names import called

#: Sides of the box of axes and the eye's distance, in matplotlib's units (box aspect 4:4:3).
_SIDES = tuple(side * 1.8294640721620434 * 25 / 24 / _math.hypot(4, 4, 3) for side in (4, 4, 3))
_EYE = 10.0


class View:
    """Perspective from an elevation and an azimuth (degrees), fitted into a frame (x, y, width, height) of pixels."""

    def __init__(self, limits, elevation, azimuth, frame):
        self.limits, self.box = limits, frame
        e, a = _math.radians(elevation), _math.radians(azimuth)
        self._toward = (_math.cos(e) * _math.cos(a), _math.cos(e) * _math.sin(a), _math.sin(e))
        self._right = (-_math.sin(a), _math.cos(a), 0.0)
        self._up = (-_math.sin(e) * _math.cos(a), -_math.sin(e) * _math.sin(a), _math.cos(e))
        corners = [self._flat((x, y, z)) for x in limits[0] for y in limits[1] for z in limits[2]]
        left, right = min(c[0] for c in corners), max(c[0] for c in corners)
        low, high = min(c[1] for c in corners), max(c[1] for c in corners)
        x, y, w, h = frame
        self._scale = min(w / (right - left), h / (high - low))
        self._origin = (x + w / 2 - self._scale * (left + right) / 2, y + h / 2 + self._scale * (low + high) / 2)

    def _placed(self, point):
        """Data coordinates in the box around the origin."""
        return [(v - low) / ((high - low) or 1) * side - side / 2 for v, (low, high), side in zip(point, self.limits, _SIDES)]

    def depth(self, point):
        """Larger is nearer."""
        return sum(a * b for a, b in zip(self._placed(point), self._toward))

    def _flat(self, point):
        p = self._placed(point)
        nearer = _EYE / (_EYE - sum(a * b for a, b in zip(p, self._toward)))
        return nearer * sum(a * b for a, b in zip(p, self._right)), nearer * sum(a * b for a, b in zip(p, self._up))

    def __call__(self, x, y, z):
        a, b = self._flat((x, y, z))
        return self._origin[0] + self._scale * a, self._origin[1] - self._scale * b

    def far(self, axis):
        """The limit of an axis at which its wall is behind everything."""
        return self.limits[axis][0] if self._toward[axis] > 0 else self.limits[axis][1]

    def near(self, axis):
        low, high = self.limits[axis]
        return high if self.far(axis) == low else low


class Mark3D(M.Mark):
    """A mark of points (x, y, z); `flat` is the mark in the plane that its legend shows."""

    flat = None

    def extent(self):
        return [], []

    def points(self):
        raise NotImplementedError

    def pieces(self, view):
        raise NotImplementedError

    def key(self, svg, x, y, width):
        if self.flat is not None:
            self.flat.key(svg, x, y, width)


def _finite(p):
    return all(map(_math.isfinite, p))


@called("mpl_toolkits.mplot3d.art3d.Line3D")
class Path3D(Mark3D):
    """Line segments through points, each as deep as its middle; a line of `Axes.plot` gives its style."""

    def __init__(self, flat, points):
        self.flat, self._points, self.label = flat, points, flat.label

    def points(self):
        return self._points

    def pieces(self, view):
        line = self.flat
        style = dict(stroke=line.color, stroke_width=line.width * 1.39, stroke_dasharray=M.DASHES.get(line.dash), opacity=line.alpha,
                     stroke_linecap="round")
        if line.dash != "none" and line.width:
            for a, b in zip(self._points, self._points[1:]):
                if _finite(a) and _finite(b):
                    yield (view.depth(a) + view.depth(b)) / 2, lambda svg, a=a, b=b: svg.line(*view(*a), *view(*b), **style)
        if line.marker:
            for p in self._points:
                if _finite(p):
                    yield view.depth(p), lambda svg, p=p: M.draw_marker(svg, line.marker, *view(*p), line.size * 1.39, line.face or line.color,
                                                                        line.edge or line.color, 1, line.alpha)

    def set_data_3d(self, x, y, z):
        from ._figure import floats

        self._points = list(zip(floats(x), floats(y), floats(z)))


@called("mpl_toolkits.mplot3d.art3d.Path3DCollection")
class Points3D(Mark3D):
    def __init__(self, flat, points):
        self.flat, self._points, self.label, self.mapped = flat, points, flat.label, flat.mapped

    def points(self):
        return self._points

    def pieces(self, view):
        p = self.flat
        for i, point in enumerate(self._points):
            if _finite(point):
                color = p.colors[i % len(p.colors)]
                edge = p.edges[i % len(p.edges)] if p.edges else color
                size = _math.sqrt(p.sizes[i % len(p.sizes)]) * 1.39
                yield view.depth(point), lambda svg, at=point, c=color, e=edge, s=size: M.draw_marker(svg, p.marker, *view(*at), s, c, e, p.width, p.alpha)


@called("mpl_toolkits.mplot3d.art3d.Poly3DCollection")
class Polygons3D(Mark3D):
    """Flat polygons, each with a colour: surfaces, filled contours, bars."""

    def __init__(self, polygons, colors, alpha=None, edge=None, width=0.4, label=None, mapped=None):
        self.polygons, self.colors, self.alpha, self.edge, self.width = polygons, colors, alpha, edge, width
        self.label, self.mapped = label, mapped
        self.flat = M.Polygon([], colors[0] if colors else "none", alpha)

    def points(self):
        return [p for polygon in self.polygons for p in polygon]

    def pieces(self, view):
        for polygon, color in zip(self.polygons, self.colors):
            depth = sum(map(view.depth, polygon)) / len(polygon)

            def draw(svg, polygon=polygon, color=color):
                d = "M" + "L".join(f"{M.number(x)} {M.number(y)}" for x, y in (view(*p) for p in polygon)) + "Z"
                # Without lines between them, neighbours would show a hair of what lies behind.
                svg.path(d, fill=color, stroke=self.edge or (color if self.alpha is None else None), stroke_width=self.width, opacity=self.alpha)

            yield depth, draw


@called("mpl_toolkits.mplot3d.art3d.Text3D")
class Words3D(Mark3D):
    def __init__(self, point, text, size, color, anchor):
        self._point, self._text, self._size, self._color, self._anchor = point, text, size, color, anchor

    def points(self):
        return []

    def pieces(self, view):
        yield _math.inf, lambda svg: svg.text(*view(*self._point), self._text, self._size, self._anchor, color=self._color)
