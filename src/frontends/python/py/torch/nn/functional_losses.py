"""Loss functions of torch.nn.functional."""

import math as _math

import torch as _torch

from ._reduction import legacy_get_string as _legacy, reduction_name as _reduction_name
from .functional_engine import engine as _engine, warn as _warn


def _same_size(input, target):
    """Input and target broadcast against each other, with PyTorch's warning when they had to be."""
    if not target.size() == input.size():
        _warn(
            f"Using a target size ({target.size()}) that is different to the input size ({input.size()}). "
            "This will likely lead to incorrect results due to broadcasting. "
            "Please ensure they have the same size."
        )
    return _torch.broadcast_tensors(input, target)


def _weighted(loss, weight, input, reduction, mean):
    """A loss per element times weights, reduced; `mean` of the weighted losses and the weights makes the mean."""
    if weight.size() != input.size():
        raise ValueError("Weights and input must have the same size.")
    loss = loss * weight
    if reduction == "none":
        return loss
    if reduction == "sum":
        return _torch.sum(loss)
    if reduction == "mean":
        return mean(loss, weight)
    raise ValueError(f"Invalid reduction mode: {reduction}. Expected one of 'none', 'mean', 'sum'.")


def _weighted_mean(loss, weight):
    return _torch.sum(loss) / _torch.sum(weight)


def mse_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    """Squared error."""
    pair = _same_size(input, target)
    if size_average is not None or reduce is not None:
        reduction = _legacy(size_average, reduce)
    if weight is not None:
        return _weighted(_torch.pow(pair[0] - pair[1], 2), weight, input, reduction, _weighted_mean)
    return _engine.mse_loss(*pair, _reduction_name(None, None, reduction))


def l1_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    """Absolute error."""
    pair = _same_size(input, target)
    if size_average is not None or reduce is not None:
        reduction = _legacy(size_average, reduce)
    if weight is not None:
        return _weighted(_torch.abs(pair[0] - pair[1]), weight, input, reduction, _weighted_mean)
    return _engine.l1_loss(*pair, _reduction_name(None, None, reduction))


def smooth_l1_loss(input, target, size_average=None, reduce=None, reduction="mean", beta=1.0):
    """Squared error below `beta`, absolute error above."""
    pair = _same_size(input, target)
    if beta == 0:
        return _engine.l1_loss(*pair, _reduction_name(size_average, reduce, reduction))
    return _engine.smooth_l1_loss(*pair, _reduction_name(size_average, reduce, reduction), float(beta))


def huber_loss(input, target, reduction="mean", delta=1.0, weight=None):
    """Squared error below `delta`, `delta` times the absolute error above; the mean is over the elements, weighted or not."""
    pair = _same_size(input, target)
    if weight is not None:
        each = _engine.huber_loss(*pair, "none", float(delta))
        return _weighted(each, weight, input, reduction, lambda loss, _: loss.mean())
    return _engine.huber_loss(*pair, _reduction_name(None, None, reduction), float(delta))


def nll_loss(input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean"):
    """Negative log likelihood of log-probabilities."""
    return _engine.nll_loss(input, target, weight, _reduction_name(size_average, reduce, reduction), ignore_index)


def cross_entropy(input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean", label_smoothing=0.0):
    """Cross entropy of logits with class indices or class probabilities."""
    name = _reduction_name(size_average, reduce, reduction)
    return _engine.cross_entropy_loss(input, target, weight, name, ignore_index, float(label_smoothing))


def binary_cross_entropy(input, target, weight=None, size_average=None, reduce=None, reduction="mean"):
    """Cross entropy of probabilities with targets between 0 and 1."""
    name = _reduction_name(size_average, reduce, reduction)
    if target.size() != input.size():
        raise ValueError(
            f"Using a target size ({target.size()}) that is different to the input size ({input.size()}) is deprecated. "
            "Please ensure they have the same size."
        )
    if weight is not None:
        weight = weight.expand(_torch.broadcast_shapes(target.size(), weight.size()))
    return _engine.binary_cross_entropy(input, target, weight, name)


def binary_cross_entropy_with_logits(input, target, weight=None, size_average=None, reduce=None, reduction="mean", pos_weight=None):
    """Cross entropy of logits with targets between 0 and 1."""
    name = _reduction_name(size_average, reduce, reduction)
    if not (target.size() == input.size()):
        raise ValueError(f"Target size ({target.size()}) must be the same as input size ({input.size()})")
    return _engine.binary_cross_entropy_with_logits(input, target, weight, pos_weight, name)


_KL_MEAN = (
    "reduction: 'mean' divides the total loss by both the batch size and the support size."
    "'batchmean' divides only by the batch size, and aligns with the KL div math definition."
    "'mean' will be changed to behave the same as 'batchmean' in the next major release."
)


def kl_div(input, target, size_average=None, reduce=None, reduction="mean", log_target=False):
    """Kullback-Leibler divergence of log-probabilities `input` from `target`."""
    if size_average is not None or reduce is not None:
        name = _reduction_name(size_average, reduce, reduction)
    else:
        if reduction == "mean":
            _warn(_KL_MEAN)
        name = "sum" if reduction == "batchmean" else _reduction_name(None, None, reduction)
    reduced = _engine.kl_div(input, target, name, log_target)
    if reduction == "batchmean" and input.dim() != 0:
        reduced = reduced / input.size()[0]
    return reduced


def poisson_nll_loss(input, target, log_input=True, full=False, size_average=None, eps=1e-8, reduce=None, reduction="mean"):
    """Negative log likelihood of counts under Poisson rates."""
    if size_average is not None or reduce is not None:
        reduction = _legacy(size_average, reduce)
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(reduction + " is not a valid value for reduction")
    return _engine.poisson_nll_loss(input, target, log_input, full, float(eps), reduction)


def gaussian_nll_loss(input, target, var, full=False, eps=1e-6, reduction="mean"):
    """Negative log likelihood of `target` under N(input, var)."""
    if isinstance(var, float):
        if var < 0:
            raise ValueError("var has negative entry/entries")
        var = var * _torch.ones_like(input)
    elif var.size() != input.size():
        if input.size()[:-1] == var.size():
            var = _torch.unsqueeze(var, -1)
        elif not (input.size()[:-1] == var.size()[:-1] and var.size(-1) == 1):
            raise ValueError("var is of incorrect size")
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(reduction + " is not valid")
    if _torch.any(var < 0):
        raise ValueError("var has negative entry/entries")
    # The limit is not differentiated: a small variance still gets a gradient.
    var = var.clone()
    with _torch.no_grad():
        var.clamp_(min=eps)
    loss = 0.5 * (_torch.log(var) + (input - target) ** 2 / var)
    if full:
        loss += 0.5 * _math.log(2 * _math.pi)
    return loss.mean() if reduction == "mean" else loss.sum() if reduction == "sum" else loss


def hinge_embedding_loss(input, target, margin=1.0, size_average=None, reduce=None, reduction="mean"):
    """x for targets 1, max(0, margin - x) for targets -1."""
    return _engine.hinge_embedding_loss(input, target, float(margin), _reduction_name(size_average, reduce, reduction))


def margin_ranking_loss(input1, input2, target, margin=0, size_average=None, reduce=None, reduction="mean"):
    """max(0, -target (input1 - input2) + margin)."""
    name = _reduction_name(size_average, reduce, reduction)
    if input1.dim() != input2.dim() or input1.dim() != target.dim():
        raise RuntimeError(
            f"margin_ranking_loss : All input tensors should have same dimension but got sizes: "
            f"input1: {input1.size()}, input2: {input2.size()}, target: {target.size()} "
        )
    return _engine.margin_ranking_loss(input1, input2, target, float(margin), name)


def cosine_embedding_loss(input1, input2, target, margin=0, size_average=None, reduce=None, reduction="mean"):
    """1 - cos for targets 1, max(0, cos - margin) for targets -1."""
    name = _reduction_name(size_average, reduce, reduction)
    return _engine.cosine_embedding_loss(input1, input2, target, float(margin), name)


def soft_margin_loss(input, target, size_average=None, reduce=None, reduction="mean"):
    """log(1 + exp(-target·input))."""
    return _engine.soft_margin_loss(input, target, _reduction_name(size_average, reduce, reduction))


def multilabel_margin_loss(input, target, size_average=None, reduce=None, reduction="mean"):
    """Hinge loss between every target class and every other class."""
    return _engine.multilabel_margin_loss(input, target, _reduction_name(size_average, reduce, reduction))


def multilabel_soft_margin_loss(input, target, weight=None, size_average=None, reduce=None, reduction="mean"):
    """Mean over classes of the binary cross entropy of logits."""
    if size_average is not None or reduce is not None:
        reduction = _legacy(size_average, reduce)
    loss = -(target * _engine.log_sigmoid(input) + (1 - target) * _engine.log_sigmoid(-input))
    if weight is not None:
        loss = loss * weight
    class_dim = input.dim() - 1
    loss = loss.sum(dim=class_dim) / input.size(class_dim)
    if reduction == "none":
        return loss
    if reduction == "mean":
        return loss.mean()
    if reduction == "sum":
        return loss.sum()
    raise ValueError(reduction + " is not valid")


def multi_margin_loss(input, target, p=1, margin=1.0, weight=None, size_average=None, reduce=None, reduction="mean"):
    """Hinge loss between the target class and every other class."""
    name = _reduction_name(size_average, reduce, reduction)
    if p != 1 and p != 2:
        raise ValueError("only p == 1 and p == 2 supported")
    if weight is not None and weight.dim() != 1:
        raise ValueError("weight must be one-dimensional")
    return _engine.multi_margin_loss(input, target, p, margin, weight, name)


def triplet_margin_loss(anchor, positive, negative, margin=1.0, p=2, eps=1e-6, swap=False, size_average=None, reduce=None, reduction="mean"):
    """max(0, d(anchor, positive) - d(anchor, negative) + margin) for p-norm distances."""
    name = _reduction_name(size_average, reduce, reduction)
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    return _engine.triplet_margin_loss(anchor, positive, negative, float(margin), float(p), float(eps), swap, name)


def triplet_margin_with_distance_loss(anchor, positive, negative, *, distance_function=None, margin=1.0, swap=False, reduction="mean"):
    """As triplet_margin_loss, with any distance function."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    a_dim, p_dim, n_dim = anchor.ndim, positive.ndim, negative.ndim
    if not (a_dim == p_dim and p_dim == n_dim):
        raise RuntimeError(
            f"The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: "
            f"anchor {a_dim}D, positive {p_dim}D, and negative {n_dim}D inputs"
        )
    distance = _torch.pairwise_distance if distance_function is None else distance_function
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = _torch.minimum(far, distance(positive, negative))
    loss = _torch.clamp_min(margin + near - far, 0)
    return loss.mean() if reduction == "mean" else loss.sum() if reduction == "sum" else loss


def ctc_loss(log_probs, targets, input_lengths, target_lengths, blank=0, reduction="mean", zero_infinity=False):
    """Connectionist temporal classification: -log of the probability of all alignments of each target."""
    name = _reduction_name(None, None, reduction)
    if not isinstance(input_lengths, _torch.Tensor):
        input_lengths = _torch.tensor(input_lengths, dtype=_torch.int64)
    if not isinstance(target_lengths, _torch.Tensor):
        target_lengths = _torch.tensor(target_lengths, dtype=_torch.int64)
    return _engine.ctc_loss(log_probs, targets, input_lengths, target_lengths, blank, name, zero_infinity)
