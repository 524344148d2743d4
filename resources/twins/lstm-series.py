# An LSTM predicts the next value of a wave.
import torch
from torch import nn, optim
class Forecast(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(1, 12, 2, batch_first=True)
        self.head = nn.Linear(12, 1)
    def forward(self, x):
        out, (h, c) = self.lstm(x)
        return self.head(out[:, -1]) + h[1].mean() * 0
torch.manual_seed(1)
wave = torch.sin(torch.linspace(0, 12, 60))
windows = torch.stack([wave[i:i + 10] for i in range(50)])
x, y = windows[:, :9].unsqueeze(-1), windows[:, 9:]
model = Forecast()
optimizer = optim.AdamW(model.parameters(), lr=0.02)
schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, 30)
for epoch in range(30):
    loss = nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()
    if epoch % 10 == 9:
        print(epoch, f"{loss.item():.4f}", f"{schedule.get_last_lr()[0]:.5f}")
print(len(model.state_dict()), model.lstm.weight_hh_l1.grad.norm())
