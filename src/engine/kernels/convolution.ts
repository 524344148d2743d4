import type { Data } from "../dtype.ts";
import type { Tensor } from "../tensor.ts";
import { dense } from "./dense.ts";
import { settle } from "./elementwise.ts";

/**
 * Convolution kernels over up to three spatial dimensions by im2col and matrix products. A transposed convolution is the
 * gradient of an ordinary one, so three functions serve both. Spatial sizes are always triples (depth, height, width), with
 * 1 where the tensors have fewer dimensions.
 */
export type Triple = readonly [number, number, number];

/** Sizes of an ordinary convolution from `input` [N, C, …] to `output` [N, O, …] with weights [O, C/groups, …]. */
export interface ConvGeometry {
  readonly batch: number;
  readonly channels: number;
  readonly outChannels: number;
  readonly groups: number;
  readonly input: Triple;
  readonly output: Triple;
  readonly kernel: Triple;
  readonly stride: Triple;
  readonly padding: Triple;
  readonly dilation: Triple;
}

const volume = (t: Triple): number => t[0] * t[1] * t[2];

/** Does a column matrix equal the image itself (1×1 kernel, stride 1, no padding)? */
const isPointwise = (c: ConvGeometry): boolean =>
  volume(c.kernel) === 1 && volume(c.stride) === 1 && c.padding[0] + c.padding[1] + c.padding[2] === 0;

/**
 * Visits the runs that a column matrix shares with an image: for a row of the matrix (channel and kernel position) and a line of
 * output positions, `visit(image, column, from, count)` says that `count` positions from `column + from` on read the image from
 * `image` on, `step` apart.
 */
function eachRun(
  c: ConvGeometry,
  channels: number,
  visit: (image: number, column: number, count: number) => void,
): void {
  const [D, H, W] = c.input;
  const [OD, OH, OW] = c.output;
  const [KD, KH, KW] = c.kernel;
  const [sz, sy, sx] = c.stride;
  const [pz, py, px] = c.padding;
  const [dz, dy, dx] = c.dilation;
  const L = OD * OH * OW;
  let row = 0;
  for (let ch = 0; ch < channels; ch++)
    for (let kz = 0; kz < KD; kz++)
      for (let ky = 0; ky < KH; ky++)
        for (let kx = 0; kx < KW; kx++, row++) {
          const shift = kx * dx - px;
          const from = Math.max(0, Math.ceil(-shift / sx));
          const to = Math.min(OW, Math.floor((W - 1 - shift) / sx) + 1);
          if (to <= from) continue;
          for (let oz = 0; oz < OD; oz++) {
            const z = oz * sz - pz + kz * dz;
            if (z < 0 || z >= D) continue;
            for (let oy = 0; oy < OH; oy++) {
              const y = oy * sy - py + ky * dy;
              if (y < 0 || y >= H) continue;
              visit(((ch * D + z) * H + y) * W + from * sx + shift, row * L + (oz * OH + oy) * OW + from, to - from);
            }
          }
        }
}

/** Columns of `channels` channels of one image: [channels·kernel, output positions], zero where the padding is read. */
export function im2col(x: Data, start: number, channels: number, c: ConvGeometry, columns: Data): void {
  columns.fill(0);
  const step = c.stride[2];
  eachRun(c, channels, (image, column, count) => {
    let at = start + image;
    for (let i = 0; i < count; i++, at += step) columns[column + i] = x[at];
  });
}

/** Adds columns back to the image positions they were read from. */
export function col2im(columns: Data, channels: number, c: ConvGeometry, x: Data, start: number): void {
  const step = c.stride[2];
  eachRun(c, channels, (image, column, count) => {
    let at = start + image;
    for (let i = 0; i < count; i++, at += step) x[at] += columns[column + i];
  });
}

/** Sizes that every step needs: channels per group, rows and columns of the column matrix. */
function parts(c: ConvGeometry) {
  const inner = c.channels / c.groups;
  const outer = c.outChannels / c.groups;
  return { inner, outer, rows: inner * volume(c.kernel), L: volume(c.output), image: volume(c.input) };
}

/** The convolution of `x` with `w`, as a tensor of shape `shape`. */
export function convolve(x: Tensor, w: Tensor, bias: Tensor | null, c: ConvGeometry, shape: readonly number[]): Tensor {
  const { rt } = x;
  const out = rt.empty(shape, x.dtype);
  const { inner, outer, rows, L, image } = parts(c);
  const a = dense(x);
  const k = dense(w);
  const pointwise = isPointwise(c);
  const columns = pointwise ? a.data : x.dtype.alloc(rows * L);
  for (let b = 0; b < c.batch; b++)
    for (let g = 0; g < c.groups; g++) {
      const from = a.start + (b * c.channels + g * inner) * image;
      if (!pointwise) im2col(a.data, from, inner, c, columns);
      rt.gemm.multiply(
        ...([outer, L, rows] as const),
        ...([k.data, k.start + g * outer * rows, rows, 1] as const),
        ...([columns, pointwise ? from : 0, L, 1] as const),
        ...([out.data, (b * c.outChannels + g * outer) * L, L, 1] as const),
      );
    }
  if (bias !== null) {
    const { data, start } = dense(bias);
    for (let b = 0, at = 0; b < c.batch; b++)
      for (let o = 0; o < c.outChannels; o++) {
        const v = data[start + o];
        for (const end = at + L; at < end; at++) out.data[at] += v;
      }
  }
  return settle(out);
}

/** Gradient of the input, as a tensor of shape `shape`; also what a transposed convolution computes. */
export function convolveInput(g: Tensor, w: Tensor, c: ConvGeometry, shape: readonly number[]): Tensor {
  const { rt } = g;
  const out = rt.empty(shape, g.dtype);
  const { inner, outer, rows, L, image } = parts(c);
  const up = dense(g);
  const k = dense(w);
  const pointwise = isPointwise(c);
  const columns = pointwise ? out.data : g.dtype.alloc(rows * L);
  for (let b = 0; b < c.batch; b++)
    for (let i = 0; i < c.groups; i++) {
      const to = (b * c.channels + i * inner) * image;
      rt.gemm.multiply(
        ...([rows, L, outer] as const),
        ...([k.data, k.start + i * outer * rows, 1, rows] as const),
        ...([up.data, up.start + (b * c.outChannels + i * outer) * L, L, 1] as const),
        ...([columns, pointwise ? to : 0, L, 1] as const),
      );
      if (!pointwise) col2im(columns, inner, c, out.data, to);
    }
  return settle(out);
}

/** Gradient of the weights, as a tensor of shape `shape`. */
export function convolveWeight(g: Tensor, x: Tensor, c: ConvGeometry, shape: readonly number[]): Tensor {
  const { rt } = g;
  const out = rt.empty(shape, g.dtype);
  const { inner, outer, rows, L, image } = parts(c);
  const up = dense(g);
  const a = dense(x);
  const pointwise = isPointwise(c);
  const columns = pointwise ? a.data : x.dtype.alloc(rows * L);
  const part = g.dtype.alloc(outer * rows);
  const sums = new Float64Array(out.numel);
  for (let b = 0; b < c.batch; b++)
    for (let i = 0; i < c.groups; i++) {
      const from = a.start + (b * c.channels + i * inner) * image;
      if (!pointwise) im2col(a.data, from, inner, c, columns);
      rt.gemm.multiply(
        ...([outer, rows, L] as const),
        ...([up.data, up.start + (b * c.outChannels + i * outer) * L, L, 1] as const),
        ...([columns, pointwise ? from : 0, 1, L] as const),
        ...([part, 0, rows, 1] as const),
      );
      const to = i * outer * rows;
      for (let p = 0; p < part.length; p++) sums[to + p] += part[p];
    }
  for (let p = 0; p < sums.length; p++) out.data[p] = sums[p];
  return settle(out);
}
