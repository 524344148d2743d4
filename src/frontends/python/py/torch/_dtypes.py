"""dtype, device, Size and friends: the small value types of the package."""

import builtins as _b
import re as _re


class CType(type):
    """The type of types that PyTorch writes in C. Python's own messages name those with their module: 'torch.Size' object is not callable."""

    def __new__(meta, name, bases, body, module="torch"):
        return type.__new__(meta, f"{module}.{name}", bases, {**body, "__module__": module, "__qualname__": name})

    def __init__(cls, name, bases, body, module="torch"):
        type.__init__(cls, name, bases, body)

    @property
    def __name__(cls):
        return cls.__qualname__


def full_name(cls):
    """A type's name as messages of C code tell it."""
    return type.__dict__["__name__"].__get__(cls)


class dtype(metaclass=CType):
    """Element type of a tensor. There is one object per type."""

    __slots__ = ("_name", "is_floating_point", "is_complex", "is_signed", "itemsize", "_numpy_name")

    def __init__(self, name, kind, itemsize):
        self._name = name
        self.is_floating_point = kind == "float"
        self.is_complex = kind == "complex"
        self.is_signed = kind != "bool" and name != "uint8"
        self.itemsize = itemsize

    def __repr__(self):
        return "torch." + self._name

    def __reduce__(self):
        return self._name  # torch.float32, by name

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def to_complex(self):
        return _BY_NAME["complex128" if self._name == "float64" else "complex64"]

    def to_real(self):
        return _BY_NAME[{"complex64": "float32", "complex128": "float64"}.get(self._name, self._name)]


_BY_NAME = {
    name: dtype(name, kind, size)
    for name, kind, size in [
        ("float32", "float", 4),
        ("float64", "float", 8),
        ("float16", "float", 2),
        ("bfloat16", "float", 2),
        ("int64", "int", 8),
        ("int32", "int", 4),
        ("int16", "int", 2),
        ("int8", "int", 1),
        ("uint8", "int", 1),
        ("bool", "bool", 1),
        ("complex64", "complex", 8),
        ("complex128", "complex", 16),
    ]
}


#: Names in the torch namespace, aliases included.
NAMES = {
    **_BY_NAME,
    "float": _BY_NAME["float32"],
    "double": _BY_NAME["float64"],
    "half": _BY_NAME["float16"],
    "long": _BY_NAME["int64"],
    "int": _BY_NAME["int32"],
    "short": _BY_NAME["int16"],
    "cfloat": _BY_NAME["complex64"],
    "cdouble": _BY_NAME["complex128"],
}


class device(metaclass=CType):
    """Where a tensor lives: the CPU, or "meta" (no data). Other types may be named and compared. As a region, the default for new tensors."""

    __slots__ = ("type", "index")
    _TYPES = ("cpu", "cuda", "ipu", "xpu", "mkldnn", "opengl", "opencl", "ideep", "hip", "ve", "fpga", "maia", "xla",
              "lazy", "vulkan", "mps", "meta", "hpu", "mtia", "privateuseone")

    def __init__(self, *args, **kwargs):
        try:
            self.type, self.index = _device_parts(*args, **kwargs)
        except TypeError as error:
            from ._bridge import parser_error

            raise parser_error(("device(Device device)", "device(str type, int64_t index=-1)"), False, args, kwargs, error) from None

    def __repr__(self):
        return f"device(type='{self.type}')" if self.index is None else f"device(type='{self.type}', index={self.index})"

    def __str__(self):
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other):
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self):
        return hash((self.type, self.index))

    def __reduce__(self):
        return (device, (str(self),))

    def __enter__(self):
        from ._bridge import natives

        OUTER_DEVICES.append(natives.default_device())
        natives.set_default_device(str(self))
        return self

    def __exit__(self, *exc):
        from ._bridge import natives

        natives.set_default_device(OUTER_DEVICES.pop())
        return False


def _device_parts(type, index=None):
    """Kind and index of a device. Errors: TypeError for what names none; a string that names none, or two indices."""
    if isinstance(type, device):
        return type.type, type.index
    if isinstance(type, _b.int):
        raise RuntimeError("Cannot access accelerator device when none is available.")
    if not isinstance(type, str) or not isinstance(index, (_b.int, _b.type(None))):
        raise TypeError("a device or a string is required")
    form = _re.fullmatch(r"([a-zA-Z_]+)(?::(0|[1-9]\d*))?", type)
    if form is None:
        raise RuntimeError(f"Invalid device string: '{type}'")
    kind, number = form.groups()
    if kind not in device._TYPES:
        raise RuntimeError(
            "Expected one of cpu, cuda, ipu, xpu, mkldnn, opengl, opencl, ideep, hip, ve, fpga, maia, xla, lazy, vulkan, "
            f"mps, meta, hpu, mtia, privateuseone device type at start of device string: {kind}"
        )
    if number is not None and index is not None:
        raise RuntimeError(f"type (string) must not include an index because index was passed explicitly: {type}")
    return kind, index if number is None else _b.int(number)


#: Default devices outside of the regions that are open, outermost first.
OUTER_DEVICES = []


class Size(tuple, metaclass=CType):
    """Shape of a tensor."""

    def __new__(cls, sizes=()):
        made = tuple.__new__(cls, sizes)
        for i, n in enumerate(made):
            if n.__class__ is not _b.int and not hasattr(n, "__index__"):
                raise TypeError(f"torch.Size() takes an iterable of 'int' (item {i} is '{type(n).__name__}')")
        return made

    def __repr__(self):
        return f"torch.Size([{', '.join(map(repr, self))}])"

    __str__ = __repr__

    def numel(self):
        n = 1
        for s in self:
            n *= s
        return n

    def __add__(self, other):
        return Size(tuple.__add__(self, other))

    def __mul__(self, n):
        return Size(tuple(self) * n)

    __rmul__ = __mul__

    def __getitem__(self, index):
        result = tuple.__getitem__(self, index)
        return Size(result) if isinstance(index, slice) else result

    def __reduce__(self):
        return (Size, (tuple(self),))


class _Named:
    """A singleton that only has a name (layouts, memory formats, quantisation schemes)."""

    def __init__(self, name):
        self._name = name

    def __repr__(self):
        return "torch." + self._name

    def __reduce__(self):
        return self._name


class layout(_Named, metaclass=CType):
    pass


class memory_format(_Named, metaclass=CType):
    pass


strided = layout("strided")
sparse_coo = layout("sparse_coo")
contiguous_format = memory_format("contiguous_format")
preserve_format = memory_format("preserve_format")
channels_last = memory_format("channels_last")
channels_last_3d = memory_format("channels_last_3d")

_FLOATS = {
    # name: (bits, eps, max, tiny, smallest subnormal, resolution)
    "float32": (32, 2.0**-23, 3.4028234663852886e38, 1.1754943508222875e-38, 2.0**-149, 1e-06),
    "float64": (64, 2.0**-52, 1.7976931348623157e308, 2.2250738585072014e-308, 5e-324, 1e-15),
    "float16": (16, 2.0**-10, 65504.0, 2.0**-14, 2.0**-24, 0.001),
    "bfloat16": (16, 2.0**-7, 3.3895313892515355e38, 1.1754943508222875e-38, 9.183549615799121e-41, 0.01),
}


class finfo(metaclass=CType):
    """Limits of a floating point dtype."""

    def __init__(self, type=None):
        if type is None:
            from . import get_default_dtype

            type = get_default_dtype()
        if not isinstance(type, dtype):
            raise TypeError(f"finfo(): argument 'type' (position 1) must be torch.dtype, not {_b.type(type).__name__}")
        name = type.to_real()._name
        if name not in _FLOATS:
            raise TypeError("torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'")
        self.bits, self.eps, self.max, self.tiny, self.smallest_normal, self.resolution = (
            _FLOATS[name][0], _FLOATS[name][1], _FLOATS[name][2], _FLOATS[name][3], _FLOATS[name][3], _FLOATS[name][5])
        self.min = -self.max
        self.dtype = name

    def __repr__(self):
        return (f"finfo(resolution={self.resolution}, min={self.min:g}, max={self.max:g}, eps={self.eps:g}, "
                f"smallest_normal={self.smallest_normal:g}, tiny={self.tiny:g}, dtype={self.dtype})")


class iinfo(metaclass=CType):
    """Limits of an integer dtype."""

    def __init__(self, type):
        if not isinstance(type, dtype):
            raise TypeError(f"iinfo(): argument 'type' (position 1) must be torch.dtype, not {_b.type(type).__name__}")
        if type.is_floating_point or type.is_complex or type._name == "bool":
            raise TypeError("torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'")
        self.bits = type.itemsize * 8
        self.min = -(2 ** (self.bits - 1)) if type.is_signed else 0
        self.max = 2 ** (self.bits - 1) - 1 if type.is_signed else 2**self.bits - 1
        self.dtype = type._name

    def __repr__(self):
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"
