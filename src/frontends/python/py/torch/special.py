"""torch.special."""

import sys as _sys

from . import _namespaces

_namespaces.install(_sys.modules[__name__], "special")
