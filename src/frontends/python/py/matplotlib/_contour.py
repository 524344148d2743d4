"""Contours of a grid of values: lines by marching squares, filled bands by cutting every cell at its levels."""


def levels_of(values, wanted, filled):
    """Levels as given, or round ones that cover the values."""
    from ._scales import nice_ticks

    low, high = min(values), max(values)
    if hasattr(wanted, "__iter__"):
        return [float(v) for v in wanted]
    ticks = nice_ticks(low, high, (wanted or 7) + 1)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    if filled:
        if ticks[0] > low:
            ticks.insert(0, ticks[0] - step)
        if ticks[-1] < high:
            ticks.append(ticks[-1] + step)
    return ticks


def lines(xs, ys, z, level):
    """Segments where the bilinear surface crosses a level."""
    out = []
    for i in range(len(ys) - 1):
        for j in range(len(xs) - 1):
            corners = [(xs[j], ys[i], z[i][j]), (xs[j + 1], ys[i], z[i][j + 1]), (xs[j + 1], ys[i + 1], z[i + 1][j + 1]), (xs[j], ys[i + 1], z[i + 1][j])]
            cuts = []
            for a, b in zip(corners, corners[1:] + corners[:1]):
                if (a[2] < level) != (b[2] < level):
                    t = (level - a[2]) / (b[2] - a[2])
                    cuts.append((a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t))
            out += [(cuts[k], cuts[k + 1]) for k in range(0, len(cuts) - 1, 2)]
    return out


def bands(xs, ys, z, low, high):
    """Polygons of the parts of cells whose values lie in [low, high]; whole cells of a row are joined to one rectangle."""
    out = []
    for i in range(len(ys) - 1):
        run = None
        for j in range(len(xs) - 1):
            corners = [(xs[j], ys[i], z[i][j]), (xs[j + 1], ys[i], z[i][j + 1]), (xs[j + 1], ys[i + 1], z[i + 1][j + 1]), (xs[j], ys[i + 1], z[i + 1][j])]
            if all(low <= c[2] <= high for c in corners):
                run = j if run is None else run
                continue
            if run is not None:
                out.append(_rectangle(xs, ys, i, run, j))
                run = None
            part = _cut(_cut(corners, low, True), high, False)
            if len(part) >= 3:
                out.append([(p[0], p[1]) for p in part])
        if run is not None:
            out.append(_rectangle(xs, ys, i, run, len(xs) - 1))
    return out


def _rectangle(xs, ys, i, first, last):
    return [(xs[first], ys[i]), (xs[last], ys[i]), (xs[last], ys[i + 1]), (xs[first], ys[i + 1])]


def _cut(points, level, above):
    """The part of a polygon above (or below) a level (Sutherland and Hodgman)."""
    out = []
    for a, b in zip(points, points[1:] + points[:1]):
        inside_a = a[2] >= level if above else a[2] <= level
        inside_b = b[2] >= level if above else b[2] <= level
        if inside_a:
            out.append(a)
        if inside_a != inside_b:
            t = (level - a[2]) / (b[2] - a[2])
            out.append((a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, level))
    return out
