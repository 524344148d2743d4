import type { DType } from "../dtype.ts";
import { check } from "../errors.ts";
import { numberTensor } from "../promotion.ts";
import { ComplexScalar, factorFor, type Scalar, scalarValue } from "../scalar.ts";
import type { Tensor } from "../tensor.ts";
import { add, mulScalar } from "./arithmetic.ts";
import { expand } from "./views.ts";

/** What a product or its addend is multiplied by (beta and alpha of the addmm family). */
export type Factor = Scalar | ComplexScalar;

const is = (s: Factor, n: number): boolean =>
  s instanceof ComplexScalar ? s.re === n && s.im === 0 : scalarValue(s) === n;

/** The factor of the adjoint: its conjugate. */
export const conjugate = (s: Factor): Factor => (s instanceof ComplexScalar ? new ComplexScalar(s.re, -s.im) : s);

/** x times a factor; x itself where that is 1. */
export const times = (x: Tensor, s: Factor): Tensor =>
  is(s, 1) ? x : mulScalar(x, s instanceof ComplexScalar ? numberTensor(x.rt, s) : s);

/** The factor as a tensor of `dtype` takes it. Error: a complex factor of a real tensor. */
function taken(dtype: DType, s: Factor): Factor {
  if (!(s instanceof ComplexScalar)) return factorFor(dtype, s);
  check(dtype.kind === "complex", () => `value cannot be converted to type ${dtype.cppName} without overflow`);
  return s;
}

/** Are both factors 1? */
export const areOne = (beta: Factor, alpha: Factor): boolean => is(beta, 1) && is(alpha, 1);

/** beta·self + alpha·product; with beta 0 NaN and infinity of `self` do not count. */
export function blend(self: Tensor, product: Tensor, betaGiven: Factor, alphaGiven: Factor): Tensor {
  const beta = taken(self.dtype, betaGiven);
  const alpha = taken(self.dtype, alphaGiven);
  if (is(beta, 0)) return times(product, alpha);
  const bias = times(expand(self, product.shape), beta);
  return alpha instanceof ComplexScalar ? add(bias, times(product, alpha)) : add(bias, product, alpha);
}
