import { isIntegral } from "../dtype.ts";
import { runtimeError } from "../errors.ts";
import { type BinaryLoop, binary, binaryLoop } from "../kernels/elementwise.ts";
import { inplace, op } from "../op.ts";
import { type Operand, resultType } from "../promotion.ts";
import { notImplementedFor, onlyReals } from "../refusals.ts";
import { isScalar, scalarValue } from "../scalar.ts";
import { Tensor } from "../tensor.ts";
import { div, mul, neg } from "./arithmetic.ts";
import { notDifferentiable } from "./not-differentiable.ts";
import { overloads } from "./overloads.ts";

const runtimeOfPair = (a: Operand, b: Operand) => (a instanceof Tensor ? a.rt : (b as Tensor).rt);

/** Error: an integer division by zero. */
function checkDivisor(self: Operand, other: Operand): void {
  if (!isIntegral(resultType(runtimeOfPair(self, other), [self, other]))) return;
  const zero = isScalar(other) ? scalarValue(other) === 0 : other.toArray().includes(0);
  if (zero) throw runtimeError("ZeroDivisionError");
}

/** Python's modulo: the result has the sign of the divisor. */
const moduloLoop = binaryLoop((a, b) => {
  if (b === 0) return Number.NaN;
  const r = a % b;
  return r !== 0 && r < 0 !== b < 0 ? r + b : r;
});
const fmodLoop = binaryLoop((a, b) => a % b);

export const remainder = op({
  name: "remainder",
  args: ["self", "other"],
  node: ([, other]) => (isScalar(other) ? "RemainderBackward0" : "RemainderBackward1"),
  forward: (self: Operand, other: Operand): Tensor => {
    checkDivisor(self, other);
    return binary(self, other, moduloLoop, { refuses: onlyReals("remainder_cpu") });
  },
  keep: ([self, other], _out, need) => (need("other") ? { other, self } : { other, self: undefined }),
  vjp: { self: (g): Tensor => g, other: (g, { self, other }): Tensor => mul(neg(g), div(self, other, "floor")) },
  formula: {
    out: "{self} \\bmod {other}",
    vjp: { self: "{g}", other: "-{g} \\odot \\lfloor {self}/{other} \\rfloor" },
  },
  places: ["torch", "Tensor"],
  signatures: overloads("remainder", "input", "other", ""),
});
export const remainder_ = inplace(remainder);

export const fmod = op({
  name: "fmod",
  args: ["self", "other"],
  node: ([, other]) => (isScalar(other) ? "FmodBackward0" : "FmodBackward1"),
  forward: (self: Tensor, other: Operand): Tensor => {
    checkDivisor(self, other);
    return binary(self, other, fmodLoop, { refuses: onlyReals("fmod_cpu") });
  },
  keep: ([self, other], _out, need) => (need("other") ? { other, self } : { other, self: undefined }),
  vjp: { self: (g): Tensor => g, other: (g, { self, other }): Tensor => mul(neg(g), div(self, other, "trunc")) },
  formula: {
    out: "\\mathrm{fmod}({self}, {other})",
    vjp: { self: "{g}", other: "-{g} \\odot \\operatorname{trunc}({self}/{other})" },
  },
  places: ["torch", "Tensor"],
  signatures: overloads("fmod", "input", "other"),
});
export const fmod_ = inplace(fmod);

export const floorDivide = notDifferentiable({
  name: "floor_divide",
  args: ["self", "other"],
  inputs: ["self", "other"],
  forward: (self: Operand, other: Operand): Tensor => div(self, other, "floor"),
  out: "\\lfloor {self} / {other} \\rfloor",
  signatures: [
    "floor_divide(Tensor|Scalar input, Tensor|Scalar other, *, Tensor out=None)",
    "floor_divide(Tensor input, Scalar other)",
  ],
});
export const floorDivide_ = inplace(floorDivide);

/** A function of two integers. */
function integers(name: string, f: (a: number, b: number) => number) {
  const loop: BinaryLoop = binaryLoop(f);
  return op({
    name,
    args: ["self", "other"],
    detached: true,
    forward: (self: Tensor, other: Tensor): Tensor => {
      const type = resultType(self.rt, [self, other]);
      if (type.kind !== "int") throw notImplementedFor(`${name}_cpu`, type);
      return binary(self, other, loop);
    },
    places: ["torch", "Tensor"],
    signatures: [`${name}(Tensor input, Tensor other, *, Tensor out=None)`],
  });
}
function greatestDivisor(a: number, b: number): number {
  let x = Math.abs(a);
  let y = Math.abs(b);
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}
export const gcd = integers("gcd", greatestDivisor);
export const gcd_ = inplace(gcd);
export const lcm = integers("lcm", (a, b) => (a === 0 || b === 0 ? 0 : Math.abs((a / greatestDivisor(a, b)) * b)));
export const lcm_ = inplace(lcm);
