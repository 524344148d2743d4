import { float64 } from "../dtype.ts";
import { check } from "../errors.ts";
import { streamed } from "../format/number-text.ts";
import { denseArray } from "../kernels/dense.ts";
import { settle } from "../kernels/elementwise.ts";
import { emptyLike, inOrder, memoryOrder } from "../kernels/layout.ts";
import { inplace, op, type Signature } from "../op.ts";
import { exponential, fillIntegers, fillUniform } from "../random/fill.ts";
import { Tensor } from "../tensor.ts";
import { drawNormals, type Gen, requireContinuous, requireFloat, stream } from "./random-parts.ts";
import { expand } from "./views.ts";

/** An in-place fill: the tensor is overwritten with draws, so no gradient reaches what it held. */
function filler<Rest extends unknown[]>(
  name: string,
  args: readonly string[],
  node: string | ((args: readonly unknown[]) => string),
  signatures: readonly (string | Signature)[],
  draw: (self: Tensor, out: Tensor, ...rest: Rest) => void,
) {
  const drawn = op<[Tensor, ...Rest], Tensor>({
    name,
    args: ["self", ...args],
    node,
    forward: (self: Tensor, ...rest: Rest): Tensor => {
      const out = emptyLike(self);
      draw(self, out, ...rest);
      return settle(out);
    },
    vjp: { self: (g): Tensor => g.rt.full(g.shape, 0, g.dtype) },
    formula: { out: "\\text{random numbers}", vjp: { self: "0" } },
  });
  return inplace(drawn, { name, signatures });
}

export const uniform_ = filler(
  "uniform_",
  ["from", "to", "generator"],
  "UniformBackward0",
  ["uniform_(Tensor input, double from=0, double to=1, *, Generator generator=None)"],
  (self, out, from: number = 0, to: number = 1, g: Gen = null) => {
    requireFloat(self.dtype, "check_uniform_bounds");
    check(
      from <= to,
      () => `uniform_ expects to return a [from, to) range, but found from=${streamed(from)} > to=${streamed(to)}`,
    );
    fillUniform(stream(self.rt, g), out.data, out.numel, from, to, self.dtype);
  },
);
export const normal_ = filler(
  "normal_",
  ["mean", "std", "generator"],
  "NormalBackward0",
  ["normal_(Tensor input, double mean=0, double std=1, *, Generator generator=None)"],
  (self, out, mean: number = 0, std: number = 1, g: Gen = null) => {
    check(std >= 0, () => `normal expects std >= 0.0, but found std ${std}`);
    drawNormals(out, self.contiguous, stream(self.rt, g), mean, std);
  },
);
export const bernoulli_ = filler(
  "bernoulli_",
  ["p", "generator"],
  ([, p]) => (p instanceof Tensor ? "BernoulliBackward1" : "BernoulliBackward2"),
  [
    "bernoulli_(Tensor input, Tensor p, *, Generator generator=None)",
    "bernoulli_(Tensor input, double p=0.5, *, Generator generator=None)",
  ],
  (self, out, p: number | Tensor = 0.5, g: Gen = null) => {
    const source = stream(self.rt, g);
    const { data } = out;
    if (p instanceof Tensor) {
      const order = memoryOrder(self.shape, [self.strides]);
      const probabilities = denseArray(inOrder(expand(p, self.shape), order));
      const uniform = p.dtype === float64 ? () => source.double() : () => source.float();
      for (let i = 0; i < out.numel; i++) data[i] = uniform() < probabilities[i] ? 1 : 0;
      return;
    }
    check(p >= 0 && p <= 1, () => `bernoulli_ expects p to be in [0, 1], but got p=${p}`);
    for (let i = 0; i < out.numel; i++) data[i] = source.double() < p ? 1 : 0;
  },
);
export const exponential_ = filler(
  "exponential_",
  ["lambd", "generator"],
  "ExponentialBackward0",
  ["exponential_(Tensor input, double lambd=1, *, Generator generator=None)"],
  (self, out, lambd: number = 1, g: Gen = null) => {
    requireContinuous(self.dtype, "Exponential");
    check(lambd > 0, () => `exponential_ expects lambda > 0.0, but found lambda=${lambd}`);
    const source = stream(self.rt, g);
    for (let i = 0; i < out.numel; i++) out.data[i] = exponential(source, lambd);
  },
);
/** One more than the largest number that random_() draws. */
const RANDOM_TOP: Readonly<Record<string, number>> = {
  float32: 2 ** 24 + 1,
  float64: 2 ** 53 + 1,
  float16: 2 ** 11 + 1,
  bfloat16: 2 ** 8 + 1,
  int64: 2 ** 63,
  bool: 2,
  uint8: 256,
  int8: 128,
  int16: 32768,
};

export const random_ = filler(
  "random_",
  ["from", "to", "generator"],
  "RandomBackward0",
  [
    {
      text: "random_(Tensor input, *, Generator generator=None)",
      call: (self: Tensor, g: Gen): Tensor => random_(self, 0, null, g),
    },
    "random_(Tensor input, int64_t from, int64_t? to, *, Generator generator=None)",
    {
      text: "random_(Tensor input, int64_t to, *, Generator generator=None)",
      call: (self: Tensor, to: number, g: Gen): Tensor => random_(self, 0, to, g),
    },
  ],
  (self, out, from: number = 0, to: number | null = null, g: Gen = null) => {
    const top = to ?? RANDOM_TOP[self.dtype.name] ?? 2 ** 31;
    check(top > from, () => `random_ expects 'from' to be less than 'to', but got from=${from} >= to=${top}`);
    fillIntegers(stream(self.rt, g), out.data, out.numel, from, top);
  },
);
export const geometric_ = filler(
  "geometric_",
  ["p", "generator"],
  "GeometricBackward0",
  ["geometric_(Tensor input, double p, *, Generator generator=None)"],
  (self, out, p: number, g: Gen = null) => {
    check(p > 0 && p < 1, () => `geometric_ expects p to be in (0, 1), but got p=${p}`);
    const source = stream(self.rt, g);
    for (let i = 0; i < out.numel; i++) out.data[i] = Math.ceil(Math.log(source.double()) / Math.log1p(-p));
  },
);
export const cauchy_ = filler(
  "cauchy_",
  ["median", "sigma", "generator"],
  "CauchyBackward0",
  ["cauchy_(Tensor input, double median=0, double sigma=1, *, Generator generator=None)"],
  (self, out, median: number = 0, sigma: number = 1, g: Gen = null) => {
    requireContinuous(self.dtype, "Cauchy");
    check(sigma > 0, () => `cauchy_ expects sigma > 0.0, but found sigma=${sigma}`);
    const source = stream(self.rt, g);
    for (let i = 0; i < out.numel; i++) out.data[i] = median + sigma * Math.tan(Math.PI * (source.double() - 0.5));
  },
);
export const logNormal_ = filler(
  "log_normal_",
  ["mean", "std", "generator"],
  "LogNormalBackward0",
  ["log_normal_(Tensor input, double mean=1, double std=2, *, Generator generator=None)"],
  (self, out, mean: number = 1, std: number = 2, g: Gen = null) => {
    check(std > 0, () => `log_normal_ expects std > 0.0, but found std=${std}`);
    requireFloat(self.dtype, "log_normal_cpu");
    const source = stream(self.rt, g);
    for (let i = 0; i < out.numel; i++) out.data[i] = Math.exp(source.normal() * std + mean);
  },
);
