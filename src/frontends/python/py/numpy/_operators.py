"""Universal functions and the operators of arrays."""

import builtins as _b
import math as _math
import warnings as _warnings

import torch as _torch
from torch._bridge import natives as _natives, warn as _warn

from . import _dtypes as _D
from ._array import array, asarray, ndarray, quiet, scalar, tensor_of, wrap

_f64 = _D.dtype("float64")
_bool = _D.dtype("bool")
#: Functions of one number, which need no array: loops over numbers call them very often. These have the C library's last digits here too.
_OF_NUMBERS = {name: getattr(_math, name) for name in ("exp", "log", "log2", "sqrt")}
_FLOATS = (_b.float, _D.float64)


def _operands(a, b, numbers=False):
    """Two tensors of numpy's common dtype; with `numbers` one of them may stay a Python number, for operators that round it to the other's."""
    ka, kb = getattr(a, "dtype", None), getattr(b, "dtype", None)
    if not isinstance(a, (_b.bool, _b.int, _b.float, _b.complex, ndarray, _D.generic)):
        a = asarray(a)
        ka = a.dtype
    if not isinstance(b, (_b.bool, _b.int, _b.float, _b.complex, ndarray, _D.generic)):
        b = asarray(b)
        kb = b.dtype
    if ka is None and kb is None:
        kind = _D.result_type(a, b)
    elif ka is None:
        kind = _D.with_python(kb, a)
    elif kb is None:
        kind = _D.with_python(ka, b)
    else:
        kind = _D.promote(ka, kb)
    if numbers and kind.kind == "f":
        if type(b) in _FLOATS and isinstance(a, ndarray):
            return _as(a, kind), _b.float(b), kind
        if type(a) in _FLOATS and isinstance(b, ndarray):
            return _b.float(a), _as(b, kind), kind
    return _as(a, kind), _as(b, kind), kind


def _as(x, kind):
    if isinstance(x, ndarray):
        t = x._t
        return t if t.dtype is kind._torch else t.to(kind._torch)
    if isinstance(x, _D.generic):
        x = x.item()
    if kind.kind in "iu" and isinstance(x, _b.int) and not isinstance(x, _b.bool):
        info = _torch.iinfo(kind._torch)
        if not info.min <= x <= info.max:
            raise OverflowError(f"Python integer {x} out of bounds for {kind.name}")
    return _torch.tensor(x, dtype=kind._torch)


def _float_of(kind):
    """The floating dtype that a function such as exp gives for `kind`."""
    if kind.kind in "fc":
        return kind
    return _D.dtype("float16") if kind.itemsize == 1 else _D.dtype("float32") if kind.itemsize == 2 else _f64


class ufunc:
    """A function of elements, with out=, where=, and the methods reduce, accumulate, outer and at."""

    def __init__(self, name, nin, run, reduce=None, identity=None):
        self.__name__, self.nin, self._run, self._reduce, self.identity = name, nin, run, reduce, identity
        self.nout, self.nargs = 1, nin + 1

    def __repr__(self):
        return f"<ufunc '{self.__name__}'>"

    def __call__(self, *args, out=None, where=True, dtype=None, casting="same_kind"):
        if len(args) == self.nin + 1:
            *args, out = args
        if len(args) == 1 and type(args[0]) in _FLOATS and self.__name__ in _OF_NUMBERS and out is None and where is True and dtype is None:
            try:
                return _D.float64(_OF_NUMBERS[self.__name__](args[0]))
            except (ValueError, OverflowError):
                pass  # a pole: numpy's value and warning follow
        if len(args) != self.nin:
            raise TypeError(f"{self.__name__}() takes {self.nin} positional arguments but {len(args)} were given")
        if dtype is not None:
            args = [asarray(a).astype(dtype) for a in args]
        with quiet():
            try:
                made = self._run(*args)
            except RuntimeError as error:
                raise _shape_error(args) or error from None
            _warn_of(self.__name__, made, args)
            result = scalar(made)
        if out is None and _b.any(isinstance(a, _torch.Tensor) for a in args):
            return tensor_result(result)
        return _into(result, out, where)

    def reduce(self, a, axis=0, dtype=None, out=None, keepdims=False):
        a = asarray(a, dtype=dtype)
        if self._reduce is not None:
            return self._reduce(a, axis=axis, keepdims=keepdims)
        axis = 0 if axis is None else axis
        parts = [a.swapaxes(0, axis)[i] for i in range(a.shape[axis])]
        result = parts[0]
        for p in parts[1:]:
            result = self(result, p)
        return result

    def accumulate(self, a, axis=0):
        from ._shaping import stack

        a = asarray(a).swapaxes(0, axis)
        parts = [a[0]]
        for i in range(1, len(a)):
            parts.append(self(parts[-1], a[i]))
        return stack(parts, axis=axis)

    def outer(self, a, b):
        a, b = asarray(a), asarray(b)
        return self(a.reshape(a.shape + (1,) * b.ndim), b)

    def at(self, a, indices, b=None):
        places = asarray(indices).tolist()
        values = None if b is None else (asarray(b).tolist() if asarray(b).ndim else [asarray(b).item()] * len(places))
        for k, i in enumerate(places):
            a[i] = self(a[i]) if values is None else self(a[i], values[k])


def _shape_error(args):
    """numpy's word for operands whose shapes do not fit; None when they do."""
    from ._shaping import broadcast_shapes

    shapes = [asarray(a).shape for a in args]
    try:
        broadcast_shapes(*shapes)
    except RuntimeError:
        return ValueError(f"operands could not be broadcast together with shapes {' '.join(map(str, shapes))} ")
    return None


#: Functions that can leave the finite numbers where their operands are finite.
_LEAVING = {"divide", "true_divide", "reciprocal", "log", "log2", "log10", "log1p", "sqrt", "power", "exp", "arccos", "arcsin", "arctanh", "arccosh"}
_POLES = {"divide", "true_divide", "reciprocal", "log", "log2", "log10", "log1p", "arctanh", "power"}


def _warn_of(name, made, args):
    """numpy's warnings where a result is infinite or no number although its operands are finite."""
    if name not in _LEAVING or not made.dtype.is_floating_point:
        return
    if _natives.all_finite(made):
        return
    operands = [asarray(a)._t for a in args]
    known = _torch.ones_like(made, dtype=_torch.bool)
    for t in operands:
        known = known & _torch.isfinite(t.to(_torch.float64))
    name = "divide" if name == "true_divide" else name
    where = f"scalar {name}" if made.ndim == 0 and all(isinstance(a, (_D.generic, _b.int, _b.float)) for a in args) and len(args) == 2 else name
    if _b.bool((known & _torch.isinf(made)).any()):
        poles = name in _POLES and (name != "power" or _b.bool((operands[0] == 0).any()))
        _warn(f"{'divide by zero' if poles else 'overflow'} encountered in {where}", RuntimeWarning)
    if _b.bool((known & _torch.isnan(made)).any()):
        _warn(f"invalid value encountered in {where}", RuntimeWarning)


def tensor_result(result):
    """What a function of numpy gives for tensors: Tensor.__array_wrap__ makes a tensor of its array, bytes of a mask."""
    _warnings.warn(
        "__array_wrap__ must accept context and return_scalar arguments (positionally) in the future. (Deprecated NumPy 2.0)",
        DeprecationWarning, stacklevel=3)
    made = asarray(result)
    return _torch.from_numpy(made.astype("uint8") if made.dtype.kind == "b" else made)


def refuse_tensor(symbol, other):
    """Error: a tensor on the right of an array. Tensor's priority is higher, so numpy leaves the operation to it, and it to numpy."""
    if isinstance(other, _torch.Tensor):
        raise TypeError(f"unsupported operand type(s) for {symbol}: 'numpy.ndarray' and 'Tensor'")


_CONCATENATION = (
    "Concatenation operation is not implemented for NumPy arrays, use np.concatenate() instead. Please do not rely on this error; "
    "it may not be given on all Python implementations."
)


def _into(result, out, where=True):
    if out is None:
        return result
    out = out[0] if isinstance(out, tuple) else out
    if where is True:
        out[...] = result
    else:
        mask = asarray(where)
        out[mask] = asarray(result)[mask]
    return out


def _unary_float(op):
    def run(x):
        x = asarray(x)
        return op(_as(x, _float_of(x.dtype)))

    return run


def _unary_same(op):
    return lambda x: op(asarray(x)._t)


def _binary_same(op, numbers=False):
    def run(a, b):
        x, y, _ = _operands(a, b, numbers)
        return op(x, y)

    return run


def _binary_float(op):
    def run(a, b):
        x, y, kind = _operands(a, b)
        if kind.kind not in "fc":
            kind = _float_of(kind)
            x, y = x.to(kind._torch), y.to(kind._torch)
        return op(x, y)

    return run


def _divide(a, b):
    x, y, kind = _operands(a, b, numbers=True)
    return x / y if kind.kind in "fc" else x.to(_torch.float64) / y.to(_torch.float64)


def _power(a, b):
    x, y, kind = _operands(a, b)
    if kind.kind in "iub":
        if _b.bool((y < 0).any()):
            raise ValueError("Integers to negative integer powers are not allowed.")
        if kind is _bool:
            x, y = x.to(_torch.int8), y.to(_torch.int8)
    return _torch.pow(x, y)


def _subtract(a, b):
    x, y, kind = _operands(a, b, numbers=True)
    if kind is _bool:
        raise TypeError("numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, or the logical_xor function instead.")
    return x - y


def _negative(x):
    t = asarray(x)._t
    if t.dtype is _torch.bool:
        raise TypeError("The numpy boolean negative, the `-` operator, is not supported, use the `~` operator or the logical_not function instead.")
    return -t


def _integer_division(op):
    def run(a, b):
        x, y, kind = _operands(a, b)
        if kind is _bool:
            x, y = x.to(_torch.int8), y.to(_torch.int8)
        if kind.kind in "iub" and _b.bool((y == 0).any()):
            safe = _torch.where(y == 0, _torch.ones_like(y), y)
            return _torch.where(y == 0, _torch.zeros_like(op(x, safe)), op(x, safe))
        return op(x, y)

    return run


def _rounding(op):
    def run(x):
        x = asarray(x)
        return op(x._t) if x.dtype.kind in "fc" else x._t.clone()

    return run


def _logical(op):
    return lambda *args: op(*[asarray(a)._t.to(_torch.bool) for a in args])


def _predicate(op):
    def run(x):
        t = asarray(x)._t
        return op(t if t.dtype.is_floating_point or t.dtype.is_complex else t.to(_torch.float64))

    return run


def _sign(x):
    t = asarray(x)._t
    return _torch.sgn(t) if t.dtype.is_complex else _torch.where(_torch.isnan(t), t, _torch.sign(t)) if t.dtype.is_floating_point else _torch.sign(t)


def _absolute(x):
    t = asarray(x)._t
    return t.clone() if t.dtype is _torch.bool else t.abs()


UFUNCS = {
    "add": (2, _binary_same(lambda x, y: x + y, numbers=True)),
    "subtract": (2, _subtract),
    "multiply": (2, _binary_same(lambda x, y: x * y, numbers=True)),
    "divide": (2, _divide),
    "true_divide": (2, _divide),
    "floor_divide": (2, _integer_division(lambda x, y: _torch.floor_divide(x, y))),
    "remainder": (2, _integer_division(lambda x, y: _torch.remainder(x, y))),
    "mod": (2, _integer_division(lambda x, y: _torch.remainder(x, y))),
    "fmod": (2, _integer_division(lambda x, y: _torch.fmod(x, y))),
    "power": (2, _power),
    "float_power": (2, lambda a, b: _torch.pow(asarray(a)._t.double(), asarray(b)._t.double())),
    "maximum": (2, _binary_same(lambda x, y: _torch.maximum(x, y))),
    "minimum": (2, _binary_same(lambda x, y: _torch.minimum(x, y))),
    "fmax": (2, _binary_same(lambda x, y: _torch.fmax(x, y))),
    "fmin": (2, _binary_same(lambda x, y: _torch.fmin(x, y))),
    "arctan2": (2, _binary_float(lambda x, y: _torch.atan2(x, y))),
    "hypot": (2, _binary_float(lambda x, y: _torch.hypot(x, y))),
    "logaddexp": (2, _binary_float(lambda x, y: _torch.logaddexp(x, y))),
    "logaddexp2": (2, _binary_float(lambda x, y: _torch.logaddexp2(x, y))),
    "copysign": (2, _binary_float(lambda x, y: _torch.copysign(x, y))),
    "heaviside": (2, _binary_float(lambda x, y: _torch.heaviside(x, y))),
    "nextafter": (2, _binary_float(lambda x, y: _torch.nextafter(x, y))),
    "equal": (2, _binary_same(lambda x, y: x == y)),
    "not_equal": (2, _binary_same(lambda x, y: x != y)),
    "less": (2, _binary_same(lambda x, y: x < y)),
    "less_equal": (2, _binary_same(lambda x, y: x <= y)),
    "greater": (2, _binary_same(lambda x, y: x > y)),
    "greater_equal": (2, _binary_same(lambda x, y: x >= y)),
    "logical_and": (2, _logical(lambda x, y: x & y)),
    "logical_or": (2, _logical(lambda x, y: x | y)),
    "logical_xor": (2, _logical(lambda x, y: x ^ y)),
    "logical_not": (1, _logical(lambda x: ~x)),
    "bitwise_and": (2, _binary_same(lambda x, y: x & y)),
    "bitwise_or": (2, _binary_same(lambda x, y: x | y)),
    "bitwise_xor": (2, _binary_same(lambda x, y: x ^ y)),
    "left_shift": (2, _binary_same(lambda x, y: x << y)),
    "right_shift": (2, _binary_same(lambda x, y: x >> y)),
    "gcd": (2, _binary_same(lambda x, y: _torch.gcd(x, y))),
    "lcm": (2, _binary_same(lambda x, y: _torch.lcm(x, y))),
    "invert": (1, _unary_same(lambda t: ~t)),
    "negative": (1, _negative),
    "positive": (1, _unary_same(lambda t: t.clone())),
    "absolute": (1, _absolute),
    "fabs": (1, _unary_float(lambda t: t.abs())),
    "square": (1, _unary_same(lambda t: t * t)),
    "conjugate": (1, _unary_same(lambda t: t.conj() if t.dtype.is_complex else t)),
    "sign": (1, _sign),
    "floor": (1, _rounding(_torch.floor)),
    "ceil": (1, _rounding(_torch.ceil)),
    "trunc": (1, _rounding(_torch.trunc)),
    "rint": (1, _unary_float(lambda t: _torch.round(t))),
    "isnan": (1, _predicate(_torch.isnan)),
    "isinf": (1, _predicate(_torch.isinf)),
    "isfinite": (1, _predicate(_torch.isfinite)),
    "signbit": (1, _predicate(lambda t: _torch.signbit(t))),
}
for _name, _op in {
    "exp": "exp", "exp2": "exp2", "expm1": "expm1", "log": "log", "log2": "log2", "log10": "log10", "log1p": "log1p", "sqrt": "sqrt",
    "sin": "sin", "cos": "cos", "tan": "tan", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "sinh": "sinh", "cosh": "cosh",
    "tanh": "tanh", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "deg2rad": "deg2rad", "radians": "deg2rad",
    "rad2deg": "rad2deg", "degrees": "rad2deg", "reciprocal": "reciprocal",
}.items():
    UFUNCS[_name] = (1, _unary_float(lambda t, _op=_op: getattr(_torch, _op)(t)))
UFUNCS["cbrt"] = (1, _unary_float(lambda t: t.sign() * t.abs().pow(1 / 3)))

TABLE = {name: ufunc(name, nin, run) for name, (nin, run) in UFUNCS.items()}
TABLE["abs"], TABLE["conj"], TABLE["bitwise_not"], TABLE["pow"], TABLE["acos"] = (
    TABLE["absolute"], TABLE["conjugate"], TABLE["invert"], TABLE["power"], TABLE["arccos"])
for _short, _long in {"asin": "arcsin", "atan": "arctan", "atan2": "arctan2", "sinh": "sinh"}.items():
    TABLE[_short] = TABLE[_long]


def _binary(name, symbol):
    f = TABLE[name]
    shown = "** or pow()" if symbol == "**" else symbol

    def method(self, other):
        if isinstance(other, (str, bytes)) or other is None or isinstance(other, dict):
            return NotImplemented
        if isinstance(other, _torch.Tensor):
            if symbol == "/":
                return other.__rtruediv__(self)
            if symbol == "+":
                raise TypeError(_CONCATENATION)
            refuse_tensor(shown, other)
        return f(self, other)

    def reflected(self, other):
        if isinstance(other, (str, bytes)) or other is None:
            return NotImplemented
        return f(other, self)

    def inplace(self, other):
        if isinstance(other, _torch.Tensor):
            if symbol == "+":
                raise TypeError(_CONCATENATION)
            refuse_tensor(symbol + "=", other)
        result = f(self, other)
        kind = self.dtype
        made = result.dtype
        if not _D.can_cast(made, kind, "same_kind"):
            raise TypeError(f"Cannot cast ufunc '{name}' output from dtype('{made}') to dtype('{kind}') with casting rule 'same_kind'")
        if isinstance(result, ndarray):
            if result.shape != self.shape:
                shapes = [str(tuple(a.shape)).replace(" ", "") for a in (self, result)]
                raise ValueError(f"non-broadcastable output operand with shape {shapes[0]} doesn't match the broadcast shape {shapes[1]}")
            with quiet():
                self._t.copy_(result._t)
        else:
            self[...] = result
        return self

    return method, reflected, inplace


_SYMBOLS = {"less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">="}


def _compare(name, dunder):
    f = TABLE[name]

    def method(self, other):
        if other is None or isinstance(other, (str, dict)):
            return name == "not_equal" if name in ("equal", "not_equal") else NotImplemented
        if isinstance(other, _torch.Tensor):
            if name in ("equal", "not_equal"):
                return getattr(other, dunder)(self)
            raise TypeError(f"'{_SYMBOLS[name]}' not supported between instances of 'numpy.ndarray' and 'Tensor'")
        return f(self, other)

    return method


def install():
    """Gives ndarray its operators."""
    for dunder, name, symbol in (
        ("add", "add", "+"), ("sub", "subtract", "-"), ("mul", "multiply", "*"), ("truediv", "divide", "/"),
        ("floordiv", "floor_divide", "//"), ("mod", "remainder", "%"), ("pow", "power", "**"), ("and", "bitwise_and", "&"),
        ("or", "bitwise_or", "|"), ("xor", "bitwise_xor", "^"), ("lshift", "left_shift", "<<"), ("rshift", "right_shift", ">>"),
    ):
        method, reflected, inplace = _binary(name, symbol)
        setattr(ndarray, f"__{dunder}__", method)
        setattr(ndarray, f"__r{dunder}__", reflected)
        setattr(ndarray, f"__i{dunder}__", inplace)
    for dunder, name in {"eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal"}.items():
        setattr(ndarray, f"__{dunder}__", _compare(name, f"__{dunder}__"))
    for dunder, name in {"neg": "negative", "pos": "positive", "abs": "absolute", "invert": "invert"}.items():
        setattr(ndarray, f"__{dunder}__", lambda self, f=TABLE[name]: f(self))
    ndarray.__divmod__ = lambda self, other: (self // other, self % other)
    ndarray.conj = ndarray.conjugate = lambda self: TABLE["conjugate"](self)
