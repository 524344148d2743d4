"""torch.save and torch.load: PyTorch's zip files, in the run's own memory file system.

A file holds `data.pkl`, a pickle in which every storage is a persistent id, and the memory of each storage in `data/NUMBER`. Tensors that
share memory share it again when loaded.
"""

import contextlib as _contextlib
import io as _io
import os as _os
import pickle as _pickle
import zipfile as _zipfile
import zlib as _zlib
from _compat_pickle import IMPORT_MAPPING as _OLD_MODULES
from collections import OrderedDict as _OrderedDict

from . import _utils, _zip
from ._dtypes import device as _device
from ._tensor import Tensor
from .storage import LEGACY as _LEGACY_STORAGES, TypedStorage, from_bytes, to_bytes

__all__ = ["save", "load", "add_safe_globals", "get_safe_globals", "clear_safe_globals", "safe_globals"]

DEFAULT_PROTOCOL = 2


class _Pickler(_pickle.Pickler):
    """Pickles everything but storages, which it collects."""

    def __init__(self, file, protocol):
        super().__init__(file, protocol)
        self.storages = []
        self._numbers = {}  # address of a storage -> its place in the list

    def persistent_id(self, obj):
        if not isinstance(obj, TypedStorage):
            return None
        number = self._numbers.setdefault(obj.data_ptr(), len(self._numbers))
        if number == len(self.storages):
            self.storages.append(obj)
        return ("storage", _LEGACY_STORAGES[obj.dtype], str(number), "cpu", len(obj))

    def reducer_override(self, obj):
        from .nn.parameter import Parameter, is_lazy

        if not isinstance(obj, Tensor) or is_lazy(obj):
            return NotImplemented
        attributes = dict(obj.__dict__)
        if type(obj) is Parameter:
            parts = (obj.data, obj.requires_grad, _OrderedDict())
            return (_utils._rebuild_parameter_with_state, (*parts, attributes)) if attributes else (_utils._rebuild_parameter, parts)
        parts = (TypedStorage(obj), obj.storage_offset(), tuple(obj.shape), obj.stride(), obj.requires_grad, _OrderedDict())
        if type(obj) is Tensor and not attributes:
            return _utils._rebuild_tensor_v2, parts
        return _utils._rebuild_from_type_v2, (_utils._rebuild_tensor_v2, type(obj), parts, attributes)


def _is_path(f):
    return isinstance(f, (str, _os.PathLike))


@_contextlib.contextmanager
def _readable(f):
    if _is_path(f):
        if not _os.path.exists(f):
            raise FileNotFoundError(2, "No such file or directory", f)  # as on Linux: the run's own system has other numbers
        with open(f, "rb") as file:
            yield file
    elif not hasattr(f, "read"):
        raise AttributeError(f"'{type(f).__name__}' object has no attribute 'seek'. You can only torch.load from a file that is seekable. "
                             "Please pre-load the data into a buffer like io.BytesIO and try to load from it instead.")
    else:
        yield f


def save(obj, f, pickle_module=None, pickle_protocol=DEFAULT_PROTOCOL, _use_new_zipfile_serialization=True,
         _disable_byteorder_record=False):
    """Writes an object to a file (name, path or open binary file)."""
    if not _is_path(f) and not hasattr(f, "write"):
        raise AttributeError("expected 'f' to be string, path, or a file-like object with a 'write' attribute")
    # Everything is pickled before the file is touched: a failure leaves no half file.
    pickled = _io.BytesIO()
    pickler = _Pickler(pickled, pickle_protocol)
    pickler.dump(obj)
    name = "archive"
    if _is_path(f):
        folder, file = _os.path.split(_os.fspath(f))
        if folder and not _os.path.isdir(folder):
            raise RuntimeError(f"Parent directory {folder} does not exist.")
        name = _os.path.splitext(file)[0]
    records = [
        ("data.pkl", pickled.getvalue()),
        ("byteorder", b"little"),
        *((f"data/{number}", to_bytes(storage._vector)) for number, storage in enumerate(pickler.storages)),
        ("version", b"3\n"),
    ]
    records.append((".data/serialization_id", b"%020d%020d" % (_zlib.crc32(records[0][1]), sum(_zlib.crc32(data) for _, data in records))))
    with open(f, "wb") if _is_path(f) else _contextlib.nullcontext(f) as file:
        _zip.write(file, [(f"{name}/{part}", data) for part, data in records])


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
    "_codecs.encode", "torch.nn.parameter.Parameter", "torch.nn.parameter.UninitializedParameter", "torch.Size", "torch.device", "torch.Tensor",
    *(f"torch._utils.{name}" for name in vars(_utils) if name.startswith("_rebuild")),
    *(f"torch.{cls.__name__}" for cls in _LEGACY_STORAGES.values()),
    *map(str, _LEGACY_STORAGES),
}
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


class _Unpickler(_pickle.Unpickler):
    """Unpickles `data.pkl`; storages come from beside it."""

    def __init__(self, archive, prefix, map_location, **options):
        super().__init__(_io.BytesIO(archive.read(prefix + "data.pkl")), **options)
        self._archive, self._prefix, self._map_location = archive, prefix, map_location
        self._storages = {}

    def persistent_load(self, saved_id):
        _, kind, key, location, _ = saved_id
        storage = self._storages.get(key)
        if storage is None:
            storage = TypedStorage(from_bytes(self._archive.read(f"{self._prefix}data/{key}"), kind.dtype))
            if callable(self._map_location):
                storage = self._map_location(storage, location) or storage
            else:
                _check_place(self._map_location.get(location, location) if isinstance(self._map_location, dict) else self._map_location or location)
            self._storages[key] = storage
        return storage


def _check_place(place):
    if _device(place).type == "cuda":
        raise RuntimeError(
            "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False. If you are running on a CPU-only "
            "machine, please use torch.load with map_location=torch.device('cpu') to map your storages to the CPU.")


class _WeightsUnpickler(_Unpickler):
    """Loads tensors and plain containers, and no code."""

    def find_class(self, module, name):
        path = f"{_OLD_MODULES.get(module, module)}.{name}"
        if path in _ALLOWED or any(f"{g.__module__}.{g.__qualname__}" == path for g in _safe):
            return super().find_class(module, name)
        message = (
            f"Unsupported global: GLOBAL {path} was not an allowed global by default. Please use `torch.serialization.add_safe_globals([{name}])` "
            f"or the `torch.serialization.safe_globals([{name}])` context manager to allowlist this global if you trust this class/function.")
        raise _pickle.UnpicklingError(
            "Weights only load failed. This file can still be loaded, to do so you have two options, "
            "\033[1mdo those steps only if you trust the source of the checkpoint\033[0m. "
            f"\n\t(1) {_OPTIONS}\n\t(2) Alternatively, to load with `weights_only=True` please check the recommended steps in the following error "
            f"message.\n\tWeightsUnpickler error: {message}{_DOCS}")


def load(f, map_location=None, pickle_module=None, *, weights_only=None, mmap=None, **pickle_load_args):
    """Reads what `save` wrote, here or in PyTorch. With `weights_only` (the default) only tensors and plain containers are accepted."""
    with _readable(f) as file:
        start = file.tell()
        is_zip = file.read(4) == b"PK\x03\x04"
        file.seek(start)
        if not is_zip:
            if not file.read(1):
                raise EOFError
            raise RuntimeError("Invalid magic number; corrupt file?")
        with _zipfile.ZipFile(file) as archive:
            prefix = archive.namelist()[0].partition("/")[0] + "/"
            unpickler = _Unpickler if weights_only is False else _WeightsUnpickler
            return unpickler(archive, prefix, map_location, **pickle_load_args).load()
