"""Names of reductions, and the deprecated pair of flags that meant the same."""

from .functional_engine import warn

_NUMBER = {"none": 0, "mean": 1, "sum": 2}


def get_enum(reduction):
    """The number PyTorch gives a reduction. Error: ValueError for an unknown name."""
    if reduction == "elementwise_mean":
        warn("reduction='elementwise_mean' is deprecated. Please use reduction='mean' instead.")
        return 1
    number = _NUMBER.get(reduction)
    if number is None:
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return number


def legacy_get_string(size_average, reduce, emit_warning=True):
    """The reduction that `size_average` and `reduce` meant; None counts as True."""
    size_average = True if size_average is None else size_average
    reduce = True if reduce is None else reduce
    if size_average and reduce:
        name = "mean"
    elif reduce:
        name = "sum"
    else:
        name = "none"
    if emit_warning:
        warn(f"size_average and reduce args will be deprecated, please use reduction='{name}' instead.")
    return name


def legacy_get_enum(size_average, reduce, emit_warning=True):
    return get_enum(legacy_get_string(size_average, reduce, emit_warning))


def reduction_name(size_average, reduce, reduction):
    """The reduction that a loss was asked for, by name. Error: as get_enum."""
    if size_average is not None or reduce is not None:
        reduction = legacy_get_string(size_average, reduce)
    return ("none", "mean", "sum")[get_enum(reduction)]
