import torch
from torch import nn
from torch.autograd.graph import saved_tensors_hooks
from torch.utils.checkpoint import checkpoint, checkpoint_sequential

torch.manual_seed(0)
net = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Dropout(0.5), nn.Linear(8, 2))
x = torch.randn(3, 4)

# What the backward pass needs is computed again, with the same dropout.
torch.manual_seed(1)
checkpoint(net, x, use_reentrant=False).sum().backward()
again = net[0].weight.grad.clone()
net.zero_grad()
torch.manual_seed(1)
net(x).sum().backward()
print(torch.equal(again, net[0].weight.grad))
print(again[0])
net.zero_grad()
torch.manual_seed(1)
checkpoint_sequential(net, 2, x, use_reentrant=False).sum().backward()
print(torch.equal(again, net[0].weight.grad))

# Saved tensors kept in half precision.
kept = []


def pack(t):
    kept.append(tuple(t.shape))
    return t.half()


a = torch.tensor([1.0001, 2.0, 3.0], requires_grad=True)
with saved_tensors_hooks(pack, lambda packed: packed.float()):
    y = (a * a).sum()
y.backward()
print(a.grad, len(kept))

# Mixed precision.
with torch.autocast("cpu", dtype=torch.bfloat16):
    out = net[0](x)
    print(out.dtype, torch.is_autocast_enabled("cpu"), (x + out.sum()).dtype)
    with torch.autocast("cpu", enabled=False):
        print(net[0](x).dtype)
print(out[0], torch.is_autocast_enabled("cpu"))
