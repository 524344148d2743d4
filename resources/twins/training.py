# A whole training: batches, validation, a schedule, the best parameters kept, and continued.
import torch
from copy import deepcopy
from torch import cos, nn, optim, rand, randn, sin, stack
from torch.utils.data import DataLoader, TensorDataset, random_split
torch.manual_seed(0)
angle = rand(120) * 3.1416
label = rand(120) > 0.5
upper, lower = stack([cos(angle), sin(angle)], 1), stack([cos(angle) * -1 + 1, sin(angle) * -1 + 0.5], 1)
x = upper * label.float().unsqueeze(1) + lower * (label.float().unsqueeze(1) * -1 + 1) + randn(120, 2) * 0.1
train, valid = random_split(TensorDataset(x, label.long()), [90, 30])
model = nn.Sequential(nn.Linear(2, 16), nn.BatchNorm1d(16), nn.Tanh(), nn.Dropout(0.1), nn.Linear(16, 2))
optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4, nesterov=True)
loader = DataLoader(train, batch_size=30, shuffle=True)
schedule = optim.lr_scheduler.OneCycleLR(optimizer, 0.3, epochs=6, steps_per_epoch=len(loader))
def accuracy():
    model.eval()
    right = 0
    with torch.no_grad():
        for xb, yb in DataLoader(valid, batch_size=16):
            right += (model(xb).argmax(1) == yb).sum().item()
    model.train()
    return right / len(valid)
best = 0
for epoch in range(6):
    total = 0
    for xb, yb in loader:
        loss = nn.functional.cross_entropy(model(xb), yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        total += loss.item() * xb.size(0)
    reached = accuracy()
    if reached >= best:
        best, kept = reached, deepcopy(model.state_dict())
    print(epoch, f"{total / len(train):.4f}", f"{reached:.3f}", f"{schedule.get_last_lr()[0]:.4f}")
model.load_state_dict(kept)
print("the best is back" if f"{accuracy():.3f}" == f"{best:.3f}" else "lost", kept["1.num_batches_tracked"].item())
