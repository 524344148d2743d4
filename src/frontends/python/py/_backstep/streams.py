"""Standard streams that end in the app, and a `time.sleep` that leaves it alive."""

import io
import sys
import time

import _backstep_host as _host

_monotonic = time.monotonic


class _Bytes(io.RawIOBase):
    """`sys.stdout.buffer`."""

    def __init__(self, text):
        self._text = text

    def writable(self):
        return True

    def write(self, data):
        data = bytes(data)
        self._text.write(data.decode("utf-8", "replace"))
        return len(data)


class Stream(io.TextIOBase):
    """Text goes to the app as it is written."""

    encoding = "utf-8"
    errors = "strict"

    def __init__(self, number, name):
        self._number = number
        self.name = name
        self.mode = "w"
        self.buffer = _Bytes(self)

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        _host.write(self._number, text)
        return len(text)

    def flush(self):
        _host.flush()

    def isatty(self):
        return False

    def fileno(self):
        return self._number + 1

    def reconfigure(self, **kwargs):
        pass


def _sleep(seconds, /):
    """Suspends the program for a number of seconds."""
    if not isinstance(seconds, (int, float)):
        seconds = seconds.__float__() if hasattr(seconds, "__float__") else seconds
    if not isinstance(seconds, (int, float)):
        raise TypeError(f"'{type(seconds).__name__}' object cannot be interpreted as an integer")
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    end = _monotonic() + seconds
    while (rest := end - _monotonic()) > 0:
        _host.sleep(min(rest, 0.05) * 1000)


_sleep.__name__ = _sleep.__qualname__ = "sleep"


def _unraisable(report):
    """A stop that arrived in a destructor, where Python can only print it, is no news: it is sent again."""
    if not issubclass(report.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(report)


def install():
    sys.unraisablehook = _unraisable
    sys.stdout = Stream(0, "<stdout>")
    sys.stderr = Stream(1, "<stderr>")
    sys.stdin = io.TextIOWrapper(io.BytesIO(b""), encoding="utf-8")
    time.sleep = _sleep
