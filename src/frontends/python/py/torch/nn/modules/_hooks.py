"""Hooks of modules: registration, and calls of modules that have some."""

import functools as _functools
from collections import OrderedDict as _OrderedDict

from ...utils.hooks import BackwardHook, RemovableHandle
from ..._bridge import warn
from ..._tensor import Tensor

FORWARD_PRE = _OrderedDict()
FORWARD = _OrderedDict()
FORWARD_WITH_KWARGS = _OrderedDict()
FORWARD_ALWAYS = _OrderedDict()
BACKWARD_PRE = _OrderedDict()
BACKWARD = _OrderedDict()
BUFFER_REGISTRATION = _OrderedDict()
MODULE_REGISTRATION = _OrderedDict()
PARAMETER_REGISTRATION = _OrderedDict()
_full = [None]  # are the global backward hooks of the full kind?


class _Any:
    """True when some hook exists that concerns calls of every module."""

    def __bool__(self):
        return bool(FORWARD_PRE or FORWARD or BACKWARD or BACKWARD_PRE)


ANY = _Any()


def _add(hooks, hook, extra=()):
    """Registers a hook; `extra` pairs flags with the dictionaries that list hooks having them."""
    handle = RemovableHandle(hooks, extra_dict=[d for _, d in extra])
    hooks[handle.id] = hook
    for flag, d in extra:
        if flag:
            d[handle.id] = True
    return handle


# ------------------------------------------------------------------ for all modules


def register_module_buffer_registration_hook(hook):
    return _add(BUFFER_REGISTRATION, hook)


def register_module_module_registration_hook(hook):
    return _add(MODULE_REGISTRATION, hook)


def register_module_parameter_registration_hook(hook):
    return _add(PARAMETER_REGISTRATION, hook)


def register_module_forward_pre_hook(hook):
    return _add(FORWARD_PRE, hook)


def register_module_forward_hook(hook, *, with_kwargs=False, always_call=False):
    return _add(FORWARD, hook, [(with_kwargs, FORWARD_WITH_KWARGS), (always_call, FORWARD_ALWAYS)])


def register_module_backward_hook(hook):
    if _full[0] is True:
        raise RuntimeError(
            "Cannot use both regular backward hooks and full backward hooks as a global Module hook. Please use only one of them.")
    _full[0] = False
    return _add(BACKWARD, hook)


def register_module_full_backward_pre_hook(hook):
    return _add(BACKWARD_PRE, hook)


def register_module_full_backward_hook(hook):
    if _full[0] is False:
        raise RuntimeError(
            "Cannot use both regular backward hooks and full backward hooks as a global Module hook. Please use only one of them.")
    _full[0] = True
    return _add(BACKWARD, hook)


# ------------------------------------------------------------------ methods of Module


def register_forward_pre_hook(self, hook, *, prepend=False, with_kwargs=False):
    handle = _add(self._forward_pre_hooks, hook, [(with_kwargs, self._forward_pre_hooks_with_kwargs)])
    if prepend:
        self._forward_pre_hooks.move_to_end(handle.id, last=False)
    return handle


def register_forward_hook(self, hook, *, prepend=False, with_kwargs=False, always_call=False):
    handle = _add(self._forward_hooks, hook, [(with_kwargs, self._forward_hooks_with_kwargs), (always_call, self._forward_hooks_always_called)])
    if prepend:
        self._forward_hooks.move_to_end(handle.id, last=False)
    return handle


def register_full_backward_pre_hook(self, hook, prepend=False):
    handle = _add(self._backward_pre_hooks, hook)
    if prepend:
        self._backward_pre_hooks.move_to_end(handle.id, last=False)
    return handle


def register_backward_hook(self, hook):
    if self._is_full_backward_hook is True:
        raise RuntimeError("Cannot use both regular backward hooks and full backward hooks on a single Module. Please use only one of them.")
    self._is_full_backward_hook = False
    return _add(self._backward_hooks, hook)


def register_full_backward_hook(self, hook, prepend=False):
    if self._is_full_backward_hook is False:
        raise RuntimeError("Cannot use both regular backward hooks and full backward hooks on a single Module. Please use only one of them.")
    self._is_full_backward_hook = True
    handle = _add(self._backward_hooks, hook)
    if prepend:
        self._backward_hooks.move_to_end(handle.id, last=False)
    return handle


# ------------------------------------------------------------------ calls


def _backward_hooks(module):
    """(full, non-full) backward hooks of a call."""
    full, partial = [], []
    (full if _full[0] is True else partial).extend(BACKWARD.values())
    (full if module._is_full_backward_hook is True else partial).extend(module._backward_hooks.values())
    return full, partial


def call(module, args, kwargs):
    """Calls a module's forward with everything that hooks want around it."""
    done = set()
    try:
        return _call(module, args, kwargs, done)
    except Exception:
        _run_always_called(module, args, kwargs, done)
        raise


def _run_always_called(module, args, kwargs, done):
    """forward failed: hooks that are always called and have not run yet run with the result None."""
    for always, hooks, with_kwargs in ((FORWARD_ALWAYS, FORWARD, FORWARD_WITH_KWARGS),
                                       (module._forward_hooks_always_called, module._forward_hooks, module._forward_hooks_with_kwargs)):
        for number, hook in list(hooks.items()):
            if number not in always or number in done:
                continue
            try:
                hook(module, args, kwargs, None) if number in with_kwargs else hook(module, args, None)
            except Exception as error:
                warn(f"{'module' if hooks is module._forward_hooks else 'global module'} forward hook with ``always_call=True`` raised an exception "
                     f"that was silenced as another error was raised in forward: {error}")


def _call(module, args, kwargs, done):
    full, partial = _backward_hooks(module)
    pre = [*BACKWARD_PRE.values(), *module._backward_pre_hooks.values()]
    for number, hook in [*FORWARD_PRE.items(), *module._forward_pre_hooks.items()]:
        if number in module._forward_pre_hooks_with_kwargs:
            changed = hook(module, args, kwargs)
            if changed is not None:
                if not (isinstance(changed, tuple) and len(changed) == 2):
                    raise RuntimeError(f"forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got {changed}.")
                args, kwargs = changed
        else:
            changed = hook(module, args)
            if changed is not None:
                args = changed if isinstance(changed, tuple) else (changed,)
    around = BackwardHook(module, full, pre) if full or pre else None
    if around is not None:
        args = around.setup_input_hook(args)
    result = module.forward(*args, **kwargs)
    for number, hook in [*FORWARD.items(), *module._forward_hooks.items()]:
        done.add(number)
        wants_kwargs = number in module._forward_hooks_with_kwargs or number in FORWARD_WITH_KWARGS
        changed = hook(module, args, kwargs, result) if wants_kwargs else hook(module, args, result)
        result = result if changed is None else changed
    if around is not None:
        if not isinstance(result, (Tensor, tuple)):
            warn("For backward hooks to be called, module output should be a Tensor or a tuple of Tensors but received " + f"{type(result)}")
        result = around.setup_output_hook(result)
    if partial:
        _hook_last_node(module, args, result, partial)
    return result


def _hook_last_node(module, args, result, hooks):
    """Hooks of the old kind hang on the node that made the output."""
    var = result
    while not isinstance(var, Tensor):
        var = next(v for v in var.values() if isinstance(v, Tensor)) if isinstance(var, dict) else var[0]
    node = var.grad_fn
    if node is None:
        return
    for hook in hooks:
        node.register_hook(_functools.update_wrapper(_functools.partial(hook, module), hook))
    reason = _why_partial(args, result, node)
    if reason is not None:
        warn(f"Using {reason}. Please use register_full_backward_hook to get the documented behavior.", FutureWarning)


def _why_partial(args, result, node):
    """What hooks of the old kind miss in a call, in PyTorch's words; None when nothing."""
    on_module = ("non-full backward hooks on a Module that does not {} a single Tensor or a tuple of Tensors is deprecated and will be removed in "
                 "future versions. This hook will be missing some of the {}")
    when = "a non-full backward hook when {} is deprecated and will be removed in future versions. This hook will be missing some {}"
    if not _only_tensors(result):
        return on_module.format("return", "grad_output")
    if not _only_tensors(args):
        return on_module.format("take as input", "grad_input")
    made = {t.grad_fn for t in (result if isinstance(result, tuple) else (result,)) if t.grad_fn is not None}
    if len(made) > 1:
        return when.format("outputs are generated by different autograd Nodes", "grad_output")
    given = {t.grad_fn for t in (args if isinstance(args, tuple) else (args,)) if t.grad_fn is not None}
    if given != {n for n, _ in node.next_functions}:
        return when.format("the forward contains multiple autograd Nodes", "grad_input")
    return None


def _only_tensors(x):
    return isinstance(x, Tensor) or isinstance(x, tuple) and all(isinstance(t, Tensor) for t in x)
