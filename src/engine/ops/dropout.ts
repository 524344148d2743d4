import { checkInplace } from "../autograd/inplace.ts";
import { checkCast, isIntegral } from "../dtype.ts";
import { check } from "../errors.ts";
import { settle } from "../kernels/elementwise.ts";
import { emptyLike } from "../kernels/layout.ts";
import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { add_, mul, mul_ } from "./arithmetic.ts";

/** One factor per element, in the input's order in memory, or per channel for feature dropout. */
function noise(input: Tensor, feature: boolean): Tensor {
  if (!feature) return emptyLike(input);
  check(input.ndim >= 2, () => "Feature dropout requires at least 2 dimensions in the input");
  return input.rt.empty(
    input.shape.map((s, d) => (d < 2 ? s : 1)),
    input.dtype,
  );
}

/** Draws 0 with probability `p`, else `kept`; one uniform double of the global stream per element. */
function draw(input: Tensor, feature: boolean, p: number, dropped: number, kept: number): Tensor {
  const out = noise(input, feature);
  const source = input.rt.generator;
  for (let i = 0; i < out.numel; i++) out.data[i] = source.double() < 1 - p ? kept : dropped;
  return settle(out);
}

/** Constants of Klambauer et al. 2017: dropped elements become -λα, and the result keeps mean 0 and variance 1. */
const ALPHA = 1.7580993408473766;

function variant(name: string, feature: boolean, alpha: boolean) {
  const run = (input: Tensor, p: number, train: boolean, inplace: boolean): Tensor => {
    check(p >= 0 && p <= 1, () => `dropout probability has to be between 0 and 1, but got ${p}`);
    if (inplace && train && p > 0) checkInplace(input, input.requiresGrad && input.rt.gradEnabled);
    if (p === 0 || !train || input.numel === 0) return input;
    const times = inplace ? mul_ : mul;
    if (p === 1) return times(input, input.rt.scalar(0, input.dtype));
    // PyTorch divides a mask of the input's dtype by 1 - p.
    if (isIntegral(input.dtype)) checkCast(input.rt.defaultDtype, input.dtype);
    if (!alpha) return times(input, draw(input, feature, p, 0, 1 / (1 - p)));
    const a = 1 / Math.sqrt((ALPHA * ALPHA * p + 1) * (1 - p));
    const keep = draw(input, feature, p, 0, 1);
    const { round } = input.dtype;
    const offset = noise(input, feature);
    const factor = noise(input, feature);
    for (let i = 0; i < keep.numel; i++) {
      offset.data[i] = round((keep.data[i] - 1) * ALPHA * a + ALPHA * a * p);
      factor.data[i] = round(keep.data[i] * a);
    }
    return add_(times(input, factor), offset);
  };
  const make = (suffix: string, inplace: boolean) =>
    op({
      name: `${name}${suffix}`,
      args: ["input", "p", "train"],
      forward: (input: Tensor, p: number, train: boolean): Tensor => run(input, p, train, inplace),
      places: ["torch"],
      signatures: [`${name}${suffix}(Tensor input, double p, bool train)`],
    });
  return [make("", false), make("_", true)] as const;
}

export const [dropout, dropout_] = variant("dropout", false, false);
export const [featureDropout, featureDropout_] = variant("feature_dropout", true, false);
export const [alphaDropout, alphaDropout_] = variant("alpha_dropout", false, true);
export const [featureAlphaDropout, featureAlphaDropout_] = variant("feature_alpha_dropout", true, true);
