"""Times of what a program does: operators that it calls, and regions that it names. A backward pass is one region."""

import functools as _functools
import json as _json
import types as _types

from .._bridge import natives as _natives

__all__ = ["EventList", "profile", "record_function"]
_WIDTH = 12  # of a column of numbers
_open = []  # profilers that are on
_KEYS = ("cpu_time", "cpu_time_total", "self_cpu_time_total", "count")


class FunctionEvent:
    """One call: times in microseconds."""

    def __init__(self, name, start, end):
        self.name = self.key = name
        self.time_range = _types.SimpleNamespace(start=start, end=end)
        self.inner, self.input_shapes = 0.0, []  # time of the calls inside
        self.count = 1

    @property
    def cpu_time_total(self):
        return self.time_range.end - self.time_range.start

    @property
    def self_cpu_time_total(self):
        return max(0.0, self.cpu_time_total - self.inner)

    cpu_time = cpu_time_total


class FunctionEventAvg:
    """All calls of one name."""

    input_shapes = ()

    def __init__(self, key, events):
        self.key = self.name = key
        self.count = len(events)
        self.cpu_time_total = sum(e.cpu_time_total for e in events)
        self.self_cpu_time_total = sum(e.self_cpu_time_total for e in events)

    @property
    def cpu_time(self):
        return self.cpu_time_total / self.count if self.count else 0.0

    def __repr__(self):
        return (
            f"<FunctionEventAvg key={self.key} self_cpu_time={_time(self.self_cpu_time_total)} cpu_time={_time(self.cpu_time)} "
            " self_cuda_time=0.000us cuda_time=0.000us input_shapes= cpu_memory_usage=0 cuda_memory_usage=0>"
        )


class EventList(list):
    """Calls in the order in which they began, or all calls of each name."""

    def key_averages(self, group_by_input_shape=False, group_by_stack_n=0, group_by_overload_name=False):
        groups = {}
        for event in self:
            groups.setdefault(event.key, []).append(event)
        return EventList(FunctionEventAvg(key, events) for key, events in groups.items())

    def total_average(self):
        return FunctionEventAvg("Total", self)

    @property
    def self_cpu_time_total(self):
        return sum(e.self_cpu_time_total for e in self)

    def table(self, sort_by=None, row_limit=100, max_src_column_width=75, max_name_column_width=55, max_shapes_column_width=80, header=None,
              top_level_events_only=False):
        """The list as text, with shares of the whole time."""
        if not self:
            return ""
        rows = self
        if sort_by is not None:
            if sort_by not in _KEYS:
                raise AttributeError(f"'FunctionEventAvg' object has no attribute '{sort_by}'")
            rows = sorted(self, key=lambda e: getattr(e, sort_by), reverse=True)
        whole = self.self_cpu_time_total
        width = min(max(len(e.key) for e in self) + 4, max_name_column_width or 10**9)
        titles = ["Name", "Self CPU %", "Self CPU", "CPU total %", "CPU total", "CPU time avg", "# of Calls"]
        line = "".join("-" * w + "  " for w in [width] + [_WIDTH] * (len(titles) - 1))

        def row(cells):
            return "".join(f"{cell:>{width if i == 0 else _WIDTH}}  " for i, cell in enumerate(cells))

        text = [] if header is None else ["=" * (len(line) - 2), header]
        text += [line, row(titles), line]
        for e in rows[: row_limit if row_limit >= 0 else None]:
            name = e.key if len(e.key) < (max_name_column_width or 10**9) - 3 else e.key[: max_name_column_width - 3] + "..."
            text.append(row([
                name, _share(e.self_cpu_time_total, whole), _time(e.self_cpu_time_total), _share(e.cpu_time_total, whole), _time(e.cpu_time_total),
                _time(e.cpu_time), e.count,
            ]))
        return "\n".join([*text, line, f"Self CPU time total: {_time(whole)}"]) + "\n"

    def export_chrome_trace(self, path):
        """Writes the calls as Chrome's trace viewer reads them."""
        events = [
            {"ph": "X", "name": e.name, "ts": e.time_range.start, "dur": e.cpu_time_total, "pid": 0, "tid": 0, "args": {}} for e in self
        ]
        with open(path, "w") as file:
            _json.dump(events, file)

    def __str__(self):
        return self.table()


def _time(us):
    return f"{us / 1e6:.3f}s" if us >= 1e6 else f"{us / 1e3:.3f}ms" if us >= 1e3 else f"{us:.3f}us"


def _share(us, whole):
    return f"{us * 100.0 / whole:.2f}%" if whole else "NaN"


def _with_inner(events):
    """Events in order, each knowing how long the calls took that it made itself."""
    events.sort(key=lambda e: (e.time_range.start, -e.time_range.end))
    around = []
    for event in events:
        while around and around[-1].time_range.end < event.time_range.end:
            around.pop()
        if around:
            around[-1].inner += event.cpu_time_total
        around.append(event)
    return EventList(events)


class profile:
    """Takes the times of what happens in a region."""

    def __init__(self, enabled=True, *, use_cpu=True, record_shapes=False, with_flops=False, profile_memory=False, with_stack=False,
                 with_modules=False, use_kineto=False, use_cuda=False, use_device=None, **kwargs):
        self.enabled = enabled
        self._events = []
        self.function_events = None

    def start(self):
        _natives.take_profile()
        _open.append(self)
        _natives.set_profiling(True)

    def stop(self):
        _open.remove(self)
        _natives.set_profiling(bool(_open))
        self._events += [FunctionEvent("aten::" + name, start, end) for name, start, end in _json.loads(_natives.take_profile())]
        self.function_events = _with_inner(self._events)

    def __enter__(self):
        if self.enabled:
            self.start()
        return self

    def __exit__(self, *exc):
        if self.enabled:
            self.stop()
        return False

    def _checked(self):
        if self.function_events is None:
            raise AssertionError("Profiler didn't finish running")
        return self.function_events

    def key_averages(self, group_by_input_shape=False, group_by_stack_n=0, group_by_overload_name=False):
        return self._checked().key_averages(group_by_input_shape, group_by_stack_n)

    def total_average(self):
        return self._checked().total_average()

    def table(self, *args, **kwargs):
        return self._checked().table(*args, **kwargs)

    def export_chrome_trace(self, path):
        self._checked().export_chrome_trace(path)

    @property
    def self_cpu_time_total(self):
        return self._checked().self_cpu_time_total

    def __repr__(self):
        return "<unfinished torch.autograd.profile>" if self.function_events is None else repr(self.function_events)

    def __str__(self):
        return "<unfinished torch.autograd.profile>" if self.function_events is None else str(self.function_events)


class record_function:
    """A context manager and decorator that names a part of a program; profilers that are on take its time."""

    def __init__(self, name, args=None):
        self.name, self.args = name, args

    def __enter__(self):
        self._start = _natives.profile_now()
        return self

    def __exit__(self, *exc):
        if _open:
            end = _natives.profile_now()
            for profiler in _open:
                profiler._events.append(FunctionEvent(self.name, self._start, end))
        return False

    def __call__(self, function):
        @_functools.wraps(function)
        def wrapper(*args, **kwargs):
            with record_function(self.name, self.args):
                return function(*args, **kwargs)

        return wrapper


def __getattr__(name):
    if name in ("emit_nvtx", "emit_itt"):
        raise AttributeError(f"torch.autograd.profiler.{name} is not part of Backstep: there is no such tool beside it")
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
