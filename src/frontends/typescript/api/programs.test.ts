import { describe, expect, it } from "vitest";
import { outputOf, runSource } from "../program.fixture.ts";

/** Programs of the oracle in TypeScript, and what PyTorch prints for them. */
const PROGRAMS: readonly { readonly title: string; readonly source: string; readonly prints: string }[] = [
  {
    title: "two networks, Adam with other betas, losses from logits",
    source: `
import { manualSeed, nn, ones, optim, randn, zeros } from "backstep";
manualSeed(0);
const G = new nn.Sequential(new nn.Linear(2, 8), new nn.ReLU(), new nn.Linear(8, 1));
const D = new nn.Sequential(new nn.Linear(1, 8), new nn.LeakyReLU(0.2), new nn.Linear(8, 1));
const og = new optim.Adam(G.parameters(), { lr: 1e-2, betas: [0.5, 0.999] });
const od = new optim.Adam(D.parameters(), { lr: 1e-2, betas: [0.5, 0.999] });
const bce = new nn.BCEWithLogitsLoss();
for (let step = 0; step < 5; step++) {
  const real = randn(8, 1).mul(0.5).add(3);
  const fake = G(randn(8, 2));
  const ld = bce(D(real), ones(8, 1)).add(bce(D(fake.detach()), zeros(8, 1)));
  od.zeroGrad();
  ld.backward();
  od.step();
  const lg = bce(D(fake), ones(8, 1));
  og.zeroGrad();
  lg.backward();
  og.step();
  console.log(step, ld.item().toFixed(3), lg.item().toFixed(3));
}`,
    prints: "0 1.599 0.807\n1 1.525 0.804\n2 1.469 0.786\n3 1.408 0.778\n4 1.353 0.770\n",
  },
  {
    title: "several modules in one optimiser, a parameter of one's own",
    source: `
import { exp, manualSeed, nn, optim, stack, tanh, tensor, zeros, int64 } from "backstep";
manualSeed(0);
const trunk = new nn.Linear(2, 4), reg = new nn.Linear(4, 1), cls = new nn.Linear(4, 2);
const logVars = new nn.Parameter(zeros(2));
const opt = new optim.Adam([...trunk.parameters(), ...reg.parameters(), ...cls.parameters(), logVars], { lr: 0.02 });
const x = tensor([[0, 1], [1, 0], [1, 1]]);
const yr = tensor([[1], [2], [3]]), yc = tensor([0, 1, 1], { dtype: int64 });
for (let step = 0; step < 61; step++) {
  const h = tanh(trunk(x));
  const losses = stack([nn.functional.mseLoss(reg(h), yr), nn.functional.crossEntropy(cls(h), yc)]);
  const loss = exp(logVars.neg()).mul(losses).add(logVars).sum();
  opt.zeroGrad();
  loss.backward();
  opt.step();
  if (step % 20 === 0) console.log(step, (losses.tolist() as number[]).map((v) => v.toFixed(2)));
}`,
    prints: "0 [ '3.36', '0.72' ]\n20 [ '0.39', '0.54' ]\n40 [ '0.20', '0.28' ]\n60 [ '0.05', '0.05' ]\n",
  },
  {
    title: "hinge loss, clamp, dot",
    source: `
import { clamp, optim, sign, tensor, zeros } from "backstep";
const X = tensor([[2, 2], [1, 3], [-1, -2], [-2, 0]]);
const y = tensor([1, 1, -1, -1]);
const w = zeros(2, { requiresGrad: true }), b = zeros(1, { requiresGrad: true });
const opt = new optim.SGD([w, b], { lr: 0.1 });
for (let epoch = 0; epoch < 20; epoch++) {
  const margin = y.mul(X.matmul(w).add(b));
  const loss = clamp(margin.neg().add(1), { min: 0 }).mean().add(w.dot(w).mul(0.01));
  opt.zeroGrad();
  loss.backward();
  opt.step();
  if (epoch % 5 === 0) console.log(epoch, loss.item().toFixed(4), margin.gt(0).sum().item());
}
console.log(sign(X.matmul(w).add(b)));`,
    prints: "0 1.0000 0\n5 0.0038 4\n10 0.0037 4\n15 0.0037 4\ntensor([ 1.,  1., -1., -1.], grad_fn=<SignBackward0>)\n",
  },
  {
    title: "indexing with tensors, arange, argmax, assignment by index",
    source: `
import { arange, manualSeed, nn, optim, randn, tensor, zeros, int64 } from "backstep";
const F = nn.functional;
manualSeed(3);
const centers = tensor([[2, 0], [-2, 1], [0, -2]]);
const labels = arange(30).remainder(3);
const X = centers.at(labels).add(randn(30, 2).mul(0.5));
const model = new nn.Linear(2, 3);
const opt = new optim.SGD(model.parameters(), { lr: 0.5 });
for (let epoch = 0; epoch < 21; epoch++) {
  const logits = model(X);
  const loss = F.crossEntropy(logits, labels);
  opt.zeroGrad();
  loss.backward();
  opt.step();
  if (epoch % 10 === 0) {
    const acc = logits.argmax(1).eq(labels).float().mean();
    console.log(epoch, loss.item().toFixed(4), (acc.item() * 100).toFixed(2));
  }
}
console.log(F.softmax(model(X.slice(0, 2)), 1).sum(1).round());
const conf = zeros(3, 3, { dtype: int64 });
const predicted = model(X).argmax(1);
for (let i = 0; i < 30; i++) {
  const at = [labels[i], predicted[i]];
  conf.set(at, conf.at(...at).add(1));
}
console.log(conf);`,
    prints:
      "0 1.0065 33.33\n10 0.0802 100.00\n20 0.0476 100.00\ntensor([1., 1.], grad_fn=<RoundBackward0>)\n" +
      "tensor([[10,  0,  0],\n        [ 0, 10,  0],\n        [ 0,  0, 10]])\n",
  },
  {
    title: "a convolutional network as a class, momentum",
    source: `
import { flatten, manualSeed, nn, optim, rand, tensor, int64, type Tensor } from "backstep";
const F = nn.functional;
class SmallCNN extends nn.Module {
  conv1 = new nn.Conv2d(1, 4, 3, { padding: 1 });
  pool = new nn.MaxPool2d(2);
  conv2 = new nn.Conv2d(4, 6, 3);
  fc = new nn.Linear(6 * 2 * 2, 2);
  forward(x: Tensor): Tensor {
    x = this.pool(F.relu(this.conv1(x)));
    x = F.relu(this.conv2(x));
    return this.fc(flatten(x, 1));
  }
}
manualSeed(0);
const net = new SmallCNN();
const x = rand(4, 1, 8, 8);
x.slice(2).mul_(3);
const y = tensor([0, 0, 1, 1], { dtype: int64 });
const opt = new optim.SGD(net.parameters(), { lr: 0.1, momentum: 0.9 });
for (let i = 0; i < 8; i++) {
  opt.zeroGrad();
  const loss = F.crossEntropy(net(x), y);
  loss.backward();
  opt.step();
  console.log(i, loss.item().toFixed(3));
}
console.log(net);
for (const [name, p] of net.namedParameters()) console.log(name, p.shape, p.grad!.shape);`,
    prints: `0 0.698
1 0.696
2 0.693
3 0.688
4 0.683
5 0.675
6 0.665
7 0.648
SmallCNN(
  (conv1): Conv2d(1, 4, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
  (pool): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
  (conv2): Conv2d(4, 6, kernel_size=(3, 3), stride=(1, 1))
  (fc): Linear(in_features=24, out_features=2, bias=True)
)
conv1.weight [ 4, 1, 3, 3 ] [ 4, 1, 3, 3 ]
conv1.bias [ 4 ] [ 4 ]
conv2.weight [ 6, 4, 3, 3 ] [ 6, 4, 3, 3 ]
conv2.bias [ 6 ] [ 6 ]
fc.weight [ 2, 24 ] [ 2, 24 ]
fc.bias [ 2 ] [ 2 ]
`,
  },
];

describe("programs print what PyTorch prints", () => {
  it.each(PROGRAMS)("$title", async ({ source, prints }) => {
    expect(await outputOf(source)).toBe(prints);
  });
});

it("an error deep inside modules of modules names the program's line", async () => {
  const { failure } = await runSource(`import { nn, randn } from "backstep";
const layer = new nn.TransformerEncoderLayer(8, 2, { batchFirst: true });
const encoder = new nn.TransformerEncoder(layer, 2);
encoder(randn(3, 4, 7));`);
  expect(failure?.traceback).toContain("model.ts:4:1");
});
