"""torch.autograd.variable, where Variable is."""

from . import Variable  # noqa: F401
