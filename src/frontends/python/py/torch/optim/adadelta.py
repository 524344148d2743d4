"""Adadelta."""

import torch
from .optimizer import Optimizer, check_lr, check_range, loss_of, new_step, no_grad_step, scalar, updating


class Adadelta(Optimizer):
    """Steps scaled by the ratio of running means of updates and gradients."""

    def __init__(self, params, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0, foreach=None, *, capturable=False, maximize=False,
                 differentiable=False):
        check_lr(lr)
        check_range(rho, "rho value", 0.0 <= rho <= 1.0)
        check_range(eps, "epsilon value", 0.0 <= eps)
        check_range(weight_decay, "weight_decay value", 0.0 <= weight_decay)
        super().__init__(params, dict(lr=lr, rho=rho, eps=eps, weight_decay=weight_decay, maximize=maximize, capturable=capturable,
                                      foreach=foreach, differentiable=differentiable))

    @no_grad_step
    def step(self, closure=None):
        loss = loss_of(closure)
        for group in self.param_groups:
            rho, eps = group["rho"], group["eps"]
            for p in updating(group, xla=False):
                state = self.state[p]
                if len(state) == 0:
                    state["step"] = new_step()
                    state["square_avg"] = torch.zeros_like(p)
                    state["acc_delta"] = torch.zeros_like(p)
                square_avg, acc_delta = state["square_avg"], state["acc_delta"]
                state["step"] += 1
                grad = -p.grad if group["maximize"] else p.grad
                if group["weight_decay"] != 0:
                    grad = grad.add(p, alpha=group["weight_decay"])
                square_avg.mul_(rho).addcmul_(grad, grad, value=1 - rho)
                std = square_avg.add(eps).sqrt_()
                delta = acc_delta.add(eps).sqrt_()
                if group["differentiable"]:
                    delta = delta.clone()
                delta.div_(std).mul_(grad)
                acc_delta.mul_(rho).addcmul_(delta, delta, value=1 - rho)
                p.add_(delta, alpha=-scalar(group["lr"]))
        return loss
