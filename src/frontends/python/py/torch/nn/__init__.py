"""torch.nn."""

from . import functional
from .parameter import Parameter
