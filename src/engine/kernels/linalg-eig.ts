import { type Complex, cdiv, cmul, csgn } from "./complex.ts";
import { balance, hessenberg, unbalance } from "./linalg-hessenberg.ts";
import { product, rotation, SAFE_MIN, ULP } from "./linalg-matrix.ts";
import { COMPLEX, REAL } from "./linalg-reflector.ts";
import { schur } from "./linalg-schur.ts";
import { complexSchur, triangularVectors } from "./linalg-schur-complex.ts";

export interface Eig {
  /** Eigenvalues as pairs (re, im). */
  readonly values: Float64Array;
  /** Columns are eigenvectors, as pairs, n×n; each has length 1 and, if it is complex, a real largest entry. */
  readonly vectors: Float64Array;
  readonly info: number;
}

/**
 * Eigenvalues and right eigenvectors of a general matrix, in LAPACK's order and normalisation (geev: balance, reduce to Hessenberg
 * form, QR with double shifts for real numbers and single ones for complex, back substitution).
 */
export function eig(matrix: Float64Array, n: number, slots: number): Eig {
  const values = new Float64Array(2 * n);
  const vectors = new Float64Array(2 * n * n);
  if (n === 0) return { values, vectors, info: 0 };
  const a = matrix.slice();
  const scaling = balance(a, n, slots);
  const { low, high } = scaling;
  if (slots === 2) {
    const z = hessenberg(COMPLEX, a, n, low, high);
    const info = complexSchur(a, z, n, low, high);
    if (info !== 0) return { values, vectors, info };
    for (let i = 0; i < n; i++) values.set(a.subarray(2 * (i * n + i), 2 * (i * n + i) + 2), 2 * i);
    vectors.set(product(z, triangularVectors(a, n), n, n, n, 2));
    unbalance(vectors, n, 2, scaling);
    for (let k = 0; k < n; k++) normalise(vectors, n, k, csgn);
    return { values, vectors, info };
  }
  const z = hessenberg(REAL, a, n, low, high);
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  const info = schur(a, z, n, low, high, re, im);
  if (info !== 0) return { values, vectors, info };
  for (let i = 0; i < n; i++) {
    values[2 * i] = re[i];
    values[2 * i + 1] = im[i];
  }
  vectors.set(realVectors(a, z, n, re, im));
  unbalance(vectors, n, 2, scaling);
  for (let k = 0; k < n; k++) {
    if (im[k] === 0) {
      normalise(vectors, n, k, null);
      continue;
    }
    normalise(vectors, n, k, ([x, y]) => {
      const [c, s] = rotation(x, y);
      return [c, s];
    });
    // The second of a pair is the first's conjugate.
    for (let p = 2 * k; p < 2 * n * n; p += 2 * n) {
      vectors[p + 2] = vectors[p];
      vectors[p + 3] = -vectors[p + 1];
    }
    k++;
  }
  return { values, vectors, info };
}

/** Divides column k by its length and, unless it is to stay real, by a phase that makes its largest entry real. */
function normalise(v: Float64Array, n: number, k: number, phaseOf: ((largest: Complex) => Complex) | null): void {
  const end = 2 * n * n;
  let norm = 0;
  for (let p = 2 * k; p < end; p += 2 * n) norm = Math.hypot(norm, v[p], v[p + 1]);
  if (norm === 0) return;
  let largest = 2 * k;
  const size = (p: number): number => v[p] ** 2 + v[p + 1] ** 2;
  for (let p = 2 * k; p < end; p += 2 * n) {
    v[p] /= norm;
    v[p + 1] /= norm;
    if (size(p) > size(largest)) largest = p;
  }
  if (phaseOf === null) return;
  const [c, s] = phaseOf([v[largest], v[largest + 1]]);
  for (let p = 2 * k; p < end; p += 2 * n) [v[p], v[p + 1]] = [c * v[p] + s * v[p + 1], c * v[p + 1] - s * v[p]];
  v[largest + 1] = 0;
}

/** Eigenvectors of A from the Schur form A = Z·T·Zᵀ: back substitution in T, then Z times it. Columns as pairs. */
function realVectors(t: Float64Array, z: Float64Array, n: number, re: Float64Array, im: Float64Array): Float64Array {
  const at = (r: number, c: number): number => r * n + c;
  const out = new Float64Array(2 * n * n);
  for (let k = n - 1; k >= 0; k--) {
    const pair = im[k] !== 0;
    // A pair is treated once, at its second member, for the eigenvalue with positive imaginary part.
    const lambda: Complex = pair ? [re[k], Math.abs(im[k])] : [re[k], 0];
    const x: Complex[] = Array.from({ length: n }, () => [0, 0]);
    let top = k - 1;
    if (pair) {
      const w = lambda[1];
      if (Math.abs(t[at(k - 1, k)]) >= Math.abs(t[at(k, k - 1)])) {
        x[k - 1] = [1, 0];
        x[k] = [0, w / t[at(k - 1, k)]];
      } else {
        x[k - 1] = [-w / t[at(k, k - 1)], 0];
        x[k] = [0, 1];
      }
      top = k - 2;
    } else x[k] = [1, 0];
    const known = pair ? [k - 1, k] : [k];
    const rest = (i: number): Complex => {
      let r = 0;
      let s = 0;
      for (const c of [...Array.from({ length: known[0] - i - 1 }, (_, q) => i + 1 + q), ...known]) {
        r -= t[at(i, c)] * x[c][0];
        s -= t[at(i, c)] * x[c][1];
      }
      return [r, s];
    };
    const least = Math.max(ULP * (Math.abs(lambda[0]) + Math.abs(lambda[1])), SAFE_MIN * (n / ULP));
    for (let i = top; i >= 0; i--) {
      if (i > 0 && t[at(i, i - 1)] !== 0) {
        solvePair(t, n, i - 1, lambda, rest, x);
        i--;
        continue;
      }
      let below: Complex = [t[at(i, i)] - lambda[0], -lambda[1]];
      if (Math.abs(below[0]) + Math.abs(below[1]) < least) below = [least, 0];
      x[i] = cdiv(rest(i), below);
    }
    const columns = new Float64Array(2 * n);
    for (let i = 0; i < n; i++) {
      columns[2 * i] = x[i][0];
      columns[2 * i + 1] = x[i][1];
    }
    const y = product(z, columns, n, n, 2, 1);
    for (let i = 0; i < n; i++) {
      const first = pair ? k - 1 : k;
      out[2 * at(i, first)] = y[2 * i];
      out[2 * at(i, first) + 1] = y[2 * i + 1];
      if (pair) {
        out[2 * at(i, k)] = y[2 * i];
        out[2 * at(i, k) + 1] = -y[2 * i + 1];
      }
    }
    if (pair) k--;
  }
  return out;
}

/** Solves the 2×2 diagonal block of T - λ at rows i, i+1. */
function solvePair(
  t: Float64Array,
  n: number,
  i: number,
  lambda: Complex,
  rest: (i: number) => Complex,
  x: Complex[],
): void {
  const b1 = rest(i + 1);
  // `rest(i)` must not see the unknown x[i+1], which is still 0.
  const b0 = rest(i);
  const a: Complex = [t[i * n + i] - lambda[0], -lambda[1]];
  const d: Complex = [t[(i + 1) * n + i + 1] - lambda[0], -lambda[1]];
  const b = t[i * n + i + 1];
  const c = t[(i + 1) * n + i];
  const ad = cmul(a, d);
  const det: Complex = [ad[0] - b * c, ad[1]];
  const p = cmul(d, b0);
  const q = cmul(a, b1);
  x[i] = cdiv([p[0] - b * b1[0], p[1] - b * b1[1]], det);
  x[i + 1] = cdiv([q[0] - c * b0[0], q[1] - c * b0[1]], det);
}
