"""torch.distributions."""

import re as _re
import sys as _sys
import types as _types

from .._absent import missing as _missing
from . import constraint_registry, constraints, kl, transforms, utils
from ._categorical import Categorical, Multinomial, OneHotCategorical, OneHotCategoricalStraightThrough
from ._composed import HalfNormal, Independent, LogisticNormal, LogNormal, Pareto, TransformedDistribution, Weibull
from ._continuous import Cauchy, Chi2, Exponential, Gamma, Gumbel, Laplace, Normal, StudentT, Uniform
from ._continuous_bernoulli import ContinuousBernoulli
from ._derived import FisherSnedecor, HalfCauchy, InverseGamma, Kumaraswamy
from ._discrete import Bernoulli, Binomial, Geometric, NegativeBinomial, Poisson
from ._lkj import LKJCholesky
from ._lowrank import LowRankMultivariateNormal
from ._mixtures import LogitRelaxedBernoulli, MixtureSameFamily, RelaxedBernoulli, RelaxedOneHotCategorical
from ._multivariate import Beta, Dirichlet, MultivariateNormal
from ._von_mises import VonMises
from . import _kl_pairs  # noqa: F401
from .constraint_registry import biject_to, transform_to
from .distribution import Distribution
from .kl import kl_divergence, register_kl
from .transforms import *  # noqa: F401,F403

_FILES = {"Chi2": "chi2", "StudentT": "studentT", "OneHotCategoricalStraightThrough": "one_hot_categorical",
          "LogitRelaxedBernoulli": "relaxed_bernoulli", "RelaxedOneHotCategorical": "relaxed_categorical", "FisherSnedecor": "fishersnedecor",
          "LKJCholesky": "lkj_cholesky", "LowRankMultivariateNormal": "lowrank_multivariate_normal",
          "MixtureSameFamily": "mixture_same_family"}


def _file(name):
    """Module in which PyTorch has a class: log_normal for LogNormal."""
    return _FILES.get(name) or _re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _place():
    """Every class can be imported from the module that PyTorch has it in, and says that it is from there."""
    for name, cls in list(globals().items()):
        if not (isinstance(cls, type) and issubclass(cls, Distribution)) or cls is Distribution:
            continue
        path = f"{__name__}.{_file(name)}"
        module = _sys.modules.get(path)
        if module is None:
            module = _sys.modules[path] = _types.ModuleType(path)
            globals()[_file(name)] = module
        cls.__module__ = path
        setattr(module, name, cls)


_place()


def __getattr__(name):
    raise _missing(__name__, name)
