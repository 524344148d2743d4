import { notImplemented } from "../errors.ts";
import { cacos, cacosh, casin, casinh, catan, catanh, ccos, ccosh, csin, csinh, ctan } from "../kernels/complex.ts";
import { inplace, op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { add, addScalar, div, mul, neg, sub } from "./arithmetic.ts";
import { rsqrt } from "./unary.ts";
import { pointwise } from "./unary-table.ts";

/** The in-place twins of the inverse hyperbolic functions, of which PyTorch has no derivative. */
const inplaceWithoutDerivative = (base: ReturnType<typeof pointwise>) => {
  const refuse = (): never => {
    throw notImplemented(`the derivative for 'inplace version of ${base.def.name}' is not implemented.`);
  };
  const node = String(base.def.node).replace(/0$/, "1");
  return inplace(op<[self: Tensor], Tensor>({ ...base.def, node, keep: undefined, vjp: { self: refuse } }));
};

export const sin = pointwise({
  name: "sin",
  node: "SinBackward0",
  f: Math.sin,
  complex: csin,
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
  complex: ccos,
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
  complex: ctan,
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
  complex: casin,
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
  complex: cacos,
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
  complex: catan,
  saves: "self",
  vjp: (g, x) => div(g, addScalar(mul(x, x), 1)),
  out: "\\arctan {self}",
  dx: "{g} / (1 + {self}^2)",
  aliases: ["arctan"],
});
export const atan_ = inplace(atan);
export const sinh = pointwise({
  name: "sinh",
  node: "SinhBackward0",
  f: Math.sinh,
  complex: csinh,
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
  complex: ccosh,
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
  complex: casinh,
  saves: "self",
  vjp: (g, x) => mul(g, rsqrt(add(mul(x, x), 1))),
  out: "\\operatorname{arsinh} {self}",
  dx: "{g} / \\sqrt{{self}^2 + 1}",
  aliases: ["arcsinh"],
});
export const asinh_ = inplaceWithoutDerivative(asinh);
export const acosh = pointwise({
  name: "acosh",
  node: "AcoshBackward0",
  f: Math.acosh,
  complex: cacosh,
  saves: "self",
  vjp: (g, x) => mul(g, rsqrt(sub(mul(x, x), 1))),
  out: "\\operatorname{arcosh} {self}",
  dx: "{g} / \\sqrt{{self}^2 - 1}",
  aliases: ["arccosh"],
});
export const acosh_ = inplaceWithoutDerivative(acosh);
export const atanh = pointwise({
  name: "atanh",
  node: "AtanhBackward0",
  f: Math.atanh,
  complex: catanh,
  saves: "self",
  vjp: (g, x) => div(g, sub(1, mul(x, x))),
  out: "\\operatorname{artanh} {self}",
  dx: "{g} / (1 - {self}^2)",
  aliases: ["arctanh"],
});
export const atanh_ = inplaceWithoutDerivative(atanh);
