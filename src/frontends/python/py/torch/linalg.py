"""torch.linalg."""

import sys as _sys

from . import _namespaces

_namespaces.install(_sys.modules[__name__], "linalg")

from ._bridge import _LinAlgError as LinAlgError
