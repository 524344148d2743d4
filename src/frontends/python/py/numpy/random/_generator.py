"""numpy.random.Generator over PCG64: default_rng."""

import functools as _functools
import math as _math

from .._array import array, asarray, ndarray
from .. import _dtypes as _D
from ._draws import Draws, broadcast, count, drawn, shape_of
from ._streams import PCG64, SeedSequence, _M32, _M64

# Where the tail of the normal distribution begins in the ziggurat of 256 layers (Marsaglia and Tsang 2000; numpy's constant).
_NORMAL_EDGE = 3.6541528853610087963519472518
_EXPONENTIAL_EDGE = 7.69711747013104972


@_functools.lru_cache(None)
def _normal_table():
    """(k, w, f) of the layers, for 52-bit magnitudes."""
    return _ziggurat(_NORMAL_EDGE, lambda x: _math.exp(-0.5 * x * x), lambda y: _math.sqrt(-2 * _math.log(y)),
                     _NORMAL_EDGE * _math.exp(-0.5 * _NORMAL_EDGE**2) + _math.sqrt(_math.pi / 2) * _math.erfc(_NORMAL_EDGE / _math.sqrt(2)), 2.0**52)


@_functools.lru_cache(None)
def _exponential_table():
    return _ziggurat(_EXPONENTIAL_EDGE, lambda x: _math.exp(-x), lambda y: -_math.log(y), (_EXPONENTIAL_EDGE + 1) * _math.exp(-_EXPONENTIAL_EDGE), 2.0**53)


def _ziggurat(edge, density, inverse, area, scale):
    x = [0.0] * 257
    x[256], x[255] = area / density(edge), edge
    for i in range(254, 0, -1):
        x[i] = inverse(area / x[i + 1] + density(x[i + 1]))
    k = [0] * 256
    w = [0.0] * 256
    f = [0.0] * 256
    k[0], w[0], f[0] = int(edge / x[256] * scale), x[256] / scale, 1.0
    for i in range(1, 256):
        k[i], w[i], f[i] = (int(x[i - 1] / x[i] * scale) if i > 1 else 0), x[i] / scale, density(x[i])
    return k, w, f


class Generator(Draws):
    """NumPy's present generator."""

    def __init__(self, bit_generator):
        self.bit_generator = self._bits = bit_generator

    def __repr__(self):
        return f"Generator(PCG64) at {hex(id(self)).upper().replace('X', 'x')}"

    def _gauss(self):
        k, w, f = _normal_table()
        bits = self._bits
        while True:
            r = bits.next64()
            i = r & 0xFF
            r >>= 8
            sign = r & 1
            size = (r >> 1) & 0x000FFFFFFFFFFFFF
            x = size * w[i]
            if sign:
                x = -x
            if size < k[i]:
                return x
            if i == 0:
                while True:
                    xx = -_math.log1p(-bits.double()) / _NORMAL_EDGE
                    yy = -_math.log1p(-bits.double())
                    if yy + yy > xx * xx:
                        return -(_NORMAL_EDGE + xx) if (size >> 8) & 1 else _NORMAL_EDGE + xx
            elif (f[i - 1] - f[i]) * bits.double() + f[i] < _math.exp(-0.5 * x * x):
                return x

    def _exponential(self):
        k, w, f = _exponential_table()
        while True:
            r = self._bits.next64() >> 3
            i = r & 0xFF
            r >>= 8
            x = r * w[i]
            if r < k[i]:
                return x
            if i == 0:
                return _EXPONENTIAL_EDGE - _math.log1p(-self._bits.double())
            if (f[i - 1] - f[i]) * self._bits.double() + f[i] < _math.exp(-x):
                return x

    def _below(self, limit):
        """Integer in [0, limit] by Lemire's multiplication."""
        if limit == 0:
            return 0
        if limit == _M32:
            return self._bits.next32()
        bits, draw, mask = (32, self._bits.next32, _M32) if limit < _M32 else (64, self._bits.next64, _M64)
        if limit == mask:
            return draw()
        size = limit + 1
        m = draw() * size
        left = m & mask
        if left < size:
            threshold = (mask - limit) % size
            while left < threshold:
                m = draw() * size
                left = m & mask
        return m >> bits

    def _geometric_small(self, p):
        return _math.ceil(-self._exponential() / _math.log1p(-p))

    def rayleigh(self, scale=1.0, size=None):
        return broadcast(lambda s: s * _math.sqrt(2.0 * self._exponential()), size, scale)

    def permuted(self, x, *, axis=None, out=None):
        """A copy in which all elements are shuffled (of one axis: not here)."""
        if axis is not None:
            raise NotImplementedError("numpy.random.Generator.permuted along an axis is not part of Backstep")
        a = asarray(x).copy()
        self.shuffle(a.reshape(-1))
        return a

    def random(self, size=None, dtype=float, out=None):
        if _D.dtype(dtype).name == "float32":
            return drawn(lambda: (self._bits.next32() >> 8) / 16777216.0, size, "float32")
        return drawn(self._bits.double, size)

    def integers(self, low, high=None, size=None, dtype=int, endpoint=False):
        if high is None:
            low, high = 0, low
        low, high = int(low), int(high) - (0 if endpoint else 1)
        if low > high:
            raise ValueError("low >= high")
        return drawn(lambda: low + self._below(high - low), size, dtype)

    def multivariate_normal(self, mean, cov, size=None, check_valid="warn", tol=1e-8, *, method="svd"):
        from .. import linalg

        mean, shape = asarray(mean, dtype=float), shape_of(size)
        x = self.standard_normal(shape + mean.shape).reshape(-1, len(mean))
        u, s, _ = linalg.svd(asarray(cov, dtype=float))
        return (mean + x.dot((u * s**0.5).T)).reshape(shape + mean.shape)

    def permutation(self, x, axis=0):
        if isinstance(x, (int, _D.integer)):
            order = list(range(int(x)))
            self.shuffle(order)
            return array(order, dtype=int)
        a = asarray(x)
        return a[self.permutation(len(a))]

    def choice(self, a, size=None, replace=True, p=None, axis=0, shuffle=True):
        pool = None if isinstance(a, (int, _D.integer)) else asarray(a)
        n = int(a) if pool is None else len(pool)
        shape, k = shape_of(size), count(shape_of(size))
        if replace or size is None:
            if p is None:
                index = [self._below(n - 1) for _ in range(k)]
            else:
                cdf = asarray(p, dtype=float).cumsum()
                index = asarray((cdf / cdf[-1]).searchsorted(self.random(k), side="right")).reshape(-1).tolist()
        else:
            if k > n:
                raise ValueError("Cannot take a larger sample than population when replace is False")
            index = self._without_replacement(n, k, p, shuffle)
        if pool is None:
            return _D.int64(index[0]) if size is None else array(index, dtype=int).reshape(shape)
        return pool[index[0]] if size is None else pool[array(index, dtype=int)].reshape(shape + pool.shape[1:])

    def _without_replacement(self, n, k, p, shuffle):
        if p is not None:
            p, found = asarray(p, dtype=float).copy(), []
            while len(found) < k:
                x = self.random(k - len(found))
                if found:
                    p[array(found, dtype=int)] = 0
                cdf = p.cumsum()
                for i in asarray((cdf / cdf[-1]).searchsorted(x, side="right")).tolist():
                    if i not in found:
                        found.append(i)
            return found
        if n > 10000 and k > n // (50 if shuffle else 20):
            order = list(range(n))
            self._shuffle_from(order, max(n - k, 1))
            return order[n - k :]
        # Floyd's algorithm.
        chosen, index = set(), []
        for j in range(n - k, n):
            value = self._below(j)
            if value in chosen:
                value = j
            chosen.add(value)
            index.append(value)
        if shuffle:
            self._shuffle_from(index, 1)
        return index

    def _shuffle_from(self, values, first):
        for i in reversed(range(first, len(values))):
            j = self._below(i)
            values[i], values[j] = values[j], values[i]

    def spawn(self, n_children):
        return [Generator(PCG64(s)) for s in self._bits.seed_seq.spawn(n_children)]

    def bytes(self, length):
        return b"".join(self._bits.next32().to_bytes(4, "little") for _ in range(-(-length // 4)))[:length]

    def __getattr__(self, name):
        raise AttributeError(f"numpy.random.Generator.{name} is not part of Backstep")


def default_rng(seed=None):
    if isinstance(seed, Generator):
        return seed
    if isinstance(seed, PCG64):
        return Generator(seed)
    if isinstance(seed, (ndarray, list, tuple)):
        seed = [int(s) for s in asarray(seed).ravel().tolist()]
    return Generator(PCG64(seed if seed is None or isinstance(seed, (SeedSequence, list)) else int(seed)))
