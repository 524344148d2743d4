"""numpy.fft, over the engine's transforms. All computes in float64."""

import torch as _torch

from ._array import asarray, quiet, wrap


def _transform(name):
    function = getattr(_torch.fft, name)

    def transform(a, n=None, axis=-1, norm=None, out=None):
        with quiet():
            return wrap(function(_double(a), n, axis, norm))

    transform.__name__ = name
    return transform


def _transform_n(name, default):
    function = getattr(_torch.fft, name)

    def transform(a, s=None, axes=default, norm=None, out=None):
        t = _double(a)
        with quiet():
            return wrap(function(t, s, tuple(range(t.ndim)) if axes is None else axes, norm))

    transform.__name__ = name
    return transform


def _double(a):
    t = asarray(a)._t
    return t.to(_torch.complex128 if t.is_complex() else _torch.float64)


fft, ifft, rfft, irfft, hfft, ihfft = map(_transform, ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"))
fft2, ifft2, rfft2, irfft2 = (_transform_n(name, (-2, -1)) for name in ("fft2", "ifft2", "rfft2", "irfft2"))
fftn, ifftn, rfftn, irfftn = (_transform_n(name, None) for name in ("fftn", "ifftn", "rfftn", "irfftn"))


def fftfreq(n, d=1.0):
    """Frequencies of the bins of a transform of n samples d apart."""
    return wrap(_torch.fft.fftfreq(n, d, dtype=_torch.float64))


def rfftfreq(n, d=1.0):
    """Frequencies of the bins that rfft keeps."""
    return wrap(_torch.fft.rfftfreq(n, d, dtype=_torch.float64))


def fftshift(x, axes=None):
    """Moves the zero frequency to the middle."""
    return wrap(_torch.fft.fftshift(asarray(x)._t, axes))


def ifftshift(x, axes=None):
    """Undoes fftshift."""
    return wrap(_torch.fft.ifftshift(asarray(x)._t, axes))


def __getattr__(name):
    raise AttributeError(f"numpy.fft.{name} is not part of Backstep")
