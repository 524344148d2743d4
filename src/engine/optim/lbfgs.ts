import { runtimeError, valueError } from "../errors.ts";
import { run } from "../nn/named-operators.ts";
import { add_ } from "../ops/arithmetic.ts";
import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import type { Optimizer, OptimizerKind } from "./optimizer.ts";
import { num } from "./steps.ts";
import { strongWolfe } from "./strong-wolfe.ts";

/** What L-BFGS keeps between steps. */
interface History {
  iterations: number;
  direction: Tensor | null;
  length: number;
  /** Changes of the gradient, steps, and 1 / (their product), of the last iterations. */
  readonly changes: Tensor[];
  readonly steps: Tensor[];
  readonly inverse: number[];
  scale: Tensor | null;
  before: Tensor | null;
}

const freshHistory = (): History => ({
  iterations: 0,
  direction: null,
  length: 0,
  changes: [],
  steps: [],
  inverse: [],
  scale: null,
  before: null,
});

const dot = (a: Tensor, b: Tensor): number => run(a.rt, "dot", a, b).item();
const largest = (t: Tensor): number => run(t.rt, "max", run(t.rt, "abs", t)).item();

/** All gradients as one vector. */
function flatGradient(rt: Runtime, parameters: readonly Tensor[]): Tensor {
  const parts = parameters.map((p) =>
    p.grad === null ? rt.full([p.numel], 0, p.dtype) : run(rt, "reshape", p.grad, [-1]),
  );
  return run(rt, "cat", parts);
}

/** p ← p + step · direction, for all parameters. */
function move(rt: Runtime, parameters: readonly Tensor[], step: number, direction: Tensor): void {
  let at = 0;
  for (const p of parameters) {
    add_(p, run(rt, "view", run(rt, "narrow", direction, 0, at, p.numel), [...p.shape]), step);
    at += p.numel;
  }
}

/** The inverse Hessian that the history stands for, times the negative gradient: two loops over the history. */
function searchDirection(rt: Runtime, gradient: Tensor, h: History): Tensor {
  const q = run(rt, "neg", gradient);
  const weights: number[] = [];
  for (let i = h.changes.length - 1; i >= 0; i--) {
    weights[i] = Math.fround(dot(h.steps[i], q) * h.inverse[i]);
    add_(q, h.changes[i], -weights[i]);
  }
  const r = h.scale === null ? q : run(rt, "mul", q, h.scale);
  h.changes.forEach((change, i) => {
    add_(r, h.steps[i], weights[i] - Math.fround(dot(change, r) * h.inverse[i]));
  });
  return r;
}

function remember(rt: Runtime, gradient: Tensor, h: History, most: number): void {
  if (h.before === null || h.direction === null) return;
  const change = run(rt, "sub", gradient, h.before);
  const product = dot(change, run(rt, "mul", h.direction, h.length));
  if (product <= 1e-10) return;
  if (h.changes.length === most) for (const list of [h.changes, h.steps, h.inverse]) list.shift();
  h.changes.push(change);
  h.steps.push(run(rt, "mul", h.direction, h.length));
  h.inverse.push(Math.fround(1 / product));
  h.scale = run(rt, "div", rt.full([], product, gradient.dtype), run(rt, "dot", change, change));
}

/** One step of L-BFGS: up to `maxIter` iterations; `closure` computes the loss and its gradients again. Gives the first loss. */
function minimize(optimizer: Optimizer, h: History, closure: () => number): number {
  const { rt } = optimizer;
  const [{ tensors: parameters, options }] = optimizer.groups;
  const [maxIter, tolerance] = [num(options, "maxIter"), num(options, "toleranceChange")];
  const maxEval = (options["maxEval"] as number | null) ?? Math.floor((maxIter * 5) / 4);
  // What the closure does is the program's, not the optimiser's.
  const evaluate = (): number => {
    rt.inOptimizer--;
    try {
      return rt.withGrad(true, closure);
    } finally {
      rt.inOptimizer++;
    }
  };
  const first = evaluate();
  let loss = first;
  let gradient = flatGradient(rt, parameters);
  let evaluations = 1;
  const isOptimal = (): boolean => largest(gradient) <= num(options, "toleranceGrad");
  if (isOptimal()) return first;
  for (let iteration = 1; iteration <= maxIter; iteration++) {
    h.iterations++;
    remember(rt, gradient, h, num(options, "historySize"));
    const direction: Tensor = h.iterations === 1 ? run(rt, "neg", gradient) : searchDirection(rt, gradient, h);
    h.direction = direction;
    h.before = run(rt, "clone", gradient);
    const lossBefore = loss;
    const total = run(rt, "sum", run(rt, "abs", gradient)).item();
    h.length = h.iterations === 1 ? Math.min(1, 1 / total) * options.lr : options.lr;
    const slope = dot(gradient, direction);
    if (slope > -tolerance) break;
    let optimal = false;
    if (options["lineSearchFn"] === null) {
      move(rt, parameters, h.length, direction);
      if (iteration !== maxIter) {
        loss = evaluate();
        gradient = flatGradient(rt, parameters);
        optimal = isOptimal();
        evaluations++;
      }
    } else {
      const origin = parameters.map((p) => run(rt, "clone", p));
      const found = strongWolfe(
        (length) => {
          move(rt, parameters, length, direction);
          const at = { loss: evaluate(), gradient: flatGradient(rt, parameters) };
          parameters.forEach((p, i) => void run(rt, "copy_", p, origin[i]));
          return { ...at, slope: dot(at.gradient, direction) };
        },
        { loss, gradient, slope },
        h.length,
        largest(direction),
      );
      ({ loss, gradient } = found);
      h.length = found.length;
      move(rt, parameters, h.length, direction);
      optimal = isOptimal();
      evaluations += found.evaluations;
    }
    if (iteration === maxIter || evaluations >= maxEval || optimal) break;
    if (largest(direction) * Math.abs(h.length) <= tolerance || Math.abs(loss - lossBefore) < tolerance) break;
  }
  return first;
}

export const lbfgs: OptimizerKind = {
  name: "LBFGS",
  doc: "A quasi-Newton method: step takes a closure that forgets the gradients, computes the loss, and calls backward.",
  formula: "p \\leftarrow p - \\eta\\, H^{-1} g",
  defaults: {
    lr: 1,
    maxIter: 20,
    maxEval: null,
    toleranceGrad: 1e-7,
    toleranceChange: 1e-9,
    historySize: 100,
    lineSearchFn: null,
  },
  check: (o) => {
    if (o["lineSearchFn"] !== null && o["lineSearchFn"] !== "strong_wolfe")
      throw runtimeError("only 'strong_wolfe' is supported");
  },
  update: () => undefined,
  minimizer: (optimizer) => {
    const history = freshHistory();
    return (closure) => {
      if (optimizer.groups.length !== 1)
        throw valueError("LBFGS doesn't support per-parameter options (parameter groups)");
      return minimize(optimizer, history, closure);
    };
  },
};
