"""numpy.linalg."""

from collections import namedtuple as _namedtuple

import torch as _torch

from .. import _dtypes as _D
from .._array import asarray, quiet, scalar, wrap


class LinAlgError(ValueError):
    """A matrix that the computation cannot be done for."""


EighResult = _namedtuple("EighResult", ["eigenvalues", "eigenvectors"])
EigResult = _namedtuple("EigResult", ["eigenvalues", "eigenvectors"])
SVDResult = _namedtuple("SVDResult", ["U", "S", "Vh"])
QRResult = _namedtuple("QRResult", ["Q", "R"])
SlogdetResult = _namedtuple("SlogdetResult", ["sign", "logabsdet"])


def _t(a, square=False):
    a = asarray(a)
    if a.ndim < 2:
        raise LinAlgError(f"{a.ndim}-dimensional array given. Array must be at least two-dimensional")
    if square and a.shape[-1] != a.shape[-2]:
        raise LinAlgError("Last 2 dimensions of the array must be square")
    return a._t if a.dtype.kind in "fc" else a._t.double()


def _run(f):
    with quiet():
        try:
            return f()
        except RuntimeError as error:
            text = str(error)
            raise LinAlgError("Singular matrix" if "singular" in text else "Matrix is not positive definite" if "positive-definite" in text else text) from None


def norm(x, ord=None, axis=None, keepdims=False):
    x = asarray(x)
    t = x._t if x.dtype.kind in "fc" else x._t.double()
    return scalar(_run(lambda: _torch.linalg.norm(t if ord is not None or axis is not None else t.reshape(-1), ord, axis, keepdims)))


def inv(a):
    return wrap(_run(lambda: _torch.linalg.inv(_t(a, True))))


def pinv(a, rcond=None, hermitian=False, *, rtol=None):
    return wrap(_run(lambda: _torch.linalg.pinv(_t(a))))


def det(a):
    return scalar(_run(lambda: _torch.linalg.det(_t(a, True))))


def slogdet(a):
    s, v = _run(lambda: _torch.linalg.slogdet(_t(a, True)))
    return SlogdetResult(scalar(s), scalar(v))


def solve(a, b):
    b = asarray(b)
    return wrap(_run(lambda: _torch.linalg.solve(_t(a, True), b._t.to(_t(a).dtype))))


def lstsq(a, b, rcond=None):
    A, B = _t(a), asarray(b)._t
    B = B.to(A.dtype)
    column = B.ndim == 1

    def run():
        U, S, Vh = _torch.linalg.svd(A, full_matrices=False)
        eps = _torch.finfo(A.dtype).eps
        cut = (max(A.shape) * eps if rcond is None or rcond == -1 else rcond) * (S.max() if S.numel() else 0)
        keep = S > cut
        y = U.mH @ (B[:, None] if column else B)
        x = Vh.mH @ (y * _torch.where(keep, 1 / _torch.where(keep, S, _torch.ones_like(S)), _torch.zeros_like(S))[:, None])
        return x[:, 0] if column else x, x, S, int(keep.sum())

    found, x, S, rank = _run(run)
    with quiet():
        residual = (((A @ x) - (B[:, None] if column else B)) ** 2).sum(0) if rank == A.shape[1] and A.shape[0] > A.shape[1] else _torch.zeros(0, dtype=A.dtype)
    return wrap(found), wrap(residual), rank, wrap(S)


def eig(a):
    w, v = _run(lambda: _torch.linalg.eig(_t(a, True)))
    return EigResult(_real(w), _real(v))


def eigvals(a):
    return _real(_run(lambda: _torch.linalg.eigvals(_t(a, True))))


def _real(t):
    """numpy gives real eigenvalues as real numbers."""
    with quiet():
        parts = _torch.view_as_real(t)
        return wrap(parts[..., 0].clone()) if not bool((parts[..., 1] != 0).any()) else wrap(t)


def eigh(a, UPLO="L"):
    w, v = _run(lambda: _torch.linalg.eigh(_t(a, True), UPLO))
    return EighResult(wrap(w), wrap(v))


def eigvalsh(a, UPLO="L"):
    return wrap(_run(lambda: _torch.linalg.eigvalsh(_t(a, True), UPLO)))


def svd(a, full_matrices=True, compute_uv=True, hermitian=False):
    if not compute_uv:
        return wrap(_run(lambda: _torch.linalg.svdvals(_t(a))))
    u, s, vh = _run(lambda: _torch.linalg.svd(_t(a), full_matrices))
    return SVDResult(wrap(u), wrap(s), wrap(vh))


def qr(a, mode="reduced"):
    q, r = _run(lambda: _torch.linalg.qr(_t(a), mode))
    return wrap(r) if mode == "r" else QRResult(wrap(q), wrap(r))


def cholesky(a, *, upper=False):
    return wrap(_run(lambda: _torch.linalg.cholesky(_t(a, True), upper=upper)))


def matrix_rank(A, tol=None, **_):
    return scalar(_run(lambda: _torch.linalg.matrix_rank(_t(A))))


def matrix_power(a, n):
    return wrap(_run(lambda: _torch.linalg.matrix_power(asarray(a)._t, n)))


def cond(x, p=None):
    return scalar(_run(lambda: _torch.linalg.cond(_t(x), p)))


def multi_dot(arrays, **_):
    out = asarray(arrays[0])
    for a in arrays[1:]:
        out = out.dot(asarray(a))
    return out
