"""torch.utils."""

from . import hooks

from ._swap import swap_tensors

_PARTS = ("_pytree", "benchmark", "checkpoint", "data", "dlpack", "tensorboard")


def __getattr__(name):
    import importlib

    if name in _PARTS:
        return importlib.import_module("." + name, __name__)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
