"""matplotlib.patches: shapes for Axes.add_patch."""

import math as _math

from ._colors import to_svg
from ._marks import Polygon as _Polygon


def _paint(kw, default="C0"):
    fill = kw.get("facecolor", kw.get("fc", kw.get("color", default)))
    if kw.get("fill") is False:
        fill = "none"
    edge = kw.get("edgecolor", kw.get("ec", kw.get("color")))
    return dict(fill=to_svg(fill), edge=None if edge is None else to_svg(edge), alpha=kw.get("alpha"), label=kw.get("label"), width=kw.get("linewidth", kw.get("lw", 1.0)))


def Rectangle(xy, width, height, angle=0.0, **kw):
    x, y = xy
    return _Polygon([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], **_paint(kw))


def Ellipse(xy, width, height, angle=0.0, **kw):
    c, s = _math.cos(_math.radians(angle)), _math.sin(_math.radians(angle))
    points = []
    for i in range(72):
        t = 2 * _math.pi * i / 72
        a, b = width / 2 * _math.cos(t), height / 2 * _math.sin(t)
        points.append((xy[0] + a * c - b * s, xy[1] + a * s + b * c))
    return _Polygon(points, **_paint(kw))


def Circle(xy, radius=5, **kw):
    return Ellipse(xy, 2 * radius, 2 * radius, **kw)


def Polygon(xy, closed=True, **kw):
    return _Polygon([(float(x), float(y)) for x, y in (xy.tolist() if hasattr(xy, "tolist") else xy)], **_paint(kw))


def Patch(**kw):
    """An entry for a legend."""
    return _Polygon([(0.0, 0.0)], spans=True, **_paint(kw))
