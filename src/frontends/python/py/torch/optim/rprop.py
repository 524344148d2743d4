"""Rprop."""

import torch
from .optimizer import Optimizer, check_lr, loss_of, new_step, no_grad_step, scalar, updating


class Rprop(Optimizer):
    """Only the signs of gradients matter: equal signs make steps longer, a change makes them shorter."""

    def __init__(self, params, lr=1e-2, etas=(0.5, 1.2), step_sizes=(1e-6, 50), *, capturable=False, foreach=None, maximize=False,
                 differentiable=False):
        check_lr(lr)
        if not 0.0 < etas[0] < 1.0 < etas[1]:
            raise ValueError(f"Invalid eta values: {etas[0]}, {etas[1]}")
        super().__init__(params, dict(lr=lr, etas=etas, step_sizes=step_sizes, foreach=foreach, maximize=maximize,
                                      differentiable=differentiable, capturable=capturable))

    @no_grad_step
    def step(self, closure=None):
        loss = loss_of(closure)
        for group in self.param_groups:
            etaminus, etaplus = group["etas"]
            low, high = group["step_sizes"]
            for p in updating(group):
                state = self.state[p]
                grad = p.grad
                if len(state) == 0:
                    state["step"] = new_step()
                    state["prev"] = torch.zeros_like(p)
                    state["step_size"] = torch.full_like(grad, scalar(group["lr"]))
                prev, size = state["prev"], state["step_size"]
                state["step"] += 1
                grad = -grad if group["maximize"] else grad
                sign = grad.mul(prev.clone() if group["differentiable"] else prev).sign()
                factor = torch.where(sign > 0, etaplus, torch.where(sign < 0, etaminus, 1.0)).to(sign.dtype)
                size.mul_(factor).clamp_(low, high)
                grad = grad.clone()
                grad[sign < 0] = 0
                p.addcmul_(grad.sign(), size, value=-1)
                prev.copy_(grad)
        return loss
