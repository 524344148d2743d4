"""torch.special: functions of its own, and other names for functions of torch."""

import sys as _sys

from . import _namespaces

_module = _sys.modules[__name__]
_namespaces.install(_module, "special")

_SAME = "digamma erf erfc erfinv exp2 expm1 i0 log1p logit logsumexp polygamma round sinc xlogy softmax log_softmax".split()
_OTHER = {"gammaln": "lgamma", "psi": "digamma", "expit": "sigmoid", "multigammaln": "mvlgamma", "gammainc": "igamma",
          "gammaincc": "igammac"}


def _alias(name, target):
    def f(*args, **kwargs):
        import torch

        return getattr(torch, target)(*args, **kwargs)

    f.__name__ = f.__qualname__ = "special_" + name
    f.__module__ = __name__
    return f


for _name, _target in [*((n, n) for n in _SAME), *_OTHER.items()]:
    if not hasattr(_module, _name):
        setattr(_module, _name, _alias(_name, _target))
