"""All parameters as one vector and back."""

import torch


def parameters_to_vector(parameters):
    """One vector of all parameters, differentiable."""
    return torch.cat([p.view(-1) for p in parameters])


def vector_to_parameters(vec, parameters):
    """Overwrites the parameters with slices of a vector."""
    if not isinstance(vec, torch.Tensor):
        raise TypeError(f"expected torch.Tensor, but got: {torch.typename(vec)}")
    at = 0
    for p in parameters:
        n = p.numel()
        p.data = vec[at: at + n].view_as(p).data
        at += n
