import { float32, isFloating } from "../dtype.ts";
import { check } from "../errors.ts";
import { denseArray } from "../kernels/dense.ts";
import { op } from "../op.ts";
import { notImplementedFor } from "../refusals.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { addScalar, mul } from "./arithmetic.ts";
import { batchNorm, rewrite } from "./batch-norm.ts";
import { cast, contiguous } from "./copies.ts";
import { checkNormalizedShape } from "./layer-norm.ts";
import { pow } from "./pow.ts";
import { repeat } from "./reshaping.ts";
import { mean } from "./sum.ts";
import { rsqrt } from "./unary.ts";
import { view } from "./views.ts";

const repeated = (t: Tensor | null, times: number): Tensor | null => (t === null ? null : repeat(t, [times]));

/** Normalises each channel of each sample: batch normalisation of one sample with as many channels as there are of all. */
export const instanceNorm = op({
  name: "instance_norm",
  args: [
    "input",
    "weight",
    "bias",
    "running_mean",
    "running_var",
    "use_input_stats",
    "momentum",
    "eps",
    "cudnn_enabled",
  ],
  forward: (
    input: Tensor,
    weight: Tensor | null,
    bias: Tensor | null,
    runningMean: Tensor | null,
    runningVar: Tensor | null,
    useInputStats: boolean,
    momentum: number,
    eps: number,
    cudnn: boolean = true,
  ): Tensor => {
    check(
      useInputStats || (runningMean !== null && runningVar !== null),
      () => "Expected running_mean and running_var to be defined when use_input_stats is false",
    );
    const [batch, channels, ...rest] = input.shape;
    const means = repeated(runningMean, batch);
    const variances = repeated(runningVar, batch);
    const weights = repeated(weight, batch);
    const biases = repeated(bias, batch);
    const out = batchNorm(
      view(contiguous(input), [1, batch * channels, ...rest]),
      weights,
      biases,
      means,
      variances,
      useInputStats,
      momentum,
      eps,
      cudnn,
    );
    // The running statistics of a channel are the mean of those of its samples.
    const share = (all: Tensor, channel: number): number => {
      const values = denseArray(all);
      let total = 0;
      for (let b = 0; b < batch; b++) total += values[b * channels + channel];
      return total / batch;
    };
    if (useInputStats && runningMean !== null && means !== null) rewrite(runningMean, (_old, c) => share(means, c));
    if (useInputStats && runningVar !== null && variances !== null)
      rewrite(runningVar, (_old, c) => share(variances, c));
    return view(out, input.shape);
  },
  places: ["torch"],
  signatures: [
    "instance_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool use_input_stats, double momentum, double eps, bool cudnn_enabled)",
  ],
});

/** Smallest number that makes a difference when added to 1: what eps is when none is given. */
const RESOLUTION: Readonly<Record<string, number>> = {
  float64: 2 ** -52,
  float32: 2 ** -23,
  float16: 2 ** -10,
  bfloat16: 2 ** -7,
};

/** x / sqrt(mean(x²) + eps) over the last dimensions. */
export const rmsNorm = op({
  name: "rms_norm",
  args: ["input", "normalized_shape", "weight", "eps"],
  forward: (input: Tensor, normalizedShape: Shape, weight: Tensor | null = null, eps: number | null = null): Tensor => {
    checkNormalizedShape(input, normalizedShape, weight, null);
    if (!isFloating(input.dtype)) throw notImplementedFor("rms_norm", input.dtype);
    const dims = normalizedShape.map((_, i) => input.ndim - i - 1);
    // Half precision is normalised in single precision.
    const wide = input.dtype.itemsize === 2 ? cast(input, float32) : input;
    const square = mean(pow(wide, 2), dims, true);
    const scaled = cast(mul(wide, rsqrt(addScalar(square, eps ?? RESOLUTION[input.dtype.name]))), input.dtype);
    return weight === null ? scaled : mul(scaled, weight);
  },
  places: ["torch", "F"],
  signatures: ["rms_norm(Tensor input, IntArrayRef normalized_shape, Tensor? weight=None, double? eps=None)"],
});
