import { lgamma } from "./special-gamma.ts";

/** Continued fraction of the incomplete beta function (DLMF 8.17.22), by the modified Lentz method. */
function fraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  const away = (v: number): number => (Math.abs(v) < tiny ? tiny : v);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const change = d * c;
    h *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return h;
}

/** log of xᵃ(1−x)ᵇ / (a B(a, b)). */
const logFront = (a: number, b: number, x: number): number =>
  a * Math.log(x) + b * Math.log1p(-x) - (lgamma(a) + lgamma(b) - lgamma(a + b)) - Math.log(a);

/**
 * Regularised incomplete beta function Iₓ(a, b) for 0 < x < 1, and its complement, each computed where it is small:
 * [I, 1 − I, true when the first was computed directly].
 */
export function betainc(a: number, b: number, x: number): { lower: number; upper: number; direct: boolean } {
  if (x < (a + 1) / (a + b + 2)) {
    const lower = Math.exp(logFront(a, b, x)) * fraction(a, b, x);
    return { lower, upper: 1 - lower, direct: true };
  }
  const upper = Math.exp(logFront(b, a, 1 - x)) * fraction(b, a, 1 - x);
  return { lower: 1 - upper, upper, direct: false };
}

/** log of the beta density at x. */
export const logBetaDensity = (a: number, b: number, x: number): number =>
  (a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) - (lgamma(a) + lgamma(b) - lgamma(a + b));
