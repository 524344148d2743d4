"""torch.mps on a machine without Apple's GPU."""

from ._no_device import answers as _answers, refuses as _refuses

_answers(globals(), is_available=False, device_count=0, manual_seed=None)
for _name, _backend in (
    ("current_allocated_memory", "getCurrentAllocatedMemory"), ("driver_allocated_memory", "getDriverAllocatedMemory"),
    ("recommended_max_memory", "getRecommendedMaxMemory"), ("empty_cache", "emptyCache"), ("synchronize", "deviceSynchronize"),
    ("get_rng_state", "getDefaultGenerator"), ("set_rng_state", "getDefaultGenerator"), ("seed", "getDefaultGenerator"),
):
    _refuses(globals(), _name, RuntimeError, f"Cannot execute {_backend}() without MPS backend.")
