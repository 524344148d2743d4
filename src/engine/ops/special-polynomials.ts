import { type BinaryLoop, binary, binaryLoop } from "../kernels/elementwise.ts";
import { op } from "../op.ts";
import type { Operand } from "../promotion.ts";
import type { Tensor } from "../tensor.ts";

/**
 * A family of orthogonal polynomials by its three-term recurrence P(n+1) = next(n, x, P(n), P(n-1)). The degree is truncated to an
 * integer; negative degrees give 0. PyTorch has no derivatives for these.
 */
function family(
  name: string,
  first: (x: number) => number,
  next: (n: number, x: number, p: number, before: number) => number,
) {
  const value = (x: number, degree: number): number => {
    const n = Math.trunc(degree);
    if (n < 0) return 0;
    let before = 1;
    if (n === 0) return before;
    let p = first(x);
    for (let k = 1; k < n; k++) [before, p] = [p, next(k, x, p, before)];
    return p;
  };
  const loop: BinaryLoop = binaryLoop(value);
  return op({
    name: `special_${name}`,
    args: ["x", "n"],
    detached: true,
    forward: (x: Operand, n: Operand): Tensor => binary(x, n, loop, { float: true }),
    places: ["special"],
    signatures: [`special_${name}(Tensor|Scalar x, Tensor|Scalar n, *, Tensor out=None)`],
  });
}
const doubled = (_n: number, x: number, p: number, before: number): number => 2 * x * p - before;

export const chebyshevT = family("chebyshev_polynomial_t", (x) => x, doubled);
export const chebyshevU = family("chebyshev_polynomial_u", (x) => 2 * x, doubled);
export const chebyshevV = family("chebyshev_polynomial_v", (x) => 2 * x - 1, doubled);
export const chebyshevW = family("chebyshev_polynomial_w", (x) => 2 * x + 1, doubled);
/** The same on [0, 1]. */
const shifted =
  (f: (x: number) => number) =>
  (x: number): number =>
    f(2 * x - 1);
const doubledShifted = (n: number, x: number, p: number, before: number): number => doubled(n, 2 * x - 1, p, before);
export const shiftedChebyshevT = family(
  "shifted_chebyshev_polynomial_t",
  shifted((x) => x),
  doubledShifted,
);
export const shiftedChebyshevU = family(
  "shifted_chebyshev_polynomial_u",
  shifted((x) => 2 * x),
  doubledShifted,
);
export const shiftedChebyshevV = family(
  "shifted_chebyshev_polynomial_v",
  shifted((x) => 2 * x - 1),
  doubledShifted,
);
export const shiftedChebyshevW = family(
  "shifted_chebyshev_polynomial_w",
  shifted((x) => 2 * x + 1),
  doubledShifted,
);
export const hermiteH = family(
  "hermite_polynomial_h",
  (x) => 2 * x,
  (n, x, p, before) => 2 * x * p - 2 * n * before,
);
export const hermiteHe = family(
  "hermite_polynomial_he",
  (x) => x,
  (n, x, p, before) => x * p - n * before,
);
export const legendreP = family(
  "legendre_polynomial_p",
  (x) => x,
  (n, x, p, before) => ((2 * n + 1) * x * p - n * before) / (n + 1),
);
export const laguerreL = family(
  "laguerre_polynomial_l",
  (x) => 1 - x,
  (n, x, p, before) => ((2 * n + 1 - x) * p - n * before) / (n + 1),
);
