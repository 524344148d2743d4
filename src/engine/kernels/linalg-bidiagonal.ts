import { EPS, rotateNeighbours, rotation, SAFE_MIN, withSign } from "./linalg-matrix.ts";

/** SVD of a bidiagonal matrix (dbdsdc for small ones): u and vt, identities on entry, become its singular vectors. */
export function diagonalise(
  d: Float64Array,
  e: Float64Array,
  u: Float64Array,
  vt: Float64Array,
  n: number,
  lower: boolean,
): number {
  if (n === 1) {
    u[0] = withSign(1, d[0]);
    d[0] = Math.abs(d[0]);
    return 0;
  }
  const c = new Float64Array(n);
  const s = new Float64Array(n);
  if (lower)
    for (let i = 0; i < n - 1; i++) {
      const [cs, sn, r] = rotation(d[i], e[i]);
      d[i] = r;
      e[i] = sn * d[i + 1];
      d[i + 1] *= cs;
      c[i] = cs;
      s[i] = -sn;
    }
  const info = zeroShiftQr(d, e, u, vt, n);
  if (lower) rotateNeighbours(u, 0, n, 1, n, n - 1, c, s, true);
  return info;
}

/** Smaller singular value of [[f, g], [0, h]] (dlas2). */
function smallest2(f: number, g: number, h: number): number {
  const fa = Math.abs(f);
  const ga = Math.abs(g);
  const ha = Math.abs(h);
  const low = Math.min(fa, ha);
  const high = Math.max(fa, ha);
  if (low === 0) return 0;
  const as = 1 + low / high;
  const at = (high - low) / high;
  if (ga < high) {
    const au = (ga / high) ** 2;
    return low * (2 / (Math.sqrt(as * as + au) + Math.sqrt(at * at + au)));
  }
  const au = high / ga;
  if (au === 0) return (low * high) / ga;
  return 2 * (low * (1 / (Math.sqrt(1 + (as * au) ** 2) + Math.sqrt(1 + (at * au) ** 2)))) * au;
}

/** SVD of [[f, g], [0, h]] (dlasv2). */
function svd2(f: number, g: number, h: number) {
  let ft = f;
  let fa = Math.abs(f);
  let ht = h;
  let ha = Math.abs(h);
  const swap = ha > fa;
  let largest = 1;
  if (swap) {
    largest = 3;
    [ft, ht] = [ht, ft];
    [fa, ha] = [ha, fa];
  }
  const ga = Math.abs(g);
  let min: number;
  let max: number;
  let clt = 1;
  let crt = 1;
  let slt = 0;
  let srt = 0;
  if (ga === 0) {
    min = ha;
    max = fa;
  } else {
    if (ga > fa) largest = 2;
    if (ga > fa && fa / ga < EPS) {
      max = ga;
      min = ha > 1 ? fa / (ga / ha) : (fa / ga) * ha;
      slt = ht / g;
      srt = 1;
      crt = ft / g;
    } else {
      const d = fa - ha;
      let l = d === fa ? 1 : d / fa;
      const m = g / ft;
      let t = 2 - l;
      const mm = m * m;
      const s = Math.sqrt(t * t + mm);
      const r = l === 0 ? Math.abs(m) : Math.sqrt(l * l + mm);
      const a = 0.5 * (s + r);
      min = ha / a;
      max = fa * a;
      if (mm === 0) t = l === 0 ? withSign(2, ft) * withSign(1, g) : g / withSign(d, ft) + m / t;
      else t = (m / (s + t) + m / (r + l)) * (1 + a);
      l = Math.sqrt(t * t + 4);
      crt = 2 / l;
      srt = t / l;
      clt = (crt + srt * m) / a;
      slt = ((ht / ft) * srt) / a;
    }
  }
  const [csl, snl, csr, snr] = swap ? [srt, crt, slt, clt] : [clt, slt, crt, srt];
  const sign =
    largest === 1
      ? withSign(1, csr) * withSign(1, csl) * withSign(1, f)
      : largest === 2
        ? withSign(1, snr) * withSign(1, csl) * withSign(1, g)
        : withSign(1, snr) * withSign(1, snl) * withSign(1, h);
  return {
    max: withSign(max, sign),
    min: withSign(min, sign * withSign(1, f) * withSign(1, h)),
    csl,
    snl,
    csr,
    snr,
  };
}

/** Rotates two vectors: (x, y) → (c·x + s·y, c·y - s·x) (drot). */
function rotatePair(a: Float64Array, x: number, y: number, step: number, n: number, c: number, s: number): void {
  for (let i = 0; i < n; i++) {
    const p = x + i * step;
    const q = y + i * step;
    const t = c * a[p] + s * a[q];
    a[q] = c * a[q] - s * a[p];
    a[p] = t;
  }
}

/** dbdsqr for an upper bidiagonal matrix with both sets of vectors. Returns the number of unconverged superdiagonals. */
function zeroShiftQr(d: Float64Array, e: Float64Array, u: Float64Array, vt: Float64Array, n: number): number {
  const tol = Math.max(10, Math.min(100, EPS ** (-1 / 8))) * EPS;
  let low = Math.abs(d[0]);
  let mu = low;
  for (let i = 1; i < n && low !== 0; i++) {
    mu = Math.abs(d[i]) * (mu / (mu + Math.abs(e[i - 1])));
    low = Math.min(low, mu);
  }
  const threshold = Math.max((tol * low) / Math.sqrt(n), 6 * n * n * SAFE_MIN);
  const c1 = new Float64Array(n);
  const s1 = new Float64Array(n);
  const c2 = new Float64Array(n);
  const s2 = new Float64Array(n);
  let budget = 6 * n * n;
  let oldLow = -2;
  let oldHigh = -2;
  let down = true;
  let m = n - 1;
  main: while (m > 0) {
    if (budget < 0) return e.filter((x) => x !== 0).length;
    let max = Math.abs(d[m]);
    let l = m - 1;
    for (; l >= 0; l--) {
      if (Math.abs(e[l]) <= threshold) break;
      max = Math.max(max, Math.abs(d[l]), Math.abs(e[l]));
    }
    if (l >= 0) {
      e[l] = 0;
      if (l === m - 1) {
        m--;
        continue;
      }
    }
    l++;
    if (l === m - 1) {
      const r = svd2(d[m - 1], e[m - 1], d[m]);
      d[m - 1] = r.max;
      e[m - 1] = 0;
      d[m] = r.min;
      rotatePair(vt, (m - 1) * n, m * n, 1, n, r.csr, r.snr);
      rotatePair(u, m - 1, m, n, n, r.csl, r.snl);
      m -= 2;
      continue;
    }
    if (l > oldHigh || m < oldLow) down = Math.abs(d[l]) >= Math.abs(d[m]);
    let min: number;
    if (down) {
      if (Math.abs(e[m - 1]) <= tol * Math.abs(d[m])) {
        e[m - 1] = 0;
        continue;
      }
      mu = Math.abs(d[l]);
      min = mu;
      for (let i = l; i < m; i++) {
        if (Math.abs(e[i]) <= tol * mu) {
          e[i] = 0;
          continue main;
        }
        mu = Math.abs(d[i + 1]) * (mu / (mu + Math.abs(e[i])));
        min = Math.min(min, mu);
      }
    } else {
      if (Math.abs(e[l]) <= tol * Math.abs(d[l])) {
        e[l] = 0;
        continue;
      }
      mu = Math.abs(d[m]);
      min = mu;
      for (let i = m - 1; i >= l; i--) {
        if (Math.abs(e[i]) <= tol * mu) {
          e[i] = 0;
          continue main;
        }
        mu = Math.abs(d[i]) * (mu / (mu + Math.abs(e[i])));
        min = Math.min(min, mu);
      }
    }
    oldLow = l;
    oldHigh = m;
    let shift = 0;
    if (n * tol * (min / max) > Math.max(EPS, 0.01 * tol)) {
      const start = down ? Math.abs(d[l]) : Math.abs(d[m]);
      shift = down ? smallest2(d[m - 1], e[m - 1], d[m]) : smallest2(d[l], e[l], d[l + 1]);
      if (start > 0 && (shift / start) ** 2 < EPS) shift = 0;
    }
    budget -= m - l;
    const count = m - l;
    if (down) {
      if (shift === 0) {
        let cs = 1;
        let oldc = 1;
        let sn = 0;
        let olds = 0;
        let r = 0;
        for (let i = l; i < m; i++) {
          [cs, sn, r] = rotation(d[i] * cs, e[i]);
          if (i > l) e[i - 1] = olds * r;
          [oldc, olds, d[i]] = rotation(oldc * r, d[i + 1] * sn);
          c1[i - l] = cs;
          s1[i - l] = sn;
          c2[i - l] = oldc;
          s2[i - l] = olds;
        }
        const h = d[m] * cs;
        d[m] = h * oldc;
        e[m - 1] = h * olds;
      } else {
        let f = (Math.abs(d[l]) - shift) * (withSign(1, d[l]) + shift / d[l]);
        let g = e[l];
        for (let i = l; i < m; i++) {
          const [cr, sr, r] = rotation(f, g);
          if (i > l) e[i - 1] = r;
          f = cr * d[i] + sr * e[i];
          e[i] = cr * e[i] - sr * d[i];
          g = sr * d[i + 1];
          d[i + 1] *= cr;
          const [cl, sl, q] = rotation(f, g);
          d[i] = q;
          f = cl * e[i] + sl * d[i + 1];
          d[i + 1] = cl * d[i + 1] - sl * e[i];
          if (i < m - 1) {
            g = sl * e[i + 1];
            e[i + 1] *= cl;
          }
          c1[i - l] = cr;
          s1[i - l] = sr;
          c2[i - l] = cl;
          s2[i - l] = sl;
        }
        e[m - 1] = f;
      }
      rotateNeighbours(vt, l * n, n, 1, n, count, c1, s1, false);
      rotateNeighbours(u, l, 1, n, n, count, c2, s2, false);
      if (Math.abs(e[m - 1]) <= threshold) e[m - 1] = 0;
    } else {
      if (shift === 0) {
        let cs = 1;
        let oldc = 1;
        let sn = 0;
        let olds = 0;
        let r = 0;
        for (let i = m; i > l; i--) {
          [cs, sn, r] = rotation(d[i] * cs, e[i - 1]);
          if (i < m) e[i] = olds * r;
          [oldc, olds, d[i]] = rotation(oldc * r, d[i - 1] * sn);
          c1[i - l - 1] = cs;
          s1[i - l - 1] = -sn;
          c2[i - l - 1] = oldc;
          s2[i - l - 1] = -olds;
        }
        const h = d[l] * cs;
        d[l] = h * oldc;
        e[l] = h * olds;
      } else {
        let f = (Math.abs(d[m]) - shift) * (withSign(1, d[m]) + shift / d[m]);
        let g = e[m - 1];
        for (let i = m; i > l; i--) {
          const [cr, sr, r] = rotation(f, g);
          if (i < m) e[i] = r;
          f = cr * d[i] + sr * e[i - 1];
          e[i - 1] = cr * e[i - 1] - sr * d[i];
          g = sr * d[i - 1];
          d[i - 1] *= cr;
          const [cl, sl, q] = rotation(f, g);
          d[i] = q;
          f = cl * e[i - 1] + sl * d[i - 1];
          d[i - 1] = cl * d[i - 1] - sl * e[i - 1];
          if (i > l + 1) {
            g = sl * e[i - 2];
            e[i - 2] *= cl;
          }
          c1[i - l - 1] = cr;
          s1[i - l - 1] = -sr;
          c2[i - l - 1] = cl;
          s2[i - l - 1] = -sl;
        }
        e[l] = f;
      }
      rotateNeighbours(vt, l * n, n, 1, n, count, c2, s2, true);
      rotateNeighbours(u, l, 1, n, n, count, c1, s1, true);
      if (Math.abs(e[l]) <= threshold) e[l] = 0;
    }
  }
  for (let i = 0; i < n; i++)
    if (d[i] < 0 || Object.is(d[i], -0)) {
      d[i] = -d[i];
      for (let j = 0; j < n; j++) vt[i * n + j] = -vt[i * n + j];
    }
  sortDescending(d, u, vt, n);
  return 0;
}

function sortDescending(d: Float64Array, u: Float64Array, vt: Float64Array, n: number): void {
  for (let last = n - 1; last > 0; last--) {
    let least = 0;
    for (let j = 1; j <= last; j++) if (d[j] <= d[least]) least = j;
    if (least === last) continue;
    [d[least], d[last]] = [d[last], d[least]];
    for (let j = 0; j < n; j++) {
      [vt[least * n + j], vt[last * n + j]] = [vt[last * n + j], vt[least * n + j]];
      [u[j * n + least], u[j * n + last]] = [u[j * n + last], u[j * n + least]];
    }
  }
}
