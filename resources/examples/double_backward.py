# Derivatives of derivatives: with create_graph the backward pass is recorded like any computation.
import torch

x = torch.tensor(2.0, requires_grad=True)
y = x**3

(first,) = torch.autograd.grad(y, x, create_graph=True)
print("dy/dx = 3x^2 =", first.item())

(second,) = torch.autograd.grad(first, x, create_graph=True)
print("d2y/dx2 = 6x =", second.item())

# A penalty on the gradient itself: the loss is the squared slope.
penalty = first**2
penalty.backward()
print("d(9x^4)/dx = 36x^3 =", x.grad.item())
