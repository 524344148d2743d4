"""torch.autograd.Function: operators with a backward written by the user."""

import contextlib as _contextlib
import functools as _functools
import inspect as _inspect
import io as _io
import weakref as _weakref

from .. import _bridge as B
from .._bridge import natives, warn, wrap
from .._tensor import Tensor
from .forward_ad import _push_through
from .grad_mode import no_grad

_FREED = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). "
    "Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). "
    "Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward."
)


class FunctionCtx:
    """What `forward` and `backward` share."""

    def __init__(self):
        self._to_save = ()
        self._packed = None  # what saved-tensor hooks keep instead, a SavedTensor each
        self._for_forward = None
        self._forward = False  # while jvp runs
        self._versions = ()
        self._released = False
        self._dirty = ()
        self._non_differentiable = ()
        self._materialize = True
        self._grad_inputs = ()
        self.needs_input_grad = ()

    def save_for_backward(self, *tensors):
        for t in tensors:
            if t is not None and not isinstance(t, Tensor):
                raise TypeError(f"save_for_backward can only save variables, but argument {tensors.index(t)} is of type {type(t).__name__}")
        self._to_save = tensors

    def save_for_forward(self, *tensors):
        self._for_forward = tensors

    def mark_dirty(self, *tensors):
        if not all(isinstance(t, Tensor) for t in tensors):
            raise RuntimeError("mark_dirty can only accept variables, but argument ")
        self._dirty = tensors

    def mark_non_differentiable(self, *tensors):
        if not all(isinstance(t, Tensor) for t in tensors):
            raise RuntimeError("mark_non_differentiable only accepts variable arguments, but got ")
        self._non_differentiable = tensors

    def set_materialize_grads(self, value):
        self._materialize = value

    @property
    def saved_tensors(self):
        if self._forward and self._for_forward is not None:
            return self._for_forward
        if self._released:
            raise RuntimeError(_FREED)
        if self._packed is not None:
            return tuple(None if slot is None else wrap(natives.saved_value(slot)) for slot in self._packed)
        for t, version in zip(self._to_save, self._versions):
            if t is not None and t._version != version:
                from .._tensor import _TYPE_NAMES

                origin = f", which is output {t.output_nr} of {t.grad_fn.name()}," if t.grad_fn is not None else ""
                raise RuntimeError(
                    "one of the variables needed for gradient computation has been modified by an inplace operation: "
                    f"[{_TYPE_NAMES[t.dtype._name]} {list(t.shape)}]{origin} is at version {t._version}; expected version {version} instead. "
                    "Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True)."
                )
        return tuple(self._to_save)

    saved_variables = saved_tensors


class _Backward:
    """Called by the engine: runs the user's backward."""

    def __init__(self, ctx, cls, args, outputs):
        self.ctx, self.cls, self.count = ctx, cls, len(args)
        self.outputs = outputs  # (shape, dtype) of each, to materialise missing gradients; None: not a tensor

    def __call__(self, grads):
        from .. import zeros

        ctx = self.ctx
        if ctx._materialize:
            grads = [zeros(kind[0], dtype=kind[1]) if g is None and kind is not None else g for g, kind in zip(grads, self.outputs)]
        result = self._backward()(ctx, *grads)
        if not isinstance(result, tuple):
            result = (result,)
        extra = len(result) - self.count
        if extra > 0 and all(r is None for r in result[self.count:]):
            result = result[: self.count]
        elif extra != 0:
            raise RuntimeError(
                f"function {self.cls.__name__}Backward returned an incorrect number of gradients (expected {self.count}, got {len(result)})")
        out = []
        for i in ctx._tensor_inputs:
            g = result[i]
            if g is not None and not isinstance(g, Tensor):
                raise RuntimeError(f"expected Variable or None (got {type(g).__name__})")
            out.append(g)
        return out

    def _backward(self):
        own, other = self.cls.backward, self.cls.vjp
        if own is not Function.backward and other is not Function.vjp:
            raise RuntimeError("Implementing both 'backward' and 'vjp' for a custom Function is not allowed. You should only implement one of them.")
        return own if other is Function.vjp else other

    def release(self):
        self.ctx._released = True
        return sum(t.nbytes for t in self.ctx._to_save if t is not None)


class _Again:
    """Called by the engine after the run: the forward of a user's function with other tensors, quietly."""

    def __init__(self, cls, args, kwargs, two_step):
        self.cls, self.kwargs, self.two_step = cls, kwargs, two_step
        # The tensors themselves are not kept: the run may need their memory.
        self.args = [_TENSOR if isinstance(a, Tensor) else a for a in args]

    def __call__(self, tensors):
        given = iter(tensors)
        args = [next(given) if a is _TENSOR else a for a in self.args]
        ctx = FunctionCtx()
        ctx.needs_input_grad = tuple(isinstance(a, Tensor) for a in args)
        with no_grad(), _contextlib.redirect_stdout(_io.StringIO()):
            output = self.cls.forward(*args, **self.kwargs) if self.two_step else self.cls.forward(ctx, *args, **self.kwargs)
        return [o for o in (output if isinstance(output, tuple) else (output,)) if isinstance(o, Tensor)]


_TENSOR = object()


class _Meta(type):
    def __init__(cls, name, bases, body):
        super().__init__(name, bases, body)
        cls._backward_cls = type(name + "Backward", (FunctionCtx,), {"__module__": __name__})


class Function(metaclass=_Meta):
    """Base class of user-written operators."""

    def __init__(self, *args, **kwargs):
        warn(
            f"{type(self)} should not be instantiated. Methods on autograd functions are all static, so you should invoke them on the class itself. "
            "Instantiating an autograd function will raise an error in a future version of PyTorch.",
            DeprecationWarning,
        )

    def __call__(self, *args, **kwargs):
        raise RuntimeError(
            "Legacy autograd function with non-static forward method is deprecated. "
            "Please use new-style autograd function with static forward method. "
            "(Example: https://pytorch.org/docs/stable/autograd.html#torch.autograd.Function)"
        )

    @staticmethod
    def forward(*args, **kwargs):
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx, inputs, output):
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx, *grad_outputs):
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom autograd.Function to use it with backward mode AD."
        )

    @staticmethod
    def jvp(ctx, *grad_inputs):
        raise NotImplementedError("You must implement the jvp function for custom autograd.Function to use it with forward mode AD.")

    @staticmethod
    def vjp(ctx, *grad_outputs):
        return Function.backward(ctx, *grad_outputs)

    #: Whether vmap makes its rule itself: it runs forward and backward on samples.
    generate_vmap_rule = False

    @staticmethod
    def vmap(info, in_dims, *args):
        raise NotImplementedError("To use autograd.Function with vmap, you must either override the vmap static method or set "
                                  "generate_vmap_rule=True.")

    @classmethod
    def apply(cls, *args, **kwargs):
        two_step = cls.setup_context is not Function.setup_context
        if two_step:
            args, kwargs = _with_defaults(cls.forward, args, kwargs)
        elif kwargs:
            raise TypeError("apply() takes no keyword arguments")
        if natives.transforming():
            _check_transformable(cls, two_step, any(map(natives.is_batched, filter(_is_tensor, args))))
        ctx = cls._backward_cls()
        tensors = [a for a in args if isinstance(a, Tensor)]
        ctx.needs_input_grad = tuple(isinstance(a, Tensor) and a.requires_grad for a in args)
        ctx._tensor_inputs = [i for i, a in enumerate(args) if isinstance(a, Tensor)]
        natives.mute(1)
        try:
            with no_grad():
                output = cls.forward(*args, **kwargs) if two_step else cls.forward(ctx, *args, **kwargs)
                if two_step:
                    cls.setup_context(ctx, args, output)
        finally:
            natives.mute(-1)
        single = not isinstance(output, tuple)
        outputs = (output,) if single else output
        for d in ctx._dirty:
            if not any(d is o for o in outputs):
                raise RuntimeError("Some elements marked as dirty during the forward method were not returned as output. The inputs that are "
                                   "modified inplace must all be outputs of the Function.")
            if d.is_leaf and d.requires_grad:
                raise RuntimeError("a leaf Variable that requires grad has been used in an in-place operation.")
        results = list(outputs)
        dirty, fixed = [], []
        for i, o in enumerate(results):
            if not isinstance(o, Tensor):
                continue
            if any(o is d for d in ctx._dirty):
                dirty.append(i)
            elif any(o is t for t in tensors):
                with no_grad():
                    results[i] = o.view_as(o)  # an input returned as it is becomes a new tensor
        made = [o for o in results if isinstance(o, Tensor)]
        places = [i for i, o in enumerate(results) if isinstance(o, Tensor)]
        non_differentiable = [i for i in places if any(outputs[i] is n for n in ctx._non_differentiable)]
        caller = _Backward(ctx, cls, args, [(tuple(o.shape), o.dtype) if isinstance(o, Tensor) else None for o in results])
        number = B.register(caller)
        slots = [o if isinstance(o, Tensor) else None for o in results]
        node = natives.custom_function(cls.__name__ + "Backward", number, tensors, slots, non_differentiable, dirty)
        if node is None:
            B.unregister(number)
        else:
            from .graph import node_of

            ctx._node = node_of(node)
            ctx._node._ctx = _weakref.ref(ctx)  # the node's owner: it lives as long as the node can be run
            if natives.saving_is_hooked():
                ctx._packed = B.decode(natives.save_tensors(list(ctx._to_save)))
                ctx._to_save = ()
        ctx._versions = tuple(None if t is None else t._version for t in ctx._to_save)
        again = -1 if node is None else B.register(_Again(cls, args, kwargs, two_step))
        natives.announce_function(cls.__name__, again, tensors, made, ctx._node if node is not None else None)
        _push_through(cls, ctx, args, results)
        return results[0] if single else tuple(results)


def _is_tensor(x):
    return isinstance(x, Tensor)


_EXTENDING = "For more details, please see https://pytorch.org/docs/main/notes/extending.func.html"


def _check_transformable(cls, two_step, batched):
    """Errors of a class that function transforms cannot go through."""
    if not two_step:
        raise RuntimeError("In order to use an autograd.Function with functorch transforms (vmap, grad, jvp, jacrev, ...), it must override "
                           f"the setup_context staticmethod. {_EXTENDING}")
    own = cls.vmap is not Function.vmap
    if batched and cls.generate_vmap_rule and own:
        raise RuntimeError(f"You tried to vmap over {cls.__name__}, but it has both generate_vmap_rule=True and an overriden vmap staticmethod. "
                           "Please set generate_vmap_rule=False or delete the overriden vmap staticmethod to avoid ambiguity. " + _EXTENDING)
    if batched and not cls.generate_vmap_rule and not own:
        raise RuntimeError(f"You tried to vmap over {cls.__name__}, but it does not have vmap support. Please override and implement the vmap "
                           f"staticmethod or set generate_vmap_rule=True. {_EXTENDING}")


def _with_defaults(forward, args, kwargs):
    """The arguments of a two-step function's forward, all by position: `setup_context` sees the defaults too."""
    bound = _inspect.signature(forward).bind(*args, **kwargs)
    bound.apply_defaults()
    return bound.args, bound.kwargs


def once_differentiable(function):
    """Decorates a backward that cannot itself be differentiated."""

    @_functools.wraps(function)
    def wrapper(ctx, *args):
        with no_grad():
            outputs = function(ctx, *args)
        from .. import is_grad_enabled

        inputs = [a for a in args if isinstance(a, Tensor) and a.requires_grad]
        if not is_grad_enabled() or not inputs:
            return outputs
        # The results look differentiable, and say why they are not when somebody tries.
        results = [None if t is None else t.detach() for t in (outputs if isinstance(outputs, tuple) else (outputs,))]
        made = [t for t in results if t is not None]
        natives.custom_function("Error", B.register(_refuse_second), inputs, made, [], [])
        return tuple(results) if isinstance(outputs, tuple) else results[0]

    return wrapper


def _refuse_second(grads):
    raise RuntimeError("trying to differentiate twice a function that was marked with @once_differentiable")


class InplaceFunction(Function):
    pass


NestedIOFunction = Function
BackwardCFunction = FunctionCtx
