"""Products, polynomials, convolution, rounding, comparison of arrays."""

import builtins as _b
import math as _math

import torch as _torch

from . import _dtypes as _D
from ._array import array, asarray, ndarray, quiet, scalar, wrap
from ._operators import TABLE as _U, _into, _operands, tensor_result


def _exact(op):
    """Products of booleans and integers are computed as int64."""

    def run(a, b):
        x, y, kind = _operands(a, b)
        if kind.kind == "b":
            return op(x.long(), y.long()) != 0
        return op(x, y)

    return run


def dot(a, b, out=None):
    a, b = asarray(a), asarray(b)
    with quiet():
        if a.ndim == 0 or b.ndim == 0:
            return a * b
        if a.shape[-1] != b.shape[0 if b.ndim == 1 else -2]:
            raise ValueError(f"shapes {_text(a.shape)} and {_text(b.shape)} not aligned: {a.shape[-1]} (dim {a.ndim - 1}) != {b.shape[0 if b.ndim == 1 else -2]} (dim {0 if b.ndim == 1 else b.ndim - 2})")
        if a.ndim <= 2 and b.ndim <= 2:
            result = scalar(_exact(_torch.matmul)(a, b))
        else:
            result = scalar(_exact(lambda x, y: _torch.tensordot(x, y, ([-1], [0 if y.ndim == 1 else -2])))(a, b))
    return _into(result, out)


def _text(shape):
    return "(" + ",".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"


def reflected_matmul(b, a):
    """a @ b of an array b; a tensor of a tensor a."""
    return tensor_result(matmul(a, b)) if isinstance(a, _torch.Tensor) else matmul(a, b)


def matmul(a, b, out=None):
    a, b = asarray(a), asarray(b)
    if a.ndim == 0 or b.ndim == 0:
        raise ValueError("matmul: Input operand 0 does not have enough dimensions (has 0, gufunc core with signature (n?,k),(k,m?)->(n?,m?) requires 1)")
    k = b.shape[0 if b.ndim == 1 else -2]
    if a.shape[-1] != k:
        raise ValueError(f"matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature (n?,k),(k,m?)->(n?,m?) (size {k} is different from {a.shape[-1]})")
    with quiet():
        return _into(scalar(_exact(_torch.matmul)(a, b)), out)


def inner(a, b):
    a, b = asarray(a), asarray(b)
    return a * b if a.ndim == 0 or b.ndim == 0 else dot(a, b.T if b.ndim <= 2 else b.swapaxes(-1, -2))


def outer(a, b, out=None):
    return _into(asarray(a).ravel()[:, None] * asarray(b).ravel()[None, :], out)


def vdot(a, b):
    return dot(_U["conjugate"](asarray(a).ravel()), asarray(b).ravel())


def tensordot(a, b, axes=2):
    with quiet():
        if not isinstance(axes, int):
            axes = tuple([x] if isinstance(x, int) else list(x) for x in axes)
        return scalar(_exact(lambda x, y: _torch.tensordot(x, y, axes))(a, b))


def einsum(subscripts, *operands, **_):
    with quiet():
        kind = _D.result_type(*[asarray(o) for o in operands])
        return scalar(_torch.einsum(subscripts, *[asarray(o)._t.to(kind._torch) for o in operands]))


def kron(a, b):
    x, y, _ = _operands(asarray(a), asarray(b))
    with quiet():
        return wrap(_torch.kron(x, y))


def cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    a, b = asarray(a), asarray(b)
    if a.shape[-1] == 2:
        return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    from ._shaping import stack

    parts = [a[..., i] * b[..., j] - a[..., j] * b[..., i] for i, j in ((1, 2), (2, 0), (0, 1))]
    return stack(parts, axis=-1)


def trace(a, offset=0, **_):
    from ._reductions import sum

    return sum(diagonal(a, offset), axis=-1)


def diagonal(a, offset=0, axis1=0, axis2=1):
    a = asarray(a)
    with quiet():
        return a._view(_torch.diagonal(a._t, offset, axis1, axis2))


def fill_diagonal(a, val, wrap=False):
    n = _b.min(a.shape)
    from ._creation import arange

    i = arange(n)
    a[(i,) * a.ndim] = val


def clip(a, a_min=None, a_max=None, out=None, *, min=None, max=None, **_):
    a_min, a_max = (min if a_min is None else a_min), (max if a_max is None else a_max)
    result = asarray(a)
    if a_min is not None:
        result = _U["maximum"](result, a_min)
    if a_max is not None:
        result = _U["minimum"](result, a_max)
    return _into(result, out)


def round(a, decimals=0, out=None):
    """Rounds halves to even, by scaling as numpy does."""
    a = asarray(a)
    with quiet():
        if a.dtype.kind not in "fc":
            result = a.copy() if decimals >= 0 else wrap((_torch.round(a._t.double() / 10**-decimals) * 10**-decimals).to(a._t.dtype))
        elif decimals >= 0:
            result = wrap(_torch.round(a._t * 10**decimals) / 10**decimals) if decimals else wrap(_torch.round(a._t))
        else:
            result = wrap(_torch.round(a._t / 10**-decimals) * 10**-decimals)
    return _into(scalar(result._t), out)


around = round_ = round


def fix(x):
    return _U["trunc"](x)


def nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None):
    with quiet():
        return scalar(_torch.nan_to_num(asarray(x)._t, nan, posinf, neginf))


def isclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    x, y, kind = _operands(a if isinstance(a, ndarray) else asarray(a), b if isinstance(b, ndarray) else asarray(b))
    with quiet():
        return scalar(_torch.isclose(*_torch.broadcast_tensors(x.double(), y.double()), rtol=rtol, atol=atol, equal_nan=equal_nan))


def allclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    close = asarray(isclose(a, b, rtol, atol, equal_nan))
    with quiet():
        return _b.bool(close._t.all())


def array_equal(a1, a2, equal_nan=False):
    a, b = asarray(a1), asarray(a2)
    return a.shape == b.shape and _b.bool(asarray(a == b).all())


def array_equiv(a1, a2):
    try:
        return _b.bool(asarray(asarray(a1) == asarray(a2)).all())
    except RuntimeError:
        return False


def convolve(a, v, mode="full"):
    a, v = asarray(a), asarray(v)
    if len(v) > len(a):
        a, v = v, a
    n, m = len(a), len(v)
    from ._creation import zeros

    out = zeros(n + m - 1, _D.promote(a.dtype, v.dtype))
    for i in range(m):
        out[i : i + n] = out[i : i + n] + a * v[i]
    if mode == "same":
        return out[(m - 1) // 2 : (m - 1) // 2 + n]
    return out[m - 1 : n] if mode == "valid" else out


def correlate(a, v, mode="valid"):
    return convolve(a, asarray(v)[::-1], mode)


def polyval(p, x):
    y = asarray(x) * 0
    for c in asarray(p).tolist():
        y = y * x + c
    return y


def polyfit(x, y, deg, **_):
    """Least-squares coefficients, highest power first."""
    from . import linalg
    from ._creation import vander

    A = vander(asarray(x, dtype=float), deg + 1)
    scale = _U["sqrt"]((A * A).sum(axis=0))
    return linalg.lstsq(A / scale, asarray(y, dtype=float), rcond=None)[0] / scale


def polyder(p, m=1):
    c = asarray(p)
    for _ in range(m):
        n = len(c) - 1
        from ._creation import arange

        c = c[:-1] * arange(n, 0, -1)
    return c


def roots(p):
    from . import linalg
    from ._creation import zeros

    c = [v for v in asarray(p, dtype=float).tolist()]
    while c and c[0] == 0:
        c.pop(0)
    n = len(c) - 1
    if n < 1:
        return array([])
    m = zeros((n, n))
    for i in range(n - 1):
        m[i + 1, i] = 1
    m[0] = array([-v / c[0] for v in c[1:]])
    return linalg.eigvals(m)


class poly1d:
    """A polynomial by its coefficients, highest power first."""

    def __init__(self, c_or_r, r=False, variable=None):
        self.coeffs = self.c = asarray(c_or_r)
        self.order = len(self.c) - 1

    def __call__(self, x):
        return polyval(self.c, x)

    def deriv(self, m=1):
        return poly1d(polyder(self.c, m))

    @property
    def roots(self):
        return roots(self.c)

    def __repr__(self):
        return f"poly1d({repr(self.c)[6:-1]})"


def apply_along_axis(func1d, axis, arr, *args, **kwargs):
    a = asarray(arr).swapaxes(axis, -1)
    rows = a.reshape(-1, a.shape[-1])
    results = [asarray(func1d(rows[i], *args, **kwargs)) for i in range(len(rows))]
    from ._shaping import stack

    out = stack(results).reshape(a.shape[:-1] + results[0].shape)
    return out if results[0].ndim == 0 else out.swapaxes(axis, -1)


class vectorize:
    """A Python function of numbers, applied to every element."""

    def __init__(self, pyfunc, otypes=None, doc=None, excluded=None, cache=False, signature=None):
        self._f = pyfunc
        self._otypes = otypes
        self.__doc__ = doc or pyfunc.__doc__

    def __call__(self, *args):
        from ._shaping import broadcast_arrays

        arrays = broadcast_arrays(*args)
        results = [self._f(*row) for row in zip(*[a.reshape(-1).tolist() for a in arrays])]
        kind = self._otypes[0] if self._otypes else None
        if results and isinstance(results[0], tuple):
            return tuple(array([r[k] for r in results]).reshape(arrays[0].shape) for k in range(len(results[0])))
        out = array(results, dtype=kind).reshape(arrays[0].shape)
        return scalar(out._t)


def frompyfunc(func, nin, nout):
    return vectorize(func)


def ndindex(*shape):
    import itertools

    shape = shape[0] if len(shape) == 1 and not isinstance(shape[0], int) else shape
    return itertools.product(*[range(n) for n in shape])


def ndenumerate(arr):
    a = asarray(arr)
    return ((i, a[i]) for i in ndindex(*a.shape))


def nditer(op, **_):
    return iter(asarray(op).ravel())


def unravel_index(indices, shape):
    def one(i):
        out = []
        for n in reversed(shape):
            out.append(i % n)
            i //= n
        return tuple(reversed(out))

    if isinstance(indices, (int, _D.integer)):
        return tuple(_D.int64(v) for v in one(int(indices)))
    return tuple(array(c) for c in zip(*[one(i) for i in asarray(indices).ravel().tolist()]))


def ravel_multi_index(multi_index, dims, **_):
    out = asarray(multi_index[0]) * 1
    for i, n in zip(multi_index[1:], dims[1:]):
        out = out * n + asarray(i)
    return scalar(asarray(out)._t)


def sinc(x):
    with quiet():
        return scalar(_torch.sinc(asarray(x, dtype=float)._t))


def isscalar(x):
    return isinstance(x, (_D.generic, _b.int, _b.float, _b.complex, _b.bool, str))


def iscomplexobj(x):
    return asarray(x).dtype.kind == "c"


def isrealobj(x):
    return not iscomplexobj(x)


def real(x):
    return asarray(x).real


def imag(x):
    return asarray(x).imag


def angle(z, deg=False):
    z = asarray(z)
    a = _U["arctan2"](z.imag, z.real)
    return a * (180 / _math.pi) if deg else a
