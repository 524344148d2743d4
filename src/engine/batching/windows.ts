import { add } from "../ops/arithmetic.ts";
import type { ConvParameters, convolution } from "../ops/convolution.ts";
import { reshape } from "../ops/views.ts";
import type { Shape } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { mapTensors } from "../tensors-among.ts";
import { type BatchRule, mapResult } from "./batch.ts";
import { sampleBySample } from "./fallback.ts";
import { intoFirst, intoSecond, outOfFirst, outOfSecond } from "./joining.ts";

type ConvolutionArgs = Parameters<typeof convolution>;

const convolved: BatchRule = {
  apply: (b, call, args) => {
    const [input, weight, bias, stride, padding, dilation, transposed, outputPadding, groups] = args as ConvolutionArgs;
    const run = (x: Tensor, w: Tensor, own: Tensor | null, n: number): Tensor =>
      call(x, w, own, stride, padding, dilation, transposed, outputPadding, n);
    if (!b.has(weight)) {
      const shared = bias !== null && !b.has(bias);
      const out = outOfFirst(run(intoFirst(b.lifted(input)), weight, shared ? bias : null, groups), b.size);
      if (bias === null || shared) return out;
      return add(out, reshape(b.front(bias), [b.size, 1, bias.shape[0], ...weight.shape.slice(2).map(() => 1)]));
    }
    const own = bias === null ? null : reshape(b.lifted(bias), [-1]);
    const out = run(intoSecond(b.lifted(input)), intoFirst(b.lifted(weight)), own, groups * b.size);
    return outOfSecond(out, b.size);
  },
};

type GradientArgs = [grad: Tensor, other: Tensor, size: Shape, p: ConvParameters];
const grouped = (p: ConvParameters, size: number): ConvParameters => ({ ...p, groups: p.groups * size });

const convolvedInput: BatchRule = {
  apply: (b, call, args) => {
    const [grad, weight, [n, channels, ...spatial], p] = args as GradientArgs;
    if (!b.has(weight))
      return outOfFirst(call(intoFirst(b.lifted(grad)), weight, [b.size * n, channels, ...spatial], p), b.size);
    const size = [n, b.size * channels, ...spatial];
    const out = call(intoSecond(b.lifted(grad)), intoFirst(b.lifted(weight)), size, grouped(p, b.size));
    return outOfSecond(out, b.size);
  },
};

const convolvedWeight: BatchRule = {
  apply: (b, call, args) => {
    const [grad, input, [outputs, ...rest], p] = args as GradientArgs;
    const size = [b.size * outputs, ...rest];
    return outOfFirst(call(intoSecond(b.lifted(grad)), intoSecond(b.lifted(input)), size, grouped(p, b.size)), b.size);
  },
};

/**
 * Operators on images whose planes are independent: samples that are batches of images join the batch. `rank` is that of a
 * batch of images; a single image of one dimension less gets the batch as what it lacked.
 */
const images = (rank: number): BatchRule => ({
  apply: (b, call, args) => {
    const self = args.find((a): a is Tensor => a instanceof Tensor) as Tensor;
    const joins = self.ndim === rank;
    if (!joins && self.ndim !== rank - 1) return sampleBySample(b, call, args);
    const sizeAt = call.def.args.indexOf("size");
    const physical = mapTensors(args, (t) => (joins ? intoFirst(b.lifted(t)) : b.lifted(t))).map((a, i) => {
      if (i !== sizeAt || !Array.isArray(a)) return a;
      return joins ? [b.size * a[0], ...a.slice(1)] : [b.size, ...a];
    });
    const out = call(...physical) as Tensor | Tensor[];
    return joins ? mapResult(out, (t) => outOfFirst(t, b.size)) : out;
  },
});

/** The channels are the second dimension of a sample. */
const shuffled: BatchRule = {
  apply: (b, call, [self, groups]) => outOfFirst(call(intoFirst(b.front(self as Tensor)), groups) as Tensor, b.size),
};

/** Gradients of windows: they take any number of dimensions before those of the planes. */
const planes: BatchRule = {
  apply: (b, call, args) =>
    call(
      ...args.map((a, i) => {
        if (a instanceof Tensor) return b.lifted(a);
        return i === 1 && call.def.args[1] === "self" && Array.isArray(a) ? [b.size, ...a] : a;
      }),
    ),
};

const resampled = (name: string, rank: number): [string, BatchRule][] => [
  [name, images(rank)],
  [`${name}_backward`, images(rank)],
  [`${name}_double_backward`, images(rank)],
];

const RESAMPLINGS: Readonly<Record<string, readonly string[]>> = {
  3: ["reflection_pad1d", "replication_pad1d", "upsample_nearest1d", "_upsample_nearest_exact1d", "upsample_linear1d"],
  4: [
    "avg_pool2d",
    "_adaptive_avg_pool2d",
    "reflection_pad2d",
    "replication_pad2d",
    "upsample_nearest2d",
    "_upsample_nearest_exact2d",
    "upsample_bilinear2d",
    "upsample_bicubic2d",
    "_upsample_bilinear2d_aa",
    "_upsample_bicubic2d_aa",
  ],
  5: [
    "avg_pool3d",
    "_adaptive_avg_pool3d",
    "reflection_pad3d",
    "replication_pad3d",
    "upsample_nearest3d",
    "_upsample_nearest_exact3d",
    "upsample_trilinear3d",
  ],
};

export const WINDOW_RULES: readonly [string, BatchRule][] = [
  ["convolution", convolved],
  ["convolution_backward_input", convolvedInput],
  ["convolution_backward_weight", convolvedWeight],
  ["channel_shuffle", shuffled],
  ["max_pool_backward", planes],
  ["max_pool_double_backward", planes],
  ["max_pool2d_with_indices", images(4)],
  ["max_pool3d_with_indices", images(5)],
  ["adaptive_max_pool2d", images(4)],
  ["adaptive_max_pool3d", images(5)],
  ["im2col", images(4)],
  ["col2im", images(3)],
  ["grid_sampler_2d", images(4)],
  ["grid_sampler_3d", images(5)],
  ...Object.entries(RESAMPLINGS).flatMap(([rank, names]) => names.flatMap((n) => resampled(n, Number(rank)))),
];
