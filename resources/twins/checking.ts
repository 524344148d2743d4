// Gradient checks, files of a run, step hooks, facts about dtypes and shapes.
import {
  autograd, arange, bfloat16, broadcastShapes, canCast, equal, fft, finfo, float16, float32, float64, getRngState, gt, iinfo, int32, int64, int8, isFloatingPoint,
  load, manualSeed, nn, numel, ones, optim, promoteTypes, rand, randn, resultType, save, setRngState, tanh, tensor, unravelIndex, type Tensor,
} from "backstep";

const python = (b: boolean) => (b ? "True" : "False");
manualSeed(0);
const x = randn(2, 3, { dtype: float64, requiresGrad: true });
const w = randn(3, 2, { dtype: float64, requiresGrad: true });
console.log(python(autograd.gradcheck((a, b) => tanh(a.matmul(b)), [x, w])));
console.log(python(autograd.gradgradcheck((a, b) => tanh(a.matmul(b)), [x, w])));
console.log(python(autograd.gradcheck((a) => a.t().exp(), randn(3, 2, { dtype: float64 }).t().requiresGrad_())));

class Wrong extends autograd.Function {
  static forward(ctx: autograd.FunctionContext, a: Tensor): Tensor {
    ctx.saveForBackward(a);
    return a.pow(2);
  }
  static backward(ctx: autograd.FunctionContext, g: Tensor): Tensor {
    const [a] = ctx.savedTensors;
    return g.mul(a);
  }
}
console.log(python(autograd.gradcheck((a) => Wrong.apply(a), x, { raiseException: false })));
try {
  autograd.gradcheck((a) => a.mul(2), ones(2, { dtype: float64 }));
} catch (e) {
  console.log((e as Error).message);
}

const model = new nn.Linear(2, 1);
const opt = new optim.SGD(model.parameters(), { lr: 0.1 });
opt.registerStepPreHook((o) => console.log("before", o.paramGroups[0].lr));
const handle = opt.registerStepPostHook(() => console.log("after"));
model(ones(1, 2)).sum().backward();
save({ model: model.stateDict(), epoch: 3 }, "checkpoint.pt");
opt.step();
handle.remove();
opt.step();
const saved = load("checkpoint.pt");
console.log(model.weight.detach(), saved.model.weight, saved.epoch);
model.loadStateDict(saved.model);
console.log(model.weight.detach());
try {
  load("other.pt");
} catch (e) {
  console.log((e as Error).message);
}

console.log(finfo(float32).eps.toExponential().replace("e-7", "e-07"), finfo(bfloat16).max, iinfo(int8).min, iinfo(int32).max);
console.log(promoteTypes(int64, float16), resultType(ones(2, { dtype: int32 }), 1.5), python(canCast(float32, int64)));
console.log(`[${broadcastShapes([2, 1, 3], [4, 1]).join(", ")}]`, numel(ones(2, 3)), python(isFloatingPoint(ones(1))));
const places = unravelIndex(tensor([5, 1], { dtype: int64 }), [2, 3]);
console.log(places[0], places[1]);
console.log(fft.fftfreq(5, 0.5), fft.rfftfreq(4), fft.fftshift(arange(5)), fft.ifftshift(arange(5)));
const state = getRngState();
const a = rand(2);
setRngState(state);
console.log(python(equal(a, rand(2))));
const t = tensor([3, 1, 3], { dtype: int64 });
console.log(t.unique(), t.where(gt(t, 2), tensor(0, { dtype: int64 })), t.nbytes, t.elementSize(), python(t.isSigned()), t.newTensor([7]));
const net = new nn.Sequential(new nn.Linear(2, 2), new nn.ReLU());
net.setSubmodule("1", new nn.Tanh());
console.log(String(net), `[${net.getParameter("0.weight").shape.join(", ")}]`, net.half().getParameter("0.bias").dtype);
