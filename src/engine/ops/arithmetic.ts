import { bool, isIntegral } from "../dtype.ts";
import { runtimeError } from "../errors.ts";
import { type BinaryLoop, binary, binaryLoop, type UnaryLoop, unary } from "../kernels/elementwise.ts";
import { inplace, op } from "../op.ts";
import { type Operand, resultType } from "../promotion.ts";
import { isScalar, type Scalar, scalarValue } from "../scalar.ts";
import { Tensor } from "../tensor.ts";

const addLoop: BinaryLoop = (a, ai, da, b, bi, db, out, n) => {
  for (let i = 0; i < n; i++) out[i] = a[ai + i * da] + b[bi + i * db];
};
const orLoop: BinaryLoop = (a, ai, da, b, bi, db, out, n) => {
  for (let i = 0; i < n; i++) out[i] = a[ai + i * da] || b[bi + i * db] ? 1 : 0;
};
const subLoop: BinaryLoop = (a, ai, da, b, bi, db, out, n) => {
  for (let i = 0; i < n; i++) out[i] = a[ai + i * da] - b[bi + i * db];
};
export const mulLoop: BinaryLoop = (a, ai, da, b, bi, db, out, n) => {
  for (let i = 0; i < n; i++) out[i] = a[ai + i * da] * b[bi + i * db];
};
const divLoop: BinaryLoop = (a, ai, da, b, bi, db, out, n) => {
  for (let i = 0; i < n; i++) out[i] = a[ai + i * da] / b[bi + i * db];
};
const negLoop: UnaryLoop = (a, ai, out, n) => {
  for (let i = 0; i < n; i++) out[i] = -a[ai + i];
};

/** `x * alpha`, nothing to do for 1. */
function scaled(x: Operand, alpha: Scalar): Operand {
  if (scalarValue(alpha) === 1) return x;
  return x instanceof Tensor ? binary(x, alpha, mulLoop) : scalarValue(x) * scalarValue(alpha);
}

const isBool = (x: Operand): boolean => (isScalar(x) ? typeof x === "boolean" : x.dtype === bool);
/** Tensors keep their history when saved; numbers are constants. */
const operandOf = (x: Operand): Operand => x;

export const add = op({
  name: "add",
  args: ["self", "other", "alpha"],
  node: "AddBackward0",
  forward: (self: Operand, other: Operand, alpha: Scalar = 1): Tensor =>
    isBool(self) && isBool(other) ? binary(self, other, orLoop) : binary(self, scaled(other, alpha), addLoop),
  keep: ([, , alpha]) => ({ alpha: alpha ?? 1 }),
  vjp: {
    self: (g): Tensor => g,
    other: (g, { alpha }): Tensor => (scalarValue(alpha) === 1 ? g : mul(g, alpha)),
  },
  formula: { out: "{self} + {other}", vjp: { self: "{g}", other: "{g}" } },
  places: ["torch", "Tensor"],
  signatures: ["add(Tensor|Scalar input, Tensor|Scalar other, *, Scalar alpha=1, Tensor out=None)"],
});
export const add_ = inplace(add);

function checkSubtract(self: Operand, other: Operand): void {
  if (isBool(self) && isBool(other))
    throw runtimeError(
      "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.",
    );
  if (isBool(self) || isBool(other))
    throw runtimeError(
      "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.",
    );
}

export const sub = op({
  name: "sub",
  args: ["self", "other", "alpha"],
  node: "SubBackward0",
  forward: (self: Operand, other: Operand, alpha: Scalar = 1): Tensor => {
    checkSubtract(self, other);
    return binary(self, scaled(other, alpha), subLoop);
  },
  keep: ([, , alpha]) => ({ alpha: alpha ?? 1 }),
  vjp: {
    self: (g): Tensor => g,
    other: (g, { alpha }): Tensor => (scalarValue(alpha) === 1 ? neg(g) : mul(neg(g), alpha)),
  },
  formula: { out: "{self} - {other}", vjp: { self: "{g}", other: "-{g}" } },
  places: ["torch", "Tensor"],
  signatures: ["sub(Tensor|Scalar input, Tensor|Scalar other, *, Scalar alpha=1, Tensor out=None)"],
});
export const sub_ = inplace(sub);

/** `other - self * alpha`: what `2 - x` records. */
export const rsub = op({
  name: "rsub",
  args: ["self", "other", "alpha"],
  node: ([, other]) => (isScalar(other) ? "RsubBackward1" : "RsubBackward0"),
  forward: (self: Tensor, other: Operand, alpha: Scalar = 1): Tensor => {
    checkSubtract(self, other);
    return binary(other, scaled(self, alpha), subLoop);
  },
  keep: ([, , alpha]) => ({ alpha: alpha ?? 1 }),
  vjp: {
    self: (g, { alpha }): Tensor => (scalarValue(alpha) === 1 ? neg(g) : mul(neg(g), alpha)),
    other: (g): Tensor => g,
  },
  formula: { out: "{other} - {self}", vjp: { self: "-{g}", other: "{g}" } },
  places: ["torch"],
  signatures: ["rsub(Tensor input, Tensor|Scalar other, *, Scalar alpha=1)"],
});

export const mul = op({
  name: "mul",
  args: ["self", "other"],
  node: "MulBackward0",
  forward: (self: Operand, other: Operand): Tensor => binary(self, other, mulLoop),
  keep: ([self, other], _out, need) => ({
    self: need("other") ? operandOf(self) : undefined,
    other: need("self") ? operandOf(other) : undefined,
  }),
  vjp: {
    self: (g, { other }): Tensor => mul(g, other),
    other: (g, { self }): Tensor => mul(g, self),
  },
  formula: { out: "{self} \\odot {other}", vjp: { self: "{g} \\odot {other}", other: "{g} \\odot {self}" } },
  places: ["torch", "Tensor"],
  signatures: ["mul(Tensor|Scalar input, Tensor|Scalar other, *, Tensor out=None)"],
});
export const mul_ = inplace(mul);

type RoundingMode = "trunc" | "floor" | null;

/** Floor division as Python and PyTorch define it, exact for integers (c10::div_floor_floating). */
function floorDivide(a: number, b: number): number {
  if (b === 0) return a / b;
  const mod = a % b;
  let q = (a - mod) / b;
  if (mod !== 0 && b < 0 !== mod < 0) q -= 1;
  if (q === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  const floor = Math.floor(q);
  return q - floor > 0.5 ? floor + 1 : floor;
}
const floorDivLoop = binaryLoop(floorDivide);
const truncDivLoop = binaryLoop((a, b) => Math.trunc(a / b));

function checkZeroDivision(other: Operand, integral: boolean): void {
  if (!integral) return;
  const zero = isScalar(other) ? scalarValue(other) === 0 : other.toArray().includes(0);
  if (zero) throw runtimeError("ZeroDivisionError");
}

export const div = op({
  name: "div",
  args: ["self", "other", "rounding_mode"],
  node: ([, , mode]) => (mode === undefined || mode === null ? "DivBackward0" : "DivBackward1"),
  forward: (self: Operand, other: Operand, mode: RoundingMode = null): Tensor => {
    if (mode === null) return binary(self, other, divLoop, { float: true });
    if (mode !== "floor" && mode !== "trunc")
      throw runtimeError(
        `div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '${String(mode)}'`,
      );
    const rt = self instanceof Tensor ? self.rt : (other as Tensor).rt;
    checkZeroDivision(other, isIntegral(resultType(rt, [self, other])));
    return binary(self, other, mode === "floor" ? floorDivLoop : truncDivLoop);
  },
  keep: ([self, other, mode], _out, need) => ({
    self: need("other") ? self : undefined,
    other,
    mode: mode ?? null,
  }),
  vjp: {
    self: (g, { other, mode }): Tensor => (mode !== null ? mul(g, 0) : div(g, other)),
    other: (g, { self, other, mode }): Tensor =>
      mode !== null ? mul(g, 0) : mul(neg(g), div(div(self, other), other)),
  },
  formula: {
    out: "\\frac{{self}}{{other}}",
    vjp: { self: "\\frac{{g}}{{other}}", other: "-{g} \\odot \\frac{{self}}{{other}^2}" },
  },
  places: ["torch", "Tensor"],
  signatures: [
    "div(Tensor|Scalar input, Tensor|Scalar other, *, Tensor out=None)",
    { text: "div(Tensor|Scalar input, Tensor|Scalar other, *, str? rounding_mode, Tensor out=None)" },
  ],
});
export const div_ = inplace(div);

export const neg = op({
  name: "neg",
  args: ["self"],
  node: "NegBackward0",
  forward: (self: Tensor): Tensor => {
    if (self.dtype === bool)
      throw runtimeError(
        "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.",
      );
    if (self.dtype.kind === "complex") return unaryComplexNeg(self);
    return unary(self, self.dtype.kind === "int" ? negIntLoop : negLoop);
  },
  vjp: { self: (g): Tensor => neg(g) },
  formula: { out: "-{self}", vjp: { self: "-{g}" } },
  places: ["torch", "Tensor"],
  signatures: ["neg(Tensor input, *, Tensor out=None)"],
});
export const neg_ = inplace(neg);
/** Integers have no negative zero. */
const negIntLoop: UnaryLoop = (a, ai, out, n) => {
  for (let i = 0; i < n; i++) out[i] = 0 - a[ai + i];
};
function unaryComplexNeg(x: Tensor): Tensor {
  const values = x.toArray();
  const out = x.rt.empty(x.shape, x.dtype);
  for (let i = 0; i < values.length; i++) out.data[i] = -values[i];
  return out;
}
