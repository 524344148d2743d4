import { diagonalise } from "./linalg-bidiagonal.ts";
import { applyReflector, identity, product, reflector, transposed } from "./linalg-matrix.ts";
import { householderProduct, qrFactor, upperPart } from "./linalg-qr.ts";

export interface Svd {
  /** rows × rows when full, else rows × k. */
  readonly u: Float64Array;
  /** k singular values, descending. */
  readonly s: Float64Array;
  /** cols × cols when full, else k × cols. */
  readonly vt: Float64Array;
  readonly info: number;
}

/**
 * Singular value decomposition. Follows LAPACK's dgesdd for small matrices step by step (QR first when there are many more rows
 * than columns, Householder bidiagonalisation, implicit zero-shift QR), so that signs of the vectors agree with PyTorch's for up
 * to 25 singular values (beyond that LAPACK divides and conquers).
 */
export function svd(a: Float64Array, rows: number, cols: number, full: boolean): Svd {
  if (rows < cols) return wide(a, rows, cols, full);
  const n = cols;
  const threshold = Math.floor((n * 11) / 6);
  const u = new Float64Array(n * n);
  const vt = new Float64Array(n * n);
  if (rows >= threshold && rows > n) {
    const work = a.slice();
    const tau = qrFactor(work, rows, cols);
    const inner = square(upperPart(work, n, n), n);
    const keep = full ? rows : n;
    const q = householderProduct(work, tau, rows, cols, keep);
    const left = new Float64Array(rows * keep);
    const head = new Float64Array(rows * n);
    for (let i = 0; i < rows; i++) for (let j = 0; j < n; j++) head[i * n + j] = q[i * keep + j];
    const turned = product(head, inner.u, rows, n, n);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < keep; j++) left[i * keep + j] = j < n ? turned[i * n + j] : q[i * keep + j];
    return { u: left, s: inner.s, vt: inner.vt, info: inner.info };
  }
  const work = a.slice();
  const d = new Float64Array(n);
  const e = new Float64Array(Math.max(n - 1, 0));
  const { tauq, taup } = bidiagonaliseTall(work, rows, cols, d, e);
  u.set(identity(n));
  vt.set(identity(n));
  const info = n === 0 ? 0 : diagonalise(d, e, u, vt, n, false);
  const keep = full ? rows : n;
  // U = Q·(U_b padded with the identity), Vᵀ = V_bᵀ·Pᵀ.
  const left = new Float64Array(rows * keep);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) left[i * keep + j] = u[i * n + j];
  for (let i = n; i < keep; i++) left[i * keep + i] = 1;
  for (let i = n - 1; i >= 0; i--)
    applyReflector(work, i * cols + i, cols, tauq[i], left, i * keep, keep, 1, rows - i, keep);
  for (let i = n - 2; i >= 0; i--) applyReflector(work, i * cols + i + 1, 1, taup[i], vt, i + 1, 1, n, n - i - 1, n);
  return { u: left, s: d, vt, info };
}

const square = (a: Float64Array, n: number): Svd => {
  const work = a.slice();
  const d = new Float64Array(n);
  const e = new Float64Array(Math.max(n - 1, 0));
  const { tauq, taup } = bidiagonaliseTall(work, n, n, d, e);
  const u = identity(n);
  const vt = identity(n);
  const info = n === 0 ? 0 : diagonalise(d, e, u, vt, n, false);
  for (let i = n - 1; i >= 0; i--) applyReflector(work, i * n + i, n, tauq[i], u, i * n, n, 1, n - i, n);
  for (let i = n - 2; i >= 0; i--) applyReflector(work, i * n + i + 1, 1, taup[i], vt, i + 1, 1, n, n - i - 1, n);
  return { u, s: d, vt, info };
};

/** rows < cols: LQ first when there are many more columns, else lower bidiagonalisation. */
function wide(a: Float64Array, rows: number, cols: number, full: boolean): Svd {
  const m = rows;
  const keep = full ? cols : m;
  if (cols >= Math.floor((m * 11) / 6)) {
    // The LQ factorisation of A is the transposed QR of Aᵀ, reflector by reflector.
    const work = transposed(a, rows, cols);
    const tau = qrFactor(work, cols, rows);
    const lower = transposed(upperPart(work, m, m), m, m);
    const inner = square(lower, m);
    const q = transposed(householderProduct(work, tau, cols, rows, keep), cols, keep);
    const right = q.slice();
    right.set(product(inner.vt, q.subarray(0, m * cols), m, m, cols));
    return { u: inner.u, s: inner.s, vt: right, info: inner.info };
  }
  const work = a.slice();
  const d = new Float64Array(m);
  const e = new Float64Array(Math.max(m - 1, 0));
  const tauq = new Float64Array(m);
  const taup = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    const at = i * cols + i;
    taup[i] = reflector(work, at, 1, cols - i);
    d[i] = work[at];
    if (i + 1 >= m) continue;
    applyReflector(work, at, 1, taup[i], work, at + cols, 1, cols, cols - i, m - i - 1);
    const below = at + cols;
    tauq[i] = reflector(work, below, cols, m - i - 1);
    e[i] = work[below];
    applyReflector(work, below, cols, tauq[i], work, below + 1, cols, 1, m - i - 1, cols - i - 1);
  }
  const u = identity(m);
  const vt = identity(m);
  const info = diagonalise(d, e, u, vt, m, true);
  for (let i = m - 2; i >= 0; i--)
    applyReflector(work, (i + 1) * cols + i, cols, tauq[i], u, (i + 1) * m, m, 1, m - i - 1, m);
  const right = new Float64Array(keep * cols);
  for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) right[i * cols + j] = vt[i * m + j];
  for (let i = m; i < keep; i++) right[i * cols + i] = 1;
  for (let i = m - 1; i >= 0; i--) applyReflector(work, i * cols + i, 1, taup[i], right, i, 1, cols, cols - i, keep);
  return { u, s: d, vt: right, info };
}

/** dgebd2 for rows ≥ cols: d and e become the diagonal and superdiagonal, reflectors stay in `a`. */
function bidiagonaliseTall(a: Float64Array, rows: number, cols: number, d: Float64Array, e: Float64Array) {
  const tauq = new Float64Array(cols);
  const taup = new Float64Array(cols);
  for (let i = 0; i < cols; i++) {
    const at = i * cols + i;
    tauq[i] = reflector(a, at, cols, rows - i);
    d[i] = a[at];
    if (i + 1 >= cols) continue;
    applyReflector(a, at, cols, tauq[i], a, at + 1, cols, 1, rows - i, cols - i - 1);
    taup[i] = reflector(a, at + 1, 1, cols - i - 1);
    e[i] = a[at + 1];
    applyReflector(a, at + 1, 1, taup[i], a, at + 1 + cols, 1, cols, cols - i - 1, rows - i - 1);
  }
  return { tauq, taup };
}
