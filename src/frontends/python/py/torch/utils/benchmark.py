"""torch.utils.benchmark: Timer and Measurement. What they measure is Backstep's engine, recording included."""

import statistics as _statistics
import timeit as _timeit

__all__ = ["Timer", "Measurement"]

_UNITS = (("s", 1.0), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9))


class Measurement:
    """Times of a statement: `raw_times` holds one total per measurement, in seconds, each over `number_per_run` executions."""

    __module__ = "torch.utils.benchmark.utils.common"

    def __init__(self, number_per_run, raw_times, timer):
        self.number_per_run, self.raw_times, self._timer = number_per_run, raw_times, timer

    @property
    def times(self):
        return [t / self.number_per_run for t in self.raw_times]

    @property
    def mean(self):
        return _statistics.mean(self.times)

    @property
    def median(self):
        return _statistics.median(self.times)

    @property
    def iqr(self):
        """Distance of the quartiles."""
        return 0.0 if len(self.raw_times) < 2 else (lambda q: q[2] - q[0])(_statistics.quantiles(self.times, n=4, method="inclusive"))

    @property
    def title(self):
        t = self._timer
        if t.label:
            return t.label + (f": {t.sub_label}" if t.sub_label else "")
        return t.stmt if "\n" not in t.stmt else "stmt:\n" + _indented(t.stmt)

    def __repr__(self):
        t = self._timer
        unit, scale = next(((u, s) for u, s in _UNITS if self.median >= s), _UNITS[-1])
        shown = lambda seconds: f"{seconds / scale:.2f} {unit}"
        lines = [f"<{type(self).__module__}.{type(self).__qualname__} object at {hex(id(self))}>", self.title]
        if t.description:
            lines.append(t.description)
        if t.setup != "pass":
            lines.append(f"setup: {t.setup}" if "\n" not in t.setup else "setup:\n" + _indented(t.setup))
        n, many = len(self.raw_times), f"{self.number_per_run} runs"
        threads = f"{t.num_threads} thread{'s' if t.num_threads > 1 else ''}"
        if n > 1:
            lines += [f"  Median: {shown(self.median)}", f"  IQR:    {shown(self.iqr)}", f"  {n} measurements, {many} per measurement, {threads}"]
        else:
            lines += [f"  {shown(self.median)}", f"  1 measurement, {many} , {threads}"]
        return "\n".join(lines)


class Timer:
    """Times a statement given as text, with names from `globals`."""

    def __init__(self, stmt="pass", setup="pass", global_setup="", timer=_timeit.default_timer, globals=None, label=None, sub_label=None,
                 description=None, env=None, num_threads=1, language="python"):
        if str(language).lower() not in ("python", "py", "language.python"):
            raise NotImplementedError("torch.utils.benchmark.Timer of C++ is not part of Backstep")
        import textwrap

        import torch

        self.stmt, self.setup = textwrap.dedent(stmt).strip(), textwrap.dedent(setup).strip()
        self.label, self.sub_label, self.description, self.env, self.num_threads = label, sub_label, description, env, num_threads
        self._timer = _timeit.Timer(self.stmt, self.setup, timer, {**(globals or {}), "torch": torch})

    def timeit(self, number=1000000):
        """One measurement over `number` executions, after a short warm-up."""
        self._timer.timeit(max(number // 100, 2))
        return Measurement(number, [self._timer.timeit(number)], self)

    def blocked_autorange(self, callback=None, min_run_time=0.2):
        """Measurements of as many executions as are long enough to be timed, for at least `min_run_time` seconds."""
        number = 1
        while (spent := self._timer.timeit(number)) < min_run_time / 1000 and spent < min_run_time:
            number *= 10
        times = []
        while sum(times) < min_run_time:
            times.append(self._timer.timeit(number))
            if callback is not None:
                callback(number, times[-1])
        return Measurement(number, times, self)

    def adaptive_autorange(self, threshold=0.1, *, min_run_time=0.01, max_run_time=10.0, callback=None):
        return self.blocked_autorange(callback, min_run_time)


def _indented(text):
    return "\n".join("  " + line for line in text.splitlines())


def __getattr__(name):
    raise AttributeError(f"torch.utils.benchmark.{name} is not part of Backstep: it has Timer and Measurement")
