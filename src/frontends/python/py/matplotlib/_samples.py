"""How samples are distributed: boxes and violins."""

import math as _math

from . import _marks as M
from ._colors import CYCLE, to_svg
from ._figure import floats


def _sets(x):
    return [floats(v) for v in x] if isinstance(x, (list, tuple)) and x and hasattr(x[0], "__len__") else [floats(x)]


class Samples:
    """Mixed into the axes."""

    def boxplot(self, x, positions=None, labels=None, tick_labels=None, widths=0.5, **_):
        import numpy as np

        sets = _sets(x)
        places = floats(positions) if positions is not None else [float(i + 1) for i in range(len(sets))]
        for p, values in zip(places, sets):
            q1, q2, q3 = (float(v) for v in np.percentile(np.array(values), [25, 50, 75]).tolist())
            reach = 1.5 * (q3 - q1)
            inside = [v for v in values if q1 - reach <= v <= q3 + reach]
            low, high = min(inside), max(inside)
            a, b = p - widths / 2, p + widths / 2
            self._add(M.Segments([((a, q1), (b, q1)), ((a, q3), (b, q3)), ((a, q1), (a, q3)), ((b, q1), (b, q3)), ((p, q1), (p, low)), ((p, q3), (p, high)),
                                  ((p - widths / 4, low), (p + widths / 4, low)), ((p - widths / 4, high), (p + widths / 4, high))], "black", 1.0))
            self._add(M.Segments([((a, q2), (b, q2))], CYCLE[1], 1.0))
            outside = [v for v in values if not q1 - reach <= v <= q3 + reach]
            if outside:
                self._add(M.Line([p] * len(outside), outside, "black", 0, "none", "o", 6, face="none"))
        names = tick_labels or labels
        self.set_xticks(places, names if names is not None else [f"{p:g}" for p in places])

    def violinplot(self, dataset, positions=None, vert=None, widths=0.5, showmeans=False, showextrema=True, showmedians=False, points=100, *,
                   orientation="vertical", **_):
        """The estimated density of each sample to both sides of a line. Returns matplotlib's dict of its parts."""
        import numpy as np

        across = vert is False or orientation == "horizontal"
        sets = _sets(dataset)
        places = floats(positions) if positions is not None else [float(i + 1) for i in range(len(sets))]
        made, color = {"bodies": []}, to_svg(CYCLE[0])
        turned = (lambda pairs: [(b, a) for a, b in pairs]) if across else list
        for place, values in zip(places, sets):
            at = np.linspace(min(values), max(values), points).tolist()
            density = _density(values, at)
            scale = 0.5 * widths / max(density)
            outline = [(place + scale * d, v) for d, v in zip(density, at)] + [(place - scale * d, v) for d, v in zip(density[::-1], at[::-1])]
            made["bodies"].append(self._add(M.Polygon(turned(outline), color, alpha=0.3)))

        def marks(name, of):
            pairs = [turned([(p - widths / 4, of(v)), (p + widths / 4, of(v))]) for p, v in zip(places, sets)]
            made[name] = self._add(M.Segments([tuple(pair) for pair in pairs], color, 1.5))

        if showmeans:
            marks("cmeans", lambda v: sum(v) / len(v))
        if showextrema:
            marks("cmaxes", max)
            marks("cmins", min)
            made["cbars"] = self._add(M.Segments([tuple(turned([(p, min(v)), (p, max(v))])) for p, v in zip(places, sets)], color, 1.5))
        if showmedians:
            marks("cmedians", lambda v: float(np.median(v)))
        return made


def _density(values, at):
    """Gaussian kernels at the values, as wide as D. W. Scott's rule says (Multivariate Density Estimation, 1992)."""
    n = len(values)
    mean = sum(values) / n
    width = _math.sqrt(sum((v - mean) ** 2 for v in values) / max(n - 1, 1)) * n**-0.2 or 1.0
    return [sum(_math.exp(-0.5 * ((a - v) / width) ** 2) for v in values) / (n * width * _math.sqrt(2 * _math.pi)) for a in at]
