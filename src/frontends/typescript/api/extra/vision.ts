import { valueError } from "../../../../engine/errors.ts";
import { run, runWith } from "../../../../engine/nn/named-operators.ts";
import { fractionalMaxPool, lpPool, maxUnpool } from "../../../../engine/nn/pool-functions.ts";
import { resample } from "../../../../engine/nn/resample.ts";
import type { Runtime } from "../../../../engine/runtime.ts";
import type { Tensor } from "../../../../engine/tensor.ts";
import type { ExtraFunction } from "./extra-function.ts";

type Size = readonly number[];

/** Sizes or factors as numbers: floats arrive as objects. */
const numbers = (x: unknown): number | Size | null =>
  x === null || typeof x === "number"
    ? x
    : Array.isArray(x)
      ? x.map((v) => numbers(v) as number)
      : (x as { value: number }).value;

/** Windows: maxima with their places on request, means that adapt to the output's size. */
const pooling: readonly ExtraFunction[] = [
  ...[1, 2, 3].map((n): ExtraFunction => {
    const size = `IntArrayRef[${n}]`;
    return {
      signature: `max_pool${n}d(Tensor input, ${size} kernel_size, ${size}? stride=None, ${size} padding=0, ${size} dilation=1, bool ceil_mode=False, bool return_indices=False)`,
      doc: "The largest element of each window; with returnIndices also where it was.",
      call: (
        rt: Runtime,
        input: Tensor,
        kernel_size: Size,
        stride: Size | null,
        padding: Size,
        dilation: Size,
        ceil_mode: boolean,
        indices: boolean,
      ) => {
        const given = { input, kernel_size, stride: stride ?? kernel_size, padding, dilation, ceil_mode };
        return runWith(rt, indices ? `max_pool${n}d_with_indices` : `max_pool${n}d`, given);
      },
    };
  }),
  ...[2, 3].map(
    (n): ExtraFunction => ({
      signature: `adaptive_avg_pool${n}d(Tensor input, IntArrayRef[${n}] output_size)`,
      doc: "Means of windows chosen so that the output has the given size.",
      call: (rt: Runtime, input: Tensor, size: Size) => run(rt, `adaptive_avg_pool${n}d`, input, size),
    }),
  ),
  ...[1, 2, 3].map(
    (n): ExtraFunction => ({
      signature: `adaptive_max_pool${n}d(Tensor input, IntArrayRef[${n}] output_size, bool return_indices=False)`,
      doc: "Maxima of windows chosen so that the output has the given size.",
      call: (rt: Runtime, input: Tensor, size: Size, indices: boolean) => {
        const both = run(rt, `adaptive_max_pool${n}d`, input, size) as unknown as [Tensor, Tensor];
        return indices ? both : both[0];
      },
    }),
  ),
  ...([1, 2, 3] as const).flatMap((n): ExtraFunction[] => [
    {
      signature: `lp_pool${n}d(Tensor input, double norm_type, IntArrayRef[${n}] kernel_size, IntArrayRef[${n}]? stride=None, bool ceil_mode=False)`,
      doc: "The p-norm of each window.",
      call: (_rt: Runtime, input: Tensor, p: number, kernel: Size, stride: Size | null, ceilMode: boolean) =>
        lpPool(n, input, p, kernel, stride, ceilMode),
    },
    {
      signature: `max_unpool${n}d(Tensor input, Tensor indices, IntArrayRef[${n}] kernel_size, IntArrayRef[${n}]? stride=None, IntArrayRef[${n}] padding=0, IntArrayRef? output_size=None)`,
      doc: "Puts pooled values back where the indices say they came from; zero elsewhere.",
      call: (
        _rt: Runtime,
        input: Tensor,
        indices: Tensor,
        kernel: Size,
        stride: Size | null,
        padding: Size,
        outputSize: Size | null,
      ) => maxUnpool(n, input, indices, kernel, stride, padding, outputSize),
    },
  ]),
  ...([2, 3] as const).map(
    (n): ExtraFunction => ({
      signature: `fractional_max_pool${n}d(Tensor input, IntArrayRef[${n}] kernel_size, IntArrayRef[${n}]? output_size=None, object output_ratio=None, bool return_indices=False)`,
      doc: "Maxima of windows at pseudo-random places; give the output's size, or its ratio to the input's.",
      call: (_rt: Runtime, input: Tensor, kernel: Size, size: Size | null, ratio: unknown, indices: boolean) => {
        const both = fractionalMaxPool(n, input, kernel, size, numbers(ratio), null);
        return indices ? both : both[0];
      },
    }),
  ),
  {
    signature:
      "unfold(Tensor input, IntArrayRef[2] kernel_size, IntArrayRef[2] dilation=1, IntArrayRef[2] padding=0, IntArrayRef[2] stride=1)",
    doc: "Sliding blocks of images as columns.",
    call: (rt, input: Tensor, kernel: Size, dilation: Size, padding: Size, stride: Size) =>
      run(rt, "im2col", input, kernel, dilation, padding, stride),
  },
  {
    signature:
      "fold(Tensor input, IntArrayRef[2] output_size, IntArrayRef[2] kernel_size, IntArrayRef[2] dilation=1, IntArrayRef[2] padding=0, IntArrayRef[2] stride=1)",
    doc: "Columns of blocks back to images; overlapping blocks add up.",
    call: (rt, input: Tensor, output: Size, kernel: Size, dilation: Size, padding: Size, stride: Size) =>
      run(rt, "col2im", input, output, kernel, dilation, padding, stride),
  },
];

const MODES: Readonly<Record<string, number>> = { bilinear: 0, nearest: 1, bicubic: 2 };
const PADDINGS: Readonly<Record<string, number>> = { zeros: 0, border: 1, reflection: 2 };

const sampling: readonly ExtraFunction[] = [
  {
    signature:
      "interpolate(Tensor input, object size=None, object scale_factor=None, str mode='nearest', bool? align_corners=None)",
    doc: "Resamples the spatial dimensions to another size (a number or one per dimension), or by a factor.",
    call: (_rt, input: Tensor, size: unknown, factor: unknown, mode: string, corners: boolean | null) =>
      resample(input, numbers(size), numbers(factor), mode, corners),
  },
  {
    signature:
      "grid_sample(Tensor input, Tensor grid, str mode='bilinear', str padding_mode='zeros', bool? align_corners=None)",
    doc: "Reads images at the positions of a grid of coordinates between -1 and 1.",
    call: (rt, input: Tensor, grid: Tensor, mode: string, padding: string, corners: boolean | null) => {
      if (MODES[mode] === undefined)
        throw valueError(
          `nn.functional.grid_sample(): expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: '${mode}'`,
        );
      if (PADDINGS[padding] === undefined)
        throw valueError(
          `nn.functional.grid_sample(): expected padding_mode to be 'zeros', 'border', or 'reflection', but got: '${padding}'`,
        );
      return run(rt, "grid_sampler", input, grid, MODES[mode], PADDINGS[padding], corners ?? false);
    },
  },
  {
    signature: "affine_grid(Tensor theta, IntArrayRef size, bool? align_corners=None)",
    doc: "A grid for gridSample from a batch of affine matrices.",
    call: (rt, theta: Tensor, size: Size, corners: boolean | null) =>
      run(rt, "affine_grid_generator", theta, size, corners ?? false),
  },
];

/** Functions on images of `nn.functional`. */
export const EXTRA_VISION: readonly ExtraFunction[] = [...pooling, ...sampling];
