"""torch.cuda.amp: the old names of torch.amp, for a device that is not there."""

from .. import amp as _amp
from ..amp import _old_names

__all__ = ["autocast", "GradScaler", "custom_fwd", "custom_bwd", "amp_definitely_not_available"]

autocast, GradScaler = _old_names.classes("cuda")


def amp_definitely_not_available():
    return True


def custom_fwd(fwd=None, *, cast_inputs=None):
    _old_names.deprecated("cuda", "custom_fwd", "custom_fwd(args..., device_type='cuda')")
    return _amp.custom_fwd(fwd, device_type="cuda", cast_inputs=cast_inputs)


def custom_bwd(bwd):
    _old_names.deprecated("cuda", "custom_bwd", "custom_bwd(args..., device_type='cuda')")
    return _amp.custom_bwd(bwd, device_type="cuda")
