"""The parts of torchvision that need no files: transforms of tensors and arrays, and grids of pictures. Its data sets and pretrained
models are downloads, and say so when they are asked for."""

__version__ = "0.21.0"


def __getattr__(name):
    import importlib

    if name in ("transforms", "utils", "datasets", "models"):
        return importlib.import_module("." + name, __name__)
    raise AttributeError(f"torchvision.{name} is not part of Backstep")
