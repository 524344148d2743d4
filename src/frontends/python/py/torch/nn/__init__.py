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
from . import attention, parallel
from .parallel import DataParallel
