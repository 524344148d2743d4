"""numpy.random.RandomState: the streams that np.random.seed fixes."""

import math as _math

from .._array import array, asarray, ndarray
from .. import _dtypes as _D
from ._draws import Draws, broadcast, count, drawn, shape_of
from ._streams import MT19937


class RandomState(Draws):
    """NumPy's legacy generator."""

    def __init__(self, seed=None):
        self.seed(seed)

    def seed(self, seed=None):
        if seed is None:
            import random

            seed = random.getrandbits(32)
        if isinstance(seed, (ndarray, list, tuple)):
            seed = [int(s) for s in asarray(seed).ravel().tolist()]
        else:
            seed = seed.__index__()
            if not 0 <= seed <= 2**32 - 1:
                raise ValueError("Seed must be between 0 and 2**32 - 1")
        self._bits = MT19937(seed)
        self._kept = None

    def get_state(self, legacy=True):
        key, at = self._bits.state()
        return ("MT19937", array(key, dtype=int), at, 0 if self._kept is None else 1, self._kept or 0.0)

    def set_state(self, state):
        self._bits.restore((asarray(state[1]).tolist(), state[2]))
        self._kept = state[4] if state[3] else None

    # ---------------------------------------------------------------- one draw each

    def _gauss(self):
        """Marsaglia's polar method; the second number of a pair is kept for the next call."""
        if self._kept is not None:
            value, self._kept = self._kept, None
            return value
        double = self._bits.double
        while True:
            x1, x2 = 2.0 * double() - 1.0, 2.0 * double() - 1.0
            r2 = x1 * x1 + x2 * x2
            if 0.0 < r2 < 1.0:
                break
        f = _math.sqrt(-2.0 * _math.log(r2) / r2)
        self._kept = f * x1
        return f * x2

    def _exponential(self):
        return -_math.log(1.0 - self._bits.double())

    def _geometric_small(self, p):
        return _math.ceil(_math.log(1.0 - self._bits.double()) / _math.log(1.0 - p))

    def __repr__(self):
        return f"RandomState(MT19937) at {hex(id(self)).upper().replace('X', 'x')}"

    # ---------------------------------------------------------------- public

    def rayleigh(self, scale=1.0, size=None):
        return broadcast(lambda s: s * _math.sqrt(-2.0 * _math.log(1.0 - self._bits.double())), size, scale)

    def random_sample(self, size=None):
        return drawn(self._bits.double, size)

    random = ranf = sample = random_sample

    def rand(self, *shape):
        return drawn(self._bits.double, shape or None)

    def randn(self, *shape):
        return drawn(self._gauss, shape or None)

    def randint(self, low, high=None, size=None, dtype=int):
        if high is None:
            low, high = 0, low
        low, high = int(low), int(high)
        if low >= high:
            raise ValueError("low >= high")
        value = drawn(lambda: low + self._interval(high - low - 1), size, dtype)
        return int(value) if size is None and dtype is int else value

    def random_integers(self, low, high=None, size=None):
        return self.randint(1 if high is None else low, (low if high is None else high) + 1, size)

    def multivariate_normal(self, mean, cov, size=None, check_valid="warn", tol=1e-8):
        from .. import linalg

        mean, shape = asarray(mean, dtype=float), shape_of(size)
        x = self.standard_normal(shape + mean.shape).reshape(-1, len(mean))
        _, s, v = linalg.svd(asarray(cov, dtype=float))
        x = mean + x.dot((s**0.5)[:, None] * v)
        return x.reshape(shape + mean.shape)

    def permutation(self, x):
        if isinstance(x, (int, _D.integer)):
            order = list(range(int(x)))
            self.shuffle(order)
            return array(order, dtype=int)
        a = asarray(x)
        if a.ndim == 1:
            values = a.tolist()
            self.shuffle(values)
            return array(values, dtype=a.dtype)
        return a[self.permutation(len(a))]

    def choice(self, a, size=None, replace=True, p=None):
        pool = None if isinstance(a, (int, _D.integer)) else asarray(a)
        n = int(a) if pool is None else len(pool)
        if n <= 0:
            raise ValueError("a must be greater than 0 unless no samples are taken")
        shape, k = shape_of(size), count(shape_of(size))
        if p is not None:
            p = asarray(p)
            # Half the digits of the probabilities must add up.
            tolerance = max(_math.sqrt(_D.finfo(kind).eps) for kind in (_D.dtype(float), p.dtype if p.dtype.kind == "f" else _D.dtype(float)))
            p = p.astype(float)
            if len(p) != n:
                raise ValueError("'a' and 'p' must have same size")
            if abs(float(p.sum()) - 1.0) > tolerance:
                raise ValueError("probabilities do not sum to 1")
        if replace:
            index = [self._interval(n - 1) for _ in range(k)] if p is None else self._weighted(p, k)
        else:
            if k > n:
                raise ValueError("Cannot take a larger sample than population when 'replace=False'")
            index = self.permutation(n)[:k].tolist() if p is None else self._weighted_once(p, k)
        if pool is None:
            return int(index[0]) if size is None else array(index, dtype=int).reshape(shape)
        return pool[index[0]] if size is None else pool[array(index, dtype=int)].reshape(shape + pool.shape[1:])

    def _weighted(self, p, k):
        cdf = p.cumsum()
        cdf = cdf / cdf[-1]
        return asarray(cdf.searchsorted(self.random_sample(k), side="right")).reshape(-1).tolist()

    def _weighted_once(self, p, k):
        p, found = p.copy(), []
        while len(found) < k:
            x = self.rand(k - len(found))
            if found:
                p[array(found, dtype=int)] = 0
            cdf = p.cumsum()
            cdf = cdf / cdf[-1]
            for i in asarray(cdf.searchsorted(x, side="right")).tolist():
                if i not in found:
                    found.append(i)
        return found

    def bytes(self, length):
        return b"".join(self._bits.next32().to_bytes(4, "little") for _ in range(-(-length // 4)))[:length]
