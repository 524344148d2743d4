"""einops: reshaping, transposing, reducing and repeating by a pattern such as 'b c (h p) -> b (h c) p'."""

import numpy as _np
import torch as _torch

from ._packing import pack, unpack
from ._pattern import EinopsError, Side
from ._recipe import transform

__version__ = "0.8.1"
__all__ = ["rearrange", "reduce", "repeat", "einsum", "pack", "unpack", "parse_shape", "asnumpy", "EinopsError"]


def reduce(tensor, pattern, reduction, **axes_lengths):
    """Moves axes as the pattern says and reduces those that its right side lacks.

    `reduction`: 'min', 'max', 'sum', 'mean', 'prod', 'any', 'all', or a function of the tensor and the axes. Tensors and numpy arrays
    are taken, and lists of them (stacked along a new first axis). Error: EinopsError, when pattern and shape do not agree.
    """
    if isinstance(tensor, list):
        if not tensor:
            raise TypeError("Rearrange/Reduce/Repeat can't be applied to an empty list")
        tensor = (_torch if isinstance(tensor[0], _torch.Tensor) else _np).stack(tensor)
    if isinstance(tensor, _np.ndarray):
        return _torch_result(transform(_torch.from_numpy(tensor), pattern, reduction, axes_lengths))
    if not isinstance(tensor, _torch.Tensor):
        raise RuntimeError(f"Tensor type unknown to einops {type(tensor)}")
    return transform(tensor, pattern, reduction, axes_lengths)


def _torch_result(tensor):
    return tensor.numpy()


def rearrange(tensor, pattern, **axes_lengths):
    """Moves, splits and joins axes: nothing is added or taken away."""
    return reduce(tensor, pattern, "rearrange", **axes_lengths)


def repeat(tensor, pattern, **axes_lengths):
    """Moves axes, and repeats along those that only the right side has."""
    return reduce(tensor, pattern, "repeat", **axes_lengths)


def einsum(*tensors_and_pattern):
    """Einstein's sum with names of more than one letter: einsum(a, b, 'batch i, batch j -> batch i j')."""
    *tensors, pattern = tensors_and_pattern
    if not tensors:
        raise ValueError("`einops.einsum` takes at minimum two arguments: the tensors (at least one), followed by the pattern.")
    if not isinstance(pattern, str):
        raise ValueError("The last argument passed to `einops.einsum` must be a string, representing the einsum pattern.")
    if "->" not in pattern:
        raise ValueError("Einsum pattern must contain '->'.")
    left, right = pattern.split("->")
    inputs = [Side(part, allow_underscore=True, allow_duplicates=True) for part in left.split(",")]
    output = Side(right, allow_underscore=True)
    letters = {}
    for side in (*inputs, output):
        for group in side.groups:
            if group == "...":
                continue
            if len(group) != 1:
                raise NotImplementedError("Singleton () axes and composed axes are not supported in einsum.")
            letters.setdefault(group[0], chr(ord("a") + len(letters)) if len(letters) < 26 else chr(ord("A") + len(letters) - 26))
    compact = lambda side: "".join(group if group == "..." else letters[group[0]] for group in side.groups)
    equation = ",".join(map(compact, inputs)) + "->" + compact(output)
    return (_np if isinstance(tensors[0], _np.ndarray) else _torch).einsum(equation, *tensors)


def parse_shape(x, pattern):
    """Lengths of the named axes of a tensor; `_` leaves one out."""
    side = Side(pattern, allow_underscore=True)
    shape = list(x.shape)
    names = ["..." if group == "..." else group[0] if group else "1" for group in side.groups]
    if "..." in names:
        at = names.index("...")
        names[at : at + 1] = ["_"] * (len(shape) - len(names) + 1)
    if len(names) != len(shape):
        raise RuntimeError(f"Can't parse shape with different number of dimensions: {pattern} {tuple(shape)}")
    for name, length in zip(names, shape):
        if name.isdecimal() and int(name) != length:
            raise RuntimeError(f"Length of anonymous axis does not match: {pattern} {tuple(shape)}")
    return {name: length for name, length in zip(names, shape) if name != "_" and not name.isdecimal()}


def asnumpy(tensor):
    """The numpy array of a tensor."""
    return tensor if isinstance(tensor, _np.ndarray) else tensor.detach().cpu().numpy()
