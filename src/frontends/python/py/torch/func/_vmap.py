"""torch.vmap: a function of one sample, applied to a batch sample by sample."""

import functools as _functools

from .._tensor import Tensor
from ._tree import flatten


def _name(func):
    return getattr(func, "__name__", repr(func))


def _spread(in_dims, args, func):
    """The batch dimension of every leaf of the arguments, None where it is shared."""
    if isinstance(in_dims, int):
        in_dims = (in_dims,) * len(args)
    if not isinstance(in_dims, (tuple, list)):
        raise ValueError(f"vmap({_name(func)}, in_dims={in_dims}, ...)(<inputs>): expected `in_dims` to be int or a (potentially nested) tuple "
                         f"matching the structure of inputs, got: {type(in_dims)}.")
    if len(in_dims) != len(args):
        raise ValueError(f"vmap({_name(func)}, in_dims={in_dims}, ...)(<inputs>): in_dims is not compatible with the structure of `inputs`. "
                         f"in_dims has structure {type(in_dims).__name__} of {len(in_dims)} but inputs has {len(args)}.")
    dims = []
    for dim, arg in zip(in_dims, args):
        leaves, _ = flatten(arg)
        if dim is None or isinstance(dim, int):
            dims.extend([dim] * len(leaves))
        else:
            dims.extend(_leaf_dims(dim))
    return dims


def _leaf_dims(dim):
    """in_dims nested as an argument is; None is a leaf."""
    if isinstance(dim, dict):
        return [d for v in dim.values() for d in _leaf_dims(v)]
    if isinstance(dim, (tuple, list)):
        return [d for v in dim for d in _leaf_dims(v)]
    return [dim]


def vmap(func, in_dims=0, out_dims=0, randomness="error", *, chunk_size=None):
    """Function that maps `func` over dimension `in_dims` of its arguments and stacks what it returns along `out_dims`."""
    if randomness not in ("error", "different", "same"):
        raise RuntimeError(f"Only allowed values for randomness are 'error', 'different', or 'same'. Got {randomness}")

    @_functools.wraps(func)
    def wrapper(*args, **kwargs):
        from .. import stack, tensor

        leaves, build = flatten(args)
        dims = _spread(in_dims, args, func)
        batched = [(t, d) for t, d in zip(leaves, dims) if d is not None]
        if not batched:
            raise ValueError("vmap: Expected at least one Tensor to vmap over"
                             if args else f"vmap({_name(func)})(<inputs>): got no inputs. Maybe you forgot to add inputs, or you are trying to vmap "
                             "over a function with no inputs. The latter is unsupported.")
        for t, d in batched:
            if not isinstance(t, Tensor):
                raise ValueError(f"vmap({_name(func)}, in_dims={in_dims}, ...)(<inputs>): Got in_dim={d} for an input but the input is of type "
                                 f"{type(t)}. We cannot vmap over non-Tensor arguments, please use None as the respective in_dim")
            if t.dim() == 0 or not -t.dim() <= d < t.dim():
                raise ValueError(f"vmap({_name(func)}, in_dims={in_dims}, ...)(<inputs>): Got in_dim={d} for some input, but that input is a Tensor of "
                                 f"dimensionality {t.dim()} so expected in_dim to satisfy -{t.dim()} <= in_dim < {t.dim()}.")
        sizes = [t.shape[d] for t, d in batched]
        if any(s != sizes[0] for s in sizes):
            raise ValueError(f"vmap: Expected all tensors to have the same size in the mapped dimension, got sizes {sizes} for the mapped dimension")
        results, rebuild = [], None
        for i in range(sizes[0]):
            sample = [t if d is None else t.select(d, i) for t, d in zip(leaves, dims)]
            out, rebuild = flatten(func(*build(sample), **kwargs))
            for o in out:
                if not isinstance(o, Tensor):
                    raise ValueError(f"vmap({_name(func)}, ...): `{_name(func)}` must only return Tensors, got type {type(o)}. "
                                     "Did you mean to set out_dims= to None for output?")
            results.append(out)
        if rebuild is None:
            raise RuntimeError("vmap: the mapped dimension has size 0, so that the function never runs; Backstep cannot tell what it returns")
        count = len(results[0])
        places = _leaf_dims(out_dims)
        places = places * count if len(places) == 1 else places
        return rebuild([stack([r[k] for r in results], d) if d is not None else results[0][k] for k, d in zip(range(count), places)])

    return wrapper
