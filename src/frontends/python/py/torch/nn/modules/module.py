"""torch.nn.Module."""

from collections import OrderedDict as _OrderedDict

from ... import _bridge as B, _calls
from ..._bridge import natives
from ..._tensor import Tensor
from ..parameter import Buffer, Parameter
from . import _hooks

__all__ = ["Module", "register_module_forward_pre_hook", "register_module_forward_hook", "register_module_full_backward_pre_hook",
           "register_module_backward_hook", "register_module_full_backward_hook", "register_module_buffer_registration_hook",
           "register_module_module_registration_hook", "register_module_parameter_registration_hook"]

from ._hooks import (  # noqa: E402
    register_module_backward_hook, register_module_buffer_registration_hook, register_module_forward_hook,
    register_module_forward_pre_hook, register_module_full_backward_hook, register_module_full_backward_pre_hook,
    register_module_module_registration_hook, register_module_parameter_registration_hook,
)


def _typename(x):
    from ... import typename

    return typename(x)


# ------------------------------------------------------------------ calls, as the engine's observer sees them


def _label(module):
    """What a module is called in the picture: attribute and class name."""
    name = getattr(module, "_call_name", "")
    label = module._call_label = f"{name}: {type(module).__name__}" if name else type(module).__name__
    return label


def _name_call(module, name):
    """A parent gave a module its attribute name. Containers that are never called themselves pass theirs on."""
    module._call_name = name
    module._call_label = None
    if type(module).forward is Module.forward:
        for child_name, child in module.__dict__["_modules"].items():
            if child is not None:
                _name_call(child, f"{name}.{child_name}")


class Module:
    """Base class of everything that has parameters."""

    __slots__ = ("_call_name", "_call_label", "__dict__", "__weakref__")  # out of sight of `vars(module)`
    dump_patches = False
    _version = 1
    training: bool
    call_super_init = False

    def __init__(self, *args, **kwargs):
        if self.call_super_init is False and kwargs:
            raise TypeError(f"{type(self).__name__}.__init__() got an unexpected keyword argument '{next(iter(kwargs))}'")
        if self.call_super_init is False and args:
            raise TypeError(
                f"{type(self).__name__}.__init__() takes 1 positional argument but {len(args) + 1} were given")
        state = self.__dict__
        state["training"] = True
        state["_parameters"] = {}
        state["_buffers"] = {}
        state["_non_persistent_buffers_set"] = set()
        state["_backward_pre_hooks"] = _OrderedDict()
        state["_backward_hooks"] = _OrderedDict()
        state["_is_full_backward_hook"] = None
        state["_forward_hooks"] = _OrderedDict()
        state["_forward_hooks_with_kwargs"] = _OrderedDict()
        state["_forward_hooks_always_called"] = _OrderedDict()
        state["_forward_pre_hooks"] = _OrderedDict()
        state["_forward_pre_hooks_with_kwargs"] = _OrderedDict()
        state["_state_dict_hooks"] = _OrderedDict()
        state["_state_dict_pre_hooks"] = _OrderedDict()
        state["_load_state_dict_pre_hooks"] = _OrderedDict()
        state["_load_state_dict_post_hooks"] = _OrderedDict()
        state["_modules"] = {}
        if self.call_super_init:
            super().__init__(*args, **kwargs)

    def forward(self, *input):
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    # ---------------------------------------------------------------- calls

    def __call__(self, *args, **kwargs):
        try:
            label = self._call_label or _label(self)
        except AttributeError:
            label = _label(self)
        outer = _calls.begin_module(label)
        try:
            return self._call_impl(*args, **kwargs)
        finally:
            _calls.end_module(outer)

    def _call_impl(self, *args, **kwargs):
        state = self.__dict__
        if "_forward_hooks" in state and not (
                state["_forward_hooks"] or state["_forward_pre_hooks"] or state["_backward_hooks"] or state["_backward_pre_hooks"]
                or _hooks.ANY):
            return self.forward(*args, **kwargs)
        return _hooks.call(self, args, kwargs)

    _wrapped_call_impl = __call__

    # ---------------------------------------------------------------- registration

    def register_buffer(self, name, tensor, persistent=True):
        """Adds a tensor that is part of the module's state but is not trained."""
        if "_buffers" not in self.__dict__:
            raise AttributeError("cannot assign buffer before Module.__init__() call")
        _check_name(self, "buffer", name, self._buffers)
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(f"cannot assign '{_typename(tensor)}' object to buffer '{name}' (torch Tensor or None required)")
        for hook in _hooks.BUFFER_REGISTRATION.values():
            changed = hook(self, name, tensor)
            tensor = tensor if changed is None else changed
        self._buffers[name] = tensor
        if persistent:
            self._non_persistent_buffers_set.discard(name)
        else:
            self._non_persistent_buffers_set.add(name)

    def register_parameter(self, name, param):
        """Adds a parameter; None reserves the name."""
        if "_parameters" not in self.__dict__:
            raise AttributeError("cannot assign parameter before Module.__init__() call")
        _check_name(self, "parameter", name, self._parameters)
        if param is None:
            self._parameters[name] = None
            return
        if not isinstance(param, Parameter):
            raise TypeError(f"cannot assign '{_typename(param)}' object to parameter '{name}' (torch.nn.Parameter or None required)")
        if param.grad_fn is not None:
            raise ValueError(
                f"Cannot assign non-leaf Tensor to parameter '{name}'. Model parameters must be created explicitly. To express '{name}' "
                "as a function of another Tensor, compute the value in the forward() method.")
        for hook in _hooks.PARAMETER_REGISTRATION.values():
            changed = hook(self, name, param)
            param = param if changed is None else changed
        self._parameters[name] = param

    def add_module(self, name, module):
        """Adds a child module; None reserves the name."""
        if not isinstance(module, Module) and module is not None:
            raise TypeError(f"{_typename(module)} is not a Module subclass")
        if not isinstance(name, str):
            raise TypeError(f"module name should be a string. Got {_typename(name)}")
        if hasattr(self, name) and name not in self._modules:
            raise KeyError(f"attribute '{name}' already exists")
        if "." in name:
            raise KeyError(f'module name can\'t contain ".", got: {name}')
        if name == "":
            raise KeyError('module name can\'t be empty string ""')
        self._add_child(name, module)

    register_module = add_module

    def _add_child(self, name, module):
        for hook in _hooks.MODULE_REGISTRATION.values():
            changed = hook(self, name, module)
            module = module if changed is None else changed
        self._modules[name] = module
        if module is not None:
            prefix = getattr(self, "_call_name", "") if type(self).forward is Module.forward else ""
            _name_call(module, f"{prefix}.{name}" if prefix else name)

    # ---------------------------------------------------------------- paths

    def get_submodule(self, target):
        """The module at a dotted path."""
        module = self
        for item in target.split(".") if target else ():
            if not hasattr(module, item):
                raise AttributeError(module._get_name() + " has no attribute `" + item + "`")
            module = getattr(module, item)
            if not isinstance(module, Module):
                raise AttributeError("`" + item + "` is not an nn.Module")
        return module

    def set_submodule(self, target, module):
        """Puts a module at a dotted path; its last name may be new."""
        if target == "":
            raise ValueError("Cannot set the submodule without a target name!")
        path, _, name = target.rpartition(".")
        setattr(self.get_submodule(path), name, module)

    def get_parameter(self, target):
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        if not hasattr(module, name):
            raise AttributeError(module._get_name() + " has no attribute `" + name + "`")
        param = getattr(module, name)
        if not isinstance(param, Parameter):
            raise AttributeError("`" + name + "` is not an nn.Parameter")
        return param

    def get_buffer(self, target):
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        if not hasattr(module, name):
            raise AttributeError(module._get_name() + " has no attribute `" + name + "`")
        buffer = getattr(module, name)
        if name not in module._buffers:
            raise AttributeError("`" + name + "` is not a buffer")
        return buffer

    # ---------------------------------------------------------------- attributes

    def __setstate__(self, state):
        self.__dict__.update(state)
        blank = Module()
        for name, value in blank.__dict__.items():  # what older pickles lack
            if name.startswith("_"):
                self.__dict__.setdefault(name, value)
        for name, child in self.__dict__["_modules"].items():
            if child is not None:
                _name_call(child, name)

    def __getstate__(self):
        return self.__dict__

    def __getattr__(self, name):
        state = self.__dict__
        for table in ("_parameters", "_buffers", "_modules"):
            values = state.get(table)
            if values is not None and name in values:
                return values[name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __setattr__(self, name, value):
        if name in ("_call_name", "_call_label"):
            object.__setattr__(self, name, value)
            return
        state = self.__dict__
        params = state.get("_parameters")
        if isinstance(value, Parameter):
            if params is None:
                raise AttributeError("cannot assign parameters before Module.__init__() call")
            _forget(self, name, "_parameters")
            self.register_parameter(name, value)
            return
        if params is not None and name in params:
            if value is not None:
                raise TypeError(f"cannot assign '{_typename(value)}' as parameter '{name}' (torch.nn.Parameter or None expected)")
            self.register_parameter(name, value)
            return
        modules = state.get("_modules")
        if isinstance(value, Module):
            if modules is None:
                raise AttributeError("cannot assign module before Module.__init__() call")
            _forget(self, name, "_modules")
            self._add_child(name, value)
            return
        if modules is not None and name in modules:
            if value is not None:
                raise TypeError(f"cannot assign '{_typename(value)}' as child module '{name}' (torch.nn.Module or None expected)")
            self._add_child(name, value)
            return
        buffers = state.get("_buffers")
        if isinstance(value, Buffer) or (buffers is not None and name in buffers):
            if value is not None and not isinstance(value, Tensor):
                raise TypeError(f"cannot assign '{_typename(value)}' as buffer '{name}' (torch.nn.Buffer, torch.Tensor or None expected)")
            if isinstance(value, Buffer):
                _forget(self, name, "_buffers")
                self.register_buffer(name, value, value.persistent)
            else:
                for hook in _hooks.BUFFER_REGISTRATION.values():
                    changed = hook(self, name, value)
                    value = value if changed is None else changed
                buffers[name] = value
            return
        object.__setattr__(self, name, value)

    def __delattr__(self, name):
        if name in self._parameters:
            del self._parameters[name]
        elif name in self._buffers:
            del self._buffers[name]
            self._non_persistent_buffers_set.discard(name)
        elif name in self._modules:
            del self._modules[name]
        else:
            super().__delattr__(name)

    def __dir__(self):
        names = dir(self.__class__) + list(self.__dict__) + list(self._parameters) + list(self._modules) + list(self._buffers)
        return sorted(n for n in names if not n[0].isdigit())

    # ---------------------------------------------------------------- text

    def _get_name(self):
        return self.__class__.__name__

    def extra_repr(self):
        """What `repr` shows between the parentheses."""
        return ""

    def __repr__(self):
        extra = self.extra_repr()
        extra_lines = extra.split("\n") if extra else []
        child_lines = [f"({name}): " + _indent(repr(module), 2) for name, module in self._modules.items()]
        head = self._get_name() + "("
        lines = extra_lines + child_lines
        if not lines:
            return head + ")"
        if len(extra_lines) == 1 and not child_lines:
            return head + extra_lines[0] + ")"
        return head + "\n  " + "\n  ".join(lines) + "\n)"

    from ._apply import (
        _apply, apply, bfloat16, compile, cpu, cuda, double, eval, float, half, ipu, requires_grad_, share_memory, to, to_empty, train,
        type, xpu, zero_grad,
    )
    from ._hooks import (
        register_backward_hook, register_forward_hook, register_forward_pre_hook, register_full_backward_hook,
        register_full_backward_pre_hook,
    )
    from ._state_dict import (
        _load_from_state_dict, _register_load_state_dict_pre_hook, _register_state_dict_hook, _save_to_state_dict, get_extra_state,
        load_state_dict, register_load_state_dict_post_hook, register_load_state_dict_pre_hook, register_state_dict_post_hook,
        register_state_dict_pre_hook, set_extra_state, state_dict,
    )
    from ._traversal import (
        _named_members, buffers, children, modules, named_buffers, named_children, named_modules, named_parameters, parameters,
    )


def _check_name(module, kind, name, table):
    if not isinstance(name, str):
        raise TypeError(f"{kind} name should be a string. Got {_typename(name)}")
    if "." in name:
        raise KeyError(f'{kind} name can\'t contain "."')
    if name == "":
        raise KeyError(f'{kind} name can\'t be empty string ""')
    if name not in table and hasattr(module, name):
        raise KeyError(f"attribute '{name}' already exists")


def _forget(module, name, keep):
    """A name moves to the table `keep`: the other places give it up."""
    state = module.__dict__
    state.pop(name, None)
    for table in ("_parameters", "_buffers", "_modules"):
        if table != keep and table in state:
            state[table].pop(name, None)
    state.get("_non_persistent_buffers_set", set()).discard(name)


def _indent(text, spaces):
    """Every line but the first, moved to the right."""
    first, *rest = text.split("\n")
    return "\n".join([first, *[" " * spaces + line for line in rest]])


_addindent = _indent
for _name, _function in list(vars(Module).items()):
    if getattr(_function, "__module__", "").startswith("torch.nn.modules._") and hasattr(_function, "__qualname__"):
        _function.__qualname__, _function.__module__ = "Module." + _name, __name__
