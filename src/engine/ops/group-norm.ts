import { check, sizes } from "../errors.ts";
import { op } from "../op.ts";
import { numelOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "./arithmetic.ts";
import { sameType } from "./layer-norm.ts";
import {
  affineKernel,
  biasGradient,
  forwardKernel,
  inputGradient,
  inputKernel,
  type NormShape,
  requireFloating,
  statisticsGradient,
  weightGradient,
} from "./norm-parts.ts";

function groupShape(x: Tensor, groups: number): NormShape {
  const [batch, channels] = x.shape;
  const positions = numelOf(x.shape.slice(2));
  const own = channels / groups;
  const length = own * positions;
  return {
    shape: [batch, groups, length],
    reduced: [2],
    affine: x.shape.map((s, d) => (d === 1 ? s : 1)),
    rows: {
      rows: batch * groups,
      segments: 1,
      length,
      rowStep: length,
      segmentStep: 0,
      affineStart: (row) => (row % groups) * own,
      affineRun: Math.max(positions, 1),
    },
  };
}

/** Outputs: normalised input, mean, reciprocal standard deviation; all three can be differentiated, as in PyTorch. */
export const nativeGroupNorm = op({
  name: "native_group_norm",
  args: ["input", "weight", "bias", "N", "C", "HxW", "group", "eps"],
  node: "NativeGroupNormBackward0",
  channelsLast: ["input"],
  forward: (
    input: Tensor,
    weight: Tensor | null,
    bias: Tensor | null,
    N: number,
    _C: number,
    _HxW: number,
    group: number,
    eps: number,
  ): Tensor[] => {
    sameType(input, weight, bias);
    requireFloating(input, "GroupNormKernelImpl");
    return forwardKernel(input, weight, bias, groupShape(input, group).rows, [N, group], eps, null);
  },
  keep: ([input, weight, , N, C, HxW, group, eps], [, result1, result2]) => ({
    C,
    HxW,
    N,
    eps,
    group,
    input,
    weight,
    result1,
    result2,
  }),
  vjp: {
    input: (_g, { eps, group, input, result1, result2, weight }, { grads: [g, gMean, gRstd] }): Tensor | null => {
      const n = groupShape(input, group);
      const statistics = statisticsGradient(gMean, gRstd, input, n, eps);
      if (g === null) return statistics;
      const own = g.rt.gradEnabled
        ? inputGradient(g, input, weight, n, eps, null)
        : inputKernel(g, input, result1, result2, weight, n.rows, false);
      return statistics === null ? own : add(own, statistics);
    },
    weight: (_g, { C, eps, group, input, result1, result2 }, { grads: [g] }): Tensor | null => {
      if (g === null) return null;
      const n = groupShape(input, group);
      if (!g.rt.gradEnabled) return affineKernel(g, input, result1, result2, [C], n.rows)[0];
      return weightGradient(g, input, [C], n, eps, null);
    },
    bias: (_g, { C, group, result2 }, { grads: [g] }): Tensor | null =>
      g === null ? null : biasGradient(g, [C], groupShape(g, group), result2.dtype),
  },
  formula: {
    out: "\\frac{{input} - \\mu_g}{\\sqrt{\\sigma_g^2 + {eps}}} {weight} + {bias}",
    vjp: {
      input:
        "\\frac{1}{\\sqrt{\\sigma_g^2 + {eps}}}(u - \\overline{u} - y\\,\\overline{u y}), \\; u = {g} \\odot {weight}",
      weight: "\\textstyle\\sum {g} \\odot y",
      bias: "\\textstyle\\sum {g}",
    },
    note: "mean and variance are over each group of channels; y is the normalised input",
  },
});

/** Normalises groups of channels of each sample. */
export const groupNorm = op({
  name: "group_norm",
  args: ["input", "num_groups", "weight", "bias", "eps", "cudnn_enabled"],
  forward: (
    input: Tensor,
    groups: number,
    weight: Tensor | null = null,
    bias: Tensor | null = null,
    eps: number = 1e-5,
  ): Tensor => {
    const [batch, channels] = input.shape;
    check(groups > 0, () => `Expected num groups to be greater than 0, got ${groups}`);
    check(
      channels % groups === 0,
      () =>
        `Expected number of channels in input to be divisible by num_groups, but got input of shape ${sizes(input.shape)} and num_groups=${groups}`,
    );
    for (const [name, t] of [
      ["weight", weight],
      ["bias", bias],
    ] as const)
      check(
        t === null || (t.ndim === 1 && t.numel === channels),
        () =>
          `Expected ${name} to be a vector of size equal to the number of channels in input, but got ${name} of shape ${sizes(t?.shape ?? [])} and input of shape ${sizes(input.shape)}`,
      );
    return nativeGroupNorm(input, weight, bias, batch, channels, numelOf(input.shape.slice(2)), groups, eps)[0];
  },
  places: ["torch"],
  signatures: [
    "group_norm(Tensor input, int64_t num_groups, Tensor? weight=None, Tensor? bias=None, double eps=1e-05, bool cudnn_enabled=True)",
  ],
});
