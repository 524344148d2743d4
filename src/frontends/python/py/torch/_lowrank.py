"""Randomised low-rank decompositions, and older forms of linear algebra that PyTorch writes in Python."""

from ._bridge import warn
from ._return_types import structure

_lu_with_info = structure("_lu_with_info", ["LU", "pivots", "info"])
__all__ = ["frobenius_norm", "lu", "nuclear_norm", "pca_lowrank", "svd_lowrank"]


def _basis(A, q, niter, M):
    """An orthonormal basis of q columns that holds most of the range of A (minus M)."""
    import torch

    def times(X, adjoint):
        Y = (A.mH if adjoint else A) @ X
        return Y if M is None else Y - (M.mH if adjoint else M) @ X

    Q = torch.linalg.qr(times(torch.randn(A.shape[-1], q, dtype=A.dtype), False)).Q
    for _ in range(niter):
        Q = torch.linalg.qr(times(Q, True)).Q
        Q = torch.linalg.qr(times(Q, False)).Q
    return Q


def svd_lowrank(A, q=6, niter=2, M=None):
    """The q largest singular values of A (minus M) with their vectors, by random projection."""
    import torch

    q = 6 if q is None else q
    m, n = A.shape[-2:]
    if M is not None:
        M = M.broadcast_to(A.size())
    if m < n:
        A = A.mH
        M = None if M is None else M.mH
    Q = _basis(A, q, niter, M)
    B = Q.mH @ A
    if M is not None:
        B = B - Q.mH @ M
    U, S, Vh = torch.linalg.svd(B, full_matrices=False)
    V = Vh.mH
    U = Q @ U
    return (V, S, U) if m < n else (U, S, V)


def pca_lowrank(A, q=None, center=True, niter=2):
    """Principal components of the rows of A, by random projection."""
    m, n = A.shape[-2:]
    if q is None:
        q = min(6, m, n)
    elif not (q >= 0 and q <= min(m, n)):
        raise ValueError(f"q(={q}) must be non-negative integer and not greater than min(m, n)={min(m, n)}")
    if not (niter >= 0):
        raise ValueError(f"niter(={niter}) must be non-negative integer")
    return svd_lowrank(A - A.mean(dim=(-2,), keepdim=True) if center else A, q, niter=niter)


_LU_DEPRECATED = (
    "torch.lu is deprecated in favor of torch.linalg.lu_factor / torch.linalg.lu_factor_ex and will be removed in a future PyTorch release.\n"
    "LU, pivots = torch.lu(A, compute_pivots)\n"
    "should be replaced with\n"
    "LU, pivots = torch.linalg.lu_factor(A, compute_pivots)\n"
    "and\n"
    "LU, pivots, info = torch.lu(A, compute_pivots, get_infos=True)\n"
    "should be replaced with\n"
    "LU, pivots, info = torch.linalg.lu_factor_ex(A, compute_pivots)"
)


def lu(A, pivot=True, get_infos=False, out=None):
    """LU factors packed in one matrix, with pivots."""
    import torch

    warn(_LU_DEPRECATED, once=True)
    LU, pivots, infos = torch.linalg.lu_factor_ex(A, pivot=pivot)
    return _lu_with_info((LU, pivots, infos)) if get_infos else (LU, pivots)


def nuclear_norm(input, dim=None, keepdim=False):
    import torch

    return torch.linalg.matrix_norm(input, "nuc", (-2, -1) if dim is None else dim, keepdim)


def frobenius_norm(input, dim, keepdim=False):
    import torch

    return torch.linalg.vector_norm(input, 2, dim or None, keepdim)
