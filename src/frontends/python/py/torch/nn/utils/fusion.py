"""A batch normalisation in eval mode, put into the layer before it."""

import copy as _copy

from ... import rsqrt, ones_like, zeros_like
from ..parameter import Parameter


def _fused(weight, bias, mean, variance, eps, scale, shift, shape):
    """Weight and bias of a layer followed by (x - mean) / sqrt(variance + eps) * scale + shift."""
    factor = (ones_like(mean) if scale is None else scale) * rsqrt(variance + eps)
    bias = zeros_like(mean) if bias is None else bias
    new_bias = (bias - mean) * factor + (zeros_like(mean) if shift is None else shift)
    new_weight = weight * factor.reshape(shape)
    return Parameter(new_weight, weight.requires_grad), Parameter(new_bias, bias.requires_grad)


def fuse_conv_bn_weights(conv_w, conv_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b, transpose=False):
    """Weight and bias of a convolution with a batch normalisation put in."""
    shape = [1] * conv_w.dim()
    shape[1 if transpose else 0] = -1
    return _fused(conv_w, conv_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b, shape)


def fuse_linear_bn_weights(linear_w, linear_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b):
    """Weight and bias of a linear layer with a batch normalisation put in."""
    return _fused(linear_w, linear_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b, (-1, 1))


def _fuse(layer, bn, weights, **options):
    assert not (layer.training or bn.training), "Fusion only for eval!"
    fused = _copy.deepcopy(layer)
    assert bn.running_mean is not None and bn.running_var is not None
    fused.weight, fused.bias = weights(fused.weight, fused.bias, bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias, **options)
    return fused


def fuse_conv_bn_eval(conv, bn, transpose=False):
    """A convolution that does what `conv` and then `bn` do. Error: one of them trains."""
    return _fuse(conv, bn, fuse_conv_bn_weights, transpose=transpose)


def fuse_linear_bn_eval(linear, bn):
    """A linear layer that does what `linear` and then `bn` do. Error: one of them trains."""
    return _fuse(linear, bn, fuse_linear_bn_weights)
