"""Divergences between distributions of different kinds. Where p has mass that q has not, the divergence is infinite."""

import math as _math

import torch
from ._composed import Pareto
from ._continuous import Cauchy, Exponential, Gamma, Gumbel, Laplace, Normal, Uniform
from ._continuous_bernoulli import ContinuousBernoulli
from ._discrete import Bernoulli, Binomial, Poisson
from ._multivariate import Beta
from .kl import register_kl
from .utils import euler_constant


def _infinite(p, _q):
    return torch.full_like(getattr(p, next(iter(p.arg_constraints))), _math.inf)


#: q's support lacks some of p's, or q has a density where p has mass.
_UNSUPPORTED = {
    Beta: (Pareto,), ContinuousBernoulli: (Pareto,), Exponential: (Beta, ContinuousBernoulli, Pareto, Uniform),
    Gamma: (Beta, ContinuousBernoulli, Pareto, Uniform), Gumbel: (Beta, ContinuousBernoulli, Exponential, Gamma, Pareto, Uniform),
    Laplace: (Beta, ContinuousBernoulli, Exponential, Gamma, Pareto, Uniform),
    Normal: (Beta, ContinuousBernoulli, Exponential, Gamma, Pareto, Uniform), Pareto: (Beta, ContinuousBernoulli, Uniform),
    Poisson: (Bernoulli, Binomial),
}
for _p, _others in _UNSUPPORTED.items():
    for _q in _others:
        register_kl(_p, _q)(_infinite)


def _gaussian_cross(mean, square_mean, q):
    """-E[log q(x)] of a normal q, from the first two moments."""
    variance = q.scale.pow(2)
    return 0.5 * (2 * _math.pi * variance).log() + (0.5 * square_mean - q.loc * mean + 0.5 * q.loc.pow(2)) / variance


def _x_log_x(x):
    return x * x.log()


@register_kl(Cauchy, Cauchy)
def _kl_cauchy(p, q):
    # Chyzak and Nielsen, arXiv:1905.10965
    return ((p.scale + q.scale).pow(2) + (p.loc - q.loc).pow(2)).log() - (4 * p.scale * q.scale).log()


@register_kl(Bernoulli, Poisson)
def _kl_bernoulli_poisson(p, q):
    return -p.entropy() - (p.probs * q.rate.log() - q.rate)


@register_kl(ContinuousBernoulli, ContinuousBernoulli)
def _kl_continuous_bernoulli(p, q):
    t1 = p.mean * (p.logits - q.logits)
    t2 = p._cont_bern_log_norm() + torch.log1p(-p.probs)
    return t1 + t2 - q._cont_bern_log_norm() - torch.log1p(-q.probs)


@register_kl(Beta, ContinuousBernoulli)
def _kl_beta_continuous_bernoulli(p, q):
    return -p.entropy() - p.mean * q.logits - torch.log1p(-q.probs) - q._cont_bern_log_norm()


@register_kl(Beta, Exponential)
@register_kl(ContinuousBernoulli, Exponential)
def _kl_interval_exponential(p, q):
    return -p.entropy() - q.rate.log() + q.rate * p.mean


@register_kl(Beta, Gamma)
def _kl_beta_gamma(p, q):
    total = p.concentration1 + p.concentration0
    t2 = q.concentration.lgamma() - q.concentration * q.rate.log()
    t3 = (q.concentration - 1) * (p.concentration1.digamma() - total.digamma())
    return -p.entropy() + t2 - t3 + q.rate * p.mean


@register_kl(Beta, Normal)
@register_kl(ContinuousBernoulli, Normal)
@register_kl(Gamma, Normal)
def _kl_of_moments_normal(p, q):
    return -p.entropy() + _gaussian_cross(p.mean, p.variance + p.mean.pow(2), q)


@register_kl(Beta, Uniform)
def _kl_beta_uniform(p, q):
    return torch.where((q.low > 0.0) | (q.high < 1.0), _math.inf, -p.entropy() + (q.high - q.low).log())


@register_kl(ContinuousBernoulli, Uniform)
def _kl_continuous_bernoulli_uniform(p, q):
    return torch.where((q.low >= 0.0) | (q.high <= 1.0), _math.inf, -p.entropy() + (q.high - q.low).log())  # PyTorch's bounds


@register_kl(Exponential, Gamma)
def _kl_exponential_gamma(p, q):
    ratio = q.rate / p.rate
    return -q.concentration * ratio.log() + ratio + q.concentration.lgamma() + q.concentration * euler_constant - (1 + euler_constant)


@register_kl(Exponential, Gumbel)
def _kl_exponential_gumbel(p, q):
    scaled = p.rate * q.scale
    shift = q.loc / q.scale
    return scaled.log() - 1 - shift + scaled.reciprocal() + shift.exp() * (scaled / (scaled + 1))


@register_kl(Gamma, Gumbel)
def _kl_gamma_gumbel(p, q):
    scaled = p.rate * q.scale
    shift = q.loc / q.scale
    t1 = (p.concentration - 1) * p.concentration.digamma() - p.concentration.lgamma() - p.concentration
    t2 = scaled.log() + p.concentration / scaled
    return t1 + t2 + shift.exp() * (1 + scaled.reciprocal()).pow(-p.concentration) - shift


@register_kl(Gumbel, Normal)
def _kl_gumbel_normal(p, q):
    ratio = p.scale / q.scale
    t1 = (ratio / _math.sqrt(2 * _math.pi)).log()
    t2 = (_math.pi * ratio * 0.5).pow(2) / 3
    t3 = ((p.loc + p.scale * euler_constant - q.loc) / q.scale).pow(2) * 0.5
    return -t1 + t2 + t3 - (euler_constant + 1)


@register_kl(Normal, Gumbel)
def _kl_normal_gumbel(p, q):
    mean, scale, shift = p.loc / q.scale, (p.scale / q.scale).pow(2), q.loc / q.scale
    t2 = torch.exp(-mean + 0.5 * scale + shift)
    return -(scale.log() * 0.5) + mean - shift + t2 - (0.5 * (1 + _math.log(2 * _math.pi)))


@register_kl(Pareto, Pareto)
def _kl_pareto(p, q):
    ratio = q.alpha / p.alpha
    result = q.alpha * (p.scale / q.scale).log() - ratio.log() + ratio - 1
    return torch.where(p.scale < q.scale, _math.inf, result)


@register_kl(Pareto, Exponential)
def _kl_pareto_exponential(p, q):
    scaled = p.scale * q.rate
    return (p.alpha / scaled).log() - p.alpha.reciprocal() + p.alpha * scaled / (p.alpha - 1) - 1


def _with_mean(result, p, least):
    """Moments of a Pareto distribution are infinite for small exponents."""
    return torch.where(p.alpha <= least, _math.inf, result)


@register_kl(Pareto, Gamma)
def _kl_pareto_gamma(p, q):
    common = p.scale.log() + p.alpha.reciprocal()
    t1 = p.alpha.log() - common
    t2 = q.concentration.lgamma() - q.concentration * q.rate.log()
    t3 = (1 - q.concentration) * common
    return _with_mean(t1 + t2 + t3 + q.rate * p.alpha * p.scale / (p.alpha - 1) - 1, p, 1)


@register_kl(Pareto, Normal)
def _kl_pareto_normal(p, q):
    variance = 2 * q.scale.pow(2)
    common = p.scale / (p.alpha - 1)
    t1 = (_math.sqrt(2 * _math.pi) * q.scale * p.alpha / p.scale).log()
    t3 = p.alpha * common.pow(2) / (p.alpha - 2)
    t4 = (p.alpha * common - q.loc).pow(2)
    return _with_mean(t1 - p.alpha.reciprocal() + (t3 + t4) / variance - 1, p, 2)


@register_kl(Uniform, Beta)
def _kl_uniform_beta(p, q):
    span = p.high - p.low
    t2 = (q.concentration1 - 1) * (_x_log_x(p.high) - _x_log_x(p.low) - span) / span
    low, high = 1 - p.low, 1 - p.high
    t3 = (q.concentration0 - 1) * (_x_log_x(high) - _x_log_x(low) + span) / span
    t4 = q.concentration1.lgamma() + q.concentration0.lgamma() - (q.concentration1 + q.concentration0).lgamma()
    return torch.where((p.high > 1.0) | (p.low < 0.0), _math.inf, t3 + t4 - span.log() - t2)


@register_kl(Uniform, ContinuousBernoulli)
def _kl_uniform_continuous_bernoulli(p, q):
    result = -p.entropy() - p.mean * q.logits - torch.log1p(-q.probs) - q._cont_bern_log_norm()
    return torch.where((p.high >= 1.0) | (p.low <= 0.0), _math.inf, result)


@register_kl(Uniform, Exponential)
def _kl_uniform_exponential(p, q):
    result = q.rate * (p.high + p.low) / 2 - ((p.high - p.low) * q.rate).log()
    return torch.where(p.low < 0.0, _math.inf, result)


@register_kl(Uniform, Gamma)
def _kl_uniform_gamma(p, q):
    span = p.high - p.low
    t2 = q.concentration.lgamma() - q.concentration * q.rate.log()
    t3 = (1 - q.concentration) * (_x_log_x(p.high) - _x_log_x(p.low) - span) / span
    return torch.where(p.low < 0.0, _math.inf, -span.log() + t2 + t3 + q.rate * (p.high + p.low) / 2)


@register_kl(Uniform, Gumbel)
def _kl_uniform_gumbel(p, q):
    common = q.scale / (p.high - p.low)
    high, low = (p.high - q.loc) / q.scale, (p.low - q.loc) / q.scale
    return common.log() + 0.5 * (high + low) - common * (torch.exp(-high) - torch.exp(-low))


@register_kl(Uniform, Pareto)
def _kl_uniform_pareto(p, q):
    span = p.high - p.low
    t1 = (q.alpha * q.scale.pow(q.alpha) * span).log()
    t2 = (_x_log_x(p.high) - _x_log_x(p.low) - span) / span
    return torch.where(p.low < q.scale, _math.inf, t2 * (q.alpha + 1) - t1)
