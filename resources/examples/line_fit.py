# Gradient descent fits a line: y = w * x + b.
import torch

torch.manual_seed(0)
x = torch.linspace(-1, 1, 12)
y = 2 * x - 0.5 + 0.1 * torch.randn(12)

w = torch.zeros(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)

for step in range(25):
    prediction = w * x + b
    loss = ((prediction - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.4 * w.grad
        b -= 0.4 * b.grad
    # Without this the next backward pass adds to these gradients.
    w.grad = None
    b.grad = None
    if step % 5 == 0:
        print(f"step {step:2d}: loss {loss.item():.4f}")

print(f"w = {w.item():.3f}, b = {b.item():.3f}")
