import {
  cauchy,
  exponential,
  gamma,
  gumbel,
  halfNormal,
  laplace,
  logNormal,
  normal,
  studentT,
  uniform,
} from "./continuous.ts";
import { bernoulli, binomial, categorical, geometric, multinomial, oneHotCategorical, poisson } from "./discrete.ts";
import type { DistributionKind } from "./kind.ts";
import { beta, dirichlet, multivariateNormal } from "./vectors.ts";

/** Every family of distributions. A new one adds its entry here. */
export const DISTRIBUTIONS: readonly DistributionKind[] = [
  bernoulli,
  beta,
  binomial,
  categorical,
  cauchy,
  dirichlet,
  exponential,
  gamma,
  geometric,
  gumbel,
  halfNormal,
  laplace,
  logNormal,
  multinomial,
  multivariateNormal,
  normal,
  oneHotCategorical,
  poisson,
  studentT,
  uniform,
];
