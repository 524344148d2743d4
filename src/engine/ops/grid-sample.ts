import type { DType } from "../dtype.ts";
import { check, notImplemented, sizes } from "../errors.ts";
import { dense } from "../kernels/dense.ts";
import { settle } from "../kernels/elementwise.ts";
import { type SampleMode, type SamplePadding, sampleTaps } from "../kernels/grid-sample.ts";
import { op } from "../op.ts";
import { onlyFloats } from "../refusals.ts";
import type { Runtime } from "../runtime.ts";
import { numelOf, type Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { linspace } from "./creation.ts";
import { bmm } from "./matmul.ts";
import { reshape, transpose } from "./views.ts";

const MODES: readonly SampleMode[] = ["bilinear", "nearest", "bicubic"];
const PADDINGS: readonly SamplePadding[] = ["zeros", "border", "reflection"];

function checkGrid(input: Tensor, grid: Tensor, mode: number): void {
  check(
    (input.ndim === 4 || input.ndim === 5) && input.ndim === grid.ndim,
    () =>
      `grid_sampler(): expected ${input.ndim === 5 ? 5 : 4}D input and grid with same number of dimensions, but got input with sizes ${sizes(input.shape)} and grid with sizes ${sizes(grid.shape)}`,
  );
  check(
    input.shape[0] === grid.shape[0],
    () =>
      `grid_sampler(): expected grid and input to have same batch size, but got input with sizes ${sizes(input.shape)} and grid with sizes ${sizes(grid.shape)}`,
  );
  check(
    grid.shape[grid.ndim - 1] === input.ndim - 2,
    () =>
      `grid_sampler(): expected grid to have size ${input.ndim - 2} in last dimension, but got grid with sizes ${sizes(grid.shape)}`,
  );
  for (let d = 2; d < input.ndim; d++)
    check(
      input.shape[d] > 0,
      () =>
        `grid_sampler(): expected input to have non-empty spatial dimensions, but input has sizes ${sizes(input.shape)} with dimension ${d} being empty`,
    );
  check(!(input.ndim === 5 && mode === 2), () => "grid_sampler(): bicubic interpolation only supports 4D input");
  check(
    input.dtype === grid.dtype,
    () =>
      `grid_sampler(): expected input and grid to have same dtype, but input has ${input.dtype.cppName} and grid has ${grid.dtype.cppName}`,
  );
}

/** Calls `visit` for every grid point with what it reads. */
function eachPoint(
  input: Tensor,
  grid: Tensor,
  mode: number,
  padding: number,
  align: boolean,
  visit: (sample: number, point: number, taps: ReturnType<typeof sampleTaps>) => void,
): void {
  const spatial = input.shape.slice(2);
  const points = numelOf(grid.shape.slice(1, -1));
  const { data, start } = dense(grid);
  for (let n = 0; n < input.shape[0]; n++)
    for (let p = 0; p < points; p++) {
      const at = start + (n * points + p) * spatial.length;
      visit(n, p, sampleTaps(data, at, spatial, MODES[mode], PADDINGS[padding], align, grid.dtype.round));
    }
}

/** Both gradients: of the image (spread over the pixels read) and of the grid. */
function gradients(
  g: Tensor,
  input: Tensor,
  grid: Tensor,
  mode: number,
  padding: number,
  align: boolean,
): [Tensor, Tensor] {
  const [, channels] = input.shape;
  const spatial = input.shape.slice(2);
  const plane = numelOf(spatial);
  const points = numelOf(grid.shape.slice(1, -1));
  const up = dense(g);
  const x = dense(input);
  const image = new Float64Array(input.numel);
  const places = new Float64Array(grid.numel);
  const dims = spatial.length;
  eachPoint(input, grid, mode, padding, align, (n, p, taps) => {
    const to = (n * points + p) * dims;
    for (let c = 0; c < channels; c++) {
      const v = up.data[up.start + (n * channels + c) * points + p];
      const from = (n * channels + c) * plane;
      for (const tap of taps) {
        image[from + tap.at] += v * tap.weight;
        const pixel = x.data[x.start + from + tap.at];
        // Coordinates are stored from the last dimension to the first.
        for (let d = 0; d < dims; d++) places[to + dims - 1 - d] += v * pixel * tap.slopes[d];
      }
    }
  });
  return [g.rt.from(image, input.shape, input.dtype), g.rt.from(places, grid.shape, grid.dtype)];
}

const unsupported = (dims: number) => (): never => {
  throw notImplemented(`derivative for aten::grid_sampler_${dims}d_backward is not implemented`);
};

/** One of the two gradients as an operator; like PyTorch's it has no derivative. */
function gradient(which: 0 | 1, dims: number) {
  return op({
    name: `grid_sampler_${dims}d_backward`,
    args: ["grad_output", "input", "grid", "interpolation_mode", "padding_mode", "align_corners"],
    node: `GridSampler${dims}DBackwardBackward0`,
    forward: (g: Tensor, input: Tensor, grid: Tensor, mode: number, padding: number, align: boolean): Tensor =>
      settle(gradients(g, input, grid, mode, padding, align)[which]),
    vjp: { grad_output: unsupported(dims), input: unsupported(dims), grid: unsupported(dims) },
    formula: { out: which === 0 ? "A^{\\top} {grad_output}" : "\\nabla A\\,{input} \\cdot {grad_output}", vjp: {} },
  });
}

function gridSampler(dims: 2 | 3) {
  const inputGradient = gradient(0, dims);
  const placeGradient = gradient(1, dims);
  return op({
    name: `grid_sampler_${dims}d`,
    args: ["input", "grid", "interpolation_mode", "padding_mode", "align_corners"],
    node: `GridSampler${dims}DBackward0`,
    refuses: onlyFloats(`grid_sampler_${dims}d_cpu${dims === 2 ? "_kernel_impl" : ""}`),
    forward: (input: Tensor, grid: Tensor, mode: number, padding: number, align: boolean): Tensor => {
      const [batch, channels] = input.shape;
      const plane = numelOf(input.shape.slice(2));
      const shape = [batch, channels, ...grid.shape.slice(1, -1)];
      const points = numelOf(grid.shape.slice(1, -1));
      const out = input.rt.empty(shape, input.dtype);
      const { data, start } = dense(input);
      eachPoint(input, grid, mode, padding, align, (n, p, taps) => {
        for (let c = 0; c < channels; c++) {
          let value = 0;
          for (const tap of taps) value += tap.weight * data[start + (n * channels + c) * plane + tap.at];
          out.data[(n * channels + c) * points + p] = value;
        }
      });
      return settle(out);
    },
    keep: ([input, grid, interpolation_mode, padding_mode, align_corners]) => ({
      align_corners,
      grid,
      input,
      interpolation_mode,
      padding_mode,
    }),
    vjp: {
      input: (g, k): Tensor => inputGradient(g, k.input, k.grid, k.interpolation_mode, k.padding_mode, k.align_corners),
      grid: (g, k): Tensor => placeGradient(g, k.input, k.grid, k.interpolation_mode, k.padding_mode, k.align_corners),
    },
    formula: {
      out: "{input}({grid})",
      vjp: { input: "A^{\\top} {g}", grid: "{g} \\cdot \\nabla {input}({grid})" },
      note: "A interpolates between the pixels around each grid point",
    },
    places: ["torch"],
    signatures: [
      `grid_sampler_${dims}d(Tensor input, Tensor grid, int64_t interpolation_mode, int64_t padding_mode, bool align_corners)`,
    ],
  });
}
export const gridSampler2d = gridSampler(2);
export const gridSampler3d = gridSampler(3);

/** Reads images [N, C, …] at the positions of a grid [N, …, 2 or 3] of coordinates between -1 and 1. */
export const gridSamplerAny = op({
  name: "grid_sampler",
  args: ["input", "grid", "interpolation_mode", "padding_mode", "align_corners"],
  forward: (input: Tensor, grid: Tensor, mode: number, padding: number, align: boolean): Tensor => {
    checkGrid(input, grid, mode);
    return (input.ndim === 4 ? gridSampler2d : gridSampler3d)(input, grid, mode, padding, align);
  },
  places: ["torch"],
  signatures: [
    "grid_sampler(Tensor input, Tensor grid, int64_t interpolation_mode, int64_t padding_mode, bool align_corners)",
  ],
});

/** Coordinates of n pixels between -1 and 1, rounded after each step as PyTorch's are. */
function centres(rt: Runtime, n: number, align: boolean, dtype: DType): ArrayLike<number> {
  if (n <= 1) return [0];
  const { data } = linspace(rt, -1, 1, n, dtype);
  return align ? data : data.map((x) => dtype.round(x * (n - 1)) / n);
}

/** Homogeneous coordinates of every pixel, [N, pixels, dims + 1]. */
function baseGrid(theta: Tensor, size: Shape, align: boolean): Tensor {
  const spatial = size.slice(2);
  const axes = spatial.map((n) => centres(theta.rt, n, align, theta.dtype));
  const pixels = numelOf(spatial);
  const width = spatial.length + 1;
  const out = theta.rt.empty([size[0], pixels, width], theta.dtype);
  for (let n = 0, at = 0; n < size[0]; n++)
    for (let p = 0; p < pixels; p++, at += width) {
      let rest = p;
      for (let d = spatial.length - 1; d >= 0; d--) {
        out.data[at + spatial.length - 1 - d] = axes[d][rest % spatial[d]];
        rest = Math.floor(rest / spatial[d]);
      }
      out.data[at + width - 1] = 1;
    }
  return settle(out);
}

/** A grid for grid_sampler from affine matrices [N, 2, 3] (or [N, 3, 4]) and the size [N, C, …] of the result. */
export const affineGridGenerator = op({
  name: "affine_grid_generator",
  args: ["theta", "size", "align_corners"],
  node: "AffineGridGeneratorBackward0",
  forward: (theta: Tensor, size: Shape, align: boolean): Tensor => {
    check(
      size.length === 4 || size.length === 5,
      () => "AffineGridGenerator needs 4d (spatial) or 5d (volumetric) inputs.",
    );
    const grid = bmm(baseGrid(theta, size, align), transpose(theta, 1, 2));
    return reshape(grid, [size[0], ...size.slice(2), size.length - 2]);
  },
  keep: ([, size, align_corners]) => ({ align_corners, size }),
  vjp: {
    theta: (g, { align_corners, size }): Tensor => {
      const base = g.rt.quietly(() => transpose(baseGrid(g, size, align_corners), 1, 2));
      const flat = reshape(g, [size[0], numelOf(size.slice(2)), size.length - 2]);
      return transpose(bmm(base, flat), 1, 2);
    },
  },
  formula: { out: "B\\,{theta}^{\\top}", vjp: { theta: "{g}^{\\top} B" }, note: "B holds the pixels' coordinates" },
  places: ["torch"],
  signatures: ["affine_grid_generator(Tensor theta, IntArrayRef size, bool align_corners)"],
});
