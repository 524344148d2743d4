import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { div, mul, sub } from "./arithmetic.ts";
import { vectorNorm } from "./norms.ts";
import { sum } from "./sum.ts";

/** Lengths of the slices of `v` along `dim`, with its dimensions kept. */
const lengths = (v: Tensor, dim: number): Tensor => vectorNorm(v, 2, otherDims(v, dim), true);
const otherDims = (v: Tensor, dim: number): number[] => v.shape.map((_n, d) => d).filter((d) => d !== dim);

/** The weight with directions `v` and lengths `g` along its first or last dimension, and the lengths of `v`. */
export const weightNormInterface = op({
  name: "_weight_norm_interface",
  args: ["v", "g", "dim"],
  node: "WeightNormInterfaceBackward0",
  nondifferentiable: [1],
  forward: (v: Tensor, g: Tensor, dim: number): Tensor[] => {
    const norms = lengths(v, dim);
    return [mul(v, div(g, norms)), norms];
  },
  keep: ([v, g, dim], [, result1]) => ({ v, g, result1, dim }),
  vjp: {
    v: (grad, { v, g, result1, dim }): Tensor => {
      const norms = grad.rt.gradEnabled ? lengths(v, dim) : result1;
      const along = sum(mul(grad, v), otherDims(v, dim), true);
      return mul(div(g, norms), sub(grad, mul(v, div(along, mul(norms, norms)))));
    },
    g: (grad, { v, result1, dim }): Tensor => {
      const norms = grad.rt.gradEnabled ? lengths(v, dim) : result1;
      return div(sum(mul(grad, v), otherDims(v, dim), true), norms);
    },
  },
  formula: {
    out: "{g}\\,\\frac{{v}}{\\lVert {v} \\rVert}",
    vjp: {
      v: "\\frac{{g}}{\\lVert {v} \\rVert}\\big(u - {v}\\,\\frac{\\sum u {v}}{\\lVert {v} \\rVert^2}\\big)",
      g: "\\frac{\\sum u {v}}{\\lVert {v} \\rVert}",
    },
    note: "u is the upstream gradient; lengths are of the slices along dim",
  },
  places: ["_C"],
  signatures: ["_weight_norm_interface(Tensor v, Tensor g, int64_t dim=0)"],
});
