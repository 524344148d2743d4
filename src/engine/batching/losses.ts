import type { AnyOp } from "../op.ts";
import { div, mul, mulScalar } from "../ops/arithmetic.ts";
import { ne } from "../ops/compare.ts";
import { cast } from "../ops/copies.ts";
import { index } from "../ops/indexing.ts";
import { maskedFill } from "../ops/masking.ts";
import { mean, sum } from "../ops/sum.ts";
import { logicalNot } from "../ops/unary.ts";
import { expand, reshape } from "../ops/views.ts";
import { broadcastShapes, numelOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { mapTensors } from "../tensors-among.ts";
import { physicalOf } from "../transforms/batched-tensor.ts";
import type { Batch, BatchRule } from "./batch.ts";
import { sampleBySample } from "./fallback.ts";
import { intoFirst } from "./joining.ts";
import { pointwise } from "./pointwise.ts";

/** Losses of single elements, reduced sample by sample. */
const reduced: BatchRule = {
  apply: (b, call, args) => {
    const at = call.def.args.indexOf("reduction");
    const reduction = args[at] ?? "mean";
    const each = elements(b, call, args, at);
    if (reduction === "none" || each.ndim === 1) return each;
    return reduction === "mean" ? mean(each, rest(each)) : sum(each, rest(each));
  },
};

/** What an operator gives without its reduction (argument `at`), for tensors all of which are batched. */
const elements = (b: Batch, call: AnyOp, args: readonly unknown[], at: number): Tensor =>
  pointwise.apply(
    b,
    call,
    Object.assign(
      mapTensors(args, (t) => b.wrap(b.lifted(t))),
      { [at]: "none" },
    ),
  ) as Tensor;

/** All dimensions but the batch. */
const rest = (t: Tensor): number[] => t.shape.slice(1).map((_, d) => d + 1);

/** Their gradients: that of a mean is spread evenly. */
const reducedBackward: BatchRule = {
  apply: (b, call, args) => {
    const at = call.def.args.indexOf("reduction");
    const [, self, target] = args as [Tensor, Tensor, Tensor];
    const each = elements(b, call, args, at);
    return args[at] === "mean" ? mulScalar(each, 1 / numelOf(broadcastShapes(self.shape, target.shape))) : each;
  },
};

/** All samples of a classification as one, [batch · N, classes, …]; those of single elements make a batch as they are. */
const joined = (b: Batch, t: Tensor, single: boolean): Tensor => (single ? b.lifted(t) : intoFirst(b.lifted(t)));

/** Divisor of the mean of each sample: what its targets weigh. Null: how many there are. */
function weights(b: Batch, self: Tensor, target: Tensor, weight: Tensor | null, ignore: number): Tensor | null {
  const targets = b.lifted(target);
  if (weight === null && !physicalOf(targets).toArray().includes(ignore)) return null;
  const counted = ne(targets, ignore);
  const own = weight === null ? counted : mul(index(weight, [maskedFill(targets, logicalNot(counted), 0)]), counted);
  return sum(cast(reshape(own, [b.size, -1]), self.dtype), [1]);
}

type NllArgs = [self: Tensor, target: Tensor, weight?: Tensor | null, reduction?: string, ignore?: number];

const nll: BatchRule = {
  apply: (b, call, args) => {
    const [self, target, weight = null, reduction = "mean", ignore = -100] = args as NllArgs;
    if (weight !== null && b.has(weight)) return sampleBySample(b, call, args);
    const single = self.ndim === 1;
    const each = call(joined(b, self, single), joined(b, target, single), weight, "none", ignore) as Tensor;
    if (reduction === "none") return reshape(each, [b.size, ...target.shape]);
    const rows = reshape(each, [b.size, -1]);
    if (reduction === "sum") return sum(rows, [1]);
    const divisor = weights(b, self, target, weight, ignore);
    return divisor === null ? mean(rows, [1]) : div(sum(rows, [1]), divisor);
  },
};

type NllBackwardArgs = [
  g: Tensor,
  self: Tensor,
  target: Tensor,
  weight: Tensor | null,
  reduction: string,
  ignore: number,
];

const nllBackward: BatchRule = {
  apply: (b, call, args) => {
    const [grad, self, target, weight, reduction, ignore] = args as NllBackwardArgs;
    if (weight !== null && b.has(weight)) return sampleBySample(b, call, args);
    const single = self.ndim === 1;
    let each = b.lifted(grad);
    if (reduction === "mean") {
      const divisor = weights(b, self, target, weight, ignore);
      each = divisor === null ? mulScalar(each, 1 / Math.max(target.numel, 1)) : div(each, divisor);
    }
    if (grad.ndim < target.ndim)
      each = expand(reshape(each, [b.size, ...target.shape.map(() => 1)]), [b.size, ...target.shape]);
    const upstream = single ? each : reshape(each, [-1, ...each.shape.slice(2)]);
    const out = call(upstream, joined(b, self, single), joined(b, target, single), weight, "none", ignore) as Tensor;
    return reshape(out, [b.size, ...self.shape]);
  },
};

export const LOSS_RULES: readonly [string, BatchRule][] = [
  ...[
    "mse_loss",
    "smooth_l1_loss",
    "huber_loss",
    "soft_margin_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
  ].map((n): [string, BatchRule] => [n, reduced]),
  ...["mse_loss_backward", "smooth_l1_loss_backward", "huber_loss_backward", "soft_margin_loss_backward"].map(
    (n): [string, BatchRule] => [n, reducedBackward],
  ),
  ["nll_loss", nll],
  ["nll_loss_backward", nllBackward],
];
