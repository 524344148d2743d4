"""torch.autograd.functional: vjp, jvp, jacobian, hessian, vhp, hvp of functions of tensors."""

from .._tensor import Tensor

__all__ = ["vjp", "jvp", "vhp", "hvp", "jacobian", "hessian"]


def _tuple(value, name, where):
    """`value` as a tuple of tensors, and whether it already was one."""
    was_tuple = isinstance(value, tuple)
    values = value if was_tuple else (value,)
    for i, v in enumerate(values):
        if isinstance(v, Tensor):
            continue
        raise TypeError(
            f"The {name} given to {where} must be either a Tensor or a tuple of Tensors but the given {name}"
            + (f" at index {i}" if was_tuple else "")
            + f" has type {type(v)}."
        )
    return was_tuple, tuple(values)


def _fresh(inputs, create_graph):
    """Inputs to differentiate with respect to: connected to what they came from under create_graph, else leaves of their own."""
    fresh = []
    for t in inputs:
        if create_graph and t.requires_grad:
            fresh.append(t.view(t.shape))
        else:
            fresh.append(t.detach().requires_grad_())
    return tuple(fresh)


def _finish(values, create_graph):
    return values if create_graph else tuple(v.detach() for v in values)


def _zeros_for_missing(grads, inputs):
    from .. import zeros_like

    return tuple(zeros_like(x) if g is None else g for g, x in zip(grads, inputs))


def _gradient(outputs, inputs, upstream, create_graph, retain=True):
    """autograd.grad with zeros instead of None; outputs that depend on nothing count as constants."""
    from . import grad

    pairs = [(o, g) for o, g in zip(outputs, upstream) if o.requires_grad]
    if not pairs:
        return _zeros_for_missing([None] * len(inputs), inputs)
    grads = grad([o for o, _ in pairs], inputs, [g for _, g in pairs], allow_unused=True, create_graph=create_graph,
                 retain_graph=retain or create_graph)
    return _zeros_for_missing(grads, inputs)


def _check_strict(outputs, inputs, where, strict):
    if not strict:
        return
    from . import grad

    for i, o in enumerate(outputs):
        if not o.requires_grad:
            raise RuntimeError(
                f"Output {i} of the user-provided function does not require gradients. The outputs must be computed in a differentiable "
                f"manner from the input when running in strict mode."
            )
        for j, g in enumerate(grad(o.sum(), inputs, allow_unused=True, retain_graph=True)):
            if g is None:
                if where == "jacobian":
                    raise RuntimeError(f"Output {i} of the user-provided function is independent of input {j}. This is not allowed in strict mode.")
                raise RuntimeError(f"The output of the user-provided function is independent of input {j}. This is not allowed in strict mode.")


def _check_vector(v, like, is_tuple, what):
    if len(v) != len(like):
        if is_tuple:
            raise RuntimeError(f"v is a tuple of invalid length: should be {len(like)} but got {len(v)}.")
        raise RuntimeError(f"The given v should contain a single Tensor.")
    for i, (a, b) in enumerate(zip(v, like)):
        if a.size() != b.size():
            prefix = f"Entry {i} in " if is_tuple else ""
            raise RuntimeError(f"{prefix}v has invalid size: should be {b.size()} but got {a.size()}.")


def _enable():
    from .grad_mode import enable_grad

    return enable_grad()


def _call(func, inputs, where):
    return _tuple(func(*inputs), "outputs of the user-provided function", where)


def vjp(func, inputs, v=None, create_graph=False, strict=False):
    """(outputs, vᵀJ): the vector-Jacobian product of `func` at `inputs`."""
    with _enable():
        inputs_tuple, inputs = _tuple(inputs, "inputs", "vjp")
        inputs = _fresh(inputs, create_graph)
        outputs_tuple, outputs = _call(func, inputs, "vjp")
        _check_strict(outputs, inputs, "vjp", strict)
        if v is not None:
            _, v = _tuple(v, "v", "vjp")
            _check_vector(v, outputs, outputs_tuple, "outputs")
        elif len(outputs) != 1 or outputs[0].nelement() != 1:
            raise RuntimeError("The vector v can only be None if the user-provided function returns a single Tensor with a single element.")
        else:
            from .. import ones_like

            v = (ones_like(outputs[0]),)
        grads = _gradient(outputs, inputs, v, create_graph, retain=False)
    outputs, grads = _finish(outputs, create_graph), _finish(grads, create_graph)
    return outputs if outputs_tuple else outputs[0], grads if inputs_tuple else grads[0]


def jvp(func, inputs, v=None, create_graph=False, strict=False):
    """(outputs, Jv), by differentiating the vector-Jacobian product with respect to its vector."""
    with _enable():
        inputs_tuple, inputs = _tuple(inputs, "inputs", "jvp")
        inputs = _fresh(inputs, create_graph)
        if v is not None:
            _, v = _tuple(v, "v", "jvp")
            _check_vector(v, inputs, inputs_tuple, "inputs")
        elif len(inputs) != 1 or inputs[0].nelement() != 1:
            raise RuntimeError("The vector v can only be None if the input to the user-provided function is a single Tensor with a single element.")
        else:
            from .. import ones_like

            v = (ones_like(inputs[0]),)
        outputs_tuple, outputs = _call(func, inputs, "jvp")
        _check_strict(outputs, inputs, "jvp", strict)
        products = push_forward(outputs, inputs, v, create_graph)
    outputs, products = _finish(outputs, create_graph), _finish(products, create_graph)
    return outputs if outputs_tuple else outputs[0], products if outputs_tuple else products[0]


def push_forward(outputs, inputs, tangents, create_graph):
    """Jv of `outputs` already computed from `inputs`: the gradient of uᵀJv with respect to u."""
    from .. import zeros_like

    probes = tuple(zeros_like(o, requires_grad=True) for o in outputs)
    grads = _gradient(outputs, inputs, probes, create_graph=True)
    return _gradient(grads, probes, tangents, create_graph)


def _rows(output, inputs, create_graph, vectorize):
    """The Jacobian of one output, one tensor of shape output.shape + input.shape per input."""
    from .. import eye, stack, zeros
    from . import grad

    if vectorize and output.requires_grad and output.numel() > 0:
        basis = eye(output.numel(), dtype=output.dtype).view((-1,) + tuple(output.shape))
        found = grad((output,), inputs, (basis,), True, create_graph, allow_unused=True, is_grads_batched=True)
        return tuple(
            (zeros(tuple(output.shape) + tuple(x.shape), dtype=output.dtype) if g is None else g.view(tuple(output.shape) + tuple(x.shape)))
            for g, x in zip(found, inputs)
        )
    flat = output.reshape(-1)
    columns = [[] for _ in inputs]
    for k in range(flat.shape[0]):
        for column, g in zip(columns, _gradient((flat[k],), inputs, (None,), create_graph)):
            column.append(g)
    return tuple(
        stack(column).view(tuple(output.shape) + tuple(x.shape)) if column else zeros(tuple(output.shape) + tuple(x.shape), dtype=output.dtype)
        for column, x in zip(columns, inputs)
    )


def jacobian(func, inputs, create_graph=False, strict=False, vectorize=False, strategy="reverse-mode"):
    """The Jacobian of `func`: nested as its outputs and inputs are."""
    if strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError('Expected strategy to be either "forward-mode" or "reverse-mode". Hint: If your function has more outputs than inputs, '
                             '"forward-mode" tends to be more performant. Otherwise, prefer to use "reverse-mode".')
    if strategy == "forward-mode":
        return _forward_jacobian(func, inputs, create_graph, strict, vectorize)
    if strict and vectorize:
        raise RuntimeError("torch.autograd.functional.jacobian: `strict=True` and `vectorized=True` are not supported together. "
                           "Please either set `strict=False` or `vectorize=False`.")
    with _enable():
        inputs_tuple, inputs = _tuple(inputs, "inputs", "jacobian")
        inputs = _fresh(inputs, create_graph)
        outputs_tuple, outputs = _call(func, inputs, "jacobian")
        _check_strict(outputs, inputs, "jacobian", strict)
        rows = tuple(_finish(_rows(o, inputs, create_graph, vectorize), create_graph) for o in outputs)
    if not inputs_tuple:
        rows = tuple(r[0] for r in rows)
    return rows if outputs_tuple else rows[0]


def _forward_jacobian(func, inputs, create_graph, strict, vectorize):
    """The same by columns, which all go forward at once."""
    from ..func import jacfwd

    if create_graph:
        raise NotImplementedError('torch.autograd.functional.jacobian: `create_graph=True` and `strategy="forward-mode"` are not supported together '
                                  '(yet). Please either set `create_graph=False` or `strategy="reverse-mode"`.')
    if strict:
        raise RuntimeError('torch.autograd.functional.jacobian: `strict=True` and `strategy="forward-mode"` are not supported together (yet). '
                           'Please either set `strict=False` or `strategy="reverse-mode"`.')
    if not vectorize:
        raise NotImplementedError("Computing Jacobian using forward-AD or forward-over-reverse Hessian isonly implemented for `vectorize=True`.")
    inputs_tuple, inputs = _tuple(inputs, "inputs", "jacobian")
    found = jacfwd(func, tuple(range(len(inputs))))(*inputs)
    if inputs_tuple:
        return found
    return tuple(r[0] for r in found) if isinstance(found[0], tuple) else found[0]


def _scalar(func, where):
    def checked(*inputs):
        out = func(*inputs)
        is_tuple, outputs = _tuple(out, "outputs of the user-provided function", where)
        if is_tuple or not isinstance(out, Tensor):
            raise RuntimeError(f"The function given to {where} should return a single Tensor")
        if outputs[0].nelement() != 1:
            raise RuntimeError(f"The Tensor returned by the function given to {where} should contain a single element")
        return outputs[0].squeeze()

    return checked


def hessian(func, inputs, create_graph=False, strict=False, vectorize=False, outer_jacobian_strategy="reverse-mode"):
    """The Hessian of a scalar function."""
    inputs_tuple, inputs = _tuple(inputs, "inputs", "hessian")
    scalar = _scalar(func, "hessian")

    def gradient(*xs):
        value = scalar(*xs)
        return _gradient((value,), xs, (None,), create_graph=True)

    if outer_jacobian_strategy == "forward-mode":
        from ..func import hessian as forward_over_reverse

        found = forward_over_reverse(scalar, tuple(range(len(inputs))))(*inputs)
        return found if inputs_tuple else found[0][0]
    rows = jacobian(gradient, inputs, create_graph=create_graph, strict=strict, vectorize=vectorize)
    return rows if inputs_tuple else rows[0][0]


def _second(func, inputs, v, create_graph, where):
    inputs_tuple, inputs = _tuple(inputs, "inputs", where)
    inputs = _fresh(inputs, create_graph)
    if v is not None:
        _, v = _tuple(v, "v", where)
        _check_vector(v, inputs, inputs_tuple, "inputs")
    elif len(inputs) != 1 or inputs[0].nelement() != 1:
        raise RuntimeError("The vector v can only be None if the input to the user-provided function is a single Tensor with a single element.")
    else:
        from .. import ones_like

        v = (ones_like(inputs[0]),)
    value = _scalar(func, where)(*inputs)
    return inputs_tuple, inputs, v, value, _gradient((value,), inputs, (None,), create_graph=True)


def vhp(func, inputs, v=None, create_graph=False, strict=False):
    """(value, vᵀH) of a scalar function."""
    with _enable():
        inputs_tuple, inputs, v, value, first = _second(func, inputs, v, create_graph, "vhp")
        product = _gradient(first, inputs, v, create_graph)
    product = _finish(product, create_graph)
    return value if create_graph else value.detach(), product if inputs_tuple else product[0]


def hvp(func, inputs, v=None, create_graph=False, strict=False):
    """(value, Hv) of a scalar function."""
    with _enable():
        inputs_tuple, inputs, v, value, first = _second(func, inputs, v, create_graph, "hvp")
        product = push_forward(first, inputs, v, create_graph)
    product = _finish(product, create_graph)
    return value if create_graph else value.detach(), product if inputs_tuple else product[0]
