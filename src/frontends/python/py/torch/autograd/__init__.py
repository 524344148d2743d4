"""torch.autograd."""

import operator as _operator

from .. import _bridge as B
from .._bridge import natives, wrap
from .._tensor import Tensor
from .grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled
from .function import Function, once_differentiable
from . import function, grad_mode, graph
from .anomaly import detect_anomaly, set_detect_anomaly


class _VariableType(type):
    def __instancecheck__(cls, other):
        return isinstance(other, Tensor)


class Variable(metaclass=_VariableType):
    """What tensors with gradients were called before PyTorch 0.4: makes a tensor over the same memory."""

    def __new__(cls, data=None, requires_grad=False, volatile=False):
        from .. import empty

        if volatile:
            B.warn("volatile was removed and now has no effect. Use `with torch.no_grad():` instead.")
        if data is None:
            made = empty(0)
        elif isinstance(data, Tensor):
            made = data.detach()
        else:
            raise TypeError(f"Variable data has to be a tensor, but got {type(data).__name__}")
        return made.requires_grad_(requires_grad)


def _list(x):
    return [x] if isinstance(x, Tensor) else list(x)


def _flags(retain_graph, create_graph):
    """Both as PyTorch reads them: bytes. The first may be None. Errors: no whole number, too large."""
    flags = [None if retain_graph is None else _operator.index(retain_graph), _operator.index(create_graph)]
    if max(flag or 0 for flag in flags) > 255:
        raise OverflowError("unsigned byte integer is greater than maximum")
    return [None if flag is None else flag != 0 for flag in flags]


def backward(tensors, grad_tensors=None, retain_graph=None, create_graph=False, grad_variables=None, inputs=None):
    """Accumulates gradients of `tensors` in the leaves they depend on."""
    tensors = _list(tensors)
    assert all(isinstance(t, Tensor) for t in tensors)
    if grad_variables is not None and grad_tensors is None:
        grad_tensors = grad_variables
    if grad_tensors is not None:
        grad_tensors = _list(grad_tensors) if isinstance(grad_tensors, (Tensor, list, tuple)) else grad_tensors
        for g in grad_tensors:
            if g is not None and not isinstance(g, Tensor):
                raise TypeError(f"gradients can be either Tensors or None, but got {type(g).__name__}")
    if inputs is not None:
        inputs = _list(inputs)
    B.name_frames()
    natives.backward(tensors, grad_tensors, *_flags(retain_graph, create_graph), inputs)


def _check_batched(outputs, grad_outputs):
    """Raises unless there is a batch of gradients for every output."""
    if grad_outputs is None:
        raise RuntimeError("grad can be implicitly created only for scalar outputs")
    for i, (g, output) in enumerate(zip(grad_outputs, outputs)):
        if g is not None and g.shape[1:] != output.shape:
            raise RuntimeError(
                "If `is_grads_batched=True`, we interpret the first dimension of each grad_output as the batch dimension. The sizes of the "
                f"remaining dimensions are expected to match the shape of corresponding output, but a mismatch was detected: grad_output[{i}] "
                f"has a shape of {g.shape} and output[{i}] has a shape of {output.shape}. If you only want some tensors in `grad_output` to be "
                "considered batched, consider using vmap.")


def _batched(gradients, grad_outputs):
    """All rows in one pass; None where nothing flows."""
    from ..func import vmap

    used = []

    def run(*rows):
        found = gradients(*rows)
        used.extend(g is not None for g in found)
        return tuple(g for g in found if g is not None)

    rows = iter(vmap(run)(*grad_outputs))
    return tuple(next(rows) if flows else None for flows in used)


def grad(outputs, inputs, grad_outputs=None, retain_graph=None, create_graph=False, only_inputs=True, allow_unused=None,
         is_grads_batched=False, materialize_grads=False):
    """Gradients of `outputs` with respect to `inputs`, as a tuple."""
    outputs, inputs = _list(outputs), _list(inputs)
    assert all(isinstance(t, Tensor) for t in outputs)
    if materialize_grads and allow_unused is False:
        raise ValueError("Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False.")
    if grad_outputs is not None:
        grad_outputs = _list(grad_outputs)
    for t in inputs:
        if not isinstance(t, Tensor):
            raise RuntimeError(f"all inputs have to be Tensors or GradientEdges, but got {type(t).__name__}")
    B.name_frames()
    if is_grads_batched:
        _check_batched(outputs, grad_outputs)
        return _batched(lambda *rows: grad(outputs, inputs, rows, retain_graph, create_graph, allow_unused=allow_unused), grad_outputs)
    found = B.decode(natives.grad(outputs, inputs, grad_outputs, *_flags(retain_graph, create_graph), allow_unused or materialize_grads, False))
    if materialize_grads:
        from .. import zeros_like

        found = tuple(zeros_like(t, requires_grad=True) if g is None else g for g, t in zip(found, inputs))
    return found


# At once: importing the file later would put the module in the function's place.
from .gradcheck import gradcheck, gradgradcheck  # noqa: E402


def __getattr__(name):
    import importlib

    if name in ("functional", "forward_ad", "profiler"):
        return importlib.import_module("." + name, __name__)
    from .._absent import missing

    raise missing(__name__, name)
