/**
 * Normals from uniforms as PyTorch's vectorised float32 kernel computes them, to the last bit. Logarithm, sine and cosine are the Cephes
 * polynomials in single precision. Where a product is only added to something, the two are one instruction with one rounding, here a sum
 * of doubles rounded once.
 */

const f = Math.fround;

const LOG = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
].map(f);
const SIN = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1].map(f);
const COS = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2].map(f);
const SQRT_HALF = f(Math.SQRT1_2);
/** log 2 and π/4 in parts of few bits each, so that multiples of them are exact. */
const LOG2 = [-2.1219444e-4, 0.693359375].map(f);
const QUARTER_PI = [0.78515625, 2.4187564849853516e-4, 3.774894977445941e-8].map(f);
const FOUR_OVER_PI = f(4 / Math.PI);
const TWO_PI = f(2 * Math.PI);

/** coefficients[0] xⁿ + … + coefficients[n], by Horner's rule. */
function polynomial(coefficients: readonly number[], x: number): number {
  let y = coefficients[0];
  for (let i = 1; i < coefficients.length; i++) y = f(y * x + coefficients[i]);
  return y;
}

/** log(x) of a multiple x of 2⁻²⁴ in (0, 1], which is what 1 minus a uniform float32 is. */
function log(x: number): number {
  let exponent = 8 - Math.clz32(x * 2 ** 24);
  let mantissa = x * 2 ** -exponent; // in [½, 1)
  if (mantissa < SQRT_HALF) {
    exponent -= 1;
    mantissa *= 2;
  }
  const m = f(mantissa - 1);
  const square = f(m * m);
  let y = f(f(polynomial(LOG, m) * m) * square + f(exponent * LOG2[0]));
  y = f(y - square * 0.5);
  return f(exponent * LOG2[1] + f(m + y));
}

/** Radius and angle give two normals: turns uniforms u1 (at `at`) and u2 (at `at + 8`) into r·cos θ·std + mean and r·sin θ·std + mean. */
export function boxMuller(out: { [index: number]: number }, at: number, mean: number, std: number): void {
  const radius = f(Math.sqrt(f(-2 * log(f(1 - out[at])))));
  const theta = f(TWO_PI * out[at + 8]);
  const octant = (Math.trunc(f(theta * FOUR_OVER_PI)) + 1) & ~1;
  let x = theta;
  for (const part of QUARTER_PI) x = f(x - octant * part);
  const square = f(x * x);
  const cosine = f(f(f(polynomial(COS, square) * square) * square - f(square * 0.5)) + 1);
  const sine = f(f(polynomial(SIN, square) * square) * x + x);
  const turned = (octant & 2) !== 0;
  const sin = (turned ? cosine : sine) * ((octant & 4) !== 0 ? -1 : 1);
  const cos = (turned ? sine : cosine) * (((octant - 2) & 4) !== 0 ? 1 : -1);
  out[at] = f(f(radius * cos) * std + mean);
  out[at + 8] = f(f(radius * sin) * std + mean);
}
