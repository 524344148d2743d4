"""torch.nn.Parameter."""

from .. import _bridge as B
from .._bridge import natives
from .. import _tensor
from .._tensor import Tensor


class Parameter(Tensor):
    """A tensor that modules register as a parameter."""

    __slots__ = ()
    __module__ = "torch.nn.parameter"

    def __new__(cls, data=None, requires_grad=True):
        if data is None:
            from .. import empty

            data = empty(0)
        h = natives.get_data(data) if isinstance(data, Tensor) else None
        if h is None:
            raise TypeError(f"Parameter must be a Tensor, got {type(data).__name__}")
        self = object.__new__(cls)
        self._h = h
        natives.set_parameter(self, True)
        B.keep(h, self)
        self.requires_grad_(requires_grad)
        return self

    def __init__(self, data=None, requires_grad=True):
        pass

    def __deepcopy__(self, memo):
        if id(self) in memo:
            return memo[id(self)]
        result = type(self)(self.data.clone(), self.requires_grad)
        memo[id(self)] = result
        return result

    def __repr__(self, *, tensor_contents=None):
        return "Parameter containing:\n" + super().__repr__()

    def __reduce_ex__(self, protocol):
        return (_rebuild, (self.data, self.requires_grad))


def _rebuild(data, requires_grad):
    return Parameter(data, requires_grad)


B._make[1] = Parameter
_tensor._Parameter[0] = Parameter
