import { luFactor, luSolve } from "./linalg-lu.ts";
import { identity, product } from "./linalg-matrix.ts";

/** Coefficients of the [13/13] Padé approximant of e^x. */
const PADE = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
  670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
];

/** e^A by scaling, a Padé approximant and repeated squaring (Higham 2005). */
export function expm(a: Float64Array, n: number, slots: number): Float64Array {
  let norm = 0;
  for (let j = 0; j < n; j++) {
    let s = 0;
    for (let i = 0; i < n; i++) {
      const p = (i * n + j) * slots;
      s += slots === 1 ? Math.abs(a[p]) : Math.hypot(a[p], a[p + 1]);
    }
    norm = Math.max(norm, s);
  }
  if (!Number.isFinite(norm)) return new Float64Array(a.length).fill(Number.NaN);
  const squarings = norm > 5.371920351148152 ? Math.ceil(Math.log2(norm / 5.371920351148152)) : 0;
  const times = (x: Float64Array, y: Float64Array): Float64Array => product(x, y, n, n, n, slots);
  const x = a.map((v) => v / 2 ** squarings);
  const x2 = times(x, x);
  const powers = [identity(n, slots), x2];
  for (let i = 2; i <= 6; i++) powers.push(times(powers[i - 1], x2));
  const even = new Float64Array(a.length);
  const odd = new Float64Array(a.length);
  for (let k = 0; k <= 6; k++)
    for (let i = 0; i < a.length; i++) {
      even[i] += PADE[2 * k] * powers[k][i];
      odd[i] += PADE[2 * k + 1] * powers[k][i];
    }
  const u = times(x, odd);
  const below = even.map((v, i) => v - u[i]);
  let e: Float64Array = even.map((v, i) => v + u[i]);
  const { pivots } = luFactor(below, n, n, slots);
  luSolve(below, pivots, e, n, n, slots);
  for (let i = 0; i < squarings; i++) e = times(e, e);
  return e;
}
