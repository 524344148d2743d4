"""functorch: the old names of torch.func, each with PyTorch's warning that it is one."""

import copy as _copy

import torch as _torch
from torch import func as _func
from torch._bridge import warn as _warn

__all__ = ["grad", "grad_and_value", "vjp", "jvp", "jacrev", "jacfwd", "hessian", "vmap", "functionalize", "make_functional",
           "make_functional_with_buffers", "combine_state_for_ensemble", "FunctionalModule", "FunctionalModuleWithBuffers"]


def _deprecated(old, new=None):
    _warn(
        f"We've integrated functorch into PyTorch. As the final step of the integration, `functorch.{old}` is deprecated as of PyTorch "
        f"2.0 and will be deleted in a future version of PyTorch >= 2.3. Please use `{new or 'torch.func.' + old}` instead; see the "
        "PyTorch 2.0 release notes and/or the `torch.func` migration guide for more details "
        "https://pytorch.org/docs/main/func.migrating.html",
        FutureWarning,
    )


def _old(name, new=None):
    function = getattr(_func, name)

    def call(*args, **kwargs):
        _deprecated(name, new)
        return function(*args, **kwargs)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = function.__doc__
    return call


grad, grad_and_value, vjp, jvp, jacrev, jacfwd, hessian, functionalize = map(
    _old, ("grad", "grad_and_value", "vjp", "jvp", "jacrev", "jacfwd", "hessian", "functionalize"))
vmap = _old("vmap", "torch.vmap")


class FunctionalModuleWithBuffers(_torch.nn.Module):
    """A module that takes its parameters and buffers as arguments: f(params, buffers, *inputs)."""

    def __init__(self, stateless_model, param_names, buffer_names):
        super().__init__()
        self.stateless_model = stateless_model
        self.param_names, self.buffer_names = param_names, buffer_names

    def forward(self, params, buffers, *args, **kwargs):
        state = {**dict(zip(self.param_names, params)), **dict(zip(self.buffer_names, buffers))}
        return _func.functional_call(self.stateless_model, state, args, kwargs)


class FunctionalModule(FunctionalModuleWithBuffers):
    """The same for a module without buffers: f(params, *inputs)."""

    def forward(self, params, *args, **kwargs):
        return super().forward(params, (), *args, **kwargs)


def _split(model, disable_autograd_tracking, kind):
    model = _copy.deepcopy(model)
    params, buffers = dict(model.named_parameters()), dict(model.named_buffers())
    if disable_autograd_tracking:
        for p in params.values():
            p.requires_grad_(False)
    return kind(model, tuple(params), tuple(buffers)), tuple(params.values()), tuple(buffers.values())


def make_functional(model, disable_autograd_tracking=False):
    """(function of parameters and inputs, parameters) of a copy of a module. Error: it has buffers."""
    _deprecated("make_functional", "torch.func.functional_call")
    if any(True for _ in model.buffers()):
        raise RuntimeError("make_functional(model): `model` has buffers. Please use make_functional_with_buffers(model) instead.")
    return _split(model, disable_autograd_tracking, FunctionalModule)[:2]


def make_functional_with_buffers(model, disable_autograd_tracking=False):
    """(function of parameters, buffers and inputs, parameters, buffers) of a copy of a module."""
    _deprecated("make_functional_with_buffers", "torch.func.functional_call")
    return _split(model, disable_autograd_tracking, FunctionalModuleWithBuffers)


def combine_state_for_ensemble(models):
    """(function, stacked parameters, stacked buffers) of modules of one class."""
    _deprecated("combine_state_for_ensemble", "torch.func.stack_module_state")
    for wrong, what in (
        (len(models) == 0, "at least one model, got 0."),
        (len({m.training for m in models}) > 1, "all models to have the same training/eval mode."),
        (len({type(m) for m in models}) > 1, "all models to be of the same class."),
    ):
        if wrong:
            raise RuntimeError(f"combine_state_for_ensemble: Expected {what}")
    functions, params, buffers = zip(*[_split(m, False, FunctionalModuleWithBuffers) for m in models])
    stacked = lambda states: tuple(_torch.stack(shards).detach() for shards in zip(*states))
    return functions[0], stacked(params), stacked(buffers)
