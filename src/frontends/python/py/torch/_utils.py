"""What pickles of tensors call, by PyTorch's names: files go from here to PyTorch and back."""

from ._bridge import natives, wrap
from .nn.parameter import Parameter


def _rebuild_tensor_v2(storage, storage_offset, size, stride, requires_grad, backward_hooks, metadata=None):
    """A tensor over a storage (torch.storage.TypedStorage)."""
    t = wrap(natives.storage_view(storage._tensor, storage_offset, tuple(size), tuple(stride)))
    if requires_grad:
        t.requires_grad_()
    return t


def _rebuild_parameter(data, requires_grad, backward_hooks):
    return Parameter(data, requires_grad)


def _rebuild_parameter_with_state(data, requires_grad, backward_hooks, state):
    """A parameter that carries attributes of the program's."""
    parameter = Parameter(data, requires_grad)
    parameter.__dict__.update(state)
    return parameter


def _rebuild_from_type_v2(func, new_type, args, state):
    """A tensor of a subclass, or one that carries attributes."""
    t = func(*args)
    if type(t) is not new_type:
        t = new_type._share(t)
    t.__dict__.update(state)
    return t
