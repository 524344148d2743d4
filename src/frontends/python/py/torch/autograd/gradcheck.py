"""torch.autograd.gradcheck and gradgradcheck: analytic against numeric derivatives."""

from .. import _bridge as B
from .._tensor import Tensor

__all__ = ["gradcheck", "gradgradcheck", "GradcheckError"]


class GradcheckError(RuntimeError):
    """An analytic derivative differs from the numeric one."""


GradcheckError.__module__ = "torch.autograd.gradcheck"


def _differentiable(x):
    return isinstance(x, Tensor) and x.requires_grad


def _as_tuple(x):
    return tuple(x) if isinstance(x, (tuple, list)) else (x,)


def _check_inputs(inputs):
    any_grad = False
    for i, x in enumerate(inputs):
        if not _differentiable(x):
            continue
        any_grad = True
        if x.dtype._name not in ("float64", "complex128"):
            B.warn(f"Input #{i} requires gradient and is not a double precision floating point or complex. This check will likely fail if all "
                   "the inputs are not of double precision floating point or complex. ")
    if not any_grad:
        raise ValueError("gradcheck expects at least one input tensor to require gradient, but none of the them have requires_grad=True.")
    for x in inputs:
        if _differentiable(x):
            x.retain_grad()


def _numerical(func, inputs, x, outputs, eps):
    """Jacobian [x.numel(), out.numel()] of each output by central differences; `x` is changed in place and put back."""
    from .. import no_grad, zeros
    from . import enable_grad

    def values():
        with enable_grad():
            return [o.detach().clone() for o in _outputs(func(*inputs))]

    columns = [zeros(x.numel(), o.numel(), dtype=o.dtype) for o in outputs]
    flat = x.data.view(-1) if x.is_contiguous() else None
    with no_grad():
        for k in range(x.numel()):
            target = flat if flat is not None else x.data
            place = k if flat is not None else _place(x.shape, k)
            original = target[place].item()
            target[place] = original - eps
            low = values()
            target[place] = original + eps
            high = values()
            target[place] = original
            for column, a, b in zip(columns, low, high):
                column[k] = ((b - a) / (2 * eps)).reshape(-1)
    return columns


def _place(shape, k):
    index = []
    for size in reversed(shape):
        index.append(k % size)
        k //= size
    return tuple(reversed(index))


def _outputs(result):
    return [o for o in _as_tuple(result) if isinstance(o, Tensor) and (o.dtype.is_floating_point or o.dtype.is_complex)]


def _analytical(inputs, x, output):
    """Jacobian [x.numel(), out.numel()] by one backward pass per element."""
    from . import grad
    from .. import zeros, zeros_like

    jacobian = zeros(x.numel(), output.numel(), dtype=output.dtype)
    if not output.requires_grad:
        return jacobian
    for k in range(output.numel()):
        upstream = zeros_like(output).contiguous()
        upstream.view(-1)[k] = 1
        (g,) = grad(output, [x], upstream, retain_graph=True, allow_unused=True)
        if g is not None:
            jacobian[:, k] = g.detach().reshape(-1)
    return jacobian


def _check(func, inputs, eps, atol, rtol, check_undefined_grad=True):
    from .. import allclose

    _check_inputs(inputs)
    outputs = _outputs(func(*inputs))
    if not any(o.requires_grad for o in outputs):
        # Nothing depends on the inputs: the numeric derivative must say so too.
        for i, x in enumerate(inputs):
            if _differentiable(x):
                for o, n in zip(outputs, _numerical(func, inputs, x, outputs, eps)):
                    if not allclose(n, n * 0, rtol, atol):
                        raise GradcheckError("Numerical gradient for function expected to be zero")
        return True
    for i, x in enumerate(inputs):
        if not _differentiable(x):
            continue
        numeric = _numerical(func, inputs, x, outputs, eps)
        for j, o in enumerate(outputs):
            analytic = _analytical(inputs, x, o)
            if not allclose(analytic, numeric[j].to(analytic.dtype), rtol, atol):
                raise GradcheckError(
                    f"Jacobian mismatch for output {j} with respect to input {i},\nnumerical:{numeric[j]}\nanalytical:{analytic}\n")
    return True


def _check_forward(func, inputs, eps, atol, rtol):
    """Compares forward-mode derivatives, one per element of the inputs, with central differences."""
    from .. import allclose, zeros_like
    from . import forward_ad as fw

    _check_inputs(inputs)
    outputs = _outputs(func(*inputs))
    for i, x in enumerate(inputs):
        if not _differentiable(x):
            continue
        numeric = _numerical(func, inputs, x, outputs, eps)
        for k in range(x.numel()):
            tangent = zeros_like(x).detach().contiguous()
            tangent.view(-1)[k] = 1
            with fw.dual_level():
                dual = fw.make_dual(x.detach(), tangent)
                found = [fw.unpack_dual(o).tangent for o in _outputs(func(*inputs[:i], dual, *inputs[i + 1:]))]
            for j, t in enumerate(found):
                row = numeric[j][k]
                if not allclose(row * 0 if t is None else t.reshape(-1).to(row.dtype), row, rtol, atol):
                    raise GradcheckError(
                        f"Jacobian computed with forward mode mismatch for output {j} with respect to input {i},\nnumerical:{row}\nanalytical:{t}\n")


def gradcheck(func, inputs, *, eps=1e-6, atol=1e-5, rtol=1e-3, raise_exception=True, nondet_tol=0.0, check_undefined_grad=True,
              check_grad_dtypes=False, check_batched_grad=False, check_batched_forward_grad=False, check_forward_ad=False,
              check_backward_ad=True, fast_mode=False, masked=None):
    """True when the gradients of `func` agree with central differences. Error: GradcheckError with both Jacobians."""
    inputs = _as_tuple(inputs)

    def check():
        if check_forward_ad:
            _check_forward(func, inputs, eps, atol, rtol)
        return not check_backward_ad or _check(func, inputs, eps, atol, rtol)

    if raise_exception:
        return check()
    try:
        return check()
    except GradcheckError:
        return False


def gradgradcheck(func, inputs, grad_outputs=None, *, eps=1e-6, atol=1e-5, rtol=1e-3, gen_non_contig_grad_outputs=False,
                  raise_exception=True, nondet_tol=0.0, check_undefined_grad=True, check_grad_dtypes=False, check_batched_grad=False,
                  check_fwd_over_rev=False, check_rev_over_rev=True, fast_mode=False, masked=False):
    """gradcheck of the gradient of `func`."""
    from . import grad
    from ..testing import make_tensor

    inputs = _as_tuple(inputs)
    if grad_outputs is None:
        upstream = tuple(make_tensor(o.shape, dtype=o.dtype, device="cpu", low=-1, high=1, requires_grad=True,
                                     noncontiguous=gen_non_contig_grad_outputs) for o in _outputs(func(*inputs)))
    else:
        upstream = _as_tuple(grad_outputs)
    count = len(upstream)
    places = [i for i, x in enumerate(inputs) if _differentiable(x)]

    def gradient(*args):
        xs, gs = args[:-count], args[-count:]
        outputs = _outputs(func(*xs))
        found = grad(outputs, [xs[i] for i in places], gs, create_graph=True, allow_unused=True)
        return tuple(g for g in found if g is not None)

    return gradcheck(gradient, inputs + upstream, eps=eps, atol=atol, rtol=rtol, raise_exception=raise_exception)
