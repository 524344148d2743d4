"""Arrays of strings: codes into a list of words, so that what moves elements works on the codes as on numbers.

The list only grows, and views share it. What compares strings works on codes into a sorted list.
"""

import functools as _functools

from . import _dtypes as _D
from ._array import array as _array_of_numbers, ndarray, wrap
from ._indexing import get


class str_(str, _D.generic):
    """A string out of an array."""

    def item(self):
        return str(self)

    def __repr__(self):
        return f"np.str_({str.__repr__(self)})"

    __str__ = str.__str__
    __getitem__ = str.__getitem__


class _StringDtype:
    """`dtype('<U3')`: strings of at most so many characters."""

    kind, char, type, byteorder, hasobject, fields, names = "U", "U", str_, "<", False, None, None

    def __init__(self, length):
        self.itemsize = 4 * length
        self.str, self.name = f"<U{length}", f"str{32 * length}"

    def __repr__(self):
        return f"dtype('{self.str}')"

    def __str__(self):
        return self.str

    def __eq__(self, other):
        return other in (str, "str", "U") or str(other) == self.str

    def __hash__(self):
        return hash(self.str)


class StringArray(ndarray):
    """An ndarray of strings."""

    __slots__ = ("_words", "_length")
    __hash__ = None

    def __backstep__(self):
        raise TypeError(
            "can't convert np.ndarray of type numpy.str_. The only supported types are: float64, float32, float16, complex64, complex128, "
            "int64, int32, int16, int8, uint64, uint32, uint16, uint8, and bool.")

    @property
    def dtype(self):
        return _StringDtype(self._length)

    @property
    def codes(self):
        """The same places, as numbers of words."""
        return wrap(self._t)

    def _like(self, t):
        return _over(t, self._words, self._length)

    _view = _like

    def __getitem__(self, index):
        found = get(self.codes, index)
        return self._like(found._t) if isinstance(found, ndarray) else str_(self._words[int(found)])

    def __setitem__(self, index, value):
        cut = _cut(value, self._length)
        self._words.extend(sorted({*_leaves(cut)}.difference(self._words)))
        self.codes[index] = _encode(cut, self._words)

    def item(self, *args):
        return self._words[int(self.codes.item(*args))]

    def tolist(self):
        return _decoded(self._t.tolist(), self._words)

    def astype(self, kind, **_):
        if kind in (str, "str", "U", str_):
            return self.copy()
        made = _D.dtype(kind)
        read = float if made.kind == "f" else complex if made.kind == "c" else int
        return _array_of_numbers([read(x) for x in _leaves(self)], dtype=made).reshape(self.shape)


def _same_place(name):
    def method(self, *args, **kwargs):
        return self._like(getattr(ndarray, name)(self.codes, *args, **kwargs)._t)

    return method


for _name in ("reshape", "ravel", "flatten", "copy", "transpose", "swapaxes", "squeeze", "repeat", "take"):
    setattr(StringArray, _name, _same_place(_name))


def _comparison(name):
    def method(self, other):
        if not isinstance(other, (str, StringArray, list, tuple)):
            return NotImplemented
        words = sorted({*self._words, *_leaves(other)})
        return getattr(ndarray, name)(_encode(self, words), _encode(other, words))

    return method


for _name in ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"):
    setattr(StringArray, _name, _comparison(_name))


def _over(t, words, length):
    made = object.__new__(StringArray)
    made._t, made._base, made._words, made._length = t, None, words, length
    return made


def _leaves(x):
    """All strings of an array, a nested list or a string."""
    if isinstance(x, ndarray):
        x = x.tolist()
    return [s for part in x for s in _leaves(part)] if isinstance(x, (list, tuple)) else [str(x)]


def _cut(x, length):
    """Strings no longer than an array holds."""
    if isinstance(x, ndarray):
        x = x.tolist()
    return [_cut(part, length) for part in x] if isinstance(x, (list, tuple)) else str(x)[:length]


def _decoded(codes, words):
    return [_decoded(c, words) for c in codes] if isinstance(codes, list) else words[codes]


def _encode(x, words):
    """Codes of strings, as an array of the same form."""
    numbers = {word: i for i, word in enumerate(words)}

    def encoded(x):
        return [encoded(part) for part in x] if isinstance(x, (list, tuple)) else numbers[str(x)]

    return _array_of_numbers(encoded(x.tolist() if isinstance(x, ndarray) else x), dtype=int)


def array(values, shape):
    """The array of a flat list, in which anything but strings is written as one."""
    length = max([1, *(21 if isinstance(v, int) else 32 for v in values if not isinstance(v, str)), *(len(v) for v in values if isinstance(v, str))])
    words = sorted(set(map(str, values)))
    return _over(_encode(list(map(str, values)), words).reshape(shape)._t, words, length)


def _has_strings(x):
    return isinstance(x, (str, StringArray)) or isinstance(x, (list, tuple)) and len(x) > 0 and _has_strings(x[0])


def on_codes(function, words_out=True):
    """`function` for arrays of strings too: it gets codes. `words_out`: its (first) result is such an array again."""

    @_functools.wraps(function)
    def wrapper(*args, **kwargs):
        strings = [a for a in args if _has_strings(a)]
        if not strings:
            return function(*args, **kwargs)
        leaves = _leaves(strings)
        words = sorted(set(leaves))
        lengths = [a._length for s in strings for a in (s if isinstance(s, (list, tuple)) else [s]) if isinstance(a, StringArray)]
        length = max([1, *map(len, leaves), *lengths])
        encoded = [_encode_each(a, words) if _has_strings(a) else a for a in args]
        result = function(*encoded, **kwargs)
        if not words_out:
            return result
        if isinstance(result, tuple):
            return (_over(result[0]._t, words, length), *result[1:])
        return _over(result._t, words, length)

    return wrapper


def _encode_each(x, words):
    """As `_encode`; a list of arrays stays one."""
    if isinstance(x, (list, tuple)) and any(isinstance(part, ndarray) for part in x):
        return [_encode(part, words) for part in x]
    return _encode(x, words)
