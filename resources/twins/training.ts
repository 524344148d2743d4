// A whole training: batches, validation, a schedule, the best parameters kept, and continued.
import { cos, deepcopy, manualSeed, nn, noGrad, optim, randn, sin, stack, rand, int64, utils, type Tensor } from "backstep";
const { DataLoader, TensorDataset, randomSplit } = utils.data;
manualSeed(0);
const angle = rand(120).mul(3.1416);
const label = rand(120).gt(0.5);
const upper = stack([cos(angle), sin(angle)], 1), lower = stack([cos(angle).mul(-1).add(1), sin(angle).mul(-1).add(0.5)], 1);
const x = upper.mul(label.float().unsqueeze(1)).add(lower.mul(label.float().unsqueeze(1).mul(-1).add(1))).add(randn(120, 2).mul(0.1));
const [train, valid] = randomSplit(new TensorDataset(x, label.to(int64)), [90, 30]);
const model = new nn.Sequential(new nn.Linear(2, 16), new nn.BatchNorm1d(16), new nn.Tanh(), new nn.Dropout(0.1), new nn.Linear(16, 2));
const optimizer = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9, weightDecay: 1e-4, nesterov: true });
const loader = new DataLoader(train, { batchSize: 30, shuffle: true });
const schedule = new optim.lrScheduler.OneCycleLR(optimizer, 0.3, { epochs: 6, stepsPerEpoch: loader.length });
const accuracy = (): number => {
  model.eval();
  let right = 0;
  noGrad(() => {
    for (const [xb, yb] of new DataLoader(valid, { batchSize: 16 })) right += model(xb).argmax(1).eq(yb).sum().item();
  });
  model.train();
  return right / valid.length;
};
let best = 0;
let kept: Record<string, Tensor> = {};
for (let epoch = 0; epoch < 6; epoch++) {
  let total = 0;
  for (const [xb, yb] of loader) {
    const loss = nn.functional.crossEntropy(model(xb), yb);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    schedule.step();
    total += loss.item() * xb.size(0);
  }
  const reached = accuracy();
  if (reached >= best) [best, kept] = [reached, deepcopy(model.stateDict())];
  console.log(epoch, (total / train.length).toFixed(4), reached.toFixed(3), schedule.getLastLr()[0].toFixed(4));
}
model.loadStateDict(kept);
console.log(accuracy().toFixed(3) === best.toFixed(3) ? "the best is back" : "lost", kept["1.num_batches_tracked"]?.item() ?? kept["1.numBatchesTracked"].item());
