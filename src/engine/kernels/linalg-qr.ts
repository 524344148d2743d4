import type { Reflectors } from "./linalg-reflector.ts";

/** Householder QR in place (geqr2): R on and above the diagonal, reflectors below. Returns their factors tau. */
export function qrFactor(f: Reflectors, a: Float64Array, rows: number, cols: number): Float64Array {
  const k = Math.min(rows, cols);
  const tau = new Float64Array(k * f.slots);
  for (let i = 0; i < k; i++) {
    const d = i * cols + i;
    f.make(a, d, cols, rows - i, tau, i);
    f.applyAdjoint(a, d, cols, tau, i, a, d + 1, cols, 1, rows - i, cols - i - 1);
  }
  return tau;
}

/**
 * The first `wide` columns of H₀·H₁·…, whose `count` reflectors lie below the diagonal of the rows×cols matrix `a` (org2r).
 */
export function householderProduct(
  f: Reflectors,
  a: Float64Array,
  tau: ArrayLike<number>,
  count: number,
  rows: number,
  cols: number,
  wide: number,
): Float64Array {
  const q = new Float64Array(rows * wide * f.slots);
  for (let i = 0; i < Math.min(rows, wide); i++) q[(i * wide + i) * f.slots] = 1;
  // A later reflector leaves the columns before its own alone.
  for (let i = Math.min(count, wide) - 1; i >= 0; i--) {
    const d = i * cols + i;
    const e = i * wide + i;
    f.apply(a, d, cols, tau, i, q, e + 1, wide, 1, rows - i, wide - i - 1);
    f.firstColumn(a, d, cols, tau, i, q, e, wide, rows - i);
  }
  return q;
}

/** The upper triangle of the first k rows. */
export function upperPart(a: Float64Array, k: number, cols: number, slots: number): Float64Array {
  const r = new Float64Array(k * cols * slots);
  for (let i = 0; i < k; i++) r.set(a.subarray((i * cols + i) * slots, (i + 1) * cols * slots), (i * cols + i) * slots);
  return r;
}
