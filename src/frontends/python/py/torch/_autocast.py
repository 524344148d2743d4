"""State of autocast, per type of device. The engine holds the CPU's; the others, which no tensor is on, only remember what is set."""

from ._bridge import DTYPES as _DTYPES, natives as _natives, takes as _takes, warn as _warn
from ._dtypes import device as _device, dtype as _dtype

__all__ = [
    "is_autocast_enabled", "set_autocast_enabled", "get_autocast_dtype", "set_autocast_dtype", "is_autocast_cache_enabled",
    "set_autocast_cache_enabled", "autocast_increment_nesting", "autocast_decrement_nesting", "clear_autocast_cache",
]
# Type of device -> [enabled, dtype].
_OTHERS = {kind: [False, _DTYPES["float16"]] for kind in ("cuda", "xpu", "mps", "ipu")} | {kind: [False, _DTYPES["bfloat16"]] for kind in ("hpu", "xla")}


def is_available(device_type):
    """Can autocast be used for that type of device?"""
    kind = _device(device_type).type
    return kind == "cpu" or kind in _OTHERS


def _other(device_type, message):
    kind = _device(device_type).type
    if kind == "cpu":
        return None
    if kind not in _OTHERS:
        raise RuntimeError(message)
    return _OTHERS[kind]


_UNKNOWN = "unknown device type for autocast in get_autocast_dispatch_key_from_device_type"


@_takes("is_autocast_enabled(c10::string_view device_type)", "is_autocast_enabled()", method=False)
def is_autocast_enabled(device_type="cuda"):
    if not isinstance(device_type, str):
        raise TypeError("device_type must be a str")
    state = _other(device_type, _UNKNOWN)
    return _natives.autocast_enabled() if state is None else state[0]


@_takes("set_autocast_enabled(c10::string_view device_type, bool enabled)", "set_autocast_enabled(bool enabled)", method=False)
def set_autocast_enabled(device_type, enabled=None):
    if enabled is None:
        device_type, enabled = "cuda", device_type
    if not isinstance(enabled, bool):
        raise TypeError("enabled must be a bool")
    state = _other(device_type, _UNKNOWN)
    if state is None:
        _natives.set_autocast_enabled(enabled)
    else:
        state[0] = enabled


@_takes("get_autocast_dtype(c10::string_view device_type)", method=False)
def get_autocast_dtype(device_type):
    if not isinstance(device_type, str):
        raise TypeError("device_type must be a str")
    state = _other(device_type, "unsupported scalarType")
    return _DTYPES[_natives.autocast_dtype()] if state is None else state[1]


@_takes("set_autocast_dtype(c10::string_view device_type, ScalarType dtype)", method=False)
def set_autocast_dtype(device_type, dtype):
    if not isinstance(dtype, _dtype):
        raise TypeError("dtype must be a dtype")
    state = _other(device_type, "unsupported scalarType")
    if state is None:
        _natives.set_autocast_dtype(dtype)
    else:
        state[1] = dtype


def is_autocast_cache_enabled():
    return _natives.autocast_cache_enabled()


def set_autocast_cache_enabled(enabled):
    if not isinstance(enabled, bool):
        raise TypeError(f"enabled must be a bool (got {type(enabled).__name__})")
    _natives.set_autocast_cache_enabled(enabled)


def autocast_increment_nesting():
    return _natives.autocast_nest(1)


def autocast_decrement_nesting():
    return _natives.autocast_nest(-1)


def clear_autocast_cache():
    _natives.clear_autocast_cache()


# Names that PyTorch keeps from when each type of device had its own, as its warnings write them, and their lines there.
_OLD = {
    "set_autocast_{}_enabled(enabled)": dict(cpu=654, ipu=680, xla=706),
    "is_autocast_{}_enabled()": dict(cpu=663, ipu=689, xla=715),
    "set_autocast_{}_dtype(dtype)": dict(gpu=732, cpu=747, ipu=762, xla=777),
    "get_autocast_{}_dtype()": dict(gpu=787, cpu=796, ipu=805, xla=814),
}


def _old(form, short, line):
    kind = "cuda" if short == "gpu" else short
    name, _, parameter = form.replace("{}_", "").rstrip(")").partition("(")
    function_now = globals()[name]

    def function(*args):
        now = f"torch.{name}({', '.join(filter(None, [repr(kind), parameter]))})"
        _warn(
            f"torch.{form.format(short)} is deprecated. Please use {now} instead. "
            f"(Triggered internally at ./torch/csrc/autograd/init.cpp:{line}.)",
            DeprecationWarning,
        )
        return function_now(kind, *args)

    function.__name__ = function.__qualname__ = form.format(short).partition("(")[0]
    return function


for _form, _lines in _OLD.items():
    for _short, _line in _lines.items():
        _made = _old(_form, _short, _line)
        globals()[_made.__name__] = _made
        __all__.append(_made.__name__)
