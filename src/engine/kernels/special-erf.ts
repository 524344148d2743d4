import { erf, erfc } from "./erf.ts";

const SQRT_PI = Math.sqrt(Math.PI);

/** e^(x²)·erfc(x), which stays finite where erfc underflows. */
export function erfcx(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < 0) return x < -26.7 ? Number.POSITIVE_INFINITY : 2 * Math.exp(x * x) - erfcx(-x);
  if (x < 2) return Math.exp(x * x) * erfc(x);
  if (x > 1e8) return 1 / (x * SQRT_PI);
  // Continued fraction 1/√π · 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …)))), from the far end.
  let f = x;
  for (let k = Math.ceil(20 + 260 / (x * x)); k > 0; k--) f = x + k / 2 / f;
  return 1 / (f * SQRT_PI);
}

/** Φ⁻¹(p): a rational start (Abramowitz and Stegun 26.2.23), then Halley steps on the tail probability. */
export function ndtri(p: number): number {
  if (Number.isNaN(p) || p < 0 || p > 1) return Number.NaN;
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  if (p === 0.5) return 0;
  if (p > 0.5) return -lowerQuantile(1 - p);
  return lowerQuantile(p);
}

/** Φ⁻¹(p) for 0 < p ≤ 1/2. */
function lowerQuantile(p: number): number {
  const t = Math.sqrt(-2 * Math.log(p));
  let x = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
  for (let i = 0; i < 4; i++) {
    // Φ(x)/φ(x) without underflow, so that tails converge too.
    const ratio = erfcx(-x * Math.SQRT1_2) * Math.sqrt(Math.PI / 2);
    const u = ratio * -Math.expm1(Math.log(p) - logNdtr(x));
    const step = u / (1 + (x * u) / 2);
    x -= step;
    if (Math.abs(step) <= 1e-16 * Math.abs(x)) break;
  }
  return x;
}

/** erf⁻¹(x) on [-1, 1]; ±∞ at the ends. */
export function erfinv(x: number): number {
  if (Number.isNaN(x) || x < -1 || x > 1) return Number.NaN;
  if (x === 0) return x;
  if (Math.abs(x) === 1) return x * Number.POSITIVE_INFINITY;
  const a = Math.abs(x);
  let y: number;
  if (a < 0.5) {
    y = (SQRT_PI / 2) * (a + (Math.PI / 12) * a ** 3);
    for (let i = 0; i < 5; i++) {
      const u = ((erf(y) - a) * SQRT_PI * Math.exp(y * y)) / 2;
      const step = u / (1 + y * u);
      y -= step;
      if (Math.abs(step) <= 1e-17 * y) break;
    }
  } else y = -lowerQuantile((1 - a) / 2) * Math.SQRT1_2;
  return x < 0 ? -y : y;
}

/** ln Φ(x). */
export function logNdtr(x: number): number {
  if (x < -1) return Math.log(erfcx(-x * Math.SQRT1_2) / 2) - (x * x) / 2;
  return Math.log1p(-erfc(x * Math.SQRT1_2) / 2);
}

/** -x ln x; 0 at 0, -∞ below. */
export function entr(x: number): number {
  if (Number.isNaN(x)) return x;
  return x > 0 ? -x * Math.log(x) : x === 0 ? 0 : Number.NEGATIVE_INFINITY;
}
