"""Modules that are scripted."""

import types as _types

from .. import nn
from ._functions import ScriptFunction


class _ScriptMeta(type):
    """Once a ScriptModule is made, its plain modules are scripted too."""

    def __call__(cls, *args, **kwargs):
        module = super().__call__(*args, **kwargs)
        module.__dict__["_modules"] = _children(module, RecursiveScriptModule)
        return module


class ScriptModule(nn.Module, metaclass=_ScriptMeta):
    """Base class of modules that are scripted."""

    @property
    def graph(self):
        raise NotImplementedError("the graph and code of TorchScript are not part of Backstep: modules run as Python")

    code = inlined_graph = graph

    def save(self, f, **kwargs):
        from ._serialization import save

        save(self, f, **kwargs)


class RecursiveScriptModule(ScriptModule):
    """What `script` makes of a module: its parameters, buffers, attributes and methods under the name of its class."""

    @property
    def original_name(self):
        return type(self._original).__name__

    def extra_repr(self):
        return "original_name=" + self.original_name

    def forward(self, *args, **kwargs):
        return type(self._original).forward(self, *args, **kwargs)

    def __getattr__(self, name):
        own = self.__dict__.get("_original")
        method = None if own is None else getattr(type(own), name, None)
        if method is None:
            return super().__getattr__(name)
        return method.__get__(self) if hasattr(method, "__get__") else method


for _name in ("__len__", "__iter__", "__contains__", "__getitem__"):

    def _special(self, *args, _name=_name):
        return getattr(self._original, _name)(*args)

    _special.__name__ = _name
    setattr(RecursiveScriptModule, _name, _special)


def _children(module, kind):
    return {name: child if child is None or isinstance(child, ScriptModule) else scripted(child, kind)
            for name, child in module.__dict__["_modules"].items()}


def scripted(module, kind):
    """A module of `kind` that shares everything with a module, but for its own children."""
    result = nn.Module.__new__(kind)
    result.__dict__.update(module.__dict__, _original=module, _modules=_children(module, kind))
    return result


def script(obj, optimize=None, _frames_up=0, _rcb=None, example_inputs=None):
    """A module as a RecursiveScriptModule, a function as a ScriptFunction, a class as it is."""
    if isinstance(obj, (ScriptModule, ScriptFunction)):
        return obj
    if isinstance(obj, nn.Module):
        return scripted(obj, RecursiveScriptModule)
    return ScriptFunction(obj) if isinstance(obj, (_types.FunctionType, _types.MethodType)) else obj


def freeze(mod, preserved_attrs=None, optimize_numerics=True):
    """A scripted module in eval mode, as it is. Errors: it is not scripted, or it trains."""
    if not isinstance(mod, ScriptModule):
        raise RuntimeError("Freezing expects a ScriptModule as input. Please use torch.jit.script or torch.jit.trace to script your 'nn.Module'.")
    if mod.training:
        raise RuntimeError("Freezing is currently only implemented for modules in eval mode. Please call .eval() on your module before freezing.")
    return mod


def optimize_for_inference(mod, other_methods=None):
    return freeze(mod.eval() if mod.training else mod)
