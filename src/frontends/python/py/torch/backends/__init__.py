"""torch.backends: switches that do nothing here."""

import sys as _sys
import types as _types


class _Backend(_types.ModuleType):
    """A module whose switches may be set."""

    enabled = False
    deterministic = False
    benchmark = False
    allow_tf32 = False

    def is_available(self):
        return False

    def is_built(self):
        return False

    def version(self):
        return None


def _backend(name):
    path = f"{__name__}.{name}"
    module = _sys.modules[path] = _Backend(path)
    return module


cudnn, mps, mkl, mkldnn, openmp, cuda = map(_backend, ("cudnn", "mps", "mkl", "mkldnn", "openmp", "cuda"))
cuda.matmul = _Backend("torch.backends.cuda.matmul")
