/**
 * The error function in double precision: rational approximations on four intervals, with the coefficients that Sun published
 * with fdlibm (s_erf.c, 1993). Relative error below 1e-15.
 */

/** Value of a polynomial with coefficients from the constant term up. */
function poly(x: number, c: readonly number[]): number {
  let y = 0;
  for (let i = c.length - 1; i >= 0; i--) y = y * x + c[i];
  return y;
}

/** |x| < 0.84375: erf(x) = x + x·P(x²)/Q(x²). */
const NEAR_P = [
  0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442, -2.3763016656650163e-5,
];
const NEAR_Q = [
  1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164, -3.960228278775368e-6,
];
/** 0.84375 ≤ |x| < 1.25: erf(x) = C + P(|x|-1)/Q(|x|-1). */
const C = 0.8450629115104675;
const MIDDLE_P = [
  -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
  0.035478304325618236, -0.002166375594868791,
];
const MIDDLE_Q = [
  1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
  0.011984499846799107,
];
/** 1.25 ≤ |x| < 1/0.35: erfc(x) = exp(-x² - 0.5625 + R(1/x²)/S(1/x²)) / x. */
const FAR_R = [
  -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
  -184.60509290671104, -81.2874355063066, -9.814329344169145,
];
const FAR_S = [
  1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
  108.63500554177944, 6.570249770319282, -0.0604244152148581,
];
/** 1/0.35 ≤ |x| < 28. */
const FARTHER_R = [
  -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
  -1025.0951316110772, -483.5191916086514,
];
const FARTHER_S = [
  1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
  474.52854120695537, -22.44095244658582,
];

/** erfc(a) for a ≥ 1.25. */
function tail(a: number): number {
  if (a >= 28) return 0;
  const s = 1 / (a * a);
  const ratio = a < 1 / 0.35 ? poly(s, FAR_R) / poly(s, FAR_S) : poly(s, FARTHER_R) / poly(s, FARTHER_S);
  // exp(-a²) loses digits unless a² is split: z keeps the leading half of a's bits.
  const z = Math.fround(a);
  return (Math.exp(-z * z - 0.5625) * Math.exp((z - a) * (z + a) + ratio)) / a;
}

/** erf(x) = 2/√π ∫₀ˣ e^(-t²) dt. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (a < 0.84375) {
    const z = x * x;
    return x + (x * poly(z, NEAR_P)) / poly(z, NEAR_Q);
  }
  let y: number;
  if (a < 1.25) y = C + poly(a - 1, MIDDLE_P) / poly(a - 1, MIDDLE_Q);
  else y = a >= 6 ? 1 : 1 - tail(a);
  return x < 0 ? -y : y;
}

/** 1 - erf(x), accurate where erf is close to 1. */
export function erfc(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (a < 1.25) return 1 - erf(x);
  const y = tail(a);
  return x < 0 ? 2 - y : y;
}
