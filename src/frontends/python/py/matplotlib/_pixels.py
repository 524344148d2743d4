"""Pictures: arrays as rows of bytes, three for each pixel, the first row on top."""

_WHITE = b"\xff\xff\xff"


def mapped(a, cmap, norm):
    """A 2-d array of numbers through a norm and a colour map; what is no number is white."""
    import numpy as np

    places = norm(a.astype(float))
    known = ~np.isnan(places)
    index = np.where(known, np.clip(np.floor(places * cmap.N), 0, cmap.N - 1), cmap.N).astype(int)
    return chosen(index, [cmap.entry(i) for i in range(cmap.N)])


def chosen(index, colours):
    """A 2-d array of numbers of colours (r, g, b) between 0 and 1; other numbers are white."""
    table = {i: bytes(round(255 * v) for v in colour) for i, colour in enumerate(colours)}
    return [b"".join([table.get(i, _WHITE) for i in row]) for row in index.tolist()]


def coloured(a):
    """An array (H, W, 3 or 4) of bytes, or of floats between 0 and 1."""
    import numpy as np

    a = a[:, :, :3]
    whole = a if a.dtype.kind in "iu" else np.round(a * 255.0)
    data = np.clip(whole, 0, 255).astype(np.uint8).tobytes()
    width = 3 * a.shape[1]
    return [data[at : at + width] for at in range(0, len(data), width)]


def mirrored(row):
    return b"".join([row[at : at + 3] for at in range(len(row) - 3, -1, -3)])


def data_url(rows):
    """A PNG as a data: address."""
    import base64
    import struct
    import zlib

    height, width = len(rows), len(rows[0]) // 3 if rows else 0

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    raw = b"".join([b"\0" + row for row in rows])
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(png).decode()
