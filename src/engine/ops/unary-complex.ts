import { bool, isIntegral, realType } from "../dtype.ts";
import { check } from "../errors.ts";
import { cabs, carg, csgn } from "../kernels/complex.ts";
import { binary, binaryLoop, unary, unaryComplex, unaryFloat, unaryLoop } from "../kernels/elementwise.ts";
import { rowMajor } from "../kernels/layout.ts";
import { inplace, op } from "../op.ts";
import { resultType } from "../promotion.ts";
import type { Tensor } from "../tensor.ts";
import { div, mul, neg, sub, zerosLike } from "./arithmetic.ts";
import { complex, conj, imag, real } from "./complex-parts.ts";

/** Functions of magnitude and direction, which differ between real and complex numbers. */
const isComplex = (x: Tensor): boolean => x.dtype.kind === "complex";
const signLoop = unaryLoop((x) => (x > 0 ? 1 : x < 0 ? -1 : 0));
const absLoop = unaryLoop(Math.abs);

/** x / |x|: the sign of real numbers, 0 for 0. */
export const sgn = op({
  name: "sgn",
  args: ["self"],
  node: "SgnBackward0",
  forward: (self: Tensor): Tensor => (isComplex(self) ? unaryComplex(self, csgn) : unary(self, signLoop)),
  keep: ([self], result) => ({ self, result }),
  vjp: {
    self: (g, { self, result }): Tensor => {
      if (!isComplex(self)) return zerosLike(g);
      const size = abs(self);
      const raw = div(sub(g, mul(real(mul(conj(g), result)), result)), size);
      return mul(
        raw,
        g.rt.quietly(() => unaryComplex(self, ([re, im]) => [re === 0 && im === 0 ? 0 : 1, 0], bool)),
      );
    },
  },
  formula: { out: "\\operatorname{sgn} {self}", vjp: { self: "0" }, note: "the derivative of a sign is 0" },
  places: ["torch", "Tensor"],
  signatures: ["sgn(Tensor input, *, Tensor out=None)"],
});
export const sgn_ = inplace(sgn);

export const abs = op({
  name: "abs",
  args: ["self"],
  refuses: { bool: "abs_cpu" },
  node: "AbsBackward0",
  forward: (self: Tensor): Tensor => {
    if (isComplex(self)) return unaryComplex(self, (a) => [cabs(a), 0], realType(self.dtype));
    return unary(self, absLoop);
  },
  keep: ([self]) => ({ self }),
  vjp: { self: (g, { self }): Tensor => mul(g, sgn(self)) },
  formula: {
    out: "|{self}|",
    vjp: { self: "{g} \\odot \\operatorname{sign} {self}" },
    note: "|·|'(0) = 0 is chosen",
  },
  places: ["torch", "Tensor"],
  aliases: ["absolute"],
  signatures: ["abs(Tensor input, *, Tensor out=None)"],
});
export const abs_ = inplace(abs);
/** The sign as a constant: its derivative is 0 anyway. */

/** Argument of a complex number; π for negative reals. */
export const angle = op({
  name: "angle",
  args: ["self"],
  node: "AngleBackward0",
  forward: (self: Tensor): Tensor => {
    if (isComplex(self)) return rowMajor(unaryComplex(self, (a) => [carg(a), 0], realType(self.dtype)));
    return unaryFloat(
      self,
      unaryLoop((x) => (x < 0 ? Math.PI : x !== x ? x : 0)),
    );
  },
  keep: ([self]) => ({ self }),
  vjp: {
    self: (g, { self }): Tensor => {
      if (!isComplex(self)) return zerosLike(g);
      const re = real(self);
      const im = imag(self);
      const scale = div(g, sumOfSquares(re, im));
      return complex(mul(neg(im), scale), mul(re, scale));
    },
  },
  formula: { out: "\\arg {self}", vjp: { self: "0" }, note: "constant along the real line" },
  places: ["torch", "Tensor"],
  signatures: ["angle(Tensor input, *, Tensor out=None)"],
});

/** re² + im², 1 where both are 0 (so that 0 is divided by 1 there). */
function sumOfSquares(re: Tensor, im: Tensor): Tensor {
  const total = sub(mul(re, re), neg(mul(im, im)));
  const atZero = re.rt.quietly(() =>
    unary(
      total,
      unaryLoop((x) => (x === 0 ? 1 : 0)),
    ),
  );
  return sub(total, neg(atZero));
}

const partLoop = (f: (x: number) => number) => binaryLoop((r, theta) => r * f(theta));
/** abs·(cos angle + i·sin angle) */
export const polar = op({
  name: "polar",
  args: ["abs", "angle"],
  node: "PolarBackward0",
  forward: (abs: Tensor, angle: Tensor): Tensor => {
    const type = resultType(abs.rt, [abs, angle]);
    check(
      type.kind === "float" && !isIntegral(type),
      () =>
        `Expected both inputs to be Half, Float or Double tensors but got ${abs.dtype.scalarName} and ${angle.dtype.scalarName}`,
    );
    return complex(binary(abs, angle, partLoop(Math.cos)), binary(abs, angle, partLoop(Math.sin)));
  },
  keep: (_args, result) => ({ result }),
  vjp: {
    abs: (g, { result }): Tensor => real(mul(conj(g), sgn(result))),
    angle: (g, { result }): Tensor => real(mul(conj(g), timesI(result))),
  },
  formula: {
    out: "{abs}\\,e^{i\\,{angle}}",
    vjp: { abs: "\\Re(\\overline{{g}}\\,e^{i\\,{angle}})", angle: "\\Re(\\overline{{g}}\\,i\\,{out})" },
  },
  places: ["torch"],
  signatures: ["polar(Tensor abs, Tensor angle, *, Tensor out=None)"],
});
const timesI = (x: Tensor): Tensor => complex(neg(imag(x)), real(x));
