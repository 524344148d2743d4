"""Functions and modules that are traced."""

from .. import nn
from ._functions import ScriptFunction
from ._script import RecursiveScriptModule, scripted


class TopLevelTracedModule(RecursiveScriptModule):
    """What `trace` makes of a module. It prints under the name of that module's class."""

    def _get_name(self):
        return self.original_name


def trace(func, example_inputs=None, *args, example_kwarg_inputs=None, **kwargs):
    """Runs a function or module once, and gives it back as traced. Calls run it as Python again: control flow stays alive."""
    traced = scripted(func, TopLevelTracedModule) if isinstance(func, nn.Module) else ScriptFunction(func)
    if example_kwarg_inputs is not None:
        traced(**example_kwarg_inputs)
    else:
        traced(*(example_inputs if isinstance(example_inputs, (tuple, list)) else (example_inputs,)))
    return traced


def trace_module(mod, inputs, *args, **kwargs):
    """`trace` of a module's methods: a dict of method name to example inputs."""
    traced = scripted(mod, TopLevelTracedModule)
    for name, example in inputs.items():
        getattr(traced, name)(*(example if isinstance(example, tuple) else (example,)))
    return traced
