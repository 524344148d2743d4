"""Pooling functions of torch.nn.functional that are written in Python."""

import torch as _torch

from .functional_engine import engine as _engine


def _behind_dispatcher(function):
    """PyTorch chooses by `return_indices` between two functions: errors about arguments name the private one."""
    function.__qualname__ = "_" + function.__name__
    return function


def _pooled(operator, input, kernel_size, stride, padding, dilation, ceil_mode):
    return operator(input, kernel_size, [] if stride is None else stride, padding, dilation, ceil_mode)


def max_pool1d_with_indices(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    return _pooled(_engine.max_pool1d_with_indices, input, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool2d_with_indices(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    return _pooled(_engine.max_pool2d_with_indices, input, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool3d_with_indices(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    return _pooled(_engine.max_pool3d_with_indices, input, kernel_size, stride, padding, dilation, ceil_mode)


@_behind_dispatcher
def max_pool1d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    """Largest element of each window; with `return_indices` also where it was."""
    operator = _engine.max_pool1d_with_indices if return_indices else _engine.max_pool1d
    return _pooled(operator, input, kernel_size, stride, padding, dilation, ceil_mode)


@_behind_dispatcher
def max_pool2d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    """Largest element of each window; with `return_indices` also where it was."""
    operator = _engine.max_pool2d_with_indices if return_indices else _engine.max_pool2d
    return _pooled(operator, input, kernel_size, stride, padding, dilation, ceil_mode)


@_behind_dispatcher
def max_pool3d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    """Largest element of each window; with `return_indices` also where it was."""
    operator = _engine.max_pool3d_with_indices if return_indices else _engine.max_pool3d
    return _pooled(operator, input, kernel_size, stride, padding, dilation, ceil_mode)


def _spread(value, n):
    return (value,) * n if isinstance(value, int) else tuple(value)


def _unpool_output_size(input, kernel_size, stride, padding, output_size):
    """Size of an unpooled plane: the one given when it can have been pooled to `input`, else the smallest."""
    spatial = input.size()[-len(kernel_size):]
    default = [(n - 1) * s + k - 2 * p for n, s, k, p in zip(spatial, stride, kernel_size, padding)]
    if output_size is None:
        return default
    dims = len(kernel_size)
    if len(output_size) == dims + 2:
        output_size = output_size[2:]
    if len(output_size) != dims:
        raise ValueError(
            "output_size should be a sequence containing " f"{dims} or {dims + 2} elements, but it has a length of '{len(output_size)}'"
        )
    for d in range(dims):
        low, high = default[d] - stride[d], default[d] + stride[d]
        if not (low < output_size[d] < high):
            raise ValueError(f'invalid output_size "{output_size}" (dim {d} must be between {low} and {high})')
    return list(output_size)


def _unpool(operator, dims, input, indices, kernel_size, stride, padding, output_size, row=False):
    kernel = _spread(kernel_size, dims)
    step = kernel if stride is None else _spread(stride, dims)
    size = list(_unpool_output_size(input, kernel, step, _spread(padding, dims), output_size))
    if row:
        return operator(input.unsqueeze(-1), indices.unsqueeze(-1), size + [1]).squeeze(-1)
    return operator(input, indices, size)


def max_unpool1d(input, indices, kernel_size, stride=None, padding=0, output_size=None):
    """Puts pooled values back where they came from; zero elsewhere."""
    return _unpool(_engine.max_unpool2d, 1, input, indices, kernel_size, stride, padding, output_size, row=True)


def max_unpool2d(input, indices, kernel_size, stride=None, padding=0, output_size=None):
    """Puts pooled values back where they came from; zero elsewhere."""
    return _unpool(_engine.max_unpool2d, 2, input, indices, kernel_size, stride, padding, output_size)


def max_unpool3d(input, indices, kernel_size, stride=None, padding=0, output_size=None):
    """Puts pooled values back where they came from; zero elsewhere."""
    return _unpool(_engine.max_unpool3d, 3, input, indices, kernel_size, stride, padding, output_size)


def _output_size(output_size, size):
    """A size per dimension; None keeps the input's."""
    if isinstance(output_size, int):
        return output_size
    if len(size) <= len(output_size):
        raise ValueError(f"Input dimension should be at least {len(output_size) + 1}")
    return [n if v is None else v for v, n in zip(output_size, size[-len(output_size):])]


def adaptive_avg_pool2d(input, output_size):
    """Means over windows that divide the input into `output_size` parts."""
    return _engine.adaptive_avg_pool2d(input, _output_size(output_size, input.size()))


def adaptive_avg_pool3d(input, output_size):
    """Means over windows that divide the input into `output_size` parts."""
    return _engine.adaptive_avg_pool3d(input, _output_size(output_size, input.size()))


def adaptive_max_pool1d_with_indices(input, output_size, return_indices=False):
    return _engine.adaptive_max_pool1d(input, output_size)


def adaptive_max_pool2d_with_indices(input, output_size, return_indices=False):
    return _engine.adaptive_max_pool2d(input, _output_size(output_size, input.size()))


def adaptive_max_pool3d_with_indices(input, output_size, return_indices=False):
    return _engine.adaptive_max_pool3d(input, _output_size(output_size, input.size()))


@_behind_dispatcher
def adaptive_max_pool1d(input, output_size, return_indices=False):
    """Largest elements of windows that divide the input into `output_size` parts."""
    both = adaptive_max_pool1d_with_indices(input, output_size)
    return both if return_indices else both[0]


@_behind_dispatcher
def adaptive_max_pool2d(input, output_size, return_indices=False):
    """Largest elements of windows that divide the input into `output_size` parts."""
    both = adaptive_max_pool2d_with_indices(input, output_size)
    return both if return_indices else both[0]


@_behind_dispatcher
def adaptive_max_pool3d(input, output_size, return_indices=False):
    """Largest elements of windows that divide the input into `output_size` parts."""
    both = adaptive_max_pool3d_with_indices(input, output_size)
    return both if return_indices else both[0]


def _power_pool(mean, norm_type, count):
    """(Σ x^p)^(1/p) from the mean of x^p over `count` elements."""
    return (_torch.sign(mean) * _engine.relu(_torch.abs(mean))).mul(count).pow(1.0 / norm_type)


def lp_pool1d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    """p-norm of each window."""
    from . import functional as F

    mean = F.avg_pool1d(input.pow(norm_type), kernel_size, kernel_size if stride is None else stride, 0, ceil_mode)
    return _power_pool(mean, norm_type, kernel_size)


def lp_pool2d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    """p-norm of each window."""
    from . import functional as F

    height, width = _spread(kernel_size, 2)
    mean = F.avg_pool2d(input.pow(norm_type), kernel_size, kernel_size if stride is None else stride, 0, ceil_mode)
    return _power_pool(mean, norm_type, height * width)


def lp_pool3d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    """p-norm of each window."""
    from . import functional as F

    depth, height, width = _spread(kernel_size, 3)
    mean = F.avg_pool3d(input.pow(norm_type), kernel_size, kernel_size if stride is None else stride, 0, ceil_mode)
    return _power_pool(mean, norm_type, depth * height * width)


def _fractional(dims, input, kernel_size, output_size, output_ratio, samples):
    name = f"fractional_max_pool{dims}d"
    if output_size is None and output_ratio is None:
        raise ValueError(f"{name} requires specifying either an output_size or an output_ratio")
    if output_size is None:
        if not isinstance(output_ratio, (int, float)) and len(output_ratio) > dims:
            raise ValueError(f"{name} requires output_ratio to either be a single Int or tuple of Ints.")
        ratios = (output_ratio,) * dims if isinstance(output_ratio, (int, float)) else tuple(output_ratio)
        output_size = [int(n * r) for n, r in zip(input.size()[-dims:], ratios)]
    if samples is None:
        batch = 1 if input.dim() == dims + 1 else input.size(0)
        samples = _torch.rand(batch, input.size(-dims - 1), dims, dtype=input.dtype)
    return getattr(_engine, name)(input, _spread(kernel_size, dims), _spread(output_size, dims), samples)


def fractional_max_pool2d_with_indices(
    input, kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None
):
    return _fractional(2, input, kernel_size, output_size, output_ratio, _random_samples)


def fractional_max_pool3d_with_indices(
    input, kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None
):
    return _fractional(3, input, kernel_size, output_size, output_ratio, _random_samples)


@_behind_dispatcher
def fractional_max_pool2d(
    input, kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None
):
    """Largest elements of windows at pseudo-random places."""
    both = _fractional(2, input, kernel_size, output_size, output_ratio, _random_samples)
    return both if return_indices else both[0]


@_behind_dispatcher
def fractional_max_pool3d(
    input, kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None
):
    """Largest elements of windows at pseudo-random places."""
    both = _fractional(3, input, kernel_size, output_size, output_ratio, _random_samples)
    return both if return_indices else both[0]
