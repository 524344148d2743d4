/** LU factorisation with partial pivoting and what follows from it, for real (slots 1) and complex (slots 2) matrices. */
import { type Complex, cdiv } from "./complex.ts";

export interface LuResult {
  /** For each column the row that was exchanged with it (0-based). */
  readonly pivots: Int32Array;
  /** 1-based number of the first zero on U's diagonal, 0 when there is none. */
  readonly info: number;
}

/** Factorises rows×cols `a` in place: L below the diagonal (unit diagonal implied), U on and above it. */
export function luFactor(a: Float64Array, rows: number, cols: number, slots: number, pivot = true): LuResult {
  const k = Math.min(rows, cols);
  const pivots = new Int32Array(k);
  let info = 0;
  const size = slots === 1 ? (p: number) => Math.abs(a[p]) : (p: number) => Math.abs(a[p]) + Math.abs(a[p + 1]);
  const width = cols * slots;
  for (let j = 0; j < k; j++) {
    let best = j;
    if (pivot)
      for (let i = j + 1; i < rows; i++) if (size(i * width + j * slots) > size(best * width + j * slots)) best = i;
    pivots[j] = best;
    if (best !== j)
      for (let c = 0; c < width; c++) {
        const t = a[j * width + c];
        a[j * width + c] = a[best * width + c];
        a[best * width + c] = t;
      }
    const d = j * width + j * slots;
    if (size(d) === 0) {
      if (info === 0) info = j + 1;
      continue;
    }
    for (let i = j + 1; i < rows; i++) {
      const p = i * width + j * slots;
      if (slots === 1) {
        const f = a[p] / a[d];
        a[p] = f;
        if (f !== 0) for (let c = j + 1; c < cols; c++) a[i * cols + c] -= f * a[j * cols + c];
      } else {
        const [re, im] = cdiv([a[p], a[p + 1]], [a[d], a[d + 1]]);
        a[p] = re;
        a[p + 1] = im;
        for (let c = j + 1; c < cols; c++) {
          const x = i * width + 2 * c;
          const y = j * width + 2 * c;
          a[x] -= re * a[y] - im * a[y + 1];
          a[x + 1] -= re * a[y + 1] + im * a[y];
        }
      }
    }
  }
  return { pivots, info };
}

/** Which rows the exchanges put where: row i of P·A is row order[i] of A. */
export function pivotOrder(pivots: ArrayLike<number>, rows: number): number[] {
  const order = Array.from({ length: rows }, (_, i) => i);
  for (let i = 0; i < pivots.length; i++) {
    const j = pivots[i];
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

export interface TriangularOptions {
  readonly upper: boolean;
  readonly unit: boolean;
  /** Solve with the conjugate transpose instead. */
  readonly adjoint: boolean;
}

/** Solves T·X = B in place for a triangle of the n×n matrix `t`; X has m columns. */
export function solveTriangular(
  t: Float64Array,
  x: Float64Array,
  n: number,
  m: number,
  slots: number,
  { upper, unit, adjoint }: TriangularOptions,
): void {
  // An adjoint solve reads the triangle transposed, which turns upper into lower.
  const backward = upper !== adjoint;
  const at = (i: number, j: number): number => (adjoint ? j * n + i : i * n + j) * slots;
  const width = m * slots;
  for (let q = 0; q < n; q++) {
    const i = backward ? n - 1 - q : q;
    const from = backward ? i + 1 : 0;
    const to = backward ? n : i;
    for (let j = from; j < to; j++) {
      const p = at(i, j);
      if (slots === 1) {
        const f = t[p];
        if (f !== 0) for (let c = 0; c < m; c++) x[i * m + c] -= f * x[j * m + c];
      } else {
        const re = t[p];
        const im = adjoint ? -t[p + 1] : t[p + 1];
        for (let c = 0; c < width; c += 2) {
          const a = i * width + c;
          const b = j * width + c;
          x[a] -= re * x[b] - im * x[b + 1];
          x[a + 1] -= re * x[b + 1] + im * x[b];
        }
      }
    }
    if (unit) continue;
    const d = at(i, i);
    if (slots === 1) for (let c = 0; c < m; c++) x[i * m + c] /= t[d];
    else {
      const below: Complex = [t[d], adjoint ? -t[d + 1] : t[d + 1]];
      for (let c = 0; c < width; c += 2) {
        const a = i * width + c;
        const [re, im] = cdiv([x[a], x[a + 1]], below);
        x[a] = re;
        x[a + 1] = im;
      }
    }
  }
}

function exchangeRows(x: Float64Array, i: number, j: number, width: number): void {
  if (i === j) return;
  for (let c = 0; c < width; c++) {
    const t = x[i * width + c];
    x[i * width + c] = x[j * width + c];
    x[j * width + c] = t;
  }
}

/** Solves A·X = B (or Aᴴ·X = B) in place from A's factorisation. */
export function luSolve(
  lu: Float64Array,
  pivots: ArrayLike<number>,
  x: Float64Array,
  n: number,
  m: number,
  slots: number,
  adjoint = false,
): void {
  const width = m * slots;
  if (adjoint) {
    solveTriangular(lu, x, n, m, slots, { upper: true, unit: false, adjoint: true });
    solveTriangular(lu, x, n, m, slots, { upper: false, unit: true, adjoint: true });
    for (let i = n - 1; i >= 0; i--) exchangeRows(x, i, pivots[i], width);
    return;
  }
  for (let i = 0; i < n; i++) exchangeRows(x, i, pivots[i], width);
  solveTriangular(lu, x, n, m, slots, { upper: false, unit: true, adjoint: false });
  solveTriangular(lu, x, n, m, slots, { upper: true, unit: false, adjoint: false });
}

/** Lower Cholesky factor of a Hermitian positive definite matrix, read from its lower triangle, in place. Returns LAPACK's info. */
export function choleskyFactor(a: Float64Array, n: number, slots: number): number {
  for (let j = 0; j < n; j++) {
    const row = a.subarray(j * n * slots, (j * n + j) * slots);
    const at = (j * n + j) * slots;
    let d = a[at];
    for (const x of row) d -= x * x;
    if (!(d > 0)) return j + 1;
    const root = Math.sqrt(d);
    a[at] = root;
    if (slots === 2) a[at + 1] = 0;
    for (let i = j + 1; i < n; i++) {
      const other = a.subarray(i * n * slots, (i * n + j) * slots);
      const p = (i * n + j) * slots;
      // aᵢⱼ less the product of row i with the conjugate of row j.
      let re = a[p];
      for (let k = 0; k < row.length; k++) re -= other[k] * row[k];
      a[p] = re / root;
      if (slots === 1) continue;
      let im = a[p + 1];
      for (let k = 0; k < row.length; k += 2) im -= other[k + 1] * row[k] - other[k] * row[k + 1];
      a[p + 1] = im / root;
    }
  }
  for (let i = 0; i < n; i++) a.fill(0, (i * n + i + 1) * slots, (i + 1) * n * slots);
  return 0;
}
