"""What `get_ipython()` gives in a notebook: the magics that time, tell, capture and write, and names that programs ask for."""

import builtins
import contextlib
import math
import os
import sys
import time

from torch._bridge import natives as _natives

from . import inspecting
from .display import Captured

#: A run of `%timeit` takes at least so long: less than IPython's 0.2 s, as operators are recorded outside of it only.
_LONG_ENOUGH = 0.02


class ZMQInteractiveShell:
    """The shell of a notebook."""

    @property
    def user_ns(self):
        return vars(sys.modules["__main__"])

    def run_line_magic(self, magic_name, line="", *_, **__):
        """A magic of one line. Those that concern how a notebook looks do nothing here; magics.py turns those that time code into Python."""
        if magic_name in ("pinfo", "pinfo2"):
            self._tell_of(line, magic_name == "pinfo2")

    def run_cell_magic(self, magic_name, line="", cell="", **_):
        """A magic over the text below it."""
        if magic_name == "writefile":
            _write(cell + "\n", *line.split())

    def magic(self, line, *_, **__):
        """A line as it stands in a notebook, without its sign."""
        name, _, rest = line.lstrip("%").partition(" ")
        self.run_line_magic(name, rest)

    def system(self, *_, **__):
        """There is no other program to run."""

    getoutput = system

    def _tell_of(self, name, source):
        try:
            first, *rest = name.split(".")
            value = self.user_ns[first] if first in self.user_ns else getattr(builtins, first)
            for attribute in rest:
                value = getattr(value, attribute)
        except AttributeError:
            print(f"Object `{name}` not found.")
            return
        print(inspecting.described(name, value, source))

    @contextlib.contextmanager
    def captured(self, arguments):
        """`%%capture name`: what the block prints and shows goes into the variable `name` instead."""
        name = next((word for word in arguments.split() if not word.startswith("-")), None)
        cell = Captured()
        with cell.printing():
            yield
        if name is not None:
            self.user_ns[name] = cell

    @contextlib.contextmanager
    def timing(self):
        """`%%time`: tells afterwards how long the block took."""
        wall, used = time.perf_counter(), time.process_time()
        yield
        wall, used = time.perf_counter() - wall, time.process_time() - used
        print(f"CPU times: user {duration(used)}, sys: 0 ns, total: {duration(used)}\nWall time: {duration(wall)}")

    def timed(self, evaluate):
        """`%time` before an expression, whose value it gives."""
        with self.timing():
            return evaluate()

    def loops(self, number=0, repeat=7):
        """`%timeit`: a block runs once for each element; tells afterwards how long one loop took. Without `number` enough for a measurable time."""
        _natives.mute(1)
        try:
            spent = [0.0]
            while not number:
                count = 10 ** (len(spent) - 1)
                yield from self._measured(count, spent)
                number = count if spent[-1] >= _LONG_ENOUGH else 0
            runs = []
            for _run in range(repeat):
                yield from self._measured(number, runs)
        finally:
            _natives.mute(-1)
        _tell([run / number for run in runs], number)

    def _measured(self, count, times):
        begun = time.perf_counter()
        yield from range(count)
        times.append(time.perf_counter() - begun)


def _write(text, *words):
    """`%%writefile [-a] name`."""
    append, name = "-a" in words or "--append" in words, words[-1]
    print(f"{'Writing' if not os.path.exists(name) else 'Appending to' if append else 'Overwriting'} {name}")
    with open(name, "a" if append else "w") as file:
        file.write(text)


def _tell(runs, loops):
    mean = math.fsum(runs) / len(runs)
    deviation = math.sqrt(math.fsum((run - mean) ** 2 for run in runs) / len(runs))
    best, worst = min(runs), max(runs)
    if worst > 4 * best and best > 0 and worst > 1e-6:
        print(f"The slowest run took {worst / best:.2f} times longer than the fastest. This could mean that an intermediate result is being cached.")
    print(f"{duration(mean)} ± {duration(deviation)} per loop (mean ± std. dev. of {len(runs)} run{'s' * (len(runs) != 1)}, "
          f"{loops:,} loop{'s' * (loops != 1)} each)")


def duration(seconds):
    """A time with three digits and its unit; from a minute on in minutes, hours and days."""
    if seconds >= 60:
        parts, rest = [], seconds
        for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
            value, rest = divmod(rest, size)
            if value >= 1:
                parts.append(f"{int(value)}{unit}")
        return " ".join(parts)
    power = min(3, -int(math.floor(math.log10(seconds)) // 3)) if seconds > 0 else 3
    return f"{seconds * 1000**power:.3g} {('s', 'ms', 'μs', 'ns')[power]}"


shell = ZMQInteractiveShell()
