import { type Complex, cdiv, csin } from "../kernels/complex.ts";
import { type UnaryLoop, unaryComplex, unaryFloat, unaryLoop } from "../kernels/elementwise.ts";
import { inplace, op } from "../op.ts";
import { floatType } from "../promotion.ts";
import type { Tensor } from "../tensor.ts";
import { div, mul, mulScalar, sub } from "./arithmetic.ts";
import { eq, ge, le, logicalAnd, where } from "./compare.ts";
import { conj } from "./complex-parts.ts";
import { cos, sin } from "./unary-trigonometry.ts";

/** sin(πx)/(πx) with πx rounded to the dtype, as the kernel's scalars are: at 1 the result is not quite 0. */
const sincLoop = (round: (x: number) => number): UnaryLoop => {
  const pi = round(Math.PI);
  return unaryLoop((x) => {
    const angle = round(pi * x);
    return x === 0 ? 1 : round(Math.sin(angle)) / angle;
  });
};

const complexSinc = ([re, im]: Complex): Complex => {
  const angle: Complex = [Math.PI * re, Math.PI * im];
  return re === 0 && im === 0 ? [1, 0] : cdiv(csin(angle), angle);
};

/** sin(πx)/(πx), 1 at 0. */
export const sinc = op({
  name: "sinc",
  args: ["self"],
  node: "SincBackward0",
  forward: (self: Tensor): Tensor =>
    self.dtype.kind === "complex"
      ? unaryComplex(self, complexSinc)
      : unaryFloat(self, sincLoop(floatType(self.rt, self.dtype).round)),
  keep: ([self]) => ({ self }),
  vjp: {
    self: (g, { self }): Tensor => {
      const angle = mulScalar(self, Math.PI);
      const below = mulScalar(mul(self, self), Math.PI);
      const slope = div(sub(mul(angle, cos(angle)), sin(angle)), below);
      return where(
        g.rt.quietly(() => eq(below, 0)),
        0,
        mul(g, conj(slope)),
      );
    },
  },
  formula: {
    out: "\\frac{\\sin \\pi{self}}{\\pi{self}}",
    vjp: { self: "{g} \\odot \\frac{\\pi{self} \\cos \\pi{self} - \\sin \\pi{self}}{\\pi{self}^2}" },
    note: "1 at 0, with derivative 0",
  },
  places: ["torch", "Tensor"],
  signatures: ["sinc(Tensor input, *, Tensor out=None)"],
});
export const sinc_ = inplace(sinc);

/** ln(x / (1 - x)); with `eps` the input is first limited to [eps, 1 - eps]. */
export const logit = op({
  name: "logit",
  args: ["self", "eps"],
  node: "LogitBackward0",
  forward: (self: Tensor, eps: number | null = null): Tensor => {
    // The limits are numbers of the result's dtype: the upper one is 1 - eps as float32 knows it.
    const round = self.dtype.kind === "float" ? self.dtype.round : self.rt.defaultDtype.round;
    const [low, high] = eps === null ? [0, 0] : [round(eps), round(1 - round(eps))];
    return unaryFloat(
      self,
      unaryLoop((x) => {
        const z = eps === null ? x : x < low ? low : x > high ? high : x;
        return z === 1 ? Number.POSITIVE_INFINITY : Math.log(z / (1 - z));
      }),
    );
  },
  keep: ([self, eps]) => ({ self, eps: eps ?? null }),
  vjp: {
    self: (g, { self, eps }): Tensor => {
      const inside = g.rt.quietly(() => logicalAnd(ge(self, eps ?? 0), le(self, 1 - (eps ?? 0))));
      return where(inside, div(g, mul(self, sub(1, self))), eps === null ? Number.NaN : 0);
    },
  },
  formula: {
    out: "\\ln \\frac{{self}}{1 - {self}}",
    vjp: { self: "\\frac{{g}}{{self} \\odot (1 - {self})}" },
    note: "with eps, 0 where the input is limited",
  },
  places: ["torch", "Tensor"],
  signatures: ["logit(Tensor input, double? eps=None, *, Tensor out=None)"],
});
export const logit_ = inplace(logit);
