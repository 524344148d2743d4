"""Handles of hooks, and the hooks of modules that see gradients."""

import weakref as _weakref
from collections import OrderedDict as _OrderedDict


NO_HOOKS = _OrderedDict()


class RemovableHandle:
    """Removes one hook from the dictionary it was put in; also a context manager."""

    next_id = 0

    def __init__(self, hooks_dict, *, extra_dict=None):
        self.hooks_dict_ref = _weakref.ref(hooks_dict)
        self.id = RemovableHandle.next_id
        RemovableHandle.next_id += 1
        extra = [] if extra_dict is None else extra_dict if isinstance(extra_dict, list) else [extra_dict]
        self.extra_dict_ref = tuple(map(_weakref.ref, extra))

    def remove(self):
        for reference in (self.hooks_dict_ref, *self.extra_dict_ref):
            hooks = reference()
            if hooks is not None:
                hooks.pop(self.id, None)

    def __getstate__(self):
        return tuple(r() for r in (self.hooks_dict_ref, *self.extra_dict_ref)), self.id

    def __setstate__(self, state):
        hooks, self.id = state
        dicts = [_OrderedDict() if h is None else h for h in hooks]
        self.hooks_dict_ref = _weakref.ref(dicts[0])
        self.extra_dict_ref = tuple(map(_weakref.ref, dicts[1:]))
        RemovableHandle.next_id = max(RemovableHandle.next_id, self.id + 1)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.remove()


class _Weakrefable(_OrderedDict):
    pass


def warn_if_has_hooks(tensor):
    """Kept for programs that call it; hooks live in the engine."""


class BackwardHook:
    """
    The full backward (pre) hooks of one call of a module: identity functions around its inputs and outputs, whose
    backward passes tell the gradients of the outputs and of the inputs.
    """

    def __init__(self, module, user_hooks, user_pre_hooks):
        self.module, self.user_hooks, self.user_pre_hooks = module, user_hooks, user_pre_hooks
        self.grad_outputs = None
        self.inputs = self.outputs = None  # (number of values, places of tensors)
        self.n_inputs = 0

    def setup_input_hook(self, args):
        self.n_inputs = len(args)
        result, self.inputs = self._apply(args, lambda node: node.register_hook(self._at_inputs))
        return result

    def setup_output_hook(self, args):
        is_tuple = isinstance(args, tuple)
        result, self.outputs = self._apply(args if is_tuple else (args,), lambda node: node.register_prehook(self._at_outputs))
        return result if is_tuple else result[0]

    def _apply(self, values, on_node):
        from .. import Tensor, is_grad_enabled
        from ..nn.modules._functions import BackwardHookFunction

        places = [i for i, v in enumerate(values) if isinstance(v, Tensor)]
        if not is_grad_enabled() or not any(values[i].requires_grad for i in places):
            return values, None
        made = BackwardHookFunction.apply(*[values[i] for i in places])
        nodes = [t.grad_fn for t in made if t.grad_fn is not None]
        if nodes:
            on_node(nodes[0])
        result = list(values)
        for i, t in zip(places, made):
            result[i] = t
        if type(values) is tuple or not hasattr(values, "_fields"):
            result = tuple(result)
        else:
            result = type(values)(*result)
        return result, (len(values), places)

    @staticmethod
    def _spread(layout, grads):
        """Gradients of the tensors among `n` values, None for what is no tensor."""
        n, places = layout
        out = [None] * n
        for i, g in zip(places, grads):
            out[i] = g
        return tuple(out)

    def _at_outputs(self, grad_output):
        grads = self._spread(self.outputs, grad_output)
        for hook in self.user_pre_hooks:
            changed = hook(self.module, grads)
            if changed is None:
                continue
            changed = changed if isinstance(changed, tuple) else (changed,)
            if len(changed) != len(grads):
                raise RuntimeError(
                    f"Backward pre hook returned an invalid number of grad_output, got {len(changed)}, but expected {len(grads)}")
            grads = changed
        self.grad_outputs = grads
        if self.inputs is None:  # no input needs a gradient: the hooks run now
            for hook in self.user_hooks:
                changed = hook(self.module, (None,) * self.n_inputs, grads)
                if changed is not None and not (isinstance(changed, tuple) and all(c is None for c in changed)):
                    raise RuntimeError(
                        "Backward hook for Modules where no input requires gradient should always return None or None for all gradients.")
            self.grad_outputs = None
        return tuple(grads[i] for i in self.outputs[1])

    def _at_inputs(self, grad_input, _grad_output):
        if self.grad_outputs is None:
            return None  # the gradient came past the module's output, as in a double backward
        grads = self._spread(self.inputs, grad_input)
        for hook in self.user_hooks:
            changed = hook(self.module, grads, self.grad_outputs)
            if changed is None:
                continue
            changed = changed if isinstance(changed, tuple) else (changed,)
            if len(changed) != len(grads):
                raise RuntimeError(
                    f"Backward hook returned an invalid number of grad_input, got {len(changed)}, but expected {len(grads)}")
            grads = changed
        self.grad_outputs = None
        return tuple(grads[i] for i in self.inputs[1])
