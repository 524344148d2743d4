import { bool, checkCast } from "../dtype.ts";
import { check } from "../errors.ts";
import { denseArray } from "../kernels/dense.ts";
import { op } from "../op.ts";
import { resultType } from "../promotion.ts";
import { checkKind, onlyFloats } from "../refusals.ts";
import type { Tensor } from "../tensor.ts";
import { logSigmoid } from "./activations.ts";
import { add, div, divScalar, mul, neg, sub } from "./arithmetic.ts";
import { clamp } from "./compare.ts";
import { cast } from "./copies.ts";
import { type Reduction, reduceLoss, share } from "./losses.ts";
import { log1p } from "./unary.ts";
import { log, sigmoid } from "./unary-core.ts";

/** Error: an input or a target that is no probability. */
function checkProbabilities(self: Tensor, target: Tensor): void {
  const p = denseArray(self);
  const t = denseArray(target);
  for (let i = 0; i < p.length; i++) {
    check(p[i] >= 0 && p[i] <= 1, () => "all elements of input should be between 0 and 1");
    check(t[i] >= 0 && t[i] <= 1, () => "all elements of target should be between 0 and 1");
  }
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
    checkKind(onlyFloats("binary_cross_entropy"), self.dtype);
    checkProbabilities(self, target);
    // Logarithms are limited to -100, as in PyTorch, so that 0·log 0 stays finite.
    const logs = clamp(log(self), -100, null);
    const rest = clamp(log1p(neg(self)), -100, null);
    const loss = sub(mul(sub(target, 1), rest), mul(target, logs));
    return reduceLoss(weight === null ? loss : cast(mul(loss, weight), self.dtype), reduction);
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
  places: ["F", "_C"],
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
    const logProbability = logSigmoid(self);
    check(
      target.dtype !== bool,
      () =>
        "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.",
    );
    // PyTorch multiplies in place: the loss has the target's dtype.
    checkCast(resultType(self.rt, [self, target]), target.dtype);
    const first = cast(mul(sub(1, target), self), target.dtype);
    const loss =
      posWeight === null
        ? sub(first, logProbability)
        : sub(first, mul(add(mul(sub(posWeight, 1), target), 1), logProbability));
    return reduceLoss(cast(weight === null ? loss : mul(loss, weight), target.dtype), reduction);
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
      const each = mul(slope, g);
      const weighted = weight === null ? each : mul(each, weight);
      return reduction === "mean" ? divScalar(weighted, self.numel) : weighted;
    },
    target: (g, { self, weight, pos_weight, reduction }): Tensor => {
      const slope = pos_weight === null ? neg(self) : sub(neg(self), mul(sub(pos_weight, 1), logSigmoid(self)));
      const scaled = mul(mul(g, slope), share(reduction, self.numel));
      return weight === null ? scaled : mul(scaled, weight);
    },
  },
  formula: {
    out: "\\mathrm{BCE}(\\sigma({self}), {target})",
    vjp: { self: "\\tfrac1n\\,{g}\\,(\\sigma({self}) - {target})", target: "-\\tfrac1n\\,{g}\\,{self}" },
  },
  places: ["F", "_C"],
  signatures: [
    "binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight=None, Tensor? pos_weight=None, str reduction='mean')",
  ],
});
