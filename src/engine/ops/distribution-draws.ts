import type { DType } from "../dtype.ts";
import { check } from "../errors.ts";
import { denseArray } from "../kernels/dense.ts";
import { settle } from "../kernels/elementwise.ts";
import { betainc, logBetaDensity } from "../kernels/special-beta.ts";
import { gammainc, gammaincc, lgamma } from "../kernels/special-gamma.ts";
import { op } from "../op.ts";
import { binomial as binomialDraw, gamma } from "../random/draws.ts";
import type { Generator } from "../random/generator.ts";
import { sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { mul } from "./arithmetic.ts";

type Gen = Generator | null;

/** Smallest positive normal number: a draw is never 0, so that its logarithm is finite. */
const smallest = (dtype: DType): number =>
  dtype.name === "float64" ? 2.2250738585072014e-308 : 1.1754943508222875e-38;

/** Gamma(α, 1) draws; the gradient is that of the draw at fixed probability (implicit reparameterisation). */
export const standardGamma = op({
  name: "_standard_gamma",
  args: ["self", "generator"],
  node: "StandardGammaBackward0",
  forward: (self: Tensor, g: Gen = null): Tensor => {
    const source = g ?? self.rt.generator;
    const out = self.rt.empty(self.shape, self.dtype);
    const alpha = denseArray(self);
    const least = smallest(self.dtype);
    for (let i = 0; i < out.numel; i++) out.data[i] = Math.max(least, gamma(source, alpha[i]));
    return settle(out);
  },
  keep: ([self], result) => ({ self, result }),
  vjp: { self: (g, { self, result }): Tensor => mul(g, standardGammaGrad(self, result)) },
  formula: { out: "x \\sim \\Gamma({self}, 1)", vjp: { self: "{g} \\cdot \\tfrac{\\partial x}{\\partial {self}}" } },
  places: ["torch"],
  signatures: ["_standard_gamma(Tensor input, Generator? generator=None)"],
});

const STEP = 1e-5;

/** −(∂F/∂a) / f for a distribution function F with density f, by a central difference on the side where F is small. */
function implicit(tail: (a: number) => number, sign: 1 | -1, a: number, logDensity: number): number {
  const h = STEP * Math.max(a, 1e-3);
  return (-sign * (tail(a + h) - tail(a - h))) / (2 * h) / Math.exp(logDensity);
}

/** ∂x/∂α of a Gamma(α, 1) draw x at fixed probability. */
function gammaGrad(alpha: number, x: number): number {
  if (!(x > 0)) return 0;
  const logDensity = (alpha - 1) * Math.log(x) - x - lgamma(alpha);
  return x < alpha + 1
    ? implicit((a) => gammainc(a, x), 1, alpha, logDensity)
    : implicit((a) => gammaincc(a, x), -1, alpha, logDensity);
}

export const standardGammaGrad = op({
  name: "_standard_gamma_grad",
  args: ["self", "output"],
  forward: (self: Tensor, output: Tensor): Tensor => {
    const out = self.rt.empty(self.shape, self.dtype);
    const alpha = denseArray(self);
    const x = denseArray(output);
    for (let i = 0; i < out.numel; i++) out.data[i] = gammaGrad(alpha[i], x[i]);
    return settle(out);
  },
  places: ["torch"],
  signatures: ["_standard_gamma_grad(Tensor input, Tensor output)"],
});

/** Dirichlet draws along the last dimension. */
export const sampleDirichlet = op({
  name: "_sample_dirichlet",
  args: ["self", "generator"],
  forward: (self: Tensor, g: Gen = null): Tensor => {
    const source = g ?? self.rt.generator;
    const out = self.rt.empty(self.shape, self.dtype);
    const alpha = denseArray(self);
    const n = self.shape[self.ndim - 1] ?? 1;
    const least = smallest(self.dtype);
    const draws = new Float64Array(n);
    for (let row = 0; row < out.numel; row += n) {
      let total = 0;
      for (let i = 0; i < n; i++) {
        draws[i] = gamma(source, alpha[row + i]);
        total += draws[i];
      }
      for (let i = 0; i < n; i++) out.data[row + i] = Math.max(least, draws[i] / total);
    }
    return settle(out);
  },
  places: ["torch"],
  signatures: ["_sample_dirichlet(Tensor input, Generator? generator=None)"],
});

/** (∂x/∂α) / (1 − x) of a Beta(α, total − α) draw x at fixed probability: what Dirichlet's gradient is made of. */
export const dirichletGrad = op({
  name: "_dirichlet_grad",
  args: ["x", "alpha", "total"],
  forward: (x: Tensor, alpha: Tensor, total: Tensor): Tensor => {
    const out = x.rt.empty(x.shape, x.dtype);
    const [xs, as, ts] = [denseArray(x), denseArray(alpha), denseArray(total)];
    for (let i = 0; i < out.numel; i++) {
      const v = Math.min(Math.max(xs[i], 1e-300), 1 - 1e-16);
      const b = ts[i] - as[i];
      const { direct } = betainc(as[i], b, v);
      const tail = (a: number): number => (direct ? betainc(a, b, v).lower : betainc(a, b, v).upper);
      out.data[i] = implicit(tail, direct ? 1 : -1, as[i], logBetaDensity(as[i], b, v)) / (1 - v);
    }
    return settle(out);
  },
  places: ["torch"],
  signatures: ["_dirichlet_grad(Tensor x, Tensor alpha, Tensor total)"],
});

/** Binomial draws: successes among `count` trials of probability `prob`. */
export const binomial = op({
  name: "binomial",
  args: ["count", "prob", "generator"],
  node: "BinomialBackward0",
  forward: (count: Tensor, prob: Tensor, g: Gen = null): Tensor => {
    check(sameShape(count.shape, prob.shape), () => "binomial: count and prob must have the same shape");
    const source = g ?? count.rt.generator;
    const out = count.rt.empty(count.shape, count.dtype);
    const n = denseArray(count);
    const p = denseArray(prob);
    for (let i = 0; i < out.numel; i++) out.data[i] = binomialDraw(source, n[i], p[i], lgamma);
    return settle(out);
  },
  vjp: {
    count: (g): Tensor => g.rt.full(g.shape, 0, g.dtype),
    prob: (g): Tensor => g.rt.full(g.shape, 0, g.dtype),
  },
  formula: { out: "\\mathrm{Binomial}({count}, {prob})", vjp: { count: "0", prob: "0" } },
  places: ["torch"],
  signatures: ["binomial(Tensor count, Tensor prob, Generator? generator=None)"],
});
