"""Contours of a grid of values: lines by marching squares, filled bands by cutting every cell at its levels."""

from bisect import bisect_left as _bisect_left, bisect_right as _bisect_right


def levels_of(values, wanted, filled):
    """Levels as given, or round ones that cover the values."""
    from ._scales import nice_ticks

    if hasattr(wanted, "__iter__"):
        return [float(v) for v in wanted]
    low, high = min(values), max(values)
    ticks = nice_ticks(low, high, (wanted or 7) + 1)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    if filled:
        if ticks[0] > low:
            ticks.insert(0, ticks[0] - step)
        if ticks[-1] < high:
            ticks.append(ticks[-1] + step)
    return ticks


def _cells(xs, ys, z):
    """(row, column, corners, smallest, largest value) of each cell; cells with a corner that is no number are left out."""
    for i, (below, above) in enumerate(zip(z, z[1:])):
        bottom, top = ys[i], ys[i + 1]
        for j in range(len(xs) - 1):
            values = below[j], below[j + 1], above[j + 1], above[j]
            low, high = min(values), max(values)
            if low == low and high == high and sum(values) == sum(values):
                left, right = xs[j], xs[j + 1]
                yield i, j, [(left, bottom, values[0]), (right, bottom, values[1]), (right, top, values[2]), (left, top, values[3])], low, high


def lines(xs, ys, z, levels):
    """For each level (ascending) the segments where the bilinear surface crosses it."""
    return crossings((corners for _, _, corners, _, _ in _cells(xs, ys, z)), levels)


def crossings(polygons, levels):
    """For each level (ascending) the segments that it cuts out of polygons of (x, y, value)."""
    out = [[] for _ in levels]
    for corners in polygons:
        values = [c[2] for c in corners]
        for k in range(_bisect_right(levels, min(values)), _bisect_right(levels, max(values))):
            level, cuts = levels[k], []
            for a, b in zip(corners, corners[1:] + corners[:1]):
                if (a[2] < level) != (b[2] < level):
                    t = (level - a[2]) / (b[2] - a[2])
                    cuts.append((a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t))
            out[k] += [(cuts[c], cuts[c + 1]) for c in range(0, len(cuts) - 1, 2)]
    return out


def bands(xs, ys, z, levels):
    """For each pair of neighbouring levels the polygons of the parts of cells between them; whole cells of a row are joined to one rectangle."""
    out = [[] for _ in levels[1:]]
    run = None  # (row, first column, column after the last, band) of whole cells
    for i, j, corners, low, high in _cells(xs, ys, z):
        first, end = _reached(low, high, levels)
        whole = first == end and low >= levels[0] and high <= levels[-1]
        if run is not None and not (whole and run[0] == i and run[2] == j and run[3] == first):
            out[run[3]].append(_rectangle(xs, ys, *run[:3]))
            run = None
        if whole:
            run = (i, j if run is None else run[1], j + 1, first)
        else:
            _divide(corners, first, end, levels, out)
    if run is not None:
        out[run[3]].append(_rectangle(xs, ys, *run[:3]))
    return out


def layers(polygons, levels):
    """For each pair of neighbouring levels the parts of polygons of (x, y, value) between them."""
    out = [[] for _ in levels[1:]]
    for corners in polygons:
        values = [c[2] for c in corners]
        _divide(corners, *_reached(min(values), max(values), levels), levels, out)
    return out


def _reached(low, high, levels):
    """First and last band that values from `low` to `high` reach."""
    last = len(levels) - 2
    first = min(max(_bisect_right(levels, low) - 1, 0), last)
    return first, max(first, min(_bisect_left(levels, high) - 1, last))


def _divide(corners, first, end, levels, out):
    for k in range(first, end + 1):
        part = _cut(_cut(corners, levels[k], True), levels[k + 1], False)
        if len(part) >= 3:
            out[k].append([(p[0], p[1]) for p in part])


def shades(xs, ys, z, levels, size):
    """(`size`, `size`) numbers of the bands at the middles of a finer grid, from the lowest row up; -1 outside of the levels."""
    import numpy as np

    values, levels = np.array(z), np.array(levels)
    (row, down), (column, right) = (_places(np, centers, size) for centers in (ys, xs))
    below, above = (values[np.ix_(row + k, column)] * (1 - right) + values[np.ix_(row + k, column + 1)] * right for k in (0, 1))
    between = below * (1 - down[:, None]) + above * down[:, None]
    inside = (between >= levels[0]) & (between <= levels[-1])
    return np.where(inside, np.clip(np.searchsorted(levels, between, side="right") - 1, 0, len(levels) - 2), -1)


def _places(np, centers, size):
    """(index of the grid line before, distance as a share of the cell) for `size` places from the first line to the last."""
    step = (centers[-1] - centers[0]) / size
    at = np.interp(centers[0] + (np.arange(size) + 0.5) * step, centers, np.arange(len(centers)))
    before = np.clip(np.floor(at), 0, len(centers) - 2)
    return before.astype(int), at - before


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
