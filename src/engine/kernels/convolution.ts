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

/** Some lines of output positions (all widths of one depth and height), which a column matrix is made for. */
export interface Band {
  readonly first: number;
  readonly last: number;
}

/** All lines of an output. */
export const allLines = (c: ConvGeometry): Band => ({ first: 0, last: c.output[0] * c.output[1] });

/** Numbers in a column matrix from which it is made band by band: a larger one costs memory and leaves the processor's caches. */
const BAND = 1 << 20;

/** The lines of an output in bands whose column matrices of `rows` rows are not too large. */
function bands(c: ConvGeometry, rows: number): Band[] {
  const { last: lines } = allLines(c);
  const step = Math.max(1, Math.floor(BAND / (rows * c.output[2])));
  return Array.from({ length: Math.ceil(lines / step) }, (_, i) => ({
    first: i * step,
    last: Math.min(lines, (i + 1) * step),
  }));
}

/**
 * Visits the runs that a column matrix shares with an image: for a row of the matrix (channel and kernel position) and a line of
 * output positions, `visit(image, column, from, count)` says that `count` positions from `column + from` on read the image from
 * `image` on, `step` apart.
 */
function eachRun(
  c: ConvGeometry,
  channels: number,
  { first, last }: Band,
  visit: (image: number, column: number, count: number) => void,
): void {
  const [D, H, W] = c.input;
  const [, OH, OW] = c.output;
  const [KD, KH, KW] = c.kernel;
  const [sz, sy, sx] = c.stride;
  const [pz, py, px] = c.padding;
  const [dz, dy, dx] = c.dilation;
  const L = (last - first) * OW;
  let row = 0;
  for (let ch = 0; ch < channels; ch++)
    for (let kz = 0; kz < KD; kz++)
      for (let ky = 0; ky < KH; ky++)
        for (let kx = 0; kx < KW; kx++, row++) {
          const shift = kx * dx - px;
          const from = Math.max(0, Math.ceil(-shift / sx));
          const to = Math.min(OW, Math.floor((W - 1 - shift) / sx) + 1);
          if (to <= from) continue;
          for (let line = first; line < last; line++) {
            const oz = Math.floor(line / OH);
            const z = oz * sz - pz + kz * dz;
            if (z < 0 || z >= D) continue;
            const y = (line - oz * OH) * sy - py + ky * dy;
            if (y < 0 || y >= H) continue;
            visit(((ch * D + z) * H + y) * W + from * sx + shift, row * L + (line - first) * OW + from, to - from);
          }
        }
}

/** Columns of `channels` channels of one image: [channels·kernel, output positions], zero where the padding is read. */
export function im2col(
  x: Data,
  start: number,
  channels: number,
  c: ConvGeometry,
  columns: Data,
  band = allLines(c),
): void {
  columns.fill(0);
  const step = c.stride[2];
  eachRun(c, channels, band, (image, column, count) => {
    let at = start + image;
    for (let i = 0; i < count; i++, at += step) columns[column + i] = x[at];
  });
}

/** Adds columns back to the image positions they were read from. */
export function col2im(
  columns: Data,
  channels: number,
  c: ConvGeometry,
  x: Data,
  start: number,
  band = allLines(c),
): void {
  const step = c.stride[2];
  eachRun(c, channels, band, (image, column, count) => {
    let at = start + image;
    for (let i = 0; i < count; i++, at += step) x[at] += columns[column + i];
  });
}

/** Sizes that every step needs: channels per group, rows and columns of the column matrix, its bands. */
function parts(c: ConvGeometry) {
  const inner = c.channels / c.groups;
  const rows = inner * volume(c.kernel);
  // What is the image itself is not made at all.
  const lines = isPointwise(c) ? [allLines(c)] : bands(c, rows);
  return { inner, outer: c.outChannels / c.groups, rows, L: volume(c.output), image: volume(c.input), lines };
}
/** Output positions of a band: how many, and where they begin. */
const positions = (c: ConvGeometry, { first, last }: Band) => ({
  count: (last - first) * c.output[2],
  at: first * c.output[2],
});

/** The convolution of `x` with `w`, as a tensor of shape `shape`. */
export function convolve(x: Tensor, w: Tensor, bias: Tensor | null, c: ConvGeometry, shape: readonly number[]): Tensor {
  const { rt } = x;
  const out = rt.empty(shape, x.dtype);
  const { inner, outer, rows, L, image, lines } = parts(c);
  const a = dense(x);
  const k = dense(w);
  const pointwise = isPointwise(c);
  const columns = pointwise ? a.data : columnsFor(x, c, rows, lines);
  for (let b = 0; b < c.batch; b++)
    for (let g = 0; g < c.groups; g++) {
      const from = a.start + (b * c.channels + g * inner) * image;
      for (const band of lines) {
        const { count, at } = positions(c, band);
        if (!pointwise) im2col(a.data, from, inner, c, columns, band);
        rt.gemm.multiply(
          ...([outer, count, rows] as const),
          ...([k.data, k.start + g * outer * rows, rows, 1] as const),
          ...([columns, pointwise ? from : 0, count, 1] as const),
          ...([out.data, (b * c.outChannels + g * outer) * L + at, L, 1] as const),
        );
      }
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

/** Memory for the column matrix of the largest band. */
const columnsFor = (x: Tensor, c: ConvGeometry, rows: number, lines: readonly Band[]): Data =>
  x.dtype.alloc(lines.length === 0 ? 0 : rows * positions(c, lines[0]).count);

/** Gradient of the input, as a tensor of shape `shape`; also what a transposed convolution computes. */
export function convolveInput(g: Tensor, w: Tensor, c: ConvGeometry, shape: readonly number[]): Tensor {
  const { rt } = g;
  const out = rt.empty(shape, g.dtype);
  const { inner, outer, rows, L, image, lines } = parts(c);
  const up = dense(g);
  const k = dense(w);
  const pointwise = isPointwise(c);
  const columns = pointwise ? out.data : columnsFor(g, c, rows, lines);
  for (let b = 0; b < c.batch; b++)
    for (let i = 0; i < c.groups; i++) {
      const to = (b * c.channels + i * inner) * image;
      for (const band of lines) {
        const { count, at } = positions(c, band);
        rt.gemm.multiply(
          ...([rows, count, outer] as const),
          ...([k.data, k.start + i * outer * rows, 1, rows] as const),
          ...([up.data, up.start + (b * c.outChannels + i * outer) * L + at, L, 1] as const),
          ...([columns, pointwise ? to : 0, count, 1] as const),
        );
        if (!pointwise) col2im(columns, inner, c, out.data, to, band);
      }
    }
  return settle(out);
}

/** Gradient of the weights, as a tensor of shape `shape`. */
export function convolveWeight(g: Tensor, x: Tensor, c: ConvGeometry, shape: readonly number[]): Tensor {
  const { rt } = g;
  const out = rt.empty(shape, g.dtype);
  const { inner, outer, rows, L, image, lines } = parts(c);
  const up = dense(g);
  const a = dense(x);
  const pointwise = isPointwise(c);
  const columns = pointwise ? a.data : columnsFor(x, c, rows, lines);
  const part = g.dtype.alloc(outer * rows);
  const sums = new Float64Array(out.numel);
  for (let b = 0; b < c.batch; b++)
    for (let i = 0; i < c.groups; i++) {
      const from = a.start + (b * c.channels + i * inner) * image;
      const to = i * outer * rows;
      for (const band of lines) {
        const { count, at } = positions(c, band);
        if (!pointwise) im2col(a.data, from, inner, c, columns, band);
        rt.gemm.multiply(
          ...([outer, rows, count] as const),
          ...([up.data, up.start + (b * c.outChannels + i * outer) * L + at, L, 1] as const),
          ...([columns, pointwise ? from : 0, 1, count] as const),
          ...([part, 0, rows, 1] as const),
        );
        for (let p = 0; p < part.length; p++) sums[to + p] += part[p];
      }
    }
  for (let p = 0; p < sums.length; p++) out.data[p] = sums[p];
  return settle(out);
}
