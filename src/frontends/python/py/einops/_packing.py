"""einops.pack and unpack: several tensors along one axis, and apart again."""

from math import prod as _prod

from ._pattern import EinopsError


def _places(pattern, name):
    words = pattern.split()
    if len(words) != len(set(words)):
        raise EinopsError(f'Duplicates in axes names in {name}(..., "{pattern}")')
    if "*" not in words:
        raise EinopsError(f'No *-axis in {name}(..., "{pattern}")')
    before = words.index("*")
    return before, len(words) - before - 1


def _join(tensors, axis):
    import numpy
    import torch

    if isinstance(tensors[0], numpy.ndarray):
        return numpy.concatenate(tensors, axis=axis)
    return torch.cat(tensors, dim=axis)


def pack(tensors, pattern):
    """(the tensors joined along the axis `*`, the shapes that `*` stands for in each)."""
    before, after = _places(pattern, "pack")
    shapes, flat = [], []
    for i, tensor in enumerate(tensors):
        shape = tuple(tensor.shape)
        if len(shape) < before + after:
            raise EinopsError(f"packed tensor #{i} (enumeration starts with 0) has shape {shape}, while pattern {pattern} assumes at least {before + after} axes")
        end = len(shape) - after
        shapes.append(tensor.shape[before:end])
        flat.append(tensor.reshape((*shape[:before], -1, *shape[end:])))
    return _join(flat, before), shapes


def unpack(tensor, packed_shapes, pattern):
    """The tensors that `pack` joined; one of the shapes may hold a -1."""
    before, after = _places(pattern, "unpack")
    shape = tuple(tensor.shape)
    if len(shape) != before + 1 + after:
        raise EinopsError(f"unpack(..., {pattern}) received input of wrong dim with shape {shape}")
    sizes = [-1 if -1 in tuple(s) else _prod(s) for s in packed_shapes]
    if sizes.count(-1) > 1:
        raise EinopsError(f"unpack(..., {pattern}) received more than one -1 in {packed_shapes} and can't infer dimensions")
    rest = shape[before] - sum(n for n in sizes if n != -1)
    pieces, start = [], 0
    for n, inner in zip(sizes, packed_shapes):
        n = rest if n == -1 else n
        piece = tensor[(slice(None),) * before + (slice(start, start + n),)]
        pieces.append(piece.reshape((*shape[:before], *inner, *shape[before + 1 :])))
        start += n
    return pieces
