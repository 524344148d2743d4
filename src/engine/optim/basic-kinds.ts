import { valueError } from "../errors.ts";
import { run } from "../nn/named-operators.ts";
import { add, add_ } from "../ops/arithmetic.ts";
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

export const sgd: OptimizerKind = {
  name: "SGD",
  doc: "Stochastic gradient descent, optionally with momentum.",
  formula: "v \\leftarrow \\mu v + (1-\\tau) g,\\quad p \\leftarrow p - \\eta\\, v",
  defaults: {
    lr: 1e-3,
    momentum: 0,
    dampening: 0,
    weightDecay: 0,
    nesterov: false,
    maximize: false,
    foreach: null,
    differentiable: false,
    fused: null,
  },
  check: (o) => {
    needNonNegative("momentum value", o["momentum"]);
    needNonNegative("weight_decay value", o["weightDecay"]);
    if (o["nesterov"] === true && (num(o, "momentum") <= 0 || o["dampening"] !== 0))
      throw valueError("Nesterov momentum requires a momentum and zero dampening");
  },
  update: (rt, p, gradient, state, o) => {
    let grad = decayed(gradient, p, o["weightDecay"]);
    const momentum = num(o, "momentum");
    if (momentum !== 0) {
      const known = state["momentum_buffer"] !== undefined;
      const buffer = stateTensor(state, "momentum_buffer", () => run(rt, "clone", run(rt, "detach", grad)));
      if (known) add_(scale(rt, buffer, momentum), grad, 1 - num(o, "dampening"));
      grad = o["nesterov"] === true ? add(grad, buffer, momentum) : buffer;
    }
    add_(p, grad, -o.lr);
  },
};

/** Both moments, bias-corrected; AdamW shrinks the weights themselves instead of adding to the gradient. */
function adamUpdate(decoupled: boolean) {
  return (rt: Runtime, p: Tensor, gradient: Tensor, state: ParameterState, o: GroupOptions): void => {
    const step = countStep(state);
    const [beta1, beta2] = o["betas"] as [number, number];
    const decay = num(o, "weightDecay");
    if (decoupled) scale(rt, p, 1 - o.lr * decay);
    const grad = decoupled ? gradient : decayed(gradient, p, decay);
    const mean = stateTensor(state, "exp_avg", () => zerosLike(p));
    const square = stateTensor(state, "exp_avg_sq", () => zerosLike(p));
    run(rt, "lerp_", mean, grad, 1 - beta1);
    addcmul(rt, scale(rt, square, beta2), grad, grad, 1 - beta2);
    let second = square;
    if (o["amsgrad"] === true) {
      const largest = stateTensor(state, "max_exp_avg_sq", () => zerosLike(p));
      run(rt, "copy_", largest, run(rt, "maximum", largest, square));
      second = largest;
    }
    const correction1 = 1 - beta1 ** step;
    const correction2 = Math.sqrt(1 - beta2 ** step);
    const denominator = run(rt, "add_", run(rt, "div", sqrt(rt, second), correction2), num(o, "eps"));
    addcdiv(rt, p, mean, denominator, -(o.lr / correction1));
  };
}

function checkAdam(o: GroupOptions): void {
  needNonNegative("epsilon value", o["eps"]);
  needBetas(o["betas"]);
  needNonNegative("weight_decay value", o["weightDecay"]);
}

const ADAM = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  foreach: null,
  maximize: false,
  capturable: false,
  differentiable: false,
  fused: null,
};

export const adam: OptimizerKind = {
  name: "Adam",
  doc: "Adapts the step of each element to running means of its gradient and of the gradient's square.",
  formula:
    "m \\leftarrow \\beta_1 m + (1-\\beta_1) g,\\; v \\leftarrow \\beta_2 v + (1-\\beta_2) g^2,\\; p \\leftarrow p - \\eta\\, \\hat m / (\\sqrt{\\hat v} + \\epsilon)",
  defaults: ADAM,
  check: checkAdam,
  update: adamUpdate(false),
};

export const adamW: OptimizerKind = {
  ...adam,
  name: "AdamW",
  doc: "Adam with weight decay apart from the gradient.",
  defaults: { ...ADAM, weightDecay: 1e-2 },
  update: adamUpdate(true),
};

export const rmsprop: OptimizerKind = {
  name: "RMSprop",
  doc: "Divides the gradient by a running root mean square of itself.",
  formula: "v \\leftarrow \\alpha v + (1-\\alpha) g^2,\\quad p \\leftarrow p - \\eta\\, g / (\\sqrt v + \\epsilon)",
  defaults: {
    lr: 1e-2,
    alpha: 0.99,
    eps: 1e-8,
    weightDecay: 0,
    momentum: 0,
    centered: false,
    capturable: false,
    foreach: null,
    maximize: false,
    differentiable: false,
  },
  check: (o) => {
    needNonNegative("epsilon value", o["eps"]);
    needNonNegative("momentum value", o["momentum"]);
    needNonNegative("weight_decay value", o["weightDecay"]);
    needNonNegative("alpha value", o["alpha"]);
  },
  update: (rt, p, gradient, state, o) => {
    countStep(state);
    const grad = decayed(gradient, p, o["weightDecay"]);
    const alpha = num(o, "alpha");
    const square = stateTensor(state, "square_avg", () => zerosLike(p));
    addcmul(rt, scale(rt, square, alpha), grad, grad, 1 - alpha);
    let average: Tensor;
    if (o["centered"] === true) {
      const mean = stateTensor(state, "grad_avg", () => zerosLike(p));
      run(rt, "lerp_", mean, grad, 1 - alpha);
      average = sqrt(rt, addcmul(rt, run(rt, "clone", square), mean, mean, -1));
    } else average = sqrt(rt, square);
    run(rt, "add_", average, num(o, "eps"));
    const momentum = num(o, "momentum");
    if (momentum > 0) {
      const buffer = stateTensor(state, "momentum_buffer", () => zerosLike(p));
      addcdiv(rt, scale(rt, buffer, momentum), grad, average, 1);
      add_(p, buffer, -o.lr);
    } else addcdiv(rt, p, grad, average, -o.lr);
  },
};

export const adagrad: OptimizerKind = {
  name: "Adagrad",
  doc: "Divides the gradient by the root of the sum of all its squares so far.",
  formula: "s \\leftarrow s + g^2,\\quad p \\leftarrow p - \\eta\\, g / (\\sqrt s + \\epsilon)",
  defaults: {
    lr: 1e-2,
    lrDecay: 0,
    weightDecay: 0,
    initialAccumulatorValue: 0,
    eps: 1e-10,
    foreach: null,
    maximize: false,
    differentiable: false,
    fused: null,
  },
  check: (o) => {
    needNonNegative("lr_decay value", o["lrDecay"]);
    needNonNegative("weight_decay value", o["weightDecay"]);
    needNonNegative("initial_accumulator_value value", o["initialAccumulatorValue"]);
    needNonNegative("epsilon value", o["eps"]);
  },
  update: (rt, p, gradient, state, o) => {
    const step = countStep(state);
    const grad = decayed(gradient, p, o["weightDecay"]);
    const rate = o.lr / (1 + (step - 1) * num(o, "lrDecay"));
    const sum = stateTensor(state, "sum", () => rt.full(p.shape, num(o, "initialAccumulatorValue"), p.dtype));
    addcmul(rt, sum, grad, grad, 1);
    const root = run(rt, "add_", sqrt(rt, sum), num(o, "eps"));
    addcdiv(rt, p, grad, root, -rate);
  },
};
