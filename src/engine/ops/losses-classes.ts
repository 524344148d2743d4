import { bool, int64, isFloating } from "../dtype.ts";
import { check, indexError, runtimeError, sizes, valueError } from "../errors.ts";
import { dense, denseArray } from "../kernels/dense.ts";
import { settle } from "../kernels/elementwise.ts";
import { op } from "../op.ts";
import { checkKind, onlyFloats } from "../refusals.ts";
import { numelOf, sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add, addScalar, div, divScalar, mul, mulScalar, neg, zerosLike } from "./arithmetic.ts";
import { type Reduction, reductionOf } from "./losses.ts";
import { maskedFill_ } from "./masking.ts";
import { logSoftmaxPrimitive } from "./softmax.ts";
import { sum } from "./sum.ts";
import { reshape, view } from "./views.ts";

/** Sizes of a classification: [N, C, positions], or one sample of C classes. */
interface NllPlan {
  readonly batch: number;
  readonly classes: number;
  readonly inner: number;
}

/** Sizes, after PyTorch's checks of nll_loss (inputs of 1 and 2 dimensions) and nll_loss2d (4 dimensions). */
function nllPlan(self: Tensor, target: Tensor, weight: Tensor | null): NllPlan {
  const classes = self.shape[self.ndim === 1 ? 0 : 1];
  if (self.ndim === 4) {
    check(
      target.ndim === 3,
      () => `only batches of spatial targets supported (3D tensors) but got targets of dimension: ${target.ndim}`,
    );
    check(
      weight === null || weight.numel === classes,
      () => "weight tensor should be defined either for all or no classes",
    );
    check(
      sameShape([self.shape[0], self.shape[2], self.shape[3]], target.shape),
      () => `size mismatch (got input: ${sizes(self.shape)} , target: ${sizes(target.shape)}`,
    );
  } else {
    check(self.ndim === 1 || self.ndim === 2, () => "input tensor should be 1D or 2D");
    check(target.ndim <= 1, () => "0D or 1D target tensor expected, multi-target not supported");
    // One sample may come with as many targets as classes, of which the first counts (so does PyTorch 2.6).
    check(
      (self.ndim === 1 && target.ndim === 0) || self.shape[0] === target.shape[0],
      () => `size mismatch (got input: ${sizes(self.shape)}, target: ${sizes(target.shape)})`,
    );
    check(
      weight === null || (weight.ndim === 1 && weight.numel === classes),
      () =>
        `weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ${sizes(weight?.shape ?? [])}`,
    );
  }
  if (target.dtype !== int64 && target.dtype.name !== "uint8")
    throw runtimeError(`expected scalar type Long but found ${target.dtype.scalarName}`);
  return {
    batch: self.ndim === 1 ? 1 : self.shape[0],
    classes,
    inner: self.ndim === 4 ? self.shape[2] * self.shape[3] : 1,
  };
}

/** Class of position i, -1 when it is ignored. */
function classAt(targets: ArrayLike<number>, i: number, classes: number, ignore: number): number {
  const c = targets[i];
  if (c === ignore) return -1;
  if (c < 0 || c >= classes) throw indexError(`Target ${c} is out of bounds.`);
  return c;
}

/** Sum of the weights of the targets that count: the divisor of the mean. */
function totalWeight(targets: ArrayLike<number>, weights: ArrayLike<number> | null, ignore: number): number {
  let total = 0;
  for (let i = 0; i < targets.length; i++)
    if (targets[i] !== ignore) total += weights === null ? 1 : weights[targets[i]];
  return total;
}

export const nllLossPrimitive = op({
  name: "nll_loss",
  args: ["self", "target", "weight", "reduction", "ignore_index"],
  node: ([self]) => (self.ndim > 2 ? "NllLoss2DBackward0" : "NllLossBackward0"),
  forward: (self: Tensor, target: Tensor, weight: Tensor | null, reduction: Reduction, ignore: number): Tensor => {
    checkKind(onlyFloats(self.ndim > 2 ? "nll_loss2d_forward_out_frame" : "nll_loss_out_frame"), self.dtype);
    const { batch, classes, inner } = nllPlan(self, target, weight);
    const { data, start } = dense(self);
    const targets = denseArray(target).subarray(0, batch * inner);
    const weights = weight === null ? null : denseArray(weight);
    const out = self.rt.empty(reduction === "none" && self.ndim > 1 ? target.shape : [], self.dtype);
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
    if (reduction === "mean") out.data[0] = total / totalWeight(targets, weights, ignore);
    return settle(out);
  },
  keep: ([self, target, weight, reduction, ignore_index]) => ({ ignore_index, reduction, self, target, weight }),
  vjp: {
    self: (g, { self, target, weight, reduction, ignore_index }): Tensor =>
      nllLossBackward(g, self, target, weight, reduction, ignore_index),
  },
  formula: {
    out: "-\\tfrac1n\\textstyle\\sum_i {self}_{i,\\,t_i}",
    vjp: { self: "-\\tfrac1n\\,{g} \\text{ at } (i, t_i)" },
    note: "t is the target; with class weights every term counts with the weight of its class",
  },
});

export const nllLossBackward = op({
  name: "nll_loss_backward",
  args: ["grad_output", "self", "target", "weight", "reduction", "ignore_index"],
  node: ([, self]) => (self.ndim > 2 ? "NllLoss2DBackwardBackward0" : "NllLossBackwardBackward0"),
  forward: (
    grad: Tensor,
    self: Tensor,
    target: Tensor,
    weight: Tensor | null,
    reduction: Reduction,
    ignore: number,
  ): Tensor => {
    const { batch, classes, inner } = nllPlan(self, target, weight);
    const targets = denseArray(target).subarray(0, batch * inner);
    const weights = weight === null ? null : denseArray(weight);
    const g = denseArray(grad);
    const out = self.rt.empty(self.shape, self.dtype);
    const divisor = reduction === "mean" ? totalWeight(targets, weights, ignore) : 1;
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
  keep: ([, self, target, weight, reduction, ignore_index], _out, need) => ({
    self: need("self") ? self : undefined,
    target,
    weight,
    reduction,
    ignore_index,
  }),
  vjp: {
    grad_output: (g, { target, weight, reduction, ignore_index }): Tensor =>
      nllLossPrimitive(g, target, weight, reduction, ignore_index),
    self: (_g, { self }): Tensor => zerosLike(self),
  },
  formula: { out: "-{grad_output} \\text{ at } (i, t_i)", vjp: { grad_output: "-{g}_{i,\\,t_i}", self: "0" } },
});

/** Negative log likelihood of log-probabilities [N, C, …] (or [C]) at the targets [N, …] (or one). */
export const nllLoss = op({
  name: "nll_loss",
  args: ["self", "target", "weight", "reduction", "ignore_index"],
  forward: (
    self: Tensor,
    target: Tensor,
    weight: Tensor | null = null,
    reductionName: string = "mean",
    ignore: number = -100,
  ): Tensor => {
    const reduction = reductionOf(reductionName);
    if (self.ndim < 1) throw valueError(`Expected 1 or more dimensions (got ${self.ndim})`);
    if (self.ndim !== 1 && self.shape[0] !== target.shape[0])
      throw valueError(`Expected input batch_size (${self.shape[0]}) to match target batch_size (${target.shape[0]}).`);
    if (self.ndim <= 2 || self.ndim === 4) return nllLossPrimitive(self, target, weight, reduction, ignore);
    const [batch, classes, ...positions] = self.shape;
    check(
      sameShape(target.shape.slice(1), positions),
      () => `Expected target size ${sizes([batch, ...positions])}, got ${sizes(target.shape)}`,
    );
    // Other numbers of dimensions count as images with one row.
    const image = reshape(self, [batch, classes, 1, numelOf(positions)]);
    const loss = nllLossPrimitive(image, reshape(target, [batch, 1, numelOf(positions)]), weight, reduction, ignore);
    return reduction === "none" ? view(loss, [batch, ...positions]) : loss;
  },
  places: ["F", "_C"],
  signatures: [
    "nll_loss(Tensor input, Tensor target, Tensor? weight=None, str reduction='mean', int64_t ignore_index=-100)",
  ],
});

/** Class weights as they broadcast against [N, C, …]. */
const classShape = (weight: Tensor, ndim: number): Tensor =>
  ndim > 1
    ? view(
        weight,
        new Array<number>(ndim).fill(1).map((s, d) => (d === 1 ? weight.numel : s)),
      )
    : weight;

function probabilityLoss(
  self: Tensor,
  target: Tensor,
  weight: Tensor | null,
  reduction: Reduction,
  smoothing: number,
): Tensor {
  const classDim = self.ndim === 1 ? 0 : 1;
  const classes = self.shape[classDim];
  check(
    weight === null || (weight.ndim === 1 && weight.numel === classes),
    () =>
      `cross_entropy: weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ${sizes(weight?.shape ?? [])}`,
  );
  const logp = logSoftmaxPrimitive(self, classDim);
  const t = smoothing > 0 ? addScalar(mulScalar(target, 1 - smoothing), smoothing / classes) : target;
  let product = mul(logp, t);
  if (weight !== null) product = mul(product, classShape(weight, self.ndim));
  if (reduction === "none") return neg(sum(product, [classDim]));
  const loss = neg(sum(product));
  return reduction === "sum" ? loss : divScalar(loss, Math.floor(self.numel / classes));
}

function smoothedLoss(
  self: Tensor,
  target: Tensor,
  weight: Tensor | null,
  reduction: Reduction,
  ignore: number,
  smoothing: number,
): Tensor {
  const classDim = self.ndim === 1 ? 0 : 1;
  const logp = logSoftmaxPrimitive(self, classDim);
  const nll = nllLoss(logp, target, weight, reduction, ignore);
  const weighted = weight === null ? logp : mul(logp, classShape(weight, self.ndim));
  const { rt } = self;
  const targets = denseArray(target);
  const ignored = rt.from(
    Float64Array.from(targets, (c) => (c === ignore ? 1 : 0)),
    target.shape,
    bool,
  );
  const smooth = maskedFill_(neg(sum(weighted, [classDim])), ignored, 0);
  let reduced = smooth;
  if (reduction === "sum") reduced = sum(smooth);
  if (reduction === "mean") {
    const total = totalWeight(targets, weight === null ? null : denseArray(weight), ignore);
    reduced = div(sum(smooth), rt.scalar(total, weight?.dtype ?? int64));
  }
  const smoothed = mulScalar(reduced, smoothing / self.shape[classDim]);
  return add(mulScalar(nll, 1 - smoothing), smoothed);
}

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
    if (sameShape(self.shape, target.shape)) {
      check(
        isFloating(target.dtype),
        () => `Expected floating point type for target with class probabilities, got ${target.dtype.scalarName}`,
      );
      check(ignore < 0, () => "ignore_index is not supported for floating point target");
    }
    check(smoothing <= 1, () => `label_smoothing must be between 0.0 and 1.0. Got: ${smoothing}`);
    if (sameShape(self.shape, target.shape)) return probabilityLoss(self, target, weight, reduction, smoothing);
    if (smoothing > 0) return smoothedLoss(self, target, weight, reduction, ignore, smoothing);
    return nllLoss(logSoftmaxPrimitive(self, self.ndim === 1 ? 0 : 1), target, weight, reduction, ignore);
  },
  places: ["_C"],
  signatures: [
    "cross_entropy_loss(Tensor input, Tensor target, Tensor? weight=None, str reduction='mean', int64_t ignore_index=-100, double label_smoothing=0.0)",
  ],
});
/** The same under the name that programs use. */
export const crossEntropyF = op({
  ...crossEntropy.def,
  name: "cross_entropy",
  places: ["F"],
  signatures: [
    "cross_entropy(Tensor input, Tensor target, Tensor? weight=None, str reduction='mean', int64_t ignore_index=-100, double label_smoothing=0.0)",
  ],
});
