"""Methods of Module that save and load its state."""

import functools as _functools
from collections import OrderedDict as _OrderedDict, namedtuple as _namedtuple

from ...utils.hooks import RemovableHandle
from ..._bridge import warn as _warn
from ..._tensor import Tensor
from ..parameter import Parameter

_EXTRA_STATE = "_extra_state"


class _IncompatibleKeys(_namedtuple("IncompatibleKeys", ["missing_keys", "unexpected_keys"])):
    __slots__ = ()

    def __repr__(self):
        return "<All keys matched successfully>" if not self.missing_keys and not self.unexpected_keys else super().__repr__()

    __str__ = __repr__


def _own_tensors(module):
    """Names and values of the parameters and saved buffers of one module, without its children."""
    yield from ((name, p) for name, p in module._parameters.items())
    yield from ((name, b) for name, b in module._buffers.items() if name not in module._non_persistent_buffers_set)


def _overrides(module, method):
    from .module import Module

    return getattr(type(module), method) is not getattr(Module, method)


def get_extra_state(self):
    raise RuntimeError(
        "Reached a code path in Module.get_extra_state() that should never be called. Please file an issue at "
        "https://github.com/pytorch/pytorch/issues/new?template=bug-report.yml to report this bug.")


def set_extra_state(self, state):
    raise RuntimeError(
        "Reached a code path in Module.set_extra_state() that should never be called. Please file an issue at "
        "https://github.com/pytorch/pytorch/issues/new?template=bug-report.yml to report this bug.")


# ------------------------------------------------------------------ saving


def _save_to_state_dict(self, destination, prefix, keep_vars):
    for name, tensor in _own_tensors(self):
        if tensor is not None:
            destination[prefix + name] = tensor if keep_vars else tensor.detach()
    if _overrides(self, "get_extra_state"):
        destination[prefix + _EXTRA_STATE] = self.get_extra_state()


def state_dict(self, *args, destination=None, prefix="", keep_vars=False):
    """Ordered dictionary of all parameters and persistent buffers. The tensors share memory with the module's."""
    if args:
        destination = args[0] if destination is None else destination
        prefix = args[1] if len(args) > 1 and prefix == "" else prefix
        keep_vars = args[2] if len(args) > 2 and keep_vars is False else keep_vars
    if destination is None:
        destination = _OrderedDict()
        destination._metadata = _OrderedDict()
    metadata = {"version": self._version}
    if hasattr(destination, "_metadata"):
        destination._metadata[prefix[:-1]] = metadata
    for hook in self._state_dict_pre_hooks.values():
        hook(self, prefix, keep_vars)
    self._save_to_state_dict(destination, prefix, keep_vars)
    for name, module in self._modules.items():
        if module is not None:
            module.state_dict(destination=destination, prefix=prefix + name + ".", keep_vars=keep_vars)
    for hook in self._state_dict_hooks.values():
        changed = hook(self, destination, prefix, metadata)
        if not getattr(hook, "_from_public_api", False):
            destination = destination if changed is None else changed
        elif changed is not None:
            raise RuntimeError("state_dict post-hook must return None")
    return destination


def register_state_dict_post_hook(self, hook):
    hook._from_public_api = True
    handle = RemovableHandle(self._state_dict_hooks)
    self._state_dict_hooks[handle.id] = hook
    return handle


def _register_state_dict_hook(self, hook):
    if getattr(hook, "_from_public_api", False):
        raise RuntimeError(
            "Cannot register the same function as the state dict post hook that was previously registered via register_state_dict_post_hook")
    handle = RemovableHandle(self._state_dict_hooks)
    self._state_dict_hooks[handle.id] = hook
    return handle


def register_state_dict_pre_hook(self, hook):
    handle = RemovableHandle(self._state_dict_pre_hooks)
    self._state_dict_pre_hooks[handle.id] = hook
    return handle


# ------------------------------------------------------------------ loading


def _load_one(module, name, key, param, given, assign, error_msgs):
    """Puts a loaded tensor in the place of `param`."""
    from ... import no_grad
    from ..parameter import is_lazy

    lazy = is_lazy(param)
    if not lazy and len(param.shape) == 0 and len(given.shape) == 1:
        given = given[0]  # scalars of very old files
    if not lazy and given.shape != param.shape:
        error_msgs.append(
            f"size mismatch for {key}: copying a param with shape {given.shape} from checkpoint, the shape in current model is {param.shape}.")
        return
    try:
        with no_grad():
            if not assign:
                param.copy_(given)
            elif isinstance(param, Parameter):
                given = given if isinstance(given, Parameter) else Parameter(given, requires_grad=param.requires_grad)
                given.requires_grad_(param.requires_grad)
                setattr(module, name, given)
            else:
                setattr(module, name, given)
    except Exception as error:
        action = "assigning" if assign else "copying"
        error_msgs.append(
            f'While {action} the parameter named "{key}", whose dimensions in the model are {param.size()} and whose dimensions in the '
            f"checkpoint are {given.size()}, an exception occurred : {error.args}.")


def _load_from_state_dict(self, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs):
    for hook in self._load_state_dict_pre_hooks.values():
        hook(state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)
    assign = local_metadata.get("assign_to_params_buffers", False)
    own = {name: t for name, t in _own_tensors(self) if t is not None}
    for name, param in own.items():
        key = prefix + name
        if key not in state_dict:
            if strict:
                missing_keys.append(key)
            continue
        given = state_dict[key]
        if isinstance(given, Tensor) and param.is_meta and not given.is_meta and not assign:
            _warn(
                f"for {key}: copying from a non-meta parameter in the checkpoint to a meta parameter in the current model, which is a no-op. "
                "(Did you mean to pass `assign=True` to assign items in the state dictionary to their corresponding key in the module instead "
                "of copying them in place?)"
            )
        if not isinstance(given, Tensor):
            error_msgs.append(
                f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object from checkpoint but received {type(given)}')
            continue
        _load_one(self, name, key, param, given, assign, error_msgs)
    extra = prefix + _EXTRA_STATE
    if _overrides(self, "set_extra_state"):
        if extra in state_dict:
            self.set_extra_state(state_dict[extra])
        elif strict:
            missing_keys.append(extra)
    elif strict and extra in state_dict:
        unexpected_keys.append(extra)
    if strict:
        for key in state_dict:
            if key.startswith(prefix) and key != extra:
                first, *deeper = key[len(prefix):].split(".", 1)
                if (first not in self._modules) if deeper else (first not in own):
                    unexpected_keys.append(key)


def load_state_dict(self, state_dict, strict=True, assign=False):
    """Copies a state dictionary into the module. Returns the names that were missing and unexpected."""
    from collections.abc import Mapping

    if not isinstance(state_dict, Mapping):
        raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
    missing_keys, unexpected_keys, error_msgs = [], [], []
    metadata = getattr(state_dict, "_metadata", None)
    state_dict = _OrderedDict(state_dict)
    if metadata is not None:
        state_dict._metadata = metadata

    def load(module, local, prefix=""):
        local_metadata = {} if metadata is None else metadata.get(prefix[:-1], {})
        if assign:
            local_metadata["assign_to_params_buffers"] = assign
        module._load_from_state_dict(local, prefix, local_metadata, True, missing_keys, unexpected_keys, error_msgs)
        for name, child in module._modules.items():
            if child is not None:
                inner = prefix + name + "."
                load(child, {k: v for k, v in local.items() if k.startswith(inner)}, inner)
        incompatible = _IncompatibleKeys(missing_keys, unexpected_keys)
        for hook in module._load_state_dict_post_hooks.values():
            if hook(module, incompatible) is not None:
                raise AssertionError(
                    "Hooks registered with ``register_load_state_dict_post_hook`` are notexpected to return new values, if incompatible_keys need to be modified,it should be done inplace.")

    load(self, state_dict)
    if strict:
        if unexpected_keys:
            error_msgs.insert(0, "Unexpected key(s) in state_dict: {}. ".format(", ".join(f'"{k}"' for k in unexpected_keys)))
        if missing_keys:
            error_msgs.insert(0, "Missing key(s) in state_dict: {}. ".format(", ".join(f'"{k}"' for k in missing_keys)))
    if error_msgs:
        raise RuntimeError("Error(s) in loading state_dict for {}:\n\t{}".format(type(self).__name__, "\n\t".join(error_msgs)))
    return _IncompatibleKeys(missing_keys, unexpected_keys)


def _register_load_state_dict_pre_hook(self, hook, with_module=False):
    handle = RemovableHandle(self._load_state_dict_pre_hooks)
    self._load_state_dict_pre_hooks[handle.id] = _functools.partial(hook, self) if with_module else hook
    return handle


def register_load_state_dict_pre_hook(self, hook):
    return self._register_load_state_dict_pre_hook(hook, with_module=True)


def register_load_state_dict_post_hook(self, hook):
    handle = RemovableHandle(self._load_state_dict_post_hooks)
    self._load_state_dict_post_hooks[handle.id] = hook
    return handle
