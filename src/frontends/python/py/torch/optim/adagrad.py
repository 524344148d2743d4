"""Adagrad."""

import torch
from .optimizer import Optimizer, check_fused, check_lr, check_range, loss_of, new_step, no_grad_step, scalar, updating


class Adagrad(Optimizer):
    """Steps scaled by the root of the sum of all squared gradients."""

    def __init__(self, params, lr=1e-2, lr_decay=0, weight_decay=0, initial_accumulator_value=0, eps=1e-10, foreach=None, *,
                 maximize=False, differentiable=False, fused=None):
        check_lr(lr)
        check_range(lr_decay, "lr_decay value", 0.0 <= lr_decay)
        check_range(weight_decay, "weight_decay value", 0.0 <= weight_decay)
        check_range(initial_accumulator_value, "initial_accumulator_value value", 0.0 <= initial_accumulator_value)
        check_range(eps, "epsilon value", 0.0 <= eps)
        super().__init__(params, dict(lr=lr, lr_decay=lr_decay, eps=eps, weight_decay=weight_decay,
                                      initial_accumulator_value=initial_accumulator_value, foreach=foreach, maximize=maximize,
                                      differentiable=differentiable, fused=fused))
        check_fused(fused, foreach, differentiable)
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p]["step"] = new_step()
                self.state[p]["sum"] = torch.full_like(p, initial_accumulator_value)

    def share_memory(self):
        """Kept for programs that call it: there is one process."""

    @no_grad_step
    def step(self, closure=None):
        loss = loss_of(closure)
        for group in self.param_groups:
            for p in updating(group):
                state = self.state[p]
                state["step"] += 1
                grad = -p.grad if group["maximize"] else p.grad
                if group["weight_decay"] != 0:
                    if grad.is_sparse:
                        raise RuntimeError("weight_decay option is not compatible with sparse gradients")
                    grad = grad.add(p, alpha=group["weight_decay"])
                clr = scalar(group["lr"]) / (1 + (state["step"].item() - 1) * group["lr_decay"])
                if grad.is_sparse:
                    self._update_rows(p, grad.coalesce(), state["sum"], group["eps"], clr)
                    continue
                state["sum"].addcmul_(grad, grad, value=1)
                root = state["sum"].sqrt()
                std = root + group["eps"] if group["differentiable"] else root.add_(group["eps"])
                p.addcdiv_(grad, std, value=-clr)
        return loss

    @staticmethod
    def _update_rows(p, grad, total, eps, rate):
        """The step for a sparse gradient: only its rows have a root to be divided by."""
        rows = tuple(grad.indices())
        total[rows] += grad.values().pow(2)
        p[rows] += grad.values() / total[rows].sqrt().add_(eps) * -rate
