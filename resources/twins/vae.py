# A variational autoencoder: the reparameterisation trick, and the divergence from a standard normal.
import torch
from torch import nn, optim
from torch.distributions import Independent, Normal, kl_divergence
class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(12, 16), nn.ReLU(), nn.Linear(16, 4))
        self.decoder = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 12))
    def forward(self, x):
        mu, log_var = self.encoder(x).chunk(2, -1)
        q = Independent(Normal(mu, (log_var * 0.5).exp()), 1)
        return self.decoder(q.rsample()), q
torch.manual_seed(0)
model = VAE()
x = (torch.rand(32, 12) > 0.5).float()
prior = Independent(Normal(torch.zeros(2), torch.ones(2)), 1)
optimizer = optim.Adam(model.parameters(), lr=0.01)
for step in range(40):
    logits, q = model(x)
    reconstruction = nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(-1)
    kl = kl_divergence(q, prior)
    loss = (reconstruction + kl).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 10 == 9:
        print(step, f"{loss.item():.3f}", f"{kl.mean().item():.3f}")
print(model.decoder(torch.zeros(1, 2)).sigmoid().detach())
