"""autocast and GradScaler under the names that they had when each type of device brought its own (torch.cuda.amp, torch.cpu.amp)."""

from .. import amp as _amp
from .._bridge import warn as _warn
from .._dtypes import NAMES as _NAMES


def deprecated(device, name, instead):
    """Warns that torch.<device>.amp.<name> has another name now."""
    _warn(f"`torch.{device}.amp.{name}(args...)` is deprecated. Please use `torch.amp.{instead}` instead.", FutureWarning)


def classes(device):
    """autocast and GradScaler for a type of device, without the argument that names it."""

    class autocast(_amp.autocast):
        def __init__(self, enabled=True, dtype=_NAMES["float16" if device == "cuda" else "bfloat16"], cache_enabled=True):
            deprecated(device, "autocast", f"autocast('{device}', args...)")
            super().__init__(device, enabled=enabled, dtype=dtype, cache_enabled=cache_enabled)

    class GradScaler(_amp.GradScaler):
        def __init__(self, init_scale=65536.0, growth_factor=2.0, backoff_factor=0.5, growth_interval=2000, enabled=True):
            deprecated(device, "GradScaler", f"GradScaler('{device}', args...)")
            super().__init__(device, init_scale, growth_factor, backoff_factor, growth_interval, enabled)

    for cls, module in (autocast, "autocast_mode"), (GradScaler, "grad_scaler"):
        cls.__module__, cls.__qualname__ = f"torch.{device}.amp.{module}", cls.__name__
    return autocast, GradScaler
