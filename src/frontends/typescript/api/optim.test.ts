import { expect, it } from "vitest";
import { outputOf, runSource } from "../program.fixture.ts";

const SOURCE = `import { optim, tensor, type Tensor } from "backstep";
const makes: Record<string, (p: Tensor) => optim.Optimizer> = {
  Adadelta: (p) => new optim.Adadelta([p], { lr: 0.5, weightDecay: 0.01 }), Adamax: (p) => new optim.Adamax([p], { lr: 0.1 }), NAdam: (p) => new optim.NAdam([p], { lr: 0.1, weightDecay: 0.1, decoupledWeightDecay: true }),
  RAdam: (p) => new optim.RAdam([p], { lr: 0.1 }), SGD: (p) => new optim.SGD([p], { lr: 0.1, momentum: 0.9, dampening: 0.1, weightDecay: 0.01 }), Nesterov: (p) => new optim.SGD([p], { lr: 0.1, momentum: 0.9, nesterov: true }),
  Adam: (p) => new optim.Adam([p], { lr: 0.1, amsgrad: true, weightDecay: 0.1 }), AdamW: (p) => new optim.AdamW([p], { lr: 0.1 }), RMSprop: (p) => new optim.RMSprop([p], { lr: 0.1, centered: true, momentum: 0.5 }), Adagrad: (p) => new optim.Adagrad([p], { lr: 0.1, lrDecay: 0.1 }),
};
for (const [name, make] of Object.entries(makes)) {
  const p = tensor([1, -2, 0.5], { requiresGrad: true });
  const o = make(p);
  for (let i = 0; i < 12; i++) { o.zeroGrad(); p.sub(0.3).pow(2).mul(tensor([1, 2, 3])).sum().backward(); o.step(); }
  console.log(name, p.detach(), p.sum().item());
}
const p = tensor([1], { requiresGrad: true });
const scheds: Record<string, (o: optim.Optimizer) => optim.Scheduler> = { step: (o) => new optim.StepLR(o, 3), multi: (o) => new optim.MultiStepLR(o, [2, 5], { gamma: 0.5 }), exp: (o) => new optim.ExponentialLR(o, 0.9), lambda: (o) => new optim.LambdaLR(o, (e: number) => 0.95 ** e), const: (o) => new optim.ConstantLR(o), lin: (o) => new optim.LinearLR(o), poly: (o) => new optim.PolynomialLR(o, { power: 2 }), mul: (o) => new optim.MultiplicativeLR(o, () => 0.5), cos: (o) => new optim.CosineAnnealingLR(o, 4, 0.01), warm: (o) => new optim.CosineAnnealingWarmRestarts(o, 3, 2) };
for (const [name, make] of Object.entries(scheds)) {
  const o = new optim.SGD([p], { lr: 0.1 }); const s = make(o); const out: string[] = [];
  for (let i = 0; i < 10; i++) { out.push(String(Number(s.getLastLr()[0].toPrecision(10)))); o.step(); s.step(); }
  console.log(name, out.join(" "));
}
const o = new optim.SGD([p], { lr: 0.1 }); const s = new optim.ReduceLROnPlateau(o, { patience: 1, factor: 0.5 });
const out: string[] = [];
for (const m of [1, 0.9, 0.9, 0.9, 0.9, 0.8, 0.9, 0.9, 0.9]) { s.step(m); out.push(String(s.getLastLr()[0])); }
console.log(out.join(" "));
`;

/** What PyTorch 2.6.0 prints, and the Python front end, whose optimisers and schedulers are written on their own. */
const EXPECTED = `Adadelta tensor([ 0.9798, -1.9796,  0.4802]) -0.5196200609207153
Adamax tensor([ 0.2505, -0.9527,  0.2928]) -0.4093971848487854
NAdam tensor([ 0.2959, -0.9366,  0.2933]) -0.3474942743778229
RAdam tensor([0.4197, 0.8810, 0.2241]) 1.5248353481292725
SGD tensor([0.5358, 0.2224, 0.1872]) 0.9454222917556763
Nesterov tensor([0.3959, 0.3574, 0.3003]) 1.053558349609375
Adam tensor([ 0.0716, -0.8357,  0.3673]) -0.39683523774147034
AdamW tensor([ 0.0803, -0.8190,  0.3726]) -0.3661385774612427
RMSprop tensor([0.2925, 0.3000, 0.2879]) 0.8804056644439697
Adagrad tensor([ 0.6355, -1.5960,  0.3027]) -0.6577612161636353
step 0.1 0.1 0.1 0.01 0.01 0.01 0.001 0.001 0.001 0.0001
multi 0.1 0.1 0.05 0.05 0.05 0.025 0.025 0.025 0.025 0.025
exp 0.1 0.09 0.081 0.0729 0.06561 0.059049 0.0531441 0.04782969 0.043046721 0.0387420489
lambda 0.1 0.095 0.09025 0.0857375 0.081450625 0.07737809375 0.07350918906 0.06983372961 0.06634204313 0.06302494097
const 0.03333333333 0.03333333333 0.03333333333 0.03333333333 0.03333333333 0.1 0.1 0.1 0.1 0.1
lin 0.03333333333 0.04666666667 0.06 0.07333333333 0.08666666667 0.1 0.1 0.1 0.1 0.1
poly 0.1 0.064 0.036 0.016 0.004 0 0 0 0 0
mul 0.1 0.05 0.025 0.0125 0.00625 0.003125 0.0015625 0.00078125 0.000390625 0.0001953125
cos 0.1 0.08681980515 0.055 0.02318019485 0.01 0.02318019485 0.055 0.08681980515 0.1 0.08681980515
warm 0.1 0.075 0.025 0.1 0.09330127019 0.075 0.05 0.025 0.006698729811 0.1
0.1 0.1 0.1 0.05 0.05 0.05 0.05 0.025 0.025
`;

it("optimisers and schedules give PyTorch's numbers", async () => {
  expect(await outputOf(SOURCE)).toBe(EXPECTED);
});

const REPRESENTATION = `SGD (
Parameter Group 0
    dampening: 0
    differentiable: False
    foreach: None
    fused: None
    lr: 0.01
    maximize: False
    momentum: 0.9
    nesterov: True
    weight_decay: 0.0001
)
`;

it("optimisers print as PyTorch's", async () => {
  const source =
    'import { nn, ones, optim } from "backstep";\nconsole.log(new optim.SGD([new nn.Parameter(ones(2))], { lr: 0.01, momentum: 0.9, nesterov: true, weightDecay: 1e-4 }));';
  expect(await outputOf(source)).toBe(REPRESENTATION);
});

it("groups, rates that are assigned, closures", async () => {
  const source = `import { ones, optim } from "backstep";
const [a, b] = [ones(1, { requiresGrad: true }), ones(1, { requiresGrad: true })];
const o = new optim.SGD([{ params: [a], lr: 1 }, { params: b }], { lr: 0.5 });
console.log(o.paramGroups.map((g) => [g.lr, g.params.length]));
const loss = o.step(() => { o.zeroGrad(); const l = a.add(b).sum(); l.backward(); return l; });
console.log(loss.item(), a.item(), b.item());
o.paramGroups[1].lr = 0.25;
o.step();
console.log(a.item(), b.item());
o.zeroGrad({ setToNone: false });
console.log(a.grad, (o.zeroGrad(), a.grad));`;
  expect(await outputOf(source)).toBe("[ [ 1, 1 ], [ 0.5, 1 ] ]\n2 0 0.5\n-1 0.25\ntensor([0.]) null\n");
});

it("L-BFGS asks for its closure, a schedule refuses names it does not know", async () => {
  const program = (body: string): string => `import { optim, tensor } from "backstep";
const w = tensor([1], { requiresGrad: true });
${body}`;
  expect((await runSource(program("new optim.LBFGS([w]).step();"))).failure?.message).toContain("'closure'");
  const schedule = "new optim.StepLR(new optim.SGD([w]), 2, { gama: 0.5 } as never);";
  expect((await runSource(program(schedule))).failure?.message).toContain("unexpected keyword argument 'gama'");
});
