import type { Complex } from "./complex.ts";
import { SAFE_MIN, ULP, withSign } from "./linalg-matrix.ts";
import { REAL } from "./linalg-reflector.ts";

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
export function schur(
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
  const tau = new Float64Array(1);
  for (let k = m; k < i; k++) {
    const nr = Math.min(3, i - k + 1);
    if (k > m) for (let q = 0; q < nr; q++) v[q] = h[at(k + q, k - 1)];
    REAL.make(v, 0, 1, nr, tau, 0);
    if (k > m) {
      h[at(k, k - 1)] = v[0];
      h[at(k + 1, k - 1)] = 0;
      if (k < i - 1) h[at(k + 2, k - 1)] = 0;
    } else if (m > l) h[at(k, k - 1)] *= 1 - tau[0];
    REAL.apply(v, 0, 1, tau, 0, h, at(k, k), n, 1, nr, n - k);
    REAL.apply(v, 0, 1, tau, 0, h, k, 1, n, nr, Math.min(k + 3, i) + 1);
    REAL.apply(v, 0, 1, tau, 0, z, k, 1, n, nr, n);
  }
}
