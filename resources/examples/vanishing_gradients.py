# Ten sigmoid layers: each multiplies the gradient by at most 1/4, so the first layers hardly learn.
import torch
from torch import nn

torch.manual_seed(0)


def network(activation):
    layers = []
    for _ in range(10):
        layers += [nn.Linear(8, 8), activation()]
    return nn.Sequential(*layers, nn.Linear(8, 1))


x = torch.randn(16, 8)
for activation in (nn.Sigmoid, nn.ReLU):
    model = network(activation)
    model(x).pow(2).mean().backward()
    norms = [layer.weight.grad.norm().item() for layer in model if isinstance(layer, nn.Linear)]
    print(f"{activation.__name__}: first layer {norms[0]:.1e}, last layer {norms[-1]:.1e}")
