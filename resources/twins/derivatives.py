# Derivatives of functions: torch.func and torch.autograd.functional.
import torch
from torch import func, nn, randn, tensor, vmap
torch.manual_seed(0)
def show(x):
    return "[ " + ", ".join(show(v) if isinstance(v, (tuple, list)) else str(v).replace("\n", "\n  ") for v in x) + " ]"
f = lambda x, y: (x**2 * y).sum()
x, y = tensor([1., 2, 3]), tensor([4., 5, 6])
print(func.grad(f)(x, y), show(func.grad(f, argnums=(0, 1))(x, y)))
print(show(func.grad_and_value(f)(x, y)))
print(func.jacrev(lambda x: x**3)(x))
print(func.hessian(lambda x: (x**3).sum())(x))
out, back = func.vjp(torch.sin, x)
print(out, show(back(tensor([1., 1, 1]))))
print(show(func.jvp(torch.exp, (tensor([0., 1]),), (tensor([1., 2]),))))
print(vmap(torch.dot)(randn(3, 4), randn(3, 4)))
print(vmap(lambda a, b: a * b, in_dims=(0, None), out_dims=1)(randn(2, 3), tensor([1., 2, 3])))
third = func.grad(lambda x: func.grad(lambda x: func.grad(lambda x: x**4)(x))(x))
print(third(tensor(2.)))
model = nn.Linear(3, 1)
params = dict(model.named_parameters())
loss = lambda p, x, t: ((func.functional_call(model, p, (x,)) - t) ** 2).sum()
per = vmap(func.grad(loss), in_dims=(None, 0, 0))(params, randn(4, 3), randn(4, 1))
print(per["weight"].shape[0], per["bias"].detach())
F = torch.autograd.functional
g = lambda a, b: a * b + a
print(F.jacobian(lambda x: (x**2).sum(), x))
print(*F.jacobian(g, (tensor([1., 2]), tensor([3., 4]))))
print(*sum(F.hessian(lambda a, b: (a * b).sum(), (tensor([1., 2]), tensor([3., 4]))), ()))
print(show(F.hvp(lambda x: (x**3).sum(), x, tensor([1., 0, 1]))))
print(F.vhp(lambda x: (x**3).sum(), x, tensor([1., 0, 1]))[1])
