"""no_grad, enable_grad, set_grad_enabled, inference_mode: context managers and decorators."""

import functools as _functools
import inspect as _inspect

from .._bridge import natives, warn


class _Mode:
    """A context manager that also decorates functions and generator functions."""

    def __call__(self, function):
        if _inspect.isclass(function):
            warn("Decorating classes is deprecated and will be disabled in future versions. You should only decorate functions or methods. To "
                 "preserve the current behavior of class decoration, you can directly decorate the `__init__` method and nothing else.", FutureWarning)
            function.__init__ = self(function.__init__)
            return function
        if _inspect.isgeneratorfunction(function):

            @_functools.wraps(function)
            def generator(*args, **kwargs):
                inner = function(*args, **kwargs)
                try:
                    with self._again():
                        value = inner.send(None)
                    while True:
                        # What the caller sends or throws, closing included, reaches the function with its mode set.
                        try:
                            resume, sent = inner.send, (yield value)
                        except GeneratorExit:
                            with self._again():
                                inner.close()
                            raise
                        except BaseException as error:
                            resume, sent = inner.throw, error
                        with self._again():
                            value = resume(sent)
                except StopIteration as stop:
                    return stop.value

            return generator

        @_functools.wraps(function)
        def wrapper(*args, **kwargs):
            with self._again():
                return function(*args, **kwargs)

        return wrapper

    def _again(self):
        return type(self)()


class _NoParamDecoratorContextManager(_Mode):
    """A mode that `@torch.no_grad` without parentheses sets too."""

    def __new__(cls, orig_func=None):
        return object.__new__(cls) if orig_func is None else cls()(orig_func)


class _GradMode(_NoParamDecoratorContextManager):
    _enabled = False

    def __init__(self):
        self._before = []

    def __enter__(self):
        self._before.append(natives.grad_enabled())
        natives.set_grad_enabled(self._enabled)

    def __exit__(self, *exc):
        natives.set_grad_enabled(self._before.pop())
        return False


class no_grad(_GradMode):
    _enabled = False


class enable_grad(_GradMode):
    _enabled = True


class set_grad_enabled(_Mode):
    def __init__(self, mode):
        if not isinstance(mode, bool):
            raise TypeError(f"set_grad_enabled(): argument 'enabled' (position 1) must be bool, not {type(mode).__name__}")
        self._mode = mode
        self._before = natives.grad_enabled()
        natives.set_grad_enabled(self._mode)

    def __enter__(self):
        natives.set_grad_enabled(self._mode)

    def __exit__(self, *exc):
        natives.set_grad_enabled(self._before)
        return False

    def __call__(self, function):
        natives.set_grad_enabled(self._before)
        return super().__call__(function)

    def _again(self):
        return set_grad_enabled(self._mode)


class inference_mode(_Mode):
    def __new__(cls, mode=True):
        self = object.__new__(cls)
        if not isinstance(mode, bool):
            self.__init__(True)
            return self(mode)
        return self

    def __init__(self, mode=True):
        self._mode = bool(mode)
        self._before = []

    def __enter__(self):
        self._before.append((natives.grad_enabled(), natives.inference_mode()))
        natives.set_inference_mode(self._mode)
        if self._mode:
            natives.set_grad_enabled(False)

    def __exit__(self, *exc):
        grad, inference = self._before.pop()
        natives.set_grad_enabled(grad)
        natives.set_inference_mode(inference)
        return False

    def _again(self):
        return inference_mode(self._mode)
