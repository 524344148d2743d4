import { type Complex, cabs, cdiv, cmul, csqrt } from "./complex.ts";
import { SAFE_MIN, ULP } from "./linalg-matrix.ts";
import { COMPLEX } from "./linalg-reflector.ts";

/** |re| + |im| */
const size = ([re, im]: Complex): number => Math.abs(re) + Math.abs(im);
const minus = (a: Complex, b: Complex): Complex => [a[0] - b[0], a[1] - b[1]];
const plus = (a: Complex, b: Complex): Complex => [a[0] + b[0], a[1] + b[1]];
const scaled = (a: Complex, s: number): Complex => [a[0] * s, a[1] * s];
const conjugate = (a: Complex): Complex => [a[0], -a[1]];

const get = (a: Float64Array, p: number): Complex => [a[2 * p], a[2 * p + 1]];
function put(a: Float64Array, p: number, [re, im]: Complex): void {
  a[2 * p] = re;
  a[2 * p + 1] = im;
}
/** Multiplies `count` numbers at p, p + step, … */
function scaleAlong(a: Float64Array, p: number, step: number, count: number, by: Complex): void {
  for (let i = 0; i < count; i++) put(a, p + i * step, cmul(get(a, p + i * step), by));
}

/**
 * Complex Schur form by the single-shift QR algorithm (zlahqr with both T and Z): the n×n Hessenberg matrix `h` becomes upper
 * triangular with the eigenvalues on its diagonal, and `z` is multiplied along. Returns > 0 when it did not converge.
 */
export function complexSchur(h: Float64Array, z: Float64Array, n: number, low: number, high: number): number {
  const at = (i: number, j: number): number => i * n + j;
  /** Multiplies row `i` from column `from` on by a number of modulus 1, and the columns of that number up to row `to` by its conjugate. */
  const turn = (i: number, from: number, to: number, by: Complex): void => {
    scaleAlong(h, at(i, from), 1, n - from, by);
    scaleAlong(h, i, n, to, conjugate(by));
    scaleAlong(z, i, n, n, conjugate(by));
  };
  for (let i = low + 1; i <= high; i++) {
    const below = get(h, at(i, i - 1));
    if (below[1] === 0) continue;
    put(h, at(i, i - 1), [cabs(below), 0]);
    turn(i, i, Math.min(n, i + 2), scaled(conjugate(below), 1 / cabs(below)));
  }
  const tiny = SAFE_MIN * ((high - low + 1) / ULP);
  const most = 30 * Math.max(10, high - low + 1);
  let stuck = 0;
  let i = high;
  while (i >= low) {
    let l = low;
    let converged = false;
    for (let its = 0; its <= most; its++) {
      l = smallSubdiagonal(h, n, l, i, low, high, tiny);
      if (l > low) put(h, at(l, l - 1), [0, 0]);
      if (l >= i) {
        converged = true;
        break;
      }
      stuck++;
      sweep(h, z, n, l, i, shiftOf(h, n, l, i, stuck), turn);
      const below = get(h, at(i, i - 1));
      if (below[1] === 0) continue;
      put(h, at(i, i - 1), [cabs(below), 0]);
      turn(i, i + 1, i, scaled(conjugate(below), 1 / cabs(below)));
    }
    if (!converged) return i + 1;
    stuck = 0;
    i = l - 1;
  }
  return 0;
}

/** The row above which the matrix falls apart, looking upwards from `i` to `l`. */
function smallSubdiagonal(
  h: Float64Array,
  n: number,
  l: number,
  i: number,
  low: number,
  high: number,
  tiny: number,
): number {
  const entry = (r: number, c: number): Complex => get(h, r * n + c);
  let k = i;
  for (; k > l; k--) {
    const sub = entry(k, k - 1);
    if (size(sub) <= tiny) break;
    let t = size(entry(k - 1, k - 1)) + size(entry(k, k));
    if (t === 0) {
      if (k - 2 >= low) t += Math.abs(entry(k - 1, k - 2)[0]);
      if (k + 1 <= high) t += Math.abs(entry(k + 1, k)[0]);
    }
    if (Math.abs(sub[0]) > ULP * t) continue;
    const up = size(entry(k - 1, k));
    const gap = size(minus(entry(k - 1, k - 1), entry(k, k)));
    const diag = size(entry(k, k));
    const ab = Math.max(size(sub), up);
    const ba = Math.min(size(sub), up);
    const aa = Math.max(diag, gap);
    const bb = Math.min(diag, gap);
    const s = aa + ab;
    if (ba * (ab / s) <= Math.max(tiny, ULP * (bb * (aa / s)))) break;
  }
  return k;
}

/** Wilkinson's shift: the eigenvalue of the last 2×2 block that is nearer to its last entry; every tenth time another number. */
function shiftOf(h: Float64Array, n: number, l: number, i: number, stuck: number): Complex {
  const entry = (r: number, c: number): Complex => get(h, r * n + c);
  if (stuck % 20 === 0) return plus(entry(i, i), [0.75 * Math.abs(entry(i, i - 1)[0]), 0]);
  if (stuck % 10 === 0) return plus(entry(l, l), [0.75 * Math.abs(entry(l + 1, l)[0]), 0]);
  const t = entry(i, i);
  const u = cmul(csqrt(entry(i - 1, i)), csqrt(entry(i, i - 1)));
  if (size(u) === 0) return t;
  const x = scaled(minus(entry(i - 1, i - 1), t), 0.5);
  const s = Math.max(size(u), size(x));
  const a = scaled(x, 1 / s);
  const b = scaled(u, 1 / s);
  const y = scaled(csqrt(plus(cmul(a, a), cmul(b, b))), s);
  const same = x[0] * y[0] + x[1] * y[1] >= 0;
  return minus(t, cmul(u, cdiv(u, same ? plus(x, y) : minus(x, y))));
}

/** One implicit single-shift QR sweep on rows l … i. */
function sweep(
  h: Float64Array,
  z: Float64Array,
  n: number,
  l: number,
  i: number,
  shift: Complex,
  turn: (i: number, from: number, to: number, by: Complex) => void,
): void {
  const at = (r: number, c: number): number => r * n + c;
  const v = new Float64Array(4);
  const tau = new Float64Array(2);
  let m = i - 1;
  for (; ; m--) {
    const diag = get(h, at(m, m));
    const first = minus(diag, shift);
    const below = h[2 * at(m + 1, m)];
    const s = size(first) + Math.abs(below);
    put(v, 0, scaled(first, 1 / s));
    put(v, 1, [below / s, 0]);
    if (m === l) break;
    const around = size(diag) + size(get(h, at(m + 1, m + 1)));
    if (Math.abs(h[2 * at(m, m - 1)]) * Math.abs(below / s) <= ULP * (size(get(v, 0)) * around)) break;
  }
  for (let k = m; k < i; k++) {
    if (k > m) for (let q = 0; q < 2; q++) put(v, q, get(h, at(k + q, k - 1)));
    COMPLEX.make(v, 0, 1, 2, tau, 0);
    if (k > m) {
      put(h, at(k, k - 1), get(v, 0));
      put(h, at(k + 1, k - 1), [0, 0]);
    }
    COMPLEX.applyAdjoint(v, 0, 1, tau, 0, h, at(k, k), n, 1, 2, n - k);
    COMPLEX.applyTranspose(v, 0, 1, tau, 0, h, k, 1, n, 2, Math.min(k + 2, i) + 1);
    COMPLEX.applyTranspose(v, 0, 1, tau, 0, z, k, 1, n, 2, n);
    if (k !== m || m === l) continue;
    // The sweep began below the first row: what it leaves there has to be turned back to a real number.
    const rest: Complex = [1 - tau[0], -tau[1]];
    const by = scaled(rest, 1 / cabs(rest));
    put(h, at(m + 1, m), cmul(get(h, at(m + 1, m)), conjugate(by)));
    if (m + 2 <= i) put(h, at(m + 2, m + 1), cmul(get(h, at(m + 2, m + 1)), by));
    for (let j = m; j <= i; j++) if (j !== m + 1) turn(j, j + 1, j, by);
  }
}

/** Eigenvectors of an upper triangular matrix, as columns (ztrevc): back substitution. */
export function triangularVectors(t: Float64Array, n: number): Float64Array {
  const out = new Float64Array(2 * n * n);
  for (let k = n - 1; k >= 0; k--) {
    const lambda = get(t, k * n + k);
    const least = Math.max(ULP * size(lambda), SAFE_MIN * (n / ULP));
    put(out, k * n + k, [1, 0]);
    for (let i = k - 1; i >= 0; i--) {
      let rest: Complex = [0, 0];
      for (let j = i + 1; j <= k; j++) rest = minus(rest, cmul(get(t, i * n + j), get(out, j * n + k)));
      const below = minus(get(t, i * n + i), lambda);
      put(out, i * n + k, cdiv(rest, size(below) < least ? [least, 0] : below));
    }
  }
  return out;
}
