"""What the modules of devices that are not here (torch.cuda, torch.xpu, torch.mps, torch.accelerator) have in common: they answer that
nothing is there, and whatever would use the device raises PyTorch's error."""

import copy as _copy


def _method(module, name, function):
    function.__name__ = function.__qualname__ = name
    function.__module__ = module["__name__"]
    module[name] = function


def answers(module, **results):
    """Functions that answer the same to every argument: `name=result`."""

    def answer(result):
        return lambda *args, **kwargs: _copy.copy(result)

    for name, result in results.items():
        _method(module, name, answer(result))


def refuses(module, names, error, message):
    """Functions that raise `error` whatever they are given. `names` are parted by spaces."""

    def refuse():
        def function(*args, **kwargs):
            raise error(message)

        return function

    for name in names.split():
        _method(module, name, refuse())


def dummies(module, names, error, message):
    """Classes of things that only exist on the device: making one raises `error`; `{}` in its message is the class's name."""

    def new(name):
        def __new__(cls, *args, **kwargs):
            raise error(message.format(name))

        return __new__

    for name in names.split():
        module[name] = type(name, (), {"__new__": new(name), "__module__": module["__name__"]})


class StreamContext:
    """`with torch.cuda.stream(s)`: nothing to switch."""

    def __init__(self, stream):
        self.stream = stream

    def __enter__(self):
        return None

    def __exit__(self, *exc):
        return None


def stream(stream):
    return StreamContext(stream)
