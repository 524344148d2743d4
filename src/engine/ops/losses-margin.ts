import { check, sizes } from "../errors.ts";
import { denseArray } from "../kernels/dense.ts";
import { op } from "../op.ts";
import { onlyFloats } from "../refusals.ts";
import { FloatScalar } from "../scalar.ts";
import type { Tensor } from "../tensor.ts";
import { add, addScalar, div, mul, neg, sub, subScalar } from "./arithmetic.ts";
import { clampMin, eq, gt, ne, where } from "./compare.ts";
import { cast } from "./copies.ts";
import { type Reduction, reduceLoss, reductionOf, share } from "./losses.ts";
import { sum } from "./sum.ts";
import { sqrt } from "./unary.ts";
import { reshape, unsqueeze } from "./views.ts";

const zerosLike = (x: Tensor): Tensor => x.rt.quietly(() => x.rt.full(x.shape, 0, x.dtype));
const where0 = (mask: Tensor, x: Tensor): Tensor => where(mask, x, zerosLike(x));
const quiet = (x: Tensor, make: () => Tensor): Tensor => x.rt.quietly(make);

/** x for targets 1, max(0, margin - x) for targets -1. */
export const hingeEmbeddingLoss = op({
  name: "hinge_embedding_loss",
  args: ["self", "target", "margin", "reduction"],
  forward: (self: Tensor, target: Tensor, margin: number = 1, reduction: string = "mean"): Tensor => {
    const rest = clampMin(sub(margin, self), 0);
    const far = where0(
      quiet(target, () => ne(target, 1)),
      rest,
    );
    const near = where0(
      quiet(target, () => ne(target, -1)),
      self,
    );
    return reduceLoss(add(far, near), reductionOf(reduction));
  },
  places: ["F"],
  signatures: ["hinge_embedding_loss(Tensor input, Tensor target, double margin=1.0, str reduction='mean')"],
});

/** max(0, -target·(input1 - input2) + margin). */
export const marginRankingLoss = op({
  name: "margin_ranking_loss",
  args: ["input1", "input2", "target", "margin", "reduction"],
  forward: (input1: Tensor, input2: Tensor, target: Tensor, margin: number = 0, reduction: string = "mean"): Tensor =>
    reduceLoss(
      clampMin(addScalar(mul(neg(target), sub(input1, input2)), new FloatScalar(margin)), 0),
      reductionOf(reduction),
    ),
  places: ["F"],
  signatures: [
    "margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, double margin=0.0, str reduction='mean')",
  ],
});

/** Keeps the cosine of zero vectors finite. */
const EPSILON = 1e-12;

/** 1 - cos for targets 1, max(0, cos - margin) for targets -1. */
export const cosineEmbeddingLoss = op({
  name: "cosine_embedding_loss",
  args: ["input1", "input2", "target", "margin", "reduction"],
  forward: (input1: Tensor, input2: Tensor, target: Tensor, margin: number = 0, reduction: string = "mean"): Tensor => {
    const dim = target.ndim;
    check(dim <= 1, () => "0D or 1D target tensor expected, multi-target not supported");
    check(
      input1.ndim === dim + 1 && input2.ndim === dim + 1,
      () =>
        `${dim}D target tensor expects ${dim + 1}D input tensors, but found inputs with sizes ${sizes(input1.shape)} and ${sizes(input2.shape)}.`,
    );
    const product = sum(mul(input1, input2), [dim]);
    const square1 = addScalar(sum(mul(input1, input1), [dim]), EPSILON);
    const square2 = addScalar(sum(mul(input2, input2), [dim]), EPSILON);
    const cos = div(product, sqrt(mul(square1, square2)));
    const apart = sub(1, cos);
    const beyond = clampMin(subScalar(cos, margin), 0);
    const near = where0(
      quiet(target, () => eq(target, 1)),
      apart,
    );
    const far = where0(
      quiet(target, () => eq(target, -1)),
      beyond,
    );
    return reduceLoss(add(near, far), reductionOf(reduction));
  },
  places: ["F"],
  signatures: [
    "cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, double margin=0.0, str reduction='mean')",
  ],
});

/** Sizes and targets of a multi-class loss. */
function classTable(self: Tensor, target: Tensor): { batch: number; classes: number; targets: ArrayLike<number> } {
  check(
    self.ndim <= 2 && self.shape.slice(-1).every((n) => n > 0),
    () => `Expected non-empty vector or matrix with optional 0-dim batch size, but got: ${sizes(self.shape)}`,
  );
  const batch = self.ndim === 2 ? self.shape[0] : 1;
  check(
    target.ndim <= 1 && target.numel === batch,
    () => `inconsistent target size, expected ${batch} but got ${sizes(target.shape)}`,
  );
  const classes = self.shape[self.ndim - 1] ?? 1;
  const targets = denseArray(target);
  for (let i = 0; i < batch; i++) check(targets[i] >= 0 && targets[i] < classes, () => "target out of range");
  return { batch, classes, targets };
}

/** 1 at the target class of each sample [N, C]. */
function targetMask(self: Tensor, target: Tensor): Tensor {
  const { batch, classes, targets } = classTable(self, target);
  const mask = self.rt.empty([batch, classes], self.dtype);
  for (let i = 0; i < batch; i++) mask.data[i * classes + targets[i]] = 1;
  return mask;
}

/** margin - x_target + x for every other class, limited to 0 below; zero at the target. */
function violations(x: Tensor, mask: Tensor, margin: number): Tensor {
  const chosen = sum(mul(x, mask), [1], true);
  const other = quiet(mask, () => sub(1, mask));
  return mul(clampMin(add(sub(x, chosen), margin), 0), other);
}

/** Weight of each sample's class over the number of classes, [N, 1]. */
function sampleWeights(self: Tensor, target: Tensor, weight: Tensor | null): Tensor {
  const { batch, classes, targets } = classTable(self, target);
  const w = weight === null ? null : denseArray(weight);
  check(
    weight === null || (weight.ndim === 1 && weight.numel === classes),
    () => `inconsistent weight size, expected ${classes} but got ${sizes(weight?.shape ?? [])}`,
  );
  return self.rt.from(
    Float64Array.from({ length: batch }, (_, i) => (w === null ? 1 : w[targets[i]]) / classes),
    [batch, 1],
    self.dtype,
  );
}

/** Mean over classes of max(0, margin - x_target + x)^p, p = 1 or 2. */
export const multiMarginLoss = op({
  name: "multi_margin_loss",
  args: ["self", "target", "p", "margin", "weight", "reduction"],
  refuses: onlyFloats("multi_margin_loss_cpu_kernel"),
  node: "MultiMarginLossBackward0",
  forward: (
    self: Tensor,
    target: Tensor,
    p: number = 1,
    margin: number = 1,
    weight: Tensor | null = null,
    reduction: Reduction = "mean",
  ): Tensor => {
    check(p === 1 || p === 2, () => "only p == 1 and p == 2 supported");
    const mask = targetMask(self, target);
    const x = reshape(self, mask.shape);
    const v = violations(x, mask, margin);
    const loss = sum(mul(p === 1 ? v : mul(v, v), sampleWeights(self, target, weight)), [1]);
    return reduceLoss(self.ndim === 2 ? loss : reshape(loss, target.shape), reduction);
  },
  keep: ([self, target, p, margin, weight, reduction]) => ({
    self,
    target,
    p: p ?? 1,
    margin: margin ?? 1,
    weight,
    reduction: reduction ?? "mean",
  }),
  vjp: {
    self: (g, { self, target, p, margin, weight, reduction }): Tensor => {
      const mask = targetMask(self, target);
      const scale = sampleWeights(self, target, weight);
      const v = violations(reshape(self, mask.shape), mask, margin);
      const slope = p === 1 ? quiet(v, () => cast(gt(v, 0), v.dtype)) : mul(v, 2);
      const up = mul(
        reduction === "none" ? reshape(g, [mask.shape[0], 1]) : g,
        mul(scale, share(reduction, mask.shape[0])),
      );
      const each = mul(slope, up);
      return reshape(sub(each, mul(mask, sum(each, [1], true))), self.shape);
    },
  },
  formula: {
    out: "\\tfrac1C\\textstyle\\sum_{j \\ne t} \\max(0, {margin} - {self}_t + {self}_j)^{{p}}",
    vjp: { self: "\\tfrac{1}{C}\\,{g} \\text{ at violating classes}, -\\textstyle\\sum \\text{ of these at } t" },
  },
  places: ["F"],
  signatures: [
    "multi_margin_loss(Tensor input, Tensor target, Scalar p=1, Scalar margin=1, Tensor? weight=None, str reduction='mean')",
  ],
});

/**
 * Slopes of the multi-label hinge loss Σ_{t target, j not} max(0, 1 - x_t + x_j) / C of each sample [N, C], and the losses. The
 * targets of a sample end at the first -1.
 */
function multilabelTable(self: Tensor, target: Tensor): { losses: Float64Array; slopes: Tensor } {
  check(
    self.ndim <= 2 && self.shape.slice(-1).every((n) => n > 0),
    () => `Expected non-empty vector or matrix with optional 0-dim batch size, but got: ${sizes(self.shape)}`,
  );
  check(
    target.ndim === self.ndim && target.shape.every((n, d) => n === self.shape[d]),
    () => `inconsistent target size: ${sizes(target.shape)} for input of size: ${sizes(self.shape)}`,
  );
  const classes = self.shape[self.ndim - 1] ?? 1;
  const batch = self.numel / classes;
  const x = denseArray(self);
  const targets = denseArray(target);
  const slopes = self.rt.empty([batch, classes], self.dtype);
  const losses = new Float64Array(batch);
  for (let n = 0; n < batch; n++) {
    const row = n * classes;
    const list: number[] = [];
    for (let k = 0; k < classes && targets[row + k] >= 0; k++) {
      check(targets[row + k] < classes, () => "target out of range");
      list.push(targets[row + k]);
    }
    const own = new Set(list);
    for (const t of list)
      for (let j = 0; j < classes; j++) {
        const z = 1 - x[row + t] + x[row + j];
        if (own.has(j) || z <= 0) continue;
        losses[n] += z / classes;
        slopes.data[row + t] -= 1 / classes;
        slopes.data[row + j] += 1 / classes;
      }
  }
  return { losses, slopes };
}

/** Hinge loss between every target class and every other class. */
export const multilabelMarginLoss = op({
  name: "multilabel_margin_loss",
  args: ["self", "target", "reduction"],
  refuses: onlyFloats("multilabel_margin_loss_forward_out_frame"),
  node: "MultilabelMarginLossBackward0",
  forward: (self: Tensor, target: Tensor, reduction: Reduction = "mean"): Tensor => {
    const { losses } = multilabelTable(self, target);
    return reduceLoss(self.rt.from(losses, self.ndim === 2 ? [losses.length] : [], self.dtype), reduction);
  },
  keep: ([self, target, reduction]) => ({ self, target, reduction: reduction ?? "mean" }),
  vjp: {
    self: (g, { self, target, reduction }): Tensor => {
      const { losses, slopes } = multilabelTable(self, target);
      const up = reduction === "none" && g.ndim > 0 ? unsqueeze(g, 1) : g;
      return reshape(mul(mul(up, slopes), share(reduction, losses.length)), self.shape);
    },
  },
  formula: {
    out: "\\tfrac1C\\textstyle\\sum_{t,\\,j} \\max(0, 1 - {self}_t + {self}_j)",
    vjp: { self: "\\tfrac1C\\,{g} \\text{ per violated pair: } -1 \\text{ at } t, +1 \\text{ at } j" },
  },
  places: ["F"],
  signatures: ["multilabel_margin_loss(Tensor input, Tensor target, str reduction='mean')"],
});
