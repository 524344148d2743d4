"""NumPy's bit streams: MT19937 (RandomState) and PCG64 seeded through SeedSequence (default_rng)."""

_M32, _M64, _M128 = 2**32 - 1, 2**64 - 1, 2**128 - 1


class MT19937:
    """Mersenne Twister; an int seed is expanded by Knuth's recurrence, a list by init_by_array."""

    def __init__(self, seed):
        if isinstance(seed, int):
            self._expand(seed & _M32)
        else:
            self._expand_array([int(s) & _M32 for s in seed])
        self._at = 624

    def _expand(self, seed):
        key = [seed]
        for i in range(1, 624):
            key.append((1812433253 * (key[-1] ^ (key[-1] >> 30)) + i) & _M32)
        self._key = key

    def _expand_array(self, words):
        self._expand(19650218)
        key, i, j = self._key, 1, 0
        for _ in range(max(624, len(words))):
            key[i] = ((key[i] ^ ((key[i - 1] ^ (key[i - 1] >> 30)) * 1664525)) + words[j] + j) & _M32
            i, j = i + 1, (j + 1) % len(words)
            if i >= 624:
                key[0], i = key[623], 1
        for _ in range(623):
            key[i] = ((key[i] ^ ((key[i - 1] ^ (key[i - 1] >> 30)) * 1566083941)) - i) & _M32
            i += 1
            if i >= 624:
                key[0], i = key[623], 1
        key[0] = 0x80000000

    def _refill(self):
        k = self._key
        for i in range(624):
            y = (k[i] & 0x80000000) | (k[(i + 1) % 624] & 0x7FFFFFFF)
            k[i] = k[(i + 397) % 624] ^ (y >> 1) ^ (0x9908B0DF if y & 1 else 0)
        self._at = 0

    def next32(self):
        if self._at >= 624:
            self._refill()
        y = self._key[self._at]
        self._at += 1
        y ^= y >> 11
        y ^= (y << 7) & 0x9D2C5680
        y ^= (y << 15) & 0xEFC60000
        return y ^ (y >> 18)

    def next64(self):
        return (self.next32() << 32) | self.next32()

    def double(self):
        return ((self.next32() >> 5) * 67108864 + (self.next32() >> 6)) / 9007199254740992.0

    def state(self):
        return (list(self._key), self._at)

    def restore(self, state):
        self._key, self._at = list(state[0]), state[1]


def _words(n):
    out = []
    while n:
        out.append(n & _M32)
        n >>= 32
    return out or [0]


class SeedSequence:
    """Mixes entropy of any length into a pool of four words (numpy.random.SeedSequence's constants)."""

    def __init__(self, entropy=None, *, spawn_key=(), pool_size=4):
        if entropy is None:
            import random

            entropy = random.getrandbits(128)
        self.entropy, self.spawn_key, self._children = entropy, tuple(spawn_key), 0
        words = _words(entropy) if isinstance(entropy, int) else [w for e in entropy for w in _words(int(e))]
        spawned = [w for k in self.spawn_key for w in _words(k)]
        if spawned and len(words) < 4:
            words += [0] * (4 - len(words))
        words += spawned
        constant = 0x43B0D7E5

        def hashed(value):
            nonlocal constant
            value ^= constant
            constant = (constant * 0x931E8875) & _M32
            value = (value * constant) & _M32
            return value ^ (value >> 16)

        def mixed(x, y):
            result = (0xCA01F9DD * x - 0x4973F715 * y) & _M32
            return result ^ (result >> 16)

        pool = [hashed(words[i] if i < len(words) else 0) for i in range(4)]
        for source in range(4):
            for target in range(4):
                if source != target:
                    pool[target] = mixed(pool[target], hashed(pool[source]))
        for word in words[4:]:
            for target in range(4):
                pool[target] = mixed(pool[target], hashed(word))
        self.pool = pool

    def generate_state(self, n_words, bits=32):
        constant, out = 0x8B51F9DD, []
        for i in range(n_words * bits // 32):
            value = self.pool[i % 4] ^ constant
            constant = (constant * 0x58F38DED) & _M32
            value = (value * constant) & _M32
            out.append(value ^ (value >> 16))
        return out if bits == 32 else [out[2 * i] | (out[2 * i + 1] << 32) for i in range(n_words)]

    def spawn(self, n_children):
        first = self._children
        self._children += n_children
        return [SeedSequence(self.entropy, spawn_key=self.spawn_key + (first + i,)) for i in range(n_children)]


class PCG64:
    """PCG XSL RR 128/64."""

    _MULTIPLIER = (2549297995355413924 << 64) + 4865540595714422341

    def __init__(self, seed=None):
        self.seed_seq = seed if isinstance(seed, SeedSequence) else SeedSequence(seed)
        words = self.seed_seq.generate_state(4, 64)
        start, sequence = (words[0] << 64) | words[1], (words[2] << 64) | words[3]
        self._increment = ((sequence << 1) | 1) & _M128
        self._state = (self._increment + start) & _M128
        self._step()
        self._half = None

    def _step(self):
        self._state = (self._state * self._MULTIPLIER + self._increment) & _M128

    def next64(self):
        self._step()
        state = self._state
        x, rotation = ((state >> 64) ^ state) & _M64, state >> 122
        return ((x >> rotation) | (x << (64 - rotation))) & _M64 if rotation else x

    def next32(self):
        if self._half is not None:
            value, self._half = self._half, None
            return value
        value = self.next64()
        self._half = value >> 32
        return value & _M32

    def double(self):
        return (self.next64() >> 11) / 9007199254740992.0
