// Rare optimisers and schedules, and continuing from a state.
import { type Tensor, deepcopy, manualSeed, nn, optim, randn, tensor } from "backstep";
const train = (make: (p: Tensor[]) => optim.Optimizer, steps = 4) => {
  manualSeed(0);
  const net = new nn.Linear(3, 2), x = randn(5, 3), t = randn(5, 2), o = make(net.parameters());
  let loss = tensor(0);
  for (let i = 0; i < steps; i++)
    loss = o.step(() => {
      o.zeroGrad();
      const l = net(x).sub(t).pow(2).mean();
      l.backward();
      return l;
    });
  return [loss.item().toFixed(5), net.weight.at(0), net.bias];
};
const makers: Record<string, (p: Tensor[]) => optim.Optimizer> = {
  ASGD: (p) => new optim.ASGD(p, { lr: 0.1, t0: 1 }),
  Rprop: (p) => new optim.Rprop(p),
  Adafactor: (p) => new optim.Adafactor(p),
  LBFGS: (p) => new optim.LBFGS(p, { maxIter: 3 }),
  Wolfe: (p) => new optim.LBFGS(p, { lineSearchFn: "strong_wolfe", maxIter: 5 }),
};
for (const [name, make] of Object.entries(makers)) console.log(name, ...train(make, name === "Wolfe" ? 1 : 4));
console.log(new optim.Rprop([tensor(1, { requiresGrad: true })]));

const rates = (make: (o: optim.Optimizer) => optim.LRScheduler, steps = 8, momentum = false) => {
  const o = new optim.SGD([tensor(1, { requiresGrad: true })], { lr: 0.1, momentum: 0.9 });
  const s = make(o);
  const out: string[] = [];
  for (let i = 0; i < steps; i++) {
    out.push(s.getLastLr()[0].toFixed(5) + (momentum ? `/${(o.paramGroups[0].momentum as number).toFixed(3)}` : ""));
    o.step();
    s.step();
  }
  return out.join(" ");
};
const S = optim.lrScheduler;
console.log(rates((o) => new S.CyclicLR(o, 0.01, 0.1, { stepSizeUp: 3 }), 8, true));
console.log(rates((o) => new S.CyclicLR(o, 0.01, 0.1, { stepSizeUp: 2, mode: "exp_range", gamma: 0.9, cycleMomentum: false })));
console.log(rates((o) => new S.OneCycleLR(o, 0.1, { totalSteps: 10 }), 10, true));
console.log(rates((o) => new S.OneCycleLR(o, 0.1, { epochs: 2, stepsPerEpoch: 5, threePhase: true, annealStrategy: "linear" }), 10, true));
console.log(rates((o) => new S.SequentialLR(o, [new S.LinearLR(o, { totalIters: 3 }), new S.ExponentialLR(o, 0.5)], [3])));
console.log(rates((o) => new S.ChainedScheduler([new S.ConstantLR(o), new S.StepLR(o, 2)])));

manualSeed(1);
const w = randn(3, { requiresGrad: true });
const adam = new optim.Adam([w], { lr: 0.1 });
const step = (o: optim.Optimizer, p: Tensor) => { o.zeroGrad(); p.pow(2).sum().backward(); o.step(); };
step(adam, w); step(adam, w);
const copy = w.detach().clone().requiresGrad_();
const again = new optim.Adam([copy], { lr: 1 });
again.loadStateDict(deepcopy(adam.stateDict()));
step(adam, w); step(again, copy);
console.log(w.detach(), copy.detach(), again.paramGroups[0].lr);
