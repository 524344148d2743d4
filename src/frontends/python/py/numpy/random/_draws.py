"""Draws that RandomState and Generator share: each makes them of uniform, normal and exponential numbers of its own."""

import math as _math

from .._array import array, asarray, ndarray
from .. import _dtypes as _D


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


def _above(limit, x):
    """Tail of Stirling's series at x."""
    square = x * x
    return (13680.0 - (462.0 - (132.0 - (99.0 - 140.0 / square) / square) / square) / square) / x / limit


class Draws:
    """Distributions over `_bits` (uniform numbers), `_gauss` and `_exponential`."""

    # ---------------------------------------------------------------- one draw each

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
            return self._binomial_large(n, p)
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

    def _binomial_large(self, n, p):
        """Kachitvichyanukul and Schmeiser's BTPE (1988), for p of at most 1/2: regions of a triangle, parallelograms and two tails."""
        q = 1.0 - p
        mean, spread = n * p + p, n * p * q
        m = _math.floor(mean)
        p1 = _math.floor(2.195 * _math.sqrt(spread) - 4.6 * q) + 0.5
        middle = m + 0.5
        low, high = middle - p1, middle + p1
        c = 0.134 + 20.5 / (15.3 + m)
        a = (mean - low) / (mean - low * p)
        left = a * (1.0 + a / 2.0)
        a = (high - mean) / (high * q)
        right = a * (1.0 + a / 2.0)
        p2 = p1 * (1.0 + 2.0 * c)
        p3 = p2 + c / left
        p4 = p3 + c / right
        while True:
            u, v = self._bits.double() * p4, self._bits.double()
            if u <= p1:
                return _math.floor(middle - p1 * v + u)
            if u <= p2:
                x = low + (u - p1) / c
                v = v * c + 1.0 - abs(m - x + 0.5) / p1
                if v > 1.0:
                    continue
                y = _math.floor(x)
            elif v == 0.0:
                continue
            elif u <= p3:
                y = _math.floor(low + _math.log(v) / left)
                if y < 0:
                    continue
                v = v * (u - p2) * left
            else:
                y = _math.floor(high - _math.log(v) / right)
                if y > n:
                    continue
                v = v * (u - p3) * right
            if self._accepts(y, v, n, p, m, spread):
                return y

    @staticmethod
    def _accepts(y, v, n, p, m, spread):
        """Whether v lies below the probability of y relative to that of the mode m."""
        q = 1.0 - p
        k = abs(y - m)
        if k <= 20 or k >= spread / 2.0 - 1:
            s, f = p / q, 1.0
            a = s * (n + 1)
            for i in range(m + 1, y + 1):
                f *= a / i - s
            for i in range(y + 1, m + 1):
                f /= a / i - s
            return v <= f
        rho = (k / spread) * ((k * (k / 3.0 + 0.625) + 1.0 / 6.0) / spread + 0.5)
        t = -k * k / (2 * spread)
        log = _math.log(v)
        if log < t - rho:
            return True
        if log > t + rho:
            return False
        x1, f1, z, w = y + 1, m + 1, n + 1 - m, n - y + 1
        bound = (m + 0.5) * _math.log(f1 / x1) + (n - m + 0.5) * _math.log(z / w) + (y - m) * _math.log(w * p / (x1 * q))
        return log <= bound + sum(_above(166320.0, x) for x in (f1, z, x1, w))

    def _geometric(self, p):
        if p < 0.333333333333333333333333:
            return self._geometric_small(p)
        x, total, product, u = 1, p, p, self._bits.double()
        while u > total:
            product *= 1.0 - p
            total += product
            x += 1
        return x

    def _interval(self, limit):
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

    def standard_normal(self, size=None, dtype=float, out=None):
        return drawn(self._gauss, size)

    def normal(self, loc=0.0, scale=1.0, size=None):
        return broadcast(lambda m, s: m + s * self._gauss(), size, loc, scale)

    def uniform(self, low=0.0, high=1.0, size=None):
        return broadcast(lambda a, b: a + (b - a) * self._bits.double(), size, low, high)

    def exponential(self, scale=1.0, size=None):
        return broadcast(lambda s: s * self._exponential(), size, scale)

    def standard_exponential(self, size=None, **_):
        return drawn(self._exponential, size)

    def lognormal(self, mean=0.0, sigma=1.0, size=None):
        return broadcast(lambda m, s: _math.exp(m + s * self._gauss()), size, mean, sigma)

    def gamma(self, shape, scale=1.0, size=None):
        return broadcast(lambda k, s: s * self._gamma(k), size, shape, scale)

    def standard_gamma(self, shape, size=None):
        return self.gamma(shape, 1.0, size)

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

    def chisquare(self, df, size=None):
        return broadcast(self._chisquare, size, df)

    def _chisquare(self, df):
        return 2.0 * self._gamma(df / 2.0)

    def f(self, dfnum, dfden, size=None):
        return broadcast(lambda a, b: (self._chisquare(a) * b) / (self._chisquare(b) * a), size, dfnum, dfden)

    def standard_t(self, df, size=None):
        def draw(df):
            value, spread = self._gauss(), self._gamma(df / 2)
            return _math.sqrt(df / 2) * value / _math.sqrt(spread)

        return broadcast(draw, size, df)

    def standard_cauchy(self, size=None):
        return drawn(lambda: self._gauss() / self._gauss(), size)

    def laplace(self, loc=0.0, scale=1.0, size=None):
        def draw(m, s):
            while True:
                u = self._bits.double()
                if u >= 0.5:
                    return m - s * _math.log(2.0 - u - u)
                if u > 0.0:
                    return m + s * _math.log(u + u)

        return broadcast(draw, size, loc, scale)

    def logistic(self, loc=0.0, scale=1.0, size=None):
        def draw(m, s):
            while True:
                u = self._bits.double()
                if u > 0.0:
                    return m + s * _math.log(u / (1.0 - u))

        return broadcast(draw, size, loc, scale)

    def gumbel(self, loc=0.0, scale=1.0, size=None):
        def draw(m, s):
            while True:
                u = 1.0 - self._bits.double()
                if u < 1.0:
                    return m - s * _math.log(-_math.log(u))

        return broadcast(draw, size, loc, scale)

    def weibull(self, a, size=None):
        return broadcast(lambda a: 0.0 if a == 0.0 else self._exponential() ** (1.0 / a), size, a)

    def pareto(self, a, size=None):
        return broadcast(lambda a: _math.expm1(self._exponential() / a), size, a)

    def power(self, a, size=None):
        return broadcast(lambda a: (-_math.expm1(-self._exponential())) ** (1.0 / a), size, a)

    def triangular(self, left, mode, right, size=None):
        def draw(left, mode, right):
            base, u = right - left, self._bits.double()
            if u <= (mode - left) / base:
                return left + _math.sqrt(u * (mode - left) * base)
            return right - _math.sqrt((1.0 - u) * (right - mode) * base)

        return broadcast(draw, size, left, mode, right)

    def poisson(self, lam=1.0, size=None):
        return _whole(broadcast(self._poisson, size, lam))

    def binomial(self, n, p, size=None):
        return _whole(broadcast(lambda n, p: self._binomial(int(n), p), size, n, p))

    def geometric(self, p, size=None):
        return _whole(broadcast(self._geometric, size, p))

    def negative_binomial(self, n, p, size=None):
        return _whole(broadcast(lambda n, p: self._poisson((1 - p) / p * self._gamma(n)), size, n, p))

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

    def shuffle(self, x, axis=0):
        """Puts the elements (of arrays: the rows) in a random order, in place."""
        for i in reversed(range(1, len(x))):
            j = self._interval(i)
            if isinstance(x, ndarray) and x.ndim > 1:
                row = x[j].copy()
                x[j] = x[i]
                x[i] = row
            else:
                x[i], x[j] = x[j], x[i]


def _whole(out):
    """Counts as integers."""
    return out.astype(int) if isinstance(out, ndarray) else int(out)
