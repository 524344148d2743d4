# Parametrizations, pruning, and averages of models.
import torch
from torch import nn, optim, randn
from torch.nn.utils import parametrize, parametrizations, prune
from torch.optim.swa_utils import SWALR, AveragedModel, get_ema_multi_avg_fn, update_bn

torch.manual_seed(0)


class Symmetric(nn.Module):
    def forward(self, x):
        return x.triu() + x.triu(1).mT

    def right_inverse(self, a):
        return a.triu()


layer = nn.Linear(3, 3)
parametrize.register_parametrization(layer, "weight", Symmetric())
print(layer)
print(layer.weight)
print([n for n, _ in layer.named_parameters()], parametrize.is_parametrized(layer, "weight"))
layer.weight = torch.ones(3, 3)
print(layer.parametrizations.weight.original)
layer(torch.ones(1, 3)).sum().backward()
print(layer.parametrizations.weight.original.grad)
with parametrize.cached():
    print(layer.weight is layer.weight)
parametrize.remove_parametrizations(layer, "weight")
print(layer, layer.weight)
try:
    parametrize.register_parametrization(layer, "weight", nn.Flatten(0))
except ValueError as e:
    print(e)

wn = parametrizations.weight_norm(nn.Linear(2, 3))
print(wn.parametrizations.weight.original0.flatten(), wn.parametrizations.weight.original1)
wn(torch.ones(1, 2)).sum().backward()
print(wn.parametrizations.weight.original1.grad)
sn = parametrizations.spectral_norm(nn.Linear(3, 4))
print(sn(torch.ones(2, 3)))
print(f"{torch.linalg.matrix_norm(sn.weight, 2).item():.4f}")

model = nn.Linear(4, 3)
prune.l1_unstructured(model, "weight", amount=3)
print(model.weight_mask)
prune.l1_unstructured(model, "weight", amount=0.5)
print(model.weight_mask)
prune.ln_structured(model, "weight", 1, n=2, dim=0)
print(model.weight)
prune.random_unstructured(model, "bias", amount=1)
print(model.bias_mask, prune.is_pruned(model))
print([n for n, _ in model.named_parameters()], [n for n, _ in model.named_buffers()])
model(torch.ones(1, 4)).sum().backward()
print(model.weight_orig.grad)
prune.remove(model, "weight")
print(model.weight, [n for n, _ in model.named_parameters()])
a, b = nn.Linear(2, 2), nn.Linear(2, 2)
prune.global_unstructured([(a, "weight"), (b, "weight")], pruning_method=prune.L1Unstructured, amount=0.5)
print(a.weight_mask, b.weight_mask)
prune.random_structured(b, "weight", amount=1, dim=1)
print(b.weight_mask)
try:
    prune.remove(nn.Linear(1, 1), "weight")
except ValueError as e:
    print(e)

net = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
opt = optim.SGD(net.parameters(), lr=0.1)
swa, ema = AveragedModel(net), AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(0.9))
schedule = SWALR(opt, swa_lr=0.05, anneal_epochs=3)
data = [randn(6, 2) for _ in range(4)]
for x in data:
    opt.zero_grad()
    net(x).pow(2).mean().backward()
    opt.step()
    swa.update_parameters(net)
    ema.update_parameters(net)
    schedule.step()
    print(f"{opt.param_groups[0]['lr']:.6f}")
update_bn(data, swa)
print(swa.n_averaged, swa.module[1].running_mean)
swa.eval()
print(swa(data[0]).detach().flatten())
print(ema.module[0].weight)
