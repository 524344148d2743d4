"""torch.backends: which libraries are there, and switches that may be set and change nothing."""

import contextlib as _contextlib
import sys as _sys
import types as _types


def _backend(name, functions=(), **switches):
    """A module of switches with their defaults, and of functions without arguments with what they return."""
    path = f"{__name__}.{name}"
    module = _sys.modules[path] = _types.ModuleType(path)
    for switch, value in switches.items():
        setattr(module, switch, value)
    for function, result in dict(functions).items():
        setattr(module, function, lambda *args, _result=result: _result)
    return module


def _flags(module):
    """`with torch.backends.cudnn.flags(enabled=False)`: switches for a while."""

    @_contextlib.contextmanager
    def flags(**switches):
        before = {name: getattr(module, name) for name in switches}
        module.__dict__.update(switches)
        try:
            yield
        finally:
            module.__dict__.update(before)

    module.flags = flags


cudnn = _backend(
    "cudnn", {"is_available": False, "version": None, "is_acceptable": False},
    enabled=True, deterministic=False, benchmark=False, benchmark_limit=None, allow_tf32=True)
mkldnn = _backend("mkldnn", {"is_available": True}, enabled=True, deterministic=False)
for _module in (cudnn, mkldnn):
    _flags(_module)
mkl = _backend("mkl", {"is_available": True})
openmp = _backend("openmp", {"is_available": True})
mps = _backend("mps", {"is_available": False, "is_built": False, "is_macos_or_newer": False, "is_macos13_or_newer": False})
cpu = _backend("cpu", {"get_cpu_capability": "DEFAULT"})
cuda = _backend(
    "cuda", {"is_built": False, "flash_sdp_enabled": True, "mem_efficient_sdp_enabled": True, "math_sdp_enabled": True, "cudnn_sdp_enabled": True,
             "enable_flash_sdp": None, "enable_mem_efficient_sdp": None, "enable_math_sdp": None, "enable_cudnn_sdp": None})


class _Matmul(_types.ModuleType):
    """Products on CUDA; `allow_tf32` is another word for a float32 precision below the highest."""

    allow_fp16_reduced_precision_reduction = True
    allow_bf16_reduced_precision_reduction = True

    @property
    def allow_tf32(self):
        from .. import get_float32_matmul_precision

        return get_float32_matmul_precision() != "highest"

    @allow_tf32.setter
    def allow_tf32(self, allowed):
        from .. import set_float32_matmul_precision

        set_float32_matmul_precision("high" if allowed else "highest")


cuda.matmul = _Matmul("torch.backends.cuda.matmul")
