/** The gamma function's family in double precision: recurrences up to where the asymptotic series converge to the last bit. */

/** B₂ₖ/(2k(2k-1)), k = 1, 2, …: Stirling's series of ln Γ. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];
/** B₂ₖ/(2k), k = 1, 2, …: the series of ψ. */
const PSI = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12, -3617 / 8160];
/** B₂ₖ/(2k)!, k = 1, 2, …: Euler-Maclaurin terms of ζ. */
const EULER_MACLAURIN = [
  1 / 12,
  -1 / 720,
  1 / 30240,
  -1 / 1209600,
  1 / 47900160,
  -691 / 1307674368000,
  1 / 74724249600,
  -3617 / 10670622842880000,
  43867 / 5109094217170944000,
];

/** Σ c[k]·x^k */
function poly(c: readonly number[], x: number): number {
  let y = 0;
  for (let i = c.length - 1; i >= 0; i--) y = y * x + c[i];
  return y;
}

/** sin(πx), exact at integers. */
function sinPi(x: number): number {
  const r = x - 2 * Math.round(x / 2);
  const a = Math.abs(r);
  const s = a > 0.5 ? Math.sin(Math.PI * (1 - a)) : Math.sin(Math.PI * a);
  return r < 0 ? -s : s;
}

/** ln |Γ(x)|; +∞ at 0, -1, -2, … */
export function lgamma(x: number): number {
  if (Number.isNaN(x)) return x;
  if (!Number.isFinite(x)) return Number.POSITIVE_INFINITY;
  if (x <= 0) {
    if (Number.isInteger(x)) return Number.POSITIVE_INFINITY;
    return Math.log(Math.PI / Math.abs(sinPi(x))) - lgamma(1 - x);
  }
  if (x === 1 || x === 2) return 0;
  let shift = 1;
  let y = x;
  for (; y < 13; y++) shift *= y;
  const r = 1 / (y * y);
  const stirling = (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + poly(STIRLING, r) / y;
  return shift === 1 ? stirling : stirling - Math.log(shift);
}

/** Γ'(x)/Γ(x). ∓∞ at ±0, NaN at negative integers (as PyTorch). */
export function digamma(x: number): number {
  if (x === 0) return Object.is(x, -0) ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  if (x < 0) {
    if (Number.isInteger(x)) return Number.NaN;
    const r = x - Math.trunc(x);
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * r);
  }
  let sum = 0;
  let y = x;
  for (; y < 13; y++) sum -= 1 / y;
  const r = 1 / (y * y);
  return sum + Math.log(y) - 0.5 / y - r * poly(PSI, r);
}

/** Hurwitz's ζ(s, q) = Σ (q + k)^-s for s > 1, by the Euler-Maclaurin formula. */
export function zeta(s: number, q: number): number {
  if (s === 1) return Number.POSITIVE_INFINITY;
  if (s < 1) return Number.NaN;
  if (q <= 0) {
    if (Number.isInteger(q)) return Number.POSITIVE_INFINITY;
    if (!Number.isInteger(s)) return Number.NaN;
  }
  let sum = 0;
  let a = q;
  for (; a < 12; a++) sum += a ** -s;
  let term = a ** -s;
  sum += (term * a) / (s - 1) + term / 2;
  let rising = s;
  for (let k = 0; k < EULER_MACLAURIN.length; k++) {
    term /= a;
    const t = EULER_MACLAURIN[k] * rising * term;
    sum += t;
    if (Math.abs(t) < 1e-17 * Math.abs(sum)) break;
    rising *= (s + 2 * k + 1) * (s + 2 * k + 2);
    term /= a;
  }
  return sum;
}

/** ψ'(x) with as many terms as PyTorch takes (error up to 1e-9), so that results agree to all its digits. */
function trigamma(x: number): number {
  let sum = 0;
  let y = x;
  const reflected = x < 0.5;
  if (reflected) {
    sum -= (Math.PI / Math.sin(Math.PI * x)) ** 2;
    y = 1 - x;
  }
  for (let i = 0; i < 6; i++, y++) sum += 1 / (y * y);
  const r = 1 / (y * y);
  sum += (1 + 1 / (2 * y) + r * (1 / 6 - r * (1 / 30 - r / 42))) / y;
  return reflected ? -sum : sum;
}

/** ψ⁽ⁿ⁾(x), the n-th derivative of digamma. */
export function polygamma(n: number, x: number): number {
  if (n === 0) return digamma(x);
  if (n === 1) return trigamma(x);
  let factorial = 1;
  for (let i = 2; i <= n; i++) factorial *= i;
  return (n % 2 === 1 ? 1 : -1) * factorial * zeta(n + 1, x);
}

/** Regularised lower incomplete gamma function P(a, x). */
export function gammainc(a: number, x: number): number {
  if (Number.isNaN(a) || Number.isNaN(x) || a < 0 || x < 0) return Number.NaN;
  if (a === 0) return x > 0 ? 1 : Number.NaN;
  if (x === 0) return 0;
  if (!Number.isFinite(a)) return Number.isFinite(x) ? 0 : Number.NaN;
  if (!Number.isFinite(x)) return 1;
  return x < a + 1 ? lowerSeries(a, x) : 1 - upperFraction(a, x);
}

/** Regularised upper incomplete gamma function Q(a, x) = 1 - P(a, x). */
export function gammaincc(a: number, x: number): number {
  if (Number.isNaN(a) || Number.isNaN(x) || a < 0 || x < 0) return Number.NaN;
  if (a === 0) return x > 0 ? 0 : Number.NaN;
  if (x === 0) return 1;
  if (!Number.isFinite(a)) return Number.isFinite(x) ? 1 : Number.NaN;
  if (!Number.isFinite(x)) return 0;
  return x < a + 1 ? 1 - lowerSeries(a, x) : upperFraction(a, x);
}

/** x^a e^-x / Γ(a + 1) · Σ x^k / ((a+1)…(a+k)) */
function lowerSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 10000; k++) {
    term *= x / (a + k);
    sum += term;
    if (term < 1e-17 * sum) break;
  }
  return sum * Math.exp(a * Math.log(x) - x - lgamma(a + 1));
}

/** Q(a, x) by its continued fraction (Lentz's method). */
function upperFraction(a: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 10000; i++) {
    const an = -i * (i - a);
    b += 2;
    d = an * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + an / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return h * Math.exp(a * Math.log(x) - x - lgamma(a));
}
