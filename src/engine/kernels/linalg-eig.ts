import { type Complex, cdiv, cmul } from "./complex.ts";
import { applyReflector, identity, product, reflector, rotation, SAFE_MIN, withSign } from "./linalg-matrix.ts";

const ULP = 2 ** -52;

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

interface Standard {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly cs: number;
  readonly sn: number;
}

/** Schur form of a real 2×2 matrix: upper triangular, or equal diagonal with off-diagonals of opposite sign (dlanv2). */
function standardise(a: number, b: number, c: number, d: number): Standard {
  if (c === 0) return { a, b, c, d, cs: 1, sn: 0 };
  if (b === 0) return { a: d, b: -c, c: 0, d: a, cs: 0, sn: 1 };
  if (a - d === 0 && withSign(1, b) !== withSign(1, c)) return { a, b, c, d, cs: 1, sn: 0 };
  const diff = a - d;
  let p = 0.5 * diff;
  const big = Math.max(Math.abs(b), Math.abs(c));
  const small = Math.min(Math.abs(b), Math.abs(c)) * withSign(1, b) * withSign(1, c);
  const scale = Math.max(Math.abs(p), big);
  let z = (p / scale) * p + (big / scale) * small;
  if (z >= 4 * ULP) {
    z = p + withSign(Math.sqrt(scale) * Math.sqrt(z), p);
    const tau = Math.hypot(c, z);
    return { a: d + z, b: b - c, c: 0, d: d - (big / z) * small, cs: z / tau, sn: c / tau };
  }
  const sigma = b + c;
  const tau = Math.hypot(sigma, diff);
  let cs = Math.sqrt(0.5 * (1 + Math.abs(sigma) / tau));
  let sn = -(p / (tau * cs)) * withSign(1, sigma);
  const aa = a * cs + b * sn;
  const bb = -a * sn + b * cs;
  const cc = c * cs + d * sn;
  const dd = -c * sn + d * cs;
  let na = aa * cs + cc * sn;
  let nb = bb * cs + dd * sn;
  let nc = -aa * sn + cc * cs;
  let nd = -bb * sn + dd * cs;
  const mid = 0.5 * (na + nd);
  na = mid;
  nd = mid;
  if (nc !== 0) {
    if (nb === 0) {
      nb = -nc;
      nc = 0;
      [cs, sn] = [-sn, cs];
    } else if (withSign(1, nb) === withSign(1, nc)) {
      const sab = Math.sqrt(Math.abs(nb));
      const sac = Math.sqrt(Math.abs(nc));
      p = withSign(sab * sac, nc);
      const t = 1 / Math.sqrt(Math.abs(nb + nc));
      na = mid + p;
      nd = mid - p;
      nb -= nc;
      nc = 0;
      [cs, sn] = [cs * sab * t - sn * sac * t, cs * sac * t + sn * sab * t];
    }
  }
  return { a: na, b: nb, c: nc, d: nd, cs, sn };
}

/** Real Schur form by the double-shift QR algorithm (dlahqr with both T and Z). Returns > 0 when it did not converge. */
function schur(
  h: Float64Array,
  z: Float64Array,
  n: number,
  low: number,
  high: number,
  re: Float64Array,
  im: Float64Array,
): number {
  const at = (i: number, j: number): number => i * n + j;
  for (let i = 0; i < n; i++)
    if (i < low || i > high) {
      re[i] = h[at(i, i)];
      im[i] = 0;
    }
  const tiny = SAFE_MIN * ((high - low + 1) / ULP);
  const most = 30 * Math.max(10, high - low + 1);
  const v = new Float64Array(3);
  let stuck = 0;
  let i = high;
  while (i >= low) {
    let l = low;
    let converged = false;
    for (let its = 0; its <= most; its++) {
      let k = i;
      for (; k > l; k--) {
        const sub = Math.abs(h[at(k, k - 1)]);
        if (sub <= tiny) break;
        let t = Math.abs(h[at(k - 1, k - 1)]) + Math.abs(h[at(k, k)]);
        if (t === 0) {
          if (k - 2 >= low) t += Math.abs(h[at(k - 1, k - 2)]);
          if (k + 1 <= high) t += Math.abs(h[at(k + 1, k)]);
        }
        if (sub <= ULP * t) {
          const up = Math.abs(h[at(k - 1, k)]);
          const gap = Math.abs(h[at(k - 1, k - 1)] - h[at(k, k)]);
          const diag = Math.abs(h[at(k, k)]);
          const ab = Math.max(sub, up);
          const ba = Math.min(sub, up);
          const aa = Math.max(diag, gap);
          const bb = Math.min(diag, gap);
          const s = aa + ab;
          if (ba * (ab / s) <= Math.max(tiny, ULP * (bb * (aa / s)))) break;
        }
      }
      l = k;
      if (l > low) h[at(l, l - 1)] = 0;
      if (l >= i - 1) {
        converged = true;
        break;
      }
      stuck++;
      qrSweep(h, z, n, l, i, shiftsOf(h, n, l, i, stuck), v);
    }
    if (!converged) return i + 1;
    if (l === i) {
      re[i] = h[at(i, i)];
      im[i] = 0;
    } else {
      const r = standardise(h[at(i - 1, i - 1)], h[at(i - 1, i)], h[at(i, i - 1)], h[at(i, i)]);
      h[at(i - 1, i - 1)] = r.a;
      h[at(i - 1, i)] = r.b;
      h[at(i, i - 1)] = r.c;
      h[at(i, i)] = r.d;
      re[i - 1] = r.a;
      re[i] = r.d;
      im[i - 1] = r.c === 0 ? 0 : Math.sqrt(Math.abs(r.b)) * Math.sqrt(Math.abs(r.c));
      im[i] = -im[i - 1];
      turn(h, at(i - 1, i + 1), at(i, i + 1), 1, n - i - 1, r.cs, r.sn);
      turn(h, at(0, i - 1), at(0, i), n, i - 1, r.cs, r.sn);
      turn(z, at(0, i - 1), at(0, i), n, n, r.cs, r.sn);
    }
    stuck = 0;
    i = l - 1;
  }
  return 0;
}

function turn(a: Float64Array, x: number, y: number, step: number, count: number, c: number, s: number): void {
  for (let i = 0; i < count; i++) {
    const p = x + i * step;
    const q = y + i * step;
    const t = c * a[p] + s * a[q];
    a[q] = c * a[q] - s * a[p];
    a[p] = t;
  }
}

/** The two shifts of a sweep: eigenvalues of the trailing 2×2 block, every tenth time exceptional ones. */
function shiftsOf(h: Float64Array, n: number, l: number, i: number, stuck: number): readonly [Complex, Complex] {
  const at = (r: number, c: number): number => r * n + c;
  let h11 = h[at(i - 1, i - 1)];
  let h21 = h[at(i, i - 1)];
  let h12 = h[at(i - 1, i)];
  let h22 = h[at(i, i)];
  if (stuck % 10 === 0) {
    const bottom = stuck % 20 === 0;
    const s = bottom
      ? Math.abs(h[at(i, i - 1)]) + Math.abs(h[at(i - 1, i - 2)])
      : Math.abs(h[at(l + 1, l)]) + Math.abs(h[at(l + 2, l + 1)]);
    h11 = 0.75 * s + (bottom ? h[at(i, i)] : h[at(l, l)]);
    h12 = -0.4375 * s;
    h21 = s;
    h22 = h11;
  }
  const s = Math.abs(h11) + Math.abs(h12) + Math.abs(h21) + Math.abs(h22);
  if (s === 0)
    return [
      [0, 0],
      [0, 0],
    ];
  h11 /= s;
  h21 /= s;
  h12 /= s;
  h22 /= s;
  const tr = (h11 + h22) / 2;
  const det = (h11 - tr) * (h22 - tr) - h12 * h21;
  const root = Math.sqrt(Math.abs(det));
  if (det >= 0)
    return [
      [tr * s, root * s],
      [tr * s, -root * s],
    ];
  const one = tr + root;
  const two = tr - root;
  const near = Math.abs(one - h22) <= Math.abs(two - h22) ? one * s : two * s;
  return [
    [near, 0],
    [near, 0],
  ];
}

/** One implicit double-shift QR sweep on rows l … i. */
function qrSweep(
  h: Float64Array,
  z: Float64Array,
  n: number,
  l: number,
  i: number,
  [one, two]: readonly [Complex, Complex],
  v: Float64Array,
): void {
  const at = (r: number, c: number): number => r * n + c;
  let m = i - 2;
  for (; ; m--) {
    const diag = h[at(m, m)];
    let s = Math.abs(diag - two[0]) + Math.abs(two[1]) + Math.abs(h[at(m + 1, m)]);
    const sub = h[at(m + 1, m)] / s;
    v[0] = sub * h[at(m, m + 1)] + (diag - one[0]) * ((diag - two[0]) / s) - one[1] * (two[1] / s);
    v[1] = sub * (diag + h[at(m + 1, m + 1)] - one[0] - two[0]);
    v[2] = sub * h[at(m + 2, m + 1)];
    s = Math.abs(v[0]) + Math.abs(v[1]) + Math.abs(v[2]);
    v[0] /= s;
    v[1] /= s;
    v[2] /= s;
    if (m === l) break;
    const around = Math.abs(h[at(m - 1, m - 1)]) + Math.abs(diag) + Math.abs(h[at(m + 1, m + 1)]);
    if (Math.abs(h[at(m, m - 1)]) * (Math.abs(v[1]) + Math.abs(v[2])) <= ULP * Math.abs(v[0]) * around) break;
  }
  for (let k = m; k < i; k++) {
    const nr = Math.min(3, i - k + 1);
    if (k > m) for (let q = 0; q < nr; q++) v[q] = h[at(k + q, k - 1)];
    const t1 = reflector(v, 0, 1, nr);
    if (k > m) {
      h[at(k, k - 1)] = v[0];
      h[at(k + 1, k - 1)] = 0;
      if (k < i - 1) h[at(k + 2, k - 1)] = 0;
    } else if (m > l) h[at(k, k - 1)] *= 1 - t1;
    applyReflector(v, 0, 1, t1, h, at(k, k), n, 1, nr, n - k);
    applyReflector(v, 0, 1, t1, h, k, 1, n, nr, Math.min(k + 3, i) + 1);
    applyReflector(v, 0, 1, t1, z, k, 1, n, nr, n);
  }
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
