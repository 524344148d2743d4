import { CustomNode } from "../autograd/custom-node.ts";
import { valueError } from "../errors.ts";
import { run, runWith } from "../nn/named-operators.ts";
import { add, div, mul, sub } from "../ops/arithmetic.ts";
import { matmul } from "../ops/matmul.ts";
import { pow } from "../ops/pow.ts";
import { digamma, lgamma } from "../ops/special-gamma.ts";
import { log } from "../ops/unary-core.ts";
import { expand, squeeze, unsqueeze } from "../ops/views.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import {
  anything,
  type DistributionKind,
  type Parameters,
  positive,
  positiveVector,
  realVector,
  simplex,
  standardNormal,
  unitInterval,
} from "./kind.ts";

const total = (x: Tensor, keepdim = false): Tensor => run(x.rt, "sum", x, -1, keepdim);

/** A draw whose gradient is the implicit one: how the value moves at fixed probability. */
function dirichletDraw(concentration: Tensor): Tensor {
  const { rt } = concentration;
  const x = rt.withGrad(false, () => run(rt, "_sample_dirichlet", concentration));
  if (!rt.gradEnabled || !concentration.requiresGrad) return x;
  const node = new CustomNode(
    rt,
    "_DirichletBackward",
    [concentration],
    ([g]) => {
      if (g === null) return [null];
      const sums = expand(total(concentration, true), [...concentration.shape]);
      const flow = run(rt, "_dirichlet_grad", x, concentration, sums);
      return [mul(flow, sub(g, total(mul(x, g), true)))];
    },
    () => 0,
  );
  x.outputNr = node.addOutput(x);
  x.gradFn = node;
  return x;
}

function dirichletLogProb(a: Tensor, x: Tensor): Tensor {
  return sub(add(total(run(a.rt, "xlogy", sub(a, 1), x)), lgamma(total(a))), total(lgamma(a)));
}

function dirichletEntropy(a: Tensor): Tensor {
  const a0 = total(a);
  const known = sub(sub(total(lgamma(a)), lgamma(a0)), mul(run(a.rt, "rsub", a0, a.shape[a.ndim - 1]), digamma(a0)));
  return sub(known, total(mul(sub(a, 1), digamma(a))));
}

const concentration = (p: Parameters): Tensor => p.get("concentration");

export const dirichlet: DistributionKind = {
  name: "Dirichlet",
  doc: "Distribution of probabilities that sum to 1.",
  formula:
    "\\textstyle\\sum_i (\\alpha_i - 1)\\ln x_i + \\ln\\Gamma(\\sum_i \\alpha_i) - \\sum_i \\ln\\Gamma(\\alpha_i)",
  parameters: { concentration: positiveVector },
  eventDims: 1,
  support: () => simplex,
  reparameterized: true,
  sample: (p, shape) => dirichletDraw(expand(concentration(p), [...shape])),
  logProb: (p, x) => dirichletLogProb(concentration(p), x),
  mean: (p) => div(concentration(p), total(concentration(p), true)),
  variance: (p) => {
    const a = concentration(p);
    const sums = total(a, true);
    return div(mul(a, sub(sums, a)), mul(pow(sums, 2), add(sums, 1)));
  },
  entropy: (p) => dirichletEntropy(concentration(p)),
};

const one = (p: Parameters): Tensor => p.get("concentration1");
const zero = (p: Parameters): Tensor => p.get("concentration0");
const pair = (a: Tensor, b: Tensor): Tensor => run(a.rt, "stack", [a, b], -1);

export const beta: DistributionKind = {
  name: "Beta",
  doc: "Distribution of a probability.",
  formula: "(\\alpha - 1)\\ln x + (\\beta - 1)\\ln(1 - x) - \\ln B(\\alpha, \\beta)",
  parameters: { concentration1: positive, concentration0: positive },
  support: () => unitInterval,
  reparameterized: true,
  sample: (p, shape) => run(p.rt, "select", dirichletDraw(expand(pair(one(p), zero(p)), [...shape, 2])), -1, 0),
  logProb: (p, x) => dirichletLogProb(pair(one(p), zero(p)), pair(x, run(p.rt, "rsub", x, 1))),
  mean: (p) => div(one(p), add(one(p), zero(p))),
  variance: (p) => {
    const sums = add(one(p), zero(p));
    return div(mul(one(p), zero(p)), mul(pow(sums, 2), add(sums, 1)));
  },
  entropy: (p) => dirichletEntropy(pair(one(p), zero(p))),
};

const tril = (p: Parameters): Tensor => p.get("scale_tril");
const loc = (p: Parameters): Tensor => p.get("loc");
const diagonal = (m: Tensor): Tensor => run(m.rt, "diagonal", m, 0, -2, -1);

/** L⁻¹ b */
const solveLower = (lower: Tensor, b: Tensor): Tensor =>
  runWith(lower.rt, "linalg_solve_triangular", { input: lower, B: b, upper: false });

/** xᵀ (L Lᵀ)⁻¹ x */
export function mahalanobis(lower: Tensor, x: Tensor): Tensor {
  const n = x.shape[x.ndim - 1];
  const batch = x.shape.slice(0, -1);
  const solved = solveLower(expand(lower, [...batch, n, n]), unsqueeze(x, -1));
  return total(pow(squeeze(solved, -1), 2));
}

/** Half the logarithm of the covariance's determinant. */
export const halfLogDet = (p: Parameters): Tensor => total(log(diagonal(tril(p))));

/** The Cholesky factor of a covariance or of the inverse of a precision. */
function lowerFactor({ scale_tril, covariance_matrix, precision_matrix }: Readonly<Record<string, Tensor>>): Tensor {
  if (scale_tril !== undefined) return scale_tril;
  if (covariance_matrix !== undefined) return run(covariance_matrix.rt, "linalg_cholesky", covariance_matrix);
  const { rt, shape, dtype, ndim } = precision_matrix;
  const n = shape[ndim - 1];
  const flip = (m: Tensor): Tensor => run(rt, "flip", m, [-2, -1]);
  const inverse = run(rt, "transpose", flip(run(rt, "linalg_cholesky", flip(precision_matrix))), -2, -1);
  const identity = run(rt, "diag", rt.full([n], 1, dtype));
  return solveLower(inverse, identity);
}

export const multivariateNormal: DistributionKind = {
  name: "MultivariateNormal",
  doc: "Normal distribution of vectors, given by a covariance matrix, its inverse, or its Cholesky factor.",
  formula: "-\\tfrac12 (x - \\mu)^\\top \\Sigma^{-1} (x - \\mu) - \\tfrac12 \\ln \\det \\Sigma - \\tfrac n2 \\ln 2\\pi",
  parameters: {
    loc: realVector,
    covariance_matrix: anything,
    precision_matrix: anything,
    scale_tril: anything,
  },
  oneOf: ["covariance_matrix", "precision_matrix", "scale_tril"],
  shaping: "loc",
  eventDims: 1,
  prepare: (given) => {
    const { loc } = given;
    const factor = lowerFactor(given);
    if (loc.ndim < 1) throw valueError("loc must be at least one-dimensional.");
    const { rt } = loc;
    const first = run(rt, "select", factor, -1, 0);
    const [mean] = run(rt, "broadcast_tensors", [loc, first]) as unknown as Tensor[];
    return { loc: mean, scale_tril: factor };
  },
  derived: { covariance_matrix: (p) => matmul(tril(p), run(p.rt, "mT", tril(p))) },
  support: () => realVector,
  reparameterized: true,
  sample: (p, shape: Shape) => add(loc(p), squeeze(matmul(tril(p), unsqueeze(standardNormal(p, shape), -1)), -1)),
  logProb: (p, x) => {
    const n = p.eventShape[0];
    const distance = mahalanobis(tril(p), sub(x, loc(p)));
    return sub(mul(add(distance, n * Math.log(2 * Math.PI)), -0.5), halfLogDet(p));
  },
  mean: loc,
  mode: loc,
  variance: (p) => total(pow(tril(p), 2)),
  entropy: (p) => add(halfLogDet(p), 0.5 * p.eventShape[0] * (1 + Math.log(2 * Math.PI))),
};

/** What else a divergence needs: the trace of Σq⁻¹ Σp. */
export const traceOfRatio = (p: Parameters, q: Parameters): Tensor =>
  total(total(pow(solveLower(tril(q), tril(p)), 2)));
