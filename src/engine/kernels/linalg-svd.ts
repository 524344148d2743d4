import { diagonalise } from "./linalg-bidiagonal.ts";
import { identity, leading, product, transposed } from "./linalg-matrix.ts";
import { householderProduct, qrFactor, upperPart } from "./linalg-qr.ts";
import { type Reflectors, reflectorsOf } from "./linalg-reflector.ts";

export interface Svd {
  /** rows × rows when full, else rows × k. */
  readonly u: Float64Array;
  /** k singular values, descending. */
  readonly s: Float64Array;
  /** Vᴴ: cols × cols when full, else k × cols. */
  readonly vh: Float64Array;
  readonly info: number;
}

/**
 * Singular value decomposition. Follows LAPACK's gesdd for small matrices step by step (QR first when there are many more rows
 * than columns, Householder bidiagonalisation, implicit zero-shift QR), so that signs of the vectors agree with PyTorch's for up
 * to 25 singular values (beyond that LAPACK divides and conquers).
 */
export function svd(a: Float64Array, rows: number, cols: number, full: boolean, slots: number): Svd {
  const f = reflectorsOf(slots);
  const tall = rows >= cols;
  const [long, k] = tall ? [rows, cols] : [cols, rows];
  const keep = full ? long : k;
  if (long === k || long < Math.floor(slots === 2 ? (k * 17) / 9 : (k * 11) / 6)) return direct(f, a, rows, cols, keep);
  // The LQ factorisation of a wide matrix is the transposed QR of its transpose, reflector by reflector.
  const work = tall ? a.slice() : transposed(a, rows, cols, slots);
  const tau = qrFactor(f, work, long, k);
  const r = upperPart(work, k, k, slots);
  const inner = direct(f, tall ? r : transposed(r, k, k, slots), k, k, k);
  const q = householderProduct(f, work, tau, k, long, k, keep);
  if (tall) {
    const turned = product(leading(q, long, keep, k, slots), inner.u, long, k, k, slots);
    for (let i = 0; i < long; i++) q.set(turned.subarray(i * k * slots, (i + 1) * k * slots), i * keep * slots);
    return { ...inner, u: q };
  }
  const vh = transposed(q, long, keep, slots);
  vh.set(product(inner.vh, vh, k, k, long, slots));
  return { ...inner, vh };
}

/** By way of the bidiagonal form Qᴴ·A·P, with `keep` vectors on the long side. That of a wide matrix is a lower one: its transpose is worked on. */
function direct(f: Reflectors, a: Float64Array, rows: number, cols: number, keep: number): Svd {
  const { slots } = f;
  const tall = rows >= cols;
  const [long, k] = tall ? [rows, cols] : [cols, rows];
  const work = tall ? a.slice() : transposed(a, rows, cols, slots);
  const d = new Float64Array(k);
  const e = new Float64Array(Math.max(k - 1, 0));
  const { tauq, taup } = bidiagonalise(f, work, long, k, d, e);
  const left = identity(k, 1);
  const right = identity(k, 1);
  const info = k === 0 ? 0 : diagonalise(d, e, left, right, k, !tall);
  // The singular vectors of the bidiagonal form are real; the reflectors, last first, take them back.
  const u = tall ? widened(left, k, rows, keep, slots) : widened(left, k, k, k, slots);
  const vh = tall ? widened(right, k, k, k, slots) : widened(right, k, keep, cols, slots);
  const along = (c: Float64Array, rs: number, cs: number): void => {
    for (let i = k - 1; i >= 0; i--) f.apply(work, i * k + i, k, tauq, i, c, i * rs, rs, cs, long - i, keep);
  };
  const across = (c: Float64Array, rs: number, cs: number): void => {
    for (let i = k - 2; i >= 0; i--) f.apply(work, i * k + i + 1, 1, taup, i, c, (i + 1) * rs, rs, cs, k - i - 1, k);
  };
  if (tall) {
    along(u, keep, 1);
    across(vh, 1, k);
  } else {
    across(u, k, 1);
    along(vh, 1, cols);
  }
  return { u, s: d, vh, info };
}

/** A real k×k matrix, continued by ones on the diagonal, as rows×cols numbers. */
function widened(a: Float64Array, k: number, rows: number, cols: number, slots: number): Float64Array {
  const out = new Float64Array(rows * cols * slots);
  for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) out[(i * cols + j) * slots] = a[i * k + j];
  for (let i = k; i < Math.min(rows, cols); i++) out[(i * cols + i) * slots] = 1;
  return out;
}

/** gebd2 for rows ≥ cols: d and e become the diagonal and superdiagonal, which are real; the reflectors stay in `a`. */
function bidiagonalise(f: Reflectors, a: Float64Array, rows: number, cols: number, d: Float64Array, e: Float64Array) {
  const tauq = new Float64Array(cols * f.slots);
  const taup = new Float64Array(cols * f.slots);
  for (let i = 0; i < cols; i++) {
    const at = i * cols + i;
    const rest = cols - i - 1;
    f.make(a, at, cols, rows - i, tauq, i);
    d[i] = a[at * f.slots];
    if (rest === 0) continue;
    f.applyAdjoint(a, at, cols, tauq, i, a, at + 1, cols, 1, rows - i, rest);
    f.make(a, at + 1, 1, rest, taup, i);
    e[i] = a[(at + 1) * f.slots];
    f.applyAdjoint(a, at + 1, 1, taup, i, a, at + 1 + cols, 1, cols, rest, rows - i - 1);
  }
  return { tauq, taup };
}
