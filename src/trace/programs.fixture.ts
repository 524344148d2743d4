/** Small programs that cover what a trace must show. */
import type { AccumulateGrad } from "../engine/autograd/accumulate-grad.ts";
import { grad, retainGrad } from "../engine/autograd/differentiate.ts";
import { gradEdge } from "../engine/autograd/grad-edge.ts";
import type { GradNode } from "../engine/autograd/node.ts";
import { add, add_, mul, mul_, sub_ } from "../engine/ops/arithmetic.ts";
import { detach } from "../engine/ops/copies.ts";
import { zero_ } from "../engine/ops/fill.ts";
import { mm } from "../engine/ops/matmul.ts";
import { select } from "../engine/ops/slicing.ts";
import { sum } from "../engine/ops/sum.ts";
import { tanh } from "../engine/ops/unary-core.ts";
import { t } from "../engine/ops/views.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { Program } from "./run.fixture.ts";

/** Modules in modules around a parameter that all of them share, and two backward passes through what they computed. */
export function modules(p: Program): void {
  const { rt } = p;
  const inside = (name: string, body: () => Tensor): Tensor => {
    const outer = rt.call;
    rt.beginCall("module", name);
    const result = body();
    rt.call = outer;
    return result;
  };
  const w = p.tensor("w", [0.5, -2], [2], true);
  let x = p.tensor("x", [1, 3], [2]);
  for (let layer = 0; layer < 2; layer++)
    x = inside("Net", () => {
      const first = inside("Linear", () => add(mul(x, w), w));
      return mul(
        inside("Linear", () => tanh(add(mul(first, w), x))),
        first,
      );
    });
  const loss = sum(x);
  p.backward(loss, { retainGraph: true });
  p.backward(loss);
}

/** d = a * b + a */
export function fanOut(p: Program): void {
  const a = p.tensor("a", [2], [], true);
  const b = p.tensor("b", [3], [], true);
  const c = p.name(mul(a, b), "c");
  p.backward(p.name(add(c, a), "d"));
}

export function detached(p: Program): void {
  const w = p.tensor("w", [2, 3], [2], true);
  const h = p.name(mul(w, w), "h");
  const cut = p.name(detach(h), "cut");
  p.backward(p.name(sum(mul(cut, w)), "loss"));
}

export function underNoGrad(p: Program): void {
  const w = p.tensor("w", [2, 3], [2], true);
  const fixed = p.rt.withGrad(false, () => p.name(mul(w, w), "fixed"));
  p.backward(p.name(sum(mul(fixed, w)), "loss"));
}

/** y = x³ by products; dy/dx with create_graph, then backward through it. */
export function doubleBackward(p: Program): void {
  const x = p.tensor("x", [2], [], true);
  const y = p.name(mul(mul(x, x), x), "y");
  const [g] = grad([y], [x], { createGraph: true });
  p.backward(p.name(mul(g as Tensor, g as Tensor), "penalty"));
}

/** A column added to a row. */
export function broadcast(p: Program): void {
  const column = p.tensor("column", [1, 2, 3], [3, 1], true);
  const row = p.tensor("row", [10, 20], [1, 2], true);
  p.backward(p.name(sum(add(column, row)), "loss"));
}

export function inplaceOnComputed(p: Program): void {
  const w = p.tensor("w", [1, 2, 3], [3], true);
  const h = p.name(add(w, w), "h");
  mul_(h, 2);
  p.backward(p.name(sum(h), "loss"));
}

/** An in-place change of a view of a computed tensor. */
export function inplaceOnView(p: Program): void {
  const w = p.tensor("w", [1, 2, 3, 4], [2, 2], true);
  const h = p.name(add(w, w), "h");
  const row = p.name(select(h, 0, 0), "row");
  mul_(row, 5);
  p.backward(p.name(sum(mul(h, h)), "loss"));
}

/** Backward twice into the same leaves, zeroing in place, None in the end. */
export function accumulating(p: Program): void {
  const w = p.tensor("w", [3], [], true);
  const y = mul(w, w);
  p.backward(y, { retainGraph: true });
  p.backward(y, { retainGraph: true });
  zero_(w.grad as Tensor);
  p.backward(y);
  const before = w.grad;
  w.grad = null;
  p.recorder.gradientCleared(w, before, null);
}

/** A second backward pass through freed tensors. */
export function freed(p: Program): void {
  const w = p.tensor("w", [3], [], true);
  const y = p.name(mul(w, w), "y");
  p.backward(y);
  try {
    p.backward(y);
  } catch (error) {
    p.recorder.error("RuntimeError", (error as Error).message);
  }
}

/** `iterations` of a two-layer network with a hand-written update. */
export function training(p: Program, iterations = 3): void {
  const X = p.tensor("X", [0, 0, 0, 1, 1, 0, 1, 1], [4, 2]);
  const Y = p.tensor("Y", [0, 1, 1, 0], [4, 1]);
  const W1 = p.tensor(
    "W1",
    Array.from({ length: 16 }, (_, i) => Math.sin(i + 1)),
    [8, 2],
    true,
  );
  const W2 = p.tensor(
    "W2",
    Array.from({ length: 8 }, (_, i) => Math.cos(i + 1)),
    [1, 8],
    true,
  );
  const rate = p.tensor("rate", [0.1]);
  for (let i = 0; i < iterations; i++) {
    const h = p.name(tanh(mm(X, t(W1))), "h");
    const out = p.name(mm(h, t(W2)), "out");
    const diff = add(out, Y, -1);
    p.backward(p.name(sum(mul(diff, diff)), "loss"));
    p.rt.withGrad(false, () => {
      for (const w of [W1, W2]) {
        sub_(w, mul(rate, w.grad as Tensor));
        const before = w.grad;
        w.grad = null;
        p.recorder.gradientCleared(w, before, null);
      }
    });
  }
}

/** The same with an optimiser that the recorder is told of. */
export function optimised(p: Program, iterations = 3): void {
  const w = p.tensor("w", [1, -2], [2], true);
  for (let i = 0; i < iterations; i++) {
    p.backward(p.name(sum(mul(w, w)), "loss"));
    p.recorder.optimizerStep("begin", "SGD", [w]);
    p.rt.withGrad(false, () => add_(w, w.grad as Tensor, -0.1));
    p.recorder.optimizerStep("end", "SGD", [w]);
    const before = w.grad;
    w.grad = null;
    p.recorder.gradientCleared(w, before, null);
  }
}

/** Two graphs that are built first and differentiated in turn, sharing a leaf. */
export function interleaved(p: Program): void {
  const w = p.tensor("w", [2], [], true);
  const first = p.name(mul(w, w), "first");
  p.backward(first, { retainGraph: true });
  const second = p.name(add(mul(w, 3), w), "second");
  p.backward(second, { retainGraph: true });
  p.backward(first);
  p.backward(second);
}

/** A hook on a computed tensor makes its gradient ten times as large. */
export function hooked(p: Program): void {
  const x = p.tensor("x", [1, 2], [2], true);
  const y = p.name(mul(x, 2), "y");
  const node = y.gradFn as GradNode;
  node.tensorHooks = new Map([[1, { output: 0, hook: (g) => mul(g, 10) }]]);
  p.backward(p.name(sum(mul(y, y)), "loss"));
}

/** Data prepared once and used by every iteration, and data of each iteration. */
export function prepared(p: Program): void {
  const raw = p.tensor("raw", [1, 2, 3, 4], [4]);
  const data = p.name(mul(raw, raw), "data");
  const w = p.tensor("w", [1, 1, 1, 1], [4], true);
  for (let i = 0; i < 3; i++) {
    const batch = p.name(add(data, raw), "batch");
    const before = w.grad;
    w.grad = null;
    p.recorder.gradientCleared(w, before, null);
    p.backward(p.name(sum(mul(w, add(batch, data))), "loss"));
  }
}

/** A result that retains its gradient, twice; set to None in between. */
export function retaining(p: Program): void {
  const w = p.tensor("w", [1, 2], [2], true);
  const h = p.name(mul(w, w), "h");
  retainGrad(h);
  const loss = p.name(sum(mul(h, h)), "loss");
  p.backward(loss, { retainGraph: true });
  p.backward(loss, { retainGraph: true });
  const before = h.grad;
  h.grad = null;
  p.recorder.gradientCleared(h, before, null);
  p.backward(loss);
}

/** Hooks after accumulation: one halves `.grad`, one takes it away. */
export function hookedAfter(p: Program): void {
  const w = p.tensor("w", [1, 2], [2], true);
  const v = p.tensor("v", [3, 4], [2], true);
  const hook = (t: Tensor, change: (leaf: Tensor) => void): void => {
    const node = gradEdge(t)?.node as AccumulateGrad;
    node.accumulateHooks = new Map([[0, change]]);
  };
  hook(w, (leaf) => void mul_(leaf.grad as Tensor, 0.5));
  hook(v, (leaf) => {
    leaf.grad = null;
  });
  for (let i = 0; i < 2; i++) p.backward(p.name(sum(mul(w, v)), "loss"));
}

export const programs: Readonly<Record<string, (p: Program) => void>> = {
  fanOut,
  modules,
  detached,
  underNoGrad,
  doubleBackward,
  broadcast,
  inplaceOnComputed,
  inplaceOnView,
  accumulating,
  freed,
  training: (p) => training(p),
  optimised: (p) => optimised(p),
  interleaved,
  hooked,
  prepared,
  retaining,
  hookedAfter,
};
