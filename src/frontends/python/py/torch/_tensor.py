"""torch.Tensor: a thin object around an engine handle. Methods that are operators come from the engine's table."""

import array as _array
import builtins as _b
import math as _math
import operator

from . import _bridge as B
from ._bridge import call, decode, location, natives, takes, tensor_or_none, translate, warn, wrap
from ._dtypes import Size, _BY_NAME, device, dtype, preserve_format, strided

_drop = B.drop
_CPU, _META = device("cpu"), device("meta")
_OPS = {}  # name -> number of the engine's operator (first table entry of that name)
for _i, _entry in enumerate(B.TABLE["operators"]):
    _OPS.setdefault(_entry["name"], _i)

_NON_LEAF_GRAD = (
    "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be populated during "
    "autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, use .retain_grad() on the "
    "non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead. See "
    "github.com/pytorch/pytorch/pull/30531 for more informations."
)


def _read_only(get):
    """A property that is refused to be set as PyTorch's are, which belong to a class in C."""

    def refuse(self, value=None):
        raise AttributeError(f"attribute '{get.__name__}' of 'torch._C.TensorBase' objects is not writable")

    return property(get, refuse, refuse)


class Tensor:
    __slots__ = ("_h", "__weakref__", "__dict__")
    __module__ = "torch"

    def __new__(cls, *args, **kwargs):
        from ._creation import legacy_tensor

        made = args[0]._alias() if len(args) == 1 and isinstance(args[0], Tensor) else legacy_tensor("float32", *args, **kwargs)
        return made if cls is Tensor else cls._share(made)

    @classmethod
    def _of(cls, handle):
        """Wraps a handle the engine gave out (a Parameter if the engine says so)."""
        t = object.__new__(B._make[1] if B._make[1] is not None and natives_is_parameter(handle) else B._make[0])
        t._h = handle
        B.keep(handle, t)
        return t

    @classmethod
    def _share(cls, tensor):
        """An object of a subclass over the same engine tensor's memory."""
        h = natives.get_data(tensor)
        t = object.__new__(cls)
        t._h = h
        B.keep(h, t)
        return t

    @classmethod
    def _taking(cls, tensor):
        """An object of a subclass in the place of a tensor that nobody else holds."""
        t = object.__new__(cls)
        t._h = tensor._h
        B.keep(t._h, t)
        del tensor._h
        return t

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if B.overrides(cls):
            for name, (op, reflected) in _BINARY.items():
                if name not in cls.__dict__:
                    setattr(cls, name, _asking_operator(op, reflected))

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        """What a function gives for plain tensors, as an object of the subclass. A subclass that overrides this is asked at every operator."""
        if not all(issubclass(cls, t) for t in types):
            return NotImplemented
        B._overrides_off[0] += 1
        try:
            return _as_subclass(func(*args, **(kwargs or {})), cls)
        finally:
            B._overrides_off[0] -= 1

    def as_subclass(self, cls):
        """The same tensor as an object of a subclass of Tensor; autograd sees a view."""
        return cls._taking(self._alias())

    def _alias(self):
        """A view of everything, as a plain tensor."""
        B._overrides_off[0] += 1
        try:
            return call(_OPS["getitem"], (self, (Ellipsis,)), None)
        finally:
            B._overrides_off[0] -= 1

    @staticmethod
    def _make_subclass(cls, data, require_grad=False):
        """A new leaf of a subclass over the memory of a tensor."""
        made = cls._share(data)
        return made.requires_grad_() if require_grad else made

    def __del__(self):
        try:
            _drop(self._h)
        except Exception:
            pass

    # ---------------------------------------------------------------- facts

    @_read_only
    def shape(self):
        text = natives.shape(self)
        return Size(map(int, text.split(","))) if text else Size()

    @takes("size(Tensor input, int64_t? dim=None)", "size(Tensor input, DimName dim)")
    def size(self, dim=None):
        shape = self.shape
        if dim is None:
            return shape
        return shape[_in_range(dim, len(shape))]

    @takes("stride(Tensor input, int64_t? dim=None)", "stride(Tensor input, DimName dim)")
    def stride(self, dim=None):
        text = natives.stride(self)
        strides = tuple(map(int, text.split(","))) if text else ()
        return strides if dim is None else strides[_in_range(dim, len(strides))]

    @_read_only
    def dtype(self):
        return _BY_NAME[natives.dtype(self)]

    @_read_only
    def ndim(self):
        return natives.ndim(self)

    @takes("dim(Tensor input)")
    def dim(self):
        return natives.ndim(self)

    ndimension = dim

    @takes("numel(Tensor input)")
    def numel(self):
        return natives.numel(self)

    nelement = numel

    @takes("element_size(Tensor input)")
    def element_size(self):
        return self.dtype.itemsize

    @_read_only
    def itemsize(self):
        return self.dtype.itemsize

    @_read_only
    def nbytes(self):
        return self.numel() * self.dtype.itemsize

    @takes("storage_offset(Tensor input)")
    def storage_offset(self):
        return natives.storage_offset(self)

    @takes("data_ptr(Tensor input)")
    def data_ptr(self):
        return 0 if self.is_meta else natives.data_ptr(self)

    def untyped_storage(self):
        natives.storage_address(self)  # raises where there is none
        from .storage import UntypedStorage

        return UntypedStorage(self)

    def storage(self):
        from .storage import typed_storage

        return typed_storage(self)

    @takes("is_contiguous(Tensor input, *, MemoryFormat memory_format=None)")
    def is_contiguous(self, *, memory_format=None):
        return natives.is_contiguous(self, None if memory_format is None else memory_format._name)

    @_read_only
    def device(self):
        return _META if natives.is_meta(self) else _CPU

    @_read_only
    def is_meta(self):
        return natives.is_meta(self)

    @_read_only
    def is_cpu(self):
        return not natives.is_meta(self)

    @_read_only
    def layout(self):
        return strided

    is_cuda = is_sparse = is_sparse_csr = is_quantized = is_mps = is_xpu = is_nested = is_mkldnn = False

    @takes("get_device(Tensor input)")
    def get_device(self):
        return -1

    @takes("is_floating_point(Tensor input)")
    def is_floating_point(self):
        return self.dtype.is_floating_point

    @takes("is_complex(Tensor input)")
    def is_complex(self):
        return self.dtype.is_complex

    @takes("is_signed(Tensor input)")
    def is_signed(self):
        return self.dtype.is_signed

    @takes("is_inference(Tensor input)")
    def is_inference(self):
        return natives.is_inference(self)

    @property
    def names(self):
        return (None,) * self.ndim

    @_read_only
    def _version(self):
        if self.is_inference():
            raise RuntimeError("Inference tensors do not track version counter.")
        return natives.version(self)

    @_read_only
    def _base(self):
        return tensor_or_none(natives.base(self))

    def _is_view(self):
        return natives.is_view(self)

    @_read_only
    def T(self):
        n = self.ndim
        if n == 0:
            warn("Tensor.T is deprecated on 0-D tensors. This function is the identity in these cases.", once=True)
        elif n != 2:
            warn(
                "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is deprecated and it will throw an error "
                "in a future release. Consider `x.mT` to transpose batches of matrices or `x.permute(*torch.arange(x.ndim - 1, -1, -1))` "
                "to reverse the dimensions of a tensor.",
                once=True,
            )
        return call(_OPS["numpy_T"], (self,), None, True)

    # ---------------------------------------------------------------- autograd

    @property
    def requires_grad(self):
        return natives.requires_grad(self)

    @requires_grad.setter
    def requires_grad(self, flag):
        if not isinstance(flag, bool):
            raise RuntimeError("requires_grad must be a bool")
        if not self.is_leaf:
            subgraph = "" if flag else (" If you want to use a computed variable in a subgraph that doesn't require differentiation use "
                                        "var_no_grad = var.detach().")
            raise RuntimeError("you can only change requires_grad flags of leaf variables." + subgraph)
        if flag and not (self.dtype.is_floating_point or self.dtype.is_complex):
            raise RuntimeError("only Tensors of floating point and complex dtype can require gradients")
        natives.check_leaf_change()
        natives.set_requires_grad(self, flag)

    @takes("requires_grad_(Tensor input, bool requires_grad=True)")
    def requires_grad_(self, requires_grad=True):
        natives.check_leaf_change()
        natives.set_requires_grad(self, _flag(requires_grad))
        return self

    @_read_only
    def is_leaf(self):
        return natives.is_leaf(self)

    @_read_only
    def grad_fn(self):
        h = natives.grad_fn(self)
        if not h:
            return None
        from .autograd.graph import node_of

        return node_of(h)

    @_read_only
    def output_nr(self):
        return natives.output_nr(self)

    @property
    def grad(self):
        h = natives.get_grad(self)
        rows = self.__dict__.get("_sparse_rows")
        if h:
            return wrap(h) if rows is None else rows.gradient(self.shape)
        if not natives.is_leaf(self) and not natives.retains_grad(self):
            warn(_NON_LEAF_GRAD)
        return None

    @grad.setter
    def grad(self, value):
        if value is not None:
            if not isinstance(value, Tensor):
                raise TypeError(f"assigned grad expected to be a Tensor or None but got grad of type {type(value).__name__}")
            if value is self:
                raise RuntimeError("can't assign Variable as its own grad")
            if value.dtype is not self.dtype:
                raise RuntimeError(
                    f"attempting to assign a gradient with dtype '{CPP_NAMES[value.dtype._name]}' to a tensor with dtype '{CPP_NAMES[self.dtype._name]}'. "
                    "Please ensure that the gradient and the tensor have the same dtype"
                )
            if value.shape != self.shape:
                raise RuntimeError(
                    f"attempting to assign a gradient of size '{list(value.shape)}' to a tensor of size '{list(self.shape)}'. "
                    "Please ensure that the gradient and the tensor are the same size"
                )
            natives.set_grad(self, value)
        else:
            self._forget_grad()

    @grad.deleter
    def grad(self):
        self._forget_grad()

    def _forget_grad(self):
        self.__dict__.pop("_sparse_rows", None)
        natives.set_grad(self, None)

    @property
    def data(self):
        cls = type(self)
        return cls._share(self) if B.overrides(cls) else wrap(natives.get_data(self))

    @data.setter
    def data(self, value):
        if not isinstance(value, Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {type(value).__name__}")
        natives.set_data(self, value)

    @_read_only
    def retains_grad(self):
        return natives.retains_grad(self)

    def retain_grad(self):
        natives.retain_grad(self)

    @takes("detach_(Tensor input)")
    def detach_(self):
        natives.detach_(self)
        return self

    def backward(self, gradient=None, retain_graph=None, create_graph=False, inputs=None):
        from .autograd import backward

        backward(self, gradient, retain_graph, create_graph, inputs=inputs)

    def register_hook(self, hook):
        if not self.requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        from .autograd.graph import RemovableHandle

        number = B.register(hook)
        h = natives.register_hook(self, number)
        return RemovableHandle(lambda t=self: (natives.remove_hook(t, h), B.unregister(number)))

    def register_post_accumulate_grad_hook(self, hook):
        if not self.requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        if self.grad_fn is not None:
            raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
        from .autograd.graph import RemovableHandle

        number = B.register(hook)
        h = natives.register_post_accumulate(self, number)
        return RemovableHandle(lambda t=self: (natives.remove_accumulate_hook(t, h), B.unregister(number)))

    # ---------------------------------------------------------------- values

    @takes("item(Tensor input)")
    def item(self):
        kind = self.dtype
        if self.numel() != 1:
            raise RuntimeError(f"a Tensor with {self.numel()} elements cannot be converted to Scalar")
        value = natives.item(self)
        if kind.is_floating_point:
            return float(value)
        if kind.is_complex:
            return complex(value, natives.item_imag(self))
        return bool(value) if kind._name == "bool" else int(value)

    def _values(self):
        """Row-major Python values. Error: a meta tensor has none."""
        if self.is_meta:
            raise no_data()
        kind = self.dtype
        n = self.numel() * (2 if kind.is_complex else 1)
        buffer = _array.array("d", bytes(8 * n))
        if n:
            natives.to_heap(self, buffer.buffer_info()[0])
        values = buffer.tolist()
        if kind.is_complex:
            return [complex(values[i], values[i + 1]) for i in range(0, n, 2)]
        if kind.is_floating_point:
            return values
        return [bool(v) for v in values] if kind._name == "bool" else [int(v) for v in values]

    @takes("tolist(Tensor input)")
    def tolist(self):
        values = self._values()
        shape = self.shape
        if not shape:
            return values[0]
        for size in reversed(shape[1:]):
            if size == 0:
                break
            values = [values[i : i + size] for i in range(0, len(values), size)]
        if 0 in shape:
            return _empty_nest(shape)
        return values

    def __len__(self):
        shape = self.shape
        if not shape:
            raise TypeError("len() of a 0-d tensor")
        return shape[0]

    def __iter__(self):
        if self.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        return iter(self.unbind(0))

    def __bool__(self):
        return natives.truth(self)

    def __float__(self):
        return float(self._real("double"))

    def __int__(self):
        return int(self._real("int64_t"))

    def _real(self, kind):
        """The one number. Errors: there are more; it is complex."""
        value = self._single()
        if isinstance(value, complex) and value.imag != 0:
            raise RuntimeError(f"value cannot be converted to type {kind} without overflow")
        return value.real

    def __complex__(self):
        return complex(self._single())

    def __index__(self):
        if self.dtype.is_floating_point or self.dtype.is_complex or self.numel() != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self.item())

    def _single(self):
        if self.numel() != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
        return self.item()

    def __contains__(self, element):
        if isinstance(element, (Tensor, _b.int, _b.float, _b.bool, complex)):
            return (element == self).any().item()
        raise RuntimeError(f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type(element)}.")

    def __hash__(self):
        return id(self)

    def __getitem__(self, index):
        return call(_OPS["getitem"], (self, _index(index, self)), None)

    def __setitem__(self, index, value):
        if value is None or B.is_array(value):
            raise TypeError(f"can't assign a {B.type_name(value)} to a {self.type()}")
        call(_OPS["setitem"], (self, _index(index, self), value), None)

    def __delitem__(self, index):
        raise TypeError("Tensor does not support deleting items")

    def __reversed__(self):
        return self if self.ndim == 0 else self.flip(0)

    # ---------------------------------------------------------------- text

    def __repr__(self, *, tensor_contents=None):
        return natives.format(self, tensor_contents, type(self).__name__ if B.overrides(type(self)) else "tensor")

    def __str__(self):
        return self.__repr__()

    def __format__(self, spec):
        if self.ndim == 0 and not self.is_meta and not natives.is_parameter(self) and type(self) is Tensor:
            return self.item().__format__(spec)
        return object.__format__(self, spec)

    # ---------------------------------------------------------------- copies

    def __deepcopy__(self, memo):
        if id(self) in memo:
            return memo[id(self)]
        if not self.is_leaf:
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  "
                "If you were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, see "
                "https://github.com/pytorch/pytorch/pull/103001"
            )
        from . import no_grad

        natives.mute(1)  # a copied model is no part of the computation
        try:
            with no_grad():
                new = self.detach().clone()
        finally:
            natives.mute(-1)
        if type(self) is not Tensor:
            new = type(self)._share(new)
        if self.requires_grad:
            new.requires_grad_()
        if self.grad is not None:
            new.grad = self.grad.__deepcopy__(memo)
        new.__dict__.update({k: v for k, v in self.__dict__.items()})
        memo[id(self)] = new
        return new

    def __copy__(self):
        return self.detach().requires_grad_(self.requires_grad)

    def __reduce_ex__(self, protocol):
        from ._creation import rebuild

        return (rebuild, (type(self), self.dtype, tuple(self.shape), self._values(), self.requires_grad, dict(self.__dict__)))

    # ---------------------------------------------------------------- conversion

    @takes("numpy(Tensor input, *, bool force=False)")
    def numpy(self, *, force=False):
        if force:
            return self.detach().numpy()
        if self.requires_grad and natives.grad_enabled():
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        if self.is_meta:
            raise TypeError("can't convert meta device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory first.")
        natives.data_ptr(self)  # raises where there are no values
        import numpy

        return numpy._from_tensor(self)

    def __array__(self, dtype=None, copy=None):
        array = self.numpy()
        return array if dtype is None else array.astype(dtype)

    def to(self, *args, **kwargs):
        target, where, copy, memory_format = to_arguments(*args, **kwargs)
        if where is not None and where.type != self.device.type:
            return self._moved(where.type, target)
        if target is not None and self.dtype.is_complex and not target.is_complex:
            warn("Casting complex values to real discards the imaginary part", once=True)
        in_format = memory_format in (None, preserve_format) or natives.suggested_format(self) == memory_format._name
        if (target is None or target is self.dtype) and in_format and not copy:
            return self
        return call(_OPS["_to_copy"], (self, target, None, memory_format), None)

    def _moved(self, where, target=None):
        """A copy on the other device. Error: a meta tensor has nothing to copy."""
        if self.is_meta:
            raise no_data()
        return call(_OPS["_to_copy"], (self, target, where), None)

    def type(self, dtype=None, non_blocking=False):
        if dtype is None:
            name = _TYPE_NAMES[self.dtype._name]
            return name.replace("torch.", "torch.meta.") if self.is_meta else name
        if isinstance(dtype, str):
            names = {v: k for k, v in _TYPE_NAMES.items()}
            if dtype not in names:
                raise ValueError(f"invalid type: '{dtype}'")
            dtype = _BY_NAME[names[dtype]]
        elif not hasattr(dtype, "_name"):
            if not hasattr(dtype, "dtype"):
                raise TypeError("dtype must be a type, str, or dtype object")
            dtype = dtype.dtype
        return self.to(dtype)

    @takes("type_as(Tensor input, Tensor other)")
    def type_as(self, other):
        if not isinstance(other, Tensor):
            raise TypeError("a tensor is required")
        return self.to(other.dtype)

    @takes("cpu(Tensor input, *, MemoryFormat? memory_format=None)")
    def cpu(self, *, memory_format=None):
        return self._moved("cpu") if self.is_meta else self

    def cuda(self, device=None, non_blocking=False, memory_format=None):
        return self.to("cuda" if device is None else device)

    def pin_memory(self, device=None):
        raise RuntimeError("Cannot access accelerator device when none is available.")

    def is_pinned(self, device=None):
        return False

    def is_shared(self):
        return False

    def share_memory_(self):
        return self

    def to_dense(self):
        return self

    @takes("resolve_conj(Tensor input)")
    def resolve_conj(self):
        return self

    @takes("resolve_neg(Tensor input)")
    def resolve_neg(self):
        return self

    @takes("is_conj(Tensor input)")
    def is_conj(self):
        return False

    @takes("is_neg(Tensor input)")
    def is_neg(self):
        return False

    @takes("resize_(Tensor input, IntArrayRef size, *, MemoryFormat? memory_format=None)")
    def resize_(self, *sizes, memory_format=None):
        if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)):
            sizes = tuple(sizes[0])
        elif not sizes:
            raise TypeError("a size is required")
        sizes = tuple(map(operator.index, sizes))
        if self.requires_grad:
            raise RuntimeError("cannot resize variables that require grad")
        natives.resize(self, sizes)
        return self

    def resize(self, *sizes):
        warn("non-inplace resize is deprecated")
        return self._resized(sizes[0] if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)) else sizes)

    def resize_as(self, tensor):
        warn("non-inplace resize_as is deprecated")
        return self._resized(tensor.shape)

    def _resized(self, sizes):
        """A view in another shape, by the words of an old function. Error: it has another number of elements."""
        sizes, own = list(sizes), list(self.shape)
        count = _math.prod(sizes)
        if count != self.numel():
            raise RuntimeError(
                f"requested resize to {'x'.join(map(str, sizes))} ({count} elements in total), but the given tensor has a size of "
                f"{'x'.join(map(str, own))} ({self.numel()} elements). autograd's resize can only change the shape of a given tensor, while "
                "preserving the number of elements. ")
        return self.view(sizes)

    def set_(self, source=None, storage_offset=0, size=None, stride=None):
        """Takes over the memory of a tensor or of a storage; without one, has none."""
        if source is None:
            source = self.new_empty(0)
        if not isinstance(source, Tensor):
            size = (len(source),) if size is None else tuple(size)
            stride = self.new_empty(size).stride() if stride is None else tuple(stride)
            source = wrap(natives.storage_view(source._tensor, storage_offset, size, stride))
        if source.dtype is not self.dtype:
            raise RuntimeError(f"Could not set tensor of type {CPP_NAMES[source.dtype._name]} to a tensor of type {CPP_NAMES[self.dtype._name]}")
        natives.set_data(self, source)
        return self

    @takes("new_tensor(Tensor input, object data, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False)")
    def new_tensor(self, data, *, dtype=None, device=None, requires_grad=False):
        from ._creation import copy_of, tensor

        dtype, device = dtype or self.dtype, device or self.device
        if isinstance(data, Tensor):
            return copy_of(data, dtype, device, requires_grad, "tensor.new_tensor(sourceTensor)")
        return tensor(data, dtype=dtype, device=device, requires_grad=requires_grad)

    def new(self, *args):
        from ._creation import legacy_tensor

        return legacy_tensor(self.dtype._name, *args)

    def map_(self, other, function):
        from ._creation import tensor

        values = [function(a, b) for a, b in zip(self._values(), other.expand_as(self)._values())]
        return self.copy_(tensor(values, dtype=self.dtype).view(self.shape))

    def apply_(self, function):
        from ._creation import tensor

        if self.requires_grad:
            raise RuntimeError("Can't call apply_() on Variable that requires grad. Use var.detach().apply_() instead.")
        return self.copy_(tensor([function(v) for v in self._values()], dtype=self.dtype).view(self.shape))

    # ---------------------------------------------------------------- operators whose reflected form differs

    def __neg__(self):
        return self.neg()

    def __pos__(self):
        return self.positive()

    def __abs__(self):
        return self.abs()

    def __invert__(self):
        if self.dtype.is_floating_point or self.dtype.is_complex:
            raise TypeError("~ (operator.invert) is only implemented on integer and Boolean-type tensors")
        return self.bitwise_not()


_TYPE_NAMES = {
    "float32": "torch.FloatTensor", "float64": "torch.DoubleTensor", "float16": "torch.HalfTensor",
    "bfloat16": "torch.BFloat16Tensor", "int64": "torch.LongTensor", "int32": "torch.IntTensor", "int16": "torch.ShortTensor",
    "int8": "torch.CharTensor", "uint8": "torch.ByteTensor", "bool": "torch.BoolTensor",
    "complex64": "torch.ComplexFloatTensor", "complex128": "torch.ComplexDoubleTensor",
}
CPP_NAMES = {
    "float32": "float", "float64": "double", "float16": "c10::Half", "bfloat16": "c10::BFloat16", "int64": "long int",
    "int32": "int", "int16": "short int", "int8": "signed char", "uint8": "unsigned char", "bool": "bool",
    "complex64": "c10::complex<float>", "complex128": "c10::complex<double>",
}


def _whole(x):
    """An int argument. Error: TypeError."""
    if isinstance(x, _b.bool):
        raise TypeError("an integer is required")
    return operator.index(x)


def _in_range(dim, n):
    """A dimension of a tensor that has `n`. Errors: TypeError; there is no such dimension."""
    if isinstance(dim, str):
        raise RuntimeError(f"Name '{dim}' not found in Tensor[{', '.join(['None'] * n)}].")
    dim = _whole(dim)
    if n == 0:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    if not -n <= dim < n:
        raise IndexError(f"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got {dim})")
    return dim


def _flag(x):
    """A bool argument. Error: TypeError."""
    if not isinstance(x, _b.bool):
        raise TypeError("a bool is required")
    return x


def _index(index, tensor):
    """An index as a tuple. A short list counts as one when it holds more than numbers (as in old NumPy). Errors: TypeError for
    strings and for slices that are none."""
    if isinstance(index, tuple):
        return tuple([_index_item(x) for x in index])
    if isinstance(index, list) and len(index) < 32:
        for x in index:
            if x is None or x is Ellipsis or isinstance(x, (Tensor, slice, list, tuple, range)):
                return tuple([_index_item(x) for x in index])
    if isinstance(index, slice) and tensor.ndim == 0:
        raise IndexError("slice() cannot be applied to a 0-dim tensor.")
    return (_index_item(index),)


def _index_item(x):
    if isinstance(x, slice):
        for bound in (x.start, x.stop, x.step):
            if bound is not None and not hasattr(bound, "__index__"):
                raise TypeError("slice indices must be integers or None or have an __index__ method")
            if isinstance(bound, Tensor):
                operator.index(bound)
        if x.step is not None and operator.index(x.step) == 0:
            raise ValueError("slice step cannot be zero")
    elif isinstance(x, str):
        raise TypeError("new(): invalid data type 'str'")
    elif B.is_array(x):
        return x._t
    elif isinstance(x, list) and x and not isinstance(x[0], (_b.int, list, tuple, Tensor)):
        from ._creation import infer

        infer(x)  # raises for what no tensor can be made of
    return x


def _empty_nest(shape):
    return [_empty_nest(shape[1:]) for _ in range(shape[0])] if len(shape) > 1 else []


_TO_FORMS = (("device", "dtype", "non_blocking", "copy"), ("dtype", "non_blocking", "copy"), ("tensor", "non_blocking", "copy"))


@takes(
    "to(Device? device=None, ScalarType? dtype=None, bool non_blocking=False, bool copy=False, *, MemoryFormat? memory_format=None)",
    "to(ScalarType dtype, bool non_blocking=False, bool copy=False, *, MemoryFormat? memory_format=None)",
    "to(Tensor tensor, bool non_blocking=False, bool copy=False, *, MemoryFormat? memory_format=None)",
    method=False,
)
def to_arguments(*args, **kwargs):
    """dtype, device, copy flag and memory format of the three forms of `to`. Error: TypeError where the arguments fit none."""
    first = args[0] if args else kwargs.get("tensor", kwargs.get("other"))
    kind = 2 if isinstance(first, Tensor) else 1 if isinstance(first, dtype) or (isinstance(first, type) and first in B._PY_DTYPES) else 0
    names = _TO_FORMS[kind]
    given = dict(zip(names, args))
    if len(args) > len(names) or not given.keys().isdisjoint(kwargs):
        raise TypeError("too many arguments")
    given.update(kwargs)
    place, target, source = given.pop("device", None), given.pop("dtype", None), given.pop("tensor", given.pop("other", None))
    copy, memory_format = _flag(given.pop("copy", False)), given.pop("memory_format", None)
    _flag(given.pop("non_blocking", False))
    target = _BY_NAME[B._PY_DTYPES[target]] if isinstance(target, type) and target in B._PY_DTYPES else target
    fits = isinstance(place, (str, device, _b.int, type(None))) and not isinstance(place, _b.bool) and isinstance(target, (dtype, type(None)))
    if given or not fits or not isinstance(memory_format, (B.memory_format, type(None))):
        raise TypeError("no form of to() has such arguments")
    if source is not None:
        return source.dtype, source.device, copy, memory_format
    return target, None if place is None else check_device(place), copy, memory_format


def no_data():
    return NotImplementedError("Cannot copy out of meta tensor; no data!")


def check_device(d):
    """The device that is meant. Error: it is not there."""
    d = device(d)
    kind = d.type
    if kind in ("cuda", "xpu"):
        raise AssertionError(f"Torch not compiled with {kind.upper()} enabled")
    if kind not in ("cpu", "meta"):
        raise NotImplementedError(f"Could not run 'aten::empty.memory_format' with arguments from the '{kind.upper()}' backend. "
                           "Backstep runs everything on the CPU: leave the tensor where it is.")
    return d


_IS_PARAMETER = B.NATIVE["is_parameter"]
_SPEC_T = B._spec("t")


def natives_is_parameter(handle):
    return B._call_native(_IS_PARAMETER, _SPEC_T, 0, handle)


_ORDER = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def _operator(name, reflected=False):
    """A binary dunder: fast for tensors and numbers, NotImplemented for what is neither."""
    number = _OPS.get(name)
    if number is None:
        return None
    both, ints, floats = B._spec("tt"), B._spec("ti"), B._spec("tf")
    kwint, kwfloat = B._spec("it"), B._spec("ft")
    # The other operand comes first where reflected: that is torch.pow(2, x), no method of x.
    run = B._call_op if reflected else B._call_method
    failed = B.FAILED

    def method(self, other):
        kind = other.__class__
        if kind is Tensor or kind is _Parameter[0]:
            spec, x = both, other._h
        elif name == "matmul":
            if not isinstance(other, Tensor):
                return NotImplemented
            spec, x = both, other._h
        elif kind is _b.int:
            spec, x = (kwint if reflected else ints), other
        elif kind is _b.float:
            spec, x = (kwfloat if reflected else floats), other
        elif isinstance(other, (Tensor, _b.bool, complex)) or (hasattr(other, "__backstep__") and not B.is_array(other)):
            return call(number, (other, self) if reflected else (self, other), None, not reflected)
        elif name in _ORDER and B.is_array(other):
            raise TypeError(f"'{_ORDER[name]}' not supported between instances of 'Tensor' and 'numpy.ndarray'")
        elif name in ("eq", "ne") and B.is_array(other):
            return call(number, (self, other._t), None, True)
        else:
            return NotImplemented
        r = run(number, spec, location(2), x, self._h) if reflected else run(number, spec, location(2), self._h, x)
        if r.__class__ is _b.int:
            return wrap(r)
        if r == failed:
            raise translate()
        return decode(r)

    return method


def _asking_operator(name, reflected):
    """A binary dunder of a subclass of Tensor, which is asked (`__torch_function__`) what the operator does."""
    number = _OPS.get(name)

    def method(self, other):
        if not isinstance(other, (Tensor, _b.int, _b.float, complex)) and not B.overrides(type(other)) and not hasattr(other, "__backstep__"):
            return NotImplemented
        return call(number, (other, self) if reflected else (self, other), None, not reflected)

    return method


def _as_subclass(result, cls):
    """Tensors of a result as objects of a subclass."""
    if isinstance(result, Tensor):
        return result if isinstance(result, cls) else result.as_subclass(cls)
    if isinstance(result, (tuple, list)):
        return type(result)(_as_subclass(r, cls) for r in result)
    return result


_Parameter = [None]
_BINARY = {
    "__add__": ("add", False), "__radd__": ("add", False), "__sub__": ("sub", False), "__rsub__": ("rsub", False),
    "__mul__": ("mul", False), "__rmul__": ("mul", False), "__truediv__": ("div", False), 
    "__floordiv__": ("floor_divide", False), "__rfloordiv__": ("floor_divide", True), "__mod__": ("remainder", False),
    "__rmod__": ("remainder", True), "__pow__": ("pow", False), "__rpow__": ("pow", True),
    "__eq__": ("eq", False), "__ne__": ("ne", False), "__lt__": ("lt", False), "__le__": ("le", False), "__gt__": ("gt", False),
    "__ge__": ("ge", False), "__and__": ("bitwise_and", False), "__or__": ("bitwise_or", False), "__xor__": ("bitwise_xor", False),
    "__rand__": ("bitwise_and", False), "__ror__": ("bitwise_or", False), "__rxor__": ("bitwise_xor", False),
    "__lshift__": ("bitwise_left_shift", False), "__rshift__": ("bitwise_right_shift", False),
    "__iadd__": ("add_", False), "__isub__": ("sub_", False), "__imul__": ("mul_", False), "__itruediv__": ("div_", False),
    "__ifloordiv__": ("floor_divide_", False), "__imod__": ("remainder_", False), "__ipow__": ("pow_", False),
    "__iand__": ("bitwise_and_", False), "__ior__": ("bitwise_or_", False), "__ixor__": ("bitwise_xor_", False),
    "__ilshift__": ("bitwise_left_shift_", False), "__irshift__": ("bitwise_right_shift_", False),
    "__rlshift__": ("bitwise_left_shift", True), "__rrshift__": ("bitwise_right_shift", True),
    "__matmul__": ("matmul", False), "__rmatmul__": ("matmul", True),
}


def _rtruediv(self, other):
    """number / tensor is the reciprocal times the number, as PyTorch records it."""
    return self.reciprocal() * other


def _install():
    for name, (op, reflected) in _BINARY.items():
        method = _operator(op, reflected)
        if method is not None:
            method.__name__ = name
            method.__qualname__ = "Tensor." + name
            setattr(Tensor, name, method)
    Tensor.__rtruediv__ = _rtruediv
    for name in ("float32:float", "float64:double", "float16:half", "bfloat16:bfloat16", "int64:long", "int32:int", "int16:short",
                 "int8:char", "uint8:byte", "bool:bool", "complex64:cfloat", "complex128:cdouble"):
        target, method = name.split(":")
        setattr(Tensor, method, _converter(method, _BY_NAME[target]))
    for number, entry in enumerate(B.TABLE["operators"]):
        name = entry["name"]
        if "Tensor" in entry["places"] and not hasattr(Tensor, name):
            setattr(Tensor, name, _method(number, name, entry["result"]))

def _converter(name, target):
    @takes(f"{name}(Tensor input, *, MemoryFormat? memory_format=None)")
    def convert(self, *, memory_format=None):
        return self.to(target, memory_format=memory_format)

    return convert


def _method(number, name, result):
    if result:
        from ._return_types import structure

        make = structure(name, result)

        def method(self, *args, **kwargs):
            r = call(number, (self, *args), kwargs, True)
            return make(r) if r.__class__ is tuple else r
    else:

        def method(self, *args, **kwargs):
            return call(number, (self, *args), kwargs, True)

    method.__name__ = name
    method.__qualname__ = "Tensor." + name
    return method


B._make[0] = Tensor
_install()
