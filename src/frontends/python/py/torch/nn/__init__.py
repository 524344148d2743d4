"""torch.nn."""

from . import functional, parameter
from .parameter import Buffer, Parameter, UninitializedBuffer, UninitializedParameter
from . import init
from . import modules, utils
from .modules import *  # noqa: F401,F403
from .modules import Module
from .modules.module import (
    register_module_backward_hook, register_module_buffer_registration_hook, register_module_forward_hook,
    register_module_forward_pre_hook, register_module_full_backward_hook, register_module_full_backward_pre_hook,
    register_module_module_registration_hook, register_module_parameter_registration_hook,
)


class DataParallel(Module):
    """There is one device: the module is called as it is."""

    def __init__(self, module, device_ids=None, output_device=None, dim=0):
        super().__init__()
        self.module = module
        self.device_ids = []

    def forward(self, *inputs, **kwargs):
        return self.module(*inputs, **kwargs)


DataParallel.__module__ = "torch.nn.parallel.data_parallel"
