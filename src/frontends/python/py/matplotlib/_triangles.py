"""Triangles between scattered points."""


def triangles_of(xs, ys, given=None):
    """Triples of numbers of points: as given, or Delaunay's triangles (A. Bowyer and D. Watson, The Computer Journal 24, 1981)."""
    if given is not None:
        return [[int(i) for i in t] for t in (given.tolist() if hasattr(given, "tolist") else given)]
    n = len(xs)
    middle, reach = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2), 1000.0 * max(max(xs) - min(xs), max(ys) - min(ys), 1e-12)
    points = [*zip(xs, ys), (middle[0] - reach, middle[1] - reach), (middle[0] + reach, middle[1] - reach), (middle[0], middle[1] + reach)]
    found = {(n, n + 1, n + 2): _circle(points, n, n + 1, n + 2)}
    for p in sorted(range(n), key=lambda i: points[i]):
        x, y = points[p]
        broken = [t for t, (cx, cy, r2) in found.items() if (x - cx) ** 2 + (y - cy) ** 2 < r2 * (1 - 1e-12)]
        edges = {}
        for t in broken:
            del found[t]
            for edge in ((t[0], t[1]), (t[1], t[2]), (t[0], t[2])):
                edges[edge] = edges.get(edge, 0) + 1
        for (a, b), times in edges.items():
            if times == 1:
                t = tuple(sorted((a, b, p)))
                circle = _circle(points, *t)
                if circle is not None:
                    found[t] = circle
    return [list(t) for t in found if t[2] < n]


def _circle(points, a, b, c):
    """(x, y, squared radius) of the circle through three points; None when they lie on a line."""
    (ax, ay), (bx, by), (cx, cy) = points[a], points[b], points[c]
    bx, by, cx, cy = bx - ax, by - ay, cx - ax, cy - ay
    twice = 2 * (bx * cy - by * cx)
    if twice == 0:
        return None
    b2, c2 = bx * bx + by * by, cx * cx + cy * cy
    x, y = (cy * b2 - by * c2) / twice, (bx * c2 - cx * b2) / twice
    return ax + x, ay + y, x * x + y * y
