import type { Signature } from "../op.ts";

/**
 * PyTorch's overloads of a function of two operands: two tensors, a number and a tensor (`numberFirst`: what follows them in that
 * signature, null where it does not exist), a tensor and a number.
 */
export function overloads(name: string, first: string, second: string, numberFirst: string | null = null): string[] {
  return [
    `${name}(Tensor ${first}, Tensor ${second}, *, Tensor out=None)`,
    ...(numberFirst === null ? [] : [`${name}(Scalar self, Tensor ${second}${numberFirst})`]),
    `${name}(Tensor ${first}, Scalar ${second}, *, Tensor out=None)`,
  ];
}
/** The end of a signature that takes `out`. */
export const WITH_OUT = ", *, Tensor out=None";

/** PyTorch's deprecated overload of a sum with a factor: the number stands before the operands. */
export const factorBefore = (name: string, operands: string): Signature => ({
  text: `${name}(Tensor input, ${operands}, *, Tensor out=None)`,
  deprecated: true,
});

/** PyTorch's deprecated overloads of beta·input + alpha·(a product): the factors stand before what they multiply. */
export const factorsBefore = (name: string, a: string, b: string): Signature[] => [
  {
    text: `${name}(Scalar beta, Tensor input, Scalar alpha, Tensor ${a}, Tensor ${b}, *, Tensor out=None)`,
    deprecated: true,
  },
  { text: `${name}(Scalar beta, Tensor input, Tensor ${a}, Tensor ${b}, *, Tensor out=None)`, deprecated: true },
];
