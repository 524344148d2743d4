"""torch.accelerator on a machine without one."""

from ._no_device import answers as _answers, refuses as _refuses

_answers(globals(), is_available=False, device_count=0)
_refuses(
    globals(), "current_accelerator current_device_index current_device_idx current_stream set_device_index set_device_idx set_stream synchronize",
    RuntimeError, "Cannot access accelerator device when none is available.")
