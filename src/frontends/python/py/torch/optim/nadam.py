"""NAdam."""

import torch
from .adam import check_adam
from .optimizer import Optimizer, check_range, loss_of, new_step, no_grad_step, scalar, updating


class NAdam(Optimizer):
    """Adam with Nesterov momentum."""

    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, momentum_decay=4e-3, decoupled_weight_decay=False, *,
                 foreach=None, maximize=False, capturable=False, differentiable=False):
        check_adam(lr, betas, eps, weight_decay)
        check_range(momentum_decay, "momentum_decay value", 0.0 <= momentum_decay)
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, momentum_decay=momentum_decay,
                                      decoupled_weight_decay=decoupled_weight_decay, maximize=maximize, foreach=foreach,
                                      capturable=capturable, differentiable=differentiable))

    @no_grad_step
    def step(self, closure=None):
        loss = loss_of(closure)
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            lr, decay = scalar(group["lr"]), group["momentum_decay"]
            for p in updating(group, "params, mu_products and state_steps"):
                state = self.state[p]
                if len(state) == 0:
                    state["step"] = new_step()
                    state["mu_product"] = torch.ones((), dtype=state["step"].dtype)
                    state["exp_avg"] = torch.zeros_like(p)
                    state["exp_avg_sq"] = torch.zeros_like(p)
                mean, square, product = state["exp_avg"], state["exp_avg_sq"], state["mu_product"]
                state["step"] += 1
                step = state["step"].item()
                grad = -p.grad if group["maximize"] else p.grad
                if group["weight_decay"] != 0:
                    if group["decoupled_weight_decay"]:
                        p.mul_(1 - lr * group["weight_decay"])
                    else:
                        grad = grad.add(p, alpha=group["weight_decay"])
                mu = beta1 * (1.0 - 0.5 * (0.96 ** (step * decay)))
                mu_next = beta1 * (1.0 - 0.5 * (0.96 ** ((step + 1) * decay)))
                product *= mu
                mean.lerp_(grad, 1 - beta1)
                square.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
                denom = square.div(1 - beta2**step).sqrt()
                denom.add_(group["eps"])
                done = product.item()
                p.addcdiv_(grad, denom, value=(-lr * (1.0 - mu) / (1.0 - done)))
                p.addcdiv_(mean, denom, value=(-lr * mu_next) / (1.0 - done * mu_next))
        return loss
