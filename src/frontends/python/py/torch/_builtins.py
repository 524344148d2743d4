"""The types of what PyTorch has in C: functions that bind to no object, and methods that messages call built in."""

import sys as _sys
import types as _types


class _OfPython(type):
    """Types that stand for Python's own."""

    @property
    def __module__(cls):
        return "builtins"


class builtin_function_or_method(metaclass=_OfPython):
    # Python's own type of this name, which only C can make. `__call__` is a slot, so a call goes to the function without a frame between.
    __slots__ = ("__call__", "__weakref__")

    def __init__(self, function):
        self.__call__ = function

    @property
    def __class__(self):
        return _types.BuiltinFunctionType

    @property
    def __module__(self):
        return None if self._is_bound() else self.__call__.__module__

    @property
    def __name__(self):
        return self.__call__.__name__

    def __getattr__(self, name):
        if name != "__qualname__":  # which a class may not have as a property
            raise AttributeError(f"'builtin_function_or_method' object has no attribute '{name}'", name=name, obj=self)
        return f"{type(self.__self__).__qualname__}.{self.__name__}" if self._is_bound() else self.__call__.__qualname__

    @property
    def __doc__(self):
        return self.__call__.__doc__

    @property
    def __self__(self):
        if self._is_bound():
            return self.__call__.__self__
        return _VariableFunctionsClass if self.__qualname__.startswith("_VariableFunctionsClass.") else _sys.modules[self.__module__]

    def _is_bound(self):
        return type(self.__call__) is _types.MethodType

    def __repr__(self):
        of = self.__self__
        if isinstance(of, _types.ModuleType):
            return f"<built-in function {self.__name__}>"
        return f"<built-in method {self.__name__} of {type(of).__name__} object at {id(of):#x}>"

    def __eq__(self, other):
        if type(other) is not builtin_function_or_method:
            return NotImplemented
        return self.__self__ is other.__self__ and self.__name__ == other.__name__

    def __hash__(self):
        return hash((id(self.__self__), self.__name__))

    def __deepcopy__(self, memo):
        return self

    def __reduce__(self):
        if self._is_bound():
            return getattr, (self.__self__, self.__name__)
        return self.__name__.removeprefix(self.__module__.rpartition(".")[2] + "_")


class method_descriptor(metaclass=_OfPython):
    # What a class written in C has as its methods.
    __slots__ = ("__call__", "__weakref__")

    def __init__(self, function):
        self.__call__ = function

    def __get__(self, tensor, cls=None):
        return self if tensor is None else builtin_function_or_method(_types.MethodType(self.__call__, tensor))

    @property
    def __module__(self):
        return None

    @property
    def __name__(self):
        return self.__call__.__name__

    def __getattr__(self, name):
        if name != "__qualname__":
            raise AttributeError(f"'method_descriptor' object has no attribute '{name}'", name=name, obj=self)
        return f"TensorBase.{self.__name__}"

    @property
    def __doc__(self):
        return self.__call__.__doc__

    def __repr__(self):
        return f"<method '{self.__name__}' of 'torch._C.TensorBase' objects>"

    def __deepcopy__(self, memo):
        return self

    def __reduce__(self):
        return f"Tensor.{self.__name__}"


class _VariableFunctionsClass:
    """Whose methods the functions of the torch namespace are."""

    __module__ = "torch._C"


#: Functions and methods that PyTorch has in Python, of namespaces where all others are built in.
_IN_PYTHON = {
    "torch": frozenset((
        "align_tensors are_deterministic_algorithms_enabled atleast_1d atleast_2d atleast_3d block_diag broadcast_shapes broadcast_tensors "
        "cartesian_prod cdist chain_matmul compile cond eig einsum from_dlpack get_default_device get_deterministic_debug_mode "
        "get_device_module get_float32_matmul_precision get_rng_state initial_seed is_deterministic_algorithms_warn_only_enabled is_storage "
        "is_tensor is_warn_always_enabled load lobpcg lstsq lu manual_seed matrix_rank meshgrid norm pca_lowrank save seed set_default_device "
        "set_default_dtype set_default_tensor_type set_deterministic_debug_mode set_float32_matmul_precision set_printoptions set_rng_state "
        "set_warn_always solve split stft svd_lowrank symeig tensordot typename unique unique_consecutive unravel_index "
        "use_deterministic_algorithms vmap while_loop"
    ).split()),
    "Tensor": frozenset((
        "align_to backward dim_order eig is_shared istft lstsq lu module_load norm refine_names register_hook "
        "register_post_accumulate_grad_hook reinforce rename rename_ resize resize_as share_memory_ solve split stft storage storage_type symeig "
        "to_sparse_coo unflatten unique unique_consecutive"
    ).split()),
    "torch.fft": frozenset(), "torch.linalg": frozenset(), "torch.special": frozenset(),
}
#: Functions that PyTorch has in C, of a namespace where all others are Python's.
_IN_C = frozenset((
    "adaptive_avg_pool1d avg_pool1d avg_pool2d avg_pool3d bilinear celu_ channel_shuffle conv1d conv2d conv3d conv_tbc conv_transpose1d "
    "conv_transpose2d conv_transpose3d cosine_similarity elu_ gelu hardshrink hardtanh_ leaky_relu_ linear logsigmoid native_channel_shuffle "
    "one_hot pairwise_distance pdist pixel_shuffle pixel_unshuffle prelu relu_ rrelu_ scaled_dot_product_attention selu_ softplus softshrink "
    "threshold_"
).split())


def install(tensor_class):
    """Makes built in what is so in PyTorch, in the namespaces and the class of tensors. Once all of them are filled."""
    for name, in_python in _IN_PYTHON.items():
        space = tensor_class if name == "Tensor" else _sys.modules[name]
        kind = method_descriptor if space is tensor_class else builtin_function_or_method
        _turn(space, kind, [each for each in vars(space) if each not in in_python])
    functional = _sys.modules["torch.nn.functional"]
    _turn(functional, builtin_function_or_method, [each for each in vars(functional) if each in _IN_C])


def _turn(space, kind, names):
    for name in names:
        function = vars(space)[name]
        if type(function) is _types.FunctionType and not name.startswith("_"):
            if kind is method_descriptor and function.__qualname__ != f"Tensor.{name}" and function.__name__ not in vars(space):
                function.__name__ = name  # made by another function, under its own name
            if kind is builtin_function_or_method:
                function.__module__ = space.__name__
            setattr(space, name, kind(function))
