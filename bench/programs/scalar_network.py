import random
import torch

random.seed(0)
torch.manual_seed(0)

class Neuron:
    def __init__(self, nin):
        self.w = [torch.tensor(random.uniform(-1, 1), requires_grad=True) for _ in range(nin)]
        self.b = torch.tensor(0.0, requires_grad=True)
    def __call__(self, x):
        act = self.b
        for wi, xi in zip(self.w, x):
            act = act + wi * xi
        return torch.tanh(act)

class Layer:
    def __init__(self, nin, nout):
        self.neurons = [Neuron(nin) for _ in range(nout)]
    def __call__(self, x):
        out = [n(x) for n in self.neurons]
        return out[0] if len(out) == 1 else out

class MLP:
    def __init__(self, nin, nouts):
        sizes = [nin] + nouts
        self.layers = [Layer(sizes[i], sizes[i + 1]) for i in range(len(nouts))]
    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

model = MLP(2, [16, 16, 1])
loss = torch.tensor(0.0)
for _ in range(100):
    x = [torch.tensor(random.uniform(-1, 1)) for _ in range(2)]
    loss = loss + (model(x) - 1) ** 2
loss.backward()
print(loss.item())
