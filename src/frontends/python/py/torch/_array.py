"""Functions of the torch namespace that take several tensors or whose arguments are sorted out in Python."""

import builtins as _b

from . import _bridge as B, _namespaces
from ._tensor import Tensor, _OPS, _read_only

__all__ = [
    "atleast_1d", "atleast_2d", "atleast_3d", "block_diag", "broadcast_shapes", "broadcast_tensors", "cartesian_prod", "einsum",
    "meshgrid", "split", "tensordot", "unique", "unique_consecutive", "unravel_index",
]

_call = B.call


def _operator(name, *args, **kwargs):
    return _call(_OPS[name], args, kwargs)


def _list_of(tensors):
    """The tensors of f(a, b, …) or f([a, b, …])."""
    return list(tensors[0]) if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else list(tensors)


def _atleast(name):
    def f(*tensors):
        if len(tensors) == 1 and not isinstance(tensors[0], (tuple, list)):
            if not isinstance(tensors[0], Tensor):
                signatures = (f"{name}(Tensor input)", f"{name}(TensorList tensors)")
                raise B.parser_error(signatures, False, tensors, {}, TypeError("a tensor is required"))
            return _operator(name, tensors[0])
        tensors = _list_of(tensors)
        for i, t in enumerate(tensors):
            if not isinstance(t, Tensor):
                raise TypeError(f"expected Tensor as element {i} in argument 0, but got {B.type_name(t)}")
        return tuple([_operator(name, t) for t in tensors])

    f.__name__ = f.__qualname__ = name
    return f


atleast_1d, atleast_2d, atleast_3d = _atleast("atleast_1d"), _atleast("atleast_2d"), _atleast("atleast_3d")


def block_diag(*tensors):
    return _operator("block_diag", list(tensors))


def broadcast_tensors(*tensors):
    return _operator("broadcast_tensors", _list_of(tensors))


def broadcast_shapes(*shapes):
    """The shape that tensors of these shapes are broadcast to."""
    from ._dtypes import Size

    shapes = [(s,) if isinstance(s, _b.int) else tuple(s) for s in shapes]
    result = [1] * max((len(s) for s in shapes), default=0)
    for shape in shapes:
        for i in range(-1, -1 - len(shape), -1):
            if shape[i] < 0:
                raise RuntimeError(f"Trying to create tensor with negative dimension ({shape[i]}): ({shape[i]})")
            if shape[i] == 1 or shape[i] == result[i]:
                continue
            if result[i] != 1:
                raise RuntimeError("Shape mismatch: objects cannot be broadcast to a single shape")
            result[i] = shape[i]
    return Size(result)


def cartesian_prod(*tensors):
    return _operator("cartesian_prod", list(tensors))


def meshgrid(*tensors, indexing=None):
    return _operator("meshgrid", _list_of(tensors), indexing=indexing)


def einsum(*args):
    """Sums of products by index letters, or by numbered subscripts after each operand."""
    if len(args) < 2:
        raise ValueError(
            "einsum(): must specify the equation string and at least one operand, or at least one operand and its subscripts list"
        )
    if isinstance(args[0], Tensor):

        def letter(n):
            if n is Ellipsis:
                return "..."
            if n >= 0 and n < 26:
                return chr(ord("A") + n)
            if n >= 26 and n < 52:
                return chr(ord("a") + n - 26)
            raise ValueError("einsum(): subscript in subscript list is not within the valid range [0, 52)")

        equation = ",".join(["".join([letter(n) for n in subscripts]) for subscripts in args[1::2]])
        if len(args) % 2 == 1:
            equation = ",".join(["".join([letter(n) for n in subscripts]) for subscripts in args[1:-1:2]])
            equation += "->" + "".join([letter(n) for n in args[-1]])
            operands = args[:-1:2]
        else:
            operands = args[::2]
    else:
        equation, operands = args[0], args[1:]
    return _operator("einsum", equation, _list_of(operands))


def split(tensor, split_size_or_sections, dim=0):
    """Views of pieces of equal size, or of the given sizes."""
    return tensor.split(split_size_or_sections, dim)


def _split(self, split_size, dim=0):
    if isinstance(split_size, Tensor):
        split_size = _b.int(split_size)
    return _call(_OPS["split" if isinstance(split_size, _b.int) else "split_with_sizes"], (self, split_size, dim), None)


def _unflatten(self, dim, sizes):
    return _call(_OPS["unflatten"], (self, dim, sizes), None, True)


def tensordot(a, b, dims=2, out=None):
    if not isinstance(dims, (tuple, list, Tensor, _b.int)):
        raise RuntimeError(
            "tensordot expects dims to be int or "
            "tuple[list[int], list[int]] or "
            "list[list[int]] containing two lists, but got "
            f"dims={dims}"
        )
    if isinstance(dims, Tensor):
        if dims.numel() > 1:
            first, second = dims.tolist()
        else:
            dims = dims.item()
    if isinstance(dims, (tuple, list)):
        first, second = dims
        first = [first] if isinstance(first, _b.int) else list(first)
        second = [second] if isinstance(second, _b.int) else list(second)
    elif not isinstance(dims, Tensor):
        if dims < 0:
            raise RuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
        if dims > min(a.dim(), b.dim()):
            raise RuntimeError(f"tensordot expects dims < ndim_a or ndim_b, but got dims={dims}")
        first, second = list(range(-dims, 0)), list(range(dims))
    extra = {} if out is None else {"out": out}
    return _operator("tensordot", a, b, first, second, **extra)


def _chosen(result, return_inverse, return_counts):
    """Output alone, or with the inverse, the counts or both."""
    values, inverse, counts = result
    if return_inverse and return_counts:
        return values, inverse, counts
    if return_inverse:
        return values, inverse
    return (values, counts) if return_counts else values


def unique(input, sorted=True, return_inverse=False, return_counts=False, dim=None):
    """The different elements (or slices along `dim`), ascending."""
    return _chosen(_operator("unique", input, dim), return_inverse, return_counts)


def unique_consecutive(input, return_inverse=False, return_counts=False, dim=None):
    """As `unique`, without sorting: only neighbours that are equal are joined."""
    return _chosen(_operator("unique_consecutive", input, dim), return_inverse, return_counts)


def unravel_index(indices, shape):
    """Coordinates of positions in a row-major array of the given shape."""
    if isinstance(shape, _b.int):
        shape = (shape,)
    elif isinstance(shape, Tensor):
        shape = shape.tolist()
    if indices.dtype.is_floating_point or indices.dtype.is_complex or indices.dtype._name == "bool":
        raise ValueError(f"expected 'indices' to be integer dtype, but got {indices.dtype}")
    indices = indices.long()
    parts = []
    step = 1
    for size in reversed(list(shape)):
        parts.append((indices // step) % size)
        step *= size
    return tuple(reversed(parts))


def _method(f):
    def method(self, *args, **kwargs):
        return f(self, *args, **kwargs)

    method.__name__ = f.__name__
    method.__qualname__ = "Tensor." + f.__name__
    return method


_OF_A_NUMBER = {"mT": "This function is the identity in these cases."}


def _property(name):
    def get(self):
        if self.ndim == 0:
            B.warn(f"Tensor.{name} is deprecated on 0-D tensors. {_OF_A_NUMBER.get(name, 'Consider using x.conj().')}", once=True)
        return _call(_OPS[name], (self,), None)

    get.__name__ = name
    return _read_only(get)


def asarray(obj, *, dtype=None, device=None, copy=None, requires_grad=False):
    """A tensor of anything that can be read as one; shares memory with a tensor unless `copy` is true."""
    from ._creation import as_tensor, tensor

    if isinstance(obj, Tensor):
        made = obj if dtype is None else obj.to(dtype)
        if copy and made is obj:
            made = obj.clone()
        if not requires_grad and made.requires_grad:
            made = made.detach()
    else:
        made = tensor(obj, dtype=dtype) if copy else as_tensor(obj, dtype=dtype)
    return made.requires_grad_() if requires_grad else made


def is_nonzero(input):
    """Is the only element other than zero?"""
    if input.numel() == 0:
        raise RuntimeError("Boolean value of Tensor with no values is ambiguous")
    if input.numel() > 1:
        raise RuntimeError("Boolean value of Tensor with more than one value is ambiguous")
    return bool(input.item())


def _resize_as(self, the_template, *, memory_format=None):
    return self.resize_(the_template.shape)


def _part(name):
    """x.real, x.imag: views that can be assigned to."""

    def write(self, value):
        part = _call(_OPS[name], (self,), None)
        part.copy_(value) if isinstance(value, Tensor) else part.fill_(value)

    return property(lambda self: _call(_OPS[name], (self,), None), write)


_IN_PLACE = (
    "abs_", "acos_", "acosh_", "addmv_", "arccos_", "arccosh_", "arcsin_", "arcsinh_", "arctan_", "arctanh_", "asin_",
    "asinh_", "atan_", "atanh_", "ceil_", "clamp_", "clamp_max_", "clamp_min_", "clip_", "cos_", "cosh_", "deg2rad_",
    "erf_", "erfc_", "exp2_", "exp_", "expm1_", "fill_", "fix_", "floor_", "frac_", "gcd_", "i0_", "index_put_",
    "lcm_", "ldexp_", "log10_", "log1p_", "log2_", "log_", "logit_", "nan_to_num_", "neg_", "negative_", "rad2deg_",
    "reciprocal_", "relu_", "round_", "rsqrt_", "sigmoid_", "sin_", "sinc_", "sinh_", "sqrt_", "square_", "tan_", "tanh_",
    "trunc_", "xlogy_", "zero_",
)
for _name in _IN_PLACE:
    globals()[_name] = _namespaces.function(_OPS[_name], _name, None)
def detach_(input):
    return input.detach_()


__all__ += ["asarray", "detach_", "is_nonzero", *_IN_PLACE]
Tensor.real, Tensor.imag, Tensor.is_nonzero, Tensor.resize_as_ = _part("real"), _part("imag"), _method(is_nonzero), _resize_as
Tensor.split, Tensor.unflatten = _split, _unflatten
_split.__qualname__, _unflatten.__qualname__ = "Tensor.split", "Tensor.unflatten"
Tensor.unique, Tensor.unique_consecutive = _method(unique), _method(unique_consecutive)
for _name in ("mT", "mH", "H"):
    setattr(Tensor, _name, _property(_name))
