"""Parts of PyTorch and its companions that do not exist here: importing them says so."""

import importlib.abc as _abc
import sys as _sys

_NAMES = (
    "ao", "compiler", "distributed", "export", "futures", "fx", "hub", "library", "masked", "monitor", "mps", "multiprocessing", "nested",
    "onnx", "package", "profiler", "quantization", "signal", "sparse", "xpu",
)
_HINTS = {
    "distributed": "a run is one process",
    "multiprocessing": "a run is one process",
    "hub": "nothing can be downloaded",
    "profiler": "time is shown by Backstep's own timeline",
    "torchvision": "make images with torch or numpy instead of loading data sets",
}
_PACKAGES = ("torchvision", "torchtext", "torchaudio")


class _Absent(_abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        first, _, rest = name.partition(".")
        part = rest.partition(".")[0]
        if not (first in _PACKAGES or (first == "torch" and part in _NAMES)):
            return None
        hint = _HINTS.get(part if first == "torch" else first)
        raise ModuleNotFoundError(f"{name} is not part of Backstep" + (f": {hint}" if hint else ""), name=name)


def install():
    """Puts the finder last, so that anything that does exist is found first."""
    if not any(isinstance(f, _Absent) for f in _sys.meta_path):
        _sys.meta_path.append(_Absent())
