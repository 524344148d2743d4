"""RMSprop."""

import torch
from .optimizer import Optimizer, check_lr, check_range, loss_of, new_step, no_grad_step, scalar, updating


class RMSprop(Optimizer):
    """Steps scaled by the root of a running mean of squared gradients."""

    def __init__(self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0, momentum=0, centered=False, capturable=False, foreach=None,
                 maximize=False, differentiable=False):
        check_lr(lr)
        check_range(eps, "epsilon value", 0.0 <= eps)
        check_range(momentum, "momentum value", 0.0 <= momentum)
        check_range(weight_decay, "weight_decay value", 0.0 <= weight_decay)
        check_range(alpha, "alpha value", 0.0 <= alpha)
        super().__init__(params, dict(lr=lr, momentum=momentum, alpha=alpha, eps=eps, centered=centered, weight_decay=weight_decay,
                                      capturable=capturable, foreach=foreach, maximize=maximize, differentiable=differentiable))

    @no_grad_step
    def step(self, closure=None):
        loss = loss_of(closure)
        for group in self.param_groups:
            alpha, lr = group["alpha"], scalar(group["lr"])
            for p in updating(group):
                state = self.state[p]
                if len(state) == 0:
                    state["step"] = new_step()
                    state["square_avg"] = torch.zeros_like(p)
                    if group["momentum"] > 0:
                        state["momentum_buffer"] = torch.zeros_like(p)
                    if group["centered"]:
                        state["grad_avg"] = torch.zeros_like(p)
                square = state["square_avg"]
                state["step"] += 1
                grad = -p.grad if group["maximize"] else p.grad
                if group["weight_decay"] != 0:
                    grad = grad.add(p, alpha=group["weight_decay"])
                square.mul_(alpha).addcmul_(grad, grad, value=1 - alpha)
                if group["centered"]:
                    mean = state["grad_avg"]
                    mean.lerp_(grad, 1 - alpha)
                    avg = square.addcmul(mean, mean, value=-1).sqrt_()
                else:
                    avg = square.sqrt()
                avg = avg.add(group["eps"]) if group["differentiable"] else avg.add_(group["eps"])
                if group["momentum"] > 0:
                    buffer = state["momentum_buffer"]
                    buffer.mul_(group["momentum"]).addcdiv_(grad, avg)
                    p.add_(buffer, alpha=-lr)
                else:
                    p.addcdiv_(grad, avg, value=-lr)
        return loss
