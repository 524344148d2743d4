"""torch.utils.checkpoint: parts of the forward pass are computed again in the backward pass instead of being kept."""

from .. import _bridge as B
from .._tensor import Tensor
from ..autograd.function import Function
from ..autograd.grad_mode import enable_grad, no_grad
from ..autograd.graph import saved_tensors_hooks

__all__ = ["checkpoint", "checkpoint_sequential", "CheckpointFunction", "set_checkpoint_debug_enabled"]

_MODE_WARNING = (
    "torch.utils.checkpoint: the use_reentrant parameter should be passed explicitly. In version 2.5 we will raise an exception if use_reentrant "
    "is not passed. use_reentrant=False is recommended, but if you need to preserve the current default behavior, you can pass use_reentrant=True. "
    "Refer to docs for more details on the differences between the two variants."
)


class _RandomState:
    """The random stream as it was, to be used once more."""

    def __init__(self, preserve):
        from .. import get_rng_state

        self._then = get_rng_state() if preserve else None

    def __enter__(self):
        from .. import get_rng_state, set_rng_state

        if self._then is not None:
            self._now = get_rng_state()
            set_rng_state(self._then)

    def __exit__(self, *exc):
        from .. import set_rng_state

        if self._then is not None:
            set_rng_state(self._now)
        return False


class CheckpointFunction(Function):
    """The reentrant variant: one backward node that runs the function again and differentiates it."""

    @staticmethod
    def forward(ctx, run_function, preserve_rng_state, *args):
        ctx.run_function = run_function
        ctx.random = _RandomState(preserve_rng_state)
        ctx.args = args
        with no_grad():
            return run_function(*args)

    @staticmethod
    def backward(ctx, *grads):
        from ..autograd import backward

        inputs = [a.detach().requires_grad_(a.requires_grad) if isinstance(a, Tensor) else a for a in ctx.args]
        with enable_grad(), ctx.random:
            outputs = ctx.run_function(*inputs)
        outputs = (outputs,) if isinstance(outputs, Tensor) else outputs
        pairs = [(o, g) for o, g in zip(outputs, grads) if isinstance(o, Tensor) and o.requires_grad]
        if not pairs:
            raise RuntimeError("none of output has requires_grad=True, this checkpoint() is not necessary")
        backward([o for o, _ in pairs], [g for _, g in pairs])
        return (None, None) + tuple(a.grad if isinstance(a, Tensor) else None for a in inputs)


def checkpoint(function, *args, use_reentrant=None, context_fn=None, determinism_check="default", debug=False, **kwargs):
    """Calls `function` without keeping what its backward pass needs; that is computed again when the backward pass comes to it."""
    if use_reentrant is None:
        B.warn(_MODE_WARNING)
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    if not use_reentrant:
        return _without_reentry(function, preserve, args, kwargs)
    if kwargs:
        raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
    if not any(isinstance(a, Tensor) and a.requires_grad for a in args):
        B.warn("None of the inputs have requires_grad=True. Gradients will be None")
    return CheckpointFunction.apply(function, preserve, *args)


class _Recompute(Exception):
    """Everything that was saved the first time has been saved again."""


def _without_reentry(function, preserve, args, kwargs):
    random = _RandomState(preserve)
    count, again = [0], {}

    def pack(_tensor):
        count[0] += 1
        return count[0] - 1

    def recompute():
        found = []

        def repack(tensor):
            found.append(tensor.detach())
            if len(found) == count[0]:
                raise _Recompute
            return len(found) - 1

        with enable_grad(), random, saved_tensors_hooks(repack, lambda i: found[i]):
            try:
                function(*args, **kwargs)
            except _Recompute:
                pass
        if len(found) != count[0]:
            raise RuntimeError(
                "torch.utils.checkpoint: A different number of tensors was saved during the original forward and recomputation.\n"
                f"Number of tensors saved during forward: {count[0]}\nNumber of tensors saved during recomputation: {len(found)}")
        again.update(enumerate(found))

    def unpack(number):
        if number not in again:
            recompute()
        return again.pop(number)

    with saved_tensors_hooks(pack, unpack):
        return function(*args, **kwargs)


def checkpoint_sequential(functions, segments, input, use_reentrant=None, **kwargs):
    """Checkpoints all but the last of `segments` parts of a sequence of functions."""
    if use_reentrant is None:
        B.warn(_MODE_WARNING)
        use_reentrant = True

    def part(start, end):
        def forward(x):
            for f in functions[start : end + 1]:
                x = f(x)
            return x

        return forward

    functions = list(functions.children()) if hasattr(functions, "children") else list(functions)
    size = len(functions) // segments
    end = -1
    for start in range(0, size * (segments - 1), size):
        end = start + size - 1
        input = checkpoint(part(start, end), input, use_reentrant=use_reentrant, **kwargs)
    return part(end + 1, len(functions) - 1)(input)


class set_checkpoint_debug_enabled:
    def __init__(self, enabled):
        self._enabled = enabled

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return False


def noop_context_fn():
    import contextlib

    return contextlib.nullcontext(), contextlib.nullcontext()
