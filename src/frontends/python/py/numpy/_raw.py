"""Arrays as bare bytes: tobytes, frombuffer, tofile, fromfile, memmap."""

import array as _array_module
import math as _math
import struct as _struct

from . import _dtypes as _D
from ._array import array, asarray, ndarray

_CODES = {"float64": "d", "float32": "f", "int64": "q", "int32": "i", "int16": "h", "int8": "b", "uint8": "B", "bool": "B"}
#: What a complex number is a pair of.
_HALVES = {"complex64": "float32", "complex128": "float64"}


def to_bytes(a):
    """Row-major bytes of an array."""
    values, name = a.reshape(-1).tolist(), a.dtype.name
    if name == "float16":
        return _struct.pack(f"<{len(values)}e", *values)
    if name in _HALVES:
        values = [part for v in values for part in (v.real, v.imag)]
    return _array_module.array(_CODES[_HALVES.get(name, name)], [int(v) if isinstance(v, bool) else v for v in values]).tobytes()


def frombuffer(buffer, dtype=float, count=-1, offset=0):
    kind = _D.dtype(dtype)
    data = bytes(buffer)[offset:]
    data = data[: count * kind.itemsize] if count >= 0 else data
    if kind.name == "float16":
        return array(_struct.unpack(f"<{len(data) // 2}e", data), dtype=kind)
    values = _array_module.array(_CODES[_HALVES.get(kind.name, kind.name)])
    values.frombytes(data)
    if kind.name in _HALVES:
        return array([complex(*pair) for pair in zip(values[::2], values[1::2])], dtype=kind)
    return array(values.tolist(), dtype=kind)


def to_file(a, fid, sep="", format="%s"):
    """ndarray.tofile: bytes, or with `sep` text."""
    data = to_bytes(a) if sep == "" else sep.join(format % v for v in a.reshape(-1).tolist()).encode()
    if hasattr(fid, "write"):
        fid.write(data)
    else:
        with open(fid, "wb") as f:
            f.write(data)


def fromfile(file, dtype=float, count=-1, sep="", offset=0):
    if hasattr(file, "read"):
        data = file.read()
    else:
        with open(file, "rb") as f:
            data = f.read()
    if sep != "":
        return array([float(v) for v in bytes(data).decode().split(sep.strip() or None)][: count if count >= 0 else None], dtype=dtype)
    kind = _D.dtype(dtype)
    data = data[offset:]
    return frombuffer(data[: len(data) // kind.itemsize * kind.itemsize], kind, count)


class memmap(ndarray):
    """An array of a file. The whole file is read at once, and written by `flush` and when the array goes."""

    __module__ = "numpy"
    __slots__ = ("_file", "mode", "offset")

    def __new__(cls, filename, dtype="uint8", mode="r+", offset=0, shape=None, order="C"):
        mode = {"readonly": "r", "copyonwrite": "c", "readwrite": "r+", "write": "w+"}.get(mode, mode)
        if mode not in ("r", "c", "r+", "w+"):
            raise ValueError("mode must be one of ['r', 'c', 'r+', 'w+', 'readonly', 'copyonwrite', 'readwrite', 'write'] (got " + repr(mode) + ")")
        if mode == "w+" and shape is None:
            raise ValueError("shape must be given if mode == 'w+'")
        kind = _D.dtype(dtype)
        shape = (shape,) if isinstance(shape, int) else None if shape is None else tuple(shape)
        if mode == "w+":
            values = array([0] * _math.prod(shape), dtype=kind)
        else:
            values = fromfile(filename, kind, -1 if shape is None else _math.prod(shape), offset=offset)
        made = object.__new__(cls)
        made._t = (values if shape is None else values.reshape(shape))._t
        made._base = None
        made._file, made.mode, made.offset = filename, mode, offset
        made.flush()
        return made

    @property
    def filename(self):
        import os

        return os.path.abspath(self._file)

    def flush(self):
        if self.mode in ("r", "c"):
            return
        head = b""
        if self.offset:
            with open(self._file, "rb") as f:
                head = f.read(self.offset)
        with open(self._file, "wb") as f:
            f.write(head + to_bytes(self))

    def __del__(self):
        self.flush()
