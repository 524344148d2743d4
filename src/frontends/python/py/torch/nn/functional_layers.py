"""Dropout, embedding and normalisation functions of torch.nn.functional."""

import torch as _torch

from .functional_engine import engine as _engine, warn as _warn


# ------------------------------------------------------------------ dropout


def _check_probability(p):
    if p < 0.0 or p > 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")


def dropout(input, p=0.5, training=True, inplace=False):
    """In training zeroes elements with probability `p` and scales the rest by 1/(1-p)."""
    _check_probability(p)
    return (_engine.dropout_ if inplace else _engine.dropout)(input, float(p), training)


def alpha_dropout(input, p=0.5, training=False, inplace=False):
    """Dropout that keeps the mean and variance of self-normalising networks."""
    _check_probability(p)
    return (_engine.alpha_dropout_ if inplace else _engine.alpha_dropout)(input, float(p), training)


def _feature_dropout(input, p, training, inplace, batched):
    if not batched:
        input = input.unsqueeze_(0) if inplace else input.unsqueeze(0)
    result = (_engine.feature_dropout_ if inplace else _engine.feature_dropout)(input, float(p), training)
    if not batched:
        result = result.squeeze_(0) if inplace else result.squeeze(0)
    return result


def dropout1d(input, p=0.5, training=True, inplace=False):
    """Drops whole channels of an input (N, C, L) or (C, L)."""
    _check_probability(p)
    n = input.dim()
    if n not in (2, 3):
        raise RuntimeError(
            f"dropout1d: Expected 2D or 3D input, but received a {n}D input. "
            "Note that dropout1d exists to provide channel-wise dropout on inputs with 1 "
            "spatial dimension, a channel dimension, and an optional batch dimension "
            "(i.e. 2D or 3D inputs)."
        )
    return _feature_dropout(input, p, training, inplace, n == 3)


def dropout2d(input, p=0.5, training=True, inplace=False):
    """Drops whole channels of an input (N, C, H, W)."""
    _check_probability(p)
    n = input.dim()
    if n not in (3, 4):
        _warn(
            f"dropout2d: Received a {n}-D input to dropout2d, which is deprecated "
            "and will result in an error in a future release. To retain the behavior "
            "and silence this warning, please use dropout instead. Note that dropout2d "
            "exists to provide channel-wise dropout on inputs with 2 spatial dimensions, "
            "a channel dimension, and an optional batch dimension (i.e. 3D or 4D inputs)."
        )
    if n == 3:
        _warn(
            "dropout2d: Received a 3D input to dropout2d and assuming that channel-wise "
            "1D dropout behavior is desired - input is interpreted as shape (N, C, L), where C "
            "is the channel dim. This behavior will change in a future release to interpret the "
            "input as one without a batch dimension, i.e. shape (C, H, W). To maintain the 1D "
            "channel-wise dropout behavior, please switch to using dropout1d instead."
        )
    return _feature_dropout(input, p, training, inplace, True)


def dropout3d(input, p=0.5, training=True, inplace=False):
    """Drops whole channels of an input (N, C, D, H, W) or (C, D, H, W)."""
    _check_probability(p)
    n = input.dim()
    if n not in (4, 5):
        _warn(
            f"dropout3d: Received a {n}-D input to dropout3d, which is deprecated "
            "and will result in an error in a future release. To retain the behavior "
            "and silence this warning, please use dropout instead. Note that dropout3d "
            "exists to provide channel-wise dropout on inputs with 3 spatial dimensions, "
            "a channel dimension, and an optional batch dimension (i.e. 4D or 5D inputs)."
        )
    return _feature_dropout(input, p, training, inplace, n == 5)


def feature_alpha_dropout(input, p=0.5, training=False, inplace=False):
    """alpha_dropout of whole channels."""
    _check_probability(p)
    return (_engine.feature_alpha_dropout_ if inplace else _engine.feature_alpha_dropout)(input, float(p), training)


# ------------------------------------------------------------------ embedding


class _SparseRows:
    """Which rows of a weight got gradients, and what: the sparse form of a gradient that the engine adds up densely."""

    def __init__(self):
        self.indices, self.values = [], []

    @staticmethod
    def watch(weight, out, input, padding_idx):
        """Notes what arrives at the rows `out` of a weight. The gradient may have been forgotten since the forward."""
        places = input.detach().flatten()
        kept = places != padding_idx

        def arrived(grad):
            rows = weight.__dict__.setdefault("_sparse_rows", _SparseRows())
            rows.indices.append(places[kept])
            rows.values.append(grad.detach().reshape(len(places), -1)[kept])

        out.register_hook(arrived)

    def gradient(self, shape):
        return _torch._sparse_tensor.SparseTensor(_torch.cat(self.indices).unsqueeze(0), _torch.cat(self.values), shape)


def embedding(input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False):
    """Rows of `weight` by number."""
    if padding_idx is None:
        padding_idx = -1
    elif padding_idx > 0:
        assert padding_idx < weight.size(0), "Padding_idx must be within num_embeddings"
    elif padding_idx < 0:
        assert padding_idx >= -weight.size(0), "Padding_idx must be within num_embeddings"
        padding_idx = weight.size(0) + padding_idx
    if max_norm is not None:
        input = input.contiguous()
        with _torch.no_grad():
            _engine.embedding_renorm_(weight, input, float(max_norm), float(norm_type))
    out = _torch.embedding(weight, input, padding_idx, scale_grad_by_freq, sparse)
    if sparse and out.requires_grad and weight.is_leaf:
        _SparseRows.watch(weight, out, input, padding_idx)
    return out


def embedding_bag(
    input, weight, offsets=None, max_norm=None, norm_type=2, scale_grad_by_freq=False, mode="mean", sparse=False,
    per_sample_weights=None, include_last_offset=False, padding_idx=None,
):
    """Sum, mean or maximum of the rows of each bag of indices."""
    if weight.dtype == _torch.long and input.is_floating_point():
        _warn("Argument order of nn.functional.embedding_bag was changed. Usage `embedding_bag(weight, input, ...)` is deprecated, and should now be `embedding_bag(input, weight, ...)`.")
        weight, input = input, weight
    if per_sample_weights is not None and input.size() != per_sample_weights.size():
        raise ValueError(
            f"embedding_bag: If per_sample_weights ({per_sample_weights.shape}) is not None, "
            f"then it must have the same shape as the input ({input.shape})"
        )
    if not weight.dim() == 2:
        raise ValueError(f"weight has to be a 2D Tensor, but got Tensor of dimension {weight.dim()}")
    if input.dim() == 2:
        if offsets is not None:
            raise ValueError(
                "if input is 2D, then offsets has to be None, as input is treated is a mini-batch of fixed length sequences. "
                f"However, found offsets of type {type(offsets)}"
            )
        offsets = _torch.arange(0, input.numel(), input.size(1), dtype=input.dtype)
        input = input.reshape(-1)
        if per_sample_weights is not None:
            per_sample_weights = per_sample_weights.reshape(-1)
    elif input.dim() == 1:
        if offsets is None:
            raise ValueError("offsets has to be a 1D Tensor but got None")
        if offsets.dim() != 1:
            raise ValueError("offsets has to be a 1D Tensor")
    else:
        raise ValueError(f"input has to be 1D or 2D Tensor, but got Tensor of dimension {input.dim()}")
    numbers = {"sum": 0, "mean": 1, "max": 2}
    if mode not in numbers:
        raise ValueError("mode has to be one of sum, mean or max")
    if mode == "max":
        if scale_grad_by_freq:
            raise ValueError("max mode does not support scaling the gradient by the frequency")
        if sparse:
            raise ValueError("max mode does not support sparse weights")
    if max_norm is not None:
        with _torch.no_grad():
            _engine.embedding_renorm_(weight, input, float(max_norm), float(norm_type))
    if per_sample_weights is not None and mode != "sum":
        raise NotImplementedError(
            f"embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for mode='sum' (got mode='{mode}'). "
            "Please open a feature request on GitHub."
        )
    if padding_idx is not None:
        rows = weight.size(0)
        if not -rows <= padding_idx < rows:
            raise RuntimeError("padding_idx must be within the number of embeddings, -" + f"{rows} through {rows - 1}, but got {padding_idx}")
        padding_idx %= rows
    return _engine.embedding_bag(
        weight, input, offsets, scale_grad_by_freq, numbers[mode], sparse, per_sample_weights, include_last_offset,
        -1 if padding_idx is None else padding_idx,
    )[0]


# ------------------------------------------------------------------ normalisation


def _verify_batch_size(size):
    count = size[0]
    for n in size[2:]:
        count *= n
    if count == 1:
        raise ValueError(f"Expected more than 1 value per channel when training, got input size {size}")


def batch_norm(input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    """Normalises each channel over the batch, or with running statistics."""
    if training:
        _verify_batch_size(input.size())
    return _torch.batch_norm(input, weight, bias, running_mean, running_var, training, float(momentum), float(eps), True)


def instance_norm(
    input, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, momentum=0.1, eps=1e-5
):
    """Normalises each channel of each sample."""
    if use_input_stats:
        count = 1
        for n in input.size()[2:]:
            count *= n
        if count == 1:
            raise ValueError(f"Expected more than 1 spatial element when training, got input size {input.size()}")
    return _torch.instance_norm(
        input, weight, bias, running_mean, running_var, use_input_stats, float(momentum), float(eps), True
    )


def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    """Normalises over the last dimensions."""
    return _torch.layer_norm(input, normalized_shape, weight, bias, float(eps), True)


def rms_norm(input, normalized_shape, weight=None, eps=None):
    """Divides by the root of the mean square over the last dimensions."""
    return _torch.rms_norm(input, normalized_shape, weight, None if eps is None else float(eps))


def group_norm(input, num_groups, weight=None, bias=None, eps=1e-5):
    """Normalises groups of channels of each sample."""
    if input.dim() < 2:
        raise RuntimeError(f"Expected at least 2 dimensions for input tensor but received {input.dim()}")
    _verify_batch_size([input.size(0) * input.size(1) // num_groups, num_groups] + list(input.size()[2:]))
    return _torch.group_norm(input, num_groups, weight, bias, float(eps), True)


def local_response_norm(input, size, alpha=1e-4, beta=0.75, k=1.0):
    """Divides by a power of the mean square of neighbouring channels."""
    from . import functional as F

    n = input.dim()
    if n < 3:
        raise ValueError(
            "Expected 3D or higher dimensionality                          input (got {} dimensions)".format(n)
        )
    if input.numel() == 0:
        return input
    squares = input.mul(input)
    if n == 3:
        squares = F.pad(squares.unsqueeze(1), (0, 0, size // 2, (size - 1) // 2))
        squares = F.avg_pool2d(squares, (size, 1), stride=1).squeeze(1)
    else:
        sizes = input.size()
        squares = squares.view(sizes[0], 1, sizes[1], sizes[2], -1)
        squares = F.pad(squares, (0, 0, 0, 0, size // 2, (size - 1) // 2))
        squares = F.avg_pool3d(squares, (size, 1, 1), stride=1).squeeze(1).view(sizes)
    return input / squares.mul(alpha).add(k).pow(beta)
