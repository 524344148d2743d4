# A network with one hidden layer learns XOR, which no single layer can.
import torch
from torch import nn

torch.manual_seed(1)
inputs = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
targets = torch.tensor([[0.0], [1.0], [1.0], [0.0]])

model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1), nn.Sigmoid())
optimizer = torch.optim.SGD(model.parameters(), lr=2.0)
measure = nn.MSELoss()

for epoch in range(200):
    optimizer.zero_grad()
    loss = measure(model(inputs), targets)
    loss.backward()
    optimizer.step()
    if epoch % 40 == 0:
        print(f"epoch {epoch:3d}: loss {loss.item():.4f}")

print(model(inputs).detach().round())
