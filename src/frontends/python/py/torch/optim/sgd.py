"""Stochastic gradient descent."""

import torch
from .. import _bridge as B
from .._bridge import natives
from .optimizer import Optimizer, check_fused, check_range, loss_of, no_grad_step, one_number, scalar, with_grad


class SGD(Optimizer):
    """p ← p − lr · g, with momentum, weight decay and Nesterov's variant."""

    def __init__(self, params, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False, *, maximize=False, foreach=None,
                 differentiable=False, fused=None):
        one_number(lr, "lr")
        check_range(lr, "learning rate", not lr < 0.0)
        check_range(momentum, "momentum value", not momentum < 0.0)
        check_range(weight_decay, "weight_decay value", not weight_decay < 0.0)
        defaults = dict(lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay, nesterov=nesterov, maximize=maximize,
                        foreach=foreach, differentiable=differentiable, fused=fused)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        super().__init__(params, defaults)
        check_fused(fused, foreach, differentiable)

    def __setstate__(self, state):
        super().__setstate__(state)
        for group in self.param_groups:
            group.setdefault("nesterov", False)
            group.setdefault("maximize", False)
            group.setdefault("foreach", None)
            group.setdefault("differentiable", False)
            group.setdefault("fused", False)

    @no_grad_step
    def step(self, closure=None):
        loss = loss_of(closure)
        for group in self.param_groups:
            if group["differentiable"]:
                self._differentiable_step(group)
                continue
            params, momentum = group["params"], group["momentum"]
            buffers = None
            if momentum != 0:
                state = self.state
                buffers = [state[p].get("momentum_buffer") if p in state else None for p in params]
            made = natives.sgd_update(params, buffers if buffers is not None else [], scalar(group["lr"]), momentum, group["dampening"],
                                      group["weight_decay"], bool(group["nesterov"]), bool(group["maximize"]))
            if made:
                for p, buffer in zip(params, B.decode(made)):
                    if buffer is not None:
                        self.state[p]["momentum_buffer"] = buffer
        return loss

    def _differentiable_step(self, group):
        momentum = group["momentum"]
        for p in with_grad(group["params"]):
            grad = -p.grad if group["maximize"] else p.grad
            if group["weight_decay"] != 0:
                grad = grad.add(p, alpha=group["weight_decay"])
            if momentum != 0:
                buffer = self.state[p].get("momentum_buffer")
                if buffer is None:
                    buffer = torch.clone(grad).detach()
                else:
                    buffer.mul_(momentum).add_(grad, alpha=1 - group["dampening"])
                self.state[p]["momentum_buffer"] = buffer
                grad = grad.add(buffer, alpha=momentum) if group["nesterov"] else buffer
            p.add_(grad, alpha=-scalar(group["lr"]))
