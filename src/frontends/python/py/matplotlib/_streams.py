"""Streamlines: paths that follow a field of arrows on a grid."""

import math as _math


def _field(xs, ys, grid, x, y):
    """Value at (x, y) between the points of the grid; None outside of it."""
    if not (xs[0] <= x <= xs[-1] and ys[0] <= y <= ys[-1]):
        return None
    i = min(int((x - xs[0]) / (xs[-1] - xs[0]) * (len(xs) - 1)), len(xs) - 2)
    j = min(int((y - ys[0]) / (ys[-1] - ys[0]) * (len(ys) - 1)), len(ys) - 2)
    s, t = (x - xs[i]) / (xs[i + 1] - xs[i]), (y - ys[j]) / (ys[j + 1] - ys[j])
    low = grid[j][i] * (1 - s) + grid[j][i + 1] * s
    return low * (1 - t) + (grid[j + 1][i] * (1 - s) + grid[j + 1][i + 1] * s) * t


def _follow(xs, ys, us, vs, start, sign, taken, cells):
    """Points of a path from `start`, until it leaves the grid, stops or comes to a cell that another path has."""
    width, height = xs[-1] - xs[0], ys[-1] - ys[0]
    x, y = start
    path, own = [start], set()
    for _ in range(400):
        u, v = _field(xs, ys, us, x, y), _field(xs, ys, vs, x, y)
        if u is None or v is None:
            break
        # The length of an arrow in units of the grid's size: each step has the same length in the picture.
        speed = _math.hypot(u / width, v / height)
        if not speed > 1e-12:
            break
        x, y = x + sign * 0.01 * u / speed, y + sign * 0.01 * v / speed
        cell = (int((x - xs[0]) / width * cells), int((y - ys[0]) / height * cells))
        if not (xs[0] <= x <= xs[-1] and ys[0] <= y <= ys[-1]) or (cell in taken and cell not in own):
            break
        own.add(cell)
        path.append((x, y))
    return path, own


def streamlines(xs, ys, us, vs, density=1.0):
    """Paths of the field (us, vs), rows along y, at most one through each cell of a grid of 30 · density cells a side."""
    cells = max(2, int(30 * density))
    taken, paths = set(), []
    for j in range(cells):
        for i in range(cells):
            if (i, j) in taken:
                continue
            start = (xs[0] + (i + 0.5) / cells * (xs[-1] - xs[0]), ys[0] + (j + 0.5) / cells * (ys[-1] - ys[0]))
            back, own = _follow(xs, ys, us, vs, start, -1, taken, cells)
            ahead, more = _follow(xs, ys, us, vs, start, 1, taken, cells)
            path = back[:0:-1] + ahead
            if len(path) < 12:
                continue
            taken |= own | more | {(i, j)}
            paths.append(path)
    return paths
