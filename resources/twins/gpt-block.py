# A decoder-only transformer from its parts: causal attention by hand and by PyTorch's layer.
import torch
from torch import nn, optim
F = nn.functional
vocabulary, context, width, heads = 11, 6, 16, 4

class CausalSelfAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(width, 3 * width)
        self.project = nn.Linear(width, width)
        self.register_buffer("mask", torch.ones(context, context).tril())
    def forward(self, x):
        b, t, c = x.shape
        q, k, v = (p.view(b, t, heads, c // heads).transpose(1, 2) for p in self.qkv(x).split(width, 2))
        scores = (q @ k.transpose(-2, -1) * (c // heads) ** -0.5).masked_fill(self.mask == 0, float("-inf"))
        return self.project((F.softmax(scores, -1) @ v).transpose(1, 2).contiguous().view(b, t, c))
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln1 = nn.LayerNorm(width)
        self.attention = CausalSelfAttention()
        self.ln2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
    def forward(self, x):
        x = x + self.attention(self.ln1(x))
        return x + self.mlp(self.ln2(x))
class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(context, width)
        self.blocks = nn.Sequential(Block(), Block())
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocabulary, bias=False)
    def forward(self, ids):
        x = self.tokens(ids) + self.positions(torch.arange(ids.size(1)))
        return self.head(self.norm(self.blocks(x)))
torch.manual_seed(0)
model = GPT()
print(sum(p.numel() for p in model.parameters()), "parameters")
ids = torch.randint(0, vocabulary, [4, context + 1])
x, y = ids[:, :-1], ids[:, 1:]
optimizer = optim.AdamW(model.parameters(), lr=0.01, betas=(0.9, 0.95))
for step in range(12):
    loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 4 == 3:
        print(step, f"{loss.item():.3f}")
layer = nn.TransformerEncoderLayer(width, heads, 4 * width, 0, activation="gelu", batch_first=True, norm_first=True)
mask = nn.Transformer.generate_square_subsequent_mask(context)
before = layer(model.tokens(x), src_mask=mask)
changed = x.clone()
changed[:, -1] = 0
after = layer(model.tokens(changed), src_mask=mask)
print("the past does not see the future:", int((before[:, :-1] - after[:, :-1]).abs().max().item() < 1e-6))
