"""Arrays as text, as numpy prints them: array2string, array_repr, array_str, print options."""

import contextlib as _contextlib
import math as _math

from . import _dtypes as _D

_DEFAULT = {"precision": 8, "threshold": 1000, "edgeitems": 3, "linewidth": 75, "suppress": False, "nanstr": "nan", "infstr": "inf",
            "sign": "-", "formatter": None, "floatmode": "maxprec", "legacy": False}
_options = dict(_DEFAULT)


def set_printoptions(precision=None, threshold=None, edgeitems=None, linewidth=None, suppress=None, nanstr=None, infstr=None, formatter=None,
                     sign=None, floatmode=None, *, legacy=None, override_repr=None):
    given = dict(precision=precision, threshold=threshold, edgeitems=edgeitems, linewidth=linewidth, suppress=suppress, nanstr=nanstr,
                 infstr=infstr, sign=sign, floatmode=floatmode)
    _options.update({k: v for k, v in given.items() if v is not None})
    _options["formatter"] = formatter


def get_printoptions():
    return dict(_options)


@_contextlib.contextmanager
def printoptions(**kwargs):
    before = dict(_options)
    try:
        set_printoptions(**kwargs)
        yield dict(_options)
    finally:
        _options.update(before)


def _shortest(x, kind, precision, exponent):
    """Digits of a finite number: the shortest that read back, at most `precision` after the point."""
    text = str(kind.type(abs(x))) if kind.name != "float64" else repr(abs(x))
    if exponent:
        return _scientific(text, abs(x), precision)
    return _positional(text, abs(x), precision)


def _digits(text):
    """(digits, exponent of the first digit) of a decimal text."""
    mantissa, _, power = text.lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    exponent = len(whole) - 1 + (int(power) if power else 0)
    stripped = digits.lstrip("0")
    exponent -= len(digits) - len(stripped)
    return (stripped.rstrip("0") or "0"), (exponent if stripped else 0)


def _round_exact(x, places):
    """Fixed-point text of a number with `places` decimals, rounded from its exact value."""
    from decimal import ROUND_HALF_EVEN, Decimal

    return format(Decimal(x).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN), "f")


def _positional(text, x, precision):
    digits, exponent = _digits(text)
    if len(digits) - 1 - exponent > precision:
        fixed = _round_exact(x, precision)
    else:
        if exponent >= 0:
            padded = digits.ljust(exponent + 1, "0")
            fixed = padded[: exponent + 1] + "." + padded[exponent + 1 :]
        else:
            fixed = "0." + "0" * (-exponent - 1) + (digits if digits != "0" else "")
    whole, _, fraction = fixed.partition(".")
    return whole, fraction.rstrip("0")


def _scientific(text, x, precision):
    digits, exponent = _digits(text)
    if len(digits) - 1 > precision:
        mantissa, _, power = f"{x:.{precision}e}".partition("e")
        whole, _, fraction = mantissa.partition(".")
        return whole, fraction.rstrip("0"), int(power)
    return digits[0], digits[1:], exponent


class _FloatFormat:
    """One format for all numbers of an array: decided from its finite values."""

    def __init__(self, values, kind, options):
        self.kind, self.options = kind, options
        self.fixed = options["floatmode"] == "fixed"
        finite = [v for v in values if _math.isfinite(v)]
        sizes = [abs(v) for v in finite if v != 0]
        self.exponent = bool(sizes) and (
            max(sizes) >= 1e16 or (not options["suppress"] and (min(sizes) < 0.0001 or max(sizes) / min(sizes) > 1000.0)))
        precision = options["precision"]
        parts = [_shortest(v, kind, precision, self.exponent) for v in finite]
        signs = [len(self._sign(v)) for v in finite]
        self.left = max((len(p[0]) + n for p, n in zip(parts, signs)), default=0)
        self.digits = precision if self.fixed and finite else max((len(p[1]) for p in parts), default=0)
        self.power = max((max(2, len(str(abs(p[2])))) for p in parts), default=2) if self.exponent else 0
        self.right = self.digits + (self.power + 2 if self.exponent else 0)
        for v in values:
            if not _math.isfinite(v):
                self.left = max(self.left, len(self._special(v)) - self.right - 1)

    def _sign(self, v):
        if v < 0 or (v == 0 and _math.copysign(1, v) < 0):
            return "-"
        return "+" if self.options["sign"] == "+" else ""

    def _special(self, v):
        return self.options["nanstr"] if v != v else self._sign(v) + self.options["infstr"]

    def __call__(self, v):
        if not _math.isfinite(v):
            return self._special(v).rjust(self.left + self.right + 1)
        parts = _shortest(v, self.kind, self.options["precision"], self.exponent)
        left = (self._sign(v) + parts[0]).rjust(self.left)
        if self.exponent:
            return f"{left}.{parts[1].ljust(self.digits, '0')}e{'-' if parts[2] < 0 else '+'}{str(abs(parts[2])).rjust(self.power, '0')}"
        return f"{left}.{parts[1].ljust(self.digits, '0' if self.fixed else ' ')}"


def _formatter(values, kind, options):
    given = options.get("formatter") or {}
    if kind.kind == "U":
        return repr
    if kind.kind == "b":
        f = given.get("bool", given.get("all"))
        return f or (lambda v: str(bool(v)).rjust(5))
    if kind.kind in "iu":
        f = given.get("int", given.get("int_kind", given.get("all")))
        width = max((len(str(v)) for v in values), default=0)
        return f or (lambda v: str(v).rjust(width))
    if kind.kind == "c":
        part = _D.dtype("float64" if kind.itemsize == 16 else "float32")
        real = _FloatFormat([v.real for v in values], part, options)
        imag = _FloatFormat([v.imag for v in values], part, {**options, "sign": "+"})

        def write(v):
            text = imag(v.imag)
            bare = text.rstrip()
            return real(v.real) + bare + "j" + " " * (len(text) - len(bare))

        return write
    f = given.get("float", given.get("float_kind", given.get("all")))
    return f or _FloatFormat(values, kind, options)


def _leading(a, options):
    """Corner values of a summarised array."""
    if a.size <= options["threshold"]:
        return a.reshape(-1).tolist()
    edge = options["edgeitems"]

    def corners(x):
        if x.ndim == 0:
            return [x.item()]
        n = x.shape[0]
        places = range(n) if n <= 2 * edge else [*range(edge), *range(n - edge, n)]
        return [v for i in places for v in corners(_at(x, i))]

    return corners(a)


def _at(x, i):
    from ._indexing import _basic, _expand

    return _basic(x, _expand([i], x.ndim))


def array2string(a, max_line_width=None, precision=None, suppress_small=None, separator=" ", prefix="", *, formatter=None, threshold=None,
                 edgeitems=None, sign=None, floatmode=None, suffix="", legacy=None):
    """The numbers of an array in brackets."""
    from ._array import asarray

    a = asarray(a)
    options = dict(_options)
    for key, value in dict(precision=precision, suppress=suppress_small, formatter=formatter, threshold=threshold, edgeitems=edgeitems,
                           sign=sign, floatmode=floatmode, linewidth=max_line_width).items():
        if value is not None:
            options[key] = value
    if a.size == 0:
        return "[]"
    summarise = a.size > options["threshold"]
    write = _formatter(_leading(a, options), a.dtype, options)
    edge = options["edgeitems"]
    separator_end = separator.rstrip()

    def row(x, places, indent, width):
        """The innermost dimension: broken into lines where it gets too long (but never before the first word)."""
        limit = width - max(len(separator_end), 1)
        lines, line = [], indent
        for k, i in enumerate(places):
            word = "..." if i is None else write(_at(x, i).item())
            if len(line) + len(word) > limit and len(line) > len(indent):
                lines.append(line.rstrip())
                line = indent
            line += word if k == len(places) - 1 else word + separator
        return "\n".join([*lines, line])

    def block(x, indent, width):
        if x.ndim == 0:
            return write(x.item())
        n = x.shape[0]
        places = [*range(edge), None, *range(n - edge, n)] if summarise and n > 2 * edge else list(range(n))
        if x.ndim == 1:
            text = row(x, places, indent, width)
        else:
            parts = ["..." if i is None else block(_at(x, i), indent + " ", width - 1) for i in places]
            text = (separator_end + "\n" * (x.ndim - 1)).join(indent + p for p in parts)
        return "[" + text[len(indent):] + "]"

    return block(a, " " + " " * len(prefix), options["linewidth"] - len(suffix))


def array_repr(a, max_line_width=None, precision=None, suppress_small=None):
    """`array([...], dtype=...)`."""
    width = max_line_width or _options["linewidth"]
    body = array2string(a, width, precision, suppress_small, ", ", "array(", suffix=")") if a.size or a.shape == (0,) else f"[], shape={a.shape}"
    default = a.dtype.name in ("float64", "int64", "bool", "complex128") and (a.size > 0)
    text = "array(" + body
    words = [f"shape={a.shape}"] if a.size > _options["threshold"] else []
    if not default:
        words.append(f"dtype={str(a.dtype)!r}" if a.dtype.kind == "U" else f"dtype={a.dtype}")
    if not words:
        return text + ")"
    word = ", ".join(words)
    last = len(text) - (text.rfind("\n") + 1)
    gap = ",\n" + " " * 6 if last + len(word) + 3 > width else ", "
    return text + gap + word + ")"


def array_str(a, max_line_width=None, precision=None, suppress_small=None):
    if a.ndim == 0:
        return str(a.dtype.type(a.item()))
    return array2string(a, max_line_width, precision, suppress_small, " ", "")
