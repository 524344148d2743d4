# Two ways to stop gradients: detach() cuts one tensor off, no_grad() records nothing inside.
import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
x = torch.tensor([0.5, -1.5])

y = (w * x).sum()
target = (y + 1).detach()  # a number that happens to come from y; no gradient flows through it
loss = (y - target) ** 2
loss.backward()
print("gradient through y only:", w.grad)

with torch.no_grad():
    z = w * 2
print("made under no_grad:", z.requires_grad, z.grad_fn)

w.requires_grad_(False)  # frozen
print("frozen:", (w * x).requires_grad)
