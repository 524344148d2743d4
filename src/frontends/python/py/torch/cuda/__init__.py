"""torch.cuda on a machine without a GPU."""

from collections import OrderedDict as _OrderedDict

from .. import OutOfMemoryError
from .._no_device import StreamContext, answers as _answers, dummies as _dummies, refuses as _refuses, stream

_answers(
    globals(), is_available=False, is_initialized=False, is_bf16_supported=False, device_count=0, empty_cache=None, manual_seed=None,
    manual_seed_all=None, seed=None, seed_all=None, max_memory_allocated=0, max_memory_reserved=0, memory_allocated=0, memory_reserved=0,
    memory_stats=_OrderedDict(), memory_stats_as_nested_dict={}, get_arch_list=[], get_gencode_flags="", get_rng_state_all=[],
)
_refuses(
    globals(), """cudart current_blas_handle current_device current_stream default_stream get_device_capability get_device_name
    get_device_properties get_per_process_memory_fraction get_rng_state get_sync_debug_mode init initial_seed ipc_collect mem_get_info
    set_per_process_memory_fraction set_rng_state set_sync_debug_mode synchronize""", AssertionError, "Torch not compiled with CUDA enabled")
for _old, _new in (("reset_peak_memory_stats", "resetPeakMemoryStats"), ("reset_accumulated_memory_stats", "resetAccumulatedMemoryStats"),
                   ("set_device", "setDevice")):
    _refuses(globals(), _old, AttributeError, f"module 'torch._C' has no attribute '_cuda_{_new}'")
_dummies(globals(), "Event Stream CUDAGraph MemPool MemPoolContext", RuntimeError, "Tried to instantiate dummy base class {}")
_dummies(
    globals(), "FloatTensor DoubleTensor HalfTensor BFloat16Tensor LongTensor IntTensor ShortTensor CharTensor ByteTensor BoolTensor",
    TypeError, "type torch.cuda.{} not available. Torch not compiled with CUDA enabled.")


class device:
    """`with torch.cuda.device(0)`: there is none to change to."""

    def __init__(self, device):
        self.idx = device

    def __enter__(self):
        raise RuntimeError("PyTorch was compiled without CUDA support")

    def __exit__(self, *exc):
        return False


def __getattr__(name):
    import importlib

    if name == "amp":
        return importlib.import_module(".amp", __name__)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
