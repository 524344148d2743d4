import { float64, int64, isFloating } from "../dtype.ts";
import { check } from "../errors.ts";
import { denseArray } from "../kernels/dense.ts";
import { settle } from "../kernels/elementwise.ts";
import { lgamma } from "../kernels/special-gamma.ts";
import { op } from "../op.ts";
import { exponential, poisson } from "../random/fill.ts";
import { checkKind, onlyFloats } from "../refusals.ts";
import type { Tensor } from "../tensor.ts";
import { type Gen, requireFloat, stream } from "./random-parts.ts";

export const bernoulli = op({
  name: "bernoulli",
  args: ["self", "p", "generator"],
  node: "BernoulliBackward0",
  forward: (self: Tensor, p: number | null = null, g: Gen = null): Tensor => {
    if (p === null) checkKind(onlyFloats("bernoulli_tensor_cpu_p_"), self.dtype);
    const source = stream(self.rt, g);
    if (p === null) requireFloat(self.dtype, "bernoulli_tensor_cpu_p_");
    else check(p >= 0 && p <= 1, () => `bernoulli_ expects p to be in [0, 1], but got p=${p}`);
    const out = self.rt.empty(self.shape, self.dtype);
    const probabilities = denseArray(self);
    const double = self.dtype === float64;
    for (let i = 0; i < out.numel; i++) {
      if (p !== null) out.data[i] = source.double() < p ? 1 : 0;
      else {
        const q = probabilities[i];
        check(
          q >= 0 && q <= 1,
          () =>
            "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message be improved?  If so, please report an enhancement request to PyTorch.)",
        );
        out.data[i] = (double ? source.double() : source.float()) < q ? 1 : 0;
      }
    }
    return out;
  },
  vjp: { self: (g): Tensor => g.rt.full(g.shape, 0, g.dtype) },
  formula: { out: "\\mathrm{Bernoulli}({self})", vjp: { self: "0" } },
  places: ["torch", "Tensor"],
  signatures: [
    {
      text: "bernoulli(Tensor input, *, Generator generator=None, Tensor out=None)",
      call: (self: Tensor, g: Gen) => bernoulli(self, null, g),
    },
    "bernoulli(Tensor input, double p, *, Generator generator=None)",
  ],
});

export const multinomial = op({
  name: "multinomial",
  args: ["self", "num_samples", "replacement", "generator"],
  forward: (self: Tensor, count: number, replacement: boolean = false, g: Gen = null): Tensor => {
    check(self.ndim === 1 || self.ndim === 2, () => "prob_dist must be 1 or 2 dim");
    check(
      isFloating(self.dtype),
      () => `multinomial only supports floating-point dtypes for input, got: ${self.dtype.scalarName}`,
    );
    check(count > 0, () => "cannot sample n_sample <= 0 samples");
    const width = self.shape[self.ndim - 1];
    check(
      replacement || count <= width,
      () => "cannot sample n_sample > prob_dist.size(-1) samples without replacement",
    );
    const source = stream(self.rt, g);
    const rows = self.ndim === 1 ? 1 : self.shape[0];
    const p = denseArray(self);
    const out = self.rt.empty(self.ndim === 1 ? [count] : [rows, count], int64);
    const race = !replacement || count === 1;
    for (const v of p) {
      const problem = `(encountering probability entry ${v >= 0 ? "= infinity or NaN" : "< 0"})`;
      check(v >= 0 && Number.isFinite(v), () =>
        race
          ? "probability tensor contains either `inf`, `nan` or element < 0"
          : `invalid multinomial distribution ${problem}`,
      );
    }
    if (race) {
      // Largest p / Exponential(1) wins (the exponential race).
      const q = new Float64Array(rows * width);
      const f = self.dtype === float64 ? (x: number) => x : Math.fround;
      for (let i = 0; i < q.length; i++) q[i] = f(exponential(source, 1));
      for (let r = 0; r < rows; r++) {
        let total = 0;
        for (let i = 0; i < width; i++) total += p[r * width + i];
        check(total > 0, () => "invalid multinomial distribution (sum of probabilities <= 0)");
        const order = Array.from({ length: width }, (_, i) => i).sort(
          (a, b) => f(p[r * width + b] / q[r * width + b]) - f(p[r * width + a] / q[r * width + a]) || a - b,
        );
        for (let k = 0; k < count; k++) out.data[r * count + k] = order[k];
      }
      return out;
    }
    const f = self.dtype === float64 ? (x: number) => x : Math.fround;
    for (let r = 0; r < rows; r++) {
      const cumulative = new Float64Array(width);
      let total = 0;
      for (let i = 0; i < width; i++) {
        total = f(total + p[r * width + i]);
        cumulative[i] = total;
      }
      check(total > 0, () => "invalid multinomial distribution (sum of probabilities <= 0)");
      for (let i = 0; i < width; i++) cumulative[i] = f(cumulative[i] / total);
      cumulative[width - 1] = 1;
      for (let k = 0; k < count; k++) {
        const u = source.double();
        let low = 0;
        let high = width;
        while (high > low) {
          const mid = low + Math.floor((high - low) / 2);
          if (cumulative[mid] < u) low = mid + 1;
          else high = mid;
        }
        out.data[r * count + k] = Math.min(low, width - 1);
      }
    }
    return out;
  },
  places: ["torch", "Tensor"],
  signatures: [
    "multinomial(Tensor input, int64_t num_samples, bool replacement=False, *, Generator generator=None, Tensor out=None)",
  ],
});

/** Poisson draws with the given rates. */
export const poissonOf = op({
  name: "poisson",
  args: ["self", "generator"],
  node: "PoissonBackward0",
  forward: (self: Tensor, g: Gen = null): Tensor => {
    check(isFloating(self.dtype), () => `"poisson_cpu" not implemented for '${self.dtype.scalarName}'`);
    const source = stream(self.rt, g);
    const out = self.rt.empty(self.shape, self.dtype);
    const rates = denseArray(self);
    for (let i = 0; i < out.numel; i++) {
      check(rates[i] >= 0, () => "invalid Poisson rate, expected rate to be non-negative");
      out.data[i] = poisson(source, rates[i], lgamma);
    }
    return settle(out);
  },
  vjp: { self: (g): Tensor => g.rt.full(g.shape, 0, g.dtype) },
  formula: { out: "\\mathrm{Poisson}({self})", vjp: { self: "0" } },
  places: ["torch"],
  signatures: ["poisson(Tensor input, Generator? generator=None)"],
});
