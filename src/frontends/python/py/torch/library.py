"""torch.library: operators of one's own, with a derivative of one's own."""

import inspect as _inspect

from . import _bridge as B
from ._tensor import Tensor
from .autograd import Function
from .autograd.grad_mode import no_grad

__all__ = ["CustomOpDef", "custom_op", "register_autograd", "register_fake", "register_kernel"]
_operators = {}  # "namespace::name" -> CustomOpDef


class CustomOpDef:
    """An operator made of a Python function. Autograd sees one node, whatever the function does inside.

    Errors: a parameter without annotation; a backward through it without a registered derivative (RuntimeError).
    """

    def __init__(self, qualname, function):
        self._qualname, self._function = qualname, function
        self._backward = self._setup = None
        signature = self._signature = _inspect.signature(function)
        for parameter in signature.parameters.values():
            if parameter.annotation is parameter.empty:
                raise ValueError(
                    f"infer_schema(func): Parameter {parameter.name} must have a type annotation. Got func with signature {signature})")
        name = f"GeneratedBackwardFor_{qualname.replace('::', '_')}_default"
        self._node = type(name, (Function,), {
            "forward": staticmethod(self._forward), "backward": staticmethod(self._derivative), "__module__": "torch.autograd.function"})

    def __repr__(self):
        return f"<CustomOpDef({self._qualname})>"

    def __call__(self, *args, **kwargs):
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        inputs = (*bound.args, *bound.kwargs.values())
        if B.natives.grad_enabled() and any(isinstance(x, Tensor) and x.requires_grad for x in inputs):
            return self._node.apply(*inputs)
        return self._run(inputs)

    default = property(lambda self: self)  # torch.ops.mylib.name.default: the one overload

    def _run(self, inputs):
        positional = [p for p in self._signature.parameters.values() if p.kind is not p.KEYWORD_ONLY]
        keywords = [p.name for p in self._signature.parameters.values() if p.kind is p.KEYWORD_ONLY]
        plain = [x.detach() if isinstance(x, Tensor) and x.requires_grad else x for x in inputs]
        with no_grad():
            return self._function(*plain[: len(positional)], **dict(zip(keywords, plain[len(positional) :])))

    def _forward(self, ctx, *inputs):
        output = self._run(inputs)
        if self._setup is not None:
            self._setup(ctx=ctx, inputs=inputs, output=output)
        return output

    def _derivative(self, ctx, *grads):
        if self._backward is None:
            raise RuntimeError(f"Trying to backward through {self._qualname.replace('::', '.')}.default but no autograd formula was "
                               "registered. Please use register_autograd to add one.")
        return self._backward(ctx, *grads)

    def register_autograd(self, backward, /, *, setup_context=None):
        """The derivative: `setup_context(ctx, inputs, output)` keeps what `backward(ctx, *gradients)` needs."""
        self._backward, self._setup = backward, setup_context

    def register_fake(self, fn, /):
        """How an output looks without data; here outputs always have some."""
        return fn

    def register_kernel(self, device_types, fn=None, /):
        """Another implementation for a type of device: taken over for the CPU."""
        if fn is None:
            return lambda function: self.register_kernel(device_types, function)
        if "cpu" in ((device_types,) if isinstance(device_types, str) else device_types or ("cpu",)):
            self._function = fn
        return fn


def custom_op(name, fn=None, /, *, mutates_args, device_types=None, schema=None):
    """Makes a function the operator "namespace::name"; also a decorator."""
    if fn is None:
        return lambda function: custom_op(name, function, mutates_args=mutates_args, device_types=device_types, schema=schema)
    _operators[name] = made = CustomOpDef(name, fn)
    return made


def _found(op):
    return op if isinstance(op, CustomOpDef) else _operators[op]


def register_autograd(op, backward, /, *, setup_context=None, lib=None):
    _found(op).register_autograd(backward, setup_context=setup_context)


def register_fake(op, func=None, /, *, lib=None, _stacklevel=1):
    return (lambda function: function) if func is None else func


def register_kernel(op, device_types, func=None, /, *, lib=None):
    return _found(op).register_kernel(device_types, func)


class _Namespace:
    """torch.ops.mylib: operators of one namespace."""

    def __init__(self, name):
        self._name = name

    def __getattr__(self, name):
        found = _operators.get(f"{self._name}::{name}")
        if found is None:
            raise AttributeError(f"'_OpNamespace' '{self._name}' object has no attribute '{name}'")
        return found


class _Operators:
    """torch.ops: the operators that a program made, by namespace."""

    def __getattr__(self, name):
        return _Namespace(name)


ops = _Operators()


def __getattr__(name):
    raise AttributeError(f"torch.library.{name} is not part of Backstep: it has custom_op and what registers parts of it")
