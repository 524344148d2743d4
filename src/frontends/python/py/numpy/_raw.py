"""Arrays as bare bytes: tobytes, frombuffer, tofile, fromfile, memmap."""

import array as _array_module
import math as _math

from . import _dtypes as _D
from ._array import array, asarray, ndarray

_CODES = {"float64": "d", "float32": "f", "int64": "q", "int32": "i", "int16": "h", "int8": "b", "uint8": "B", "bool": "B"}


def to_bytes(a):
    """Row-major bytes of an array."""
    return _array_module.array(_CODES[a.dtype.name], [int(v) if isinstance(v, bool) else v for v in a.reshape(-1).tolist()]).tobytes()


def frombuffer(buffer, dtype=float, count=-1, offset=0):
    kind = _D.dtype(dtype)
    values = _array_module.array(_CODES[kind.name])
    data = bytes(buffer)[offset:]
    values.frombytes(data[: count * kind.itemsize] if count >= 0 else data)
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
