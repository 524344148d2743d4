import { autocast, autograd, bfloat16, equal, isAutocastEnabled, manualSeed, nn, randn, type Tensor, tensor, utils } from "backstep";

const { checkpoint, checkpointSequential } = utils.checkpoint;

manualSeed(0);
const first = new nn.Linear(4, 8);
const net = new nn.Sequential(first, new nn.Tanh(), new nn.Dropout(0.5), new nn.Linear(8, 2));
const x = randn(3, 4);

// What the backward pass needs is computed again, with the same dropout.
manualSeed(1);
checkpoint(net, x).sum().backward();
const again = first.weight.grad!.clone();
net.zeroGrad();
manualSeed(1);
net(x).sum().backward();
console.log(equal(again, first.weight.grad!) ? "True" : "False");
console.log(again.select(0, 0));
net.zeroGrad();
manualSeed(1);
checkpointSequential(net.children(), 2, x).sum().backward();
console.log(equal(again, first.weight.grad!) ? "True" : "False");

// Saved tensors kept in half precision.
const kept: Tensor[] = [];
const pack = (t: Tensor): Tensor => {
  kept.push(t);
  return t.half();
};
const a = tensor([1.0001, 2, 3], { requiresGrad: true });
const y = autograd.graph.savedTensorsHooks(pack, (packed) => packed.float(), () => a.mul(a).sum());
y.backward();
console.log(`${a.grad} ${kept.length}`);

// Mixed precision.
const python = (flag: boolean): string => (flag ? "True" : "False");
const out = autocast(
  () => {
    const made = first(x);
    console.log(`${made.dtype} ${python(isAutocastEnabled())} ${x.add(made.sum()).dtype}`);
    autocast(() => console.log(`${first(x).dtype}`), { enabled: false });
    return made;
  },
  { dtype: bfloat16 },
);
console.log(`${out.select(0, 0)} ${python(isAutocastEnabled())}`);
