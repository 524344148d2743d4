"""torch.signal.windows: windows for spectra, symmetric ones unless `sym` is False (then for a period)."""

import math as _math
from collections.abc import Iterable as _Iterable

import torch as _torch

__all__ = ["bartlett", "blackman", "cosine", "exponential", "gaussian", "general_cosine", "general_hamming", "hamming", "hann", "kaiser", "nuttall"]


def _options(name, M, dtype, layout, device, requires_grad):
    """Options of the tensors to make. Errors: PyTorch's for what the window called `name` is not made in."""
    dtype = _torch.get_default_dtype() if dtype is None else dtype
    if M < 0:
        raise ValueError(f"{name} requires non-negative window length, got M={M}")
    if layout is not _torch.strided:
        raise ValueError(f"{name} is implemented for strided tensors only, got: {layout}")
    if dtype not in (_torch.float32, _torch.float64):
        raise ValueError(f"{name} expects float32 or float64 dtypes, got: {dtype}")
    return dict(dtype=dtype, layout=layout, device=device, requires_grad=requires_grad)


def _span(M, sym):
    """Number of steps from the first element to the last, or to where the next period begins."""
    return M - 1 if sym or M <= 1 else M


def exponential(M, *, center=None, tau=1.0, sym=True, dtype=None, layout=_torch.strided, device=None, requires_grad=False):
    """exp(-|n - center| / tau)"""
    like = _options("exponential", M, dtype, layout, device, requires_grad)
    if tau <= 0:
        raise ValueError(f"Tau must be positive, got: {tau} instead.")
    if sym and center is not None:
        raise ValueError("Center must be None for symmetric windows")
    if M == 0:
        return _torch.empty((0,), **like)
    center = _span(M, sym) / 2.0 if center is None else center
    scale = 1 / tau
    return _torch.exp(-_torch.abs(_torch.linspace(-center * scale, (-center + (M - 1)) * scale, M, **like)))


def cosine(M, *, sym=True, dtype=None, layout=_torch.strided, device=None, requires_grad=False):
    """sin(π (n + 0.5) / M)"""
    like = _options("cosine", M, dtype, layout, device, requires_grad)
    if M == 0:
        return _torch.empty((0,), **like)
    scale = _math.pi / (_span(M, sym) + 1)
    return _torch.sin(_torch.linspace(0.5 * scale, (0.5 + (M - 1)) * scale, M, **like))


def gaussian(M, *, std=1.0, sym=True, dtype=None, layout=_torch.strided, device=None, requires_grad=False):
    """exp(-(n - middle)² / (2 std²))"""
    like = _options("gaussian", M, dtype, layout, device, requires_grad)
    if std <= 0:
        raise ValueError(f"Standard deviation must be positive, got: {std} instead.")
    if M == 0:
        return _torch.empty((0,), **like)
    start, scale = -_span(M, sym) / 2.0, 1 / (std * _math.sqrt(2))
    return _torch.exp(-_torch.linspace(start * scale, (start + (M - 1)) * scale, M, **like) ** 2)


def kaiser(M, *, beta=12.0, sym=True, dtype=None, layout=_torch.strided, device=None, requires_grad=False):
    """I₀(√(beta² - k²)) / I₀(beta) for k from -beta to beta"""
    like = _options("kaiser", M, dtype, layout, device, requires_grad)
    if beta < 0:
        raise ValueError(f"beta must be non-negative, got: {beta} instead.")
    if M <= 1:
        return _torch.ones((M,), **like)
    beta = _torch.tensor(beta, dtype=like["dtype"], device=device)
    step = 2.0 * beta / _span(M, sym)
    k = _torch.linspace(-beta, _torch.minimum(beta, -beta + (M - 1) * step), M, **like)
    return _torch.i0(_torch.sqrt(beta * beta - _torch.pow(k, 2))) / _torch.i0(beta)


def bartlett(M, *, sym=True, dtype=None, layout=_torch.strided, device=None, requires_grad=False):
    """1 - |k| for k from -1 to 1"""
    like = _options("bartlett", M, dtype, layout, device, requires_grad)
    if M <= 1:
        return _torch.ones((M,), **like)
    return 1 - _torch.abs(_torch.linspace(-1, -1 + (M - 1) * (2 / _span(M, sym)), M, **like))


def general_cosine(M, *, a, sym=True, dtype=None, layout=_torch.strided, device=None, requires_grad=False):
    """Σ (-1)^i a_i cos(2π i n / (M - 1))"""
    like = _options("general_cosine", M, dtype, layout, device, requires_grad)
    if M <= 1:
        return _torch.ones((M,), **like)
    if not isinstance(a, _Iterable):
        raise TypeError("Coefficients must be a list/tuple")
    if not a:
        raise ValueError("Coefficients cannot be empty")
    k = _torch.linspace(0, (M - 1) * (2 * _math.pi / _span(M, sym)), M, **like)
    weights = _torch.tensor([(-1) ** i * w for i, w in enumerate(a)], dtype=like["dtype"], device=device, requires_grad=requires_grad)
    i = _torch.arange(len(weights), dtype=weights.dtype, device=weights.device, requires_grad=requires_grad)
    return (weights.unsqueeze(-1) * _torch.cos(i.unsqueeze(-1) * k)).sum(0)


def general_hamming(M, *, alpha=0.54, sym=True, dtype=None, layout=_torch.strided, device=None, requires_grad=False):
    """alpha - (1 - alpha) cos(2π n / (M - 1))"""
    return general_cosine(M, a=[alpha, 1.0 - alpha], sym=sym, dtype=dtype, layout=layout, device=device, requires_grad=requires_grad)


def _cosines(name, a, doc):
    def window(M, *, sym=True, dtype=None, layout=_torch.strided, device=None, requires_grad=False):
        return general_cosine(M, a=a, sym=sym, dtype=dtype, layout=layout, device=device, requires_grad=requires_grad)

    window.__name__ = window.__qualname__ = name
    window.__doc__ = doc
    return window


hamming = _cosines("hamming", [0.54, 1.0 - 0.54], "0.54 - 0.46 cos(2π n / (M - 1))")
hann = _cosines("hann", [0.5, 1.0 - 0.5], "0.5 - 0.5 cos(2π n / (M - 1))")
nuttall = _cosines("nuttall", [0.3635819, 0.4891775, 0.1365995, 0.0106411], "The minimum 4-term Blackman-Harris window, after Nuttall.")
blackman = _cosines("blackman", [0.42, 0.5, 0.08], "0.42 - 0.5 cos(2π n / (M - 1)) + 0.08 cos(4π n / (M - 1))")
