"""The von Mises distribution of angles."""

import math as _math

import torch
from . import constraints
from ._continuous import _Scalar
from .utils import lazy_property

#: Polynomials of the modified Bessel functions of order 0 and 1: in (x / 3.75)² below 3.75, in 3.75 / x above
#: (Abramowitz and Stegun, 9.8.1 to 9.8.4).
_SMALL = (
    (1.0, 3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.360768e-1, 0.45813e-2),
    (0.5, 0.87890594, 0.51498869, 0.15084934, 0.2658733e-1, 0.301532e-2, 0.32411e-3),
)
_LARGE = (
    (0.39894228, 0.1328592e-1, 0.225319e-2, -0.157565e-2, 0.916281e-2, -0.2057706e-1, 0.2635537e-1, -0.1647633e-1, 0.392377e-2),
    (0.39894228, -0.3988024e-1, -0.362018e-2, 0.163801e-2, -0.1031555e-1, 0.2282967e-1, -0.2895312e-1, 0.1787654e-1, -0.420059e-2),
)


def _polynomial(y, coefficients):
    result = coefficients[-1]
    for c in reversed(coefficients[:-1]):
        result = c + y * result
    return result


def _log_bessel(x, order):
    """log I(x) for positive x."""
    y = (x / 3.75) * (x / 3.75)
    small = _polynomial(y, _SMALL[order])
    if order == 1:
        small = x.abs() * small
    large = x - 0.5 * x.log() + _polynomial(3.75 / x, _LARGE[order]).log()
    return torch.where(x < 3.75, small.log(), large)


class VonMises(_Scalar):
    """An angle around `loc`; mean and variance are the circular ones."""

    arg_constraints = {"loc": constraints.real, "concentration": constraints.positive}
    support = constraints.real
    has_rsample = False
    _parameters = ("loc", "concentration")

    def __init__(self, loc, concentration, validate_args=None):
        self._init((loc, concentration), validate_args)

    mean = mode = property(lambda self: self.loc)

    def log_prob(self, value):
        self._check(value)
        return self.concentration * torch.cos(value - self.loc) - _math.log(2 * _math.pi) - _log_bessel(self.concentration, 0)

    @lazy_property
    def variance(self):
        return 1 - (_log_bessel(self.concentration, 1) - _log_bessel(self.concentration, 0)).exp()

    def _proposal(self, kappa):
        tau = 1 + (1 + 4 * kappa**2).sqrt()
        rho = (tau - (2 * tau).sqrt()) / (2 * kappa)
        return torch.where(kappa < 1e-5, 1 / kappa + kappa, (1 + rho**2) / (2 * rho))

    @torch.no_grad()
    def sample(self, sample_shape=torch.Size()):
        """Best and Fisher's rejection method (1979), in float64; all elements draw until each was accepted."""
        loc, kappa = self.loc.double(), self.concentration.double()
        r = self._proposal(kappa)
        x = torch.empty(self._extended_shape(sample_shape), dtype=torch.double)
        done = torch.zeros(x.shape, dtype=torch.bool)
        while not done.all():
            u1, u2, u3 = torch.rand((3,) + x.shape, dtype=torch.double).unbind()
            z = torch.cos(_math.pi * u1)
            f = (1 + r * z) / (r + z)
            c = kappa * (r - f)
            accept = ((c * (2 - c) - u2) > 0) | ((c / u2).log() + 1 - c >= 0)
            if accept.any():
                x = torch.where(accept, (u3 - 0.5).sign() * f.acos(), x)
                done = done | accept
        return ((x + _math.pi + loc) % (2 * _math.pi) - _math.pi).to(self.loc.dtype)
