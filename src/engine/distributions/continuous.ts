import { run } from "../nn/named-operators.ts";
import { add, div, mul, neg, sub } from "../ops/arithmetic.ts";
import { cast } from "../ops/copies.ts";
import { pow } from "../ops/pow.ts";
import { digamma, lgamma } from "../ops/special-gamma.ts";
import { log1p } from "../ops/unary.ts";
import { abs } from "../ops/unary-complex.ts";
import { exp, log } from "../ops/unary-core.ts";
import { expand } from "../ops/views.ts";
import type { Tensor } from "../tensor.ts";
import {
  anything,
  type DistributionKind,
  interval,
  limits,
  nonnegative,
  type Parameters,
  positive,
  real,
  standardNormal,
} from "./kind.ts";

const EULER = 0.5772156649015329;
const LOC_SCALE = { loc: real, scale: positive };

const loc = (p: Parameters): Tensor => p.get("loc");
const scale = (p: Parameters): Tensor => p.get("scale");
/** (x - loc) / scale */
const standard = (p: Parameters, x: Tensor): Tensor => div(sub(x, loc(p)), scale(p));
const sign = (x: Tensor): Tensor => run(x.rt, "sign", x);

export const normal: DistributionKind = {
  name: "Normal",
  doc: "Normal distribution with a mean and a standard deviation.",
  formula: "-\\frac{(x - \\mu)^2}{2\\sigma^2} - \\ln \\sigma - \\tfrac12 \\ln 2\\pi",
  parameters: LOC_SCALE,
  support: () => real,
  reparameterized: true,
  sample: (p, shape) => add(loc(p), mul(standardNormal(p, shape), scale(p))),
  logProb: (p, x) => {
    const variance = pow(scale(p), 2);
    const square = neg(pow(sub(x, loc(p)), 2));
    return sub(sub(div(square, mul(variance, 2)), log(scale(p))), Math.log(Math.sqrt(2 * Math.PI)));
  },
  mean: loc,
  mode: loc,
  variance: (p) => pow(scale(p), 2),
  entropy: (p) => add(log(scale(p)), 0.5 + 0.5 * Math.log(2 * Math.PI)),
  cdf: (p, x) => mul(add(run(p.rt, "erf", div(standard(p, x), Math.SQRT2)), 1), 0.5),
  icdf: (p, x) => add(loc(p), mul(mul(scale(p), run(p.rt, "erfinv", sub(mul(x, 2), 1))), Math.SQRT2)),
};

export const laplace: DistributionKind = {
  name: "Laplace",
  doc: "Laplace distribution with a mean and a scale.",
  formula: "-\\frac{|x - \\mu|}{b} - \\ln 2b",
  parameters: LOC_SCALE,
  support: () => real,
  reparameterized: true,
  sample: (p, shape) => {
    const u = run(p.rt, "uniform_", p.rt.empty(shape, p.dtype), limits(p.dtype).eps - 1, 1);
    return sub(loc(p), mul(mul(scale(p), sign(u)), log1p(neg(abs(u)))));
  },
  logProb: (p, x) => sub(neg(log(mul(scale(p), 2))), div(abs(sub(x, loc(p))), scale(p))),
  mean: loc,
  mode: loc,
  variance: (p) => mul(pow(scale(p), 2), 2),
  entropy: (p) => add(log(mul(scale(p), 2)), 1),
  cdf: (p, x) => {
    const d = sub(x, loc(p));
    const tail = run(p.rt, "expm1", div(neg(abs(d)), scale(p)));
    return run(p.rt, "rsub", mul(mul(sign(d), tail), 0.5), 0.5);
  },
  icdf: (p, x) => {
    const term = sub(x, 0.5);
    return sub(loc(p), mul(mul(scale(p), sign(term)), log1p(mul(abs(term), -2))));
  },
};

export const cauchy: DistributionKind = {
  name: "Cauchy",
  doc: "Cauchy distribution; it has neither mean nor variance.",
  formula: "-\\ln \\pi\\gamma - \\ln\\left(1 + \\left(\\tfrac{x - x_0}{\\gamma}\\right)^2\\right)",
  parameters: LOC_SCALE,
  support: () => real,
  reparameterized: true,
  sample: (p, shape) => add(loc(p), mul(run(p.rt, "cauchy_", p.rt.empty(shape, p.dtype)), scale(p))),
  logProb: (p, x) => sub(run(p.rt, "rsub", log(scale(p)), -Math.log(Math.PI)), log1p(pow(standard(p, x), 2))),
  mean: (p) => p.rt.full(p.batchShape, Number.NaN, p.dtype),
  mode: loc,
  variance: (p) => p.rt.full(p.batchShape, Number.POSITIVE_INFINITY, p.dtype),
  entropy: (p) => add(log(scale(p)), Math.log(4 * Math.PI)),
  cdf: (p, x) => add(div(run(p.rt, "atan", standard(p, x)), Math.PI), 0.5),
  icdf: (p, x) => add(mul(run(p.rt, "tan", mul(sub(x, 0.5), Math.PI)), scale(p)), loc(p)),
};

const low = (p: Parameters): Tensor => p.get("low");
const high = (p: Parameters): Tensor => p.get("high");
const span = (p: Parameters): Tensor => sub(high(p), low(p));

export const uniform: DistributionKind = {
  name: "Uniform",
  doc: "All values from low up to high are equally likely.",
  formula: "-\\ln(b - a)",
  parameters: { low: anything, high: anything },
  support: (p) => interval(low(p), high(p)),
  reparameterized: true,
  sample: (p, shape) => add(low(p), mul(run(p.rt, "uniform_", p.rt.empty(shape, p.dtype)), span(p))),
  logProb: (p, x) => {
    const { rt } = p;
    const inside = run(rt, "logical_and", run(rt, "le", low(p), x), run(rt, "gt", high(p), x));
    return sub(log(cast(inside, p.dtype)), log(span(p)));
  },
  mean: (p) => div(add(high(p), low(p)), 2),
  variance: (p) => div(pow(span(p), 2), 12),
  entropy: (p) => log(span(p)),
  cdf: (p, x) => run(p.rt, "clamp", div(sub(x, low(p)), span(p)), 0, 1),
  icdf: (p, x) => add(mul(x, span(p)), low(p)),
};

const rate = (p: Parameters): Tensor => p.get("rate");

export const exponential: DistributionKind = {
  name: "Exponential",
  doc: "Waiting time between events that happen at a rate.",
  formula: "\\ln\\lambda - \\lambda x",
  parameters: { rate: positive },
  support: () => nonnegative,
  reparameterized: true,
  sample: (p, shape) => div(run(p.rt, "exponential_", p.rt.empty(shape, p.dtype)), rate(p)),
  logProb: (p, x) => sub(log(rate(p)), mul(rate(p), x)),
  mean: (p) => run(p.rt, "reciprocal", rate(p)),
  mode: (p) => run(p.rt, "zeros_like", rate(p)),
  variance: (p) => pow(rate(p), -2),
  entropy: (p) => run(p.rt, "rsub", log(rate(p)), 1),
  cdf: (p, x) => run(p.rt, "rsub", exp(mul(neg(rate(p)), x)), 1),
  icdf: (p, x) => div(neg(log1p(neg(x))), rate(p)),
};

const concentration = (p: Parameters): Tensor => p.get("concentration");

export const gamma: DistributionKind = {
  name: "Gamma",
  doc: "Gamma distribution with a concentration (shape) and a rate.",
  formula: "\\alpha\\ln\\beta + (\\alpha - 1)\\ln x - \\beta x - \\ln\\Gamma(\\alpha)",
  parameters: { concentration: positive, rate: positive },
  support: () => nonnegative,
  reparameterized: true,
  sample: (p, shape) => {
    const { rt } = p;
    const drawn = run(rt, "_standard_gamma", expand(concentration(p), [...shape]));
    const value = div(drawn, expand(rate(p), [...shape]));
    run(rt, "clamp_", run(rt, "detach", value), limits(p.dtype).tiny);
    return value;
  },
  logProb: (p, x) => {
    const power = add(run(p.rt, "xlogy", concentration(p), rate(p)), run(p.rt, "xlogy", sub(concentration(p), 1), x));
    return sub(sub(power, mul(rate(p), x)), lgamma(concentration(p)));
  },
  mean: (p) => div(concentration(p), rate(p)),
  mode: (p) => run(p.rt, "clamp", div(sub(concentration(p), 1), rate(p)), 0),
  variance: (p) => div(concentration(p), pow(rate(p), 2)),
  entropy: (p) => {
    const a = concentration(p);
    const known = add(sub(a, log(rate(p))), lgamma(a));
    return add(known, mul(run(p.rt, "rsub", a, 1), digamma(a)));
  },
  cdf: (p, x) => run(p.rt, "igamma", concentration(p), mul(rate(p), x)),
};

const df = (p: Parameters): Tensor => p.get("df");

export const studentT: DistributionKind = {
  name: "StudentT",
  doc: "Student's t-distribution with degrees of freedom.",
  formula:
    "-\\tfrac{\\nu + 1}2 \\ln\\left(1 + \\tfrac{y^2}\\nu\\right) - \\ln\\sigma - \\tfrac12\\ln\\nu\\pi - \\ln\\Gamma(\\tfrac\\nu2) + \\ln\\Gamma(\\tfrac{\\nu+1}2)",
  parameters: { df: positive, ...LOC_SCALE },
  defaults: { loc: 0, scale: 1 },
  support: () => real,
  reparameterized: true,
  sample: (p, shape) => {
    const x = standardNormal(p, shape);
    const half = expand(mul(df(p), 0.5), [...shape]);
    const z = div(run(p.rt, "_standard_gamma", half), 0.5);
    return add(loc(p), mul(scale(p), mul(x, run(p.rt, "rsqrt", div(z, df(p))))));
  },
  logProb: (p, x) => {
    const y = standard(p, x);
    const known = add(add(log(scale(p)), mul(log(df(p)), 0.5)), 0.5 * Math.log(Math.PI));
    const z = sub(add(known, lgamma(mul(df(p), 0.5))), lgamma(mul(add(df(p), 1), 0.5)));
    return sub(mul(mul(add(df(p), 1), -0.5), log1p(div(pow(y, 2), df(p)))), z);
  },
  mean: (p) => run(p.rt, "masked_fill", loc(p), run(p.rt, "le", df(p), 1), Number.NaN),
  mode: loc,
  variance: (p) => {
    const { rt } = p;
    const finite = div(mul(pow(scale(p), 2), df(p)), sub(df(p), 2));
    const heavy = run(rt, "masked_fill", finite, run(rt, "le", df(p), 2), Number.POSITIVE_INFINITY);
    return run(rt, "masked_fill", heavy, run(rt, "le", df(p), 1), Number.NaN);
  },
};

export const gumbel: DistributionKind = {
  name: "Gumbel",
  doc: "Distribution of the largest of many values.",
  formula: "y - e^y - \\ln\\beta,\\quad y = (\\mu - x)/\\beta",
  parameters: LOC_SCALE,
  support: () => real,
  reparameterized: true,
  sample: (p, shape) => {
    const { eps, tiny } = limits(p.dtype);
    const drawn = run(p.rt, "uniform_", p.rt.empty(shape, p.dtype));
    const u = add(mul(drawn, 1 - eps - tiny), tiny);
    return sub(loc(p), mul(scale(p), log(neg(log(u)))));
  },
  logProb: (p, x) => {
    const y = div(sub(loc(p), x), scale(p));
    return sub(sub(y, exp(y)), log(scale(p)));
  },
  mean: (p) => add(loc(p), mul(scale(p), EULER)),
  mode: loc,
  variance: (p) => pow(mul(scale(p), Math.PI / Math.sqrt(6)), 2),
  entropy: (p) => add(log(scale(p)), 1 + EULER),
  cdf: (p, x) => exp(neg(exp(neg(standard(p, x))))),
};

export const logNormal: DistributionKind = {
  name: "LogNormal",
  doc: "Distribution of a number whose logarithm is normally distributed.",
  formula: "-\\frac{(\\ln x - \\mu)^2}{2\\sigma^2} - \\ln \\sigma x - \\tfrac12 \\ln 2\\pi",
  parameters: LOC_SCALE,
  support: () => positive,
  reparameterized: true,
  sample: (p, shape) => exp(normal.sample(p, shape)),
  logProb: (p, x) => sub(normal.logProb(p, log(x)), log(x)),
  mean: (p) => exp(add(loc(p), div(pow(scale(p), 2), 2))),
  mode: (p) => exp(sub(loc(p), pow(scale(p), 2))),
  variance: (p) => {
    const square = pow(scale(p), 2);
    return mul(run(p.rt, "expm1", square), exp(add(mul(loc(p), 2), square)));
  },
  entropy: (p) => add(add(log(scale(p)), 0.5 + 0.5 * Math.log(2 * Math.PI)), loc(p)),
};

export const halfNormal: DistributionKind = {
  name: "HalfNormal",
  doc: "Distribution of the absolute value of a normally distributed number around 0.",
  formula: "-\\frac{x^2}{2\\sigma^2} - \\ln \\sigma + \\tfrac12 \\ln \\tfrac2\\pi",
  parameters: { scale: positive },
  support: () => nonnegative,
  reparameterized: true,
  sample: (p, shape) => abs(mul(standardNormal(p, shape), scale(p))),
  logProb: (p, x) => {
    const square = div(neg(pow(x, 2)), mul(pow(scale(p), 2), 2));
    const density = sub(sub(square, log(scale(p))), Math.log(Math.sqrt(2 * Math.PI)) - Math.LN2);
    return run(p.rt, "where", run(p.rt, "ge", x, 0), density, Number.NEGATIVE_INFINITY);
  },
  mean: (p) => mul(scale(p), Math.sqrt(2 / Math.PI)),
  mode: (p) => run(p.rt, "zeros_like", scale(p)),
  variance: (p) => mul(pow(scale(p), 2), 1 - 2 / Math.PI),
  entropy: (p) => add(log(scale(p)), 0.5 + 0.5 * Math.log(2 * Math.PI) - Math.LN2),
};
