"""numpy's dtypes and scalar types, over the engine's."""

import math as _math

import torch as _torch
from torch._bridge import warn as _warn


def _converted(values, scalar):
    """An array, or nested lists, as an array of numbers of a scalar type; without dimensions as the number itself."""
    from ._array import array

    made = array(values, dtype=scalar)
    return made if made.ndim else made[()]


class generic:
    """Base of the scalar types: numbers that remember their dtype."""

    ndim = 0
    shape = ()
    size = 1
    __array_priority__ = -1000000.0

    def __new__(cls, value=0, *rest):
        """A number; of an array or of nested lists an array of such numbers."""
        if isinstance(value, (list, tuple)) or hasattr(value, "_t"):
            return _converted(value, cls)
        return super().__new__(cls, value, *rest)

    @property
    def dtype(self):
        return _OF_SCALAR[type(self)]

    @property
    def itemsize(self):
        return self.dtype.itemsize

    nbytes = itemsize

    @property
    def T(self):
        return self

    def __backstep__(self):
        return self.item()

    def __repr__(self):
        return f"np.{type(self).__name__}({self})"

    def __array__(self, dtype=None, copy=None):
        from ._array import array

        return array(self.item(), dtype=dtype or self.dtype)

    def astype(self, kind):
        return dtype(kind).type(self.item())

    def tolist(self):
        return self.item()

    def copy(self):
        return self

    def __getitem__(self, index):
        return self.__array__()[index]

    def __getattr__(self, name):
        """Methods of arrays (sum, mean, reshape …) work on scalars too."""
        from ._array import ndarray

        if name.startswith("__") or not hasattr(ndarray, name):
            raise AttributeError(f"'numpy.{type(self).__name__}' object has no attribute '{name}'")
        return getattr(self.__array__(), name)


class number(generic):
    pass


class integer(number):
    pass


class signedinteger(integer):
    pass


class unsignedinteger(integer):
    pass


class inexact(number):
    pass


class floating(inexact):
    pass


class complexfloating(inexact):
    pass


def _shortest_text(x, letter, most):
    """Shortest decimal text, of at most `most` digits, that reads back as the same number of a struct type."""
    import struct

    if x != x or x in (_math.inf, -_math.inf):
        return repr(float(x))
    for digits in range(1, most + 1):
        text = f"{x:.{digits}g}"
        try:
            if struct.unpack(letter, struct.pack(letter, float(text)))[0] == x:
                break
        except OverflowError:
            continue  # rounded up beyond the largest number
    value = float(text)
    # Same switch to exponents as repr(float).
    return repr(value)


class _Real(floating):
    def item(self):
        return float(self)

    def __str__(self):
        return float.__repr__(float(self))


class float64(_Real, float):
    def __format__(self, spec):
        return format(float(self), spec)


class _Narrow(_Real):
    def __new__(cls, value=0.0):
        if isinstance(value, (list, tuple)) or hasattr(value, "_t"):
            return _converted(value, cls)
        return float.__new__(cls, dtype(cls)._round(float(value)))

    def __format__(self, spec):
        return format(float(self), spec) if spec else str(self)


class float32(_Narrow, float):
    def __str__(self):
        return _shortest_text(float(self), "f", 9)


class float16(_Narrow, float):
    def __str__(self):
        return _shortest_text(float(self), "e", 5)


class _Integer(signedinteger):
    def item(self):
        return int(self)

    def __str__(self):
        return int.__repr__(int(self))

    def __format__(self, spec):
        return format(int(self), spec)


class int64(_Integer, int):
    pass


class int32(_Integer, int):
    pass


class int16(_Integer, int):
    pass


class int8(_Integer, int):
    pass


class uint8(_Integer, unsignedinteger, int):
    pass


class bool_(generic):
    """numpy's boolean: two instances would do, equality is what counts."""

    __slots__ = ("_value",)

    def __new__(cls, value=False):
        return _converted(value, cls) if isinstance(value, (list, tuple)) or hasattr(value, "_t") else object.__new__(cls)

    def __init__(self, value=False):
        self._value = bool(value)

    def item(self):
        return self._value

    def __bool__(self):
        return self._value

    def __str__(self):
        return str(self._value)

    def __repr__(self):
        return f"np.{self._value}_"

    def __eq__(self, other):
        return self._value == other if not hasattr(other, "_t") else other.__eq__(self)

    def __hash__(self):
        return hash(self._value)

    def __index__(self):
        return int(self._value)

    __int__ = __index__

    def __float__(self):
        return float(self._value)

    def __invert__(self):
        return bool_(not self._value)

    def __and__(self, other):
        return bool_(self._value & bool(other)) if not hasattr(other, "_t") else other & self._value

    def __or__(self, other):
        return bool_(self._value | bool(other)) if not hasattr(other, "_t") else other | self._value

    def __xor__(self, other):
        return bool_(self._value ^ bool(other)) if not hasattr(other, "_t") else other ^ self._value

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __add__(self, other):
        return int(self._value) + other

    __radd__ = __add__

    def __mul__(self, other):
        return int(self._value) * other

    __rmul__ = __mul__


bool_.__name__ = bool_.__qualname__ = "bool"


class complex128(complexfloating, complex):
    def item(self):
        return complex(self)

    def __str__(self):
        return complex.__repr__(complex(self))


class complex64(complexfloating, complex):
    def item(self):
        return complex(self)

    def __str__(self):
        return complex.__repr__(complex(self))


# (scalar type, torch dtype, kind, itemsize, char)
_TABLE = {
    "float64": (float64, _torch.float64, "f", 8, "d"),
    "float32": (float32, _torch.float32, "f", 4, "f"),
    "float16": (float16, _torch.float16, "f", 2, "e"),
    "int64": (int64, _torch.int64, "i", 8, "l"),
    "int32": (int32, _torch.int32, "i", 4, "i"),
    "int16": (int16, _torch.int16, "i", 2, "h"),
    "int8": (int8, _torch.int8, "i", 1, "b"),
    "uint8": (uint8, _torch.uint8, "u", 1, "B"),
    "bool": (bool_, _torch.bool, "b", 1, "?"),
    "complex128": (complex128, _torch.complex128, "c", 16, "D"),
    "complex64": (complex64, _torch.complex64, "c", 8, "F"),
}
# The engine has no wider unsigned integers: values up to 2^53 are exact as int64.
_ALIASES = {
    "float": "float64", "double": "float64", "single": "float32", "half": "float16", "int": "int64", "uint64": "int64", "uint32": "int64",
    "uint16": "int32", "long": "int64", "longlong": "int64", "intp": "int64", "complex": "complex128", "bool_": "bool", "f8": "float64",
    "f4": "float32", "f2": "float16", "i8": "int64", "i4": "int32", "i2": "int16", "i1": "int8", "u1": "uint8", "b1": "bool", "f": "float32",
    "d": "float64", "i": "int32", "l": "int64", "?": "bool", "B": "uint8", "c16": "complex128", "c8": "complex64", "uint": "int64",
    "byte": "int8", "ubyte": "uint8", "short": "int16", "longdouble": "float64", "float128": "float64",
}
_BY_TYPE = {float: "float64", int: "int64", bool: "bool", complex: "complex128", None: "float64", number: "float64", floating: "float64",
            integer: "int64", inexact: "float64", generic: "float64"}


class dtype:
    """A kind of number: `dtype('float64')`. There is one object per kind."""

    _made = {}

    def __new__(cls, kind=None, *args, **kwargs):
        name = _name_of(kind)
        found = cls._made.get(name)
        if found is None:
            found = cls._made[name] = object.__new__(cls)
            found.name = name
            found.type, found._torch, found.kind, found.itemsize, found.char = _TABLE[name]
        return found

    @property
    def str(self):
        return ("|" if self.itemsize == 1 else "<") + self.kind + repr(self.itemsize)

    @property
    def num(self):
        return list(_TABLE).index(self.name)

    fields = names = None
    shape = ()
    alignment = property(lambda self: self.itemsize)
    byteorder = "="
    isnative = True
    hasobject = False

    def _round(self, x):
        return _torch.tensor(x, dtype=self._torch).item()

    def __eq__(self, other):
        if isinstance(other, dtype):
            return self is other
        try:
            return dtype(other) is self if other is not None else False
        except TypeError:
            return False

    def __hash__(self):
        return hash(self.name)

    def __repr__(self):
        return f"dtype('{self.name}')"

    def __str__(self):
        return self.name

    def __reduce__(self):
        return (dtype, (self.name,))


def _name_of(kind):
    if isinstance(kind, dtype):
        return kind.name
    if isinstance(kind, str):
        text = kind.lstrip("<>=|")
        name = _ALIASES.get(text, text)
        if name in _TABLE:
            return name
        if text in ("O", "object") or text[:1] in ("U", "S"):
            raise TypeError(f"arrays of dtype '{kind}' are not part of Backstep's numpy: it holds numbers")
        raise TypeError(f"data type '{kind}' not understood")
    if kind in _BY_TYPE:
        return _BY_TYPE[kind]
    if isinstance(kind, type) and kind in _OF_SCALAR:
        return _OF_SCALAR[kind].name
    name = getattr(kind, "_name", None)  # a torch dtype
    if name == "bfloat16":
        raise TypeError("Got unsupported ScalarType BFloat16")
    if name in _TABLE:
        return name
    if hasattr(kind, "dtype"):
        return _name_of(kind.dtype)
    if kind in (object, str, bytes):
        raise TypeError(f"arrays of {kind.__name__} are not part of Backstep's numpy: it holds numbers")
    raise TypeError(f"Cannot interpret '{kind!r}' as a data type")


#: The dtype of the engine's, and of a scalar type.
OF_TORCH = {row[1]: dtype(name) for name, row in _TABLE.items()}
_OF_SCALAR = {row[0]: dtype(name) for name, row in _TABLE.items()}
_ORDER = {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3}


def promote(a, b):
    """numpy's result type of two dtypes."""
    if a is b:
        return a
    if _ORDER[a.kind] > _ORDER[b.kind]:
        a, b = b, a
    if _ORDER[a.kind] == _ORDER[b.kind]:
        if {a.kind, b.kind} == {"u", "i"}:
            other = b if a.kind == "u" else a
            return dtype("int16") if other.itemsize == 1 else other
        return a if a.itemsize >= b.itemsize else b
    if a.kind == "b":
        return b
    if b.kind == "f":  # an integer with a float: the float must hold the integer
        need = 2 if a.itemsize == 1 else 4 if a.itemsize == 2 else 8
        return dtype(f"float{8 * max(need, b.itemsize)}")
    need = {"float16": 8, "float32": 8, "float64": 16}.get(a.name, 8 if a.itemsize <= 2 else 16)
    return dtype(f"complex{8 * max(need, b.itemsize)}")


def with_python(kind, value):
    """Result type of a dtype and a Python number (which does not widen its own class: NEP 50)."""
    if isinstance(value, bool):
        return kind if kind.kind != "b" else dtype("bool")
    if isinstance(value, int):
        return dtype("int64") if kind.kind == "b" else kind
    if isinstance(value, float):
        return kind if kind.kind in "fc" else dtype("float64")
    return kind if kind.kind == "c" else dtype("complex64" if kind.name in ("float32", "float16") else "complex128")


def result_type(*args):
    kinds = [a if isinstance(a, dtype) else dtype(a) if isinstance(a, (type, str)) else dtype(a.dtype) if hasattr(a, "dtype") else None
             for a in args]
    known = [k for k in kinds if k is not None]
    out = known[0] if known else dtype(type(args[0]))
    for k in known[1:]:
        out = promote(out, k)
    for a, k in zip(args, kinds):
        if k is None:
            out = with_python(out, a) if isinstance(a, (bool, int, float, complex)) else promote(out, dtype(a))
    return out


def promote_types(a, b):
    return promote(dtype(a), dtype(b))


def can_cast(from_, to, casting="safe"):
    a, b = dtype(from_), dtype(to)
    if casting == "unsafe":
        return True
    if casting == "same_kind":
        return _ORDER[a.kind] <= _ORDER[b.kind]
    return promote(a, b) is b


def issubdtype(a, b):
    a = dtype(a).type if not (isinstance(a, type) and issubclass(a, generic)) else a
    if b in (float, int, complex, bool):
        b = {float: floating, int: integer, complex: complexfloating, bool: bool_}[b]
    elif not (isinstance(b, type) and issubclass(b, generic)):
        b = dtype(b).type
    return issubclass(a, b)


class finfo:
    """Limits of a floating point type."""

    def __init__(self, kind):
        kind = dtype(kind.dtype if not isinstance(kind, type) and hasattr(kind, "dtype") else kind)
        info = _torch.finfo(kind._torch)
        self.dtype, self.bits = kind, info.bits
        self.eps, self.max, self.min, self.tiny = (kind.type(v) for v in (info.eps, info.max, info.min, info.tiny))
        self.smallest_normal, self.resolution = self.tiny, kind.type(info.resolution)

    def __repr__(self):
        return f"finfo(resolution={self.resolution}, min={self.min}, max={self.max}, dtype={self.dtype})"


class iinfo:
    """Limits of an integer type."""

    def __init__(self, kind):
        kind = dtype(kind.dtype if not isinstance(kind, type) and hasattr(kind, "dtype") else kind)
        info = _torch.iinfo(kind._torch)
        self.dtype, self.bits, self.min, self.max, self.kind = kind, info.bits, info.min, info.max, kind.kind

    def __repr__(self):
        return f"iinfo(min={self.min}, max={self.max}, dtype={self.dtype})"


def _divide(a, b):
    """True division where a zero divisor gives inf or nan, as IEEE has it."""
    if b == 0 and not isinstance(a, complex) and not isinstance(b, complex):
        _warn("invalid value encountered in scalar divide" if a == 0 or a != a else "divide by zero encountered in scalar divide", RuntimeWarning)
        return _math.nan if a == 0 or a != a else _math.copysign(_math.inf, a) * _math.copysign(1, b)
    return a / b


def _power(a, b):
    if isinstance(a, int) and isinstance(b, int) and b < 0:
        raise ValueError("Integers to negative integer powers are not allowed.")
    try:
        result = a**b
    except ZeroDivisionError:
        return _math.inf
    except OverflowError:
        return _math.inf
    return _math.nan if isinstance(result, complex) and not isinstance(a, complex) and not isinstance(b, complex) else result


def _floor(a, b):
    if b == 0:
        return 0 if isinstance(a, int) and isinstance(b, int) else _math.nan if a == 0 else _math.copysign(_math.inf, a)
    return a // b


_ARITHMETIC = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "truediv": _divide, "floordiv": _floor,
    "mod": lambda a, b: a % b if b != 0 else (0 if isinstance(a, int) and isinstance(b, int) else _math.nan), "pow": _power,
}


def _arithmetic(name, f, reflected):
    def method(self, other):
        if isinstance(other, generic):
            kind, value = promote(self.dtype, other.dtype), other.item()
        elif isinstance(other, (bool, int, float, complex)):
            kind, value = with_python(self.dtype, other), other
        else:
            return NotImplemented
        mine = self.item()
        result = f(value, mine) if reflected else f(mine, value)
        if name == "truediv" and kind.kind in "iub":
            kind = dtype("float64")
        return kind.type(result)

    return method


for _name, _f in _ARITHMETIC.items():
    for _scalar in (float64, float32, float16, int64, int32, int16, int8, uint8, complex128, complex64):
        setattr(_scalar, f"__{_name}__", _arithmetic(_name, _f, False))
        setattr(_scalar, f"__r{_name}__", _arithmetic(_name, _f, True))
for _scalar in (float64, float32, float16, int64, int32, int16, int8, uint8, complex128, complex64):
    _scalar.__neg__ = lambda self: type(self)(-self.item())
    _scalar.__pos__ = lambda self: self
    _scalar.__abs__ = lambda self: (type(self) if not isinstance(self, complex) else float64)(abs(self.item()))


for _cls in list(globals().values()):
    if isinstance(_cls, type) and issubclass(_cls, generic):
        _cls.__module__ = "numpy"
