"""SparseAdam."""

import torch
from .adam import check_adam
from .optimizer import Optimizer, check_range, loss_of, no_grad_step, one_number, with_grad


class SparseAdam(Optimizer):
    """Adam for sparse gradients: only the rows that have one are updated, and only their moments decay."""

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
            for p in with_grad(group["params"]):
                if not p.grad.is_sparse:
                    raise RuntimeError("SparseAdam does not support dense gradients, please consider Adam instead")
                state = self.state[p]
                if len(state) == 0:
                    state.update(step=0, exp_avg=torch.zeros_like(p), exp_avg_sq=torch.zeros_like(p))
                state["step"] += 1
                self._update(p, p.grad.coalesce(), state, group)
        return loss

    @staticmethod
    def _update(p, grad, state, group):
        beta1, beta2 = group["betas"]
        rows = tuple(grad.indices())
        values = -grad.values() if group["maximize"] else grad.values()
        first, second = state["exp_avg"][rows], state["exp_avg_sq"][rows]
        first = (values - first) * (1 - beta1) + first
        second = (values.pow(2) - second) * (1 - beta2) + second
        state["exp_avg"][rows], state["exp_avg_sq"][rows] = first, second
        size = group["lr"] * (1 - beta2 ** state["step"]) ** 0.5 / (1 - beta1 ** state["step"])
        p[rows] += -size * (first / (second.sqrt() + group["eps"]))
