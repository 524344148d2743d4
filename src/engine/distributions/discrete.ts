import { int64 } from "../dtype.ts";
import { run } from "../nn/named-operators.ts";
import { add, div, mul, neg, sub } from "../ops/arithmetic.ts";
import { cast } from "../ops/copies.ts";
import { lgamma } from "../ops/special-gamma.ts";
import { log1p } from "../ops/unary.ts";
import { abs } from "../ops/unary-complex.ts";
import { exp, log, sigmoid } from "../ops/unary-core.ts";
import { expand, reshape } from "../ops/views.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import {
  boolean,
  type Constraint,
  type DistributionKind,
  integersTo,
  limits,
  nonnegative,
  nonnegativeInteger,
  oneHot,
  type Parameters,
  real,
  realVector,
  simplex,
  unitInterval,
} from "./kind.ts";

const probs = (p: Parameters): Tensor => p.get("probs");
const logits = (p: Parameters): Tensor => p.get("logits");
/** 1 - x */
const rest = (x: Tensor): Tensor => run(x.rt, "rsub", x, 1);
const clamped = (x: Tensor, p: Parameters): Tensor => {
  const { eps } = limits(p.dtype);
  return run(p.rt, "clamp", x, eps, 1 - eps);
};

/** Given by the probability of 1 or by its logit, each computed from the other. */
const binary = {
  oneOf: ["probs", "logits"],
  parameters: { probs: unitInterval, logits: real } as Readonly<Record<string, Constraint>>,
  derived: {
    probs: (p: Parameters) => sigmoid(logits(p)),
    logits: (p: Parameters) => {
      const within = clamped(probs(p), p);
      return sub(log(within), log1p(neg(within)));
    },
  },
};
const crossEntropy = (p: Parameters, target: Tensor): Tensor =>
  run(p.rt, "binary_cross_entropy_with_logits", ...broadcast(logits(p), target), null, null, "none");
const broadcast = (a: Tensor, b: Tensor): Tensor[] => run(a.rt, "broadcast_tensors", [a, b]) as unknown as Tensor[];

export const bernoulli: DistributionKind = {
  name: "Bernoulli",
  doc: "1 with a probability, else 0.",
  formula: "x \\ln p + (1 - x)\\ln(1 - p)",
  ...binary,
  support: () => boolean,
  sample: (p, shape) => run(p.rt, "bernoulli", expand(probs(p), [...shape])),
  logProb: (p, x) => neg(crossEntropy(p, x)),
  mean: probs,
  variance: (p) => mul(probs(p), rest(probs(p))),
  mode: (p) => {
    const mode = cast(run(p.rt, "ge", probs(p), 0.5), p.dtype);
    return run(p.rt, "masked_fill", mode, run(p.rt, "eq", probs(p), 0.5), Number.NaN);
  },
  entropy: (p) => crossEntropy(p, probs(p)),
};

export const geometric: DistributionKind = {
  name: "Geometric",
  doc: "Failures before the first success.",
  formula: "x \\ln(1 - p) + \\ln p",
  ...binary,
  support: () => nonnegativeInteger,
  sample: (p, shape) => {
    const u = run(p.rt, "uniform_", p.rt.empty(shape, p.dtype), limits(p.dtype).tiny, 1);
    return run(p.rt, "floor", div(log(u), log1p(neg(probs(p)))));
  },
  logProb: (p, x) => {
    const { rt } = p;
    const certain = run(rt, "logical_and", run(rt, "eq", probs(p), 1), run(rt, "eq", x, 0));
    const safe = run(rt, "masked_fill", ...(broadcast(probs(p), certain) as [Tensor, Tensor]), 0);
    return add(mul(x, log1p(neg(safe))), log(probs(p)));
  },
  mean: (p) => sub(run(p.rt, "reciprocal", probs(p)), 1),
  mode: (p) => run(p.rt, "zeros_like", probs(p)),
  variance: (p) => div(sub(run(p.rt, "reciprocal", probs(p)), 1), probs(p)),
  entropy: (p) => div(crossEntropy(p, probs(p)), probs(p)),
};

const count = (p: Parameters): Tensor => p.get("total_count");

export const binomial: DistributionKind = {
  name: "Binomial",
  doc: "Successes among a number of trials.",
  formula: "\\ln\\tbinom nx + x \\ln p + (n - x)\\ln(1 - p)",
  ...binary,
  parameters: { total_count: nonnegativeInteger, ...binary.parameters },
  defaults: { total_count: 1 },
  support: (p) => integersTo(count(p)),
  sample: (p, shape) => run(p.rt, "binomial", expand(count(p), [...shape]), expand(probs(p), [...shape])),
  logProb: (p, x) => {
    const z = logits(p);
    const n = count(p);
    // The log of the normaliser without overflow: n · max(z, 0) + n · log(1 + exp(−|z|)).
    const most = mul(n, run(p.rt, "clamp", z, 0));
    const normalizer = sub(add(most, mul(n, log1p(exp(neg(abs(z)))))), lgamma(add(n, 1)));
    return sub(sub(sub(mul(x, z), lgamma(add(x, 1))), lgamma(add(sub(n, x), 1))), normalizer);
  },
  mean: (p) => mul(count(p), probs(p)),
  mode: (p) => run(p.rt, "minimum", run(p.rt, "floor", mul(add(count(p), 1), probs(p))), count(p)),
  variance: (p) => mul(mul(count(p), probs(p)), rest(probs(p))),
};

const rate = (p: Parameters): Tensor => p.get("rate");

export const poisson: DistributionKind = {
  name: "Poisson",
  doc: "Events in a unit of time that happen at a rate.",
  formula: "x \\ln\\lambda - \\lambda - \\ln x!",
  parameters: { rate: nonnegative },
  support: () => nonnegativeInteger,
  sample: (p, shape) => run(p.rt, "poisson", expand(rate(p), [...shape])),
  logProb: (p, x) => sub(sub(run(p.rt, "xlogy", x, rate(p)), rate(p)), lgamma(add(x, 1))),
  mean: rate,
  mode: (p) => run(p.rt, "floor", rate(p)),
  variance: rate,
};

/** Given by probabilities or logits along the last dimension, normalised. */
const categories = {
  oneOf: ["probs", "logits"],
  parameters: { probs: simplex, logits: realVector } as Readonly<Record<string, Constraint>>,
  prepare: ({ probs, logits, ...others }: Readonly<Record<string, Tensor>>): Readonly<Record<string, Tensor>> =>
    probs === undefined
      ? { ...others, logits: sub(logits, run(logits.rt, "logsumexp", logits, -1, true)) }
      : { ...others, probs: div(probs, run(probs.rt, "sum", probs, -1, true)) },
  derived: {
    probs: (p: Parameters) => run(p.rt, "softmax", logits(p), -1),
    logits: (p: Parameters) => log(clamped(probs(p), p)),
  },
};
const categoriesOf = (p: Parameters): number => probs(p).shape[probs(p).ndim - 1];

/** Categories drawn: [...shape]. */
function draw(p: Parameters, samples: Shape): Tensor {
  const n = samples.reduce((a, b) => a * b, 1);
  const table = reshape(probs(p), [-1, categoriesOf(p)]);
  const drawn = run(p.rt, "t", run(p.rt, "multinomial", table, n, true));
  return reshape(drawn, [...samples, ...p.batchShape]);
}
/** What of a shape stands before the batch and the event. */
const samplesOf = (p: Parameters, shape: Shape): Shape =>
  shape.slice(0, shape.length - p.batchShape.length - p.eventShape.length);

function categoryEntropy(p: Parameters): Tensor {
  const z = run(p.rt, "clamp", logits(p), p.dtype.name === "float64" ? -Number.MAX_VALUE : -3.4028234663852886e38);
  return neg(run(p.rt, "sum", mul(z, probs(p)), -1));
}

function categoryLogProb(p: Parameters, x: Tensor): Tensor {
  const { rt } = p;
  const [value, table] = broadcast(run(rt, "unsqueeze", cast(x, int64), -1), logits(p));
  const place = run(rt, "narrow", value, -1, 0, 1);
  return run(rt, "squeeze", run(rt, "gather", table, -1, place), -1);
}

export const categorical: DistributionKind = {
  name: "Categorical",
  doc: "One of several categories, by number.",
  formula: "\\ln p_x",
  ...categories,
  consumedDims: 1,
  support: (p) => integersTo(categoriesOf(p) - 1),
  sample: (p, shape) => draw(p, samplesOf(p, shape)),
  logProb: categoryLogProb,
  mean: (p) => p.rt.full(p.batchShape, Number.NaN, p.dtype),
  mode: (p) => run(p.rt, "argmax", probs(p), -1),
  variance: (p) => p.rt.full(p.batchShape, Number.NaN, p.dtype),
  entropy: categoryEntropy,
};

const asOneHot = (p: Parameters, indices: Tensor): Tensor =>
  cast(run(p.rt, "one_hot", indices, categoriesOf(p)), p.dtype);

export const oneHotCategorical: DistributionKind = {
  name: "OneHotCategorical",
  doc: "One of several categories, as a vector with a single 1.",
  formula: "\\textstyle\\sum_i x_i \\ln p_i",
  ...categories,
  eventDims: 1,
  support: () => oneHot,
  sample: (p, shape) => asOneHot(p, draw(p, samplesOf(p, shape))),
  logProb: (p, x) => categoryLogProb(p, run(p.rt, "argmax", x, -1)),
  mean: probs,
  mode: (p) => asOneHot(p, run(p.rt, "argmax", probs(p), -1)),
  variance: (p) => mul(probs(p), rest(probs(p))),
  entropy: categoryEntropy,
};

export const multinomial: DistributionKind = {
  name: "Multinomial",
  doc: "How often each category occurs in a number of draws; one number of draws for all.",
  formula: "\\ln n! - \\textstyle\\sum_i \\ln x_i! + \\sum_i x_i \\ln p_i",
  ...categories,
  parameters: { total_count: nonnegativeInteger, ...categories.parameters },
  defaults: { total_count: 1 },
  eventDims: 1,
  support: () => nonnegativeInteger,
  sample: (p, shape) => {
    const { rt } = p;
    const n = run(rt, "max", count(p)).item();
    const drawn = draw(p, [n, ...samplesOf(p, shape)]);
    const last = run(rt, "movedim", drawn, 0, -1);
    const counts = rt.full(shape, 0, last.dtype);
    return cast(run(rt, "scatter_add_", counts, -1, last, run(rt, "ones_like", last)), p.dtype);
  },
  logProb: (p, x) => {
    const { rt } = p;
    const [z, value] = broadcast(logits(p), x);
    const impossible = run(rt, "logical_and", run(rt, "eq", value, 0), run(rt, "eq", z, Number.NEGATIVE_INFINITY));
    const safe = run(rt, "masked_fill", z, impossible, 0);
    const all = lgamma(add(run(rt, "sum", value, -1), 1));
    return add(sub(all, run(rt, "sum", lgamma(add(value, 1)), -1)), run(rt, "sum", mul(safe, value), -1));
  },
  mean: (p) => mul(probs(p), count(p)),
  variance: (p) => mul(mul(count(p), probs(p)), rest(probs(p))),
};
