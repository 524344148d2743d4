import { uint8 } from "../dtype.ts";
import { check, sizes } from "../errors.ts";
import { cubicWeights, far, near } from "../kernels/cubic.ts";
import { type Tap, type Taps, taps } from "../kernels/taps.ts";
import { checkKind, onlyFloats } from "../refusals.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { resampling } from "./resampling.ts";

/** Interpolation to another size: one linear map per spatial dimension. Source: ATen's UpSample.h (behaviour only). */

type Factors = readonly number[] | null;

/** Distance between neighbouring outputs in input positions. A given factor is used as it is, not the ratio of the sizes. */
function spacing(n: number, count: number, align: boolean, factor: number | null): number {
  if (align) return count > 1 ? (n - 1) / (count - 1) : 0;
  return factor !== null && factor > 0 ? 1 / factor : n / count;
}

/** Where output `o` lies among the inputs; below 0 only for cubic interpolation. */
function source(o: number, scale: number, align: boolean, cubic: boolean): number {
  if (align) return scale * o;
  const x = scale * (o + 0.5) - 0.5;
  return x < 0 && !cubic ? 0 : x;
}

type Kind = (n: number, count: number, align: boolean, factor: number | null) => Taps;

/** PyTorch computes nearest positions in single precision. */
const f = Math.fround;
const nearest: Kind = (n, count, _align, factor) => {
  const scale = f(spacing(n, count, false, factor));
  return taps(n, count, (o) => [[Math.min(Math.floor(f(o * scale)), n - 1), 1]]);
};
const nearestExact: Kind = (n, count, _align, factor) => {
  const scale = f(spacing(n, count, false, factor));
  return taps(n, count, (o) => [[Math.min(Math.floor(f((o + 0.5) * scale)), n - 1), 1]]);
};
const linear: Kind = (n, count, align, factor) => {
  if (n === count) return taps(n, count, (o) => [[o, 1]]);
  const scale = spacing(n, count, align, factor);
  return taps(n, count, (o) => {
    const x = source(o, scale, align, false);
    const i = Math.min(Math.floor(x), n - 1);
    const t = Math.min(Math.max(x - i, 0), 1);
    return [
      [i, 1 - t],
      [Math.min(i + 1, n - 1), t],
    ];
  });
};

const cubic: Kind = (n, count, align, factor) => {
  if (n === count) return taps(n, count, (o) => [[o, 1]]);
  const scale = spacing(n, count, align, factor);
  return taps(n, count, (o) => {
    const x = source(o, scale, align, true);
    const i = Math.floor(x);
    return cubicWeights(x - i).map((w, k): Tap => [Math.min(Math.max(i - 1 + k, 0), n - 1), w]);
  });
};

/** Filters that widen when the image shrinks (antialias): a triangle, or a cubic with a = -1/2. */
const antialiased =
  (size: number, filter: (x: number) => number): Kind =>
  (n, count, align, factor) => {
    const scale = spacing(n, count, align, factor);
    const support = (size / 2) * Math.max(scale, 1);
    const inverse = scale >= 1 ? 1 / scale : 1;
    return taps(n, count, (o) => {
      const centre = scale * (o + 0.5);
      const from = Math.max(Math.trunc(centre - support + 0.5), 0);
      const to = Math.min(Math.trunc(centre + support + 0.5), n);
      const weights = Array.from({ length: to - from }, (_, j) => filter((j + from - centre + 0.5) * inverse));
      const total = weights.reduce((a, b) => a + b, 0);
      return weights.map((w, j): Tap => [from + j, total === 0 ? w : w / total]);
    });
  };
const triangle = (x: number): number => Math.max(1 - Math.abs(x), 0);
const smoothCubic = (x: number): number => {
  const d = Math.abs(x);
  return d < 1 ? near(d, -0.5) : d < 2 ? far(d, -0.5) : 0;
};

const AXES = ["D", "H", "W"];

function plan(
  self: Tensor,
  dims: number,
  kind: Kind,
  outputSize: Shape | null,
  align: boolean,
  factors: Factors,
): readonly Taps[] {
  const input = self.shape.slice(2);
  check(
    (outputSize === null) !== (factors === null),
    () => "Must specify exactly one of output_size and scale_factors",
  );
  const output = outputSize ?? input.map((n, i) => Math.floor(n * (factors?.[i] ?? 1)));
  check(output.length === dims, () => `It is expected output_size equals to ${dims}, but got size ${output.length}`);
  check(self.ndim === dims + 2, () => `It is expected input_size equals to ${dims + 2}, but got size ${self.ndim}`);
  const axes = AXES.slice(3 - dims);
  const list = (values: Shape) => axes.map((a, i) => `${a}: ${values[i]}`).join(", ");
  check(
    [...input, ...output].every((n) => n > 0),
    () => `Input and output sizes should be greater than 0, but got input (${list(input)}) output (${list(output)})`,
  );
  check(
    self.numel !== 0 || self.shape.slice(1).every((n) => n !== 0),
    () => `Non-empty ${dims + 2}D data tensor expected but got a tensor with sizes ${sizes(self.shape)}`,
  );
  return input.map((n, i) => kind(n, output[i], align, factors?.[i] ?? null));
}

/** Interpolation that has the option align_corners, and one that has not. */
const withCorners = (name: string, node: string, dims: number, kind: Kind) =>
  resampling({
    name,
    refuses: onlyFloats(
      kind === cubic
        ? "compute_indices_weights_cubic"
        : dims === 2
          ? "upsample_bilinear2d_channels_last"
          : "compute_indices_weights_linear",
    ),
    params: ["output_size", "align_corners", "scale_factors"],
    node,
    plan: (self: Tensor, outputSize: Shape | null, align: boolean, factors: Factors) =>
      plan(self, dims, kind, outputSize, align, factors),
    out: "A\\,{self}",
    note: "A interpolates between neighbours along each dimension",
    signatures: [
      `${name}(Tensor input, IntArrayRef? output_size, bool align_corners, ArrayRef<double>? scale_factors)`,
    ],
  });
const withoutCorners = (name: string, node: string, dims: number, kind: Kind) =>
  resampling({
    name,
    params: ["output_size", "scale_factors"],
    node,
    plan: (self: Tensor, outputSize: Shape | null, factors: Factors) => {
      // Pixels may be bytes: their values are only chosen.
      const kernel = dims === 2 ? "upsample_nearest2d_channels_last" : "compute_indices_weights_nearest";
      if (self.dtype !== uint8) checkKind(onlyFloats(kernel), self.dtype);
      return plan(self, dims, kind, outputSize, false, factors);
    },
    out: "A\\,{self}",
    note: "A repeats the nearest input; its transpose sums over the repetitions",
    signatures: [`${name}(Tensor input, IntArrayRef? output_size, ArrayRef<double>? scale_factors)`],
  });

export const upsampleNearest1d = withoutCorners("upsample_nearest1d", "UpsampleNearest1DBackward0", 1, nearest);
export const upsampleNearest2d = withoutCorners("upsample_nearest2d", "UpsampleNearest2DBackward0", 2, nearest);
export const upsampleNearest3d = withoutCorners("upsample_nearest3d", "UpsampleNearest3DBackward0", 3, nearest);
const exact = (dims: number) =>
  withoutCorners(`_upsample_nearest_exact${dims}d`, `UpsampleNearestExact${dims}DBackward0`, dims, nearestExact);
export const upsampleNearestExact1d = exact(1);
export const upsampleNearestExact2d = exact(2);
export const upsampleNearestExact3d = exact(3);
export const upsampleLinear1d = withCorners("upsample_linear1d", "UpsampleLinear1DBackward0", 1, linear);
export const upsampleBilinear2d = withCorners("upsample_bilinear2d", "UpsampleBilinear2DBackward0", 2, linear);
export const upsampleTrilinear3d = withCorners("upsample_trilinear3d", "UpsampleTrilinear3DBackward0", 3, linear);
export const upsampleBicubic2d = withCorners("upsample_bicubic2d", "UpsampleBicubic2DBackward0", 2, cubic);
export const upsampleBilinear2dAa = withCorners(
  "_upsample_bilinear2d_aa",
  "UpsampleBilinear2DAaBackward0",
  2,
  antialiased(2, triangle),
);
export const upsampleBicubic2dAa = withCorners(
  "_upsample_bicubic2d_aa",
  "UpsampleBicubic2DAaBackward0",
  2,
  antialiased(4, smoothCubic),
);
