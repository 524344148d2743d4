import { int64, isFloating } from "../dtype.ts";
import { check, indexError, runtimeError, sizes, TorchError, valueError } from "../errors.ts";
import { dense, denseArray } from "../kernels/dense.ts";
import { settle } from "../kernels/elementwise.ts";
import { op } from "../op.ts";
import { sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add, div, mul, neg, sub } from "./arithmetic.ts";
import { clamp, maximum } from "./compare.ts";
import { logSoftmaxPrimitive } from "./softmax.ts";
import { mean, sum } from "./sum.ts";
import { log1p } from "./unary.ts";
import { exp, log, sigmoid } from "./unary-core.ts";

export type Reduction = "none" | "mean" | "sum";

/** Checks a reduction's name. */
export function reductionOf(reduction: string): Reduction {
  if (reduction !== "none" && reduction !== "mean" && reduction !== "sum")
    throw valueError(`${reduction} is not a valid value for reduction`);
  return reduction;
}
export const reduceLoss = (x: Tensor, reduction: Reduction): Tensor =>
  reduction === "none" ? x : reduction === "mean" ? mean(x) : sum(x);

/** Scale of the gradient of a reduced loss: 1/n for the mean. */
const share = (reduction: Reduction, n: number): number => (reduction === "mean" ? 1 / n : 1);

export const mseLoss = op({
  name: "mse_loss",
  args: ["self", "target", "reduction"],
  node: "MseLossBackward0",
  forward: (self: Tensor, target: Tensor, reduction: Reduction): Tensor => {
    const d = sub(self, target);
    return reduceLoss(mul(d, d), reduction);
  },
  keep: ([self, target, reduction]) => ({ self, target, reduction }),
  vjp: {
    self: (g, { self, target, reduction }): Tensor =>
      mul(g, mul(sub(self, target), 2 * share(reduction, Math.max(broadcastCount(self, target), 1)))),
    target: (g, { self, target, reduction }): Tensor =>
      mul(g, mul(sub(target, self), 2 * share(reduction, Math.max(broadcastCount(self, target), 1)))),
  },
  formula: {
    out: "\\tfrac1n\\textstyle\\sum ({self} - {target})^2",
    vjp: { self: "\\tfrac2n\\,{g}\\,({self} - {target})", target: "-\\tfrac2n\\,{g}\\,({self} - {target})" },
  },
  places: ["_C"],
  signatures: ["mse_loss(Tensor input, Tensor target, str reduction='mean')"],
});
const broadcastCount = (a: Tensor, b: Tensor): number => Math.max(a.numel, b.numel);

/** Picks -weight·input[target] along the class dimension; [N, C, …] with targets [N, …], or [C] with a 0-d target. */
interface NllPlan {
  readonly batch: number;
  readonly classes: number;
  readonly inner: number;
  readonly unbatched: boolean;
}

function nllPlan(self: Tensor, target: Tensor, weight: Tensor | null): NllPlan {
  check(self.ndim >= 1, () => `Expected 1 or more dimensions (got ${self.ndim})`);
  if (self.ndim >= 2 && self.shape[0] !== target.shape[0])
    throw valueError(
      `Expected input batch_size (${self.shape[0]}) to match target batch_size (${target.shape[0] ?? 1}).`,
    );
  const unbatched = self.ndim === 1;
  const classes = unbatched ? self.shape[0] : self.shape[1];
  check(
    weight === null || weight.numel === classes,
    () =>
      `weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ${sizes(weight?.shape ?? [])}`,
  );
  if (self.ndim > 2) {
    const expected = [self.shape[0], ...self.shape.slice(2)];
    check(
      sameShape(target.shape, expected),
      () => `Expected target size ${sizes(expected)}, got ${sizes(target.shape)}`,
    );
  } else
    check(unbatched ? target.ndim === 0 : target.ndim === 1, () =>
      target.ndim > 1
        ? "0D or 1D target tensor expected, multi-target not supported"
        : `size mismatch (got input: ${sizes(self.shape)}, target: ${sizes(target.shape)})`,
    );
  if (target.dtype !== int64 && target.dtype.name !== "uint8")
    throw runtimeError(`expected scalar type Long but found ${target.dtype.scalarName}`);
  return {
    batch: unbatched ? 1 : self.shape[0],
    classes,
    inner: unbatched ? 1 : self.shape.slice(2).reduce((a, b) => a * b, 1),
    unbatched,
  };
}

function classAt(targets: ArrayLike<number>, i: number, classes: number, ignore: number): number {
  const c = targets[i];
  if (c === ignore) return -1;
  if (c < 0 || c >= classes) throw indexError(`Target ${c} is out of bounds.`);
  return c;
}

/** Sum of the weights of the targets that count: the divisor of the mean. */
function totalWeight(
  plan: NllPlan,
  targets: ArrayLike<number>,
  weights: ArrayLike<number> | null,
  ignore: number,
): number {
  let total = 0;
  for (let i = 0; i < plan.batch * plan.inner; i++) {
    const c = classAt(targets, i, plan.classes, ignore);
    if (c >= 0) total += weights === null ? 1 : weights[c];
  }
  return total;
}

export const nllLoss = op({
  name: "nll_loss",
  args: ["self", "target", "weight", "reduction", "ignore_index"],
  node: ([self]) => (self.ndim > 2 ? "NllLoss2DBackward0" : "NllLossBackward0"),
  forward: (
    self: Tensor,
    target: Tensor,
    weight: Tensor | null = null,
    reduction: Reduction = "mean",
    ignore: number = -100,
  ): Tensor => {
    const plan = nllPlan(self, target, weight);
    const { data, start } = dense(self);
    const targets = denseArray(target);
    const weights = weight === null ? null : denseArray(weight);
    const { batch, classes, inner } = plan;
    const out = self.rt.empty(reduction === "none" ? target.shape : [], self.dtype);
    let total = 0;
    for (let b = 0; b < batch; b++)
      for (let k = 0; k < inner; k++) {
        const i = b * inner + k;
        const c = classAt(targets, i, classes, ignore);
        const v = c < 0 ? 0 : -data[start + (b * classes + c) * inner + k] * (weights === null ? 1 : weights[c]);
        if (reduction === "none") out.data[i] = v;
        else total += v;
      }
    if (reduction === "sum") out.data[0] = total;
    if (reduction === "mean") out.data[0] = total / totalWeight(plan, targets, weights, ignore);
    return settle(out);
  },
  keep: ([self, target, weight, reduction, ignore]) => ({
    self_sizes: self.shape,
    self,
    target,
    weight,
    reduction: reduction ?? "mean",
    ignore: ignore ?? -100,
  }),
  vjp: {
    self: (g, { self, target, weight, reduction, ignore }): Tensor =>
      nllLossBackward(g, self, target, weight, reduction, ignore),
  },
  formula: {
    out: "-\\tfrac1n\\textstyle\\sum_i {self}_{i,\\,t_i}",
    vjp: { self: "-\\tfrac1n\\,{g} \\text{ at } (i, t_i)" },
  },
  places: ["_C"],
  signatures: [
    "nll_loss(Tensor input, Tensor target, Tensor? weight=None, str reduction='mean', int64_t ignore_index=-100)",
  ],
});

export const nllLossBackward = op({
  name: "nll_loss_backward",
  args: ["grad", "self", "target", "weight", "reduction", "ignore_index"],
  node: "NllLossBackwardBackward0",
  forward: (
    grad: Tensor,
    self: Tensor,
    target: Tensor,
    weight: Tensor | null,
    reduction: Reduction,
    ignore: number,
  ): Tensor => {
    const plan = nllPlan(self, target, weight);
    const { batch, classes, inner } = plan;
    const targets = denseArray(target);
    const weights = weight === null ? null : denseArray(weight);
    const g = denseArray(grad);
    const out = self.rt.empty(self.shape, self.dtype);
    const divisor = reduction === "mean" ? totalWeight(plan, targets, weights, ignore) : 1;
    for (let b = 0; b < batch; b++)
      for (let k = 0; k < inner; k++) {
        const i = b * inner + k;
        const c = classAt(targets, i, classes, ignore);
        if (c < 0) continue;
        const up = reduction === "none" ? g[i] : g[0] / divisor;
        out.data[(b * classes + c) * inner + k] = -up * (weights === null ? 1 : weights[c]);
      }
    return settle(out);
  },
  keep: ([, , target, weight, reduction, ignore]) => ({ target, weight, reduction, ignore }),
  vjp: { grad: (g, { target, weight, reduction, ignore }): Tensor => nllLoss(g, target, weight, reduction, ignore) },
  formula: { out: "-{grad} \\text{ at } (i, t_i)", vjp: { grad: "-{g}_{i,\\,t_i}" } },
});

/** Cross entropy of logits with class indices or class probabilities, optionally smoothed. */
export const crossEntropy = op({
  name: "cross_entropy_loss",
  args: ["self", "target", "weight", "reduction", "ignore_index", "label_smoothing"],
  forward: (
    self: Tensor,
    target: Tensor,
    weight: Tensor | null = null,
    reductionName: string = "mean",
    ignore: number = -100,
    smoothing: number = 0,
  ): Tensor => {
    const reduction = reductionOf(reductionName);
    const classDim = self.ndim === 1 ? 0 : 1;
    check(smoothing >= 0 && smoothing <= 1, () => `label_smoothing must be between 0.0 and 1.0. Got: ${smoothing}`);
    if (sameShape(self.shape, target.shape)) {
      if (!isFloating(target.dtype))
        throw runtimeError(
          `Expected floating point type for target with class probabilities, got ${target.dtype.scalarName}`,
        );
      check(ignore < 0, () => "ignore_index is not supported for floating point target");
      return probabilityLoss(self, target, weight, reduction, smoothing, classDim);
    }
    const logp = logSoftmaxPrimitive(self, classDim);
    if (smoothing === 0) return nllLoss(logp, target, weight, reduction, ignore);
    return smoothedLoss(logp, target, weight, reduction, ignore, smoothing, classDim);
  },
  places: ["_C"],
  signatures: [
    "cross_entropy_loss(Tensor input, Tensor target, Tensor? weight=None, str reduction='mean', int64_t ignore_index=-100, double label_smoothing=0.0)",
  ],
});

function probabilityLoss(
  self: Tensor,
  target: Tensor,
  weight: Tensor | null,
  reduction: Reduction,
  smoothing: number,
  classDim: number,
): Tensor {
  const logp = logSoftmaxPrimitive(self, classDim);
  const classes = self.shape[classDim];
  let t = target;
  if (smoothing > 0) t = add(mul(target, 1 - smoothing), smoothing / classes);
  let product = mul(logp, t);
  if (weight !== null) product = mul(product, classShape(weight, self.ndim, classDim));
  const loss = neg(sum(product, [classDim]));
  if (reduction === "none") return loss;
  return reduction === "sum" ? sum(loss) : div(sum(loss), self.numel / classes);
}

function smoothedLoss(
  logp: Tensor,
  target: Tensor,
  weight: Tensor | null,
  reduction: Reduction,
  ignore: number,
  smoothing: number,
  classDim: number,
): Tensor {
  const nll = nllLoss(logp, target, weight, reduction, ignore);
  const weighted = weight === null ? logp : mul(logp, classShape(weight, logp.ndim, classDim));
  const kept = logp.rt.from(
    denseArray(target).map((c) => (c === ignore ? 0 : 1)) as Float64Array,
    target.shape,
    logp.dtype,
  );
  const smooth = mul(neg(sum(weighted, [classDim])), kept);
  let reduced = smooth;
  if (reduction === "sum") reduced = sum(smooth);
  if (reduction === "mean") {
    const targets = denseArray(target);
    const w = weight === null ? null : denseArray(weight);
    let total = 0;
    for (const c of targets) if (c !== ignore) total += w === null ? 1 : w[c];
    reduced = div(sum(smooth), total);
  }
  const classes = logp.shape[classDim];
  return add(mul(nll, 1 - smoothing), mul(reduced, smoothing / classes));
}

function classShape(weight: Tensor, ndim: number, classDim: number): Tensor {
  const shape = new Array<number>(ndim).fill(1);
  shape[classDim] = weight.numel;
  return weight.alias(
    shape,
    shape.map((_, i) => (i === classDim ? weight.strides[0] : 0)),
  );
}

function checkProbabilities(self: Tensor): void {
  for (const p of denseArray(self))
    if (!(p >= 0 && p <= 1)) throw new TorchError("RuntimeError", "all elements of input should be between 0 and 1");
}

export const binaryCrossEntropy = op({
  name: "binary_cross_entropy",
  args: ["self", "target", "weight", "reduction"],
  node: "BinaryCrossEntropyBackward0",
  forward: (self: Tensor, target: Tensor, weight: Tensor | null = null, reduction: Reduction = "mean"): Tensor => {
    check(
      self.dtype === target.dtype,
      () => `Found dtype ${target.dtype.scalarName} but expected ${self.dtype.scalarName}`,
    );
    checkProbabilities(self);
    // Logarithms are limited to -100, as in PyTorch, so that 0·log 0 stays finite.
    const logs = clamp(log(self), -100, null);
    const rest = clamp(log1p(neg(self)), -100, null);
    const loss = sub(mul(sub(target, 1), rest), mul(target, logs));
    return reduceLoss(weight === null ? loss : mul(loss, weight), reduction);
  },
  keep: ([self, target, weight, reduction]) => ({ self, target, weight, reduction: reduction ?? "mean" }),
  vjp: {
    self: (g, { self, target, weight, reduction }): Tensor => {
      const slope = div(sub(self, target), clamp(mul(sub(1, self), self), 1e-12, null));
      const scaled = mul(mul(g, slope), share(reduction, self.numel));
      return weight === null ? scaled : mul(scaled, weight);
    },
    target: (g, { self, target, weight, reduction }): Tensor => {
      const slope = sub(clamp(log1p(neg(self)), -100, null), clamp(log(self), -100, null));
      const scaled = mul(mul(g, slope), share(reduction, target.numel));
      return weight === null ? scaled : mul(scaled, weight);
    },
  },
  formula: {
    out: "-\\tfrac1n\\textstyle\\sum {target}\\ln {self} + (1 - {target})\\ln(1 - {self})",
    vjp: {
      self: "\\tfrac1n\\,{g} \\frac{{self} - {target}}{{self}(1 - {self})}",
      target: "\\tfrac1n\\,{g}\\,(\\ln(1-{self}) - \\ln {self})",
    },
  },
  places: ["_C"],
  signatures: ["binary_cross_entropy(Tensor input, Tensor target, Tensor? weight=None, str reduction='mean')"],
});

export const binaryCrossEntropyWithLogits = op({
  name: "binary_cross_entropy_with_logits",
  args: ["self", "target", "weight", "pos_weight", "reduction"],
  node: "BinaryCrossEntropyWithLogitsBackward0",
  forward: (
    self: Tensor,
    target: Tensor,
    weight: Tensor | null = null,
    posWeight: Tensor | null = null,
    reduction: Reduction = "mean",
  ): Tensor => {
    const logSigmoid = stableLogSigmoid(self);
    const first = mul(sub(1, target), self);
    const loss =
      posWeight === null ? sub(first, logSigmoid) : sub(first, mul(add(mul(sub(posWeight, 1), target), 1), logSigmoid));
    return reduceLoss(weight === null ? loss : mul(loss, weight), reduction);
  },
  keep: ([self, target, weight, pos_weight, reduction]) => ({
    self,
    target,
    weight,
    pos_weight,
    reduction: reduction ?? "mean",
  }),
  vjp: {
    self: (g, { self, target, weight, pos_weight, reduction }): Tensor => {
      const s = sigmoid(self);
      let slope: Tensor;
      if (pos_weight === null) slope = sub(s, target);
      else {
        const t = mul(pos_weight, target);
        slope = sub(mul(sub(add(t, 1), target), s), t);
      }
      const scaled = mul(mul(g, slope), share(reduction, self.numel));
      return weight === null ? scaled : mul(scaled, weight);
    },
    target: (g, { self, weight, pos_weight, reduction }): Tensor => {
      const slope = pos_weight === null ? neg(self) : sub(neg(self), mul(sub(pos_weight, 1), stableLogSigmoid(self)));
      const scaled = mul(mul(g, slope), share(reduction, self.numel));
      return weight === null ? scaled : mul(scaled, weight);
    },
  },
  formula: {
    out: "\\mathrm{BCE}(\\sigma({self}), {target})",
    vjp: { self: "\\tfrac1n\\,{g}\\,(\\sigma({self}) - {target})", target: "-\\tfrac1n\\,{g}\\,{self}" },
  },
  places: ["_C"],
  signatures: [
    "binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight=None, Tensor? pos_weight=None, str reduction='mean')",
  ],
});

/** log(sigmoid(x)) = min(x, 0) - log(1 + exp(-|x|)). */
function stableLogSigmoid(x: Tensor): Tensor {
  const negative = clamp(x, null, 0);
  const magnitude = maximum(x, neg(x));
  return sub(negative, log1p(exp(neg(magnitude))));
}
