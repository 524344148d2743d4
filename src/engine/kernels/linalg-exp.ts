import { luFactor, luSolve } from "./linalg-lu.ts";
import { identity, product } from "./linalg-matrix.ts";

/** Coefficients of the [13/13] Padé approximant of e^x. */
const PADE = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
  670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
];

/** e^A by scaling, a Padé approximant and repeated squaring (Higham 2005). */
export function expm(a: Float64Array, n: number): Float64Array {
  let norm = 0;
  for (let j = 0; j < n; j++) {
    let s = 0;
    for (let i = 0; i < n; i++) s += Math.abs(a[i * n + j]);
    norm = Math.max(norm, s);
  }
  if (!Number.isFinite(norm)) return new Float64Array(n * n).fill(Number.NaN);
  const squarings = norm > 5.371920351148152 ? Math.ceil(Math.log2(norm / 5.371920351148152)) : 0;
  const x = a.map((v) => v / 2 ** squarings);
  const x2 = product(x, x, n, n, n);
  const powers = [identity(n), x2];
  for (let i = 2; i <= 6; i++) powers.push(product(powers[i - 1], x2, n, n, n));
  const even = new Float64Array(n * n);
  const odd = new Float64Array(n * n);
  for (let k = 0; k <= 6; k++)
    for (let i = 0; i < n * n; i++) {
      even[i] += PADE[2 * k] * powers[k][i];
      odd[i] += PADE[2 * k + 1] * powers[k][i];
    }
  const u = product(x, odd, n, n, n);
  const below = even.map((v, i) => v - u[i]);
  let e: Float64Array = even.map((v, i) => v + u[i]);
  const { pivots } = luFactor(below, n, n, 1);
  luSolve(below, pivots, e, n, n, 1);
  for (let i = 0; i < squarings; i++) e = product(e, e, n, n, n);
  return e;
}
