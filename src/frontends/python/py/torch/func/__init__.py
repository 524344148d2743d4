"""torch.func: composable function transforms (grad, vjp, jvp, jacrev, jacfwd, hessian, vmap) and functional_call."""

from ._transforms import grad, grad_and_value, hessian, jacfwd, jacrev, jvp, linearize, vjp
from ._vmap import vmap
from ._modules import functional_call, functionalize, replace_all_batch_norm_modules_, stack_module_state

__all__ = ["grad", "grad_and_value", "vjp", "jvp", "linearize", "jacrev", "jacfwd", "hessian", "vmap", "functional_call", "functionalize",
           "stack_module_state", "replace_all_batch_norm_modules_"]
