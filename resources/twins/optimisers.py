# Rare optimisers and schedules, and continuing from a state.
import torch, warnings
from copy import deepcopy
from torch import nn, optim, randn, tensor
warnings.simplefilter("ignore")
def train(make, steps=4):
    torch.manual_seed(0)
    net, x, t = nn.Linear(3, 2), randn(5, 3), randn(5, 2)
    o = make(net.parameters())
    def closure():
        o.zero_grad()
        l = (net(x) - t).pow(2).mean()
        l.backward()
        return l
    for i in range(steps):
        loss = o.step(closure)
    return f"{loss.item():.5f}", net.weight[0], net.bias
makers = {
    "ASGD": lambda p: optim.ASGD(p, lr=0.1, t0=1),
    "Rprop": lambda p: optim.Rprop(p),
    "Adafactor": lambda p: optim.Adafactor(p),
    "LBFGS": lambda p: optim.LBFGS(p, max_iter=3),
    "Wolfe": lambda p: optim.LBFGS(p, line_search_fn="strong_wolfe", max_iter=5),
}
for name, make in makers.items():
    print(name, *train(make, 1 if name == "Wolfe" else 4))
print(optim.Rprop([tensor(1., requires_grad=True)]))
def rates(make, steps=8, momentum=False):
    o = optim.SGD([tensor(1., requires_grad=True)], lr=0.1, momentum=0.9)
    s = make(o)
    out = []
    for i in range(steps):
        out.append(f"{s.get_last_lr()[0]:.5f}" + (f"/{o.param_groups[0]['momentum']:.3f}" if momentum else ""))
        o.step()
        s.step()
    return " ".join(out)
S = optim.lr_scheduler
print(rates(lambda o: S.CyclicLR(o, 0.01, 0.1, step_size_up=3), 8, True))
print(rates(lambda o: S.CyclicLR(o, 0.01, 0.1, step_size_up=2, mode="exp_range", gamma=0.9, cycle_momentum=False)))
print(rates(lambda o: S.OneCycleLR(o, 0.1, total_steps=10), 10, True))
print(rates(lambda o: S.OneCycleLR(o, 0.1, epochs=2, steps_per_epoch=5, three_phase=True, anneal_strategy="linear"), 10, True))
print(rates(lambda o: S.SequentialLR(o, [S.LinearLR(o, total_iters=3), S.ExponentialLR(o, 0.5)], [3])))
print(rates(lambda o: S.ChainedScheduler([S.ConstantLR(o), S.StepLR(o, 2)])))
torch.manual_seed(1)
w = randn(3, requires_grad=True)
adam = optim.Adam([w], lr=0.1)
def step(o, p):
    o.zero_grad(); (p**2).sum().backward(); o.step()
step(adam, w); step(adam, w)
copy = w.detach().clone().requires_grad_()
again = optim.Adam([copy], lr=1)
again.load_state_dict(deepcopy(adam.state_dict()))
step(adam, w); step(again, copy)
print(w.detach(), copy.detach(), again.param_groups[0]["lr"])
