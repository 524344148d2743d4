"""Nodes of the backward graph as Python sees them, hooks' handles, saved-tensor hooks."""

import contextlib as _contextlib
import json as _json
import re as _re
import weakref as _weakref
from collections import OrderedDict as _OrderedDict

from .. import _bridge as B
from .._bridge import natives, wrap
from ..utils import hooks as _hooks


class RemovableHandle(_hooks.RemovableHandle):
    """Removes a hook that the engine keeps. To Python it is the one class of handles that PyTorch has."""

    __module__ = _hooks.__name__

    def __init__(self, remove):
        super().__init__(_hooks.NO_HOOKS)
        self._remove = remove

    def remove(self):
        if self._remove is not None:
            self._remove()
            self._remove = None


class Node(B.Held):
    """A backward node."""

    __slots__ = ("__dict__",)

    def name(self):
        """Name of the node, with its C++ namespace where PyTorch's machinery and not an operator made it."""
        return natives.node_name(self)

    @property
    def next_functions(self):
        return tuple((node_of(n._h) if n is not None else None, k) for n, k in B.decode(natives.node_next(self)))

    @property
    def metadata(self):
        return self.__dict__.setdefault("_metadata", {})

    def _sequence_nr(self):
        return natives.node_seq(self)

    def register_hook(self, hook):
        number = B.register(hook)
        h = natives.node_register_hook(self, number)
        return RemovableHandle(lambda: (natives.remove_node_hook(self, h), B.unregister(number)))

    def register_prehook(self, hook):
        number = B.register(hook)
        h = natives.node_register_prehook(self, number)
        return RemovableHandle(lambda: (natives.remove_node_hook(self, h), B.unregister(number)))

    @property
    def variable(self):
        h = natives.node_variable(self)
        if not h:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute 'variable'")
        return wrap(h)

    def __call__(self, *grads):
        result = B.decode(natives.node_call(self, list(grads)))
        return result[0] if len(result) == 1 else result

    def __getattr__(self, name):
        if name.startswith("_raw_saved_"):
            h = natives.node_raw_saved(self, name[11:])
            if isinstance(h, int):
                return SavedTensor(h)
        if name.startswith("_saved_"):
            names = B.decode(natives.node_saved_names(self))
            if name[7:] in names:
                return B.decode(natives.node_saved(self, name[7:]))[0]
        ctx = self.__dict__.get("_ctx")
        if ctx is not None:
            return getattr(ctx(), name)  # in PyTorch the node of a user's function is its context
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __dir__(self):
        saved = B.decode(natives.node_saved_names(self))
        return ["name", "next_functions", "metadata", "register_hook", "register_prehook", *["_saved_" + n for n in saved],
                *["_raw_saved_" + n for n in saved if isinstance(natives.node_raw_saved(self, n), int)]]


class SavedTensor(B.Held):
    """What a node keeps of a tensor."""

    __slots__ = ()
    __module__ = "torch._C._autograd"

    def register_hooks(self, pack_hook, unpack_hook):
        """From now on the tensor is kept as what `pack_hook` makes of it. Error: there are hooks already, or it was freed."""
        natives.saved_register_hooks(self, B.register((pack_hook, unpack_hook)))


_classes = {}
_nodes = _weakref.WeakValueDictionary()


def node_of(handle):
    """The Python object of a node: its class carries the node's name."""
    node = _nodes.get(handle)
    if node is not None:
        return node
    number = B.NATIVE["node_name"]
    full = B._call_native(number, B._spec("g"), 0, handle)
    cls = _classes.get(full)
    if cls is None:
        namespace, _, name = full.rpartition("::")
        module = "builtins" if namespace or _re.search(r"Backward\d+$", name) else "torch.autograd.function"
        cls = _classes[full] = type(name, (Node,), {"__module__": module, "__slots__": ()})
        cls.__repr__, cls._repr_pretty_ = _repr, _repr_pretty
    node = cls(handle)
    _nodes[handle] = node
    return node


def _repr(self):
    name, address = _shown(self)
    return f"<{name} object at {address}>"


def _repr_pretty(self, p, cycle):
    """As IPython prints an object without a `__repr__` of its own."""
    name, address = _shown(self)
    p.text(f"<{name} at {address}>")


def _shown(self):
    cls = type(self)
    name = cls.__name__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__name__}"
    return name, hex(0x7F0000000000 + natives.node_id(self) * 64)


class saved_tensors_hooks:
    """Replaces what saved tensors are kept as."""

    def __init__(self, pack_hook, unpack_hook):
        self._number = B.register((pack_hook, unpack_hook))

    def __enter__(self):
        if _disabled:
            raise RuntimeError(_disabled[-1])
        natives.push_saved_hooks(self._number)

    def __exit__(self, *exc):
        natives.pop_saved_hooks()
        return False


class save_on_cpu(saved_tensors_hooks):
    def __init__(self, pin_memory=False, device_type="cuda"):
        super().__init__(lambda t: t, lambda t: t)


_disabled = []  # messages of the blocks that forbid hooks, innermost last


class disable_saved_tensors_hooks(_contextlib.ContextDecorator):
    """While it lasts, using saved-tensor hooks raises the given message."""

    def __init__(self, error_message):
        self.error_message = error_message

    def __enter__(self):
        _disabled.append(self.error_message)

    def __exit__(self, *exc):
        _disabled.pop()
        return False


class GradientEdge(tuple):
    def __new__(cls, node, output_nr):
        return tuple.__new__(cls, (node, output_nr))

    node = property(lambda self: self[0])
    output_nr = property(lambda self: self[1])


def register_multi_grad_hook(tensors, fn, *, mode="all"):
    """Calls `fn` when the gradients of all `tensors` are there (mode "all": with the list of them) or the first one is ("any": with it)."""
    if mode not in ("all", "any"):
        raise ValueError(f"Expects mode to be one of ('all', 'any') but got {mode}")
    tensors = tuple(tensors)
    found = {}

    def arrived(k, grad):
        if mode == "any":
            # The first of a backward pass; the set of the others tells when the next pass begins.
            if not found or k in found:
                found.clear()
                fn(grad)
            found[k] = True
            return
        found[k] = grad
        if len(found) == len(tensors):
            grads = [found[i] for i in range(len(tensors))]
            found.clear()
            fn(grads)

    handles = [t.register_hook(lambda grad, k=k: arrived(k, grad)) for k, t in enumerate(tensors)]
    return RemovableHandle(lambda: [handle.remove() for handle in handles] and None)


def get_gradient_edge(tensor):
    """Where the gradient of a tensor goes: its node and which of the node's outputs it is. Error: the tensor does not require grad."""
    if not tensor.requires_grad:
        raise RuntimeError("It is not possible to get the gradient edge for a Tensor that does not require gradients")
    if tensor.grad_fn is not None:
        return GradientEdge(tensor.grad_fn, tensor.output_nr)
    from . import enable_grad

    # A leaf's accumulator is what follows in the graph of anything computed from it.
    with enable_grad():
        return GradientEdge(*tensor.view_as(tensor).grad_fn.next_functions[0])
