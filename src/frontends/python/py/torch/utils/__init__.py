"""torch.utils."""

from . import hooks

_PARTS = ("checkpoint", "data", "tensorboard")


def __getattr__(name):
    import importlib

    if name in _PARTS:
        return importlib.import_module("." + name, __name__)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
