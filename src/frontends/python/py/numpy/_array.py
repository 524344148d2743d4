"""numpy.ndarray: the memory of an engine tensor, with numpy's rules on top. Nothing here is recorded for differentiation."""

import torch as _torch
from torch import _bridge as _B
from torch._bridge import natives as _natives

from . import _dtypes as _D
from ._dtypes import dtype as _dtype


#: Stands for the dtype of strings, which has no engine type.
_STRINGS = object()


class quiet:
    """While it lasts, operators are neither recorded nor announced."""

    __slots__ = ("_before",)

    def __enter__(self):
        self._before = _natives.quiet()

    def __exit__(self, *exc):
        _natives.unquiet(self._before)
        return False


def wrap(t):
    """An array over a tensor."""
    a = object.__new__(ndarray)
    a._t = t
    a._base = None
    return a


def scalar(t):
    """Scalar of a 0-d tensor, array of any other (what numpy's functions return)."""
    if t.ndim == 0:
        return _D.OF_TORCH[t.dtype].type(t.item())
    return wrap(t)


def tensor_of(x, kind=None):
    """The tensor under an array; other things become one (of numpy's default dtypes)."""
    if isinstance(x, ndarray):
        return x._t if kind is None or x.dtype is kind else _cast(x._t, kind)
    return array(x, dtype=kind)._t


def _cast(t, kind):
    target = kind._torch
    if t.dtype is target:
        return t
    with quiet():
        return t.to(target)


def _from_tensor(t):
    """tensor.numpy(): the same memory."""
    _dtype(t.dtype)
    return wrap(_B.wrap(_natives.share(t)))


#: Python's own numbers: sequences of only these are taken as a whole.
_NUMBERS = {bool, int, float, complex}


def _nested(data, shape, depth, out, kinds):
    """Appends the values of nested sequences to `out`, and to `kinds` a value of each kind: of an array or tensor one for all of it."""
    if isinstance(data, _torch.Tensor):
        data = data.numpy()
    if isinstance(data, ndarray):
        kinds.append(data.dtype.type(0))
        data, kinds = data.tolist(), []
    if isinstance(data, (list, tuple, range)) or (hasattr(data, "__len__") and hasattr(data, "__getitem__") and not isinstance(data, (str, bytes, dict, _D.generic))):
        n = len(data)
        if len(shape) == depth and not out:
            shape.append(n)
        elif len(shape) == depth or shape[depth] != n:
            raise _ragged(shape[:depth])
        plain = set(map(type, data))
        if plain and plain <= _NUMBERS:
            if depth + 1 != len(shape):
                raise _ragged(shape[: depth + 1])
            out.extend(data)
            kinds.extend(kind() for kind in plain)
            return
        for x in data:
            _nested(x, shape, depth + 1, out, kinds)
        return
    if depth != len(shape):
        raise _ragged(shape[:depth])
    out.append(data)
    kinds.append(data)


def _ragged(shape):
    return ValueError("setting an array element with a sequence. The requested array has an inhomogeneous shape after "
                      f"{len(shape)} dimensions. The detected shape was {tuple(shape)} + inhomogeneous part.")


def _kind_of(values):
    best = None
    for v in values:
        if isinstance(v, _D.generic):
            k = v.dtype
        elif isinstance(v, bool):
            k = _dtype("bool")
        elif isinstance(v, int):
            k = _dtype("int64")
        elif isinstance(v, float):
            k = _dtype("float64")
        elif isinstance(v, complex):
            k = _dtype("complex128")
        elif isinstance(v, (str, bytes)) or not hasattr(v, "__float__"):
            raise TypeError(f"an array of {type(v).__name__} values is not part of Backstep's numpy: it holds numbers")
        else:
            k = _dtype("float64")
        best = k if best is None else _D.promote(best, k)
    return best or _dtype("float64")


def array(object, dtype=None, *, copy=True, order="K", subok=False, ndmin=0, like=None):
    """A new array with a copy of the data."""
    kind = None if dtype is None else _STRINGS if dtype in (str, "str", "U") else _dtype(dtype)
    if hasattr(object, "__array__") and not isinstance(object, (ndarray, _torch.Tensor)) and not isinstance(object, _D.generic):
        object = object.__array__()
    if isinstance(object, _torch.Tensor):
        object = object.numpy()
    if isinstance(object, ndarray) and kind is not _STRINGS:
        if object.dtype.kind == "U":
            return object.copy() if kind is None else object.astype(kind)
        with quiet():
            t = object._t.clone()
        t = t if kind is None else _cast(t, kind)
    else:
        if not isinstance(object, (list, tuple)) and hasattr(object, "__iter__") and not hasattr(object, "__len__"):
            raise TypeError(f"an array of a {type(object).__name__} is not part of Backstep's numpy: make a list of it first")
        shape, values, kinds = [], [], []
        _nested(object, shape, 0, values, kinds)
        types = set(map(type, values))
        if any(issubclass(t, str) for t in types) if kind is None else kind is _STRINGS:
            from ._strings import array as array_of_strings

            return array_of_strings(values, shape)
        if kind is None:
            kind = _kind_of(kinds)
        if not types <= {{"f": float, "i": int, "u": int}.get(kind.kind)}:
            values = [_plain(v, kind) for v in values]
        with quiet():
            t = _torch.tensor(values, dtype=kind._torch).view(shape) if values else _torch.empty(shape, dtype=kind._torch)
    out = wrap(t)
    while out.ndim < ndmin:
        out = out[None]
    return out


def _plain(v, kind):
    if isinstance(v, _D.generic):
        v = v.item()
    if kind.kind in "iu" and isinstance(v, float):
        return int(v)
    if kind.kind == "f" and not isinstance(v, (int, float)):
        return float(v)
    if kind.kind == "b":
        return bool(v)
    return v


def asarray(a, dtype=None, order=None, *, copy=None):
    """The array itself where it is one already."""
    if isinstance(a, ndarray) and (dtype is None or a.dtype is _dtype(dtype)):
        return a
    if isinstance(a, _torch.Tensor) and dtype is None:
        return a.numpy()
    return array(a, dtype=dtype)


class _Flags:
    def __init__(self, a):
        self.c_contiguous = self.contiguous = a._t.is_contiguous()
        self.f_contiguous = a.T._t.is_contiguous()
        self.writeable = True
        self.owndata = a._base is None

    def __getitem__(self, name):
        return getattr(self, name.lower())


class ndarray:
    """An n-dimensional array of numbers."""

    __slots__ = ("_t", "_base", "__weakref__")
    __array_priority__ = 0.0

    def __new__(cls, shape, dtype=float, buffer=None, offset=0, strides=None, order=None):
        with quiet():
            return wrap(_torch.zeros(shape, dtype=_dtype(dtype)._torch))

    def __backstep__(self):
        return self._t

    def __array__(self, dtype=None, copy=None):
        return self if dtype is None else self.astype(dtype)

    # ---------------------------------------------------------------- facts

    @property
    def shape(self):
        return tuple(self._t.shape)

    @shape.setter
    def shape(self, new):
        self._t = self.reshape(new)._t

    @property
    def dtype(self):
        return _D.OF_TORCH[self._t.dtype]

    @property
    def ndim(self):
        return self._t.ndim

    @property
    def size(self):
        return self._t.numel()

    @property
    def itemsize(self):
        return self.dtype.itemsize

    @property
    def nbytes(self):
        return self.size * self.itemsize

    @property
    def strides(self):
        return tuple(s * self.itemsize for s in self._t.stride())

    @property
    def base(self):
        return self._base

    @property
    def flags(self):
        return _Flags(self)

    @property
    def T(self):
        return self.transpose()

    @property
    def mT(self):
        return self.swapaxes(-1, -2)

    @property
    def flat(self):
        return Flat(self)

    @property
    def real(self):
        return self if self.dtype.kind != "c" else self._part(0)

    @property
    def imag(self):
        return ndarray(self.shape, self.dtype) if self.dtype.kind != "c" else self._part(1)

    def _part(self, k):
        """The real (0) or imaginary (1) parts of complex numbers, in the same memory."""
        with quiet():
            return self._view(_torch.view_as_real(self._t)[..., k])

    def __len__(self):
        if not self.ndim:
            raise TypeError("len() of unsized object")
        return self._t.shape[0]

    def __iter__(self):
        if not self.ndim:
            raise TypeError("iteration over a 0-d array")
        return (self[i] for i in range(len(self)))

    def __bool__(self):
        if self.size == 1:
            return bool(self.item())
        if self.size == 0:
            raise ValueError("The truth value of an empty array is ambiguous. Use `array.size > 0` to check that an array is not empty.")
        raise ValueError("The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()")

    def _only(self):
        if self.size != 1:
            raise TypeError("only length-1 arrays can be converted to Python scalars")
        return self._t.item()

    def __float__(self):
        return float(self._only())

    def __int__(self):
        return int(self._only())

    def __complex__(self):
        return complex(self._only())

    def __index__(self):
        if self.ndim or self.dtype.kind not in "iu":
            raise TypeError("only integer scalar arrays can be converted to a scalar index")
        return int(self._t.item())

    def __contains__(self, x):
        return bool((self == x).any())

    __hash__ = None

    # ---------------------------------------------------------------- indexing

    def _view(self, t):
        out = wrap(t)
        out._base = self._base if self._base is not None else self
        return out

    def __getitem__(self, index):
        from ._indexing import get

        return get(self, index)

    def __setitem__(self, index, value):
        from ._indexing import put

        put(self, index, value)

    def item(self, *args):
        if args:
            index = args[0] if len(args) == 1 else args
            return self.reshape(-1)[index].item() if isinstance(index, int) else self[index].item()
        if self.size != 1:
            raise ValueError("can only convert an array of size 1 to a Python scalar")
        return self._t.item()

    def tolist(self):
        return self._t.tolist()

    def fill(self, value):
        self[...] = value

    # ---------------------------------------------------------------- form

    def reshape(self, *shape, order="C"):
        if len(shape) == 1 and not isinstance(shape[0], int) and hasattr(shape[0], "__iter__"):
            shape = tuple(shape[0])
        shape = tuple(int(n) for n in shape)
        known = 1
        for n in shape:
            known *= n if n >= 0 else 1
        if shape.count(-1) > 1:
            raise ValueError("can only specify one unknown dimension")
        if (-1 in shape and (known == 0 or self.size % known)) or (-1 not in shape and known != self.size):
            raise ValueError(f"cannot reshape array of size {self.size} into shape {_shape_text(shape)}")
        if order == "F":
            full = tuple(self.size // known if n == -1 else n for n in shape)
            return self.transpose().reshape(full[::-1]).transpose()
        with quiet():
            out = self._t.reshape(shape)
        return self._view(out)

    def ravel(self, order="C"):
        return self.reshape(-1, order=order)

    def flatten(self, order="C"):
        return self.reshape(-1, order=order).copy()

    def transpose(self, *axes):
        if len(axes) == 1 and (axes[0] is None or isinstance(axes[0], (tuple, list))):
            axes = axes[0] or ()
        axes = tuple(axes) or tuple(range(self.ndim))[::-1]
        if len(axes) != self.ndim:
            raise ValueError("axes don't match array")
        with quiet():
            return self._view(self._t.permute(axes)) if self.ndim else self

    def swapaxes(self, a, b):
        with quiet():
            return self._view(self._t.transpose(a, b))

    def squeeze(self, axis=None):
        shape = list(self.shape)
        axes = [axis] if isinstance(axis, int) else [i for i, n in enumerate(shape) if n == 1] if axis is None else list(axis)
        axes = {a % self.ndim for a in axes}
        if any(shape[a] != 1 for a in axes):
            raise ValueError("cannot select an axis to squeeze out which has size not equal to one")
        return self.reshape([n for i, n in enumerate(shape) if i not in axes])

    def astype(self, dtype, order="K", casting="unsafe", subok=True, copy=True):
        kind = _dtype(dtype)
        if self.dtype is kind:
            return self.copy() if copy else self
        return wrap(_cast(self._t, kind))

    def view(self, dtype=None, type=None):
        if dtype is None or dtype is ndarray or _dtype(dtype) is self.dtype:
            return self._view(self._t)
        raise TypeError("reading the bytes of an array as another dtype is not part of Backstep's numpy")

    def copy(self, order="C"):
        with quiet():
            return wrap(self._t.clone().contiguous())

    __copy__ = copy

    def __deepcopy__(self, memo):
        return self.copy()

    def __reduce__(self):
        return (_rebuild, (self.tolist(), self.dtype.name, self.shape))

    def tobytes(self, order="C"):
        from ._raw import to_bytes

        return to_bytes(self)

    def tofile(self, fid, sep="", format="%s"):
        from ._raw import to_file

        to_file(self, fid, sep, format)

    def byteswap(self):
        raise TypeError("byteswap is not part of Backstep's numpy")

    # ---------------------------------------------------------------- text

    def __repr__(self):
        from ._printing import array_repr

        return array_repr(self)

    def __str__(self):
        from ._printing import array_str

        return array_str(self)

    def __format__(self, spec):
        if self.ndim == 0:
            return format(self.item(), spec)
        if spec:
            raise TypeError("unsupported format string passed to numpy.ndarray.__format__")
        return str(self)


def _rebuild(values, kind, shape):
    return array(values, dtype=kind).reshape(shape)


def _shape_text(shape):
    return "(" + ",".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"


ndarray.__module__ = "numpy"


class Flat:
    """a.flat: the elements in row-major order, readable and writable by number."""

    def __init__(self, a):
        self._a = a

    def __iter__(self):
        return iter(self._a.reshape(-1))

    def __len__(self):
        return self._a.size

    def __getitem__(self, index):
        return self._a.reshape(-1)[index]

    def __setitem__(self, index, value):
        if self._a._t.is_contiguous():
            self._a.reshape(-1)[index] = value
        else:
            copy = self._a.flatten()
            copy[index] = value
            self._a[...] = copy.reshape(self._a.shape)


_B.ARRAY.append(ndarray)
