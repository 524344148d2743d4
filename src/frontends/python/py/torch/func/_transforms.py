"""Derivatives of functions, built on the recorded graph; they nest to any depth."""

import functools as _functools

from .._tensor import Tensor
from ..autograd.grad_mode import enable_grad
from ._tree import flatten, tree_map

_depth = [0]


def _is_float(x):
    return isinstance(x, Tensor) and (x.dtype.is_floating_point or x.dtype.is_complex)


class _Level:
    """One transform under way: fresh inputs while it runs; results are cut from the graph where nothing outside needs it."""

    def __enter__(self):
        self._mode = enable_grad()
        self._mode.__enter__()
        self.outer = _depth[0] > 0
        self.inputs = []
        self.tracked = False
        _depth[0] += 1
        return self

    def __exit__(self, *exc):
        _depth[0] -= 1
        self._mode.__exit__(*exc)
        return False

    def fresh(self, tree):
        """The same nesting with inputs of this level in place of its floating point tensors."""
        leaves, build = flatten(tree)
        new = []
        for t in leaves:
            if not _is_float(t):
                new.append(t)
                continue
            if t.requires_grad:
                self.tracked = True
                t = t.view(t.shape)
            else:
                t = t.detach().requires_grad_()
            self.inputs.append(t)
            new.append(t)
        return build(new)

    def done(self, tree):
        """Results: still differentiable where an outer level or the program's own graph goes through them."""
        own = {id(t) for t in self.inputs}

        def cut(t):
            if not isinstance(t, Tensor) or not t.requires_grad:
                return t
            return t if self.outer or self.tracked or _reaches_others(t, own) else t.detach()

        return tree_map(cut, tree)


def _reaches_others(t, own):
    """Does the graph of `t` lead to a leaf that is none of `own`?"""
    if t.grad_fn is None:
        return id(t) not in own
    seen, stack = set(), [t.grad_fn]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        variable = getattr(node, "variable", None)
        if variable is not None and id(variable) not in own:
            return True
        stack.extend(n for n, _ in node.next_functions if n is not None)
    return False


def _gradient(outputs, inputs, upstream, create_graph=True):
    """Vector-Jacobian product with zeros where nothing flows."""
    from .. import zeros_like
    from ..autograd import grad as autograd_grad

    pairs = [(o, g) for o, g in zip(outputs, upstream) if isinstance(o, Tensor) and o.requires_grad]
    if not pairs:
        return [zeros_like(x) for x in inputs]
    grads = autograd_grad([o for o, _ in pairs], inputs, [g for _, g in pairs], retain_graph=True, create_graph=create_graph, allow_unused=True)
    return [zeros_like(x) if g is None else g for g, x in zip(grads, inputs)]


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
            places = argnums if isinstance(argnums, tuple) else (argnums,)
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
            grads = iter(_gradient([output], level.inputs, [None]))
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
            gradients = iter(_gradient(leaves, level.inputs, flatten(upstream)[0]))
            result = level.done(tree_map(lambda t: next(gradients) if _is_float(t) else t, inputs))
        return result

    return (shown, vjp_fn, aux) if has_aux else (shown, vjp_fn)


def jvp(func, primals, tangents, *, strict=False, has_aux=False):
    """(output, Jv[, aux])."""
    if not isinstance(primals, tuple):
        raise RuntimeError("jvp: Expected primals to be a tuple. E.g. it should be valid to call f(*primals).")
    with _Level() as level:
        inputs = level.fresh(tuple(primals))
        output, aux = _split(func(*inputs), has_aux, "jvp(f, primals, tangents)")
        leaves, build = flatten(output)
        vectors = [v for v in flatten(tangents)[0] if _is_float(v)]
        products = build(_push(leaves, level.inputs, vectors))
        output, products, aux = level.done((output, products, aux))
    return (output, products, aux) if has_aux else (output, products)


def _push(outputs, inputs, tangents):
    """Jv: the gradient of uᵀJv with respect to u."""
    from .. import zeros_like

    probes = [zeros_like(o, requires_grad=True) for o in outputs]
    grads = _gradient(outputs, inputs, probes)
    return _gradient(grads, probes, tangents)


def linearize(func, *primals):
    """(output, function of the tangents that gives Jv)."""
    output = func(*primals)
    return output, lambda *tangents: jvp(func, primals, tuple(tangents))[1]


def jacrev(func, argnums=0, *, has_aux=False, chunk_size=None, _preallocate_and_copy=False):
    """Function that returns the Jacobian, one row (backward pass) at a time."""

    @_functools.wraps(func)
    def wrapper(*args, **kwargs):
        with _Level() as level:
            args = list(args)
            places = argnums if isinstance(argnums, tuple) else (argnums,)
            chosen = [None] * len(places)
            for k, i in enumerate(places):
                chosen[k] = args[i] = level.fresh(args[i])
            output, aux = _split(func(*args, **kwargs), has_aux, "jacrev")
            leaves, build = flatten(output)
            blocks = []
            for o in leaves:
                columns = iter(_rows(o, level.inputs))
                block = tuple(tree_map(lambda t: next(columns) if _is_float(t) else t, c) for c in chosen)
                blocks.append(block if isinstance(argnums, tuple) else block[0])
            result, aux = level.done((build(blocks), aux))
        return (result, aux) if has_aux else result

    return wrapper


def _rows(output, inputs):
    from .. import stack, zeros

    flat = output.reshape(-1)
    columns = [[] for _ in inputs]
    for k in range(flat.shape[0]):
        for column, g in zip(columns, _gradient([flat[k]], inputs, [None])):
            column.append(g)
    shape = tuple(output.shape)
    return [stack(c).view(shape + tuple(x.shape)) if c else zeros(shape + tuple(x.shape)) for c, x in zip(columns, inputs)]


def jacfwd(func, argnums=0, has_aux=False, *, chunk_size=None, randomness="error"):
    """Function that returns the Jacobian (the same numbers as jacrev)."""
    return jacrev(func, argnums, has_aux=has_aux)


def hessian(func, argnums=0):
    """Function that returns the Hessian."""
    return jacfwd(jacrev(func, argnums), argnums)
