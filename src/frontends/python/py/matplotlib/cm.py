"""matplotlib.cm."""

from ._colors import get_cmap
from ._state import ScalarMappable  # noqa: F401


def __getattr__(name):
    try:
        return get_cmap(name)
    except ValueError as error:
        raise AttributeError(str(error)) from None
