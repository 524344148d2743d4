"""torch.compile: what is compiled runs as it is, for there is nothing to compile to."""

import functools as _functools

from .nn.modules.module import Module

_MODES = ("default", "reduce-overhead", "max-autotune", "max-autotune-no-cudagraphs")
#: Names of compilers that PyTorch knows; here all of them stand for running eagerly.
BACKENDS = ("aot_eager", "aot_eager_decomp_partition", "aot_ts", "cudagraphs", "eager", "eager_noexcept", "inductor", "onnxrt", "openxla", "tvm")


class InvalidBackend(RuntimeError):
    pass


InvalidBackend.__module__ = "torch._dynamo.exc"


class OptimizedModule(Module):
    """A module that stands for another one: it calls it, shares its attributes, and its state has `_orig_mod.` before every name."""

    def __init__(self, module):
        super().__init__()
        self._orig_mod = module
        self.training = module.training

    def __call__(self, *args, **kwargs):
        return self._orig_mod(*args, **kwargs)

    def forward(self, *args, **kwargs):
        return self._orig_mod.forward(*args, **kwargs)

    def __getattr__(self, name):
        return self._modules["_orig_mod"] if name == "_orig_mod" else getattr(self._orig_mod, name)

    def __setattr__(self, name, value):
        if name in ("_orig_mod", "training") or "_orig_mod" not in self.__dict__.get("_modules", ()):
            super().__setattr__(name, value)
        else:
            setattr(self._orig_mod, name, value)

    def __delattr__(self, name):
        delattr(self._orig_mod, name)


OptimizedModule.__module__ = "torch._dynamo.eval_frame"


def check_backend(backend):
    """Error: a compiler that is not there, or one of the program's own."""
    if callable(backend):
        raise NotImplementedError("torch.compile with a backend of one's own is not part of Backstep: programs are not traced to graphs of torch.fx")
    if backend not in BACKENDS:
        raise InvalidBackend(f"Invalid backend: {backend!r}, see `torch._dynamo.list_backends()` for available backends.")


def compile(model=None, *, fullgraph=False, dynamic=None, backend="inductor", mode=None, options=None, disable=False):
    """A function that calls `model`, or a module that stands for it. Without a model: a decorator with these options."""
    if mode is not None and options is not None:
        raise RuntimeError("Either mode or options can be specified, but both can't be specified at the same time.")
    if mode is not None and mode not in _MODES:
        raise RuntimeError(f"Unrecognized mode={mode}, should be one of: {', '.join(_MODES)}")
    check_backend(backend)
    if model is None:
        return _functools.partial(compile, fullgraph=fullgraph, dynamic=dynamic, backend=backend, mode=mode, options=options, disable=disable)
    if disable:
        return model
    if isinstance(model, Module):
        return OptimizedModule(model)
    if isinstance(model, type):
        return model
    assert callable(model)

    @_functools.wraps(model)
    def compiled(*args, **kwargs):
        return model(*args, **kwargs)

    return compiled
