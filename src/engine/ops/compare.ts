import { bool, type DType } from "../dtype.ts";
import { check, runtimeError } from "../errors.ts";
import { type BinaryLoop, binary, binaryLoop, operand, settle } from "../kernels/elementwise.ts";
import { nonzeroColumns } from "../kernels/index.ts";
import { inJointOrder } from "../kernels/layout.ts";
import { inplace, type Op, op, type Signature } from "../op.ts";
import { type Operand, resultType } from "../promotion.ts";
import { scalarValue } from "../scalar.ts";
import { broadcastShapes, numelOf, type Shape } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { overloads } from "./overloads.ts";

type Comparison = Op<[self: Operand, other: Operand], Tensor>;

/** Element-wise comparison: bools, never differentiable. `complex` compares pairs, for the tests that have an order-free meaning. */
function comparison(
  name: string,
  loop: BinaryLoop,
  aliases: readonly string[] = [],
  complex?: (a: readonly number[], b: readonly number[]) => boolean,
  signatures: readonly (string | Signature)[] = overloads(name, "input", "other"),
): Comparison {
  const options = {
    result: bool,
    kernel: `${name}_cpu`,
    complex: complex && ((a: readonly number[], b: readonly number[]) => [complex(a, b) ? 1 : 0, 0] as const),
  };
  return op({
    name,
    args: ["self", "other"],
    detached: true,
    forward: (self: Operand, other: Operand): Tensor => binary(self, other, loop, options),
    places: ["torch", "Tensor"],
    aliases,
    signatures,
  });
}
/** In place the old value no longer counts: its gradient is 0. */
const compareInto = (base: Comparison) =>
  inplace(base as Op<[Tensor, Operand], Tensor>, {
    node: `${base.def.name[0].toUpperCase()}${base.def.name.slice(1)}Backward0`,
  });

const same = (a: readonly number[], b: readonly number[]): boolean => a[0] === b[0] && a[1] === b[1];
export const eq = comparison(
  "eq",
  (a, ai, da, b, bi, db, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[ai + i * da] === b[bi + i * db] ? 1 : 0;
  },
  [],
  same,
);
export const eq_ = compareInto(eq);
export const ne = comparison(
  "ne",
  (a, ai, da, b, bi, db, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[ai + i * da] !== b[bi + i * db] ? 1 : 0;
  },
  ["not_equal"],
  (a, b) => !same(a, b),
);
export const ne_ = compareInto(ne);
export const lt = comparison(
  "lt",
  (a, ai, da, b, bi, db, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[ai + i * da] < b[bi + i * db] ? 1 : 0;
  },
  ["less"],
);
export const lt_ = compareInto(lt);
export const le = comparison(
  "le",
  (a, ai, da, b, bi, db, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[ai + i * da] <= b[bi + i * db] ? 1 : 0;
  },
  ["less_equal"],
);
export const le_ = compareInto(le);
export const gt = comparison(
  "gt",
  (a, ai, da, b, bi, db, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[ai + i * da] > b[bi + i * db] ? 1 : 0;
  },
  ["greater"],
);
export const gt_ = compareInto(gt);
export const ge = comparison(
  "ge",
  (a, ai, da, b, bi, db, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[ai + i * da] >= b[bi + i * db] ? 1 : 0;
  },
  ["greater_equal"],
);
export const ge_ = compareInto(ge);

const truth = (a: readonly number[]): boolean => a[0] !== 0 || a[1] !== 0;
const logical = (name: string, f: (a: boolean, b: boolean) => boolean) =>
  comparison(
    name,
    binaryLoop((a, b) => (f(a !== 0, b !== 0) ? 1 : 0)),
    [],
    (a, b) => f(truth(a), truth(b)),
    [`${name}(Tensor input, Tensor other, *, Tensor out=None)`],
  );
export const logicalAnd = logical("logical_and", (a, b) => a && b);
export const logicalAnd_ = compareInto(logicalAnd);
export const logicalOr = logical("logical_or", (a, b) => a || b);
export const logicalOr_ = compareInto(logicalOr);
export const logicalXor = logical("logical_xor", (a, b) => a !== b);
export const logicalXor_ = compareInto(logicalXor);

function choose(condition: Tensor, self: Operand, other: Operand): Tensor {
  check(
    condition.dtype === bool || condition.dtype.name === "uint8",
    () => `where expected condition to be a boolean tensor, but got a tensor with dtype ${condition.dtype.scalarName}`,
  );
  if (condition.dtype !== bool)
    condition.rt.warnOnce(
      "where_uint8",
      "where received a uint8 condition tensor. This behavior is deprecated and will be removed in a future version of PyTorch. Use a boolean condition instead. (Triggered internally at ../aten/src/ATen/native/TensorCompare.cpp:529.)",
    );
  const type: DType = resultType(condition.rt, [self, other]);
  let shape: Shape = condition.shape;
  for (const x of [self, other]) if (x instanceof Tensor) shape = broadcastShapes(shape, x.shape);
  const whole = (x: Operand): Tensor => (x instanceof Tensor ? x : condition.rt.scalar(scalarValue(x), type));
  return inJointOrder([condition, whole(self), whole(other)], shape, ([condition, self, other], shape) => {
    const c = operand(condition, condition.dtype, shape);
    const a = operand(self, type, shape);
    const b = operand(other, type, shape);
    const out = condition.rt.empty(shape, type);
    const { data } = out;
    const { slots } = type;
    const n = numelOf(shape);
    for (let i = 0; i < n; i++) {
      const from = c.data[c.start + i * c.step] !== 0 ? a : b;
      const at = from.start + i * from.step * slots;
      data[i * slots] = from.data[at];
      if (slots === 2) data[2 * i + 1] = from.data[at + 1];
    }
    return settle(out);
  });
}

/** Elements of `self` where the condition holds, else of `other`. */
export const where = op({
  name: "where",
  args: ["condition", "self", "other"],
  node: "WhereBackward0",
  wrapsNumbers: true,
  forward: choose,
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
  signatures: [
    { text: "where(Tensor condition)", call: (condition: Tensor) => nonzeroColumns(condition) },
    "where(Tensor condition, Tensor input, Tensor other, *, Tensor out=None)",
    "where(Tensor condition, Scalar self, Tensor other)",
    "where(Tensor condition, Tensor input, Scalar other)",
    "where(Tensor condition, Scalar self, Scalar other)",
    // Complex numbers come as tensors.
    {
      text: "where(Tensor condition, Tensor|Scalar input, Tensor|Scalar other, *, Tensor out=None)",
      hidden: true,
    },
  ],
});
/** The method's order of arguments: x.where(condition, y). */
export const whereMethod = op({
  name: "where",
  args: ["self", "condition", "other"],
  forward: (self: Tensor, condition: Tensor, other: Operand): Tensor => where(condition, self, other),
  places: ["Tensor"],
  signatures: [
    "where(Tensor input, Tensor condition, Tensor other)",
    "where(Tensor input, Tensor condition, Scalar other)",
  ],
});

/** Larger or smaller of two tensors; NaN wins. `share` is the part of the gradient that the first operand gets. */
function extremum(name: string, node: string, pickFirst: (a: number, b: number) => boolean, sign: string) {
  const loop = binaryLoop((a, b) => (a !== a ? a : b !== b ? b : pickFirst(a, b) ? a : b));
  const share = binaryLoop((a, b) => (a === b ? 0.5 : pickFirst(b, a) ? 0 : 1));
  const part = (a: Tensor, b: Tensor, g: Tensor): Tensor =>
    g.rt.quietly(() => binary(a, b, share, { result: g.dtype }));
  return op({
    name,
    args: ["self", "other"],
    node,
    forward: (self: Tensor, other: Tensor): Tensor =>
      binary(self, other, loop, { refuses: { complex: `${name} not implemented for complex tensors.` } }),
    keep: ([self, other]) => ({ other, self }),
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

/** As maximum and minimum, but NaN loses, and the first operand takes the gradient of ties. */
function extremumIgnoringNan(name: "fmax" | "fmin", node: string, firstWins: (a: number, b: number) => boolean) {
  const loop = binaryLoop((a, b) => (a !== a ? b : b !== b || firstWins(a, b) ? a : b));
  const first = binaryLoop((a, b) => (firstWins(a, b) || b !== b ? 1 : 0));
  const mask = (a: Tensor, b: Tensor): Tensor => a.rt.quietly(() => binary(a, b, first, { result: bool }));
  const sign = name === "fmax" ? "\\ge" : "\\le";
  return op({
    name,
    args: ["self", "other"],
    node,
    forward: (self: Tensor, other: Tensor): Tensor =>
      binary(self, other, loop, { refuses: { complex: `${name} not implemented for complex tensors.` } }),
    keep: ([self, other]) => ({ other, self }),
    vjp: {
      self: (g, { self, other }): Tensor => where(mask(self, other), g, 0),
      other: (g, { self, other }): Tensor => where(mask(self, other), 0, g),
    },
    formula: {
      out: `\\mathrm{${name}}({self}, {other})`,
      vjp: { self: `{g} \\odot [{self} ${sign} {other}]`, other: `{g} \\odot [\\lnot({self} ${sign} {other})]` },
      note: "NaN is ignored; the first operand takes the gradient of ties",
    },
    places: ["torch", "Tensor"],
    signatures: [`${name}(Tensor input, Tensor other, *, Tensor out=None)`],
  });
}
export const fmax = extremumIgnoringNan("fmax", "FmaxBackward0", (a, b) => a >= b);
export const fmin = extremumIgnoringNan("fmin", "FminBackward0", (a, b) => a <= b);

const clampLow = binaryLoop((x, lo) => (x !== x ? x : lo !== lo ? lo : x < lo ? lo : x));
const clampHigh = binaryLoop((x, hi) => (x !== x ? x : hi !== hi ? hi : x > hi ? hi : x));
const inside = (self: Tensor, min: Operand | null, max: Operand | null): Tensor =>
  self.rt.quietly(() => {
    const above = min === null ? eq(self, self) : ge(self, min);
    return max === null ? above : logicalAnd(above, le(self, max));
  });

/** Limits every element to [min, max]; either bound may be missing, a number or a tensor. */
export const clamp = op({
  name: "clamp",
  args: ["self", "min", "max"],
  refuses: { complex: "clamp is not supported for complex types" },
  node: ([, min, max]) => (min instanceof Tensor || max instanceof Tensor ? "ClampBackward0" : "ClampBackward1"),
  edges: ([, min, max]) => (min instanceof Tensor || max instanceof Tensor ? ["self", "min", "max"] : ["self"]),
  forward: (self: Tensor, min: Operand | null, max: Operand | null): Tensor => {
    if (min === null && max === null)
      throw runtimeError("torch.clamp: At least one of 'min' or 'max' must not be None");
    const low = min === null ? self : binary(self, min, clampLow);
    return max === null ? low : binary(low, max, clampHigh);
  },
  keep: ([self, min, max]) => ({ min, max, self }),
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

/** One-sided limits, with nodes of their own. */
function bound(name: "clamp_min" | "clamp_max", node: string, loop: BinaryLoop, kept: Comparison, beyond: Comparison) {
  const arg = name === "clamp_min" ? "min" : "max";
  const sign = name === "clamp_min" ? "\\ge" : "\\le";
  return op({
    name,
    args: ["self", arg],
    node: ([, limit]) => `${node}${limit instanceof Tensor ? 1 : 0}`,
    forward: (self: Tensor, limit: Operand): Tensor =>
      binary(self, limit, loop, { refuses: { complex: "clamp is not supported for complex types" } }),
    keep: ([self, limit]) => ({ limit, self }),
    vjp: {
      self: (g, { self, limit }): Tensor =>
        where(
          g.rt.quietly(() => kept(self, limit)),
          g,
          0,
        ),
      [arg]: (g: Tensor, { self, limit }: { self: Tensor; limit: Operand }): Tensor =>
        where(
          g.rt.quietly(() => beyond(self, limit)),
          g,
          0,
        ),
    },
    formula: {
      out: `\\${name === "clamp_min" ? "max" : "min"}({self}, {${arg}})`,
      vjp: { self: `{g} \\odot [{self} ${sign} {${arg}}]`, [arg]: `{g} \\odot [\\lnot({self} ${sign} {${arg}})]` },
    },
    places: ["torch", "Tensor"],
    signatures: overloads(name, "input", arg),
  });
}
export const clampMin = bound("clamp_min", "ClampMinBackward", clampLow, ge, lt);
export const clampMin_ = inplace(clampMin);
export const clampMax = bound("clamp_max", "ClampMaxBackward", clampHigh, le, gt);
export const clampMax_ = inplace(clampMax);
