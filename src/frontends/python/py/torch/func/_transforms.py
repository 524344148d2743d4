"""Derivatives of functions, built on the recorded graph; they nest to any depth."""

import functools as _functools

from .._bridge import Held, decode, natives, wrap
from .._tensor import Tensor
from ..autograd.grad_mode import enable_grad
from ._tree import flatten, tree_map
from ._vmap import Level


def _is_float(x):
    return isinstance(x, Tensor) and (x.dtype.is_floating_point or x.dtype.is_complex)


class _Level:
    """One derivative under way: fresh inputs while the function runs, gradients with respect to these afterwards."""

    def __enter__(self):
        self._mode = enable_grad()
        self._mode.__enter__()
        self._derivative = Held(natives.derivative_enter())
        return self

    def __exit__(self, *exc):
        natives.derivative_leave(self._derivative)
        self._mode.__exit__(*exc)
        return False

    def fresh(self, tree):
        """The same nesting with inputs of this level in place of its floating point tensors."""
        return tree_map(lambda t: wrap(natives.derivative_fresh(self._derivative, t)) if _is_float(t) else t, _differentiable(tree))

    def gradient(self, outputs, upstream):
        """Vector-Jacobian products, one for each input, zeros where nothing flows."""
        return decode(natives.derivative_gradient(self._derivative, outputs, upstream))

    def jacobian(self, output, chunk_size=None):
        """The Jacobian of a tensor: [...output, ...input] for each input."""
        return decode(natives.derivative_jacobian(self._derivative, output, chunk_size))

    def push(self, outputs, tangents):
        """Jacobian-vector products, one for each output."""
        return decode(natives.derivative_push(self._derivative, outputs, tangents))

    def done(self, tree):
        """Results: still differentiable where an outer level or the program's own graph goes through them."""
        return tree_map(lambda t: wrap(natives.derivative_done(self._derivative, t)) if isinstance(t, Tensor) else t, tree)


def _differentiable(tree):
    """What a derivative is taken with respect to. Error: there is something else than tensors."""
    for leaf in flatten(tree)[0]:
        if not isinstance(leaf, Tensor):
            raise ValueError(f"Thing passed to transform API must be Tensor, got {type(leaf)}")
    return tree


def _places(argnums, count):
    """Which of `count` arguments are meant. Errors: numbers that are none, or that name no argument or one twice."""
    if not isinstance(argnums, (int, tuple)):
        raise RuntimeError(f"argnums must be int or Tuple[int, ...], got: {type(argnums)}")
    asked = argnums if isinstance(argnums, tuple) else (argnums,)
    for n in asked:
        if not isinstance(n, int):
            raise RuntimeError(f"argnum must be int, got: {type(n)}")
        if not -count <= n < count:
            raise RuntimeError(f"Got argnum={n}, but only {count} positional inputs")
    places = tuple(n % count for n in asked)
    if not places:
        raise RuntimeError("argnums must be non-empty")
    if len(set(places)) != len(places):
        raise RuntimeError(f"argnums elements must be unique, got {places}")
    return places


def _outputs(tree, api):
    """Leaves of what a function returned, and how to rebuild it. Error: they are not all tensors."""
    leaves, build = flatten(tree)
    for leaf in leaves:
        if not isinstance(leaf, Tensor):
            raise RuntimeError(f"{api}: expected f(*primals) to return only tensors, got unsupported type {type(leaf)}")
    return leaves, build


def _split(result, has_aux, name):
    if not has_aux:
        return result, None
    if not (isinstance(result, tuple) and len(result) == 2):
        raise RuntimeError(f"{name}: output of function f should be a tuple: (output, aux) if has_aux is True")
    return result


def grad_and_value(func, argnums=0, has_aux=False):
    """Function that returns the gradient of a scalar `func` and its value."""

    @_functools.wraps(func)
    def wrapper(*args, **kwargs):
        with _Level() as level:
            args = list(args)
            places = _places(argnums, len(args))
            chosen = {}
            for i in places:
                chosen[i] = args[i] = level.fresh(args[i])
            output, aux = _split(func(*args, **kwargs), has_aux, "grad_and_value(f)(*args)")
            if not isinstance(output, Tensor):
                raise RuntimeError(f"grad_and_value(f)(*args): Expected f(*args) to return a Tensor, got {type(output)}" if not has_aux else
                                   "grad_and_value(f)(*args): Expected f(*args) to return a tuple with the first element a Tensor")
            if output.dim() != 0:
                raise RuntimeError(f"grad_and_value(f)(*args): Expected f(*args) to return a scalar Tensor, got tensor with {output.dim()} dims. "
                                   "Maybe you wanted to use the vjp or jacrev APIs instead?")
            grads = iter(level.gradient([output], [None]))
            tree = [tree_map(lambda t: next(grads) if _is_float(t) else t, chosen[i]) for i in places]
            gradient = tuple(tree) if isinstance(argnums, tuple) else tree[0]
            gradient, output, aux = level.done((gradient, output, aux))
        return (gradient, (output, aux)) if has_aux else (gradient, output)

    return wrapper


def grad(func, argnums=0, has_aux=False):
    """Function that returns the gradient of a scalar `func` with respect to argument `argnums`."""
    both = grad_and_value(func, argnums, has_aux)

    @_functools.wraps(func)
    def wrapper(*args, **kwargs):
        gradient, value = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return wrapper


def vjp(func, *primals, has_aux=False):
    """(output, function of the upstream gradient[, aux])."""
    with _Level() as level:
        inputs = level.fresh(tuple(primals))
        output, aux = _split(func(*inputs), has_aux, "vjp(f, *primals)")
        leaves, _ = flatten(output)
        shown, aux = level.done((output, aux))

    def vjp_fn(*cotangents, retain_graph=True, create_graph=None):
        upstream = cotangents[0] if len(cotangents) == 1 else cotangents
        with enable_grad():
            gradients = iter(level.gradient(leaves, flatten(upstream)[0]))
            result = level.done(tree_map(lambda t: next(gradients) if _is_float(t) else t, inputs))
        return result

    return (shown, vjp_fn, aux) if has_aux else (shown, vjp_fn)


class _Forward:
    """One forward derivative under way: tensors with tangents. Error: `available` is False inside a vmap."""

    def __enter__(self):
        handle = natives.forward_enter(False)
        self.available = handle is not None
        self._derivative = Held(handle) if self.available else None
        return self

    def __exit__(self, *exc):
        if self.available:
            natives.forward_leave(self._derivative)
        return False

    def dual(self, tree, tangents):
        """The same nesting with a tangent on each floating point tensor, from an iterator."""
        return tree_map(lambda t: wrap(natives.forward_dual(self._derivative, t, next(tangents))) if _is_float(t) else t, tree)

    def tangents(self, tree):
        return tree_map(lambda t: wrap(natives.forward_tangent(self._derivative, t)) if isinstance(t, Tensor) else t, tree)


def jvp(func, primals, tangents, *, strict=False, has_aux=False):
    """(output, Jv[, aux])."""
    if not isinstance(primals, tuple):
        raise RuntimeError("jvp: Expected primals to be a tuple. E.g. it should be valid to call f(*primals).")
    vectors = [v for v in flatten(tangents)[0] if _is_float(v)]
    with _Forward() as forward:
        if forward.available:
            inputs = forward.dual(tuple(primals), iter(vectors))
            output, aux = _split(func(*inputs), has_aux, "jvp(f, primals, tangents)")
            products = forward.tangents(output)
            return (output, products, aux) if has_aux else (output, products)
    with _Level() as level:
        inputs = level.fresh(tuple(primals))
        output, aux = _split(func(*inputs), has_aux, "jvp(f, primals, tangents)")
        leaves, build = flatten(output)
        output, products, aux = level.done((output, build(level.push(leaves, vectors)), aux))
    return (output, products, aux) if has_aux else (output, products)


def linearize(func, *primals):
    """(output, function of the tangents that gives Jv)."""
    output = func(*primals)
    return output, lambda *tangents: jvp(func, primals, tuple(tangents))[1]


def jacrev(func, argnums=0, *, has_aux=False, chunk_size=None, _preallocate_and_copy=False):
    """Function that returns the Jacobian, all rows (or `chunk_size` of them) in one backward pass."""

    @_functools.wraps(func)
    def wrapper(*args, **kwargs):
        with _Level() as level:
            args = list(args)
            places = _places(argnums, len(args))
            chosen = [None] * len(places)
            for k, i in enumerate(places):
                chosen[k] = args[i] = level.fresh(args[i])
            output, aux = _split(func(*args, **kwargs), has_aux, "jacrev")
            leaves, build = _outputs(output, "vjp(f, *primals)")
            blocks = []
            for o in leaves:
                columns = iter(level.jacobian(o, chunk_size))
                block = tuple(tree_map(lambda t: next(columns) if _is_float(t) else t, c) for c in chosen)
                blocks.append(block if isinstance(argnums, tuple) else block[0])
            result, aux = level.done((build(blocks), aux))
        return (result, aux) if has_aux else result

    return wrapper


def jacfwd(func, argnums=0, has_aux=False, *, randomness="error"):
    """Function that returns the Jacobian, all columns in one forward pass."""
    rows = jacrev(func, argnums, has_aux=has_aux)

    @_functools.wraps(func)
    def wrapper(*args, **kwargs):
        with _Forward() as forward:
            available = forward.available
        if not available:
            return rows(*args, **kwargs)
        places = _places(argnums, len(args))
        chosen = _differentiable([args[i] for i in places])
        inputs = [t for t in flatten(chosen)[0] if _is_float(t)]
        with Level(sum(t.numel() for t in inputs), randomness, True) as level, _Forward() as forward:
            tangents = iter([level.add(b, 0) for b in _basis(inputs)])
            given = list(args)
            for i, tree in zip(places, chosen):
                given[i] = forward.dual(tree, tangents)
            output, aux = _split(func(*given, **kwargs), has_aux, "jacfwd")
            _, build = _outputs(output, "jvp(f, primals, tangents)")
            moved = [level.remove(t, -1) for t in flatten(forward.tangents(output))[0]]
        blocks = []
        for whole in moved:
            pieces = iter(whole.split([t.numel() for t in inputs], -1))
            block = [tree_map(lambda t: next(pieces).reshape(whole.shape[:-1] + t.shape) if _is_float(t) else t, tree) for tree in chosen]
            blocks.append(tuple(block) if isinstance(argnums, tuple) else block[0])
        result = build(blocks)
        return (result, aux) if has_aux else result

    return wrapper


def _basis(inputs):
    """Unit vectors of all elements of the inputs, in the inputs' shapes."""
    from .. import eye

    natives.mute(1)  # no part of the computation
    try:
        columns = sum(t.numel() for t in inputs)
        pieces = eye(columns, dtype=inputs[0].dtype).split([t.numel() for t in inputs], 1)
        return [p.reshape((columns,) + tuple(t.shape)).to(t.dtype) for p, t in zip(pieces, inputs)]
    finally:
        natives.mute(-1)


def hessian(func, argnums=0):
    """Function that returns the Hessian."""
    return jacfwd(jacrev(func, argnums), argnums)
