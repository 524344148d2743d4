# The gradient of exp needs its result. Changing that result in place makes the backward pass impossible,
# and PyTorch says so instead of giving wrong numbers.
import torch

x = torch.tensor([0.0, 1.0, 2.0], requires_grad=True)
y = torch.exp(x)
loss = y.sum()
y.add_(1)  # y has been saved for the backward pass
loss.backward()
