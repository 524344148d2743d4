/** Arithmetic of complex numbers as pairs [re, im] of doubles. */
export type Complex = readonly [re: number, im: number];

export const cmul = (a: Complex, b: Complex): Complex => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];

/** a / b, scaled by the larger part of b so that nothing overflows on the way (Smith's method). */
export function cdiv(a: Complex, b: Complex): Complex {
  if (Math.abs(b[0]) >= Math.abs(b[1])) {
    if (b[0] === 0 && b[1] === 0) return [a[0] / b[0], a[1] / b[0]];
    const r = b[1] / b[0];
    const d = b[0] + b[1] * r;
    return [(a[0] + a[1] * r) / d, (a[1] - a[0] * r) / d];
  }
  const r = b[0] / b[1];
  const d = b[0] * r + b[1];
  return [(a[0] * r + a[1]) / d, (a[1] * r - a[0]) / d];
}

export const cabs = (a: Complex): number => Math.hypot(a[0], a[1]);
export const carg = (a: Complex): number => Math.atan2(a[1], a[0]);
/** a / |a|, 0 for 0. */
export function csgn(a: Complex): Complex {
  const m = cabs(a);
  return m === 0 ? [0, 0] : [a[0] / m, a[1] / m];
}

/** r·e^(iθ) */
const polar = (r: number, theta: number): Complex => [r * Math.cos(theta), r * Math.sin(theta)];

export const cexp = (a: Complex): Complex => (a[1] === 0 ? [Math.exp(a[0]), a[1]] : polar(Math.exp(a[0]), a[1]));
export const clog = (a: Complex): Complex => [Math.log(cabs(a)), carg(a)];

/** Principal square root (right half-plane). */
export function csqrt(a: Complex): Complex {
  const [x, y] = a;
  if (x === 0 && y === 0) return [0, y];
  const m = Math.sqrt((cabs(a) + Math.abs(x)) / 2);
  if (x >= 0) return [m, y / (2 * m)];
  return [Math.abs(y) / (2 * m), y < 0 || Object.is(y, -0) ? -m : m];
}

/** a ** b on the principal branch; 0 ** 0 is 1. */
export function cpow(a: Complex, b: Complex): Complex {
  if (b[0] === 0 && b[1] === 0) return [1, 0];
  if (a[0] === 0 && a[1] === 0) return b[0] > 0 ? [0, 0] : [Number.NaN, Number.NaN];
  if (b[1] === 0 && Number.isInteger(b[0]) && Math.abs(b[0]) <= 64) {
    let out: Complex = [1, 0];
    let base = a;
    for (let n = Math.abs(b[0]); n > 0; n = Math.floor(n / 2)) {
      if (n % 2 === 1) out = cmul(out, base);
      base = cmul(base, base);
    }
    return b[0] < 0 ? cdiv([1, 0], out) : out;
  }
  return cexp(cmul(b, clog(a)));
}

export const csinh = ([x, y]: Complex): Complex => [Math.sinh(x) * Math.cos(y), Math.cosh(x) * Math.sin(y)];
export const ccosh = ([x, y]: Complex): Complex => [Math.cosh(x) * Math.cos(y), Math.sinh(x) * Math.sin(y)];
export function ctanh([x, y]: Complex): Complex {
  if (Math.abs(x) > 20) return [Math.sign(x), (4 * Math.sin(y) * Math.cos(y)) / Math.exp(2 * Math.abs(x))];
  const d = Math.sinh(x) ** 2 + Math.cos(y) ** 2;
  return [(Math.sinh(x) * Math.cosh(x)) / d, (Math.sin(y) * Math.cos(y)) / d];
}
/** f(i·a) / i for odd f: sin from sinh, tan from tanh. */
const rotated =
  (f: (a: Complex) => Complex) =>
  ([x, y]: Complex): Complex => {
    const [re, im] = f([-y, x]);
    return [im, -re];
  };
export const csin = rotated(csinh);
export const ctan = rotated(ctanh);
export const ccos = ([x, y]: Complex): Complex => ccosh([-y, x]);
/** Inverse functions by way of the square roots of 1 ± z (Kahan's formulas), whose branch cuts are the principal ones. */
export function casinh([x, y]: Complex): Complex {
  const p = csqrt([1 + y, -x]);
  const q = csqrt([1 - y, x]);
  return [Math.asinh(p[0] * q[1] - q[0] * p[1]), Math.atan2(y, p[0] * q[0] - p[1] * q[1])];
}
export function cacosh([x, y]: Complex): Complex {
  const p = csqrt([x - 1, y]);
  const q = csqrt([x + 1, y]);
  return [Math.asinh(p[0] * q[0] + p[1] * q[1]), 2 * Math.atan2(p[1], q[0])];
}
export function cacos([x, y]: Complex): Complex {
  const p = csqrt([1 - x, -y]);
  const q = csqrt([1 + x, y]);
  return [2 * Math.atan2(p[0], q[0]), Math.asinh(q[0] * p[1] - q[1] * p[0])];
}
export const catanh = ([x, y]: Complex): Complex => [
  Math.log1p((4 * x) / ((1 - x) ** 2 + y * y)) / 4,
  -Math.atan2(-2 * y, (1 - x) * (1 + x) - y * y) / 2,
];
export const casin = rotated(casinh);
export const catan = rotated(catanh);
export const cexpm1 = ([x, y]: Complex): Complex => [
  Math.expm1(x) * Math.cos(y) - 2 * Math.sin(y / 2) ** 2,
  Math.exp(x) * Math.sin(y),
];
export const csigmoid = (a: Complex): Complex => {
  const [re, im] = cexp([-a[0], -a[1]]);
  return cdiv([1, 0], [1 + re, im]);
};
