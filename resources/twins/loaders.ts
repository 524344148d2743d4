// Datasets, samplers and loaders take the same samples as PyTorch's.
import { type Tensor, arange, Generator, int64, manualSeed, rand, randn, stack, tensor, utils } from "backstep";
const { BatchSampler, ConcatDataset, DataLoader, Dataset, IterableDataset, RandomSampler, randomSplit, SequentialSampler, Subset, SubsetRandomSampler, TensorDataset, WeightedRandomSampler } = utils.data;
manualSeed(0);
const x = arange(10), y = arange(10).mul(10);
const data = new TensorDataset(x, y);
console.log(data.length, data.at(3)[1].item());
const loader = new DataLoader(data, { batchSize: 4, shuffle: true });
console.log(loader.length);
for (let epoch = 0; epoch < 2; epoch++) for (const [a, b] of loader) console.log(a, b);
console.log(rand(1));
const [train, test] = randomSplit(data, [0.75, 0.25]);
console.log(train.length, test.length);
for (const [a] of new DataLoader(train, { batchSize: 3, dropLast: true })) console.log(a);
class Squares extends Dataset {
  get length() { return 5; }
  at(i: number) { return { x: randn(2), n: i * i, name: `s${i}` }; }
}
for (const batch of new DataLoader(new Squares(), { batchSize: 2 })) console.log(batch.x, batch.n, batch.name.join());
for (const order of [
  new RandomSampler(data), new RandomSampler(data, { replacement: true, numSamples: 40, generator: new Generator().manualSeed(5) }),
  new SubsetRandomSampler([2, 4, 6]), new WeightedRandomSampler([0.1, 0.1, 5], 6), new SequentialSampler(data),
]) console.log([...order].join(" "));
console.log([...new BatchSampler(new SequentialSampler(data), 4, false)].map((b) => b.join("-")).join(" "));
class Count extends IterableDataset {
  *[Symbol.iterator]() { for (let i = 0; i < 5; i++) yield tensor([i]); }
}
for (const b of new DataLoader(new Count(), { batchSize: 2 })) console.log(b);
const both = new ConcatDataset([new Subset(data, [1, 2]), new Subset(data, [8])]);
const collateFn = (samples: Tensor[][]) => stack(samples.map((s) => s[0])).sum();
for (const b of new DataLoader(both, { batchSize: 2, collateFn })) console.log(b);
console.log(rand(2));
