# What broadcasting and a matrix product do to gradients.
import torch

torch.manual_seed(0)
X = torch.randn(4, 3)
W = torch.randn(3, 2, requires_grad=True)
b = torch.zeros(2, requires_grad=True)

Y = X @ W + b  # b has one row; it is added to all four
Y.retain_grad()
loss = (Y**2).mean()
loss.backward()

G = Y.grad  # what arrives at the product
print("G:", G.shape)
print("gradient of W is X.T @ G:", torch.allclose(W.grad, X.T @ G))
print("gradient of b is G summed over the rows it was copied to:", torch.allclose(b.grad, G.sum(0)))
print(W.grad)
print(b.grad)
