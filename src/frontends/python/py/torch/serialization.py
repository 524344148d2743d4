"""torch.save and torch.load: pickles in the run's own memory file system. Tensors that share memory share it again when loaded."""

import array as _array
import contextlib as _contextlib
import io as _io
import os as _os
import pickle as _pickle

from ._bridge import natives, wrap
from ._dtypes import Size, device as _device, dtype as _dtype
from ._tensor import Tensor

__all__ = ["save", "load", "add_safe_globals", "get_safe_globals", "clear_safe_globals", "safe_globals"]

DEFAULT_PROTOCOL = 2
#: Element type of `array` for each dtype; what is not here is kept as doubles.
_COMPACT = {"float32": "f", "float64": "d", "int64": "q", "int32": "i", "int16": "h", "int8": "b", "uint8": "B", "bool": "B"}


class _Storage:
    """Memory of one or more saved tensors."""

    def __init__(self, dtype, tensor=None):
        self.dtype, self.tensor = dtype, tensor

    def __reduce__(self):
        values = _doubles(self.tensor)
        letter = _COMPACT.get(self.dtype._name, "d")
        if letter not in "fd":
            values = map(int, values)
        return _rebuild_storage, (self.dtype, letter, _array.array(letter, values).tobytes())


def _doubles(tensor):
    """All numbers of a vector, pairs for complex ones."""
    buffer = _array.array("d", bytes(8 * tensor.numel() * (2 if tensor.dtype.is_complex else 1)))
    if len(buffer):
        natives.to_heap(tensor, buffer.buffer_info()[0])
    return buffer


def _rebuild_storage(dtype, letter, data):
    values = _array.array(letter)
    values.frombytes(data)
    doubles = _array.array("d", values)
    n = len(doubles) // (2 if dtype.is_complex else 1)
    made = wrap(natives.from_heap(doubles.buffer_info()[0] if n else 0, (n,), dtype))
    return _Storage(dtype, made)


def _rebuild_tensor(storage, offset, size, stride, requires_grad, state):
    t = wrap(natives.storage_view(storage.tensor, offset, tuple(size), tuple(stride)))
    if requires_grad:
        t.requires_grad_()
    t.__dict__.update(state)
    return t


def _rebuild_subclass(cls, storage, offset, size, stride, requires_grad, state):
    from .nn import Parameter

    data = _rebuild_tensor(storage, offset, size, stride, False, {})
    t = cls(data, requires_grad) if issubclass(cls, Parameter) else cls._share(data)
    if requires_grad and not t.requires_grad:
        t.requires_grad_()
    t.__dict__.update(state)
    return t


class _Pickler(_pickle.Pickler):
    def __init__(self, file, protocol):
        super().__init__(file, protocol)
        self._storages = {}  # id of the engine's storage -> _Storage

    def reducer_override(self, obj):
        if not isinstance(obj, Tensor):
            return NotImplemented
        from .nn.parameter import is_lazy

        if is_lazy(obj):
            return NotImplemented
        key = natives.storage_id(obj)
        storage = self._storages.get(key)
        if storage is None:
            storage = self._storages[key] = _Storage(obj.dtype, wrap(natives.storage_tensor(obj)))
        geometry = (storage, obj.storage_offset(), tuple(obj.shape), obj.stride(), obj.requires_grad, dict(obj.__dict__))
        if type(obj) is Tensor:
            return _rebuild_tensor, geometry
        return _rebuild_subclass, (type(obj), *geometry)


@_contextlib.contextmanager
def _opened(f, mode):
    if isinstance(f, (str, _os.PathLike)):
        with open(f, mode) as file:
            yield file
    else:
        if "r" in mode and not hasattr(f, "read"):
            raise AttributeError(f"'{type(f).__name__}' object has no attribute 'seek'. You can only torch.load from a file that is seekable. "
                                 "Please pre-load the data into a buffer like io.BytesIO and try to load from it instead.")
        yield f


def save(obj, f, pickle_module=None, pickle_protocol=DEFAULT_PROTOCOL, _use_new_zipfile_serialization=True,
         _disable_byteorder_record=False):
    """Writes an object to a file (name, path or open binary file)."""
    # Everything is pickled before the file is touched: a failure leaves no half file.
    buffer = _io.BytesIO()
    _Pickler(buffer, max(pickle_protocol, 4)).dump(obj)  # from 4 on, names are those of Python 3
    with _opened(f, "wb") as file:
        file.write(buffer.getvalue())


# ------------------------------------------------------------------ loading

_OPTIONS = (
    "In PyTorch 2.6, we changed the default value of the `weights_only` argument in `torch.load` from `False` to `True`. Re-running "
    "`torch.load` with `weights_only` set to `False` will likely succeed, but it can result in arbitrary code execution. Do it only if you got "
    "the file from a trusted source."
)
_DOCS = (
    "\n\nCheck the documentation of torch.load to learn more about types accepted by default with weights_only "
    "https://pytorch.org/docs/stable/generated/torch.load.html."
)
_ALLOWED = {
    "collections.OrderedDict", "collections.Counter", "builtins.complex", "builtins.bytearray", "builtins.set", "builtins.frozenset",
    "_codecs.encode", "torch._dtypes._dtype_by_name", "torch._creation.rebuild", "torch.nn.parameter.Parameter",
    "torch.nn.parameter._rebuild", "torch.nn.parameter.Buffer",
    *(f"{__name__}.{name}" for name in ("_rebuild_storage", "_rebuild_tensor", "_rebuild_subclass")),
}
_ALLOWED_CLASSES = {Tensor, Size, _device, _dtype}
_safe = []


def add_safe_globals(safe_globals):
    """Allows more classes and functions in `load(weights_only=True)`."""
    _safe.extend(g for g in safe_globals if g not in _safe)


def get_safe_globals():
    return list(_safe)


def clear_safe_globals():
    _safe.clear()


@_contextlib.contextmanager
def safe_globals(safe_globals):
    """Allows them inside the block."""
    before = list(_safe)
    add_safe_globals(safe_globals)
    try:
        yield
    finally:
        _safe[:] = before


class _WeightsUnpickler(_pickle.Unpickler):
    """Loads tensors and plain containers, and no code."""

    def find_class(self, module, name):
        path = f"{module}.{name}"
        if path in _ALLOWED:
            return super().find_class(module, name)
        if any(f"{g.__module__}.{g.__qualname__}" == path for g in _safe):
            return super().find_class(module, name)
        if module.startswith("torch"):
            found = super().find_class(module, name)
            if any(found is cls for cls in _ALLOWED_CLASSES):
                return found
        message = (
            f"Unsupported global: GLOBAL {path} was not an allowed global by default. Please use `torch.serialization.add_safe_globals([{name}])` "
            f"or the `torch.serialization.safe_globals([{name}])` context manager to allowlist this global if you trust this class/function.")
        raise _pickle.UnpicklingError(
            "Weights only load failed. This file can still be loaded, to do so you have two options, "
            "\033[1mdo those steps only if you trust the source of the checkpoint\033[0m. "
            f"\n\t(1) {_OPTIONS}\n\t(2) Alternatively, to load with `weights_only=True` please check the recommended steps in the following error "
            f"message.\n\tWeightsUnpickler error: {message}{_DOCS}")


def load(f, map_location=None, pickle_module=None, *, weights_only=None, mmap=None, **pickle_load_args):
    """Reads what `save` wrote. With `weights_only` (the default) only tensors and plain containers are accepted."""
    if map_location is not None and not callable(map_location):
        places = map_location.values() if isinstance(map_location, dict) else [map_location]
        if any(_device(place).type == "cuda" for place in places):
            raise RuntimeError(
                "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False. If you are running on a CPU-only "
                "machine, please use torch.load with map_location=torch.device('cpu') to map your storages to the CPU.")
    with _opened(f, "rb") as file:
        unpickler = _pickle.Unpickler if weights_only is False else _WeightsUnpickler
        return unpickler(file).load()
