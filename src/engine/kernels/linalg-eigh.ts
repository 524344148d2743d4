import { applyReflector, EPS, reflector, rotateNeighbours, rotation, SAFE_MIN, withSign } from "./linalg-matrix.ts";

/**
 * Eigenvalues (ascending) and orthonormal eigenvectors (columns) of a symmetric matrix, read from its lower triangle.
 * Householder tridiagonalisation, then implicit QL or QR steps: the order of operations is that of LAPACK's dsytd2, dorgtr and
 * dsteqr, so that signs of the vectors agree with PyTorch's for matrices up to 25×25 (beyond that LAPACK divides and conquers).
 * Returns info > 0 when it did not converge.
 */
export function eigh(a: Float64Array, n: number): { values: Float64Array; vectors: Float64Array; info: number } {
  const d = new Float64Array(n);
  const e = new Float64Array(Math.max(n - 1, 0));
  const z = tridiagonalise(a, n, d, e);
  const info = implicitQl(d, e, z, n);
  return { values: d, vectors: z, info };
}

function tridiagonalise(a: Float64Array, n: number, d: Float64Array, e: Float64Array): Float64Array {
  const tau = new Float64Array(n);
  const w = new Float64Array(n);
  for (let i = 0; i < n - 1; i++) {
    const len = n - i - 1;
    const at = (i + 1) * n + i;
    tau[i] = reflector(a, at, n, len);
    e[i] = a[at];
    if (tau[i] !== 0) {
      a[at] = 1;
      const lower = (r: number, c: number): number => (r >= c ? a[r * n + c] : a[c * n + r]);
      let dot = 0;
      for (let r = 0; r < len; r++) {
        let s = 0;
        for (let c = 0; c < len; c++) s += lower(i + 1 + r, i + 1 + c) * a[at + c * n];
        w[r] = tau[i] * s;
        dot += w[r] * a[at + r * n];
      }
      const alpha = -0.5 * tau[i] * dot;
      for (let r = 0; r < len; r++) w[r] += alpha * a[at + r * n];
      for (let r = 0; r < len; r++)
        for (let c = 0; c <= r; c++) a[(i + 1 + r) * n + i + 1 + c] -= a[at + r * n] * w[c] + w[r] * a[at + c * n];
      a[at] = e[i];
    }
    d[i] = a[i * n + i];
  }
  if (n > 0) d[n - 1] = a[n * n - 1];
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  for (let i = n - 2; i >= 0; i--)
    applyReflector(a, (i + 1) * n + i, n, tau[i], q, (i + 1) * n + i + 1, n, 1, n - i - 1, n - i - 1);
  return q;
}

/** Eigen-decomposition of [[a, b], [b, c]]: larger eigenvalue by magnitude first, with its unit vector (dlaev2). */
function symmetric2(a: number, b: number, c: number): [rt1: number, rt2: number, cs: number, sn: number] {
  const sm = a + c;
  const df = a - c;
  const tb = b + b;
  const ab = Math.abs(tb);
  const [big, small] = Math.abs(a) > Math.abs(c) ? [a, c] : [c, a];
  const rt = Math.hypot(df, tb);
  let rt1: number;
  let rt2: number;
  let sign1 = 1;
  if (sm < 0) {
    rt1 = 0.5 * (sm - rt);
    sign1 = -1;
    rt2 = (big / rt1) * small - (b / rt1) * b;
  } else if (sm > 0) {
    rt1 = 0.5 * (sm + rt);
    rt2 = (big / rt1) * small - (b / rt1) * b;
  } else {
    rt1 = 0.5 * rt;
    rt2 = -0.5 * rt;
  }
  const sign2 = df >= 0 ? 1 : -1;
  const cs = df >= 0 ? df + rt : df - rt;
  let cs1: number;
  let sn1: number;
  if (Math.abs(cs) > ab) {
    const ct = -tb / cs;
    sn1 = 1 / Math.sqrt(1 + ct * ct);
    cs1 = ct * sn1;
  } else if (ab === 0) {
    cs1 = 1;
    sn1 = 0;
  } else {
    const tn = -cs / tb;
    cs1 = 1 / Math.sqrt(1 + tn * tn);
    sn1 = tn * cs1;
  }
  return sign1 === sign2 ? [rt1, rt2, -sn1, cs1] : [rt1, rt2, cs1, sn1];
}

/** dsteqr: d becomes the eigenvalues, the columns of z are rotated along. */
function implicitQl(d: Float64Array, e: Float64Array, z: Float64Array, n: number): number {
  const eps2 = EPS * EPS;
  const most = n * 30;
  let total = 0;
  const c = new Float64Array(n);
  const s = new Float64Array(n);
  let next = 0;
  while (next < n) {
    if (next > 0) e[next - 1] = 0;
    let m = next;
    for (; m < n - 1; m++) {
      const t = Math.abs(e[m]);
      if (t === 0) break;
      if (t <= Math.sqrt(Math.abs(d[m])) * Math.sqrt(Math.abs(d[m + 1])) * EPS) {
        e[m] = 0;
        break;
      }
    }
    let l = next;
    let end = m;
    next = m + 1;
    if (end === l) continue;
    if (Math.abs(d[end]) < Math.abs(d[l])) [l, end] = [end, l];
    if (end > l) {
      while (l <= end) {
        let k = l;
        for (; k < end; k++) if (e[k] ** 2 <= eps2 * Math.abs(d[k]) * Math.abs(d[k + 1]) + SAFE_MIN) break;
        if (k < end) e[k] = 0;
        let p = d[l];
        if (k === l) {
          l++;
          continue;
        }
        if (k === l + 1) {
          const [rt1, rt2, cs, sn] = symmetric2(d[l], e[l], d[l + 1]);
          c[0] = cs;
          s[0] = sn;
          rotateNeighbours(z, l, 1, n, n, 1, c, s, true);
          d[l] = rt1;
          d[l + 1] = rt2;
          e[l] = 0;
          l += 2;
          continue;
        }
        if (total++ >= most) break;
        let g = (d[l + 1] - p) / (2 * e[l]);
        let r = Math.hypot(g, 1);
        g = d[k] - p + e[l] / (g + withSign(r, g));
        let si = 1;
        let co = 1;
        p = 0;
        for (let i = k - 1; i >= l; i--) {
          const f = si * e[i];
          const b = co * e[i];
          [co, si, r] = rotation(g, f);
          if (i !== k - 1) e[i + 1] = r;
          g = d[i + 1] - p;
          r = (d[i] - g) * si + 2 * co * b;
          p = si * r;
          d[i + 1] = g + p;
          g = co * r - b;
          c[i - l] = co;
          s[i - l] = -si;
        }
        rotateNeighbours(z, l, 1, n, n, k - l, c, s, true);
        d[l] -= p;
        e[l] = g;
      }
    } else {
      while (l >= end) {
        let k = l;
        for (; k > end; k--) if (e[k - 1] ** 2 <= eps2 * Math.abs(d[k]) * Math.abs(d[k - 1]) + SAFE_MIN) break;
        if (k > end) e[k - 1] = 0;
        let p = d[l];
        if (k === l) {
          l--;
          continue;
        }
        if (k === l - 1) {
          const [rt1, rt2, cs, sn] = symmetric2(d[l - 1], e[l - 1], d[l]);
          c[0] = cs;
          s[0] = sn;
          rotateNeighbours(z, l - 1, 1, n, n, 1, c, s, false);
          d[l - 1] = rt1;
          d[l] = rt2;
          e[l - 1] = 0;
          l -= 2;
          continue;
        }
        if (total++ >= most) break;
        let g = (d[l - 1] - p) / (2 * e[l - 1]);
        let r = Math.hypot(g, 1);
        g = d[k] - p + e[l - 1] / (g + withSign(r, g));
        let si = 1;
        let co = 1;
        p = 0;
        for (let i = k; i < l; i++) {
          const f = si * e[i];
          const b = co * e[i];
          [co, si, r] = rotation(g, f);
          if (i !== k) e[i - 1] = r;
          g = d[i] - p;
          r = (d[i + 1] - g) * si + 2 * co * b;
          p = si * r;
          d[i] = g + p;
          g = co * r - b;
          c[i - k] = co;
          s[i - k] = si;
        }
        rotateNeighbours(z, k, 1, n, n, l - k, c, s, false);
        d[l] -= p;
        e[l - 1] = g;
      }
    }
    if (total >= most && e.some((x) => x !== 0)) return 1;
  }
  for (let i = 0; i < n - 1; i++) {
    let k = i;
    for (let j = i + 1; j < n; j++) if (d[j] < d[k]) k = j;
    if (k === i) continue;
    [d[i], d[k]] = [d[k], d[i]];
    for (let r = 0; r < n; r++) [z[r * n + i], z[r * n + k]] = [z[r * n + k], z[r * n + i]];
  }
  return 0;
}
