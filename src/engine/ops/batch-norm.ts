import { check, runtimeError } from "../errors.ts";
import { denseArray } from "../kernels/dense.ts";
import { rowMoments } from "../kernels/normalize.ts";
import { op } from "../op.ts";
import { numelOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add, mul } from "./arithmetic.ts";
import { clone } from "./copies.ts";
import { sameType } from "./layer-norm.ts";
import {
  affineKernel,
  biasGradient,
  type FixedStatistics,
  forwardKernel,
  inputGradient,
  inputKernel,
  type NormShape,
  requireFloating,
  weightGradient,
} from "./norm-parts.ts";
import { select } from "./slicing.ts";
import { reshape } from "./views.ts";

function batchShape(x: Tensor): NormShape {
  const channels = x.shape[1];
  const length = numelOf(x.shape.slice(2));
  return {
    shape: x.shape,
    reduced: x.shape.map((_, d) => d).filter((d) => d !== 1),
    affine: x.shape.map((s, d) => (d === 1 ? s : 1)),
    rows: {
      rows: channels,
      segments: x.shape[0],
      length,
      rowStep: length,
      segmentStep: channels * length,
      affineStart: (row) => row,
      affineRun: Number.POSITIVE_INFINITY,
    },
  };
}

/** In evaluation the running statistics are constants of the derivative. */
function fixedStatistics(mean_: Tensor, rstd: Tensor, n: NormShape, training: boolean): FixedStatistics | null {
  if (training) return null;
  return mean_.rt.quietly(() => ({ mean: reshape(mean_, n.affine), rstd: reshape(rstd, n.affine) }));
}

/** Outputs: normalised input, mean, reciprocal standard deviation. Running statistics are read in evaluation only. */
export const nativeBatchNorm = op({
  name: "native_batch_norm",
  args: ["input", "weight", "bias", "running_mean", "running_var", "training", "momentum", "eps"],
  node: "NativeBatchNormBackward0",
  channelsLast: ["input"],
  nondifferentiable: [1, 2],
  forward: (
    input: Tensor,
    weight: Tensor | null,
    bias: Tensor | null,
    runningMean: Tensor | null,
    runningVar: Tensor | null,
    training: boolean,
    _momentum: number,
    eps: number,
  ): Tensor[] => {
    requireFloating(input, "batch_norm");
    sameType(input, weight, bias, runningMean, runningVar);
    const { rows } = batchShape(input);
    const given =
      training || runningMean === null || runningVar === null ? null : { mean: runningMean, variance: runningVar };
    return forwardKernel(input, weight, bias, rows, [rows.rows], eps, given);
  },
  keep: ([input, weight, , , , training, , eps], [, result1, result2]) => ({
    eps,
    input,
    weight,
    result1,
    result2,
    training,
  }),
  vjp: {
    input: (g, { eps, input, result1, result2, training, weight }): Tensor => {
      const n = batchShape(input);
      if (!g.rt.gradEnabled) return inputKernel(g, input, result1, result2, weight, n.rows, !training);
      return inputGradient(g, input, weight, n, eps, fixedStatistics(result1, result2, n, training));
    },
    weight: (g, { eps, input, result1, result2, training }): Tensor => {
      const n = batchShape(input);
      if (!g.rt.gradEnabled) return affineKernel(g, input, result1, result2, [input.shape[1]], n.rows)[0];
      return weightGradient(g, input, [input.shape[1]], n, eps, fixedStatistics(result1, result2, n, training));
    },
    bias: (g, { result2 }): Tensor => biasGradient(g, [g.shape[1]], batchShape(g), result2.dtype),
  },
  formula: {
    out: "\\frac{{input} - \\mu_c}{\\sqrt{\\sigma_c^2 + {eps}}} {weight} + {bias}",
    vjp: {
      input: "\\frac{{weight}}{\\sqrt{\\sigma_c^2 + {eps}}}({g} - \\overline{{g}} - y\\,\\overline{{g} y})",
      weight: "\\textstyle\\sum {g} \\odot y",
      bias: "\\textstyle\\sum {g}",
    },
    note: "mean and variance are over batch and positions of each channel; y is the normalised input",
  },
});

/** Overwrites running statistics as PyTorch's kernel does: without counting an in-place change. */
export function rewrite(target: Tensor, of: (old: number, i: number) => number): void {
  target.announceChange("batch_norm");
  const { data, offset, strides, dtype } = target;
  const step = strides[0] ?? 0;
  for (let i = 0; i < target.numel; i++) data[offset + i * step] = dtype.round(of(data[offset + i * step], i));
}

function sameFeatures(name: string, t: Tensor | null, channels: number): void {
  check(t === null || t.numel === channels, () => `${name} should contain ${channels} elements not ${t?.numel ?? 0}`);
}

/** What PyTorch makes of a batch without samples: nothing to normalise, the graph stays connected, running statistics stay. */
function emptyBatch(input: Tensor, weight: Tensor | null, bias: Tensor | null): Tensor {
  let out = clone(input);
  if (weight !== null) out = mul(out, select(weight, 0, 0));
  if (bias !== null) out = add(out, select(bias, 0, 0));
  return out;
}

/** Normalises each channel; in training the running statistics take in a share `momentum` of the batch's. */
export const batchNorm = op({
  name: "batch_norm",
  args: ["input", "weight", "bias", "running_mean", "running_var", "training", "momentum", "eps", "cudnn_enabled"],
  forward: (
    input: Tensor,
    weight: Tensor | null,
    bias: Tensor | null,
    runningMean: Tensor | null,
    runningVar: Tensor | null,
    training: boolean,
    momentum: number,
    eps: number,
    _cudnn: boolean = true,
  ): Tensor => {
    const channels = input.shape[1];
    if (runningMean === null && !training) throw runtimeError("running_mean must be defined in evaluation mode");
    sameFeatures("running_mean", runningMean, channels);
    if (runningVar === null && !training) throw runtimeError("running_var must be defined in evaluation mode");
    sameFeatures("running_var", runningVar, channels);
    sameFeatures("weight", weight, channels);
    sameFeatures("bias", bias, channels);
    if (input.numel === 0) return emptyBatch(input, weight, bias);
    const [out] = nativeBatchNorm(input, weight, bias, runningMean, runningVar, training, momentum, eps);
    if (training && (runningMean !== null || runningVar !== null)) {
      const n = input.numel / channels;
      const { mean: average, variance } = rowMoments(denseArray(input), 0, batchShape(input).rows);
      if (runningMean !== null) rewrite(runningMean, (old, i) => momentum * average[i] + (1 - momentum) * old);
      if (runningVar !== null)
        rewrite(runningVar, (old, i) => (momentum * variance[i] * n) / (n - 1) + (1 - momentum) * old);
    }
    return out;
  },
  places: ["torch"],
  signatures: [
    "batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, double momentum, double eps, bool cudnn_enabled)",
  ],
});
