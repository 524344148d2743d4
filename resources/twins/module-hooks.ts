import { manualSeed, nn, ones, randn, type Tensor } from "backstep";

manualSeed(0);
const net = new nn.Sequential(new nn.Linear(2, 3), new nn.Tanh(), new nn.Linear(3, 1));
const x = randn(4, 2, { requiresGrad: true });

const name = (m: nn.Module) => m.constructor.name;
const list = (words: string[]) => `[${words.join(", ")}]`;
const seen: nn.FullBackwardHook = (m, gradIn, gradOut) =>
  console.log(
    `back ${name(m)} ${list(gradIn.map((g) => (g === null ? "None" : list(g.shape.map(String)))))}`,
    list(gradOut.map((g) => `'${g?.sum().item().toFixed(4)}'`)),
  );

// Around one module.
const handles = [...net].map((m) => m.registerFullBackwardHook(seen));
handles.push(net[1].registerFullBackwardPreHook((_m, [g]) => [(g as Tensor).mul(2)]));
const y = net(x);
console.log(y);
y.sum().backward();
console.log(x.grad);
for (const h of handles) h.remove();

// A hook may take the place of the gradients of the inputs.
x.grad = null;
let h = net[2].registerFullBackwardHook((_m, [g]) => [(g as Tensor).mul(0)]);
net(x).sum().backward();
console.log(x.grad);
h.remove();

// No input needs a gradient.
h = net.registerFullBackwardHook(seen);
net(ones(1, 2)).sum().backward();
h.remove();

// The order of hooks, and one that always runs.
const say = (word: string) => () => console.log(word);
const more = [
  net[0].registerForwardHook(say("second")),
  net[0].registerForwardHook(say("first"), { prepend: true }),
  net[0].registerForwardPreHook(say("before")),
];
net(x);
for (const k of more) k.remove();
h = net[2].registerForwardHook((_m, _i, o) => console.log("always", o === null ? "True" : "False"), { alwaysCall: true });
try {
  net[2](ones(1, 5));
} catch (e) {
  console.log((e as Error).message.slice(0, 37));
}
h.remove();

// Around every module.
const all = [
  nn.registerModuleForwardPreHook((m) => console.log("enter", name(m))),
  nn.registerModuleForwardHook((m, _i, o) => console.log("leave", name(m), list(o.shape.map(String)))),
  nn.registerModuleFullBackwardPreHook((m) => console.log("down", name(m))),
  nn.registerModuleFullBackwardHook((m) => console.log("up", name(m))),
];
net(x).sum().backward();
for (const k of all) k.remove();
net(x);

// A wrong number of gradients.
net[2].registerFullBackwardHook((_m, [g]) => [g, g]);
try {
  net(x).sum().backward();
} catch (e) {
  console.log((e as Error).message);
}
