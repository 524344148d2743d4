import { identity, SAFE_MIN, ULP } from "./linalg-matrix.ts";
import type { Reflectors } from "./linalg-reflector.ts";

export interface Balance {
  readonly low: number;
  readonly high: number;
  readonly scale: Float64Array;
}

/** Exchanges n-by-n `a`'s columns i and j in the first rows, and its rows i and j from a column on. */
function exchange(a: Float64Array, n: number, slots: number, i: number, j: number, rows: number, from: number): void {
  if (i === j) return;
  const swap = (p: number, q: number): void => {
    for (let s = 0; s < slots; s++) {
      const x = a[p * slots + s];
      a[p * slots + s] = a[q * slots + s];
      a[q * slots + s] = x;
    }
  };
  for (let r = 0; r < rows; r++) swap(r * n + i, r * n + j);
  for (let c = from; c < n; c++) swap(i * n + c, j * n + c);
}

/** gebal with job 'B', in place: isolates eigenvalues by permutation, then scales rows and columns to similar norms. */
export function balance(a: Float64Array, n: number, slots: number): Balance {
  const size = (i: number, j: number): number => {
    const p = (i * n + j) * slots;
    return slots === 1 ? Math.abs(a[p]) : Math.hypot(a[p], a[p + 1]);
  };
  const scale = new Float64Array(n).fill(1);
  let k = 0;
  let l = n - 1;
  for (let again = true; again; ) {
    again = false;
    for (let i = l; i >= 0; i--) {
      let alone = true;
      for (let j = 0; j <= l && alone; j++) if (i !== j && size(i, j) !== 0) alone = false;
      if (!alone) continue;
      scale[l] = i;
      exchange(a, n, slots, i, l, l + 1, k);
      again = true;
      if (l === 0) return { low: 0, high: 0, scale };
      l--;
    }
  }
  for (let again = true; again; ) {
    again = false;
    for (let j = k; j <= l; j++) {
      let alone = true;
      for (let i = k; i <= l && alone; i++) if (i !== j && size(i, j) !== 0) alone = false;
      if (!alone) continue;
      scale[k] = j;
      exchange(a, n, slots, j, k, l + 1, k);
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
        c = Math.hypot(c, size(j, i));
        r = Math.hypot(r, size(i, j));
      }
      for (let j = 0; j <= l; j++) ca = Math.max(ca, size(j, i));
      for (let j = k; j < n; j++) ra = Math.max(ra, size(i, j));
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
      for (let p = (i * n + k) * slots; p < (i + 1) * n * slots; p++) a[p] /= f;
      for (let j = 0; j <= l; j++) for (let t = 0; t < slots; t++) a[(j * n + i) * slots + t] *= f;
    }
  }
  return { low: k, high: l, scale };
}

/** Undoes the balancing in a matrix whose columns are eigenvectors, in place (gebak). */
export function unbalance(v: Float64Array, n: number, slots: number, { low, high, scale }: Balance): void {
  const width = n * slots;
  if (low !== high) for (let i = low; i <= high; i++) for (let j = 0; j < width; j++) v[i * width + j] *= scale[i];
  const swap = (i: number): void => {
    const k = scale[i];
    if (k === i) return;
    for (let j = 0; j < width; j++) [v[i * width + j], v[k * width + j]] = [v[k * width + j], v[i * width + j]];
  };
  for (let i = low - 1; i >= 0; i--) swap(i);
  for (let i = high + 1; i < n; i++) swap(i);
}

/** Reduces to upper Hessenberg form in place (gehd2); returns the accumulated reflectors Z, with A = Z·H·Zᴴ (orghr). */
export function hessenberg(f: Reflectors, a: Float64Array, n: number, low: number, high: number): Float64Array {
  const { slots } = f;
  const tau = new Float64Array(n * slots);
  for (let i = low; i < high; i++) {
    const at = (i + 1) * n + i;
    const len = high - i;
    f.make(a, at, n, len, tau, i);
    // From the right on the rows above, then from the left.
    f.applyTranspose(a, at, n, tau, i, a, i + 1, 1, n, len, high + 1);
    f.applyAdjoint(a, at, n, tau, i, a, at + 1, n, 1, len, n - i - 1);
  }
  const z = identity(n, slots);
  for (let i = high - 1; i >= low; i--) {
    const at = (i + 1) * n + i;
    f.apply(a, at, n, tau, i, z, (i + 1) * n, n, 1, high - i, n);
  }
  for (let i = low; i < high - 1; i++)
    for (let j = i + 2; j <= high; j++) a.fill(0, (j * n + i) * slots, (j * n + i + 1) * slots);
  return z;
}
