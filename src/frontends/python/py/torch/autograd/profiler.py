"""torch.autograd.profiler: names of parts of a program. Times are shown by Backstep's own timeline."""

import functools as _functools


class record_function:
    """A context manager and decorator that names a part of a program."""

    def __init__(self, name, args=None):
        self.name, self.args = name, args

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return False

    def __call__(self, function):
        @_functools.wraps(function)
        def wrapper(*args, **kwargs):
            with self:
                return function(*args, **kwargs)

        return wrapper


def __getattr__(name):
    if name in ("profile", "emit_nvtx", "emit_itt"):
        raise AttributeError(f"torch.autograd.profiler.{name} is not part of Backstep: time is shown by its own timeline")
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
