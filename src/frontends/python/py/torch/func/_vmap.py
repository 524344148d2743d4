"""torch.vmap: a function of one sample, applied to a whole batch at once."""

import functools as _functools

from .._bridge import Held, natives, wrap
from .._tensor import Tensor
from ._tree import broadcast, flatten, structure


def _name(func):
    if isinstance(func, _functools.partial):
        return f"functools.partial({_name(func.func)}, ...)"
    return getattr(func, "__name__", None) or repr(func)


def _checked_inputs(in_dims, args, func):
    """(batch size, batch dimension of each leaf of the arguments, leaves, function that rebuilds the arguments)."""
    start = f"vmap({_name(func)}, in_dims={in_dims}, ...)(<inputs>): "
    if not isinstance(in_dims, (int, tuple)):
        raise ValueError(start + "expected `in_dims` to be int or a (potentially nested) tuple matching the structure of inputs, "
                         f"got: {type(in_dims)}.")
    if len(args) == 0:
        raise ValueError(f"vmap({_name(func)})(<inputs>): got no inputs. Maybe you forgot to add inputs, or you are trying to vmap over a "
                         "function with no inputs. The latter is unsupported.")
    leaves, build = flatten(args)
    dims = broadcast(in_dims, args)
    if dims is None:
        raise ValueError(start + f"in_dims is not compatible with the structure of `inputs`. in_dims has structure {structure(in_dims)} but "
                         f"inputs has structure {structure(args)}.")
    for i, (leaf, dim) in enumerate(zip(leaves, dims)):
        if dim is not None and not isinstance(dim, int):
            raise ValueError(start + f"Got in_dim={dim} for an input but in_dim must be either an integer dimension or None.")
        if dim is not None and not isinstance(leaf, Tensor):
            raise ValueError(start + f"Got in_dim={dim} for an input but the input is of type {type(leaf)}. We cannot vmap over non-Tensor "
                             "arguments, please use None as the respective in_dim")
        if dim is not None and not -leaf.dim() <= dim < leaf.dim():
            raise ValueError(start + f"Got in_dim={dim} for some input, but that input is a Tensor of dimensionality {leaf.dim()} so expected "
                             f"in_dim to satisfy -{leaf.dim()} <= in_dim < {leaf.dim()}.")
        if dim is not None:
            dims[i] = dim % leaf.dim()
    sizes = [leaf.size(dim) for leaf, dim in zip(leaves, dims) if dim is not None]
    if not sizes:
        raise ValueError("vmap: Expected at least one Tensor to vmap over")
    if any(s != sizes[0] for s in sizes):
        raise ValueError(f"vmap: Expected all tensors to have the same size in the mapped dimension, got sizes {sizes} for the mapped dimension")
    return sizes[0], dims, leaves, build


def _check_out_dims(out_dims, func):
    if not all(d is None or isinstance(d, int) for d in flatten(out_dims)[0]):
        raise ValueError(f"vmap({_name(func)}, ..., out_dims={out_dims}): `out_dims` must be an int, None or a python collection of ints "
                         "representing where in the outputs the vmapped dimension should appear.")


def _output_dims(out_dims, output, func):
    """Where the batch goes in each leaf of the output."""
    if isinstance(output, Tensor):
        if out_dims is None or isinstance(out_dims, int):
            return [out_dims]
        if isinstance(out_dims, tuple) and len(out_dims) == 1:
            return list(out_dims)
        dims = None
    else:
        dims = broadcast(out_dims, output)
    if dims is None:
        raise ValueError(f"vmap({_name(func)}, ..., out_dims={out_dims})(<inputs>): out_dims is not compatible with the structure of `outputs`. "
                         f"out_dims has structure {structure(out_dims)} but outputs has structure {structure(output)}.")
    return dims


class Level:
    """One vmap under way; `tangents`: only the tangents of a forward Jacobian are batched."""

    def __init__(self, size, randomness, tangents=False):
        self.size, self.randomness, self.tangents = size, randomness, tangents

    def __enter__(self):
        self._level = Held(natives.vmap_enter(self.size, self.randomness, self.tangents))
        return self

    def __exit__(self, *exc):
        natives.vmap_leave()
        return False

    def add(self, tensor, dim):
        """A batch as its samples see it."""
        return wrap(natives.vmap_add(self._level, tensor, dim))

    def remove(self, tensor, dim):
        """All samples of a tensor, along a dimension."""
        return wrap(natives.vmap_remove(self._level, tensor, dim))

    def batched(self, tensor):
        return natives.vmap_batched(self._level, tensor)


def _run(func, size, dims, leaves, build, kwargs, out_dims, randomness):
    """(batch dimension of each output, outputs, function that rebuilds what the function returned)."""
    name = _name(func)
    with Level(size, randomness) as level:
        output = func(*build([x if d is None else level.add(x, d) for x, d in zip(leaves, dims)]), **kwargs)
        parts, rebuild = flatten(output)
        places = _output_dims(out_dims, output, func)
        results = []
        for part, place in zip(parts, places):
            if place is None:
                if isinstance(part, Tensor) and level.batched(part):
                    raise ValueError(f"vmap({name}, ...): `{name}` can not return a BatchedTensor when out_dim is None")
                results.append(part)
                continue
            if not isinstance(part, Tensor):
                raise ValueError(f"vmap({name}, ...): `{name}` must only return Tensors, got type {type(part)}. "
                                 "Did you mean to set out_dims= to None for output?")
            results.append(level.remove(part, place))
    return places, results, rebuild


def _in_chunks(func, chunk_size, size, dims, leaves, build, kwargs, out_dims, randomness):
    from .. import cat, get_rng_state, set_rng_state

    state = get_rng_state() if randomness == "same" else None
    runs = []
    for at in range(0, size, chunk_size):
        if state is not None:
            set_rng_state(state)
        n = min(chunk_size, size - at)
        part = [x if d is None else x.narrow(d, at, n) for x, d in zip(leaves, dims)]
        runs.append(_run(func, n, dims, part, build, kwargs, out_dims, randomness))
    places, _, rebuild = runs[0]
    columns = zip(*[results for _, results, _ in runs])
    return rebuild([parts[0] if d is None else cat(parts, d) for d, parts in zip(places, columns)])


def vmap(func, in_dims=0, out_dims=0, randomness="error", *, chunk_size=None):
    """Function that maps `func` over dimension `in_dims` of its arguments and stacks what it returns along `out_dims`."""
    if randomness not in ("error", "different", "same"):
        raise RuntimeError(f"Only allowed values for randomness are 'error', 'different', or 'same'. Got {randomness}")
    if not (chunk_size is None or chunk_size > 0):
        raise ValueError(f"vmap: chunk_size should be None or greater than 0. (got {chunk_size})")

    @_functools.wraps(func)
    def wrapper(*args, **kwargs):
        _check_out_dims(out_dims, func)
        size, dims, leaves, build = _checked_inputs(in_dims, args, func)
        if chunk_size is not None and chunk_size < size:
            return _in_chunks(func, chunk_size, size, dims, leaves, build, kwargs, out_dims, randomness)
        _, results, rebuild = _run(func, size, dims, leaves, build, kwargs, out_dims, randomness)
        return rebuild(results)

    return wrapper
