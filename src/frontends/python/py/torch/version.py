"""torch.version."""

from .torch_version import TorchVersion

__version__ = TorchVersion("2.6.0")
cuda = None
hip = None
xpu = None
debug = False
git_version = "backstep"
