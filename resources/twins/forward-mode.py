# Derivatives in forward mode, and transforms in chunks.
import torch
from torch import func, randn, tensor, vmap
import torch.autograd.forward_ad as fw

torch.manual_seed(0)
x = tensor([0.5, -1.0, 2.0])
f = lambda x: torch.stack([x.sin().sum(), x.prod()])
print(func.jacfwd(f)(x))
print(torch.allclose(func.jacfwd(f)(x), func.jacrev(f)(x)))
print(func.jacrev(f, chunk_size=1)(x))
a, b = func.jacfwd(lambda x, y: x * y.exp(), argnums=(0, 1))(x, tensor([1.0, 2.0, 3.0]))
print(a)
print(b)
j, aux = func.jacfwd(lambda x: (x**2, x.sum()), has_aux=True)(x)
print(j, aux)
print(func.hessian(lambda x: (x**3).sum() + x.prod())(x))
y, t = func.jvp(lambda x: x.exp() * x, (x,), (tensor([1.0, 0.0, 2.0]),))
print(y, t)
print(vmap(func.jacfwd(torch.sin))(randn(2, 3)).shape[0])
print(vmap(lambda x: x.sum(), chunk_size=2)(randn(5, 3)))
print(vmap(lambda x: x + torch.rand(2), randomness="same", chunk_size=1)(torch.zeros(2, 2)))
print(vmap(lambda x: (x * 2, x.sum()), out_dims=(1, 0), chunk_size=2)(torch.arange(6.0).view(3, 2))[0])
try:
    vmap(torch.sin, chunk_size=0)(x)
except ValueError as e:
    print(e)
with fw.dual_level():
    d = fw.make_dual(x, tensor([1.0, 1.0, 0.0]))
    p, t = fw.unpack_dual(d * d.sin())
    print(p, t)
    print(fw.unpack_dual(x.exp()).tangent)
    try:
        fw.make_dual(x, torch.ones(2))
    except RuntimeError as e:
        print(e)
try:
    fw.make_dual(x, x)
except RuntimeError as e:
    print(e)
