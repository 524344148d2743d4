import { bfloat16, bool, type DType, float16, isIntegral } from "../dtype.ts";
import { check, runtimeError } from "../errors.ts";
import { type Complex, cdiv, cmul } from "../kernels/complex.ts";
import {
  type BinaryLoop,
  type BinaryOptions,
  binary,
  binaryLoop,
  type UnaryLoop,
  unary,
  unaryComplex,
} from "../kernels/elementwise.ts";
import { addF32, divF32, mulF32, subF32 } from "../kernels/elementwise-f32.ts";
import { type AnyOpDef, inplace, type Op, op } from "../op.ts";
import { type Operand, resultType } from "../promotion.ts";
import { onlyReals } from "../refusals.ts";
import { FloatScalar, isScalar, type Scalar, scalarValue } from "../scalar.ts";
import { Tensor } from "../tensor.ts";
import { conj } from "./complex-parts.ts";
import { factorBefore } from "./overloads.ts";

const addLoop: BinaryLoop = (a, ai, da, b, bi, db, out, n) => {
  for (let i = 0; i < n; i++) out[i] = a[ai + i * da] + b[bi + i * db];
};
/** a + alpha·b, rounded once. */
const addScaledLoop =
  (alpha: number): BinaryLoop =>
  (a, ai, da, b, bi, db, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[ai + i * da] + alpha * b[bi + i * db];
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
/** Integers have no negative zero. */
const negIntLoop: UnaryLoop = (a, ai, out, n) => {
  for (let i = 0; i < n; i++) out[i] = 0 - a[ai + i];
};

const ADD: BinaryOptions = { f32: addF32, complex: (a, b): Complex => [a[0] + b[0], a[1] + b[1]] };
const SUB: BinaryOptions = { f32: subF32, complex: (a, b): Complex => [a[0] - b[0], a[1] - b[1]] };
const MUL: BinaryOptions = { f32: mulF32, complex: cmul, kernel: "mul_cpu" };
const DIV: BinaryOptions = { f32: divF32, float: true, complex: cdiv };

const isBool = (x: Operand): boolean => (isScalar(x) ? typeof x === "boolean" : x.dtype === bool);
const runtimeOfPair = (a: Operand, b: Operand) => (a instanceof Tensor ? a.rt : (b as Tensor).rt);
const isOne = (alpha: Scalar): boolean => scalarValue(alpha) === 1;
/** Conjugate of an operand: numbers are real. */
const conjOf = (x: Operand): Operand => (x instanceof Tensor ? conj(x) : x);

/** Errors: a fractional `alpha` for integers, a boolean one for anything but bools. */
function checkAlpha(type: DType, alpha: Scalar): void {
  check(typeof alpha !== "boolean" || type === bool, () => "Boolean alpha only supported for Boolean results.");
  check(
    !isIntegral(type) || (Number.isInteger(scalarValue(alpha)) && !(alpha instanceof FloatScalar)),
    () => "For integral input tensors, argument alpha must not be a floating point number.",
  );
}

/** a + alpha·b */
function addScaled(a: Operand, b: Operand, alpha: Scalar): Tensor {
  const type = resultType(runtimeOfPair(a, b), [a, b]);
  checkAlpha(type, alpha);
  // Half types compute with a number in single precision.
  const half = type === float16 || type === bfloat16;
  const s =
    type.kind === "complex"
      ? scalarValue(alpha)
      : half
        ? Math.fround(scalarValue(alpha))
        : type.round(scalarValue(alpha));
  return binary(a, b, addScaledLoop(s), { complex: (x, y) => [x[0] + s * y[0], x[1] + s * y[1]] });
}

export const add = op({
  name: "add",
  args: ["self", "other", "alpha"],
  node: "AddBackward0",
  wrapsNumbers: true,
  forward: (self: Operand, other: Operand, alpha: Scalar = 1): Tensor => {
    if (!isOne(alpha)) return addScaled(self, other, alpha);
    return isBool(self) && isBool(other) ? binary(self, other, orLoop) : binary(self, other, addLoop, ADD);
  },
  keep: ([, , alpha]) => ({ alpha: alpha ?? 1 }),
  vjp: {
    self: (g): Tensor => g,
    other: (g, { alpha }): Tensor => (isOne(alpha) ? g : mulScalar(g, alpha)),
  },
  formula: { out: "{self} + {other}", vjp: { self: "{g}", other: "{g}" } },
  places: ["torch", "Tensor"],
  signatures: [
    "add(Tensor|Scalar input, Tensor|Scalar other, *, Scalar alpha=1, Tensor out=None)",
    factorBefore("add", "Scalar alpha, Tensor other"),
  ],
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
const difference = (a: Operand, b: Operand, alpha: Scalar): Tensor => {
  checkSubtract(a, b);
  return isOne(alpha) ? binary(a, b, subLoop, SUB) : addScaled(a, b, negated(alpha));
};
const negated = (x: Scalar): Scalar => (x instanceof FloatScalar ? new FloatScalar(-x.value) : -scalarValue(x));

export const sub = op({
  name: "sub",
  args: ["self", "other", "alpha"],
  node: "SubBackward0",
  wrapsNumbers: true,
  forward: (self: Operand, other: Operand, alpha: Scalar = 1): Tensor => difference(self, other, alpha),
  keep: ([, , alpha]) => ({ alpha: alpha ?? 1 }),
  vjp: {
    self: (g): Tensor => g,
    other: (g, { alpha }): Tensor => (isOne(alpha) ? neg(g) : mulScalar(neg(g), alpha)),
  },
  formula: { out: "{self} - {other}", vjp: { self: "{g}", other: "-{g}" } },
  places: ["torch", "Tensor"],
  aliases: ["subtract"],
  aliasSignatures: [
    "sub(Tensor|Scalar input, Tensor|Scalar other, *, Scalar alpha=1, Tensor out=None)",
    "sub(Tensor input, Scalar other, Scalar alpha=1)",
  ],
  signatures: [
    "sub(Tensor|Scalar input, Tensor|Scalar other, *, Scalar alpha=1, Tensor out=None)",
    factorBefore("sub", "Scalar alpha, Tensor other"),
  ],
});
export const sub_ = inplace(sub);

/** `other - self * alpha`: what `2 - x` records. */
export const rsub = op({
  name: "rsub",
  args: ["self", "other", "alpha"],
  node: ([, other]) => (isScalar(other) ? "RsubBackward1" : "RsubBackward0"),
  forward: (self: Tensor, other: Operand, alpha: Scalar = 1): Tensor => difference(other, self, alpha),
  keep: ([, , alpha]) => ({ alpha: alpha ?? 1 }),
  vjp: {
    self: (g, { alpha }): Tensor => (isOne(alpha) ? neg(g) : mulScalar(neg(g), alpha)),
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
  wrapsNumbers: true,
  forward: (self: Operand, other: Operand): Tensor => binary(self, other, mulLoop, MUL),
  keep: ([self, other], _out, need) => ({
    other: need("self") ? other : undefined,
    self: need("other") ? self : undefined,
  }),
  vjp: {
    self: (g, { other }): Tensor => mul(g, conjOf(other)),
    other: (g, { self }): Tensor => mul(g, conjOf(self)),
  },
  formula: { out: "{self} \\odot {other}", vjp: { self: "{g} \\odot {other}", other: "{g} \\odot {self}" } },
  places: ["torch", "Tensor"],
  aliases: ["multiply"],
  aliasSignatures: [
    "mul(Tensor|Scalar input, Tensor|Scalar other, *, Tensor out=None)",
    "mul(Tensor input, Scalar other)",
  ],
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
  node: ([, , mode]) => (mode === undefined || mode === null ? "DivBackward0" : "DivBackward2"),
  wrapsNumbers: true,
  forward: (self: Operand, other: Operand, mode: RoundingMode = null): Tensor => {
    if (mode === null) return binary(self, other, divLoop, DIV);
    if (mode !== "floor" && mode !== "trunc")
      throw runtimeError(
        `div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '${String(mode)}'`,
      );
    checkZeroDivision(other, isIntegral(resultType(runtimeOfPair(self, other), [self, other])));
    return binary(self, other, mode === "floor" ? floorDivLoop : truncDivLoop, {
      refuses: onlyReals(`div_${mode}_cpu`),
    });
  },
  keep: ([self, other, mode], _out, need) => ({
    other,
    self: need("other") ? self : undefined,
    mode: mode ?? null,
  }),
  vjp: {
    self: (g, { other, mode }): Tensor => (mode !== null ? zerosLike(g) : div(g, conjOf(other))),
    other: (g, { self, other, mode }): Tensor =>
      mode !== null ? zerosLike(g) : mul(neg(g), conj(div(div(self, other), other))),
  },
  formula: {
    out: "\\frac{{self}}{{other}}",
    vjp: { self: "\\frac{{g}}{{other}}", other: "-{g} \\odot \\frac{{self}}{{other}^2}" },
  },
  places: ["torch", "Tensor"],
  aliases: ["divide"],
  aliasSignatures: [
    "div(Tensor|Scalar input, Tensor|Scalar other, *, Tensor out=None)",
    "div(Tensor|Scalar input, Tensor|Scalar other, *, str? rounding_mode, Tensor out=None)",
    "div(Tensor input, Scalar other)",
    "div(Tensor input, Scalar other, *, str? rounding_mode)",
  ],
  signatures: [
    "div(Tensor|Scalar input, Tensor|Scalar other, *, Tensor out=None)",
    "div(Tensor|Scalar input, Tensor|Scalar other, *, str? rounding_mode, Tensor out=None)",
    "div(Tensor input, Scalar other, *, str? rounding_mode)",
  ],
});
export const div_ = inplace(div);

export const trueDivide = op({
  name: "true_divide",
  args: ["self", "other"],
  forward: (self: Operand, other: Operand): Tensor => div(self, other),
  places: ["torch", "Tensor"],
  signatures: [
    "true_divide(Tensor|Scalar input, Tensor|Scalar other, *, Tensor out=None)",
    "true_divide(Tensor input, Scalar other)",
  ],
});
export const trueDivide_ = inplace(div, {
  name: "true_divide_",
  signatures: ["true_divide_(Tensor input, Tensor|Scalar other)", "true_divide_(Tensor input, Scalar other)"],
});

/** Zeros of the gradient's kind, outside the graph. */
export const zerosLike = (g: Tensor): Tensor => g.rt.full(g.shape, 0, g.dtype);

export const neg = op({
  name: "neg",
  args: ["self"],
  node: "NegBackward0",
  forward: (self: Tensor): Tensor => {
    if (self.dtype === bool)
      throw runtimeError(
        "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.",
      );
    if (self.dtype.kind === "complex") return unaryComplex(self, ([re, im]) => [-re, -im]);
    return unary(self, self.dtype.kind === "int" ? negIntLoop : negLoop);
  },
  vjp: { self: (g): Tensor => neg(g) },
  formula: { out: "-{self}", vjp: { self: "-{g}" } },
  places: ["torch", "Tensor"],
  aliases: ["negative"],
  signatures: ["neg(Tensor input, *, Tensor out=None)"],
});
export const neg_ = inplace(neg);

/** The tensor itself. Error: bools. */
export const positive = op({
  name: "positive",
  args: ["self"],
  forward: (self: Tensor): Tensor => {
    check(self.dtype !== bool, () => "The `+` operator, on a bool tensor is not supported.");
    return self;
  },
  places: ["torch", "Tensor"],
  signatures: ["positive(Tensor input)"],
});

/** The overload of an operator that takes a number, as PyTorch's own derivatives call it: it records another node name. */
const scalarOverload = (
  base: Op<[Operand, Operand], Tensor>,
  node: string,
  vjp = base.def.vjp,
): Op<[self: Tensor, other: Operand], Tensor> =>
  op({ ...base.def, node, vjp, wrapsNumbers: false, places: [], signatures: [], aliases: [] });
/** The derivative of an overload with a number calls that overload again. */
const again = (
  base: Op<[Operand, Operand], Tensor>,
  self: () => Op<[self: Tensor, other: Operand], Tensor>,
): AnyOpDef["vjp"] => ({
  ...base.def.vjp,
  self: (g, kept, context) =>
    typeof kept.other === "number" ? self()(g, kept.other) : (base.def.vjp?.self(g, kept, context) ?? null),
});
export const mulScalar = scalarOverload(
  mul,
  "MulBackward1",
  again(mul, () => mulScalar),
);
export const divScalar = scalarOverload(
  div as Op<[Operand, Operand], Tensor>,
  "DivBackward1",
  again(div as Op<[Operand, Operand], Tensor>, () => divScalar),
);
export const addScalar = scalarOverload(add as Op<[Operand, Operand], Tensor>, "AddBackward1");
export const subScalar = scalarOverload(sub as Op<[Operand, Operand], Tensor>, "SubBackward1");
