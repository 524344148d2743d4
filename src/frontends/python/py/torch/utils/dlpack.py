"""torch.utils.dlpack: a tensor as another library would take it, and back."""

import enum as _enum


class DLDeviceType(_enum.IntEnum):
    kDLCPU = 1
    kDLGPU = 2


def to_dlpack(tensor):
    """What `from_dlpack` takes; here the tensor itself."""
    return tensor.detach()


def from_dlpack(ext_tensor):
    """A tensor that shares the memory of an array or tensor."""
    from .. import Tensor, from_numpy

    return ext_tensor.detach() if isinstance(ext_tensor, Tensor) else from_numpy(ext_tensor)
