"""Switches of the whole library that change nothing here, but are remembered: determinism, precision of products, threads."""

from ._bridge import takes_nothing, warn

_PRECISIONS = ("highest", "high", "medium")
_DEBUG_MODES = ("default", "warn", "error")


class _State:
    deterministic = False
    warn_only = False
    fill_uninitialized_memory = True
    precision = "highest"
    threads = 1
    interop_threads = 2


_state = _State()


def use_deterministic_algorithms(mode, *, warn_only=False):
    """Everything is deterministic here already. Error: `mode` is no bool."""
    if not isinstance(mode, bool):
        raise TypeError(f"_set_deterministic_algorithms(): argument 'mode' (position 1) must be bool, not {type(mode).__name__}")
    _state.deterministic, _state.warn_only = mode, warn_only


def are_deterministic_algorithms_enabled():
    return _state.deterministic


def is_deterministic_algorithms_warn_only_enabled():
    return _state.warn_only


def set_deterministic_debug_mode(debug_mode):
    mode = _DEBUG_MODES.index(debug_mode) if isinstance(debug_mode, str) else debug_mode
    use_deterministic_algorithms(mode > 0, warn_only=mode == 1)


def get_deterministic_debug_mode():
    return (1 if _state.warn_only else 2) if _state.deterministic else 0


def set_float32_matmul_precision(precision):
    """Products of float32 are always computed in float32 here."""
    if precision in _PRECISIONS:
        _state.precision = precision
    else:
        warn(f"{precision} is not one of 'highest', 'high', or 'medium'; the currentsetFloat32MatmulPrecision call has no effect.")


def get_float32_matmul_precision():
    return _state.precision


def _positive(name, n):
    if not isinstance(n, int):
        raise RuntimeError(f"{name} expects an int, but got {type(n).__name__}")
    if n <= 0:
        raise RuntimeError(f"{name} expects a positive integer")
    return n


def set_num_threads(n):
    """The engine computes in one thread."""
    _state.threads = _positive("set_num_threads", n)


@takes_nothing
def get_num_threads():
    return _state.threads


def set_num_interop_threads(n):
    _state.interop_threads = _positive("set_num_interop_threads", n)


@takes_nothing
def get_num_interop_threads():
    return _state.interop_threads


def set_flush_denormal(mode):
    """JavaScript's numbers cannot flush denormals: False, as on processors that cannot."""
    return False
