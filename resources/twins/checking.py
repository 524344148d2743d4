# Gradient checks, files of a run, step hooks, facts about dtypes and shapes.
import torch
from torch import nn, optim

torch.manual_seed(0)
x = torch.randn(2, 3, dtype=torch.float64, requires_grad=True)
w = torch.randn(3, 2, dtype=torch.float64, requires_grad=True)
print(torch.autograd.gradcheck(lambda a, b: torch.tanh(a @ b), (x, w)))
print(torch.autograd.gradgradcheck(lambda a, b: torch.tanh(a @ b), (x, w)))
print(torch.autograd.gradcheck(lambda a: a.t().exp(), (torch.randn(3, 2, dtype=torch.float64).t().requires_grad_(),)))


class Wrong(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a):
        ctx.save_for_backward(a)
        return a**2

    @staticmethod
    def backward(ctx, g):
        (a,) = ctx.saved_tensors
        return g * a


print(torch.autograd.gradcheck(Wrong.apply, (x,), raise_exception=False))
try:
    torch.autograd.gradcheck(lambda a: a * 2, (torch.ones(2, dtype=torch.float64),))
except ValueError as e:
    print(e)

model = nn.Linear(2, 1)
opt = optim.SGD(model.parameters(), lr=0.1)
opt.register_step_pre_hook(lambda o, a, k: print("before", o.param_groups[0]["lr"]))
handle = opt.register_step_post_hook(lambda o, a, k: print("after"))
model(torch.ones(1, 2)).sum().backward()
torch.save({"model": model.state_dict(), "epoch": 3}, "checkpoint.pt")
opt.step()
handle.remove()
opt.step()
saved = torch.load("checkpoint.pt")
print(model.weight.detach(), saved["model"]["weight"], saved["epoch"])
model.load_state_dict(saved["model"])
print(model.weight.detach())
try:
    torch.load("other.pt")
except FileNotFoundError as e:
    print(e)

print(torch.finfo(torch.float32).eps, torch.finfo(torch.bfloat16).max, torch.iinfo(torch.int8).min, torch.iinfo(torch.int32).max)
print(torch.promote_types(torch.int64, torch.float16), torch.result_type(torch.ones(2, dtype=torch.int32), 1.5), torch.can_cast(torch.float32, torch.int64))
print(list(torch.broadcast_shapes((2, 1, 3), (4, 1))), torch.numel(torch.ones(2, 3)), torch.is_floating_point(torch.ones(1)))
print(torch.unravel_index(torch.tensor([5, 1]), (2, 3))[0], torch.unravel_index(torch.tensor([5, 1]), (2, 3))[1])
print(torch.fft.fftfreq(5, 0.5), torch.fft.rfftfreq(4), torch.fft.fftshift(torch.arange(5)), torch.fft.ifftshift(torch.arange(5)))
state = torch.get_rng_state()
a = torch.rand(2)
torch.set_rng_state(state)
print(torch.equal(a, torch.rand(2)))
t = torch.tensor([3, 1, 3])
print(t.unique(), t.where(t > 2, torch.tensor(0)), t.nbytes, t.element_size(), t.is_signed(), t.new_tensor([7]))
net = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
net.set_submodule("1", nn.Tanh())
print(net, list(net.get_parameter("0.weight").shape), net.half().get_parameter("0.bias").dtype)
