import type { DType } from "../dtype.ts";
import type { Shape } from "../shape.ts";
import { numelOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { dense } from "./dense.ts";
import { settle } from "./elementwise.ts";

/** Matrices of a batch in double precision, row-major; complex ones as pairs. A copy: kernels work in it. */
export interface Batch {
  readonly data: Float64Array;
  /** Number of matrices. */
  readonly count: number;
  readonly rows: number;
  readonly cols: number;
  /** Array slots per matrix. */
  readonly size: number;
}

/** The matrices in the last two dimensions. */
export function readBatch(t: Tensor): Batch {
  const rows = t.shape[t.ndim - 2];
  const cols = t.shape[t.ndim - 1];
  const n = t.numel * t.dtype.slots;
  const { data, start } = dense(t);
  const copy = new Float64Array(n);
  for (let i = 0; i < n; i++) copy[i] = data[start + i];
  const size = rows * cols * t.dtype.slots;
  return { data: copy, count: numelOf(t.shape.slice(0, -2)), rows, cols, size };
}

/** Matrix number `i` of a batch. */
export const matrixOf = (b: Batch, i: number): Float64Array => b.data.subarray(i * b.size, (i + 1) * b.size);

/** A tensor of the given dtype from doubles, rounded. */
export function tensorOf(like: Tensor, values: Float64Array, shape: Shape, dtype: DType = like.dtype): Tensor {
  const out = like.rt.empty(shape, dtype);
  out.data.set(values);
  return settle(out);
}

/** The same for matrices, with columns one after the other in memory, as LAPACK leaves its results. */
export function columnsOf(like: Tensor, values: Float64Array, shape: Shape, dtype: DType = like.dtype): Tensor {
  if (shape.length < 2) return tensorOf(like, values, shape, dtype);
  const rows = shape[shape.length - 2];
  const cols = shape[shape.length - 1];
  const { slots } = dtype;
  const out = like.rt.empty([...shape.slice(0, -2), cols, rows], dtype);
  const size = rows * cols * slots;
  for (let at = 0; at < values.length; at += size)
    out.data.set(transposed(values.subarray(at, at + size), rows, cols, slots), at);
  return settle(out).alias(shape, [...out.strides.slice(0, -2), 1, Math.max(rows, 1)]);
}

export function identity(n: number, slots: number): Float64Array {
  const a = new Float64Array(n * n * slots);
  for (let i = 0; i < n; i++) a[(i * n + i) * slots] = 1;
  return a;
}

/** The plain transpose, complex numbers as they are. */
export function transposed(a: Float64Array, rows: number, cols: number, slots: number): Float64Array {
  const out = new Float64Array(rows * cols * slots);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < cols; j++)
      for (let s = 0; s < slots; s++) out[(j * rows + i) * slots + s] = a[(i * cols + j) * slots + s];
  return out;
}

/** The first `count` columns. */
export function leading(a: Float64Array, rows: number, cols: number, count: number, slots: number): Float64Array {
  const out = new Float64Array(rows * count * slots);
  for (let i = 0; i < rows; i++) out.set(a.subarray(i * cols * slots, (i * cols + count) * slots), i * count * slots);
  return out;
}

/** a[n×k]·b[k×m] */
export function product(
  a: Float64Array,
  b: Float64Array,
  n: number,
  k: number,
  m: number,
  slots: number,
): Float64Array {
  const out = new Float64Array(n * m * slots);
  const width = m * slots;
  for (let i = 0; i < n; i++)
    for (let p = 0; p < k; p++) {
      const x = a[(i * k + p) * slots];
      const y = slots === 2 ? a[2 * (i * k + p) + 1] : 0;
      if (x === 0 && y === 0) continue;
      if (slots === 1) for (let j = 0; j < m; j++) out[i * m + j] += x * b[p * m + j];
      else
        for (let j = 0; j < width; j += 2) {
          const re = b[p * width + j];
          const im = b[p * width + j + 1];
          out[i * width + j] += x * re - y * im;
          out[i * width + j + 1] += x * im + y * re;
        }
    }
  return out;
}

/** |a| with the sign of b (Fortran's SIGN). */
export const withSign = (a: number, b: number): number => (b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a));

/** Unit round-off, relative spacing and smallest normal number of doubles. */
export const EPS = 2 ** -53;
export const ULP = 2 ** -52;
export const SAFE_MIN = 2 ** -1022;

/** Plane rotation that takes (f, g) to (r, 0): LAPACK's dlartg (3.10 and later). */
export function rotation(f: number, g: number): [c: number, s: number, r: number] {
  if (g === 0) return [1, 0, f];
  if (f === 0) return [0, withSign(1, g), Math.abs(g)];
  const d = Math.hypot(f, g);
  const r = withSign(d, f);
  return [Math.abs(f) / d, g / r, r];
}

/** Applies a sequence of plane rotations of neighbouring columns (or rows): LAPACK's dlasr with variable pivot. */
export function rotateNeighbours(
  a: Float64Array,
  at: number,
  /** Distance between the neighbours, and along them. */
  across: number,
  along: number,
  length: number,
  count: number,
  c: Float64Array,
  s: Float64Array,
  backward: boolean,
): void {
  for (let q = 0; q < count; q++) {
    const j = backward ? count - 1 - q : q;
    const cj = c[j];
    const sj = s[j];
    if (cj === 1 && sj === 0) continue;
    const p = at + j * across;
    for (let i = 0; i < length; i++) {
      const x = p + i * along;
      const y = x + across;
      const t = a[y];
      a[y] = cj * t - sj * a[x];
      a[x] = sj * t + cj * a[x];
    }
  }
}
