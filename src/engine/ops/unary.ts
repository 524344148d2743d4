import { bool, int64 } from "../dtype.ts";
import { runtimeError } from "../errors.ts";
import { type Complex, cdiv, cexp, cexpm1, clog, cmul, csqrt } from "../kernels/complex.ts";
import { type UnaryLoop, unary, unaryComplex, unaryLoop } from "../kernels/elementwise.ts";
import { inplace, op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { addScalar, div, mul, mulScalar, neg } from "./arithmetic.ts";
import { conj } from "./complex-parts.ts";
import { pow } from "./pow.ts";
import { pointwise } from "./unary-table.ts";

const LN2 = Math.LN2;
const LN10 = Math.LN10;
const scaledLog = (x: Complex, base: number): Complex => {
  const [re, im] = clog(x);
  return [re / base, im / base];
};

export const sqrt = pointwise({
  name: "sqrt",
  node: "SqrtBackward0",
  f: Math.sqrt,
  complex: csqrt,
  saves: "result",
  vjp: (g, result) => div(g, mulScalar(result, 2)),
  out: "\\sqrt{{self}}",
  dx: "\\frac{{g}}{2\\sqrt{{self}}}",
});
export const sqrt_ = inplace(sqrt);
export const rsqrt = pointwise({
  name: "rsqrt",
  node: "RsqrtBackward0",
  f: (x) => 1 / Math.sqrt(x),
  complex: (x) => cdiv([1, 0], csqrt(x)),
  saves: "result",
  vjp: (g, result) => mul(mulScalar(g, -0.5), pow(result, 3)),
  out: "{self}^{-1/2}",
  dx: "-\\tfrac12 {g} \\odot {self}^{-3/2}",
});
export const rsqrt_ = inplace(rsqrt);
export const exp2 = pointwise({
  name: "exp2",
  node: "Exp2Backward0",
  f: (x) => 2 ** x,
  complex: ([re, im]) => cexp([re * LN2, im * LN2]),
  saves: "result",
  vjp: (g, y) => mulScalar(mul(g, y), LN2),
  out: "2^{{self}}",
  dx: "{g} \\odot {out} \\ln 2",
});
export const exp2_ = inplace(exp2);
export const expm1 = pointwise({
  name: "expm1",
  node: "Expm1Backward0",
  f: Math.expm1,
  complex: cexpm1,
  saves: "result",
  vjp: (g, y) => mul(g, addScalar(y, 1)),
  out: "e^{{self}} - 1",
  dx: "{g} \\odot ({out} + 1)",
});
export const expm1_ = inplace(expm1);
export const log2 = pointwise({
  name: "log2",
  node: "Log2Backward0",
  f: Math.log2,
  complex: (x) => scaledLog(x, LN2),
  saves: "self",
  vjp: (g, x) => div(g, mulScalar(x, LN2)),
  out: "\\log_2 {self}",
  dx: "{g} / ({self} \\ln 2)",
});
export const log2_ = inplace(log2);
export const log10 = pointwise({
  name: "log10",
  node: "Log10Backward0",
  f: Math.log10,
  complex: (x) => scaledLog(x, LN10),
  saves: "self",
  vjp: (g, x) => div(g, mulScalar(x, LN10)),
  out: "\\log_{10} {self}",
  dx: "{g} / ({self} \\ln 10)",
});
export const log10_ = inplace(log10);
export const log1p = pointwise({
  name: "log1p",
  node: "Log1PBackward0",
  f: Math.log1p,
  complex: ([re, im]) => clog([1 + re, im]),
  saves: "self",
  vjp: (g, x) => div(g, addScalar(x, 1)),
  out: "\\ln(1 + {self})",
  dx: "{g} / (1 + {self})",
});
export const log1p_ = inplace(log1p);
export const reciprocal = pointwise({
  name: "reciprocal",
  node: "ReciprocalBackward0",
  f: (x) => 1 / x,
  complex: (x) => cdiv([1, 0], x),
  saves: "result",
  vjp: (g, y) => mul(neg(g), mul(y, y)),
  out: "1 / {self}",
  dx: "-{g} / {self}^2",
});
export const reciprocal_ = inplace(reciprocal);

export const square = op({
  name: "square",
  args: ["self"],
  node: "PowBackward0",
  forward: (self: Tensor): Tensor =>
    self.dtype.kind === "complex"
      ? unaryComplex(self, (x) => cmul(x, x))
      : unary(self, squareLoop, self.dtype === bool ? int64 : self.dtype),
  keep: ([self]) => ({ self }),
  vjp: { self: (g, { self }): Tensor => mul(g, conj(mulScalar(pow(self, 1), 2))) },
  formula: { out: "{self}^2", vjp: { self: "2 {g} \\odot {self}" } },
  places: ["torch", "Tensor"],
  signatures: ["square(Tensor input, *, Tensor out=None)"],
});
const squareLoop: UnaryLoop = (a, ai, out, n) => {
  for (let i = 0; i < n; i++) out[i] = a[ai + i] * a[ai + i];
};
export const square_ = inplace(square);

/** Tests of a number's kind, giving bools. */
const test = (
  name: string,
  f: (x: number) => boolean,
  complex?: (re: boolean, im: boolean) => boolean,
  signature = `${name}(Tensor input)`,
) => {
  const loop = unaryLoop((x) => (f(x) ? 1 : 0));
  return op({
    name,
    args: ["self"],
    detached: true,
    forward: (self: Tensor): Tensor => {
      if (self.dtype.kind !== "complex") return unary(self, loop, bool);
      if (complex === undefined)
        throw runtimeError(
          name === "signbit"
            ? "signbit is not implemented for complex tensors."
            : `${name} does not support complex inputs.`,
        );
      return unaryComplex(self, ([re, im]) => [complex(f(re), f(im)) ? 1 : 0, 0], bool);
    },
    places: ["torch", "Tensor"],
    signatures: [signature],
  });
};
const either = (re: boolean, im: boolean): boolean => re || im;
const both = (re: boolean, im: boolean): boolean => re && im;
export const isnan = test("isnan", Number.isNaN, either);
export const isinf = test("isinf", (x) => x === Number.POSITIVE_INFINITY || x === Number.NEGATIVE_INFINITY, either);
export const isfinite = test("isfinite", Number.isFinite, both);
export const isposinf = test(
  "isposinf",
  (x) => x === Number.POSITIVE_INFINITY,
  undefined,
  "isposinf(Tensor input, *, Tensor out=None)",
);
export const isneginf = test(
  "isneginf",
  (x) => x === Number.NEGATIVE_INFINITY,
  undefined,
  "isneginf(Tensor input, *, Tensor out=None)",
);
export const signbit = test(
  "signbit",
  (x) => x < 0 || Object.is(x, -0),
  undefined,
  "signbit(Tensor input, *, Tensor out=None)",
);
export const logicalNot = test("logical_not", (x) => x === 0, both, "logical_not(Tensor input, *, Tensor out=None)");
export const logicalNot_ = inplace(logicalNot);
/** Is each element a real number (always true here unless its imaginary part is not 0)? */
export const isreal = op({
  name: "isreal",
  args: ["self"],
  detached: true,
  forward: (self: Tensor): Tensor =>
    self.dtype.kind === "complex"
      ? unaryComplex(self, ([, im]) => [im === 0 ? 1 : 0, 0], bool)
      : self.rt.full(self.shape, 1, bool),
  places: ["torch", "Tensor"],
  signatures: ["isreal(Tensor input)"],
});
