import type { Generator } from "./generator.ts";

/** Draws that need rejection, in the order in which PyTorch's CPU kernels take their uniforms and normals. */

/** One Gamma(α, 1) variate: Marsaglia and Tsang 2000, with the boost for α < 1. */
export function gamma(g: Generator, alpha: number): number {
  let scale = 1;
  let a = alpha;
  if (a < 1) {
    if (a === 0) return 0;
    scale = (1 - g.double()) ** (1 / a);
    a += 1;
  }
  const d = a - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    let x: number;
    let y: number;
    do {
      x = g.normal();
      y = 1 + c * x;
    } while (y <= 0);
    const v = y * y * y;
    const u = 1 - g.double();
    const xx = x * x;
    if (u < 1 - 0.0331 * xx * xx) return scale * d * v;
    if (Math.log(u) < 0.5 * xx + d * (1 - v + Math.log(v))) return scale * d * v;
  }
}

/** log k! minus Stirling's approximation at k + 1. */
const stirlingTail = (k: number, lgamma: (x: number) => number): number =>
  lgamma(k + 1) - ((k + 0.5) * Math.log(k + 1) - (k + 1) + 0.5 * Math.log(2 * Math.PI));

/** Number of successes by adding geometric waiting times. */
function byWaiting(g: Generator, count: number, p: number): number {
  const logQ = Math.log1p(-p);
  let waited = 0;
  for (let successes = 0; ; successes++) {
    waited += Math.ceil(Math.log(g.double()) / logQ);
    if (waited > count) return successes;
  }
}

/** Hörmann's transformed rejection (BTRS 1993), for means of at least 10. */
function byRejection(g: Generator, count: number, p: number, lgamma: (x: number) => number): number {
  const deviation = Math.sqrt(count * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const c = count * p + 0.5;
  const vr = 0.92 - 4.2 / b;
  const r = p / (1 - p);
  const alpha = (2.83 + 5.1 / b) * deviation;
  const m = Math.floor((count + 1) * p);
  for (;;) {
    const u = g.double() - 0.5;
    const v = g.double();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + c);
    if (us >= 0.07 && v <= vr) return k;
    if (k < 0 || k > count) continue;
    const bound =
      (m + 0.5) * Math.log((m + 1) / (r * (count - m + 1))) +
      (count + 1) * Math.log((count - m + 1) / (count - k + 1)) +
      (k + 0.5) * Math.log((r * (count - k + 1)) / (k + 1)) +
      stirlingTail(m, lgamma) +
      stirlingTail(count - m, lgamma) -
      stirlingTail(k, lgamma) -
      stirlingTail(count - k, lgamma);
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= bound) return k;
  }
}

/** One Binomial(count, p) variate. */
export function binomial(g: Generator, count: number, p: number, lgamma: (x: number) => number): number {
  if (count <= 0 || p <= 0) return 0;
  if (p >= 1) return count;
  const small = Math.min(p, 1 - p);
  if (Number.isNaN(small)) return Number.NaN;
  const k = count * small >= 10 ? byRejection(g, count, small, lgamma) : byWaiting(g, count, small);
  return p <= 0.5 ? k : count - k;
}
