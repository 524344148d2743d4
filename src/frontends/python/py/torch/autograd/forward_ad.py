"""torch.autograd.forward_ad: dual tensors. A tangent is pushed through the recorded graph when it is asked for."""

from collections import namedtuple as _namedtuple

from .._tensor import Tensor

UnpackedDualTensor = _namedtuple("UnpackedDualTensor", ["primal", "tangent"])
_levels = []  # per open level: [(tensor, tangent)]


class dual_level:
    """Context in which dual tensors live."""

    def __enter__(self):
        enter_dual_level()
        return len(_levels) - 1

    def __exit__(self, *exc):
        exit_dual_level()
        return False


def enter_dual_level():
    if _levels:
        raise RuntimeError("Nested forward mode AD is not supported at the moment")
    _levels.append([])
    return 0


def exit_dual_level(*, level=None):
    if not _levels:
        raise RuntimeError("Trying to exit a forward AD level but no level was entered. Make sure to use `exit_dual_level` only after `enter_dual_level`.")
    _levels.pop()


def make_dual(tensor, tangent, *, level=None):
    """A tensor that carries a tangent."""
    if not _levels:
        raise RuntimeError("Trying to create a dual Tensor for forward AD but no level exists, make sure to enter_dual_level() first.")
    if not (tensor.dtype.is_floating_point or tensor.dtype.is_complex):
        raise ValueError(f"Expected primal to be floating point or complex, but got: {tensor.dtype}")
    if not (tangent.dtype.is_floating_point or tangent.dtype.is_complex):
        raise ValueError(f"Expected tangent to be floating point or complex, but got: {tangent.dtype}")
    if tensor.shape != tangent.shape:
        raise RuntimeError("Trying to set a forward gradient that has a different size than that of the original Tensor, this is not supported. "
                           f"Tensor is of size {list(tensor.shape)} while the given forward gradient is of size {list(tangent.shape)}.")
    from . import enable_grad

    with enable_grad():
        dual = tensor.view(tensor.shape) if tensor.requires_grad else tensor.detach().requires_grad_()
    _levels[-1].append((dual, tangent))
    return dual


def unpack_dual(tensor, *, level=None):
    """(primal, tangent); the tangent is None where nothing depends on a dual tensor."""
    if not _levels:
        return UnpackedDualTensor(tensor, None)
    for dual, tangent in _levels[-1]:
        if dual is tensor:
            return UnpackedDualTensor(tensor.detach(), tangent)
    duals = [d for d, _ in _levels[-1]]
    if not tensor.requires_grad or not duals:
        return UnpackedDualTensor(tensor, None)
    from . import enable_grad, grad
    from .. import zeros_like

    with enable_grad():
        probe = zeros_like(tensor, requires_grad=True)
        grads = grad(tensor, duals, probe, create_graph=True, allow_unused=True)
        pairs = [(g, v) for g, (_, v) in zip(grads, _levels[-1]) if g is not None and g.requires_grad]
        if not pairs:
            return UnpackedDualTensor(tensor.detach(), None)
        (tangent,) = grad([g for g, _ in pairs], [probe], [v for _, v in pairs], retain_graph=True, allow_unused=True)
    return UnpackedDualTensor(tensor.detach(), zeros_like(tensor).detach() if tangent is None else tangent.detach())
