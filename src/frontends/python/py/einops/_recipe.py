"""What a pattern does to a tensor: split axes, move them, reduce, add, join. Steps that would change nothing are left out."""

from functools import lru_cache as _lru_cache
from math import prod as _prod

from ._pattern import EinopsError, Side

_REDUCTIONS = ("min", "max", "sum", "mean", "prod", "any", "all")


def transform(tensor, pattern, reduction, lengths):
    """Applies a pattern to a tensor. Errors: EinopsError."""
    try:
        return _apply(tensor, *_sides(pattern, reduction, tuple(lengths)), reduction, lengths)
    except EinopsError as error:
        name = reduction if isinstance(reduction, str) else reduction
        shape = f"\n Input tensor shape: {tensor.shape}. Additional info: {lengths}." if hasattr(tensor, "shape") else ""
        raise EinopsError(f' Error while processing {name}-reduction pattern "{pattern}".{shape}\n {error}') from None


@_lru_cache(256)
def _sides(pattern, reduction, given):
    """Both sides of a pattern, checked against each other and the names of the lengths that were given."""
    left_text, right_text = pattern.split("->")
    left, right = Side(left_text), Side(right_text)
    if not left.has_ellipsis and right.has_ellipsis:
        raise EinopsError(f"Ellipsis found in right side, but not left side of a pattern {pattern}")
    if any("..." in group for group in left.groups if group != "..."):
        raise EinopsError(f"Ellipsis inside parenthesis in the left side is not allowed: {pattern}")
    numbers = lambda side: [name for group in side.groups if group != "..." for name in group if name.isdecimal()]
    if reduction == "rearrange":
        if numbers(left) or numbers(right):
            raise EinopsError("Non-unitary anonymous axes are not supported in rearrange (exception is length 1)")
        lonely = left.names ^ right.names
        if lonely:
            raise EinopsError(f"Identifiers only on one side of expression (should be on both): {lonely}")
    elif reduction == "repeat":
        lonely = left.names - right.names
        if lonely:
            raise EinopsError(f"Unexpected identifiers on the left side of repeat: {lonely}")
        lonely = right.names - left.names - set(given)
        if lonely:
            raise EinopsError(f"Specify sizes for new axes in repeat: {lonely}")
    else:
        if isinstance(reduction, str) and reduction not in _REDUCTIONS:
            raise EinopsError(f"Unknown reduction {reduction}. Expect one of {_REDUCTIONS}.")
        lonely = right.names - left.names
        if lonely:
            raise EinopsError(f"Unexpected identifiers on the right side of reduce {reduction}: {lonely}")
    for name in given:
        if name not in left.names | right.names:
            raise EinopsError(f"Axis {name} is not used in transform")
    return left, right


def _apply(tensor, left, right, reduction, given):
    shape = list(tensor.shape)
    dots = len(shape) - len(left.groups) + 1
    if dots < 0 if left.has_ellipsis else len(left.groups) != len(shape):
        expected = f"at least {len(left.groups) - 1}" if left.has_ellipsis else len(left.groups)
        raise EinopsError(f"Wrong shape: expected {expected} dims. Received {len(shape)}-dim tensor.")
    stretch = lambda groups: _stretch(groups, dots)
    into, out = stretch(left.groups), stretch(right.groups)
    length = dict(given)
    anonymous = [0]
    into = [[_unique(name, anonymous, length) for name in group] for group in into]
    _measure(into, shape, length)
    axes = [name for group in into for name in group]
    out = [[_unique(name, anonymous, length) for name in group] for group in out]
    kept = [name for group in out for name in group if name in axes]
    reduced = [name for name in axes if name not in kept]
    order = [axes.index(name) for name in kept + reduced]

    if any(len(group) != 1 for group in into):
        tensor = tensor.reshape([length[name] for name in axes])
    if order != list(range(len(order))):
        tensor = tensor.permute(order)
    if reduced:
        tensor = _reduce(tensor, reduction, tuple(range(len(kept), len(order))))
    flat = [name for group in out for name in group]
    added = [i for i, name in enumerate(flat) if name not in axes]
    if added:
        for i in added:
            tensor = tensor.unsqueeze(i)
        tensor = tensor.expand([length[name] if i in added else -1 for i, name in enumerate(flat)])
    if any(len(group) != 1 for group in out):
        tensor = tensor.reshape([_prod(length[name] for name in group) for group in out])
    return tensor


def _stretch(groups, dots):
    """Names of their own for the axes that `...` stands for."""
    names = [f"...{i}" for i in range(dots)]
    stretched = []
    for group in groups:
        if group == "...":
            stretched += [[name] for name in names]
        else:
            stretched.append([n for name in group for n in (names if name == "..." else [name])])
    return stretched


def _unique(name, anonymous, length):
    """An axis given by its length alone gets a name that no other has."""
    if not name.isdecimal():
        return name
    anonymous[0] += 1
    made = f"{name}#{anonymous[0]}"
    length[made] = int(name)
    return made


def _measure(groups, shape, length):
    """Finds the lengths of all axes of the left side from the shape and those that were given."""
    for group, size in zip(groups, shape):
        unknown = [name for name in group if name not in length]
        known = _prod(length[name] for name in group if name in length)
        if len(unknown) > 1:
            raise EinopsError(f"Could not infer sizes for {set(unknown)}")
        if unknown:
            if known == 0 or size % known != 0:
                raise EinopsError(f"Shape mismatch, can't divide axis of length {size} in chunks of {known}")
            length[unknown[0]] = size // known
        elif known != size:
            raise EinopsError(f"Shape mismatch, {size} != {known}")


def _reduce(tensor, reduction, axes):
    if callable(reduction):
        return reduction(tensor, axes)
    if reduction == "mean" and not (tensor.is_floating_point() or tensor.is_complex()):
        raise NotImplementedError("reduce_mean is not available for non-floating tensors")
    if reduction in ("min", "max"):
        return (tensor.amin if reduction == "min" else tensor.amax)(dim=axes)
    if reduction in ("sum", "mean"):
        return getattr(tensor, reduction)(dim=axes)
    for axis in reversed(axes):
        tensor = getattr(tensor, reduction)(dim=axis)
    return tensor
