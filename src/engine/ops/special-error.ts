import { unaryFloat, unaryLoop } from "../kernels/elementwise.ts";
import { erfc as erfcOf, erf as erfOf } from "../kernels/erf.ts";
import * as f from "../kernels/special-erf.ts";
import { inplace, op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { addScalar, div, mul, mulScalar, neg, subScalar } from "./arithmetic.ts";
import { square } from "./unary.ts";
import { exp, log } from "./unary-core.ts";
import { pointwise } from "./unary-table.ts";

/** The error function's family and the normal distribution's. */
const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

export const erf = pointwise({
  name: "erf",
  node: "ErfBackward0",
  f: erfOf,
  saves: "self",
  vjp: (g, x) => mul(mulScalar(exp(neg(square(x))), TWO_OVER_SQRT_PI), g),
  out: "\\operatorname{erf} {self}",
  dx: "\\tfrac{2}{\\sqrt\\pi}\\,e^{-{self}^2} \\odot {g}",
  kernel: "erf_vml_cpu",
});
export const erf_ = inplace(erf);
export const erfc = pointwise({
  name: "erfc",
  node: "ErfcBackward0",
  f: erfcOf,
  saves: "self",
  vjp: (g, x) => mul(mulScalar(exp(neg(square(x))), -TWO_OVER_SQRT_PI), g),
  out: "1 - \\operatorname{erf} {self}",
  dx: "-\\tfrac{2}{\\sqrt\\pi}\\,e^{-{self}^2} \\odot {g}",
  kernel: "erfc_vml_cpu",
});
export const erfc_ = inplace(erfc);
export const erfinv = pointwise({
  name: "erfinv",
  node: "ErfinvBackward0",
  f: f.erfinv,
  saves: "result",
  vjp: (g, y) => mul(mulScalar(exp(square(y)), Math.sqrt(Math.PI) / 2), g),
  out: "\\operatorname{erf}^{-1} {self}",
  dx: "\\tfrac{\\sqrt\\pi}{2}\\,e^{{out}^2} \\odot {g}",
  kernel: "erfinv_vml_cpu",
});
export const erfinv_ = inplace(erfinv);

/** A function that only torch.special has. */
const special = (entry: Omit<Parameters<typeof pointwise>[0], "places">) =>
  pointwise({ ...entry, places: ["special"] });

const erfcxLoop = unaryLoop(f.erfcx);
export const erfcx = op({
  name: "special_erfcx",
  args: ["self"],
  node: "SpecialErfcxBackward0",
  forward: (self: Tensor): Tensor => unaryFloat(self, erfcxLoop),
  keep: ([self], result) => ({ self, result }),
  vjp: {
    self: (g, { self, result }): Tensor => mul(subScalar(mulScalar(mul(self, result), 2), TWO_OVER_SQRT_PI), g),
  },
  formula: {
    out: "e^{{self}^2} \\operatorname{erfc} {self}",
    vjp: { self: "(2\\,{self} \\odot {out} - \\tfrac{2}{\\sqrt\\pi}) \\odot {g}" },
  },
  places: ["special"],
  signatures: ["special_erfcx(Tensor input, *, Tensor out=None)"],
});

export const ndtri = special({
  name: "special_ndtri",
  node: "SpecialNdtriBackward0",
  f: f.ndtri,
  saves: "result",
  vjp: (g, y) => mul(g, mulScalar(exp(mulScalar(square(y), 0.5)), Math.sqrt(2 * Math.PI))),
  out: "\\Phi^{-1}({self})",
  dx: "\\sqrt{2\\pi}\\,e^{{out}^2/2} \\odot {g}",
});
export const logNdtr = special({
  name: "special_log_ndtr",
  node: "SpecialLogNdtrBackward0",
  f: f.logNdtr,
  saves: "self",
  vjp: (g, x) => mulScalar(div(g, erfcx(mulScalar(x, -Math.SQRT1_2))), Math.sqrt(2 / Math.PI)),
  out: "\\ln \\Phi({self})",
  dx: "\\varphi({self}) / \\Phi({self}) \\odot {g}",
});
export const entr = special({
  name: "special_entr",
  node: "SpecialEntrBackward0",
  f: f.entr,
  saves: "self",
  vjp: (g, x) => mul(g, subScalar(neg(log(x)), 1)),
  out: "-{self} \\ln {self}",
  dx: "-(1 + \\ln {self}) \\odot {g}",
});

/** Φ, as PyTorch composes it: (1 + erf(x/√2)) / 2. */
export const ndtr = op({
  name: "special_ndtr",
  args: ["self"],
  forward: (self: Tensor): Tensor => mulScalar(addScalar(erf(mulScalar(self, Math.SQRT1_2)), 1), 0.5),
  places: ["special"],
  signatures: ["special_ndtr(Tensor input, *, Tensor out=None)"],
});
