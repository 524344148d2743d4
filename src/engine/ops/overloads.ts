import type { Signature } from "../op.ts";

/**
 * PyTorch's overloads of a function of two operands: two tensors, a tensor and a number, and with `numberFirst` a number and a
 * tensor (not listed in errors, since methods do not have it).
 */
export function overloads(name: string, first: string, second: string, numberFirst = false): (string | Signature)[] {
  const list: (string | Signature)[] = [
    `${name}(Tensor ${first}, Tensor ${second}, *, Tensor out=None)`,
    `${name}(Tensor ${first}, Scalar ${second}, *, Tensor out=None)`,
  ];
  if (numberFirst) list.push({ text: `${name}(Scalar self, Tensor ${second}, *, Tensor out=None)`, hidden: true });
  return list;
}
