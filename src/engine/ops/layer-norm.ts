import { float32 } from "../dtype.ts";
import { check, sizes } from "../errors.ts";
import { op } from "../op.ts";
import { numelOf, type Shape, sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import {
  affineKernel,
  biasGradient,
  forwardKernel,
  inputGradient,
  inputKernel,
  type NormShape,
  requireFloating,
  weightGradient,
} from "./norm-parts.ts";

function layerShape(x: Tensor, normalizedShape: Shape): NormShape {
  const length = numelOf(normalizedShape);
  const lead = x.shape.slice(0, x.ndim - normalizedShape.length);
  return {
    shape: x.shape,
    reduced: normalizedShape.map((_, i) => lead.length + i),
    affine: normalizedShape,
    rows: {
      rows: numelOf(lead),
      segments: 1,
      length,
      rowStep: length,
      segmentStep: 0,
      affineStart: () => 0,
      affineRun: 1,
    },
  };
}

/** PyTorch's checks of layer and RMS normalisation. */
export function checkNormalizedShape(
  input: Tensor,
  normalizedShape: Shape,
  weight: Tensor | null,
  bias: Tensor | null,
): void {
  check(
    normalizedShape.length >= 1,
    () =>
      `Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got normalized_shape = ${sizes(normalizedShape)}`,
  );
  for (const [name, t] of [
    ["weight", weight],
    ["bias", bias],
  ] as const)
    check(
      t === null || sameShape(t.shape, normalizedShape),
      () =>
        `Expected ${name} to be of same shape as normalized_shape, but got ${name} of shape ${sizes(t?.shape ?? [])} and normalized_shape = ${sizes(normalizedShape)}`,
    );
  check(
    input.ndim >= normalizedShape.length &&
      sameShape(input.shape.slice(input.ndim - normalizedShape.length), normalizedShape),
    () =>
      `Given normalized_shape=${sizes(normalizedShape)}, expected input with shape [*, ${normalizedShape.join(", ")}], but got input of size${sizes(input.shape)}`,
  );
}

/** Error: a parameter of another dtype than the input. Half precision takes parameters of single precision. */
export function sameType(input: Tensor, ...parameters: (Tensor | null)[]): void {
  const given = parameters.filter((t) => t !== null);
  if (given.length === 0 || given[0].dtype === input.dtype) return;
  check(input.dtype.itemsize === 2, () => "mixed dtype (CPU): all inputs must share same datatype.");
  check(
    given.every((t) => t.dtype === float32),
    () => "mixed dtype (CPU): expect parameter to have scalar type of Float",
  );
}

/** Outputs: normalised input, mean, reciprocal standard deviation. */
export const nativeLayerNorm = op({
  name: "native_layer_norm",
  args: ["input", "normalized_shape", "weight", "bias", "eps"],
  node: "NativeLayerNormBackward0",
  nondifferentiable: [1, 2],
  forward: (
    input: Tensor,
    normalizedShape: Shape,
    weight: Tensor | null,
    bias: Tensor | null,
    eps: number,
  ): Tensor[] => {
    checkNormalizedShape(input, normalizedShape, weight, bias);
    sameType(input, weight, bias);
    requireFloating(input, "LayerNormKernelImpl");
    const { rows, reduced } = layerShape(input, normalizedShape);
    const stats = input.shape.map((s, d) => (reduced.includes(d) ? 1 : s));
    return forwardKernel(input, weight, bias, rows, stats, eps, null);
  },
  keep: ([input, normalized_shape, weight, bias, eps], [, result1, result2]) => ({
    bias,
    input,
    normalized_shape,
    weight,
    result1,
    result2,
    eps,
  }),
  vjp: {
    input: (g, { eps, input, normalized_shape, result1, result2, weight }): Tensor => {
      const n = layerShape(input, normalized_shape);
      if (!g.rt.gradEnabled) return inputKernel(g, input, result1, result2, weight, n.rows, false);
      return inputGradient(g, input, weight, n, eps, null);
    },
    weight: (g, { eps, input, normalized_shape, result1, result2 }): Tensor => {
      const n = layerShape(input, normalized_shape);
      if (!g.rt.gradEnabled) return affineKernel(g, input, result1, result2, normalized_shape, n.rows)[0];
      return weightGradient(g, input, normalized_shape, n, eps, null);
    },
    bias: (g, { normalized_shape, result2 }): Tensor =>
      biasGradient(g, normalized_shape, layerShape(g, normalized_shape), result2.dtype),
  },
  formula: {
    out: "\\frac{{input} - \\mu}{\\sqrt{\\sigma^2 + {eps}}} \\odot {weight} + {bias}",
    vjp: {
      input:
        "\\frac{1}{\\sqrt{\\sigma^2 + {eps}}}(u - \\overline{u} - y\\,\\overline{u y}), \\; u = {g} \\odot {weight}",
      weight: "\\textstyle\\sum {g} \\odot y",
      bias: "\\textstyle\\sum {g}",
    },
    note: "mean and variance are over the normalised dimensions; y is the normalised input",
  },
  places: ["torch"],
  signatures: [
    "native_layer_norm(Tensor input, IntArrayRef normalized_shape, Tensor? weight, Tensor? bias, double eps)",
  ],
});

/** Normalises over the last dimensions, whose sizes are given. */
export const layerNorm = op({
  name: "layer_norm",
  args: ["input", "normalized_shape", "weight", "bias", "eps", "cudnn_enable"],
  forward: (
    input: Tensor,
    normalizedShape: Shape,
    weight: Tensor | null = null,
    bias: Tensor | null = null,
    eps: number = 1e-5,
  ): Tensor => nativeLayerNorm(input, normalizedShape, weight, bias, eps)[0],
  places: ["torch", "F"],
  signatures: [
    "layer_norm(Tensor input, IntArrayRef normalized_shape, Tensor? weight=None, Tensor? bias=None, double eps=1e-05, bool cudnn_enable=True)",
  ],
});
