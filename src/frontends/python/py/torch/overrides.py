"""torch.overrides: what objects say that PyTorch's functions should do with them (`__torch_function__`)."""

from ._bridge import handle_torch_function, overloaded as _overloaded

__all__ = ["handle_torch_function", "has_torch_function", "has_torch_function_unary", "has_torch_function_variadic", "is_tensor_like"]


def is_tensor_like(inp):
    """Is it a tensor, or does its type say what functions of tensors do with it?"""
    from ._tensor import Tensor

    return type(inp) is Tensor or hasattr(inp, "__torch_function__")


def has_torch_function(relevant_args):
    return bool(_overloaded(relevant_args))


def has_torch_function_unary(tensor):
    return has_torch_function((tensor,))


def has_torch_function_variadic(*relevant_args):
    return has_torch_function(relevant_args)
