# Fine-tuning: the first layer is frozen, so gradients stop before it and only the head learns.
import torch
from torch import nn

torch.manual_seed(0)
body = nn.Linear(3, 4)
head = nn.Linear(4, 1)
for p in body.parameters():
    p.requires_grad_(False)

x, y = torch.randn(8, 3), torch.randn(8, 1)
optimizer = torch.optim.SGD(head.parameters(), lr=0.1)
for step in range(3):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(head(torch.tanh(body(x))), y)
    loss.backward()
    optimizer.step()
    print(f"loss {loss.item():.4f}")

print("frozen:", body.weight.grad, " learning:", head.weight.grad.norm() > 0)
