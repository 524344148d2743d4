"""Zip files laid out as PyTorch lays them out, so that they have its sizes: data uncompressed and aligned, lengths behind the data."""

import struct as _struct
import zlib as _zlib

_ALIGNMENT = 64
_DESCRIPTOR_AND_UTF8 = 0x0808
_VERSION, _VERSION_64 = 0x31E, 0x2D


def write(file, records):
    """Writes records (name, bytes) to an open file. Format: PKWARE's APPNOTE.TXT 4.3, without dates."""
    offset, directory = 0, b""
    for name, data in records:
        encoded = name.encode()
        head = 30 + len(encoded) + 4
        padding = -(offset + head) % _ALIGNMENT
        checked = _struct.pack("<III", _zlib.crc32(data), len(data), len(data))
        record = b"".join([
            _struct.pack("<4s5H3I2H", b"PK\3\4", 0, _DESCRIPTOR_AND_UTF8, 0, 0, 0, 0, 0, 0, len(encoded), 4 + padding), encoded,
            _struct.pack("<2sH", b"FB", padding), b"Z" * padding, data, b"PK\7\10", checked,
        ])
        file.write(record)
        directory += _struct.pack("<4s6H12s5H2I", b"PK\1\2", 0, 0, _DESCRIPTOR_AND_UTF8, 0, 0, 0, checked, len(encoded), 0, 0, 0, 0, 0, offset)
        directory += encoded
        offset += len(record)
    file.write(directory)
    count, size, end = len(records), len(directory), offset + len(directory)
    file.write(_struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, _VERSION, _VERSION_64, 0, 0, count, count, size, offset))
    file.write(_struct.pack("<4sIQI", b"PK\6\7", 0, end, 1))
    file.write(_struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, size, offset, 0))
