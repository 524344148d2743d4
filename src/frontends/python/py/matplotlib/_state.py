"""Settings that programs make: most do not change Backstep's pictures and are only kept."""

import contextlib as _contextlib

from ._colors import Normalize, get_cmap


class _Params(dict):
    def update(self, *args, **kwargs):
        dict.update(self, *args, **kwargs)

    def __missing__(self, key):
        return None


rcParams = _Params({"figure.figsize": (6.4, 4.8), "figure.dpi": 100, "image.cmap": "viridis", "font.size": 10})


class _Style:
    available = ["default", "ggplot", "seaborn-v0_8", "bmh", "dark_background", "fivethirtyeight"]

    def use(self, style):
        pass

    @_contextlib.contextmanager
    def context(self, style):
        yield


style = _Style()


class ScalarMappable:
    def __init__(self, norm=None, cmap=None):
        self.mapped = (get_cmap(cmap), (norm or Normalize(0, 1)).fit([0.0, 1.0]))

    def set_array(self, values):
        pass

    def to_rgba(self, x):
        return self.mapped[0](self.mapped[1](x))


class ColormapTable:
    def __getitem__(self, name):
        return get_cmap(name)

    def get_cmap(self, name):
        return get_cmap(name)
