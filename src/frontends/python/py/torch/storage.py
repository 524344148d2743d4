"""torch.storage: the memory behind tensors, as a row of elements or of bytes."""

import array as _array
import struct as _struct

from ._bridge import natives, warn, wrap
from ._dtypes import NAMES as _DTYPES, device as _device
from ._tensor import Tensor

__all__ = ["TypedStorage", "UntypedStorage"]

#: Element type of `array` that lays a dtype's numbers out as PyTorch does. Of bfloat16 only the upper half of a float32 is kept.
_LETTERS = {"float32": "f", "float64": "d", "int64": "q", "int32": "i", "int16": "h", "int8": "b", "uint8": "B", "bool": "B",
            "complex64": "f", "complex128": "d", "bfloat16": "f"}


def to_bytes(vector):
    """The memory of a one-dimensional tensor, little-endian."""
    name = vector.dtype._name
    doubles = _array.array("d", bytes(8 * vector.numel() * (2 if vector.dtype.is_complex else 1)))
    if len(doubles):
        natives.to_heap(vector, doubles.buffer_info()[0])
    if name == "float16":
        return _struct.pack(f"<{len(doubles)}e", *doubles)
    letter = _LETTERS[name]
    data = _array.array(letter, doubles if letter in "fd" else map(int, doubles)).tobytes()
    return b"".join(data[i + 2 : i + 4] for i in range(0, len(data), 4)) if name == "bfloat16" else data


def from_bytes(data, dtype):
    """The one-dimensional tensor whose memory is `data`."""
    name = dtype._name
    if name == "float16":
        values = _struct.unpack(f"<{len(data) // 2}e", data)
    else:
        if name == "bfloat16":
            data = b"".join(b"\0\0" + data[i : i + 2] for i in range(0, len(data), 2))
        values = _array.array(_LETTERS[name])
        values.frombytes(data)
    doubles = _array.array("d", values)
    count = len(doubles) // (2 if dtype.is_complex else 1)
    return wrap(natives.from_heap(doubles.buffer_info()[0] if count else 0, (count,), dtype))


class _Memory:
    """What storages of elements and of bytes have in common."""

    def __init__(self, tensor):
        self._tensor = tensor
        # As through numpy: no history, and changes are not counted.
        self._vector = wrap(natives.share(wrap(natives.storage_tensor(tensor))))

    @property
    def device(self):
        return self._tensor.device

    def data_ptr(self):
        return natives.storage_address(self._tensor)

    def nbytes(self):
        return self._vector.numel() * self._vector.element_size()

    def tolist(self):
        return list(self)

    def __len__(self):
        return self.size()

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __eq__(self, other):
        return type(other) is type(self) and self.data_ptr() == other.data_ptr()

    def __hash__(self):
        return self.data_ptr()

    def __str__(self):
        return "".join(f" {x}\n" for x in self) + f"[{self._described()} of size {len(self)}]"

    __repr__ = __str__

    def _checked(self, index):
        size = len(self)
        if not -size <= index < size:
            raise IndexError(f"index {index} out of range for storage of size {size}")
        return index % size


class UntypedStorage(_Memory):
    """The bytes of a tensor's memory."""

    def size(self):
        return self.nbytes()

    def tolist(self):
        return list(to_bytes(self._vector))

    def __iter__(self):
        return iter(self.tolist())

    def __getitem__(self, index):
        return self.tolist()[index if isinstance(index, slice) else self._checked(index)]

    def _described(self):
        return f"torch.storage.UntypedStorage(device={self.device})"


class TypedStorage(_Memory):
    """The elements of a tensor's memory."""

    @property
    def dtype(self):
        return self._vector.dtype

    def size(self):
        return self._vector.numel()

    def element_size(self):
        return self._vector.element_size()

    def untyped(self):
        return UntypedStorage(self._tensor)

    def tolist(self):
        return self._vector.tolist()

    def __iter__(self):
        return iter(self.tolist())

    def __getitem__(self, index):
        if isinstance(index, slice):
            raise RuntimeError("slices are only supported in UntypedStorage.__getitem__")
        return self._vector[self._checked(index)].item()

    def __setitem__(self, index, value):
        self._vector[index if isinstance(index, slice) else self._checked(index)] = value

    def fill_(self, value):
        self._vector.fill_(value)
        return self

    def _described(self):
        return f"torch.storage.TypedStorage(dtype={self.dtype}, device={self.device})"


def typed_storage(tensor):
    """What `Tensor.storage()` gives; the first time with PyTorch's warning."""
    warn("TypedStorage is deprecated. It will be removed in the future and UntypedStorage will be the only storage class. This should only "
         "matter to you if you are using storages directly.  To access UntypedStorage directly, use tensor.untyped_storage() instead of "
         "tensor.storage()", once=True)
    return TypedStorage(tensor)


class _LegacyStorage(type):
    """The classes of old for each dtype: they make storages, and name a dtype in files of `torch.save`."""

    def __call__(cls, values=()):
        from ._creation import tensor

        values = [0] * values if isinstance(values, int) else list(values)
        return TypedStorage(tensor(values, dtype=cls.dtype))

    def __instancecheck__(cls, instance):
        return isinstance(instance, TypedStorage) and instance.dtype is cls.dtype


_LEGACY_NAMES = {
    "float32": "Float", "float64": "Double", "float16": "Half", "bfloat16": "BFloat16", "int64": "Long", "int32": "Int", "int16": "Short",
    "int8": "Char", "uint8": "Byte", "bool": "Bool", "complex64": "ComplexFloat", "complex128": "ComplexDouble",
}
#: Class of old by dtype.
LEGACY = {
    _DTYPES[dtype]: _LegacyStorage(name + "Storage", (), {"__module__": "torch", "dtype": _DTYPES[dtype]})
    for dtype, name in _LEGACY_NAMES.items()
}


def is_storage(obj):
    """Is this a storage?"""
    return isinstance(obj, _Memory)
