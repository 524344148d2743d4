"""Random tensors for tests."""

import torch


def make_tensor(*shape, dtype, device="cpu", low=None, high=None, requires_grad=False, noncontiguous=False, exclude_zero=False,
                memory_format=None):
    """A tensor with values from [low, high)."""
    if len(shape) == 1 and isinstance(shape[0], (tuple, list, torch.Size)):
        shape = tuple(shape[0])
    if dtype is torch.bool:
        result = torch.randint(0, 2, shape, dtype=dtype)
    elif dtype.is_floating_point or dtype.is_complex:
        low, high = -9 if low is None else low, 9 if high is None else high
        result = (torch.rand(shape, dtype=dtype) * (high - low) + low)
    else:
        low, high = (0 if dtype is torch.uint8 else -9) if low is None else low, 10 if high is None else high
        result = torch.randint(int(low), int(high), shape, dtype=dtype)
    if noncontiguous and result.numel() > 1:
        result = torch.repeat_interleave(result, 2, dim=-1)[..., ::2]
    if exclude_zero:
        result[result == 0] = 1
    return result.requires_grad_() if requires_grad else result
