import { applyReflector, reflector } from "./linalg-matrix.ts";

/** Householder QR in place (dgeqr2): R on and above the diagonal, reflectors below. Returns their factors tau. */
export function qrFactor(a: Float64Array, rows: number, cols: number): Float64Array {
  const k = Math.min(rows, cols);
  const tau = new Float64Array(k);
  for (let i = 0; i < k; i++) {
    const d = i * cols + i;
    tau[i] = reflector(a, d, cols, rows - i);
    if (i + 1 < cols) applyReflector(a, d, cols, tau[i], a, d + 1, cols, 1, rows - i, cols - i - 1);
  }
  return tau;
}

/**
 * The first `wide` columns of H₀·H₁·…, whose reflectors lie below the diagonal of the rows×cols matrix `a` (dorg2r).
 */
export function householderProduct(
  a: Float64Array,
  tau: ArrayLike<number>,
  rows: number,
  cols: number,
  wide: number,
): Float64Array {
  const q = new Float64Array(rows * wide);
  for (let i = 0; i < Math.min(rows, wide); i++) q[i * wide + i] = 1;
  for (let i = tau.length - 1; i >= 0; i--)
    applyReflector(a, i * cols + i, cols, tau[i], q, i * wide, wide, 1, rows - i, wide);
  return q;
}

/** The upper triangle of the first k rows. */
export function upperPart(a: Float64Array, k: number, cols: number): Float64Array {
  const r = new Float64Array(k * cols);
  for (let i = 0; i < k; i++) for (let j = i; j < cols; j++) r[i * cols + j] = a[i * cols + j];
  return r;
}
