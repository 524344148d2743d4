import { bool, isFloating } from "../dtype.ts";
import { binary, binaryLoop, unary, unaryLoop } from "../kernels/elementwise.ts";
import { inplace, op } from "../op.ts";
import { type Operand, resultType } from "../promotion.ts";
import { notImplementedFor } from "../refusals.ts";
import { broadcastShapes } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { overloads } from "./overloads.ts";

/** Bitwise operators on integers and bools (carried by doubles: done in BigInt beyond 32 bits). */
function bitwise(
  name: string,
  small: (a: number, b: number) => number,
  wide: (a: bigint, b: bigint) => bigint,
  kernel: string,
) {
  const f = (a: number, b: number): number =>
    Math.abs(a) < 2 ** 31 && Math.abs(b) < 2 ** 31
      ? small(a, b)
      : Number(BigInt.asIntN(64, wide(BigInt(a), BigInt(b))));
  const loop = binaryLoop(f);
  return op({
    name,
    args: ["self", "other"],
    detached: true,
    forward: (self: Operand, other: Operand): Tensor => {
      const rt = self instanceof Tensor ? self.rt : (other as Tensor).rt;
      const type = resultType(rt, [self, other]);
      if (self instanceof Tensor && other instanceof Tensor) broadcastShapes(self.shape, other.shape);
      if (isFloating(type) || type.kind === "complex") throw notImplementedFor(kernel, type);
      return binary(self, other, loop);
    },
    places: ["torch", "Tensor"],
    signatures: overloads(name, "input", "other", ""),
  });
}
export const bitwiseAnd = bitwise(
  "bitwise_and",
  (a, b) => a & b,
  (a, b) => a & b,
  "bitwise_and_cpu",
);
export const bitwiseAnd_ = inplace(bitwiseAnd);
export const bitwiseOr = bitwise(
  "bitwise_or",
  (a, b) => a | b,
  (a, b) => a | b,
  "bitwise_or_cpu",
);
export const bitwiseOr_ = inplace(bitwiseOr);
export const bitwiseXor = bitwise(
  "bitwise_xor",
  (a, b) => a ^ b,
  (a, b) => a ^ b,
  "bitwise_xor_cpu",
);
export const bitwiseXor_ = inplace(bitwiseXor);
export const leftShift = bitwise(
  "bitwise_left_shift",
  (a, b) => (b < 0 || b >= 64 ? 0 : a * 2 ** b),
  (a, b) => a << b,
  "lshift_cpu",
);
export const leftShift_ = inplace(leftShift);
export const rightShift = bitwise(
  "bitwise_right_shift",
  (a, b) => Math.floor(a / 2 ** b),
  (a, b) => a >> b,
  "rshift_cpu",
);
export const rightShift_ = inplace(rightShift);

const notLoop = unaryLoop((x) => -x - 1);
const notBoolLoop = unaryLoop((x) => 1 - x);
export const bitwiseNot = op({
  name: "bitwise_not",
  args: ["self"],
  detached: true,
  forward: (self: Tensor): Tensor => {
    if (isFloating(self.dtype) || self.dtype.kind === "complex") throw notImplementedFor("bitwise_not_cpu", self.dtype);
    return unary(self, self.dtype === bool ? notBoolLoop : notLoop);
  },
  places: ["torch", "Tensor"],
  signatures: ["bitwise_not(Tensor input, *, Tensor out=None)"],
});
export const bitwiseNot_ = inplace(bitwiseNot);
