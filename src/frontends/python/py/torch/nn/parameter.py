"""torch.nn.parameter: tensors that modules register by themselves."""

from .. import _bridge as B
from .. import _tensor
from .._bridge import natives
from .._tensor import Tensor


class _ParameterMeta(type(Tensor)):
    def __instancecheck__(cls, instance):
        return type.__instancecheck__(cls, instance) or (
            cls is Parameter and isinstance(instance, Tensor) and getattr(instance, "_is_param", False))


class Parameter(Tensor, metaclass=_ParameterMeta):
    """A tensor that modules register as a parameter."""

    __torch_function__ = B.disabled_torch_function

    __slots__ = ()
    __module__ = "torch.nn.parameter"

    def __new__(cls, data=None, requires_grad=True):
        if data is None:
            from .. import empty

            data = empty(0)
        if not isinstance(data, Tensor):
            data = data.detach()
        if not isinstance(requires_grad, bool):
            raise TypeError(f"_make_subclass(): argument 'require_grad' (position 3) must be bool, not {B.type_name(requires_grad)}")
        if requires_grad and not (data.dtype.is_floating_point or data.dtype.is_complex):
            raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        self = object.__new__(cls)
        self._h = natives.get_data(data)
        natives.set_parameter(self, True)
        B.keep(self._h, self)
        natives.set_requires_grad(self, requires_grad)
        return self

    def __init__(self, data=None, requires_grad=True):
        pass

    def __deepcopy__(self, memo):
        if id(self) in memo:
            return memo[id(self)]
        natives.mute(1)  # a copied model is no part of the computation
        try:
            copied = self.data.clone()
        finally:
            natives.mute(-1)
        result = type(self)(copied, self.requires_grad)
        result.__dict__.update(self.__dict__)
        memo[id(self)] = result
        return result

    def __repr__(self, *, tensor_contents=None):
        return "Parameter containing:\n" + super().__repr__()

    def __reduce_ex__(self, protocol):
        return (_rebuild, (self.data, self.requires_grad, dict(self.__dict__)))


def _rebuild(data, requires_grad, state=None):
    p = Parameter(data, requires_grad)
    if state:
        p.__dict__.update(state)
    return p


class _BufferMeta(type(Tensor)):
    def __instancecheck__(cls, instance):
        return isinstance(instance, Tensor) and instance.__dict__.get("_is_buffer", False)


class Buffer(Tensor, metaclass=_BufferMeta):
    """A tensor that modules register as a buffer."""

    __torch_function__ = B.disabled_torch_function

    __slots__ = ()
    __module__ = "torch.nn.parameter"

    def __new__(cls, data=None, *, persistent=True):
        if data is None:
            from .. import empty

            data = empty(0)
        t = data.detach().requires_grad_(data.requires_grad)
        t.persistent = persistent
        t._is_buffer = True
        return t


# ------------------------------------------------------------------ tensors whose shape is not known yet

_UNINITIALIZED = (
    "Can't access the shape of an uninitialized parameter or buffer. This error usually happens in `load_state_dict` when trying to load "
    "an uninitialized parameter into an initialized one. Call `forward` to initialize the parameters before accessing their attributes."
)


class UninitializedTensorMixin:
    """What lazy parameters and buffers share. They become ordinary ones once their shape is known."""

    cls_to_become = None

    def materialize(self, shape, device=None, dtype=None):
        from .. import empty

        made = empty(shape, dtype=dtype or Tensor.dtype.fget(self))
        natives.set_data(self, made)
        self.__class__ = self.cls_to_become
        self.__dict__.pop("_is_lazy", None)

    @property
    def shape(self):
        raise RuntimeError(_UNINITIALIZED)

    def share_memory_(self):
        raise RuntimeError("Can't share memory on an uninitialized parameter or buffer. Call `forward` to initialize the parameters before "
                           "calling `module.share_memory()`.")

    def __repr__(self):
        return f"<{self.__class__.__name__}>"


#: Methods that a tensor without shape has too.
_SHAPELESS = {"is_floating_point", "is_complex", "half", "float", "double", "bfloat16", "char", "short", "int", "long", "cuda", "cpu", "to",
              "get_device", "size", "requires_grad_", "register_hook", *vars(UninitializedTensorMixin)}


def _refused(name):
    def method(self, *args, **kwargs):
        raise ValueError(
            f"Attempted to use an uninitialized parameter in <method '{name}' of 'torch._C.TensorBase' objects>. This error happens when you are "
            "using a `LazyModule` or explicitly manipulating `torch.nn.parameter.UninitializedParameter` objects. When using LazyModules Call "
            "`forward` with a dummy batch to initialize the parameters before calling torch functions")

    return method


for _name in dir(Tensor):
    if not _name.startswith("_") and _name not in _SHAPELESS and callable(getattr(Tensor, _name)):
        setattr(UninitializedTensorMixin, _name, _refused(_name))


def is_lazy(param):
    return isinstance(param, UninitializedTensorMixin)


class UninitializedParameter(UninitializedTensorMixin, Parameter):
    """A parameter whose shape is known after the first forward."""

    __slots__ = ()
    __module__ = "torch.nn.parameter"
    cls_to_become = Parameter

    def __new__(cls, requires_grad=True, device=None, dtype=None):
        from .. import empty

        return Parameter.__new__(cls, empty(0, dtype=dtype), requires_grad)

    def __init__(self, requires_grad=True, device=None, dtype=None):
        pass

    def __deepcopy__(self, memo):
        if id(self) in memo:
            return memo[id(self)]
        result = type(self)(self.requires_grad, None, Tensor.dtype.fget(self))
        memo[id(self)] = result
        return result


class UninitializedBuffer(UninitializedTensorMixin, Tensor):
    """A buffer whose shape is known after the first forward."""

    __torch_function__ = B.disabled_torch_function

    __slots__ = ()
    __module__ = "torch.nn.parameter"
    cls_to_become = Tensor

    def __new__(cls, requires_grad=False, device=None, dtype=None, persistent=True):
        from .. import empty

        t = cls._share(empty(0, dtype=dtype))
        t.persistent = persistent
        t._is_buffer = True
        return t

    def __init__(self, requires_grad=False, device=None, dtype=None, persistent=True):
        pass


B._make[1] = Parameter
_tensor._Parameter[0] = Parameter
