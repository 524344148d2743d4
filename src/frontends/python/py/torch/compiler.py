"""torch.compiler: nothing is compiled, so these leave functions as they are."""

from ._compile import compile

__all__ = [
    "compile", "assume_constant_result", "reset", "allow_in_graph", "substitute_in_graph", "list_backends", "disable", "set_stance",
    "cudagraph_mark_step_begin", "wrap_numpy", "is_compiling", "is_dynamo_compiling",
]


def _same(fn):
    return fn


assume_constant_result = allow_in_graph = wrap_numpy = _same


def disable(fn=None, recursive=True):
    return _same if fn is None else fn


def substitute_in_graph(original_fn, *, can_constant_fold_through=False, skip_signature_check=False):
    return _same


def list_backends(exclude_tags=("debug", "experimental")):
    return ["cudagraphs", "inductor", "onnxrt", "openxla", "tvm"]


class set_stance:
    """When to compile: a function's region, or from now on."""

    def __init__(self, stance="default", *, skip_guard_eval_unsafe=False, force_backend=None):
        self.stance = stance

    def __call__(self, fn):
        return fn

    def __enter__(self):
        pass

    def __exit__(self, *exc):
        return False


def reset():
    pass


def cudagraph_mark_step_begin():
    pass


def is_compiling():
    return False


is_dynamo_compiling = is_compiling
