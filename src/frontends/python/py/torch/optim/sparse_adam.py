"""SparseAdam."""

from .adam import check_adam
from .optimizer import Optimizer, check_range, loss_of, no_grad_step, one_number, with_grad


class SparseAdam(Optimizer):
    """Adam for sparse gradients. Gradients are dense here, which it refuses as PyTorch's does."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, maximize=False):
        one_number(lr, "lr")
        check_range(lr, "learning rate", 0.0 < lr)
        check_range(eps, "epsilon value", 0.0 < eps)
        check_adam(lr, betas, eps, 0)
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, maximize=maximize))
        found = [[i, j] for i, group in enumerate(self.param_groups) for j, p in enumerate(group["params"]) if p.is_complex()]
        if found:
            raise ValueError(f"Complex params at indices {found}: SparseAdam does not support complex parameters")

    @no_grad_step
    def step(self, closure=None):
        loss = loss_of(closure)
        for group in self.param_groups:
            if with_grad(group["params"]):
                raise RuntimeError("SparseAdam does not support dense gradients, please consider Adam instead")
        return loss
