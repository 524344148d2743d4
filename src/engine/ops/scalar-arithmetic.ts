import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { add, div, mul, sub } from "./arithmetic.ts";

/**
 * A tensor with a number, as PyTorch's own composites record it: add.Scalar and its kin have backward nodes of their own
 * (AddBackward1 …) with one edge, where Python's `x + 1` records AddBackward0.
 */
function withNumber(
  name: string,
  node: string,
  run: (x: Tensor, s: number) => Tensor,
  gradient: (g: Tensor, s: number) => Tensor,
  out: string,
  dx: string,
) {
  return op({
    name,
    args: ["self", "other"],
    node,
    forward: (self: Tensor, other: number): Tensor => run(self, other),
    keep: ([, other]) => ({ other }),
    vjp: { self: (g, { other }): Tensor => gradient(g, other) },
    formula: { out, vjp: { self: dx } },
  });
}
export const addScalar = withNumber(
  "add",
  "AddBackward1",
  (x, s) => add(x, s),
  (g) => g,
  "{self} + {other}",
  "{g}",
);
export const subScalar = withNumber(
  "sub",
  "SubBackward1",
  (x, s) => sub(x, s),
  (g) => g,
  "{self} - {other}",
  "{g}",
);
export const mulScalar = withNumber(
  "mul",
  "MulBackward1",
  (x, s) => mul(x, s),
  (g, s) => mulScalar(g, s),
  "{other}\\,{self}",
  "{other}\\,{g}",
);
export const divScalar = withNumber(
  "div",
  "DivBackward1",
  (x, s) => div(x, s),
  (g, s) => divScalar(g, s),
  "{self} / {other}",
  "{g} / {other}",
);
