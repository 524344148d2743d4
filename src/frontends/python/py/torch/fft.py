"""torch.fft."""

import sys as _sys

from . import _namespaces

_namespaces.install(_sys.modules[__name__], "fft")


def _dims(input, dim):
    if dim is None:
        return list(range(input.dim()))
    return [dim] if isinstance(dim, int) else list(dim)


def fftshift(input, dim=None):
    """Moves the zero frequency to the middle."""
    dims = _dims(input, dim)
    return input.roll([input.size(d) // 2 for d in dims], dims)


def ifftshift(input, dim=None):
    """Undoes fftshift."""
    dims = _dims(input, dim)
    return input.roll([(input.size(d) + 1) // 2 for d in dims], dims)


def fftfreq(n, d=1.0, *, out=None, dtype=None, layout=None, device=None, requires_grad=False):
    """Frequencies of the bins of a transform of n samples d apart."""
    import torch

    result = torch.arange(n, dtype=dtype or torch.get_default_dtype())
    result[(n + 1) // 2:] -= n
    result = result * (1.0 / (n * d))
    return result.requires_grad_() if requires_grad else result


def rfftfreq(n, d=1.0, *, out=None, dtype=None, layout=None, device=None, requires_grad=False):
    """Frequencies of the bins that rfft keeps."""
    import torch

    result = torch.arange(n // 2 + 1, dtype=dtype or torch.get_default_dtype()) * (1.0 / (n * d))
    return result.requires_grad_() if requires_grad else result
