import { notImplemented } from "../errors.ts";
import { run } from "../nn/named-operators.ts";
import { add, div, mul, neg, sub } from "../ops/arithmetic.ts";
import { pow } from "../ops/pow.ts";
import { digamma, lgamma } from "../ops/special-gamma.ts";
import { log1p } from "../ops/unary.ts";
import { abs } from "../ops/unary-complex.ts";
import { exp, log } from "../ops/unary-core.ts";
import type { Tensor } from "../tensor.ts";
import type { Parameters } from "./kind.ts";
import { halfLogDet, mahalanobis, traceOfRatio } from "./vectors.ts";

type Divergence = (p: Parameters, q: Parameters) => Tensor;

const where = (condition: Tensor, value: number, otherwise: Tensor): Tensor =>
  run(otherwise.rt, "where", condition, value, otherwise);
const equals = (x: Tensor, value: number): Tensor => run(x.rt, "eq", x, value);
const total = (x: Tensor): Tensor => run(x.rt, "sum", x, -1);
const rest = (x: Tensor): Tensor => run(x.rt, "rsub", x, 1);

const normal: Divergence = (p, q) => {
  const ratio = pow(div(p.get("scale"), q.get("scale")), 2);
  const apart = pow(div(sub(p.get("loc"), q.get("loc")), q.get("scale")), 2);
  return mul(sub(sub(add(ratio, apart), 1), log(ratio)), 0.5);
};

const halfNormal: Divergence = (p, q) => {
  const ratio = pow(div(p.get("scale"), q.get("scale")), 2);
  return mul(sub(sub(ratio, 1), log(ratio)), 0.5);
};

const bernoulli: Divergence = (p, q) => {
  const softplus = (x: Tensor): Tensor => run(x.rt, "softplus", x);
  const [pp, qp, pl, ql] = [p.get("probs"), q.get("probs"), p.get("logits"), q.get("logits")];
  const one = mul(pp, sub(softplus(neg(ql)), softplus(neg(pl))));
  const zero = mul(rest(pp), sub(softplus(ql), softplus(pl)));
  const t1 = where(equals(pp, 0), 0, where(equals(qp, 0), Number.POSITIVE_INFINITY, one));
  const t2 = where(equals(pp, 1), 0, where(equals(qp, 1), Number.POSITIVE_INFINITY, zero));
  return add(t1, t2);
};

const categorical: Divergence = (p, q) => {
  const each = mul(p.get("probs"), sub(p.get("logits"), q.get("logits")));
  const impossible = where(equals(q.get("probs"), 0), Number.POSITIVE_INFINITY, each);
  return total(where(equals(p.get("probs"), 0), 0, impossible));
};

const gamma: Divergence = (p, q) => {
  const [a, b] = [p.get("concentration"), q.get("concentration")];
  const [r, s] = [p.get("rate"), q.get("rate")];
  const t1 = mul(b, log(div(r, s)));
  const t2 = sub(lgamma(b), lgamma(a));
  const t3 = mul(sub(a, b), digamma(a));
  return add(add(add(t1, t2), t3), mul(sub(s, r), div(a, r)));
};

const beta: Divergence = (p, q) => {
  const [p1, p0, q1, q0] = [p, q].flatMap((d) => [d.get("concentration1"), d.get("concentration0")]);
  const [ps, qs] = [add(p1, p0), add(q1, q0)];
  const t1 = add(add(lgamma(q1), lgamma(q0)), lgamma(ps));
  const t2 = add(add(lgamma(p1), lgamma(p0)), lgamma(qs));
  const t3 = add(mul(sub(p1, q1), digamma(p1)), mul(sub(p0, q0), digamma(p0)));
  return add(add(sub(t1, t2), t3), mul(sub(qs, ps), digamma(ps)));
};

const dirichlet: Divergence = (p, q) => {
  const [a, b] = [p.get("concentration"), q.get("concentration")];
  const t1 = sub(lgamma(total(a)), lgamma(total(b)));
  const t2 = total(sub(lgamma(a), lgamma(b)));
  const t4 = sub(digamma(a), run(a.rt, "unsqueeze", digamma(total(a)), -1));
  return add(sub(t1, t2), total(mul(sub(a, b), t4)));
};

const laplace: Divergence = (p, q) => {
  const ratio = div(p.get("scale"), q.get("scale"));
  const apart = abs(sub(p.get("loc"), q.get("loc")));
  const bent = mul(ratio, exp(div(neg(apart), p.get("scale"))));
  return sub(add(add(neg(log(ratio)), div(apart, q.get("scale"))), bent), 1);
};

const multivariateNormal: Divergence = (p, q) => {
  const distance = mahalanobis(q.get("scale_tril"), sub(q.get("loc"), p.get("loc")));
  const size = sub(add(traceOfRatio(p, q), distance), p.eventShape[0]);
  return add(sub(halfLogDet(q), halfLogDet(p)), mul(size, 0.5));
};

/** Divergences between distributions of one family, by its name. Formulas: PyTorch's torch.distributions.kl. */
const DIVERGENCES: Readonly<Record<string, Divergence>> = {
  Normal: normal,
  LogNormal: normal,
  HalfNormal: halfNormal,
  Bernoulli: bernoulli,
  Categorical: categorical,
  OneHotCategorical: categorical,
  Gamma: gamma,
  Beta: beta,
  Dirichlet: dirichlet,
  Laplace: laplace,
  MultivariateNormal: multivariateNormal,
  Exponential: (p, q) => {
    const ratio = div(q.get("rate"), p.get("rate"));
    return sub(add(neg(log(ratio)), ratio), 1);
  },
  Poisson: (p, q) => {
    const [a, b] = [p.get("rate"), q.get("rate")];
    return sub(mul(a, sub(log(a), log(b))), sub(a, b));
  },
  Geometric: (p, q) => {
    const [a, z] = [p.get("probs"), p.get("logits")];
    const entropy = div(run(p.rt, "binary_cross_entropy_with_logits", z, a, null, null, "none"), a);
    return sub(sub(neg(entropy), div(log1p(neg(q.get("probs"))), a)), q.get("logits"));
  },
  Uniform: (p, q) => {
    const [pl, ph, ql, qh] = [p.get("low"), p.get("high"), q.get("low"), q.get("high")];
    const outside = run(p.rt, "logical_or", run(p.rt, "gt", ql, pl), run(p.rt, "lt", qh, ph));
    return where(outside, Number.POSITIVE_INFINITY, log(div(sub(qh, ql), sub(ph, pl))));
  },
};

/** KL(p ‖ q) for each batch element. Error: NotImplementedError for families without a formula. */
export function klDivergence(nameP: string, p: Parameters, nameQ: string, q: Parameters): Tensor {
  const found = nameP === nameQ ? DIVERGENCES[nameP] : undefined;
  if (found === undefined) throw notImplemented(`No KL(p || q) is implemented for p type ${nameP} and q type ${nameQ}`);
  return found(p, q);
}
