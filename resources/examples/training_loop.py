# A training loop as it is usually written: batches, a model class, Adam, a schedule, evaluation.
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)

# Two noisy rings of points, one inside the other.
angle = 2 * torch.pi * torch.rand(64)
label = torch.arange(64) % 2
radius = 0.5 + 0.7 * label + 0.1 * torch.randn(64)
points = torch.stack([radius * angle.cos(), radius * angle.sin()], dim=1)


class Classifier(nn.Module):
    def __init__(self, hidden=8):
        super().__init__()
        self.hidden = nn.Linear(2, hidden)
        self.output = nn.Linear(hidden, 2)

    def forward(self, x):
        return self.output(torch.relu(self.hidden(x)))


model = Classifier()
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.5)

for epoch in range(20):
    order = torch.randperm(64)
    for start in range(0, 64, 32):
        batch = order[start : start + 32]
        loss = F.cross_entropy(model(points[batch]), label[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    schedule.step()
    if epoch % 5 == 4:
        with torch.no_grad():
            accuracy = (model(points).argmax(dim=1) == label).float().mean()
        print(f"epoch {epoch + 1:2d}: loss {loss.item():.3f}, accuracy {accuracy.item():.0%}")
