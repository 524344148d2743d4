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

export function identity(n: number): Float64Array {
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) a[i * n + i] = 1;
  return a;
}

export function transposed(a: Float64Array, rows: number, cols: number): Float64Array {
  const out = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out[j * rows + i] = a[i * cols + j];
  return out;
}

/** a[n×k]·b[k×m] */
export function product(a: Float64Array, b: Float64Array, n: number, k: number, m: number): Float64Array {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++)
    for (let p = 0; p < k; p++) {
      const x = a[i * k + p];
      if (x === 0) continue;
      for (let j = 0; j < m; j++) out[i * m + j] += x * b[p * m + j];
    }
  return out;
}

/** |a| with the sign of b (Fortran's SIGN). */
export const withSign = (a: number, b: number): number => (b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a));

/** Unit round-off and smallest normal number of doubles. */
export const EPS = 2 ** -53;
export const SAFE_MIN = 2 ** -1022;

/** Plane rotation that takes (f, g) to (r, 0): LAPACK's dlartg (3.10 and later). */
export function rotation(f: number, g: number): [c: number, s: number, r: number] {
  if (g === 0) return [1, 0, f];
  if (f === 0) return [0, withSign(1, g), Math.abs(g)];
  const d = Math.hypot(f, g);
  const r = withSign(d, f);
  return [Math.abs(f) / d, g / r, r];
}

/**
 * Householder reflector I - tau·v·vᵀ with v[0] = 1 that takes the vector (alpha, x) to (beta, 0). The vector lies at
 * a[at], a[at + step], …, n numbers; it is replaced by (beta, v[1:]). Returns tau. (dlarfg)
 */
export function reflector(a: Float64Array, at: number, step: number, n: number): number {
  let norm = 0;
  for (let i = 1; i < n; i++) norm = Math.hypot(norm, a[at + i * step]);
  if (n <= 1 || norm === 0) return 0;
  const alpha = a[at];
  const beta = -withSign(Math.hypot(alpha, norm), alpha);
  for (let i = 1; i < n; i++) a[at + i * step] /= alpha - beta;
  a[at] = beta;
  return (beta - alpha) / beta;
}

/**
 * Applies I - tau·v·vᵀ (v[0] = 1, the rest at v[at + step], …) from the left to the n×m block of `c` at `ct` with row step `rs`
 * and column step `cs`. From the right: the same with the steps exchanged.
 */
export function applyReflector(
  v: Float64Array,
  at: number,
  step: number,
  tau: number,
  c: Float64Array,
  ct: number,
  rs: number,
  cs: number,
  n: number,
  m: number,
): void {
  if (tau === 0) return;
  for (let j = 0; j < m; j++) {
    let s = c[ct + j * cs];
    for (let i = 1; i < n; i++) s += v[at + i * step] * c[ct + i * rs + j * cs];
    s *= tau;
    c[ct + j * cs] -= s;
    for (let i = 1; i < n; i++) c[ct + i * rs + j * cs] -= s * v[at + i * step];
  }
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
