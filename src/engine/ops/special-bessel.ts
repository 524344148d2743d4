import { bool } from "../dtype.ts";
import { unary, unaryFloat, unaryLoop } from "../kernels/elementwise.ts";
import * as f from "../kernels/special-bessel.ts";
import { inplace, op, type Place } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { where } from "./compare.ts";
import { reciprocal } from "./unary.ts";
import { sgn } from "./unary-complex.ts";
import { pointwise } from "./unary-table.ts";

export const i0 = pointwise({
  name: "i0",
  node: "I0Backward0",
  f: f.i0,
  saves: "self",
  vjp: (g, x) => mul(g, i1(x)),
  out: "I_0({self})",
  dx: "I_1({self}) \\odot {g}",
});
export const i0_ = inplace(i0);

/** A Bessel function whose derivative uses both its argument and its value. */
function bessel(
  name: string,
  node: string,
  kernel: (x: number) => number,
  slope: (x: Tensor, y: Tensor) => Tensor,
  out: string,
  dx: string,
) {
  const loop = unaryLoop(kernel);
  const places: readonly Place[] = ["special"];
  return op({
    name,
    args: ["self"],
    node,
    forward: (self: Tensor): Tensor => unaryFloat(self, loop),
    keep: ([self], result) => ({ self, result }),
    vjp: { self: (g, { self, result }): Tensor => mul(g, slope(self, result)) },
    formula: { out, vjp: { self: dx } },
    places,
    signatures: [`${name}(Tensor input, *, Tensor out=None)`],
  });
}

const EPSILON: Readonly<Record<string, number>> = { float64: 2 ** -52, float32: 2 ** -23 };
/** `slope` away from 0, where it divides by x; 1/2 at 0. */
function guarded(x: Tensor, slope: (safe: Tensor) => Tensor): Tensor {
  const eps = EPSILON[x.dtype.name] ?? 2 ** -10;
  const away = x.rt.quietly(() =>
    unary(
      x,
      unaryLoop((v) => (Math.abs(v) > eps ? 1 : 0)),
      bool,
    ),
  );
  return where(away, slope(where(away, x, eps)), 0.5);
}

export const i0e = bessel(
  "special_i0e",
  "SpecialI0EBackward0",
  f.i0e,
  (x, y) => sub(i1e(x), mul(sgn(x), y)),
  "e^{-|{self}|} I_0({self})",
  "(e^{-|{self}|} I_1({self}) - \\operatorname{sgn}({self})\\,{out}) \\odot {g}",
);
export const i1: ReturnType<typeof bessel> = bessel(
  "special_i1",
  "SpecialI1Backward0",
  f.i1,
  (x, y) => guarded(x, (s) => sub(i0(s), mul(y, reciprocal(s)))),
  "I_1({self})",
  "(I_0({self}) - {out}/{self}) \\odot {g}",
);
export const i1e: ReturnType<typeof bessel> = bessel(
  "special_i1e",
  "SpecialI1EBackward0",
  f.i1e,
  (x, y) => guarded(x, (s) => sub(i0e(s), mul(y, add(sgn(s), reciprocal(s))))),
  "e^{-|{self}|} I_1({self})",
  "(e^{-|{self}|} I_0({self}) - {out}\\,(\\operatorname{sgn} {self} + 1/{self})) \\odot {g}",
);

/** Functions for which PyTorch has no derivatives. */
const first = (name: string, kernel: (x: number) => number) => {
  const loop = unaryLoop(kernel);
  return op({
    name,
    args: ["self"],
    detached: true,
    forward: (self: Tensor): Tensor => unaryFloat(self, loop),
    places: ["special"],
    signatures: [`${name}(Tensor input, *, Tensor out=None)`],
  });
};
export const besselJ0 = first("special_bessel_j0", f.j0);
export const besselJ1 = first("special_bessel_j1", f.j1);
export const modifiedI0 = first("special_modified_bessel_i0", f.i0);
export const modifiedI1 = first("special_modified_bessel_i1", f.i1);
export const sphericalJ0 = first("special_spherical_bessel_j0", (x) => (x === 0 ? 1 : Math.sin(x) / x));
