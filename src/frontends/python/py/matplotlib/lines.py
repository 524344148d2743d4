"""matplotlib.lines."""

from ._colors import to_svg
from ._figure import floats
from ._marks import Line


def Line2D(xdata, ydata, color="C0", linewidth=1.5, lw=None, linestyle="-", ls=None, marker=None, markersize=6, label=None, alpha=None, markerfacecolor=None, **_):
    return Line(floats(xdata), floats(ydata), to_svg(color), lw or linewidth, ls or linestyle, marker, markersize, alpha, label,
                None if markerfacecolor is None else to_svg(markerfacecolor))
