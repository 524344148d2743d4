"""torch.functional: functions of torch by another name."""

from . import (  # noqa: F401
    atleast_1d, atleast_2d, atleast_3d, block_diag, broadcast_shapes, broadcast_tensors, cartesian_prod, cdist, chain_matmul, einsum, istft,
    meshgrid, norm, split, stft, tensordot, unique, unique_consecutive, unravel_index,
)
