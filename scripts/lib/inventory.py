"""Prints, as JSON, what the Python side has: sections of names with their signatures and the first lines of their docstrings."""

import importlib
import inspect
import json
import types

SECTIONS = {
    "torch": ["torch"],
    "Tensor": ["torch.Tensor"],
    "linalg": ["torch.linalg"],
    "fft": ["torch.fft"],
    "special": ["torch.special"],
    "nn.Module": ["torch.nn.Module"],
    "optim.Optimizer": ["torch.optim.Optimizer"],
    "nn": ["torch.nn"],
    "nn.functional": ["torch.nn.functional"],
    "nn.init": ["torch.nn.init"],
    "nn.utils": ["torch.nn.utils"],
    "nn.utils.rnn": ["torch.nn.utils.rnn"],
    "nn.utils.parametrize": ["torch.nn.utils.parametrize", "torch.nn.utils.parametrizations"],
    "nn.utils.prune": ["torch.nn.utils.prune"],
    "optim": ["torch.optim"],
    "optim.lr_scheduler": ["torch.optim.lr_scheduler"],
    "optim.swa_utils": ["torch.optim.swa_utils"],
    "func": ["torch.func"],
    "autograd": ["torch.autograd"],
    "autograd.functional": ["torch.autograd.functional"],
    "autograd.graph": ["torch.autograd.graph"],
    "autograd.forward_ad": ["torch.autograd.forward_ad"],
    "utils.data": ["torch.utils.data"],
    "utils.checkpoint": ["torch.utils.checkpoint"],
    "distributions": ["torch.distributions"],
    "numpy": ["numpy"],
    "numpy.linalg": ["numpy.linalg"],
    "numpy.random": ["numpy.random"],
    "matplotlib.pyplot": ["matplotlib.pyplot"],
    "torchvision.transforms": ["torchvision.transforms"],
    "torchvision.transforms.functional": ["torchvision.transforms.functional"],
    "torchvision.utils": ["torchvision.utils"],
    "tqdm": ["tqdm"],
    "graphviz": ["graphviz"],
    "torchviz": ["torchviz"],
    "sklearn.datasets": ["sklearn.datasets"],
    "sklearn.model_selection": ["sklearn.model_selection"],
    "sklearn.preprocessing": ["sklearn.preprocessing"],
    "sklearn.metrics": ["sklearn.metrics"],
    "sklearn.linear_model": ["sklearn.linear_model"],
    "sklearn.decomposition": ["sklearn.decomposition"],
    "seaborn": ["seaborn"],
}
HELPERS = {"natives", "wrap", "warn", "Tensor", "Any", "Callable", "Optimizer"}


class Named:
    """A function as a default value: its address says nothing and differs between builds."""

    def __init__(self, function):
        self.function = function

    def __repr__(self):
        return f"{self.function.__module__}.{self.function.__name__}"


def shown(parameter):
    default = parameter.default
    named = Named(default) if inspect.isroutine(default) else default
    return str(parameter.replace(annotation=inspect.Parameter.empty, default=named))


def signature(value):
    try:
        found = inspect.signature(value)
    except (TypeError, ValueError):
        return ""
    return "(" + ", ".join(
        shown(p) for name, p in found.parameters.items() if name not in ("self", "device", "dtype") and not name.startswith("_")) + ")"


def written(value):
    """The function behind one that programs see as built in."""
    seen_as_built_in = type(value).__name__ in ("builtin_function_or_method", "method_descriptor")
    return value.__call__ if seen_as_built_in and isinstance(value.__call__, types.FunctionType) else value


def entry(name, value):
    value = written(value)
    own = inspect.isfunction(value) or isinstance(value, property) or "__doc__" in getattr(value, "__dict__", {})
    doc = (inspect.getdoc(value) or "").split("\n")[0] if own and value.__doc__ else ""
    return {"name": name, "signature": signature(value), "doc": doc if not doc.startswith("partial(") else ""}


def members(path):
    """Public members of a class, or of torch itself: constants and properties too."""
    owner, _, name = path.rpartition(".")
    whole = getattr(importlib.import_module(owner), name) if owner else importlib.import_module(path)
    for name in dir(whole):
        value = inspect.getattr_static(whole, name) if owner else getattr(whole, name)
        if not name.startswith("_") and not isinstance(value, types.ModuleType) and name not in HELPERS:
            yield entry(name, getattr(whole, name) if inspect.isroutine(value) else value)


def entries(section, path):
    if path == "torch" or path.rpartition(".")[2][0].isupper():
        yield from members(path)
        return
    module = importlib.import_module(path)
    # Functions that are operators of the engine are in torch.nn.functional without being written there.
    home = "" if path == "torch.nn.functional" else path.split(".")[0] if not path.startswith("torch") else path
    for name in sorted(set(dir(module)) | set(getattr(module, "__all__", []))):
        value = getattr(module, name, None)
        own = str(getattr(value, "__module__", None) or path)
        is_public = not name.startswith("_") and callable(value) and not isinstance(value, types.ModuleType)
        if is_public and own.lstrip("_").startswith(home) and (name not in HELPERS or section == "optim"):
            yield entry(name, value)


print(json.dumps({section: [e for path in paths for e in entries(section, path)] for section, paths in SECTIONS.items()}))
