"""Tensors from Python values, and legacy constructors."""

import array as _array
import builtins as _b

from . import _bridge as B
from ._bridge import natives, warn, wrap
from ._dtypes import _BY_NAME, Size, device as _device
from ._tensor import Tensor, check_device


def _flatten(data, shape, depth, out):
    """Appends the numbers of nested sequences to `out`, checking that the nesting is regular."""
    if isinstance(data, (list, tuple)) or (hasattr(data, "__len__") and hasattr(data, "__getitem__") and not isinstance(data, (str, Tensor))):
        if len(shape) == depth:
            shape.append(len(data))
        elif shape[depth] is None or shape[depth] != len(data):
            raise ValueError(f"expected sequence of length {shape[depth]} at dim {depth} (got {len(data)})")
        for x in data:
            _flatten(x, shape, depth + 1, out)
        return
    if depth != len(shape):
        raise _not_a_sequence(data, shape, depth)
    out.append(data)


def _not_a_sequence(data, shape, depth):
    if isinstance(data, Tensor):
        return ValueError("only one element tensors can be converted to Python scalars")
    return TypeError("not a sequence")


def infer(values):
    """dtype name of a list of scalars: the dtype that those of all of them promote to."""
    names = {_name_of(v) for v in values}
    found = names.pop()
    for name in names:
        found = natives.promote_types(_BY_NAME[found], _BY_NAME[name])
    return found


_NAME_OF = {
    _b.bool: lambda: "bool",
    _b.int: lambda: "int64",
    _b.float: natives.default_dtype,
    _b.complex: lambda: "complex128" if natives.default_dtype() == "float64" else "complex64",
}


def _name_of(v):
    name = _NAME_OF.get(type(v))
    if name is not None:
        return name()
    if isinstance(v, Tensor):
        return v.dtype._name
    if hasattr(v, "__backstep__"):  # a number of numpy's
        return v.dtype._torch._name
    for kind, name in _NAME_OF.items():
        if isinstance(v, kind):
            return name()
    raise RuntimeError("Could not infer dtype of NoneType") if v is None else _bad_value(v)


def _bad_value(v):
    if isinstance(v, str):
        return TypeError("new(): invalid data type 'str'")
    if isinstance(v, dict):
        return RuntimeError("Could not infer dtype of dict")
    return RuntimeError(f"Could not infer dtype of {type(v).__name__}")


_MISSING = object()


def tensor(data=_MISSING, *, dtype=None, device=None, requires_grad=False, pin_memory=False, names=None):
    """torch.tensor: a new tensor with a copy of the data."""
    if data is _MISSING:
        raise TypeError('tensor() missing 1 required positional arguments: "data"')
    if device is not None:
        check_device(device)
    if isinstance(dtype, type) and dtype in B._PY_DTYPES:
        dtype = _BY_NAME[B._PY_DTYPES[dtype]]
    if isinstance(data, Tensor):
        warn(
            "To copy construct from a tensor, it is recommended to use sourceTensor.clone().detach() or "
            "sourceTensor.clone().detach().requires_grad_(True), rather than torch.tensor(sourceTensor)."
        )
        made = data.detach().clone()
        if dtype is not None:
            made = made.to(dtype)
        return made.requires_grad_() if requires_grad else made
    if hasattr(data, "__backstep__"):
        inner = data.__backstep__()
        if isinstance(inner, Tensor):
            made = inner.detach().clone()
            made = made if dtype is None else made.to(dtype)
            return made.requires_grad_() if requires_grad else made
    if isinstance(data, str):
        raise TypeError("new(): invalid data type 'str'")
    if isinstance(data, (set, dict)):
        raise RuntimeError(f"Could not infer dtype of {type(data).__name__}")
    made = build(data, dtype)
    if requires_grad:
        if not (made.dtype.is_floating_point or made.dtype.is_complex):
            raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        made.requires_grad_()
    return made


_warned = []  # PyTorch says it once in a process


def _is_array(x):
    return hasattr(x, "__backstep__") and isinstance(x.__backstep__(), Tensor)


def _warn_of_arrays():
    if not _warned:
        _warned.append(True)
        warn(
            "Creating a tensor from a list of numpy.ndarrays is extremely slow. Please consider converting the list to a single "
            "numpy.ndarray with numpy.array() before converting to a tensor."
        )


def build(data, dtype=None):
    """Tensor of nested sequences of numbers."""
    if isinstance(data, (list, tuple)) and data and _is_array(data[0]):
        _warn_of_arrays()
    shape, values = [], []
    _flatten(data, shape, 0, values)
    given, values = values, [v.__backstep__() if hasattr(v, "__backstep__") else v for v in values]
    for v in values:
        if isinstance(v, Tensor) and v.numel() != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
    for v in values:
        if isinstance(v, str):
            raise _bad_value(v)
    name = dtype._name if dtype is not None else (infer(given) if given else natives.default_dtype())
    return from_flat(values, shape, name)


def from_flat(values, shape, name):
    if name.startswith("complex"):
        flat = []
        for v in values:
            c = complex(v.item() if isinstance(v, Tensor) else v)
            flat.extend((c.real, c.imag))
    elif name.startswith(("int", "uint")):
        flat = [_b.int(v.item() if isinstance(v, Tensor) else v) for v in values]
        flat = [_b.float(v) for v in flat]
    elif name == "bool":
        flat = [1.0 if v else 0.0 for v in values]
    else:
        flat = [_b.float(v) for v in values]
    buffer = _array.array("d", flat)
    address = buffer.buffer_info()[0] if flat else 0
    return wrap(natives.from_heap(address, tuple(shape), _BY_NAME[name]))


def as_tensor(data, dtype=None, device=None):
    if device is not None:
        check_device(device)
    if isinstance(data, Tensor):
        return data if dtype is None else data.to(dtype)
    if hasattr(data, "__backstep__"):
        inner = data.__backstep__()
        if isinstance(inner, Tensor):
            return inner if dtype is None else inner.to(dtype)
    return tensor(data, dtype=dtype)


def from_numpy(array):
    if not hasattr(array, "__backstep__"):
        raise TypeError(f"expected np.ndarray (got {type(array).__name__})")
    return array.__backstep__()


def legacy_tensor(name, *args, dtype=None, device=None):
    """torch.Tensor(2, 3), torch.FloatTensor([1, 2]) …"""
    from . import empty

    if len(args) == 0:
        return empty(0, dtype=_BY_NAME[name])
    if len(args) == 1:
        data = args[0]
        if isinstance(data, Size):
            return empty(data, dtype=_BY_NAME[name])
        if isinstance(data, Tensor):
            return data.detach().to(_BY_NAME[name])
        if isinstance(data, (list, tuple)) or hasattr(data, "__backstep__"):
            if hasattr(data, "__backstep__"):
                return data.__backstep__().to(_BY_NAME[name])
            return build(data, _BY_NAME[name])
    if all(isinstance(a, _b.int) for a in args):
        return empty(*args, dtype=_BY_NAME[name])
    raise TypeError(f"new(): invalid data type '{type(args[0]).__name__}'")


def rebuild(cls, dtype, shape, values, requires_grad, state):
    """Unpickles a tensor."""
    t = from_flat(values, shape, dtype._name)
    if cls is not Tensor:
        t = cls._share(t)
    if requires_grad:
        t.requires_grad_()
    t.__dict__.update(state)
    return t


def _typed(name, class_name):
    def make(cls, *args, **kwargs):
        return legacy_tensor(name, *args)

    class Meta(type):
        def __instancecheck__(cls, instance):
            return isinstance(instance, Tensor) and instance.dtype._name == name

    return Meta(class_name, (), {"__new__": make, "__module__": "torch", "dtype": _BY_NAME[name]})


LEGACY = {
    class_name: _typed(name, class_name)
    for name, class_name in {
        "float32": "FloatTensor", "float64": "DoubleTensor", "float16": "HalfTensor", "int64": "LongTensor", "int32": "IntTensor",
        "int16": "ShortTensor", "int8": "CharTensor", "uint8": "ByteTensor", "bool": "BoolTensor",
    }.items()
}
