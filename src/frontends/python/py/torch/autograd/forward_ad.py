"""torch.autograd.forward_ad: dual tensors, whose tangents move with them through every operator."""

from collections import namedtuple as _namedtuple

from .._bridge import Held as _Held, natives as _natives, wrap as _wrap
from .._tensor import Tensor

UnpackedDualTensor = _namedtuple("UnpackedDualTensor", ["primal", "tangent"])
_levels = []  # the forward derivative under way, at most one


class dual_level:
    """Context in which dual tensors live."""

    def __enter__(self):
        return enter_dual_level()

    def __exit__(self, *exc):
        exit_dual_level()
        return False


def enter_dual_level():
    handle = _natives.forward_enter(True)
    if handle is None:
        raise RuntimeError("Backstep has no dual levels inside vmap: torch.func.jvp works there")
    _levels.append(_Held(handle))
    return 0


def exit_dual_level(*, level=None):
    if not _levels:
        raise RuntimeError("Dual level must be a positive number.")
    _natives.forward_leave(_levels.pop())


def make_dual(tensor, tangent, *, level=None):
    """A tensor that carries a tangent."""
    if not _levels:
        raise RuntimeError("Trying to create a dual Tensor for forward AD but no level exists, make sure to enter_dual_level() first.")
    if not (tensor.is_floating_point() or tensor.is_complex()):
        raise ValueError(f"Expected primal to be floating point or complex, but got: {tensor.dtype}")
    if not _differentiable(tangent):
        raise ValueError(f"Expected tangent to be floating point or complex, but got: {tangent.dtype}")
    return _wrap(_natives.forward_make_dual(_levels[-1], tensor, tangent))


def unpack_dual(tensor, *, level=None):
    """(primal, tangent); the tangent is None where nothing depends on a dual tensor."""
    if not _levels:
        return UnpackedDualTensor(tensor, None)
    return UnpackedDualTensor(_wrap(_natives.forward_primal(_levels[-1], tensor)), _tangent(tensor))


def _differentiable(t):
    return isinstance(t, Tensor) and (t.dtype.is_floating_point or t.dtype.is_complex)


def _tangent(t):
    found = _natives.forward_known(_levels[-1], t)
    return None if found is None else _wrap(found)


def _push_through(cls, ctx, args, outputs):
    """The tangents of a custom function's results: what its jvp makes of those of its arguments."""
    from .. import zeros_like

    if not _levels:
        return
    tangents = [_tangent(a) if _differentiable(a) else None for a in args]
    if all(t is None for t in tangents):
        return
    tangents = [zeros_like(a) if t is None and _differentiable(a) else t for a, t in zip(args, tangents)]
    ctx._forward = True
    found = cls.jvp(ctx, *tangents)
    ctx._forward = False
    for output, tangent in zip(outputs, found if isinstance(found, tuple) else (found,)):
        if isinstance(output, Tensor) and tangent is not None:
            _natives.forward_move(_levels[-1], output, tangent)
