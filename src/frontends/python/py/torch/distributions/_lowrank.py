"""Normal distributions whose covariance is a diagonal plus a matrix of low rank."""

import math as _math

import torch
from . import constraints
from ._multivariate import MultivariateNormal, _batch_mv, batch_mahalanobis
from .distribution import Distribution
from .kl import register_kl
from .utils import lazy_property, standard_normal


def _plus_identity(matrix):
    return matrix + torch.eye(matrix.shape[-1], dtype=matrix.dtype)


def _squares(matrix):
    """Trace of X Xᵀ over batches."""
    return matrix.pow(2).sum((-2, -1))


class LowRankMultivariateNormal(Distribution):
    """Covariance W Wᵀ + D. Determinant and inverse come from the small "capacitance" I + Wᵀ D⁻¹ W (matrix determinant lemma, Woodbury)."""

    arg_constraints = {"loc": constraints.real_vector, "cov_factor": constraints.independent(constraints.real, 2),
                       "cov_diag": constraints.independent(constraints.positive, 1)}
    support = constraints.real_vector
    has_rsample = True

    def __init__(self, loc, cov_factor, cov_diag, validate_args=None):
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        event_shape = loc.shape[-1:]
        if cov_factor.dim() < 2:
            raise ValueError("cov_factor must be at least two-dimensional, with optional leading batch dimensions")
        if cov_factor.shape[-2:-1] != event_shape:
            raise ValueError(f"cov_factor must be a batch of matrices with shape {event_shape[0]} x m")
        if cov_diag.shape[-1:] != event_shape:
            raise ValueError(f"cov_diag must be a batch of vectors with shape {event_shape}")
        try:
            wide_loc, self.cov_factor, wide_diag = torch.broadcast_tensors(loc.unsqueeze(-1), cov_factor, cov_diag.unsqueeze(-1))
        except RuntimeError as error:
            raise ValueError(f"Incompatible batch shapes: loc {loc.shape}, cov_factor {cov_factor.shape}, cov_diag {cov_diag.shape}") from error
        self.loc, self.cov_diag = wide_loc[..., 0], wide_diag[..., 0]
        self._factor, self._diag = cov_factor, cov_diag
        self._capacitance_tril = torch.linalg.cholesky(_plus_identity(self._scaled() @ cov_factor))
        super().__init__(self.loc.shape[:-1], event_shape, validate_args=validate_args)

    def _scaled(self):
        """Wᵀ D⁻¹."""
        return self._factor.mT / self._diag.unsqueeze(-2)

    def expand(self, batch_shape, _instance=None):
        new = self._get_checked_instance(LowRankMultivariateNormal, _instance)
        batch_shape = torch.Size(batch_shape)
        shape = batch_shape + self.event_shape
        new.loc, new.cov_diag = self.loc.expand(shape), self.cov_diag.expand(shape)
        new.cov_factor = self.cov_factor.expand(shape + self.cov_factor.shape[-1:])
        new._factor, new._diag, new._capacitance_tril = self._factor, self._diag, self._capacitance_tril
        Distribution.__init__(new, batch_shape, self.event_shape, validate_args=False)
        new._validate_args = self._validate_args
        return new

    def _square(self, matrix):
        return matrix.expand(self._batch_shape + self._event_shape + self._event_shape)

    mean = mode = property(lambda self: self.loc)

    @lazy_property
    def variance(self):
        return (self._factor.pow(2).sum(-1) + self._diag).expand(self._batch_shape + self._event_shape)

    @lazy_property
    def scale_tril(self):
        root = self._diag.sqrt().unsqueeze(-1)
        factor = self._factor / root
        return self._square(root * torch.linalg.cholesky(_plus_identity(factor @ factor.mT)))

    @lazy_property
    def covariance_matrix(self):
        return self._square(self._factor @ self._factor.mT + torch.diag_embed(self._diag))

    @lazy_property
    def precision_matrix(self):
        solved = torch.linalg.solve_triangular(self._capacitance_tril, self._scaled(), upper=False)
        return self._square(torch.diag_embed(self._diag.reciprocal()) - solved.mT @ solved)

    def rsample(self, sample_shape=torch.Size()):
        shape = self._extended_shape(sample_shape)
        eps_factor = standard_normal(shape[:-1] + self.cov_factor.shape[-1:], self.loc.dtype)
        eps_diag = standard_normal(shape, self.loc.dtype)
        return self.loc + _batch_mv(self._factor, eps_factor) + self._diag.sqrt() * eps_diag

    def _log_det(self):
        return 2 * self._capacitance_tril.diagonal(dim1=-2, dim2=-1).log().sum(-1) + self._diag.log().sum(-1)

    def _mahalanobis(self, x):
        return (x.pow(2) / self._diag).sum(-1) - batch_mahalanobis(self._capacitance_tril, _batch_mv(self._scaled(), x))

    def log_prob(self, value):
        if self._validate_args:
            self._validate_sample(value)
        distance = self._mahalanobis(value - self.loc)
        return -0.5 * (self._event_shape[0] * _math.log(2 * _math.pi) + self._log_det() + distance)

    def entropy(self):
        h = 0.5 * (self._event_shape[0] * (1.0 + _math.log(2 * _math.pi)) + self._log_det())
        return h if len(self._batch_shape) == 0 else h.expand(self._batch_shape)


def _check_shapes(p, q, kind):
    if p.event_shape != q.event_shape:
        raise ValueError(f"KL-divergence between two {kind} Multivariate Normals with different event shapes cannot be computed")


def _reduced(q):
    """A with Σ⁻¹ = D⁻¹ − Aᵀ A."""
    return torch.linalg.solve_triangular(q._capacitance_tril, q._scaled(), upper=False)


@register_kl(LowRankMultivariateNormal, LowRankMultivariateNormal)
def _kl_low_rank(p, q):
    _check_shapes(p, q, "Low Rank")
    a = _reduced(q)
    trace = ((p._diag / q._diag).sum(-1) + _squares(p._factor * q._diag.rsqrt().unsqueeze(-1)) - _squares(a * p._diag.sqrt().unsqueeze(-2))
             - _squares(a @ p._factor))
    return 0.5 * (q._log_det() - p._log_det() + trace + q._mahalanobis(q.loc - p.loc) - p.event_shape[0])


@register_kl(MultivariateNormal, LowRankMultivariateNormal)
def _kl_full_to_low_rank(p, q):
    _check_shapes(p, q, "(Low Rank)")
    tril = p._unbroadcasted_scale_tril
    trace = _squares(tril * q._diag.rsqrt().unsqueeze(-1)) - _squares(_reduced(q) @ tril)
    return 0.5 * (q._log_det() - 2 * p._half_log_det() + trace + q._mahalanobis(q.loc - p.loc) - p.event_shape[0])


@register_kl(LowRankMultivariateNormal, MultivariateNormal)
def _kl_low_rank_to_full(p, q):
    _check_shapes(p, q, "(Low Rank)")
    tril = q._unbroadcasted_scale_tril
    shape = torch.broadcast_shapes(tril.shape[:-2], p._factor.shape[:-2])
    wide = tril.expand(shape + tril.shape[-2:])
    parts = (p._factor, torch.diag_embed(p._diag.sqrt()))
    trace = sum(_squares(torch.linalg.solve_triangular(wide, m.expand(shape + m.shape[-2:]), upper=False)) for m in parts)
    return 0.5 * (2 * q._half_log_det() - p._log_det() + trace + batch_mahalanobis(tril, q.loc - p.loc) - p.event_shape[0])
