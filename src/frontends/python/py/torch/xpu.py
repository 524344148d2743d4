"""torch.xpu on a machine without an Intel GPU."""

from collections import OrderedDict as _OrderedDict

from ._no_device import StreamContext, answers as _answers, dummies as _dummies, refuses as _refuses, stream

_answers(
    globals(), is_available=False, is_initialized=False, is_bf16_supported=True, device_count=0, empty_cache=None, manual_seed=None,
    manual_seed_all=None, seed=None, seed_all=None, max_memory_allocated=0, max_memory_reserved=0, memory_allocated=0, memory_reserved=0,
    memory_stats=_OrderedDict(), memory_stats_as_nested_dict={}, get_arch_list=[], get_gencode_flags="", get_rng_state_all=[],
)
_refuses(
    globals(), """current_device current_stream get_device_capability get_device_name get_device_properties get_rng_state init initial_seed
    set_device set_rng_state set_stream synchronize""", AssertionError, "Torch not compiled with XPU enabled")
_dummies(globals(), "Event Stream", RuntimeError, "Tried to instantiate dummy base class {}")
