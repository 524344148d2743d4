import { bool, type DType, isFloating } from "../dtype.ts";
import { check, runtimeError } from "../errors.ts";
import { castTensor } from "../kernels/copy.ts";
import { type BinaryLoop, binary, binaryLoop, operand, settle, unary, unaryLoop } from "../kernels/elementwise.ts";
import { inplace, op } from "../op.ts";
import { type Operand, resultType } from "../promotion.ts";
import { isScalar, scalarValue } from "../scalar.ts";
import { broadcastShapes, numelOf, sameShape } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { div, mul, neg } from "./arithmetic.ts";
import { floor, trunc } from "./unary.ts";

/** Element-wise comparison: bools, never differentiable. */
function comparison(name: string, f: (a: number, b: number) => boolean, aliases: readonly string[] = []) {
  const loop: BinaryLoop = binaryLoop((a, b) => (f(a, b) ? 1 : 0));
  return op({
    name,
    args: ["self", "other"],
    detached: true,
    forward: (self: Operand, other: Operand): Tensor => binary(self, other, loop, { result: bool }),
    places: ["torch", "Tensor"],
    aliases,
    signatures: [`${name}(Tensor|Scalar input, Tensor|Scalar other, *, Tensor out=None)`],
  });
}
export const eq = comparison("eq", (a, b) => a === b);
export const ne = comparison("ne", (a, b) => a !== b, ["not_equal"]);
export const lt = comparison("lt", (a, b) => a < b, ["less"]);
export const le = comparison("le", (a, b) => a <= b, ["less_equal"]);
export const gt = comparison("gt", (a, b) => a > b, ["greater"]);
export const ge = comparison("ge", (a, b) => a >= b, ["greater_equal"]);
export const logicalAnd = comparison("logical_and", (a, b) => a !== 0 && b !== 0);
export const logicalOr = comparison("logical_or", (a, b) => a !== 0 || b !== 0);
export const logicalXor = comparison("logical_xor", (a, b) => (a !== 0) !== (b !== 0));

/** Bitwise operators on integers and bools (carried by doubles: done in BigInt beyond 32 bits). */
function bitwise(
  name: string,
  small: (a: number, b: number) => number,
  wide: (a: bigint, b: bigint) => bigint,
  symbol: string,
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
      if (isFloating(type)) throw runtimeError(`"${symbol}" not implemented for '${type.scalarName}'`);
      const out = binary(self, other, loop);
      return out;
    },
    places: ["torch", "Tensor"],
    signatures: [`${name}(Tensor|Scalar input, Tensor|Scalar other, *, Tensor out=None)`],
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
  (a, b) => a * 2 ** b,
  (a, b) => a << b,
  "lshift_cpu",
);
export const rightShift = bitwise(
  "bitwise_right_shift",
  (a, b) => Math.floor(a / 2 ** b),
  (a, b) => a >> b,
  "rshift_cpu",
);
export const bitwiseNot = op({
  name: "bitwise_not",
  args: ["self"],
  detached: true,
  forward: (self: Tensor): Tensor => {
    if (isFloating(self.dtype)) throw runtimeError(`"bitwise_not_cpu" not implemented for '${self.dtype.scalarName}'`);
    return unary(self, unaryLoop(self.dtype === bool ? (x) => 1 - x : (x) => -x - 1));
  },
  places: ["torch", "Tensor"],
  signatures: ["bitwise_not(Tensor input, *, Tensor out=None)"],
});

/** Elements of `self` where the condition holds, else of `other`. */
export const where = op({
  name: "where",
  args: ["condition", "self", "other"],
  node: "WhereBackward0",
  forward: (condition: Tensor, self: Operand, other: Operand): Tensor => {
    check(
      condition.dtype === bool || condition.dtype.name === "uint8",
      () =>
        `where expected condition to be a boolean tensor, but got a tensor with dtype ${condition.dtype.scalarName}`,
    );
    const type: DType = resultType(condition.rt, [self, other]);
    let shape = condition.shape;
    for (const x of [self, other]) if (x instanceof Tensor) shape = broadcastShapes(shape, x.shape);
    const c = operand(condition, condition.dtype, shape);
    const a = operand(self, type, shape);
    const b = operand(other, type, shape);
    const out = condition.rt.empty(shape, type);
    const n = numelOf(shape);
    for (let i = 0; i < n; i++)
      out.data[i] = c.data[c.start + i * c.step] !== 0 ? a.data[a.start + i * a.step] : b.data[b.start + i * b.step];
    return settle(out);
  },
  keep: ([condition]) => ({ condition }),
  vjp: {
    self: (g, { condition }): Tensor => where(condition, g, 0),
    other: (g, { condition }): Tensor => where(condition, 0, g),
  },
  formula: {
    out: "{condition}\\,?\\,{self} : {other}",
    vjp: { self: "{g} \\odot [{condition}]", other: "{g} \\odot [\\lnot {condition}]" },
  },
  places: ["torch"],
  signatures: ["where(Tensor condition, Tensor|Scalar input, Tensor|Scalar other, *, Tensor out=None)"],
});

function extremum(name: string, node: string, pickFirst: (a: number, b: number) => boolean, sign: string) {
  const loop = binaryLoop((a, b) => (Number.isNaN(a) ? a : Number.isNaN(b) ? b : pickFirst(a, b) ? a : b));
  const share = binaryLoop((a, b) => (a === b ? 0.5 : pickFirst(a, b) ? 1 : 0));
  const part = (a: Tensor, b: Tensor, g: Tensor): Tensor =>
    g.rt.quietly(() => castTensor(binary(a, b, share, { result: g.dtype }), g.dtype));
  return op({
    name,
    args: ["self", "other"],
    node,
    forward: (self: Tensor, other: Tensor): Tensor => binary(self, other, loop),
    keep: ([self, other]) => ({ self, other }),
    vjp: {
      self: (g, { self, other }): Tensor => mul(g, part(self, other, g)),
      other: (g, { self, other }): Tensor => mul(g, part(other, self, g)),
    },
    formula: {
      out: `\\${name === "maximum" ? "max" : "min"}({self}, {other})`,
      vjp: { self: `{g} \\odot [{self} ${sign} {other}]`, other: `{g} \\odot [{other} ${sign} {self}]` },
      note: "equal elements share the gradient in halves",
    },
    places: ["torch", "Tensor"],
    signatures: [`${name}(Tensor input, Tensor other, *, Tensor out=None)`],
  });
}
export const maximum = extremum("maximum", "MaximumBackward0", (a, b) => a > b, ">");
export const minimum = extremum("minimum", "MinimumBackward0", (a, b) => a < b, "<");

/** Limits every element to [min, max]; either bound may be missing, a number or a tensor. */
export const clamp = op({
  name: "clamp",
  args: ["self", "min", "max"],
  node: ([, min, max]) => (min instanceof Tensor || max instanceof Tensor ? "ClampBackward0" : "ClampBackward1"),
  forward: (self: Tensor, min: Operand | null, max: Operand | null): Tensor => {
    if (min === null && max === null)
      throw runtimeError("torch.clamp: At least one of 'min' or 'max' must not be None");
    const low = min === null ? self : binary(self, min, clampLow);
    return max === null ? low : binary(low, max, clampHigh);
  },
  keep: ([self, min, max]) => ({ self, min, max }),
  vjp: {
    self: (g, { self, min, max }): Tensor => where(inside(self, min, max), g, 0),
    min: (g, { self, min, max }): Tensor =>
      where(
        g.rt.quietly(() =>
          logicalAnd(lt(self, min as Operand), max === null ? eq(self, self) : lt(min as Operand, max)),
        ),
        g,
        0,
      ),
    max: (g, { self, min, max }): Tensor =>
      where(
        g.rt.quietly(() =>
          logicalOr(gt(self, max as Operand), min === null ? lt(self, self) : gt(min, max as Operand)),
        ),
        g,
        0,
      ),
  },
  formula: {
    out: "\\min(\\max({self}, {min}), {max})",
    vjp: {
      self: "{g} \\odot [{min} \\le {self} \\le {max}]",
      min: "{g} \\odot [{self} < {min}]",
      max: "{g} \\odot [{self} > {max}]",
    },
  },
  places: ["torch", "Tensor"],
  aliases: ["clip"],
  signatures: [
    "clamp(Tensor input, Tensor? min=None, Tensor? max=None, *, Tensor out=None)",
    "clamp(Tensor input, Scalar? min=None, Scalar? max=None, *, Tensor out=None)",
  ],
});
export const clamp_ = inplace(clamp);
const clampLow = binaryLoop((x, lo) => (Number.isNaN(x) ? x : Number.isNaN(lo) ? lo : x < lo ? lo : x));
const clampHigh = binaryLoop((x, hi) => (Number.isNaN(x) ? x : Number.isNaN(hi) ? hi : x > hi ? hi : x));
const inside = (self: Tensor, min: Operand | null, max: Operand | null): Tensor =>
  self.rt.quietly(() => {
    const above = min === null ? eq(self, self) : ge(self, min);
    return max === null ? above : logicalAnd(above, le(self, max));
  });
export const clampMin = op({
  name: "clamp_min",
  args: ["self", "min"],
  forward: (self: Tensor, min: Operand): Tensor => clamp(self, min, null),
  places: ["torch", "Tensor"],
  signatures: ["clamp_min(Tensor input, Tensor|Scalar min, *, Tensor out=None)"],
});
export const clampMax = op({
  name: "clamp_max",
  args: ["self", "max"],
  forward: (self: Tensor, max: Operand): Tensor => clamp(self, null, max),
  places: ["torch", "Tensor"],
  signatures: ["clamp_max(Tensor input, Tensor|Scalar max, *, Tensor out=None)"],
});

/** Python's modulo: the result has the sign of the divisor. */
const moduloLoop = binaryLoop((a, b) => {
  if (b === 0) return Number.NaN;
  const r = a % b;
  return r !== 0 && r < 0 !== b < 0 ? r + b : r;
});
export const remainder = op({
  name: "remainder",
  args: ["self", "other"],
  node: ([, other]) => (isScalar(other) ? "RemainderBackward0" : "RemainderBackward1"),
  forward: (self: Operand, other: Operand): Tensor => {
    checkDivisor(self, other);
    return binary(self, other, moduloLoop);
  },
  keep: ([self, other]) => ({ self, other }),
  vjp: { self: (g): Tensor => g, other: (g, { self, other }): Tensor => mul(neg(g), floor(div(self, other))) },
  formula: {
    out: "{self} \\bmod {other}",
    vjp: { self: "{g}", other: "-{g} \\odot \\lfloor {self}/{other} \\rfloor" },
  },
  places: ["torch", "Tensor"],
  signatures: ["remainder(Tensor|Scalar input, Tensor|Scalar other, *, Tensor out=None)"],
});
export const remainder_ = inplace(remainder);
export const fmod = op({
  name: "fmod",
  args: ["self", "other"],
  node: ([, other]) => (isScalar(other) ? "FmodBackward0" : "FmodBackward1"),
  forward: (self: Tensor, other: Operand): Tensor => {
    checkDivisor(self, other);
    return binary(
      self,
      other,
      binaryLoop((a, b) => a % b),
    );
  },
  keep: ([self, other]) => ({ self, other }),
  vjp: { self: (g): Tensor => g, other: (g, { self, other }): Tensor => mul(neg(g), trunc(div(self, other))) },
  formula: {
    out: "\\mathrm{fmod}({self}, {other})",
    vjp: { self: "{g}", other: "-{g} \\odot \\operatorname{trunc}({self}/{other})" },
  },
  places: ["torch", "Tensor"],
  signatures: ["fmod(Tensor input, Tensor|Scalar other, *, Tensor out=None)"],
});
export const fmod_ = inplace(fmod);

function checkDivisor(self: Operand, other: Operand): void {
  const rt = self instanceof Tensor ? self.rt : (other as Tensor).rt;
  if (resultType(rt, [self, other]).kind === "float") return;
  const zero = isScalar(other) ? scalarValue(other) === 0 : other.toArray().includes(0);
  if (zero) throw runtimeError("ZeroDivisionError");
}

export const floorDivide = op({
  name: "floor_divide",
  args: ["self", "other"],
  detached: true,
  forward: (self: Operand, other: Operand): Tensor => div(self, other, "floor"),
  places: ["torch", "Tensor"],
  signatures: ["floor_divide(Tensor|Scalar input, Tensor|Scalar other, *, Tensor out=None)"],
});
export const floorDivide_ = inplace(floorDivide);

/** A value everywhere: what fill_ and zero_ write. */
const fillValue = op({
  name: "fill",
  args: ["self", "value"],
  node: ([, value]) => (isScalar(value) ? "FillBackward0" : "FillBackward1"),
  forward: (self: Tensor, value: Operand): Tensor => {
    if (value instanceof Tensor)
      check(
        value.ndim === 0,
        () => `fill_ only supports 0-dimension value tensor but got tensor with ${value.ndim} dimensions.`,
      );
    return self.rt.full(self.shape, value instanceof Tensor ? value.item() : scalarValue(value), self.dtype);
  },
  vjp: {
    self: (g): Tensor => g.rt.full(g.shape, 0, g.dtype),
    value: (g): Tensor => g.rt.math.sumTo(g, []),
  },
  formula: { out: "{value}", vjp: { self: "0", value: "\\textstyle\\sum {g}" } },
  places: ["torch"],
  signatures: ["fill(Tensor input, Tensor|Scalar value)"],
});

export { fillValue as fill };
export const fill_ = inplace(fillValue, { name: "fill_" });
const zeroValue = op({
  name: "zero",
  args: ["self"],
  node: "ZeroBackward0",
  forward: (self: Tensor): Tensor => self.rt.full(self.shape, 0, self.dtype),
  vjp: { self: (g): Tensor => g.rt.full(g.shape, 0, g.dtype) },
  formula: { out: "0", vjp: { self: "0" } },
  signatures: ["zero(Tensor input)"],
});
export const zero_ = inplace(zeroValue, { name: "zero_" });

/** All equal, and of the same shape. */
export function tensorsEqual(self: Tensor, other: Tensor): boolean {
  if (!sameShape(self.shape, other.shape)) return false;
  const a = self.toArray();
  const b = other.toArray();
  return a.every((x, i) => x === b[i]);
}
export const equal = op({
  name: "equal",
  args: ["self", "other"],
  forward: (self: Tensor): Tensor => self,
  places: ["torch", "Tensor"],
  signatures: [{ text: "equal(Tensor input, Tensor other)", call: tensorsEqual }],
});

function close(self: Tensor, other: Tensor, rtol: number, atol: number, equalNan: boolean): Tensor {
  const loop = binaryLoop((a, b) => {
    if (a === b || (equalNan && Number.isNaN(a) && Number.isNaN(b))) return 1;
    return Number.isFinite(a) && Number.isFinite(b) && Math.abs(a - b) <= atol + rtol * Math.abs(b) ? 1 : 0;
  });
  return binary(self, other, loop, { result: bool });
}
const CLOSE = "(Tensor input, Tensor other, double rtol=1e-05, double atol=1e-08, bool equal_nan=False)";
export const isclose = op({
  name: "isclose",
  args: ["self", "other", "rtol", "atol", "equal_nan"],
  detached: true,
  forward: (
    self: Tensor,
    other: Tensor,
    rtol: number = 1e-5,
    atol: number = 1e-8,
    equalNan: boolean = false,
  ): Tensor => {
    checkSameType(self, other);
    return close(self, other, rtol, atol, equalNan);
  },
  places: ["torch", "Tensor"],
  signatures: [`isclose${CLOSE}`],
});
export const allclose = op({
  name: "allclose",
  args: ["self"],
  forward: (self: Tensor): Tensor => self,
  places: ["torch", "Tensor"],
  signatures: [
    {
      text: `allclose${CLOSE}`,
      call: (self: Tensor, other: Tensor, rtol: number, atol: number, equalNan: boolean): boolean => {
        checkSameType(self, other);
        return close(self, other, rtol, atol, equalNan)
          .toArray()
          .every((x) => x === 1);
      },
    },
  ],
});
function checkSameType(self: Tensor, other: Tensor): void {
  check(self.dtype === other.dtype, () => `${self.dtype.scalarName} did not match ${other.dtype.scalarName}`);
}
