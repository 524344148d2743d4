"""Tensors from Python values, and legacy constructors."""

import array as _array
import builtins as _b
import math
import operator

from . import _bridge as B
from ._bridge import natives, takes, warn, wrap
from ._dtypes import _BY_NAME, Size, device as _device, dtype as _dtype, iinfo
from ._tensor import CPP_NAMES, Tensor, check_device

_TYPES = {bool: "bool", int: "int64", complex: "complex64"}  # of float: the default dtype
_PLAIN = {bool, int, float, complex}


def _is_sequence(x):
    """Is it a sequence for PyTorch's constructors? Tensors are values, and so is what has no order."""
    if isinstance(x, (list, tuple, str, range)):
        return True
    return hasattr(x, "__len__") and hasattr(x, "__getitem__") and not isinstance(x, (Tensor, dict, set))


def _sizes(data):
    """Shape of nested sequences, as their first elements have it. Error: ValueError for strings, which hold strings."""
    shape = []
    while _is_sequence(data):
        if isinstance(data, str):
            raise ValueError("too many dimensions 'str'")
        shape.append(len(data))
        if not shape[-1]:
            break
        data = data[0]
    return shape


def _flatten(data, shape, depth, out):
    """Appends the values of nested sequences to `out`. Errors: another length (ValueError), or no sequence, where the shape has one."""
    if depth == len(shape):
        out.append(data)
        return
    if not _is_sequence(data):
        if isinstance(data, Tensor):
            raise ValueError("only one element tensors can be converted to Python scalars")
        raise TypeError("not a sequence")
    if len(data) != shape[depth]:
        raise ValueError(f"expected sequence of length {shape[depth]} at dim {depth} (got {len(data)})")
    if B.is_array(data):
        _warn_of_arrays()
    if depth == len(shape) - 1:
        out.extend(data)
        return
    for x in data:
        _flatten(x, shape, depth + 1, out)


def infer(data):
    """dtype name of a Python value, or of nested sequences of them. Errors: TypeError for strings, RuntimeError for what is no number."""
    if isinstance(data, (str, bytes)):
        raise TypeError(f"new(): invalid data type '{type(data).__name__}'")
    if _is_sequence(data):
        if B.is_array(data):
            return data._t.dtype._name
        kinds = set(map(type, data))
        names = {infer(x) for x in ([kind() for kind in kinds] if kinds <= _PLAIN else data)}
        if not names:
            return natives.default_dtype()
        first, *others = sorted(names)
        for name in others:
            first = natives.promote_types(_BY_NAME[first], _BY_NAME[name])
        return first
    if hasattr(data, "__backstep__"):
        return data.dtype._torch._name
    if isinstance(data, Tensor):
        return data.dtype._name
    if isinstance(data, _b.float):
        return natives.default_dtype()
    for kind, name in _TYPES.items():
        if isinstance(data, kind):
            return "complex128" if name == "complex64" and natives.default_dtype() == "float64" else name
    raise RuntimeError(f"Could not infer dtype of {B.type_name(data)}")


def _dtype_of(x):
    """A dtype argument, perhaps a Python type. Error: TypeError."""
    if isinstance(x, type) and x in B._PY_DTYPES:
        return _BY_NAME[B._PY_DTYPES[x]]
    if x is not None and not isinstance(x, _dtype):
        raise TypeError("a dtype is required")
    return x


def copy_of(source, dtype, device, requires_grad, call):
    """A copy of a tensor made by `call`, which PyTorch advises against."""
    warn("To copy construct from a tensor, it is recommended to use sourceTensor.clone().detach() or "
         f"sourceTensor.clone().detach().requires_grad_(True), rather than {call}.")
    made = source.detach().clone().to(device, dtype)
    return made.requires_grad_() if requires_grad else made


@takes("tensor(object data, *, ScalarType? dtype=None, Device? device=None, bool pin_memory=False, bool requires_grad=False, DimnameList? names=None)", method=False)
def tensor(data, *, dtype=None, device=None, requires_grad=False, pin_memory=False, names=None):
    """torch.tensor: a new tensor with a copy of the data."""
    if not isinstance(requires_grad, _b.bool):
        raise TypeError("requires_grad must be a bool")
    device = _place(device)
    dtype = _dtype_of(dtype)
    if isinstance(data, Tensor):
        return copy_of(data, dtype, device, requires_grad, "torch.tensor(sourceTensor)")
    if B.is_array(data):
        made = _memory_of(data).detach().clone().to(device, dtype)
        return made.requires_grad_() if requires_grad else made
    made = build(data, dtype)
    if device.type == "meta":
        made = made.to(device)
    if requires_grad:
        if not (made.dtype.is_floating_point or made.dtype.is_complex):
            raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        made.requires_grad_()
    return made


def _place(device):
    """The device of a new tensor: the one asked for, else the default."""
    return check_device(natives.default_device() if device is None else device)


_warned = []  # PyTorch says it once in a process


def _warn_of_arrays():
    if not _warned:
        _warned.append(True)
        warn(
            "Creating a tensor from a list of numpy.ndarrays is extremely slow. Please consider converting the list to a single "
            "numpy.ndarray with numpy.array() before converting to a tensor."
        )


def build(data, dtype=None):
    """Tensor of nested sequences of numbers."""
    if isinstance(data, (str, bytes)):
        raise TypeError(f"new(): invalid data type '{type(data).__name__}'")
    shape, values = _sizes(data), []
    name = infer(data) if dtype is None else dtype._name
    _flatten(data, shape, 0, values)
    return from_flat(values, shape, name)


def from_flat(values, shape, name):
    """Tensor of a list of Python values. Errors: TypeError for what is no number, RuntimeError for what the dtype cannot hold."""
    buffer = _array.array("d", _CONVERT.get(name.rstrip("0123456789"), _same)(values, name))
    address = buffer.buffer_info()[0] if len(buffer) else 0
    return wrap(natives.from_heap(address, tuple(shape), _BY_NAME[name]))


def _same(values, name):
    return values


def _whole_numbers(values, name):
    info = iinfo(_BY_NAME[name])
    lowest = -info.max if info.min == 0 else info.min  # negative numbers wrap around in uint8
    out = []
    for v in values:
        if isinstance(v, _b.float):
            if not math.isfinite(v):
                raise RuntimeError(f"value cannot be converted to type {name} without overflow")
            v = _b.int(v)
        else:
            v = operator.index(v)
        if not -(2**63) <= v < 2**63:
            raise RuntimeError("Overflow when unpacking long")
        if not lowest <= v <= info.max:
            raise RuntimeError(f"value cannot be converted to type {name} without overflow")
        out.append(_b.float(v))
    return out


def _truths(values, name):
    return [1.0 if (v if isinstance(v, (_b.float, _b.complex)) else operator.index(v)) else 0.0 for v in values]


def _parts(values, name):
    flat = []
    for v in values:
        c = v if isinstance(v, _b.complex) else _b.complex(v) if hasattr(v, "__complex__") else _array.array("d", [v])[0]
        flat.extend((c.real, c.imag))
    return flat


_CONVERT = {"int": _whole_numbers, "uint": _whole_numbers, "bool": _truths, "complex": _parts}


@takes("as_tensor(object data, *, ScalarType? dtype=None, Device? device=None)", method=False)
def as_tensor(data, dtype=None, device=None):
    dtype = _dtype_of(dtype)
    if isinstance(data, Tensor):
        return data.to(device, dtype)
    if hasattr(data, "__backstep__"):
        inner = _memory_of(data)
        if isinstance(inner, Tensor):
            return inner.to(_place(device), dtype)
    return tensor(data, dtype=dtype, device=device)


def from_numpy(array):
    if not B.is_array(array):
        raise TypeError(f"expected np.ndarray (got {B.type_name(array)})")
    return _memory_of(array)


def _memory_of(array):
    """The tensor over the memory of an array, or of a number of our own numpy. Error: the array is read backwards."""
    inner = array.__backstep__()
    if isinstance(inner, Tensor) and any(step < 0 for step in inner.stride()):
        raise ValueError(
            "At least one stride in the given numpy array is negative, and tensors with negative strides are not currently supported. "
            "(You can probably work around this by making a copy of your array  with array.copy().) ")
    return inner


def legacy_tensor(name, *args, device=None):
    """torch.Tensor(2, 3), torch.FloatTensor([1, 2]) …"""
    if len(args) != 1 or type(args[0]) is _b.int or isinstance(args[0], Size):
        return _of_size(name, *args, device=device)
    (data,) = args
    if isinstance(data, Tensor):
        if data.dtype is not _BY_NAME[name]:
            raise TypeError(f"expected {_options(name)} (got {_options(data.dtype._name)})")
        return data._alias()
    if hasattr(data, "__backstep__"):
        return _memory_of(data).to(_BY_NAME[name])
    if not _is_sequence(data):
        raise TypeError(f"new(): data must be a sequence (got {B.type_name(data)})")
    return build(data, _BY_NAME[name])


def _options(name):
    """What PyTorch's C++ prints of the properties of a tensor with this dtype."""
    return (f"TensorOptions(dtype={CPP_NAMES[name]}, device=cpu, layout=Strided, requires_grad=false (default), "
            "pinned_memory=false (default), memory_format=(nullopt))")


@takes(
    "new(str name, *, Device? device=None)", "new(str name, Storage storage)", "new(str name, Tensor other)",
    "new(str name, IntArrayRef size, *, Device? device=None)", "new(str name, object data, *, Device? device=None)",
)
def _of_size(name, *sizes, device=None):
    """A tensor of that size without values. Error: TypeError for what is no size."""
    from . import empty

    sizes = sizes[0] if sizes and isinstance(sizes[0], Size) else sizes or (0,)
    if not all(isinstance(n, _b.int) for n in sizes):
        raise TypeError("sizes are ints")
    return empty(*sizes, dtype=_BY_NAME[name])


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
