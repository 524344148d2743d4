import { check, notImplemented } from "../errors.ts";
import { binary, binaryLoop, unaryFloat, unaryLoop } from "../kernels/elementwise.ts";
import * as f from "../kernels/special-gamma.ts";
import { inplace, op } from "../op.ts";
import { floatType, type Operand } from "../promotion.ts";
import { onlyFloats } from "../refusals.ts";
import { isScalar } from "../scalar.ts";
import type { Tensor } from "../tensor.ts";
import { add, addScalar, mul, neg, sub, subScalar } from "./arithmetic.ts";
import { cast } from "./copies.ts";
import { sum } from "./sum.ts";
import { exp, log } from "./unary-core.ts";
import { pointwise } from "./unary-table.ts";
import { unsqueeze } from "./views.ts";

export const lgamma = pointwise({
  name: "lgamma",
  node: "LgammaBackward0",
  f: f.lgamma,
  saves: "self",
  vjp: (g, x) => mul(g, digamma(x)),
  out: "\\ln |\\Gamma({self})|",
  dx: "\\psi({self}) \\odot {g}",
  kernel: "lgamma_vml_cpu",
});
export const lgamma_ = inplace(lgamma);
export const digamma = pointwise({
  name: "digamma",
  node: "DigammaBackward0",
  f: f.digamma,
  saves: "self",
  vjp: (g, x) => mul(g, polygamma(1, x)),
  out: "\\psi({self})",
  dx: "\\psi'({self}) \\odot {g}",
});
export const digamma_ = inplace(digamma);

/** n-th derivative of digamma. */
export const polygamma = op({
  name: "polygamma",
  args: ["n", "self"],
  node: "PolygammaBackward0",
  forward: (n: number, self: Tensor): Tensor => {
    check(n >= 0, () => "polygamma(n, x) does not support negative n.");
    return unaryFloat(
      self,
      unaryLoop((x) => f.polygamma(n, x)),
    );
  },
  keep: ([n, self]) => ({ n, self }),
  vjp: { self: (g, { n, self }): Tensor => mul(g, polygamma(n + 1, self)) },
  formula: { out: "\\psi^{({n})}({self})", vjp: { self: "\\psi^{({n} + 1)}({self}) \\odot {g}" } },
  places: ["torch", "special"],
  signatures: ["polygamma(int64_t n, Tensor input, *, Tensor out=None)"],
});
/** The method's order of arguments: x.polygamma(n). */
export const polygammaMethod = op({
  name: "polygamma",
  args: ["self", "n"],
  forward: (self: Tensor, n: number): Tensor => polygamma(n, self),
  places: ["Tensor"],
  signatures: ["polygamma(Tensor input, int64_t n)"],
});
const polygammaInplace = op({
  name: "polygamma",
  args: ["self", "n"],
  node: "PolygammaBackward1",
  forward: (self: Tensor, n: number): Tensor => polygamma(n, self),
  keep: ([self, n]) => ({ n, self }),
  vjp: { self: (g, { n, self }): Tensor => mul(g, polygamma(n + 1, self)) },
});
export const polygamma_ = inplace(polygammaInplace, {
  name: "polygamma_",
  signatures: ["polygamma_(Tensor input, int64_t n)"],
});

/** x, x - 1/2, …, x - (p-1)/2 along a new last dimension. */
function shifted(self: Tensor, p: number): Tensor {
  const offsets = self.rt.from(
    Array.from({ length: p }, (_, i) => -p / 2 + 0.5 + i / 2),
    [p],
    floatType(self.rt, self.dtype),
  );
  return add(unsqueeze(cast(self, offsets.dtype), -1), offsets);
}

/** Multivariate log-gamma function of dimension p. */
export const mvlgamma = op({
  name: "mvlgamma",
  args: ["self", "p"],
  node: "MvlgammaBackward0",
  forward: (self: Tensor, p: number): Tensor => {
    check(p >= 1, () => "p has to be greater than or equal to 1");
    return addScalar(sum(lgamma(shifted(self, p)), [-1]), ((p * (p - 1)) / 4) * Math.log(Math.PI));
  },
  keep: ([self, p]) => ({ self, p }),
  vjp: { self: (g, { self, p }): Tensor => mul(g, sum(digamma(shifted(self, p)), [-1])) },
  formula: {
    out: "\\ln \\Gamma_{{p}}({self})",
    vjp: { self: "{g} \\odot \\textstyle\\sum_{j=1}^{{p}} \\psi({self} + \\tfrac{1-j}{2})" },
  },
  places: ["torch", "Tensor"],
  signatures: ["mvlgamma(Tensor input, int64_t p, *, Tensor out=None)"],
});
export const mvlgamma_ = inplace(mvlgamma);

const refused = (name: string) => (): never => {
  throw notImplemented(`the derivative for '${name}' is not implemented.`);
};
const gammaincLoop = binaryLoop(f.gammainc);
const gammainccLoop = binaryLoop(f.gammaincc);

/** x^(a-1) e^-x / Γ(a), the density that is the derivative of both. */
const density = (a: Tensor, x: Tensor): Tensor => exp(sub(mul(subScalar(a, 1), log(x)), add(x, lgamma(a))));

export const igamma = op({
  name: "igamma",
  args: ["self", "other"],
  node: "IgammaBackward0",
  forward: (self: Tensor, other: Tensor): Tensor =>
    binary(self, other, gammaincLoop, { refuses: onlyFloats("igamma_cpu") }),
  keep: ([self, other]) => ({ self, other }),
  vjp: { self: refused("igamma: input"), other: (g, { self, other }): Tensor => mul(g, density(self, other)) },
  formula: {
    out: "P({self}, {other})",
    vjp: {
      self: "\\text{not implemented}",
      other: "{g} \\odot \\frac{{other}^{{self}-1} e^{-{other}}}{\\Gamma({self})}",
    },
  },
  places: ["torch", "Tensor"],
  signatures: ["igamma(Tensor input, Tensor other, *, Tensor out=None)"],
});
export const igamma_ = inplace(igamma);
export const igammac = op({
  name: "igammac",
  args: ["self", "other"],
  node: "IgammacBackward0",
  forward: (self: Tensor, other: Tensor): Tensor =>
    binary(self, other, gammainccLoop, { refuses: onlyFloats("igammac_cpu") }),
  keep: ([self, other]) => ({ self, other }),
  vjp: { self: refused("igammac: input"), other: (g, { self, other }): Tensor => neg(mul(g, density(self, other))) },
  formula: {
    out: "Q({self}, {other})",
    vjp: {
      self: "\\text{not implemented}",
      other: "-{g} \\odot \\frac{{other}^{{self}-1} e^{-{other}}}{\\Gamma({self})}",
    },
  },
  places: ["torch", "Tensor"],
  signatures: ["igammac(Tensor input, Tensor other, *, Tensor out=None)"],
});
export const igammac_ = inplace(igammac);

const zetaLoop = binaryLoop(f.zeta);
/** Hurwitz's zeta function. */
export const zeta = op({
  name: "special_zeta",
  args: ["self", "other"],
  node: ([self, other]) => `SpecialZetaBackward${isScalar(self) ? 1 : isScalar(other) ? 2 : 0}`,
  forward: (self: Operand, other: Operand): Tensor => binary(self, other, zetaLoop, { float: true }),
  keep: ([self, other]) => ({ self, other }),
  vjp: {
    self: refused("zeta"),
    other: (g, { self, other }): Tensor => mul(mul(g, mul(self, -1)), zeta(add(self, 1), other)),
  },
  formula: {
    out: "\\zeta({self}, {other})",
    vjp: { self: "\\text{not implemented}", other: "-{self}\\,\\zeta({self} + 1, {other}) \\odot {g}" },
  },
  places: ["special"],
  signatures: ["special_zeta(Tensor|Scalar input, Tensor|Scalar other, *, Tensor out=None)"],
});
