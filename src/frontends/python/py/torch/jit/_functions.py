"""Functions that are scripted, and the small words of TorchScript."""

import builtins as _builtins
import collections.abc as _abc
import typing as _typing


class ScriptFunction:
    """A scripted function. It runs as Python."""

    __module__ = "torch.jit"
    __slots__ = ("_function", "name")

    def __init__(self, function):
        self._function = function
        self.name = function.__name__

    def __call__(self, *args, **kwargs):
        return self._function(*args, **kwargs)

    @property
    def __doc__(self):
        return self._function.__doc__

    @property
    def graph(self):
        raise NotImplementedError("the graph and code of TorchScript are not part of Backstep: functions run as Python")

    code = graph


class Future:
    """The result of `fork`, which is there at once."""

    def __init__(self, value):
        self._value = value

    def wait(self):
        return self._value

    value = wait

    def done(self):
        return True

    def then(self, callback):
        return Future(callback(self))


def fork(func, *args, **kwargs):
    return Future(func(*args, **kwargs))


def wait(future):
    return future.wait()


def annotate(the_type, the_value):
    return the_value


Attribute = _typing.NamedTuple("Attribute", [("value", _typing.Any), ("type", _typing.Any)])


def isinstance(obj, target_type):
    """Whether an object is of a type, also of a container of types: List[int], Dict[str, Tensor], Optional[int] …"""
    if _builtins.isinstance(target_type, tuple):
        return any(isinstance(obj, t) for t in target_type)
    origin, args = _typing.get_origin(target_type), _typing.get_args(target_type)
    if origin is None:
        return _builtins.isinstance(obj, type(None) if target_type is None else target_type)
    if origin is _typing.Union:
        return any(isinstance(obj, t) for t in args)
    if not _builtins.isinstance(obj, origin):
        return False
    if origin is tuple:
        return len(obj) == len(args) and all(map(isinstance, obj, args))
    if issubclass(origin, _abc.Mapping):
        return all(isinstance(k, args[0]) and isinstance(v, args[1]) for k, v in obj.items())
    return all(isinstance(element, args[0]) for element in obj)


def ignore(drop=False, **kwargs):
    return drop if callable(drop) else lambda function: function


def unused(fn):
    return fn


export = script_method = script_if_tracing = interface = unused


def is_scripting():
    return False


def is_tracing():
    return False


def enable_onednn_fusion(enabled):
    pass


def onednn_fusion_enabled():
    return False
