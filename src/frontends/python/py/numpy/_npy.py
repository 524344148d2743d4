"""NumPy's file formats: .npy (numpy/lib/format.py describes it) and .npz, a zip archive of such files."""

import ast as _ast
import io as _io
import math as _math
import pickle as _pickle
import zipfile as _zipfile

from ._array import array, asarray
from ._raw import frombuffer, to_bytes
from ._strings import StringArray

_MAGIC = b"\x93NUMPY"
#: The header ends at a multiple of so many bytes.
_ALIGNED = 64


class _Boxed:
    """An array without dimensions that holds one Python object."""

    shape, ndim, size = (), 0, 1

    def __init__(self, value):
        self._value = value

    def item(self):
        return self._value

    tolist = item

    def __repr__(self):
        return f"array({self._value!r}, dtype=object)"

    def __str__(self):
        return str(self._value)


class NpzFile(dict):
    """The arrays of an archive."""

    def __init__(self, arrays, name):
        super().__init__(arrays)
        self._name = name

    files = property(lambda self: list(self))

    def __missing__(self, key):
        raise KeyError(f"{key} is not a file in the archive")

    def __repr__(self):
        return f"NpzFile {self._name!r} with keys: {', '.join(self)}"

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return False

    def close(self):
        """Everything was read when it was opened."""


def save(file, arr, **_):
    _write(_named(file, ".npy"), _npy(arr))


def savez(file, *args, **kwargs):
    _archive(file, args, kwargs, _zipfile.ZIP_STORED)


def savez_compressed(file, *args, **kwargs):
    _archive(file, args, kwargs, _zipfile.ZIP_DEFLATED)


def load(file, mmap_mode=None, allow_pickle=False, **_):
    """What a .npy or .npz file holds, or with `allow_pickle` a pickle."""
    data = _bytes_of(file)
    if not data:
        raise EOFError("No data left in file")
    if data.startswith(b"PK"):
        with _zipfile.ZipFile(_io.BytesIO(data)) as archive:
            arrays = {name.removesuffix(".npy"): _array(archive.read(name), allow_pickle) for name in archive.namelist()}
        return NpzFile(arrays, file if isinstance(file, str) else "object")
    if data.startswith(_MAGIC):
        return _array(data, allow_pickle)
    if not allow_pickle:
        raise ValueError(
            "This file contains pickled (object) data. If you trust the file you can load it unsafely using the `allow_pickle=` keyword "
            "argument or `pickle.load()`."
        )
    return _pickle.loads(data)


def _named(file, ending):
    return f"{file}{ending}" if isinstance(file, str) and not file.endswith(ending) else file


def _write(file, data):
    if hasattr(file, "write"):
        file.write(data)
    else:
        with open(file, "wb") as f:
            f.write(data)


def _bytes_of(file):
    if hasattr(file, "read"):
        return file.read()
    with open(file, "rb") as f:
        return f.read()


def _archive(file, args, kwargs, compression):
    out = _io.BytesIO()
    with _zipfile.ZipFile(out, "w", compression) as archive:
        for name, value in ({f"arr_{i}": value for i, value in enumerate(args)} | kwargs).items():
            archive.writestr(f"{name}.npy", _npy(value))
    _write(_named(file, ".npz"), out.getvalue())


def _npy(value):
    """The bytes of a .npy file of version 1.0."""
    descr, shape, data = _parts(value)
    header = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape!r}, }}".encode()
    before = len(_MAGIC) + 4
    header += b" " * (-(before + len(header) + 1) % _ALIGNED) + b"\n"
    return _MAGIC + b"\x01\x00" + len(header).to_bytes(2, "little") + header + data


def _parts(value):
    """Type, shape and bytes."""
    if isinstance(value, dict):
        return "|O", (), _pickle.dumps(value, protocol=4)
    a = asarray(value)
    if isinstance(a, StringArray):
        width = int(a.dtype.str[2:])
        return a.dtype.str, a.shape, "".join(text.ljust(width, "\0") for text in a.reshape(-1).tolist()).encode("utf-32-le")
    return a.dtype.str, a.shape, to_bytes(a)


def _array(data, allow_pickle):
    wide = data[6] > 1  # versions 2 and 3 give the header's length in four bytes
    begin = 12 if wide else 10
    end = begin + int.from_bytes(data[8:begin], "little")
    header = _ast.literal_eval(data[begin:end].decode("utf-8" if data[6] > 2 else "latin1"))
    descr, shape, body = header["descr"], header["shape"], data[end:]
    if descr == "|O":
        if not allow_pickle:
            raise ValueError("Object arrays cannot be loaded when allow_pickle=False")
        value = _pickle.loads(body)
        return _Boxed(value) if shape == () else value
    if not isinstance(descr, str) or descr[0] == ">":
        raise ValueError(f"an array of type {descr!r} is not part of Backstep's numpy")
    count = _math.prod(shape)
    if descr[1] == "U":
        width = int(descr[2:])
        text = body[: 4 * width * count].decode("utf-32-le")
        flat = array([text[i * width : (i + 1) * width].rstrip("\0") for i in range(count)])
    else:
        flat = frombuffer(body, descr, count)
    return flat.reshape(shape[::-1]).T if header["fortran_order"] else flat.reshape(shape)
