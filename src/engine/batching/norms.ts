import { runtimeError } from "../errors.ts";
import type { AnyOp, OpResult } from "../op.ts";
import { add, mul } from "../ops/arithmetic.ts";
import { reshape, unsqueeze } from "../ops/views.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import type { Batch, BatchRule } from "./batch.ts";
import { intoSecond, outOfSecond } from "./joining.ts";

const RUNNING =
  "Batch norm got a batched tensor as input while the running_mean or running_var, which will be updated in place, were not batched.\n" +
  "If you are using a module and do not need eval mode, please set `track_running_stats` to be False." +
  "If you are using a prebuilt module and do not need eval mode, please see the functorch website for resources on how to patch your module to work with vmap";

/** Channels of all samples beside each other; running statistics are the samples' own, or shared and only read. */
const batchNorm: BatchRule = {
  apply: (b, call, [input, weight, bias, mean, variance, training, ...rest]) => {
    const update = training === true ? [mean, variance].filter((t) => t !== null && t !== undefined) : [];
    if (update.some((t) => !b.has(t))) throw runtimeError(RUNNING);
    const channels = (t: unknown): Tensor | null =>
      t === null || t === undefined ? null : reshape(b.lifted(t as Tensor), [-1]);
    const x = intoSecond(b.lifted(input as Tensor));
    const out = call(x, channels(weight), channels(bias), channels(mean), channels(variance), training, ...rest);
    return outOfSecond(out as Tensor, b.size);
  },
};

/** A normalisation without its affine part, which is applied afterwards when the samples have their own. */
function affine(
  b: Batch,
  normalise: (weight: Tensor | null, bias: Tensor | null) => Tensor[],
  weight: Tensor | null,
  bias: Tensor | null,
  shaped: (parameter: Tensor) => Tensor,
): OpResult {
  if (!b.has(weight) && !b.has(bias)) return normalise(weight, bias);
  const [plain, ...statistics] = normalise(null, null);
  const scaled = weight === null ? plain : mul(plain, shaped(weight));
  return [bias === null ? scaled : add(scaled, shaped(bias)), ...statistics];
}

const layerNorm: BatchRule = {
  apply: (b, call: AnyOp, args) => {
    const [input, shape, weight, bias, eps] = args as [Tensor, Shape, Tensor | null, Tensor | null, number];
    const normalise = (w: Tensor | null, own: Tensor | null): Tensor[] => call(b.lifted(input), shape, w, own, eps);
    return affine(b, normalise, weight, bias, (p) => b.aligned(p, input.ndim));
  },
};

const groupNorm: BatchRule = {
  apply: (b, call, args) => {
    const [input, weight, bias, n, c, positions, group, eps] = args as [
      Tensor,
      Tensor | null,
      Tensor | null,
      ...number[],
    ];
    const x = b.lifted(input);
    const normalise = (w: Tensor | null, own: Tensor | null): Tensor[] => {
      const joined = reshape(x, [b.size * n, ...input.shape.slice(1)]);
      const [out, ...statistics] = call(joined, w, own, b.size * n, c, positions, group, eps) as Tensor[];
      return [reshape(out, x.shape), ...statistics.map((s) => reshape(s, [b.size, n, group]))];
    };
    const spatial = input.shape.slice(2).map(() => 1);
    return affine(b, normalise, weight, bias, (p) =>
      b.has(p) ? reshape(unsqueeze(b.front(p), 1), [b.size, 1, c, ...spatial]) : reshape(p, [c, ...spatial]),
    );
  },
};

export const NORM_RULES: readonly [string, BatchRule][] = [
  ["batch_norm", batchNorm],
  ["native_layer_norm", layerNorm],
  ["native_group_norm", groupNorm],
];
