"""numpy.random.RandomState: the streams that np.random.seed fixes."""

import math as _math

from .._array import array, asarray, ndarray
from .. import _dtypes as _D
from ._streams import MT19937


def shape_of(size):
    return () if size is None else (int(size),) if not hasattr(size, "__iter__") else tuple(int(n) for n in size)


def count(shape):
    n = 1
    for s in shape:
        n *= s
    return n


def drawn(draw, size, dtype=float):
    """One number, or an array of numbers drawn in row-major order."""
    if size is None:
        # NumPy gives a Python float here, and a NumPy scalar for other types.
        return float(draw()) if dtype is float else _D.dtype(dtype).type(draw())
    shape = shape_of(size)
    return array([draw() for _ in range(count(shape))], dtype=dtype).reshape(shape)


def broadcast(f, size, *parameters):
    """`f(*parameters)` per element, where parameters may be arrays."""
    arrays = [asarray(p) for p in parameters]
    if all(a.ndim == 0 for a in arrays):
        values = [a.item() for a in arrays]
        return drawn(lambda: f(*values), size)
    from .._shaping import broadcast_to, broadcast_shapes

    shape = shape_of(size) if size is not None else broadcast_shapes(*[a.shape for a in arrays])
    rows = zip(*[broadcast_to(a, shape).reshape(-1).tolist() for a in arrays])
    return array([f(*row) for row in rows], dtype=float).reshape(shape)


class RandomState:
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

    def _gamma(self, shape):
        """Marsaglia and Tsang for shapes above 1, Ahrens and Dieter's rejection below."""
        if shape == 1.0:
            return self._exponential()
        if shape == 0.0:
            return 0.0
        double = self._bits.double
        if shape < 1.0:
            while True:
                u, v = double(), self._exponential()
                if u <= 1.0 - shape:
                    x = u ** (1.0 / shape)
                    if x <= v:
                        return x
                else:
                    y = -_math.log((1 - u) / shape)
                    x = (1.0 - shape + shape * y) ** (1.0 / shape)
                    if x <= v + y:
                        return x
        b = shape - 1.0 / 3.0
        c = 1.0 / _math.sqrt(9 * b)
        while True:
            while True:
                x = self._gauss()
                v = 1.0 + c * x
                if v > 0.0:
                    break
            v = v * v * v
            u = double()
            if u < 1.0 - 0.0331 * (x * x) * (x * x) or _math.log(u) < 0.5 * x * x + b * (1.0 - v + _math.log(v)):
                return b * v

    def _poisson(self, lam):
        if lam == 0:
            return 0
        if lam >= 10:
            return self._poisson_large(lam)
        limit, k, product = _math.exp(-lam), 0, 1.0
        while True:
            product *= self._bits.double()
            if product <= limit:
                return k
            k += 1

    def _poisson_large(self, lam):
        """Hörmann's transformed rejection (PTRS)."""
        double = self._bits.double
        slam, loglam = _math.sqrt(lam), _math.log(lam)
        b = 0.931 + 2.53 * slam
        a = -0.059 + 0.02483 * b
        invalpha = 1.1239 + 1.1328 / (b - 3.4)
        vr = 0.9277 - 3.6224 / (b - 2)
        while True:
            u, v = double() - 0.5, double()
            us = 0.5 - abs(u)
            k = _math.floor((2 * a / us + b) * u + lam + 0.43)
            if us >= 0.07 and v <= vr:
                return k
            if k < 0 or (us < 0.013 and v > us):
                continue
            if _math.log(v) + _math.log(invalpha) - _math.log(a / (us * us) + b) <= -lam + k * loglam - _math.lgamma(k + 1):
                return k

    def _binomial(self, n, p):
        if n == 0 or p == 0.0:
            return 0
        if p > 0.5:
            return n - self._binomial(n, 1.0 - p)
        if n * p > 30.0:
            # One uniform number per trial: not NumPy's stream for large n, the distribution is the same.
            return sum(self._bits.double() < p for _ in range(n))
        q = 1.0 - p
        qn = _math.exp(n * _math.log(q))
        bound = int(min(n, n * p + 10.0 * _math.sqrt(n * p * q + 1)))
        x, px, u = 0, qn, self._bits.double()
        while u > px:
            x += 1
            if x > bound:
                x, px, u = 0, qn, self._bits.double()
            else:
                u -= px
                px = ((n - x + 1) * p * px) / (x * q)
        return x

    def _below(self, limit):
        """Integer in [0, limit] by masked rejection."""
        if limit == 0:
            return 0
        mask = (1 << limit.bit_length()) - 1
        draw = self._bits.next32 if limit <= 0xFFFFFFFF else self._bits.next64
        while True:
            value = draw() & mask
            if value <= limit:
                return value

    # ---------------------------------------------------------------- public

    def random_sample(self, size=None):
        return drawn(self._bits.double, size)

    random = ranf = sample = random_sample

    def rand(self, *shape):
        return drawn(self._bits.double, shape or None)

    def randn(self, *shape):
        return drawn(self._gauss, shape or None)

    def standard_normal(self, size=None):
        return drawn(self._gauss, size)

    def normal(self, loc=0.0, scale=1.0, size=None):
        return broadcast(lambda m, s: m + s * self._gauss(), size, loc, scale)

    def uniform(self, low=0.0, high=1.0, size=None):
        return broadcast(lambda a, b: a + (b - a) * self._bits.double(), size, low, high)

    def randint(self, low, high=None, size=None, dtype=int):
        if high is None:
            low, high = 0, low
        low, high = int(low), int(high)
        if low >= high:
            raise ValueError("low >= high")
        value = drawn(lambda: low + self._below(high - low - 1), size, dtype)
        return int(value) if size is None and dtype is int else value

    def random_integers(self, low, high=None, size=None):
        return self.randint(1 if high is None else low, (low if high is None else high) + 1, size)

    def exponential(self, scale=1.0, size=None):
        return broadcast(lambda s: s * self._exponential(), size, scale)

    def standard_exponential(self, size=None):
        return drawn(self._exponential, size)

    def gamma(self, shape, scale=1.0, size=None):
        return broadcast(lambda k, s: s * self._gamma(k), size, shape, scale)

    def beta(self, a, b, size=None):
        def draw(a, b):
            if a <= 1.0 and b <= 1.0:
                while True:
                    x, y = self._bits.double() ** (1.0 / a), self._bits.double() ** (1.0 / b)
                    if 0 < x + y <= 1.0:
                        return x / (x + y)
            x, y = self._gamma(a), self._gamma(b)
            return x / (x + y)

        return broadcast(draw, size, a, b)

    def poisson(self, lam=1.0, size=None):
        out = broadcast(lambda v: self._poisson(v), size, lam)
        return int(out) if size is None and not isinstance(out, ndarray) else out.astype(int)

    def binomial(self, n, p, size=None):
        out = broadcast(lambda n, p: self._binomial(int(n), p), size, n, p)
        return int(out) if size is None and not isinstance(out, ndarray) else out.astype(int)

    def laplace(self, loc=0.0, scale=1.0, size=None):
        def draw(m, s):
            while True:
                u = self._bits.double()
                if u >= 0.5:
                    return m - s * _math.log(2.0 - u - u)
                if u > 0.0:
                    return m + s * _math.log(u + u)

        return broadcast(draw, size, loc, scale)

    def lognormal(self, mean=0.0, sigma=1.0, size=None):
        return broadcast(lambda m, s: _math.exp(m + s * self._gauss()), size, mean, sigma)

    def multivariate_normal(self, mean, cov, size=None, check_valid="warn", tol=1e-8):
        from .. import linalg

        mean, shape = asarray(mean, dtype=float), shape_of(size)
        x = self.standard_normal(shape + mean.shape).reshape(-1, len(mean))
        _, s, v = linalg.svd(asarray(cov, dtype=float))
        x = mean + x.dot((s**0.5)[:, None] * v)
        return x.reshape(shape + mean.shape)

    def multinomial(self, n, pvals, size=None):
        def once():
            left, total, out = n, 1.0, []
            for p in list(pvals)[:-1]:
                k = self._binomial(left, min(1.0, p / total)) if left else 0
                out.append(k)
                left, total = left - k, total - p
            return out + [left]

        shape = shape_of(size)
        return array(once()) if size is None else array([once() for _ in range(count(shape))]).reshape(shape + (len(pvals),))

    def dirichlet(self, alpha, size=None):
        def once():
            draws = [self._gamma(a) for a in alpha]
            return [d / sum(draws) for d in draws]

        shape = shape_of(size)
        return array(once()) if size is None else array([once() for _ in range(count(shape))]).reshape(shape + (len(alpha),))

    def shuffle(self, x):
        for i in reversed(range(1, len(x))):
            j = self._below(i)
            if isinstance(x, ndarray) and x.ndim > 1:
                row = x[j].copy()
                x[j] = x[i]
                x[i] = row
            else:
                x[i], x[j] = x[j], x[i]

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
        pool = None if isinstance(a, (int, _D.integer)) else a if isinstance(a, (list, tuple)) and a and isinstance(a[0], str) else asarray(a)
        n = int(a) if pool is None else len(pool)
        if n <= 0:
            raise ValueError("a must be greater than 0 unless no samples are taken")
        shape, k = shape_of(size), count(shape_of(size))
        if p is not None:
            p = asarray(p, dtype=float)
            if len(p) != n:
                raise ValueError("'a' and 'p' must have same size")
            if abs(float(p.sum()) - 1.0) > 1e-8:
                raise ValueError("probabilities do not sum to 1")
        if replace:
            index = [self._below(n - 1) for _ in range(k)] if p is None else self._weighted(p, k)
        else:
            if k > n:
                raise ValueError("Cannot take a larger sample than population when 'replace=False'")
            index = self.permutation(n)[:k].tolist() if p is None else self._weighted_once(p, k)
        if pool is None:
            return int(index[0]) if size is None else array(index, dtype=int).reshape(shape)
        if not isinstance(pool, ndarray):
            return pool[index[0]] if size is None else [pool[i] for i in index]
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
