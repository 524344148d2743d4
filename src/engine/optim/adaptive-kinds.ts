import { run } from "../nn/named-operators.ts";
import { add_ } from "../ops/arithmetic.ts";
import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import {
  countStep,
  decayed,
  type GroupOptions,
  needBetas,
  needNonNegative,
  type OptimizerKind,
  type ParameterState,
  stateTensor,
} from "./optimizer.ts";
import { addcdiv, addcmul, num, scale, sqrt, zerosLike } from "./steps.ts";

const COMMON = { foreach: null, maximize: false, capturable: false, differentiable: false };

function checkMoments(o: GroupOptions): void {
  needNonNegative("epsilon value", o["eps"]);
  needBetas(o["betas"]);
  needNonNegative("weight_decay value", o["weightDecay"]);
}

export const adadelta: OptimizerKind = {
  name: "Adadelta",
  doc: "Steps as large as recent steps were, relative to recent gradients.",
  formula:
    "v \\leftarrow \\rho v + (1-\\rho) g^2,\\; d = g\\,\\sqrt{u + \\epsilon} / \\sqrt{v + \\epsilon},\\; u \\leftarrow \\rho u + (1-\\rho) d^2,\\; p \\leftarrow p - \\eta d",
  defaults: { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, ...COMMON },
  check: (o) => {
    const rho = num(o, "rho");
    needNonNegative("rho value", rho >= 0 && rho <= 1 ? rho : -Math.abs(rho));
    needNonNegative("epsilon value", o["eps"]);
    needNonNegative("weight_decay value", o["weightDecay"]);
  },
  update: (rt, p, gradient, state, o) => {
    countStep(state);
    const grad = decayed(gradient, p, o["weightDecay"]);
    const [rho, eps] = [num(o, "rho"), num(o, "eps")];
    const square = stateTensor(state, "square_avg", () => zerosLike(p));
    const steps = stateTensor(state, "acc_delta", () => zerosLike(p));
    addcmul(rt, scale(rt, square, rho), grad, grad, 1 - rho);
    const root = sqrt(rt, run(rt, "add", square, eps));
    const delta = sqrt(rt, run(rt, "add", steps, eps));
    run(rt, "mul_", run(rt, "div_", delta, root), grad);
    addcmul(rt, scale(rt, steps, rho), delta, delta, 1 - rho);
    add_(p, delta, -o.lr);
  },
};

export const adamax: OptimizerKind = {
  name: "Adamax",
  doc: "Adam with the largest gradient so far in place of the root mean square.",
  formula:
    "m \\leftarrow \\beta_1 m + (1-\\beta_1) g,\\; u \\leftarrow \\max(\\beta_2 u, |g| + \\epsilon),\\; p \\leftarrow p - \\eta\\, \\hat m / u",
  defaults: { lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, ...COMMON },
  check: checkMoments,
  update: (rt, p, gradient, state, o) => {
    const step = countStep(state);
    const [beta1, beta2] = o["betas"] as [number, number];
    const grad = decayed(gradient, p, o["weightDecay"]);
    const mean = stateTensor(state, "exp_avg", () => zerosLike(p));
    const largest = stateTensor(state, "exp_inf", () => zerosLike(p));
    run(rt, "lerp_", mean, grad, 1 - beta1);
    const size = run(rt, "add_", run(rt, "abs", grad), num(o, "eps"));
    run(rt, "copy_", largest, run(rt, "maximum", scale(rt, largest, beta2), size));
    addcdiv(rt, p, mean, largest, -(o.lr / (1 - beta1 ** step)));
  },
};

/** Weight decay apart from the gradient, or as part of it. */
function decay(rt: Runtime, p: Tensor, gradient: Tensor, o: GroupOptions): Tensor {
  const weightDecay = num(o, "weightDecay");
  if (weightDecay === 0) return gradient;
  if (o["decoupledWeightDecay"] !== true) return decayed(gradient, p, weightDecay);
  scale(rt, p, 1 - o.lr * weightDecay);
  return gradient;
}

/** Running means of the gradient and its square. */
function moments(rt: Runtime, p: Tensor, grad: Tensor, state: ParameterState, o: GroupOptions): [Tensor, Tensor] {
  const [beta1, beta2] = o["betas"] as [number, number];
  const mean = stateTensor(state, "exp_avg", () => zerosLike(p));
  const square = stateTensor(state, "exp_avg_sq", () => zerosLike(p));
  run(rt, "lerp_", mean, grad, 1 - beta1);
  addcmul(rt, scale(rt, square, beta2), grad, grad, 1 - beta2);
  return [mean, square];
}

export const nadam: OptimizerKind = {
  name: "NAdam",
  doc: "Adam with Nesterov's momentum.",
  formula: "p \\leftarrow p - \\eta\\,(\\mu' \\hat m + (1-\\mu) \\hat g) / (\\sqrt{\\hat v} + \\epsilon)",
  defaults: {
    lr: 2e-3,
    betas: [0.9, 0.999],
    eps: 1e-8,
    weightDecay: 0,
    momentumDecay: 4e-3,
    decoupledWeightDecay: false,
    ...COMMON,
  },
  check: (o) => {
    checkMoments(o);
    needNonNegative("momentum_decay value", o["momentumDecay"]);
  },
  update: (rt, p, gradient, state, o) => {
    const step = countStep(state);
    const [beta1, beta2] = o["betas"] as [number, number];
    const grad = decay(rt, p, gradient, o);
    const momentum = (n: number): number => beta1 * (1 - 0.5 * 0.96 ** (n * num(o, "momentumDecay")));
    const [now, next] = [momentum(step), momentum(step + 1)];
    // PyTorch keeps the product in a float32 tensor.
    const product = Math.fround((typeof state["mu_product"] === "number" ? state["mu_product"] : 1) * now);
    state["mu_product"] = product;
    const [mean, square] = moments(rt, p, grad, state, o);
    const root = run(rt, "add_", sqrt(rt, run(rt, "div", square, 1 - beta2 ** step)), num(o, "eps"));
    addcdiv(rt, p, grad, root, (-o.lr * (1 - now)) / (1 - product));
    addcdiv(rt, p, mean, root, (-o.lr * next) / (1 - product * next));
  },
};

export const radam: OptimizerKind = {
  name: "RAdam",
  doc: "Adam whose first steps, with too little data for the variance, go without it.",
  formula: "p \\leftarrow p - \\eta\\, r\\, \\hat m / (\\sqrt{\\hat v} + \\epsilon)",
  defaults: { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, decoupledWeightDecay: false, ...COMMON },
  check: checkMoments,
  update: (rt, p, gradient, state, o) => {
    const step = countStep(state);
    const [beta1, beta2] = o["betas"] as [number, number];
    const grad = decay(rt, p, gradient, o);
    const [mean, square] = moments(rt, p, grad, state, o);
    const corrected = run(rt, "div", mean, 1 - beta1 ** step);
    const correction2 = 1 - beta2 ** step;
    const most = 2 / (1 - beta2) - 1;
    const length = most - (2 * step * beta2 ** step) / correction2;
    const update = run(rt, "mul", corrected, o.lr);
    if (length <= 5) {
      add_(p, update, -1);
      return;
    }
    const rectified = Math.sqrt(((length - 4) * (length - 2) * most) / ((most - 4) * (most - 2) * length));
    const root = run(rt, "add_", sqrt(rt, square), num(o, "eps"));
    const adaptive = run(rt, "mul", run(rt, "reciprocal", root), Math.sqrt(correction2));
    add_(p, run(rt, "mul", run(rt, "mul", update, adaptive), rectified), -1);
  },
};
