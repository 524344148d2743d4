"""The part of matplotlib that teaching programs use: figures are SVG and appear in the app."""

from ._state import ColormapTable as _Table, rcParams

__version__ = "3.9.2"
colormaps = _Table()


def use(backend, **_):
    """Backstep shows every figure in the app, whatever the backend."""


def get_backend():
    return "backstep"


def rc(group, **kwargs):
    for k, v in kwargs.items():
        rcParams[f"{group}.{k}"] = v


def __getattr__(name):
    import importlib

    if name in ("pyplot", "cm", "colors", "patches", "lines", "ticker", "animation", "gridspec"):
        return importlib.import_module("." + name, __name__)
    raise AttributeError(f"matplotlib.{name} is not part of Backstep")
