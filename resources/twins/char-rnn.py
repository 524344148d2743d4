# A recurrent network learns the next character of a text, and writes.
import json, torch
from torch import nn, optim
text = "hello world, hello torch. "
vocabulary = sorted(set(text))
encode = lambda s: torch.tensor([vocabulary.index(c) for c in s])

class CharRNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(len(vocabulary), 8)
        self.rnn = nn.RNN(8, 16, batch_first=True)
        self.head = nn.Linear(16, len(vocabulary))
    def forward(self, x, h=None):
        out, h = self.rnn(self.embed(x), h)
        return self.head(out), h

torch.manual_seed(0)
model = CharRNN()
optimizer = optim.Adam(model.parameters(), lr=0.05)
data = encode(text)
x, y = data[:-1].unsqueeze(0), data[1:].unsqueeze(0)
for epoch in range(31):
    logits, _ = model(x)
    loss = nn.functional.cross_entropy(logits.view(-1, len(vocabulary)), y.view(-1))
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1)
    optimizer.step()
    if epoch % 10 == 0:
        print(epoch, f"{loss.item():.3f}")
with torch.no_grad():
    h, out = None, "h"
    for i in range(12):
        logits, h = model(encode(out[-1]).unsqueeze(0), h)
        out += vocabulary[torch.multinomial(logits[0, -1].softmax(-1), 1).item()]
    print(json.dumps(out))
