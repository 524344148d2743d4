import torch
from torch import nn
from torch.nn.modules.module import (
    register_module_forward_hook,
    register_module_forward_pre_hook,
    register_module_full_backward_hook,
    register_module_full_backward_pre_hook,
)

torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
x = torch.randn(4, 2, requires_grad=True)


def name(m):
    return type(m).__name__


def seen(m, grad_in, grad_out):
    print("back", name(m), [None if g is None else list(g.shape) for g in grad_in], [f"{g.sum().item():.4f}" for g in grad_out])


# Around one module.
handles = [m.register_full_backward_hook(seen) for m in net]
handles.append(net[1].register_full_backward_pre_hook(lambda m, g: (g[0] * 2,)))
y = net(x)
print(y)
y.sum().backward()
print(x.grad)
for h in handles:
    h.remove()

# A hook may take the place of the gradients of the inputs.
x.grad = None
h = net[2].register_full_backward_hook(lambda m, gi, go: (gi[0] * 0,))
net(x).sum().backward()
print(x.grad)
h.remove()

# No input needs a gradient.
h = net.register_full_backward_hook(seen)
net(torch.ones(1, 2)).sum().backward()
h.remove()

# The order of hooks, and one that always runs.
def say(word):
    def hook(m, *rest):
        print(word)
    return hook


h = [net[0].register_forward_hook(say("second")), net[0].register_forward_hook(say("first"), prepend=True),
     net[0].register_forward_pre_hook(say("before"))]
net(x)
for k in h:
    k.remove()
h = net[2].register_forward_hook(lambda m, i, o: print("always", o is None), always_call=True)
try:
    net[2](torch.ones(1, 5))
except RuntimeError as e:
    print(str(e)[:37])
h.remove()

# Around every module.
handles = [
    register_module_forward_pre_hook(lambda m, i: print("enter", name(m))),
    register_module_forward_hook(lambda m, i, o: print("leave", name(m), list(o.shape))),
    register_module_full_backward_pre_hook(lambda m, g: print("down", name(m))),
    register_module_full_backward_hook(lambda m, gi, go: print("up", name(m))),
]
net(x).sum().backward()
for h in handles:
    h.remove()
net(x)

# A wrong number of gradients.
h = net[2].register_full_backward_hook(lambda m, gi, go: (gi[0], gi[0]))
try:
    net(x).sum().backward()
except RuntimeError as e:
    print(e)
