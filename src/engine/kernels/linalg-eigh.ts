import { hessenberg } from "./linalg-hessenberg.ts";
import { EPS, identity, product, rotateNeighbours, rotation, SAFE_MIN, withSign } from "./linalg-matrix.ts";
import { reflectorsOf } from "./linalg-reflector.ts";

export interface Eigh {
  readonly values: Float64Array;
  /** Columns are eigenvectors of length 1. */
  readonly vectors: Float64Array;
  /** > 0 when it did not converge. */
  readonly info: number;
}

/**
 * Eigenvalues (ascending) and orthonormal eigenvectors of a Hermitian matrix, of which one triangle is read. Its Hessenberg form
 * is tridiagonal and real; then follow implicit QL or QR steps. Reflectors and steps come in the order of LAPACK's hetd2 and
 * steqr, so that signs of the vectors agree with PyTorch's for matrices up to 25×25 (beyond that LAPACK divides and conquers).
 */
export function eigh(a: Float64Array, n: number, slots: number, upper: boolean): Eigh {
  const f = reflectorsOf(slots);
  // From the upper triangle LAPACK reduces the last column first: the lower triangle with rows and columns in reverse order.
  const turn = (i: number): number => (upper ? n - 1 - i : i);
  const work = hermitianOf(a, n, slots, turn);
  const reflected = hessenberg(f, work, n, 0, n - 1);
  const values = new Float64Array(n);
  const e = new Float64Array(Math.max(n - 1, 0));
  for (let i = 0; i < n; i++) values[turn(i)] = work[(i * n + i) * slots];
  for (let i = 0; i < n - 1; i++) e[upper ? n - 2 - i : i] = work[((i + 1) * n + i) * slots];
  const z = identity(n, 1);
  const info = implicitQl(values, e, z, n);
  const q = new Float64Array(reflected.length);
  const inner = new Float64Array(reflected.length);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      inner[(i * n + j) * slots] = z[i * n + j];
      for (let s = 0; s < slots; s++) q[(turn(i) * n + turn(j)) * slots + s] = reflected[(i * n + j) * slots + s];
    }
  return { values, vectors: product(q, inner, n, n, n, slots), info };
}

/** A Hermitian matrix from its lower triangle; with its rows and columns in another order if one is given. */
export function hermitianOf(
  a: Float64Array,
  n: number,
  slots: number,
  turn: (i: number) => number = (i) => i,
): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const from = (turn(i) * n + turn(j)) * slots;
      const below = (i * n + j) * slots;
      const above = (j * n + i) * slots;
      out[below] = a[from];
      out[above] = a[from];
      if (slots === 1 || i === j) continue;
      out[below + 1] = a[from + 1];
      out[above + 1] = -a[from + 1];
    }
  return out;
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
