import type { Signature } from "../op.ts";

/**
 * PyTorch's overloads of a function of two operands: two tensors, a tensor and a number, and for functions `numberFirst` a number
 * and a tensor ("plain" where that one takes no `out`).
 */
export function overloads(
  name: string,
  first: string,
  second: string,
  numberFirst: "with out" | "plain" | null = null,
): (string | Signature)[] {
  const out = "*, Tensor out=None";
  const list: (string | Signature)[] = [`${name}(Tensor ${first}, Tensor ${second}, ${out})`];
  if (numberFirst !== null)
    list.push({
      text: `${name}(Scalar self, Tensor ${second}${numberFirst === "plain" ? "" : `, ${out}`})`,
      functionOnly: true,
    });
  list.push(`${name}(Tensor ${first}, Scalar ${second}, ${out})`);
  return list;
}
