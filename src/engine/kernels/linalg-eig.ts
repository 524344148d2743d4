import { type Complex, cdiv, cmul } from "./complex.ts";
import { applyReflector, identity, product, reflector, rotation, SAFE_MIN } from "./linalg-matrix.ts";
import { schur, ULP } from "./linalg-schur.ts";

export interface Eig {
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** Columns are eigenvectors, as pairs (re, im), n×n; each has length 1 and its largest entry real. */
  readonly vectors: Float64Array;
  readonly info: number;
}

/**
 * Eigenvalues and right eigenvectors of a general real matrix, in LAPACK's order and normalisation (dgeev: balance, reduce to
 * Hessenberg form, double-shift QR, back substitution).
 */
export function eig(matrix: Float64Array, n: number): Eig {
  const a = matrix.slice();
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  if (n === 0) return { re, im, vectors: new Float64Array(0), info: 0 };
  const balance = balanced(a, n);
  const z = hessenberg(a, n, balance.low, balance.high);
  const info = schur(a, z, n, balance.low, balance.high, re, im);
  if (info !== 0) return { re, im, vectors: new Float64Array(2 * n * n), info };
  return { re, im, vectors: normalised(eigenvectors(a, z, n, re, im), balance, n, im), info };
}

interface Balance {
  readonly low: number;
  readonly high: number;
  readonly scale: Float64Array;
}

function exchange(a: Float64Array, n: number, i: number, j: number, rows: number, from: number): void {
  if (i === j) return;
  for (let r = 0; r < rows; r++) [a[r * n + i], a[r * n + j]] = [a[r * n + j], a[r * n + i]];
  for (let c = from; c < n; c++) [a[i * n + c], a[j * n + c]] = [a[j * n + c], a[i * n + c]];
}

/** dgebal with job 'B': isolates eigenvalues by permutation, then scales rows and columns to similar norms. */
function balanced(a: Float64Array, n: number): Balance {
  const scale = new Float64Array(n).fill(1);
  let k = 0;
  let l = n - 1;
  for (let again = true; again; ) {
    again = false;
    for (let i = l; i >= 0; i--) {
      let alone = true;
      for (let j = 0; j <= l && alone; j++) if (i !== j && a[i * n + j] !== 0) alone = false;
      if (!alone) continue;
      scale[l] = i;
      exchange(a, n, i, l, l + 1, k);
      again = true;
      if (l === 0) return { low: 0, high: 0, scale };
      l--;
    }
  }
  for (let again = true; again; ) {
    again = false;
    for (let j = k; j <= l; j++) {
      let alone = true;
      for (let i = k; i <= l && alone; i++) if (i !== j && a[i * n + j] !== 0) alone = false;
      if (!alone) continue;
      scale[k] = j;
      exchange(a, n, j, k, l + 1, k);
      again = true;
      k++;
    }
  }
  for (let i = k; i <= l; i++) scale[i] = 1;
  const low2 = (SAFE_MIN / ULP) * 2;
  const high2 = 1 / (SAFE_MIN / ULP) / 2;
  for (let again = true; again; ) {
    again = false;
    for (let i = k; i <= l; i++) {
      let c = 0;
      let r = 0;
      let ca = 0;
      let ra = 0;
      for (let j = k; j <= l; j++) {
        c = Math.hypot(c, a[j * n + i]);
        r = Math.hypot(r, a[i * n + j]);
      }
      for (let j = 0; j <= l; j++) ca = Math.max(ca, Math.abs(a[j * n + i]));
      for (let j = k; j < n; j++) ra = Math.max(ra, Math.abs(a[i * n + j]));
      if (c === 0 || r === 0) continue;
      let g = r / 2;
      let f = 1;
      const s = c + r;
      while (c < g && Math.max(f, c, ca) < high2 && Math.min(r, g, ra) > low2) {
        f *= 2;
        c *= 2;
        ca *= 2;
        r /= 2;
        g /= 2;
        ra /= 2;
      }
      g = c / 2;
      while (g >= r && Math.max(r, ra) < high2 && Math.min(f, c, g, ca) > low2) {
        f /= 2;
        c /= 2;
        g /= 2;
        ca /= 2;
        r *= 2;
        ra *= 2;
      }
      if (c + r >= 0.95 * s) continue;
      scale[i] *= f;
      again = true;
      for (let j = k; j < n; j++) a[i * n + j] /= f;
      for (let j = 0; j <= l; j++) a[j * n + i] *= f;
    }
  }
  return { low: k, high: l, scale };
}

/** Reduces to upper Hessenberg form (dgehd2); returns the accumulated reflectors (dorghr). */
function hessenberg(a: Float64Array, n: number, low: number, high: number): Float64Array {
  const tau = new Float64Array(n);
  for (let i = low; i < high; i++) {
    const at = (i + 1) * n + i;
    const len = high - i;
    tau[i] = reflector(a, at, n, len);
    const beta = a[at];
    // From the right on the rows above, then from the left.
    applyReflector(a, at, n, tau[i], a, i + 1, 1, n, len, high + 1);
    applyReflector(a, at, n, tau[i], a, at + 1, n, 1, len, n - i - 1);
    a[at] = beta;
  }
  const z = identity(n);
  for (let i = high - 1; i >= low; i--)
    applyReflector(a, (i + 1) * n + i, n, tau[i], z, (i + 1) * n, n, 1, high - i, n);
  for (let i = low; i < high - 1; i++) for (let j = i + 2; j <= high; j++) a[j * n + i] = 0;
  return z;
}

/** Eigenvectors of A from the Schur form A = Z·T·Zᵀ: back substitution in T, then Z times it. Columns as pairs. */
function eigenvectors(t: Float64Array, z: Float64Array, n: number, re: Float64Array, im: Float64Array): Float64Array {
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
    const y = product(z, columns, n, n, 2);
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

/** Undoes the balancing and scales each vector to length 1, complex ones so that their largest entry is real. */
function normalised(v: Float64Array, { low, high, scale }: Balance, n: number, im: Float64Array): Float64Array {
  for (let i = low; i <= high; i++) for (let j = 0; j < 2 * n; j++) v[2 * i * n + j] *= low === high ? 1 : scale[i];
  const swap = (i: number): void => {
    const k = scale[i];
    if (k === i) return;
    for (let j = 0; j < 2 * n; j++) [v[2 * i * n + j], v[2 * k * n + j]] = [v[2 * k * n + j], v[2 * i * n + j]];
  };
  for (let i = low - 1; i >= 0; i--) swap(i);
  for (let i = high + 1; i < n; i++) swap(i);
  for (let k = 0; k < n; k++) {
    let norm = 0;
    for (let i = 0; i < n; i++) norm = Math.hypot(norm, v[2 * (i * n + k)], v[2 * (i * n + k) + 1]);
    for (let i = 0; i < n; i++)
      for (let s = 0; s < 2; s++) v[2 * (i * n + k) + s] = norm === 0 ? 0 : v[2 * (i * n + k) + s] / norm;
    if (im[k] <= 0) continue;
    let largest = 0;
    const size = (i: number): number => v[2 * (i * n + k)] ** 2 + v[2 * (i * n + k) + 1] ** 2;
    for (let i = 1; i < n; i++) if (size(i) > size(largest)) largest = i;
    const [c, s] = rotation(v[2 * (largest * n + k)], v[2 * (largest * n + k) + 1]);
    for (let i = 0; i < n; i++) {
      const p = 2 * (i * n + k);
      const x = v[p];
      const y = v[p + 1];
      v[p] = c * x + s * y;
      v[p + 1] = i === largest ? 0 : c * y - s * x;
      v[p + 2] = v[p];
      v[p + 3] = -v[p + 1];
    }
    k++;
  }
  return v;
}
