"""Functions of the torch namespace that are written in Python."""

from . import _bridge as _B
from ._lowrank import *  # noqa: F403
from ._lowrank import __all__ as _lowrank
from ._tensor import Tensor

__all__ = ["chain_matmul", "is_same_size", *_lowrank]


def is_same_size(input, other):
    return input.shape == other.shape


def chain_matmul(*matrices, out=None):
    """Product of matrices in the cheapest order (an older spelling of torch.linalg.multi_dot)."""
    _B.warn(
        "torch.chain_matmul is deprecated and will be removed in a future PyTorch release. Use torch.linalg.multi_dot instead, "
        "which accepts a list of two or more tensors rather than multiple parameters."
    )
    kwargs = {} if out is None else {"out": out}
    return _B.call(_CHAIN, (list(matrices),), kwargs)


_CHAIN = next(i for i, entry in enumerate(_B.TABLE["operators"]) if entry["name"] == "chain_matmul")
Tensor.lu = lu  # noqa: F405
