"""torch.compiler: nothing is compiled here, so nothing has to be kept from it."""

__all__ = ["allow_in_graph", "assume_constant_result", "cudagraph_mark_step_begin", "disable", "is_compiling", "is_dynamo_compiling",
           "list_backends", "reset", "set_stance"]


def disable(fn=None, recursive=True):
    return fn if fn is not None else lambda function: function


def allow_in_graph(fn):
    return fn


assume_constant_result = allow_in_graph


def is_compiling():
    return False


is_dynamo_compiling = is_compiling


def reset():
    pass


cudagraph_mark_step_begin = reset


def list_backends(exclude_tags=("debug", "experimental")):
    return []


class set_stance:
    """A context manager and decorator that changes nothing."""

    def __init__(self, stance="default", *, skip_guard_eval_unsafe=False, force_backend=None):
        self.stance = stance

    def __enter__(self):
        return None

    def __exit__(self, *exc):
        return None

    def __call__(self, fn):
        return fn
