"""torch.cpu.amp: the old names of torch.amp for the CPU."""

from ..amp import _old_names

__all__ = ["autocast", "GradScaler"]

autocast, GradScaler = _old_names.classes("cpu")
