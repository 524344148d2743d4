import { describe, it } from "vitest";
import { float64 } from "../dtype.ts";
import { checkGradients, inEveryLayout, type Layout, makeLeaf, numbers } from "../gradcheck.fixture.ts";
import { FloatScalar } from "../scalar.ts";
import type { Tensor } from "../tensor.ts";
import * as arithmetic from "./arithmetic.ts";
import * as fused from "./arithmetic-fused.ts";
import * as modulo from "./arithmetic-modulo.ts";
import * as pairs from "./arithmetic-pairs.ts";
import * as compare from "./compare.ts";
import * as parts from "./complex-parts.ts";
import { clone } from "./copies.ts";
import { rt } from "./gradcheck.fixture.ts";
import * as pow from "./pow.ts";
import * as bessel from "./special-bessel.ts";
import * as error from "./special-error.ts";
import * as gamma from "./special-gamma.ts";
import * as unary from "./unary.ts";
import * as complex from "./unary-complex.ts";
import * as core from "./unary-core.ts";
import * as curves from "./unary-curves.ts";
import * as rounding from "./unary-rounding.ts";
import * as trigonometry from "./unary-trigonometry.ts";

type Run = (...inputs: Tensor[]) => Tensor | Tensor[];
/** Where an operator is tested: the interval of its inputs' values. */
type Domain = readonly [low: number, high: number];
const REAL: Domain = [-2, 2];
const POSITIVE: Domain = [0.3, 2.5];
const UNIT: Domain = [-0.9, 0.9];
const PROBABILITY: Domain = [0.05, 0.95];

/** Functions of one tensor. */
const UNARY: Readonly<Record<string, readonly [Run, Domain]>> = {
  neg: [arithmetic.neg, REAL],
  positive: [arithmetic.positive, REAL],
  exp: [core.exp, REAL],
  log: [core.log, POSITIVE],
  tanh: [core.tanh, REAL],
  sigmoid: [core.sigmoid, REAL],
  relu: [core.relu, REAL],
  sqrt: [unary.sqrt, POSITIVE],
  rsqrt: [unary.rsqrt, POSITIVE],
  exp2: [unary.exp2, REAL],
  expm1: [unary.expm1, REAL],
  log2: [unary.log2, POSITIVE],
  log10: [unary.log10, POSITIVE],
  log1p: [unary.log1p, POSITIVE],
  reciprocal: [unary.reciprocal, POSITIVE],
  square: [unary.square, REAL],
  sin: [trigonometry.sin, REAL],
  cos: [trigonometry.cos, REAL],
  tan: [trigonometry.tan, UNIT],
  asin: [trigonometry.asin, UNIT],
  acos: [trigonometry.acos, UNIT],
  atan: [trigonometry.atan, REAL],
  sinh: [trigonometry.sinh, REAL],
  cosh: [trigonometry.cosh, REAL],
  asinh: [trigonometry.asinh, REAL],
  acosh: [trigonometry.acosh, [1.2, 3]],
  atanh: [trigonometry.atanh, UNIT],
  floor: [rounding.floor, [0.1, 0.9]],
  ceil: [rounding.ceil, [0.1, 0.9]],
  trunc: [rounding.trunc, [0.1, 0.9]],
  round: [(x) => rounding.round(x, 1), [0.51, 0.54]],
  frac: [rounding.frac, [0.1, 0.9]],
  sign: [rounding.sign, POSITIVE],
  nan_to_num: [(x) => rounding.nanToNum(x), REAL],
  deg2rad: [rounding.deg2rad, REAL],
  rad2deg: [rounding.rad2deg, REAL],
  abs: [complex.abs, REAL],
  sgn: [complex.sgn, POSITIVE],
  angle: [complex.angle, POSITIVE],
  sinc: [curves.sinc, REAL],
  logit: [(x) => [curves.logit(x), curves.logit(x, 0.2)], PROBABILITY],
  erf: [error.erf, REAL],
  erfc: [error.erfc, REAL],
  erfcx: [error.erfcx, REAL],
  erfinv: [error.erfinv, UNIT],
  ndtr: [error.ndtr, REAL],
  ndtri: [error.ndtri, PROBABILITY],
  log_ndtr: [error.logNdtr, [-6, 2]],
  entr: [error.entr, POSITIVE],
  lgamma: [gamma.lgamma, [-0.9, -0.2]],
  digamma: [gamma.digamma, POSITIVE],
  polygamma: [(x) => [gamma.polygamma(1, x), gamma.polygamma(2, x)], POSITIVE],
  mvlgamma: [(x) => gamma.mvlgamma(x, 3), [1.3, 4]],
  i0: [bessel.i0, REAL],
  i0e: [bessel.i0e, REAL],
  i1: [bessel.i1, REAL],
  i1e: [bessel.i1e, REAL],
  "pow 3": [(x) => pow.pow(x, 3), REAL],
  "pow -1.5": [(x) => pow.pow(x, -1.5), POSITIVE],
  "number pow": [(x) => pow.pow(new FloatScalar(2), x), REAL],
  float_power: [(x) => pow.floatPower(x, 2), REAL],
  "rsub, scalar operators": [
    (x) => [arithmetic.rsub(x, 1, 2), arithmetic.mulScalar(arithmetic.addScalar(x, 3), 2), arithmetic.divScalar(x, 3)],
    REAL,
  ],
  clamp: [(x) => [compare.clamp(x, -0.5, 1), compare.clampMin(x, 0.1), compare.clampMax(x, 0.7)], REAL],
  frexp: [(x) => fused.frexp(x)[0], POSITIVE],
  polygamma_: [(x) => gamma.polygamma_(clone(x), 1), POSITIVE],
  float_power_: [(x) => pow.floatPower_(clone(x), 2), REAL],
  "in place": [(x) => core.tanh_(arithmetic.mul_(arithmetic.neg_(clone(x)), x)), REAL],
};

/** Functions of two tensors, which are broadcast. */
const BINARY: Readonly<Record<string, readonly [Run, Domain]>> = {
  add: [(x, y) => arithmetic.add(x, y, 2), REAL],
  sub: [(x, y) => arithmetic.sub(x, y, 0.5), REAL],
  mul: [arithmetic.mul, REAL],
  div: [(x, y) => [arithmetic.div(x, y), arithmetic.trueDivide(y, x)], POSITIVE],
  "div with rounding": [(x, y) => arithmetic.mul(arithmetic.div(x, y, "floor"), x), POSITIVE],
  pow: [pow.pow, POSITIVE],
  remainder: [modulo.remainder, POSITIVE],
  fmod: [modulo.fmod, POSITIVE],
  atan2: [pairs.atan2, REAL],
  hypot: [pairs.hypot, REAL],
  logaddexp: [pairs.logaddexp, REAL],
  logaddexp2: [pairs.logaddexp2, REAL],
  xlogy: [pairs.xlogy, POSITIVE],
  xlog1py: [pairs.xlog1py, POSITIVE],
  copysign: [pairs.copysign, POSITIVE],
  ldexp: [pairs.ldexp, REAL],
  rsub: [(x, y) => arithmetic.rsub(x, y), REAL],
  ldexp_: [(x, y) => pairs.ldexp_(arithmetic.add(x, arithmetic.mul(y, 0)), y), REAL],
  float_power: [(x, y) => pow.floatPower_(arithmetic.add(x, arithmetic.mul(y, 0)), y), POSITIVE],
  "clamp_min, clamp_max": [(x, y) => [compare.clampMin(x, y), compare.clampMax(x, y)], REAL],
  "igamma, igammac": [
    (_, y) => [gamma.igamma(y.rt.scalar(1.3, float64), y), gamma.igammac(y.rt.scalar(1.3, float64), y)],
    POSITIVE,
  ],
  zeta: [(_, y) => gamma.zeta(y.rt.scalar(2.3, float64), y), POSITIVE],
  complex: [(x, y) => parts.viewAsReal(parts.complex(x, y)), REAL],
  polar: [(x, y) => parts.viewAsReal(complex.polar(x, y)), POSITIVE],
  maximum: [compare.maximum, REAL],
  minimum: [compare.minimum, REAL],
  fmax: [compare.fmax, REAL],
  fmin: [compare.fmin, REAL],
  "clamp by tensors": [(x, y) => compare.clamp(x, y, arithmetic.add(y, 0.7)), REAL],
  where: [(x, y) => compare.where(compare.gt(x, 0.2), x, y), REAL],
  lerp: [(x, y) => [fused.lerp(x, y, 0.3), fused.lerp(x, y, arithmetic.mul(x, y))], REAL],
  addcmul: [(x, y) => fused.addcmul(x, y, x, 0.5), REAL],
  addcdiv: [(x, y) => fused.addcdiv(x, y, x, -2), POSITIVE],
};

const SHAPES = [[], [3], [2, 1, 3]] as const;
const PAIRS = [
  [[3], [2, 3]],
  [[2, 1], [3]],
  [[], [2]],
] as const;

const leaf = (shape: readonly number[], layout: Layout, [low, high]: Domain, seed: number): Tensor => {
  const next = numbers(seed);
  return makeLeaf(rt, shape, layout, () => low + (high - low) * next());
};

/** Functions of one and two tensors element by element. */
export function pointwiseGradients(): void {
  describe("derivatives of functions of one tensor", () => {
    for (const [name, [run, domain]] of Object.entries(UNARY))
      it(name, () => {
        for (const shape of SHAPES)
          inEveryLayout([shape], false, (shapes, layout) =>
            checkGradients(
              rt,
              run,
              shapes.map((s) => leaf(s, layout, domain, 5 + s.length)),
              { transforms: layout === "contiguous" },
            ),
          );
      });
  });

  describe("derivatives of functions of two tensors", () => {
    for (const [name, [run, domain]] of Object.entries(BINARY))
      it(name, () => {
        for (const pair of PAIRS)
          inEveryLayout(pair, false, ([a, b], layout) =>
            checkGradients(rt, run, [leaf(a, layout, domain, 3 + a.length), leaf(b, layout, domain, 40 + b.length)], {
              transforms: layout === "contiguous",
            }),
          );
      });
  });
}
