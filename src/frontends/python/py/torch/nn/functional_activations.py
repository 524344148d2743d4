"""Activation functions of torch.nn.functional."""

import torch as _torch

from .functional_engine import engine as _engine, warn as _warn


def threshold(input, threshold, value, inplace=False):
    """`input` where it exceeds `threshold`, else `value`."""
    return _engine.threshold_(input, threshold, value) if inplace else _engine.threshold(input, threshold, value)


threshold.__qualname__ = "_threshold"  # as errors about its arguments name it in PyTorch


def threshold_(input, threshold, value):
    return _engine.threshold_(input, threshold, value)


def relu(input, inplace=False):
    """max(0, input)."""
    return _engine.relu_(input) if inplace else _engine.relu(input)


def relu_(input):
    return _engine.relu_(input)


def relu6(input, inplace=False):
    """min(max(0, input), 6)."""
    return _engine.hardtanh_(input, 0, 6) if inplace else _engine.hardtanh(input, 0, 6)


def hardtanh(input, min_val=-1.0, max_val=1.0, inplace=False):
    """`input` limited to [min_val, max_val]."""
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    return _engine.hardtanh_(input, min_val, max_val) if inplace else _engine.hardtanh(input, min_val, max_val)


def hardtanh_(input, min_val=-1.0, max_val=1.0):
    return _engine.hardtanh_(input, min_val, max_val)


def elu(input, alpha=1.0, inplace=False):
    """max(0, x) + min(0, alpha (e^x - 1))."""
    return _engine.elu_(input, alpha) if inplace else _engine.elu(input, alpha)


def elu_(input, alpha=1.0):
    return _engine.elu_(input, alpha)


def selu(input, inplace=False):
    """The scaled exponential linear unit of self-normalising networks."""
    return _engine.selu_(input) if inplace else _engine.selu(input)


def selu_(input):
    return _engine.selu_(input)


def celu(input, alpha=1.0, inplace=False):
    """max(0, x) + min(0, alpha (e^(x/alpha) - 1))."""
    return _engine.celu_(input, alpha) if inplace else _engine.celu(input, alpha)


def celu_(input, alpha=1.0):
    return _engine.celu_(input, alpha)


def leaky_relu(input, negative_slope=0.01, inplace=False):
    """`input` where positive, else `negative_slope` times it."""
    return _engine.leaky_relu_(input, negative_slope) if inplace else _engine.leaky_relu(input, negative_slope)


def leaky_relu_(input, negative_slope=0.01):
    return _engine.leaky_relu_(input, negative_slope)


def prelu(input, weight):
    """As leaky_relu, with learned slopes: one, or one per channel."""
    return _engine.prelu(input, weight)


def rrelu(input, lower=1.0 / 8, upper=1.0 / 3, training=False, inplace=False):
    """As leaky_relu, with slopes drawn from U(lower, upper) in training and their mean otherwise."""
    run = _engine.rrelu_ if inplace else _engine.rrelu
    return run(input, float(lower), float(upper), training)


def rrelu_(input, lower=1.0 / 8, upper=1.0 / 3, training=False):
    return _engine.rrelu_(input, float(lower), float(upper), training)


def glu(input, dim=-1):
    """a ⊙ σ(b) for the halves a, b of `input` along `dim`."""
    if input.dim() == 0:
        raise RuntimeError("glu does not support scalars because halving size must be even")
    return _engine.glu(input, dim)


def silu(input, inplace=False):
    """x σ(x)."""
    return _engine.silu_(input) if inplace else _engine.silu(input)


def mish(input, inplace=False):
    """x tanh(softplus(x))."""
    return _engine.mish_(input) if inplace else _engine.mish(input)


def hardsigmoid(input, inplace=False):
    """min(max(x + 3, 0), 6) / 6."""
    return _engine.hardsigmoid_(input) if inplace else _engine.hardsigmoid(input)


def hardswish(input, inplace=False):
    """x hardsigmoid(x)."""
    return _engine.hardswish_(input) if inplace else _engine.hardswish(input)


def hardshrink(input, lambd=0.5):
    """`input` where |x| > lambd, else 0."""
    return _engine.hardshrink(input, lambd)


def tanhshrink(input):
    """x - tanh(x)."""
    return input - input.tanh()


def softsign(input):
    """x / (1 + |x|)."""
    return input / (input.abs() + 1)


def tanh(input):
    return input.tanh()


def sigmoid(input):
    return input.sigmoid()


def _softmax_dim(name, ndim, stacklevel):
    _warn(f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an argument.")
    return 0 if ndim in (0, 1, 3) else 1


def softmax(input, dim=None, _stacklevel=3, dtype=None):
    """exp(x) normalised to sum 1 along `dim`."""
    if dim is None:
        dim = _softmax_dim("softmax", input.dim(), _stacklevel)
    return input.softmax(dim) if dtype is None else input.softmax(dim, dtype=dtype)


def softmin(input, dim=None, _stacklevel=3, dtype=None):
    """softmax(-x)."""
    if dim is None:
        dim = _softmax_dim("softmin", input.dim(), _stacklevel)
    return (-input).softmax(dim) if dtype is None else (-input).softmax(dim, dtype=dtype)


def log_softmax(input, dim=None, _stacklevel=3, dtype=None):
    """log(softmax(x)), computed without overflow."""
    if dim is None:
        dim = _softmax_dim("log_softmax", input.dim(), _stacklevel)
    return input.log_softmax(dim) if dtype is None else input.log_softmax(dim, dtype=dtype)


def gumbel_softmax(logits, tau=1, hard=False, eps=1e-10, dim=-1):
    """A draw from the Gumbel-softmax distribution; `hard` makes it one-hot with the gradient of the soft one."""
    if eps != 1e-10:
        _warn("`eps` parameter is deprecated and has no effect.")
    noise = -_torch.empty(logits.shape, dtype=logits.dtype).exponential_().log()
    soft = ((logits + noise) / tau).softmax(dim)
    if not hard:
        return soft
    index = soft.max(dim, keepdim=True)[1]
    chosen = _torch.zeros_like(logits).scatter_(dim, index, 1.0)
    return chosen - soft.detach() + soft
