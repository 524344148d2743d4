import type { Tensor } from "../tensor.ts";
import { AccumulateGrad } from "./accumulate-grad.ts";
import type { Edge } from "./node.ts";

/** Where the gradient of `t` goes: its backward node, a leaf's accumulator, or nowhere. */
export function gradEdge(t: Tensor): Edge | null {
  const node = t.gradFn;
  if (node !== null) return { node, output: t.outputNr };
  if (!t.leafRequiresGrad) return null;
  t.accumulator ??= new AccumulateGrad(t);
  return { node: t.accumulator, output: 0 };
}
