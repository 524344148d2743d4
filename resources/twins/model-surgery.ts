// Parametrizations, pruning, and averages of models.
import { linalg, manualSeed, nn, ones, optim, randn, type Tensor } from "backstep";

const { parametrize, parametrizations, prune } = nn.utils;
const { SWALR, AveragedModel, getEmaMultiAvgFn, updateBn } = optim.swaUtils;
manualSeed(0);

class Symmetric extends nn.Module {
  forward(x: Tensor): Tensor {
    return x.triu().add(x.triu(1).mT);
  }
  rightInverse(a: Tensor): Tensor {
    return a.triu();
  }
}

const python = (b: boolean) => (b ? "True" : "False");
/** Names as Python writes them. */
const names = (all: Iterable<readonly [string, unknown]>) =>
  `[${[...all].map(([n]) => `'${n.replace(/(?<=[a-z])[A-Z]/g, (c) => `_${c.toLowerCase()}`)}'`).join(", ")}]`;
const layer = parametrize.registerParametrization(new nn.Linear(3, 3), "weight", new Symmetric());
console.log(String(layer));
console.log(layer.weight);
console.log(names(layer.namedParameters()), python(parametrize.isParametrized(layer, "weight")));
layer.weight = ones(3, 3);
console.log(layer.parametrizations.weight.original);
layer(ones(1, 3)).sum().backward();
console.log(layer.parametrizations.weight.original.grad);
parametrize.cached(() => console.log(python(layer.weight === layer.weight)));
parametrize.removeParametrizations(layer, "weight");
console.log(String(layer), layer.weight);
try {
  parametrize.registerParametrization(layer, "weight", new nn.Flatten(0));
} catch (e) {
  console.log((e as Error).message);
}

const wn: nn.AnyModule = parametrizations.weightNorm(new nn.Linear(2, 3));
console.log(wn.parametrizations.weight.original0.flatten(), wn.parametrizations.weight.original1);
wn(ones(1, 2)).sum().backward();
console.log(wn.parametrizations.weight.original1.grad);
const sn = parametrizations.spectralNorm(new nn.Linear(3, 4));
console.log(sn(ones(2, 3)));
console.log(linalg.matrixNorm(sn.weight, 2).item().toFixed(4));

const model: nn.AnyModule = prune.l1Unstructured(new nn.Linear(4, 3), "weight", 3);
console.log(model.weightMask);
prune.l1Unstructured(model, "weight", 0.5);
console.log(model.weightMask);
prune.lnStructured(model, "weight", 1, 2, 0);
console.log(model.weight);
prune.randomUnstructured(model, "bias", 1);
console.log(model.biasMask, python(prune.isPruned(model)));
console.log(names(model.namedParameters()), names(model.namedBuffers()));
model(ones(1, 4)).sum().backward();
console.log(model.weightOrig.grad);
prune.remove(model, "weight");
console.log(model.weight, names(model.namedParameters()));
const [a, b]: nn.AnyModule[] = [new nn.Linear(2, 2), new nn.Linear(2, 2)];
prune.globalUnstructured([[a, "weight"], [b, "weight"]], { amount: 0.5 });
console.log(a.weightMask, b.weightMask);
prune.randomStructured(b, "weight", 1, 1);
console.log(b.weightMask);
try {
  prune.remove(new nn.Linear(1, 1), "weight");
} catch (e) {
  console.log((e as Error).message);
}

const net = new nn.Sequential(new nn.Linear(2, 4), new nn.BatchNorm1d(4), new nn.Linear(4, 1));
const opt = new optim.SGD(net.parameters(), { lr: 0.1 });
const swa = new AveragedModel(net), ema = new AveragedModel(net, { multiAvgFn: getEmaMultiAvgFn(0.9) });
const schedule = new SWALR(opt, 0.05, { annealEpochs: 3 });
const data = [1, 2, 3, 4].map(() => randn(6, 2));
for (const x of data) {
  opt.zeroGrad();
  net(x).pow(2).mean().backward();
  opt.step();
  swa.updateParameters(net);
  ema.updateParameters(net);
  schedule.step();
  console.log(opt.paramGroups[0].lr.toFixed(6));
}
updateBn(data, swa);
console.log(swa.nAveraged, swa.module[1].runningMean);
swa.eval();
console.log(swa(data[0]).detach().flatten());
console.log(ema.module[0].weight);
