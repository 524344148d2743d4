"""Adam."""

import torch
from .._bridge import natives
from .optimizer import Optimizer, check_fused, check_lr, check_range, loss_of, new_step, no_grad_step, one_number, scalar, updating, with_grad


def check_adam(lr, betas, eps, weight_decay):
    """What Adam and its relatives refuse."""
    check_lr(lr)
    check_range(eps, "epsilon value", 0.0 <= eps)
    check_range(betas[0], "beta parameter at index 0", 0.0 <= betas[0] < 1.0)
    check_range(betas[1], "beta parameter at index 1", 0.0 <= betas[1] < 1.0)
    check_range(weight_decay, "weight_decay value", 0.0 <= weight_decay)


def _refuse_tensor(value, name, foreach, capturable):
    if isinstance(value, torch.Tensor) and foreach and not capturable:
        raise ValueError(f"{name} as a Tensor is not supported for capturable=False and foreach=True")
    one_number(value, name)


class _AdamBase(Optimizer):
    """Adam and AdamW: they differ in what weight decay acts on."""

    _decoupled = False
    _instead = ", please consider SparseAdam instead"

    def __init__(self, params, lr, betas, eps, weight_decay, amsgrad, maximize, foreach, capturable, differentiable, fused):
        _refuse_tensor(lr, "lr", foreach, capturable)
        check_adam(lr, betas, eps, weight_decay)
        if not any(isinstance(betas[0], kind) and isinstance(betas[1], kind) for kind in (float, torch.Tensor)):
            raise ValueError("betas must be either both floats or both Tensors")
        for i, beta in enumerate(betas):
            _refuse_tensor(beta, f"betas[{i}]", foreach, capturable)
        switches = dict(foreach=foreach, maximize=maximize) if self._decoupled else dict(maximize=maximize, foreach=foreach)
        defaults = dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad, **switches, capturable=capturable,
                        differentiable=differentiable, fused=fused)
        super().__init__(params, defaults)
        check_fused(fused, foreach, differentiable)

    def __setstate__(self, state):
        super().__setstate__(state)
        for group in self.param_groups:
            group.setdefault("amsgrad", False)
            group.setdefault("maximize", False)
            group.setdefault("foreach", None)
            group.setdefault("capturable", False)
            group.setdefault("differentiable", False)
            group.setdefault("fused", None)
            for p in group["params"]:
                p_state = self.state.get(p, [])
                if len(p_state) != 0 and not torch.is_tensor(p_state["step"]):
                    p_state["step"] = torch.tensor(float(p_state["step"]))

    def _states(self, params, amsgrad):
        """State of each parameter, made before its first step; None for a parameter that never had a gradient."""
        states = self.state
        fresh = [p for p in params if not states.get(p)]
        for p in with_grad(fresh) if fresh else ():
            state = states[p]
            state["step"] = new_step()
            state["exp_avg"] = torch.zeros_like(p)
            state["exp_avg_sq"] = torch.zeros_like(p)
            if amsgrad:
                state["max_exp_avg_sq"] = torch.zeros_like(p)
        result = []
        for p in params:
            s = states.get(p)
            result.append((s["step"], s["exp_avg"], s["exp_avg_sq"], s["max_exp_avg_sq"] if amsgrad else None) if s else None)
        return result

    @no_grad_step
    def step(self, closure=None):
        loss = loss_of(closure)
        for group in self.param_groups:
            params = group["params"]
            if any("_sparse_rows" in p.__dict__ and p.grad is not None for p in params):
                raise RuntimeError(f"{type(self).__name__} does not support sparse gradients" + self._instead)
            states = self._states(params, group["amsgrad"])
            if group["capturable"]:
                updating(group)
            if group["differentiable"]:
                self._differentiable_step(group, [(p, s) for p, s in zip(params, states) if s is not None and p.grad is not None])
                continue
            beta1, beta2 = group["betas"]
            natives.adam_update(params, states, scalar(group["lr"]), scalar(beta1), scalar(beta2), group["eps"], group["weight_decay"],
                                self._decoupled, bool(group["maximize"]))
        return loss

    def _differentiable_step(self, group, pairs):
        beta1, beta2 = group["betas"]
        lr, decay = group["lr"], group["weight_decay"]
        for p, (step, mean, square, largest) in pairs:
            grad = -p.grad if group["maximize"] else p.grad
            step += 1
            if decay != 0:
                if self._decoupled:
                    p.mul_(1 - lr * decay)
                else:
                    grad = grad.add(p, alpha=decay)
            mean.lerp_(grad, 1 - beta1)
            square.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
            step_size = lr / (1 - beta1**step)
            correction = (1 - beta2**step).sqrt()
            second = square.clone()
            if largest is not None:
                largest.copy_(torch.maximum(largest.clone(), square))
                second = largest.clone()
            denom = (second.sqrt() / (correction * -step_size)).add_(group["eps"] / -step_size)
            p.addcdiv_(mean.clone(), denom)


class Adam(_AdamBase):
    """Steps scaled by running means of the gradient and of its square."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, amsgrad=False, *, foreach=None, maximize=False,
                 capturable=False, differentiable=False, fused=None):
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize, foreach, capturable, differentiable, fused)
