# Datasets, samplers and loaders take the same samples as PyTorch's.
import torch
from torch import arange, rand, randn, stack, tensor
from torch.utils.data import *
torch.manual_seed(0)
x, y = arange(10), arange(10) * 10
data = TensorDataset(x, y)
print(len(data), data[3][1].item())
loader = DataLoader(data, batch_size=4, shuffle=True)
print(len(loader))
for epoch in range(2):
    for a, b in loader:
        print(a, b)
print(rand(1))
train, test = random_split(data, [0.75, 0.25])
print(len(train), len(test))
for a, _ in DataLoader(train, batch_size=3, drop_last=True):
    print(a)
class Squares(Dataset):
    def __len__(self): return 5
    def __getitem__(self, i): return {"x": randn(2), "n": i * i, "name": f"s{i}"}
for batch in DataLoader(Squares(), batch_size=2):
    print(batch["x"], batch["n"], ",".join(batch["name"]))
for order in [
    RandomSampler(data), RandomSampler(data, replacement=True, num_samples=40, generator=torch.Generator().manual_seed(5)),
    SubsetRandomSampler([2, 4, 6]), WeightedRandomSampler([0.1, 0.1, 5], 6), SequentialSampler(data),
]:
    print(*order)
print(*("-".join(map(str, b)) for b in BatchSampler(SequentialSampler(data), 4, False)))
class Count(IterableDataset):
    def __iter__(self):
        for i in range(5):
            yield tensor([float(i)])
for b in DataLoader(Count(), batch_size=2):
    print(b)
both = ConcatDataset([Subset(data, [1, 2]), Subset(data, [8])])
for b in DataLoader(both, batch_size=2, collate_fn=lambda samples: stack([s[0] for s in samples]).sum()):
    print(b)
print(rand(2))
