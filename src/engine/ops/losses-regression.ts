import { check } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { mul, sub } from "./arithmetic.ts";
import { lt, where } from "./compare.ts";
import { pairLoss } from "./losses.ts";
import { abs } from "./unary-complex.ts";
import { sigmoid } from "./unary-core.ts";

/** A constant, `value` where the mask holds and 0 elsewhere, of the dtype of `x`. */
const constantWhere = (x: Tensor, mask: () => Tensor, value: number): Tensor =>
  x.rt.quietly(() => {
    const m = mask();
    return where(m, x.rt.full(m.shape, value, x.dtype), x.rt.full(m.shape, 0, x.dtype));
  });

export const mseLoss = pairLoss({
  name: "mse_loss",
  node: "MseLossBackward0",
  kernel: "mse_cpu",
  value: () => (x, t) => (x - t) * (x - t),
  slope: () => (x, t) => 2 * (x - t),
  bend: () => 2,
  ofDifference: true,
  gradientOfOneType: true,
  formula: { out: "({self} - {target})^2", dx: "2\\,{g}\\,({self} - {target})" },
});

export const smoothL1Loss = pairLoss({
  name: "smooth_l1_loss",
  params: { beta: 1 },
  node: "SmoothL1LossBackward0",
  kernel: "smooth_l1_cpu",
  value: (beta) => (x, t) => {
    const d = Math.abs(x - t);
    return d < beta ? (0.5 * d * d) / beta : d - 0.5 * beta;
  },
  slope: (beta) => (x, t) => {
    const d = x - t;
    return d <= -beta ? -1 : d >= beta ? 1 : d / beta;
  },
  bend: (x, t, beta) => constantWhere(x, () => lt(abs(sub(x, t)), beta), beta === 0 ? 0 : 1 / beta),
  ofDifference: true,
  check: (beta) => check(beta >= 0, () => "smooth_l1_loss does not support negative values for beta."),
  formula: {
    out: "\\mathrm{smooth}|{self} - {target}|",
    dx: "{g}\\,\\mathrm{clip}(({self} - {target})/{beta}, -1, 1)",
    note: "squared below beta, absolute above",
  },
  extra: ", double beta=1.0",
});

export const huberLoss = pairLoss({
  name: "huber_loss",
  params: { delta: 1 },
  node: "HuberLossBackward0",
  kernel: "huber_cpu",
  value: (delta) => (x, t) => {
    const d = Math.abs(x - t);
    return d <= delta ? 0.5 * d * d : delta * (d - 0.5 * delta);
  },
  slope: (delta) => (x, t) => {
    const d = x - t;
    return d <= -delta ? -delta : d >= delta ? delta : d;
  },
  bend: (x, t, delta) => constantWhere(x, () => lt(abs(sub(x, t)), delta), 1),
  ofDifference: true,
  ofInputType: true,
  gradientOfOneType: true,
  check: (delta) => check(delta > 0, () => "huber_loss does not support non-positive values for delta."),
  formula: {
    out: "\\mathrm{huber}({self} - {target})",
    dx: "{g}\\,\\mathrm{clip}({self} - {target}, -{delta}, {delta})",
    note: "squared below delta, linear above",
  },
  extra: ", double delta=1.0",
});

export const softMarginLoss = pairLoss({
  name: "soft_margin_loss",
  node: "SoftMarginLossBackward0",
  value: () => (x, t) => Math.log1p(Math.exp(-t * x)),
  slope: () => (x, t) => -t / (1 + Math.exp(t * x)),
  bend: (x, t) => {
    const s = sigmoid(mul(t, x));
    return mul(mul(t, t), mul(s, sub(1, s)));
  },
  ofDifference: false,
  formula: { out: "\\ln(1 + e^{-{target}{self}})", dx: "-{g}\\,{target}\\,\\sigma(-{target}{self})" },
});
