"""What all optimisers share: parameter groups, state, hooks, saving and loading."""

import functools as _functools
import json as _json
from collections import OrderedDict as _OrderedDict, abc as _abc, defaultdict as _defaultdict
from copy import deepcopy as _deepcopy
from itertools import chain as _chain

import torch
from .. import _bridge as B
from .._bridge import natives, warn
from ..utils.hooks import RemovableHandle

_PRE_HOOKS = _OrderedDict()
_POST_HOOKS = _OrderedDict()


def _direct(name, spec):
    """A native function without the search for the user's source position: these are called in every step."""
    number, spec, call = B.NATIVE[name], B._spec(spec), B._call_native
    return lambda *args: call(number, spec, 0, *args)


_grad_enabled, _set_grad_enabled, _observed = _direct("grad_enabled", ""), _direct("set_grad_enabled", "b"), _direct("observed", "")


class _RequiredParameter:
    def __repr__(self):
        return "<required parameter>"


required = _RequiredParameter()


def register_optimizer_step_pre_hook(hook):
    handle = RemovableHandle(_PRE_HOOKS)
    _PRE_HOOKS[handle.id] = hook
    return handle


def register_optimizer_step_post_hook(hook):
    handle = RemovableHandle(_POST_HOOKS)
    _POST_HOOKS[handle.id] = hook
    return handle


def no_grad_step(step):
    """Decorates `step`: gradients are recorded only by a differentiable optimiser."""

    @_functools.wraps(step)
    def wrapper(self, *args, **kwargs):
        before = _grad_enabled()
        _set_grad_enabled(bool(self.defaults.get("differentiable", False)))
        try:
            return step(self, *args, **kwargs)
        finally:
            _set_grad_enabled(before)

    return wrapper


_use_grad_for_differentiable = no_grad_step


def scalar(x):
    """A hyperparameter as a Python number."""
    return x.item() if isinstance(x, torch.Tensor) else x


def new_step():
    """A fresh step counter."""
    return torch.tensor(0.0, dtype=torch.float64 if torch.get_default_dtype() is torch.float64 else torch.float32)


def with_grad(params):
    """The parameters that have a gradient."""
    return [params[i] for i in _json.loads(natives.with_grad(params))]


def updating(group, supported="params and state_steps", xla=True):
    """The parameters of a group that have a gradient. `capturable` is for accelerators: on a CPU it is refused, by the names of the
    tensors that would have to be there."""
    params = with_grad(group["params"])
    if params and group.get("capturable"):
        devices = ["cuda", "xpu", "hpu", "privateuseone", *(["xla"] if xla else [])]
        raise AssertionError(f"If capturable=True, {supported} must be on supported devices: {devices}.")
    return params


def check_range(value, name, valid):
    if not valid:
        raise ValueError(f"Invalid {name}: {value}")


def one_number(value, name):
    """Refuses a hyperparameter that is a tensor of several numbers."""
    if isinstance(value, torch.Tensor) and value.numel() != 1:
        raise ValueError(f"Tensor {name} must be 1-element")


def check_lr(lr):
    """What most optimisers refuse as a learning rate."""
    one_number(lr, "lr")
    check_range(lr, "learning rate", 0.0 <= lr)


class _Watch:
    """Tells the engine's observer when updates run: between `begin` and `end`, but not while a closure computes the loss."""

    def __init__(self, optimizer, has_closure):
        self.optimizer, self.running = optimizer, False
        if not has_closure:
            self.begin()

    def begin(self):
        if not self.running:
            self.running = True
            self._tell("begin")

    def end(self):
        if self.running:
            self.running = False
            self._tell("end")

    def _tell(self, phase):
        params = [p for g in self.optimizer.param_groups for p in g["params"]]
        natives.optimizer_step(phase, type(self.optimizer).__name__, params)

    def around(self, closure):
        @_functools.wraps(closure)
        def wrapper():
            self.end()
            result = closure()
            self.begin()
            return result

        return wrapper


def _run_pre_hooks(step, optimizer, args, kwargs):
    for hook in _chain(_PRE_HOOKS.values(), optimizer._optimizer_step_pre_hooks.values()):
        result = hook(optimizer, args, kwargs)
        if result is None:
            continue
        if not (isinstance(result, tuple) and len(result) == 2):
            raise RuntimeError(f"{step} must return None or a tuple of (new_args, new_kwargs), but got {result}.")
        args, kwargs = result
    return args, kwargs


def _run_watched(step, optimizer, args, kwargs):
    closure = args[1] if len(args) > 1 else kwargs.get("closure")
    watch = _Watch(optimizer, callable(closure))
    if callable(closure):
        if len(args) > 1:
            args = (args[0], watch.around(closure), *args[2:])
        else:
            kwargs = {**kwargs, "closure": watch.around(closure)}
    try:
        return step(*args, **kwargs)
    finally:
        watch.end()


def _watched(step):
    """`step` with the hooks and the observer around it."""

    @_functools.wraps(step)
    def wrapper(*args, **kwargs):
        self = args[0]
        if _PRE_HOOKS or self._optimizer_step_pre_hooks:
            args, kwargs = _run_pre_hooks(step, self, args, kwargs)
        out = _run_watched(step, self, args, kwargs) if _observed() else step(*args, **kwargs)
        if _POST_HOOKS or self._optimizer_step_post_hooks:
            for hook in _chain(self._optimizer_step_post_hooks.values(), _POST_HOOKS.values()):
                hook(self, args, kwargs)
        return out

    wrapper.hooked = True
    return wrapper


class Optimizer:
    """Base class of all optimisers."""

    def __init__(self, params, defaults):
        self.defaults = defaults
        self._make_hook_tables()
        self._patch_step_function()
        if isinstance(params, torch.Tensor):
            raise TypeError("params argument given to the optimizer should be an iterable of Tensors or dicts, but got " + torch.typename(params))
        self.state = _defaultdict(dict)
        self.param_groups = []
        param_groups = list(params)
        if len(param_groups) == 0:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(param_groups[0], dict):
            param_groups = [{"params": param_groups}]
        for param_group in param_groups:
            self.add_param_group(param_group)

    def _make_hook_tables(self):
        for name in ("_optimizer_step_pre_hooks", "_optimizer_step_post_hooks", "_optimizer_state_dict_pre_hooks",
                     "_optimizer_state_dict_post_hooks", "_optimizer_load_state_dict_pre_hooks", "_optimizer_load_state_dict_post_hooks"):
            if name not in self.__dict__:
                setattr(self, name, _OrderedDict())

    def _patch_step_function(self):
        step = type(self).step
        if not getattr(step, "hooked", None):
            type(self).step = _watched(step)

    def __getstate__(self):
        return {"defaults": self.defaults, "state": self.state, "param_groups": self.param_groups}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._make_hook_tables()
        self._patch_step_function()
        self.defaults.setdefault("differentiable", False)

    def __repr__(self):
        text = self.__class__.__name__ + " ("
        for i, group in enumerate(self.param_groups):
            text += f"\nParameter Group {i}\n"
            for key in sorted(group.keys()):
                if key != "params":
                    text += f"    {key}: {group[key]}\n"
        return text + ")"

    # ---------------------------------------------------------------- hooks

    def _register(self, table, hook, prepend=False):
        handle = RemovableHandle(table)
        table[handle.id] = hook
        if prepend:
            table.move_to_end(handle.id, last=False)
        return handle

    def register_step_pre_hook(self, hook):
        return self._register(self._optimizer_step_pre_hooks, hook)

    def register_step_post_hook(self, hook):
        return self._register(self._optimizer_step_post_hooks, hook)

    def register_state_dict_pre_hook(self, hook, prepend=False):
        return self._register(self._optimizer_state_dict_pre_hooks, hook, prepend)

    def register_state_dict_post_hook(self, hook, prepend=False):
        return self._register(self._optimizer_state_dict_post_hooks, hook, prepend)

    def register_load_state_dict_pre_hook(self, hook, prepend=False):
        return self._register(self._optimizer_load_state_dict_pre_hooks, hook, prepend)

    def register_load_state_dict_post_hook(self, hook, prepend=False):
        return self._register(self._optimizer_load_state_dict_post_hooks, hook, prepend)

    # ---------------------------------------------------------------- state

    def state_dict(self):
        """State and groups, with numbers in place of the parameters."""
        for hook in self._optimizer_state_dict_pre_hooks.values():
            hook(self)
        numbers = {}
        groups = []
        for group in self.param_groups:
            packed = {k: v for k, v in group.items() if k != "params"}
            for p in group["params"]:
                numbers.setdefault(id(p), len(numbers))
            packed["params"] = [numbers[id(p)] for p in group["params"]]
            groups.append(packed)
        state = {(numbers[id(k)] if isinstance(k, torch.Tensor) else k): v for k, v in self.state.items()}
        result = {"state": state, "param_groups": groups}
        for hook in self._optimizer_state_dict_post_hooks.values():
            changed = hook(self, result)
            result = result if changed is None else changed
        return result

    def load_state_dict(self, state_dict):
        """Takes over what `state_dict` gave. State tensors of the right type are shared, not copied."""
        state_dict = state_dict.copy()
        for hook in self._optimizer_load_state_dict_pre_hooks.values():
            changed = hook(self, state_dict)
            state_dict = state_dict if changed is None else changed
        groups = self.param_groups
        saved_groups = _deepcopy(state_dict["param_groups"])
        if len(groups) != len(saved_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        if any(len(g["params"]) != len(s["params"]) for g, s in zip(groups, saved_groups)):
            raise ValueError("loaded state dict contains a parameter group that doesn't match the size of optimizer's group")
        by_number = dict(zip(_chain.from_iterable(g["params"] for g in saved_groups), _chain.from_iterable(g["params"] for g in groups)))
        state = _defaultdict(dict)
        for k, v in state_dict["state"].items():
            if k in by_number:
                state[by_number[k]] = _cast(by_number[k], v)
            else:
                state[k] = v
        loaded = []
        for group, saved in zip(groups, saved_groups):
            saved["params"] = group["params"]
            if "param_names" in group and "param_names" not in saved:
                saved["param_names"] = group["param_names"]
            loaded.append(saved)
        self.__setstate__({"state": state, "param_groups": loaded})
        for hook in self._optimizer_load_state_dict_post_hooks.values():
            hook(self)

    def zero_grad(self, set_to_none=True):
        """Forgets the gradients of all parameters, or sets them to zero."""
        for group in self.param_groups:
            for p in with_grad(group["params"]):
                if set_to_none:
                    p._forget_grad()
                    continue
                grad = p.grad
                if grad.grad_fn is not None:
                    grad.detach_()
                else:
                    grad.requires_grad_(False)
                grad.zero_()

    def step(self, closure=None):
        raise NotImplementedError

    def add_param_group(self, param_group):
        """Adds a group of parameters with options of its own."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        params = param_group["params"]
        if isinstance(params, torch.Tensor):
            param_group["params"] = [params]
        elif isinstance(params, set):
            raise TypeError("optimizer parameters need to be organized in ordered collections, but the ordering of tensors in sets will "
                            "change between runs. Please use a list instead.")
        else:
            param_group["params"] = list(params)
        names = [p[0] for p in param_group["params"] if isinstance(p, tuple)]
        param_group["params"] = [p[1] if isinstance(p, tuple) else p for p in param_group["params"]]
        if names:
            if len(names) != len(param_group["params"]):
                raise ValueError("all optimizer params should be with/without names. Some param names are missing")
            param_group["param_names"] = names
        for p in param_group["params"]:
            if not isinstance(p, torch.Tensor):
                raise TypeError("optimizer can only optimize Tensors, but one of the params is " + torch.typename(p))
            if not self.defaults.get("differentiable", None) and not (p.is_leaf or p.retains_grad):
                raise ValueError("can't optimize a non-leaf Tensor")
        for name, default in self.defaults.items():
            if default is required and name not in param_group:
                raise ValueError(f"parameter group didn't specify a value of required optimization parameter {name}")
            param_group.setdefault(name, default)
        params = param_group["params"]
        if len(params) != len(set(params)):
            warn("optimizer contains a parameter group with duplicate parameters; in future, this will cause an error; see "
                 "github.com/pytorch/pytorch/issues/40967 for more information")
        known = set()
        for group in self.param_groups:
            known.update(group["params"])
            if ("param_names" in param_group) != ("param_names" in group):
                names = "with names" if "param_names" in param_group else "without names"
                raise ValueError(f"all optimizer param groups should be with/without names. cannot add param group {names} to the optimizer")
        if not known.isdisjoint(params):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append(param_group)


def _cast(param, value, key=None):
    """Loaded state in the type of its parameter."""
    if isinstance(value, torch.Tensor):
        return value.to(dtype=param.dtype) if key != "step" and param.is_floating_point() else value
    if isinstance(value, dict):
        return {k: _cast(param, v, k) for k, v in value.items()}
    if isinstance(value, _abc.Iterable) and not isinstance(value, str):
        return type(value)(_cast(param, v) for v in value)
    return value


def check_fused(fused, foreach, differentiable):
    """Which implementations exclude each other. They compute the same here."""
    if fused and differentiable:
        raise RuntimeError("`fused` does not support `differentiable`")
    if fused and foreach:
        raise RuntimeError("`fused` and `foreach` cannot be `True` together.")


def loss_of(closure):
    """The loss that a closure computes, with gradients switched on."""
    if closure is None:
        return None
    with torch.enable_grad():
        return closure()
