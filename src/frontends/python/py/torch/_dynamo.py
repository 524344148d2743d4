"""torch._dynamo: the parts of PyTorch's compiler that programs switch and reset. Nothing is compiled here."""

import functools as _functools
import types as _types

from ._compile import InvalidBackend as _InvalidBackend, OptimizedModule, check_backend as _check_backend, compile as _compile
from .compiler import allow_in_graph, disable, is_compiling, list_backends, reset

__all__ = ["OptimizedModule", "allow_in_graph", "disable", "graph_break", "is_compiling", "list_backends", "optimize", "reset"]
#: Settings that may be set and read back.
config = _types.SimpleNamespace(suppress_errors=False, verbose=False, cache_size_limit=8, dynamic_shapes=True, assume_static_by_default=True)
exc = _types.SimpleNamespace(InvalidBackend=_InvalidBackend)


def optimize(backend="inductor", *, nopython=False, disable=False, dynamic=None):
    _check_backend(backend)
    return _functools.partial(_compile, backend=backend)


def graph_break():
    pass


def explain(f, *args, **kwargs):
    raise NotImplementedError("torch._dynamo.explain is not part of Backstep: programs are not traced to graphs")
