import { bool } from "../dtype.ts";
import { type UnaryLoop, unary, unaryFloat, unaryLoop } from "../kernels/elementwise.ts";
import { inplace, op, type Vjp } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { add, div, mul, neg, sub } from "./arithmetic.ts";

type Keep = { self: Tensor; result: Tensor };

/** One differentiable function of one tensor: f in double precision, and its vector-Jacobian product. */
interface Entry {
  readonly name: string;
  readonly node: string;
  readonly f: (x: number) => number;
  /** What the derivative uses. */
  readonly saves: "self" | "result" | null;
  readonly vjp: (g: Tensor, x: Tensor) => Tensor;
  readonly out: string;
  readonly dx: string;
  readonly note?: string;
  /** Integers stay integers (abs, sign, ceil …) instead of becoming floats. */
  readonly exact?: boolean;
  readonly aliases?: readonly string[];
}

/** The operator of a table entry. `x` in its vjp is what it saves. */
function pointwise(e: Entry) {
  const loop: UnaryLoop = unaryLoop(e.f);
  const run = e.exact ? (self: Tensor): Tensor => unary(self, loop) : (self: Tensor): Tensor => unaryFloat(self, loop);
  const vjp: Vjp<Partial<Keep>> = (g, kept) =>
    e.vjp(g, (e.saves === "result" ? kept.result : e.saves === "self" ? kept.self : g) as Tensor);
  return op<[self: Tensor], Tensor, Partial<Keep>>({
    name: e.name,
    args: ["self"],
    node: e.node,
    forward: (self: Tensor): Tensor => run(self),
    keep: ([self], result): Partial<Keep> => (e.saves === "self" ? { self } : e.saves === "result" ? { result } : {}),
    vjp: { self: vjp },
    formula: { out: e.out, vjp: { self: e.dx }, note: e.note },
    places: ["torch", "Tensor"],
    aliases: e.aliases,
    signatures: [`${e.name}(Tensor input, *, Tensor out=None)`],
  });
}

const zerosOf = (g: Tensor): Tensor => g.rt.quietly(() => g.rt.full(g.shape, 0, g.dtype));
const LN2 = Math.LN2;
const LN10 = Math.LN10;

export const sqrt = pointwise({
  name: "sqrt",
  node: "SqrtBackward0",
  f: Math.sqrt,
  saves: "result",
  vjp: (g, result) => div(g, mul(result, 2)),
  out: "\\sqrt{{self}}",
  dx: "\\frac{{g}}{2\\sqrt{{self}}}",
});
export const sqrt_ = inplace(sqrt);
export const rsqrt = pointwise({
  name: "rsqrt",
  node: "RsqrtBackward0",
  f: (x) => 1 / Math.sqrt(x),
  saves: "result",
  vjp: (g, result) => mul(mul(g, -0.5), mul(mul(result, result), result)),
  out: "{self}^{-1/2}",
  dx: "-\\tfrac12 {g} \\odot {self}^{-3/2}",
});
export const rsqrt_ = inplace(rsqrt);
export const sin = pointwise({
  name: "sin",
  node: "SinBackward0",
  f: Math.sin,
  saves: "self",
  vjp: (g, x) => mul(g, cos(x)),
  out: "\\sin {self}",
  dx: "{g} \\odot \\cos {self}",
});
export const sin_ = inplace(sin);
export const cos = pointwise({
  name: "cos",
  node: "CosBackward0",
  f: Math.cos,
  saves: "self",
  vjp: (g, x) => mul(g, neg(sin(x))),
  out: "\\cos {self}",
  dx: "-{g} \\odot \\sin {self}",
});
export const cos_ = inplace(cos);
export const tan = pointwise({
  name: "tan",
  node: "TanBackward0",
  f: Math.tan,
  saves: "result",
  vjp: (g, y) => mul(g, add(mul(y, y), 1)),
  out: "\\tan {self}",
  dx: "{g} \\odot (1 + {out}^2)",
});
export const tan_ = inplace(tan);
export const asin = pointwise({
  name: "asin",
  node: "AsinBackward0",
  f: Math.asin,
  saves: "self",
  vjp: (g, x) => mul(g, rsqrt(add(neg(mul(x, x)), 1))),
  out: "\\arcsin {self}",
  dx: "{g} / \\sqrt{1 - {self}^2}",
  aliases: ["arcsin"],
});
export const asin_ = inplace(asin);
export const acos = pointwise({
  name: "acos",
  node: "AcosBackward0",
  f: Math.acos,
  saves: "self",
  vjp: (g, x) => mul(g, neg(rsqrt(add(neg(mul(x, x)), 1)))),
  out: "\\arccos {self}",
  dx: "-{g} / \\sqrt{1 - {self}^2}",
  aliases: ["arccos"],
});
export const acos_ = inplace(acos);
export const atan = pointwise({
  name: "atan",
  node: "AtanBackward0",
  f: Math.atan,
  saves: "self",
  vjp: (g, x) => div(g, add(mul(x, x), 1)),
  out: "\\arctan {self}",
  dx: "{g} / (1 + {self}^2)",
  aliases: ["arctan"],
});
export const atan_ = inplace(atan);
export const sinh = pointwise({
  name: "sinh",
  node: "SinhBackward0",
  f: Math.sinh,
  saves: "self",
  vjp: (g, x) => mul(g, cosh(x)),
  out: "\\sinh {self}",
  dx: "{g} \\odot \\cosh {self}",
});
export const sinh_ = inplace(sinh);
export const cosh = pointwise({
  name: "cosh",
  node: "CoshBackward0",
  f: Math.cosh,
  saves: "self",
  vjp: (g, x) => mul(g, sinh(x)),
  out: "\\cosh {self}",
  dx: "{g} \\odot \\sinh {self}",
});
export const cosh_ = inplace(cosh);
export const asinh = pointwise({
  name: "asinh",
  node: "AsinhBackward0",
  f: Math.asinh,
  saves: "self",
  vjp: (g, x) => mul(g, rsqrt(add(mul(x, x), 1))),
  out: "\\operatorname{arsinh} {self}",
  dx: "{g} / \\sqrt{{self}^2 + 1}",
  aliases: ["arcsinh"],
});
export const asinh_ = inplace(asinh);
export const acosh = pointwise({
  name: "acosh",
  node: "AcoshBackward0",
  f: Math.acosh,
  saves: "self",
  vjp: (g, x) => mul(g, rsqrt(sub(mul(x, x), 1))),
  out: "\\operatorname{arcosh} {self}",
  dx: "{g} / \\sqrt{{self}^2 - 1}",
  aliases: ["arccosh"],
});
export const acosh_ = inplace(acosh);
export const atanh = pointwise({
  name: "atanh",
  node: "AtanhBackward0",
  f: Math.atanh,
  saves: "self",
  vjp: (g, x) => div(g, sub(1, mul(x, x))),
  out: "\\operatorname{artanh} {self}",
  dx: "{g} / (1 - {self}^2)",
  aliases: ["arctanh"],
});
export const atanh_ = inplace(atanh);
export const exp2 = pointwise({
  name: "exp2",
  node: "Exp2Backward0",
  f: (x) => 2 ** x,
  saves: "result",
  vjp: (g, y) => mul(mul(g, y), LN2),
  out: "2^{{self}}",
  dx: "{g} \\odot {out} \\ln 2",
});
export const exp2_ = inplace(exp2);
export const expm1 = pointwise({
  name: "expm1",
  node: "Expm1Backward0",
  f: Math.expm1,
  saves: "result",
  vjp: (g, y) => mul(g, add(y, 1)),
  out: "e^{{self}} - 1",
  dx: "{g} \\odot ({out} + 1)",
});
export const expm1_ = inplace(expm1);
export const log2 = pointwise({
  name: "log2",
  node: "Log2Backward0",
  f: Math.log2,
  saves: "self",
  vjp: (g, x) => div(g, mul(x, LN2)),
  out: "\\log_2 {self}",
  dx: "{g} / ({self} \\ln 2)",
});
export const log2_ = inplace(log2);
export const log10 = pointwise({
  name: "log10",
  node: "Log10Backward0",
  f: Math.log10,
  saves: "self",
  vjp: (g, x) => div(g, mul(x, LN10)),
  out: "\\log_{10} {self}",
  dx: "{g} / ({self} \\ln 10)",
});
export const log10_ = inplace(log10);
export const log1p = pointwise({
  name: "log1p",
  node: "Log1PBackward0",
  f: Math.log1p,
  saves: "self",
  vjp: (g, x) => div(g, add(x, 1)),
  out: "\\ln(1 + {self})",
  dx: "{g} / (1 + {self})",
});
export const log1p_ = inplace(log1p);
export const reciprocal = pointwise({
  name: "reciprocal",
  node: "ReciprocalBackward0",
  f: (x) => 1 / x,
  saves: "result",
  vjp: (g, y) => mul(neg(g), mul(y, y)),
  out: "1 / {self}",
  dx: "-{g} / {self}^2",
});
export const reciprocal_ = inplace(reciprocal);

const signOf = (x: number): number => (x > 0 ? 1 : x < 0 ? -1 : Number.isNaN(x) ? x : 0);
export const sign = pointwise({
  name: "sign",
  node: "SignBackward0",
  f: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  saves: null,
  vjp: zerosOf,
  out: "\\operatorname{sign} {self}",
  dx: "0",
  exact: true,
});
export const sign_ = inplace(sign);
export const abs = pointwise({
  name: "abs",
  node: "AbsBackward0",
  f: Math.abs,
  saves: "self",
  vjp: (g, x) => mul(g, sgnOf(x)),
  out: "|{self}|",
  dx: "{g} \\odot \\operatorname{sign} {self}",
  note: "|·|'(0) = 0 is chosen",
  exact: true,
  aliases: ["absolute"],
});
export const abs_ = inplace(abs);
const sgnLoop = unaryLoop(signOf);
const sgnOf = (x: Tensor): Tensor => x.rt.quietly(() => unary(x, sgnLoop));

/** Piecewise constant functions: gradient zero everywhere. */
const step = (name: string, node: string, f: (x: number) => number, out: string) =>
  pointwise({
    name,
    node,
    f,
    saves: null,
    vjp: zerosOf,
    out,
    dx: "0",
    exact: true,
    note: "the derivative is 0 wherever it exists",
  });
export const floor = step("floor", "FloorBackward0", Math.floor, "\\lfloor {self} \\rfloor");
export const floor_ = inplace(floor);
export const ceil = step("ceil", "CeilBackward0", Math.ceil, "\\lceil {self} \\rceil");
export const ceil_ = inplace(ceil);
export const trunc = pointwise({
  name: "trunc",
  node: "TruncBackward0",
  f: Math.trunc,
  saves: null,
  vjp: zerosOf,
  out: "\\operatorname{trunc} {self}",
  dx: "0",
  exact: true,
  aliases: ["fix"],
});
export const trunc_ = inplace(trunc);
export const frac = pointwise({
  name: "frac",
  node: "FracBackward0",
  f: (x) => x - Math.trunc(x),
  saves: null,
  vjp: (g) => g,
  out: "{self} - \\operatorname{trunc} {self}",
  dx: "{g}",
  exact: true,
});
export const frac_ = inplace(frac);

export const square = op({
  name: "square",
  args: ["self"],
  node: "PowBackward0",
  forward: (self: Tensor): Tensor => unary(self, squareLoop),
  keep: ([self]) => ({ self }),
  vjp: { self: (g, { self }): Tensor => mul(g, mul(self, 2)) },
  formula: { out: "{self}^2", vjp: { self: "2 {g} \\odot {self}" } },
  places: ["torch", "Tensor"],
  signatures: ["square(Tensor input, *, Tensor out=None)"],
});
const squareLoop: UnaryLoop = (a, ai, out, n) => {
  for (let i = 0; i < n; i++) out[i] = a[ai + i] * a[ai + i];
};
export const square_ = inplace(square);

/** Tests of a number's kind, giving bools. */
const test = (name: string, f: (x: number) => boolean) =>
  op({
    name,
    args: ["self"],
    detached: true,
    forward: (self: Tensor): Tensor =>
      unary(
        self,
        unaryLoop((x) => (f(x) ? 1 : 0)),
        bool,
      ),
    places: ["torch", "Tensor"],
    signatures: [`${name}(Tensor input)`],
  });
export const isnan = test("isnan", Number.isNaN);
export const isinf = test("isinf", (x) => x === Number.POSITIVE_INFINITY || x === Number.NEGATIVE_INFINITY);
export const isfinite = test("isfinite", Number.isFinite);
export const isposinf = test("isposinf", (x) => x === Number.POSITIVE_INFINITY);
export const isneginf = test("isneginf", (x) => x === Number.NEGATIVE_INFINITY);
export const signbit = test("signbit", (x) => x < 0 || Object.is(x, -0));
export const logicalNot = test("logical_not", (x) => x === 0);
