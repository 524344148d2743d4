"""matplotlib.gridspec."""

from ._figure import GridSpec  # noqa: F401
