"""Averaged stochastic gradient descent."""

import torch
from .optimizer import Optimizer, check_lr, check_range, loss_of, no_grad_step, scalar, updating


class ASGD(Optimizer):
    """SGD that also keeps the average of the parameters."""

    def __init__(self, params, lr=1e-2, lambd=1e-4, alpha=0.75, t0=1e6, weight_decay=0, foreach=None, maximize=False,
                 differentiable=False, capturable=False):
        check_lr(lr)
        check_range(weight_decay, "weight_decay value", 0.0 <= weight_decay)
        super().__init__(params, dict(lr=lr, lambd=lambd, alpha=alpha, t0=t0, weight_decay=weight_decay, foreach=foreach, maximize=maximize,
                                      differentiable=differentiable, capturable=capturable))

    @no_grad_step
    def step(self, closure=None):
        loss = loss_of(closure)
        for group in self.param_groups:
            lr, lambd = scalar(group["lr"]), group["lambd"]
            for p in updating(group, "params, mus, etas, and state_steps"):
                state = self.state[p]
                if len(state) == 0:
                    state["step"] = torch.zeros(())
                    state["eta"] = torch.tensor(float(lr))
                    state["mu"] = torch.ones(())
                    state["ax"] = torch.zeros_like(p)
                mu, ax, eta = state["mu"], state["ax"], state["eta"]
                state["step"] += 1
                step = state["step"].item()
                grad = -p.grad if group["maximize"] else p.grad
                if group["weight_decay"] != 0:
                    grad = grad.add(p, alpha=group["weight_decay"])
                eta_value = eta.item()
                p.mul_(1 - lambd * eta_value)
                p.add_(grad, alpha=-eta_value)
                if mu.item() != 1:
                    ax.add_(p.sub(ax).mul_(mu))
                else:
                    ax.copy_(p)
                eta.copy_(torch.as_tensor(lr / ((1 + lambd * lr * step) ** group["alpha"])))
                mu.copy_(torch.as_tensor(1 / max(1, step - group["t0"])))
        return loss
