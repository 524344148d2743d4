"""Axis scales and where their ticks go."""

import math as _math


def nice_ticks(low, high, most=9):
    """Round numbers inside [low, high]: steps of 1, 2, 2.5 or 5 times a power of ten."""
    span = high - low
    if not _math.isfinite(span) or span <= 0:
        return [low]
    raw = span / most
    power = 10.0 ** _math.floor(_math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * (1 - 1e-9))
    first = _math.ceil(low / step - 1e-9)
    ticks = []
    while first * step <= high + 1e-9 * span:
        ticks.append(first * step)
        first += 1
    return ticks


def tick_texts(ticks):
    """Labels with as many decimals as the steps need; minus signs are typographic, as matplotlib's."""
    if not ticks:
        return []
    largest = max(abs(t) for t in ticks)
    step = min((abs(b - a) for a, b in zip(ticks, ticks[1:])), default=largest) or 1.0
    if largest >= 1e6 or (largest < 1e-4 and largest > 0):
        return [_minus(f"{t:.3g}") for t in ticks]
    decimals = next((d for d in range(0, 10) if abs(round(step, d) - step) < 1e-9 * max(step, 1e-9) * 10), 6)
    return [_minus(f"{t + 0.0 if abs(t) > step * 1e-9 else 0.0:.{decimals}f}") for t in ticks]


def _minus(text):
    return text.replace("-", "\u2212")


class Linear:
    name = "linear"

    def forward(self, v):
        return v

    def ticks(self, low, high, most):
        ticks = nice_ticks(low, high, most)
        return ticks, tick_texts(ticks)

    def margins(self, low, high, fraction):
        pad = (high - low) * fraction
        return low - pad, high + pad

    def valid(self, v):
        return _math.isfinite(v)


class Log:
    name = "log"

    def forward(self, v):
        return _math.log10(v) if v > 0 else -300.0

    def ticks(self, low, high, most):
        first, last = _math.floor(_math.log10(low)), _math.ceil(_math.log10(high))
        step = max(1, -(-(last - first) // most))
        ticks = [10.0**p for p in range(first, last + 1, step) if low <= 10.0**p * (1 + 1e-9) and 10.0**p <= high * (1 + 1e-9)]
        return ticks, ["10" + _superscript(round(_math.log10(t))) for t in ticks]

    def margins(self, low, high, fraction):
        a, b = _math.log10(low), _math.log10(high)
        pad = (b - a) * fraction or 0.5
        return 10 ** (a - pad), 10 ** (b + pad)

    def valid(self, v):
        return _math.isfinite(v) and v > 0


_DIGITS = str.maketrans("-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")


def _superscript(n):
    return str(n).translate(_DIGITS)


def scale_of(name):
    if name in ("log", "symlog"):
        return Log()
    if name == "linear":
        return Linear()
    raise ValueError(f"'{name}' is not a valid value for scale; Backstep has 'linear' and 'log'")
