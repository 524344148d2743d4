"""torch.amp: mixed precision. Everything is computed in the precision of its tensors here, so these do nothing."""

import functools as _functools

from .._bridge import warn

__all__ = ["autocast", "GradScaler", "custom_fwd", "custom_bwd", "is_autocast_available"]


def is_autocast_available(device_type):
    return False


class autocast:
    """A context manager and decorator that leaves precision as it is."""

    def __init__(self, device_type, dtype=None, enabled=True, cache_enabled=None):
        if not isinstance(device_type, str):
            raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")
        self.device = device_type
        if device_type == "cuda" and enabled:
            warn("User provided device_type of 'cuda', but CUDA is not available. Disabling")
        elif enabled:
            warn("Mixed precision is not part of Backstep: tensors keep their precision inside torch.autocast.")
        self._enabled = False

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return False

    def __call__(self, function):
        return function


class GradScaler:
    """A scaler that does not scale: there is no half precision to protect."""

    def __init__(self, device="cuda", init_scale=65536.0, growth_factor=2.0, backoff_factor=0.5, growth_interval=2000, enabled=True):
        if enabled and device == "cuda":
            warn("torch.cuda.amp.GradScaler is enabled, but CUDA is not available.  Disabling.")
        self._enabled = False

    def scale(self, outputs):
        return outputs

    def unscale_(self, optimizer):
        pass

    def step(self, optimizer, *args, **kwargs):
        return optimizer.step(*args, **kwargs)

    def update(self, new_scale=None):
        pass

    def get_scale(self):
        return 1.0

    def is_enabled(self):
        return False

    def state_dict(self):
        return {}

    def load_state_dict(self, state_dict):
        pass


def custom_fwd(fwd=None, *, device_type=None, cast_inputs=None):
    return _functools.partial(custom_fwd, device_type=device_type, cast_inputs=cast_inputs) if fwd is None else fwd


def custom_bwd(bwd=None, *, device_type=None):
    return _functools.partial(custom_bwd, device_type=device_type) if bwd is None else bwd
