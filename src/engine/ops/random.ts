import { checkInplace } from "../autograd/inplace.ts";
import { type DType, float64, int64, isFloating, realType } from "../dtype.ts";
import { check } from "../errors.ts";
import { denseArray } from "../kernels/dense.ts";
import { notImplementedFor, settle } from "../kernels/elementwise.ts";
import { lgamma } from "../kernels/special-gamma.ts";
import { op, overwrite, type Signature } from "../op.ts";
import { exponential, fillIntegers, fillNormal, fillPermutation, fillUniform, poisson } from "../random/fill.ts";
import type { Generator } from "../random/generator.ts";
import type { Runtime } from "../runtime.ts";
import { type Scalar, scalarValue } from "../scalar.ts";
import { namedCreation } from "../schema/dimnames.ts";
import { broadcastShapes, type Shape } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { checkSizes } from "./creation.ts";
import { expand } from "./views.ts";

const OPTIONS =
  "ScalarType dtype=None, Layout layout=None, Device device=None, bool pin_memory=False, bool requires_grad=False";
const LIKE = `*, ${OPTIONS}, MemoryFormat memory_format=None`;

/** Signatures of rand and randn, in PyTorch's order. */
const sampler = (
  name: string,
  call: (rt: Runtime, size: Shape, dtype: DType | null) => Tensor,
): (string | Signature)[] => [
  namedCreation(`${name}(IntArrayRef size, *, Generator? generator, DimnameList? names, ${OPTIONS})`),
  `${name}(IntArrayRef size, *, Generator? generator, ${OPTIONS})`,
  { text: `${name}(IntArrayRef size, *, Tensor out=None, ${OPTIONS})`, call },
  namedCreation(`${name}(IntArrayRef size, *, DimnameList? names, ${OPTIONS})`),
];

type Gen = Generator | null;
const stream = (rt: Runtime, g: Gen): Generator => g ?? rt.generator;
const isDouble = (d: DType): boolean => d === float64;

function requireFloat(dtype: DType, kernel: string): void {
  if (!isFloating(dtype)) throw notImplementedFor(kernel, dtype);
}
function requireContinuous(dtype: DType, name: string): void {
  check(
    isFloating(dtype),
    () =>
      `${name} distribution is a continuous probability distribution. dtype must be a floating point but you specified ${dtype.scalarName}`,
  );
}

function uniformTensor(rt: Runtime, size: Shape, dtype: DType, g: Gen): Tensor {
  checkSizes(size);
  requireFloat(dtype, "check_uniform_bounds");
  const out = rt.empty(size, dtype);
  fillUniform(stream(rt, g), out.data, out.numel, 0, 1, dtype);
  return settle(out);
}
function normalTensor(rt: Runtime, size: Shape, dtype: DType, g: Gen, mean = 0, std = 1): Tensor {
  checkSizes(size);
  if (dtype.kind !== "complex") requireFloat(dtype, "normal_kernel_cpu");
  const out = rt.empty(size, dtype);
  if (dtype.kind === "complex")
    fillNormal(stream(rt, g), out.data, 2 * out.numel, mean, std * Math.SQRT1_2, realType(dtype), true);
  else fillNormal(stream(rt, g), out.data, out.numel, mean, std, dtype, true);
  return settle(out);
}
function integerTensor(rt: Runtime, low: number, high: number, size: Shape, dtype: DType, g: Gen): Tensor {
  checkSizes(size);
  check(high > low, () => `random_ expects 'from' to be less than 'to', but got from=${low} >= to=${high}`);
  const out = rt.empty(size, dtype);
  fillIntegers(stream(rt, g), out.data, out.numel, low, high);
  return out;
}

export const rand = op({
  name: "rand",
  args: ["rt", "size", "generator", "dtype"],
  forward: (rt: Runtime, size: Shape, g: Gen = null, dtype: DType | null = null): Tensor =>
    uniformTensor(rt, size, dtype ?? rt.defaultDtype, g),
  places: ["torch"],
  signatures: sampler("rand", (rt, size, dtype): Tensor => rand(rt, size, null, dtype)),
});
export const randn = op({
  name: "randn",
  args: ["rt", "size", "generator", "dtype"],
  forward: (rt: Runtime, size: Shape, g: Gen = null, dtype: DType | null = null): Tensor =>
    normalTensor(rt, size, dtype ?? rt.defaultDtype, g),
  places: ["torch"],
  signatures: sampler("randn", (rt, size, dtype): Tensor => randn(rt, size, null, dtype)),
});
export const randint = op({
  name: "randint",
  args: ["rt", "low", "high", "size", "generator", "dtype"],
  forward: (rt: Runtime, low: number, high: number, size: Shape, g: Gen = null, dtype: DType | null = null): Tensor =>
    integerTensor(rt, low, high, size, dtype ?? int64, g),
  places: ["torch"],
  signatures: [
    {
      text: `randint(int64_t high, IntArrayRef size, *, Generator generator=None, Tensor out=None, ${OPTIONS})`,
      call: (rt: Runtime, high: number, size: Shape, g: Gen, dtype: DType | null) =>
        randint(rt, 0, high, size, g, dtype),
    },
    `randint(int64_t low, int64_t high, IntArrayRef size, *, Generator generator=None, Tensor out=None, ${OPTIONS})`,
  ],
});
export const randperm = op({
  name: "randperm",
  args: ["rt", "n", "generator", "dtype"],
  forward: (rt: Runtime, n: number, g: Gen = null, dtype: DType | null = null): Tensor => {
    check(n >= 0, () => `n must be non-negative, got${n}`);
    const out = rt.empty([n], dtype ?? int64);
    fillPermutation(stream(rt, g), out.data, n);
    return out;
  },
  places: ["torch"],
  signatures: [`randperm(int64_t n, *, Generator generator=None, Tensor out=None, ${OPTIONS})`],
});
export const randLike = op({
  name: "rand_like",
  args: ["self", "dtype"],
  forward: (self: Tensor, dtype: DType | null = null): Tensor =>
    uniformTensor(self.rt, self.shape, dtype ?? self.dtype, null),
  places: ["torch"],
  signatures: [`rand_like(Tensor input, ${LIKE})`],
});
export const randnLike = op({
  name: "randn_like",
  args: ["self", "dtype"],
  forward: (self: Tensor, dtype: DType | null = null): Tensor =>
    normalTensor(self.rt, self.shape, dtype ?? self.dtype, null),
  places: ["torch"],
  signatures: [`randn_like(Tensor input, ${LIKE})`],
});
export const randintLike = op({
  name: "randint_like",
  args: ["self", "low", "high", "dtype"],
  forward: (self: Tensor, low: number, high: number, dtype: DType | null = null): Tensor =>
    integerTensor(self.rt, low, high, self.shape, dtype ?? self.dtype, null),
  places: ["torch"],
  signatures: [
    {
      text: `randint_like(Tensor input, int64_t high, ${LIKE})`,
      call: (self: Tensor, high: number, dtype: DType | null) => randintLike(self, 0, high, dtype),
    },
    `randint_like(Tensor input, int64_t low, int64_t high, ${LIKE})`,
  ],
});

/** Normals with the given means and standard deviations (tensors or numbers). */
export const normal = op({
  name: "normal",
  args: ["rt", "mean", "std", "size", "generator", "dtype"],
  forward: (
    rt: Runtime,
    mean: Tensor | Scalar,
    std: Tensor | Scalar,
    size: Shape | null = null,
    g: Gen = null,
    dtype: DType | null = null,
  ): Tensor => {
    if (!(std instanceof Tensor))
      check(scalarValue(std) >= 0, () => `normal expects std >= 0.0, but found std ${scalarValue(std)}`);
    else check(!denseArray(std).some((s) => s < 0), () => "normal expects all elements of std >= 0.0");
    if (!(mean instanceof Tensor) && !(std instanceof Tensor))
      return normalTensor(rt, size ?? [], dtype ?? rt.defaultDtype, g, scalarValue(mean), scalarValue(std));
    const shape = broadcastShapes(mean instanceof Tensor ? mean.shape : [], std instanceof Tensor ? std.shape : []);
    const type = mean instanceof Tensor ? mean.dtype : (std as Tensor).dtype;
    const out = normalTensor(rt, shape, type, g);
    const m = mean instanceof Tensor ? denseArray(expand(mean, shape)) : null;
    const s = std instanceof Tensor ? denseArray(expand(std, shape)) : null;
    for (let i = 0; i < out.numel; i++)
      out.data[i] = type.round(
        type.round(out.data[i] * (s === null ? scalarValue(std as Scalar) : s[i])) +
          (m === null ? scalarValue(mean as Scalar) : m[i]),
      );
    return out;
  },
  places: ["torch"],
  signatures: [
    {
      text: "normal(Tensor mean, Tensor std, *, Generator generator=None, Tensor out=None)",
      call: (rt: Runtime, m: Tensor, s: Tensor, g: Gen) => normal(rt, m, s, null, g),
    },
    {
      text: "normal(Tensor mean, double std=1, *, Generator generator=None, Tensor out=None)",
      call: (rt: Runtime, m: Tensor, s: number, g: Gen) => normal(rt, m, s, null, g),
    },
    {
      text: "normal(double mean, Tensor std, *, Generator generator=None, Tensor out=None)",
      call: (rt: Runtime, m: number, s: Tensor, g: Gen) => normal(rt, m, s, null, g),
    },
    `normal(double mean, double std, IntArrayRef size, *, Generator generator=None, Tensor out=None, ${OPTIONS})`,
  ],
});

export const bernoulli = op({
  name: "bernoulli",
  args: ["self", "p", "generator"],
  node: "BernoulliBackward0",
  forward: (self: Tensor, p: number | null = null, g: Gen = null): Tensor => {
    const source = stream(self.rt, g);
    const out = self.rt.empty(self.shape, self.dtype);
    const probabilities = denseArray(self);
    const double = isDouble(self.dtype);
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
    for (let i = 0; i < p.length; i++)
      check(p[i] >= 0 && Number.isFinite(p[i]), () => "probability tensor contains either `inf`, `nan` or element < 0");
    if (!replacement || count === 1) {
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

/** In-place fills: the tensor is overwritten with draws. */
function filler<Rest extends unknown[]>(
  name: string,
  args: readonly string[],
  signatures: readonly string[],
  draw: (self: Tensor, out: Tensor, ...rest: Rest) => void,
) {
  return op({
    name,
    args: ["self", ...args],
    forward: (self: Tensor, ...rest: Rest): Tensor => {
      checkInplace(self, self.requiresGrad);
      const out = self.rt.empty(self.shape, self.dtype);
      draw(self, out, ...rest);
      settle(out);
      self.rt.quietly(() => overwrite(self, out, name));
      return self;
    },
    places: ["Tensor"],
    signatures,
  });
}

export const uniform_ = filler(
  "uniform_",
  ["from", "to", "generator"],
  ["uniform_(Tensor input, double from=0, double to=1, *, Generator generator=None)"],
  (self, out, from: number = 0, to: number = 1, g: Gen = null) => {
    requireFloat(self.dtype, "check_uniform_bounds");
    check(from <= to, () => `uniform_ expects to return a [from, to) range, but found from=${from} > to=${to}`);
    fillUniform(stream(self.rt, g), out.data, out.numel, from, to, self.dtype);
  },
);
export const normal_ = filler(
  "normal_",
  ["mean", "std", "generator"],
  ["normal_(Tensor input, double mean=0, double std=1, *, Generator generator=None)"],
  (self, out, mean: number = 0, std: number = 1, g: Gen = null) => {
    check(std >= 0, () => `normal expects std >= 0.0, but found std ${std}`);
    requireFloat(self.dtype, "normal_kernel_cpu");
    fillNormal(stream(self.rt, g), out.data, out.numel, mean, std, self.dtype, self.contiguous);
  },
);
export const bernoulli_ = op({
  ...filler("bernoulli_", ["p", "generator"], [], (self, out, p: number | Tensor = 0.5, g: Gen = null) => {
    const source = stream(self.rt, g);
    const probabilities = p instanceof Tensor ? denseArray(expand(p, self.shape)) : null;
    if (typeof p === "number") check(p >= 0 && p <= 1, () => `bernoulli_ expects p to be in [0, 1], but got p=${p}`);
    const double = p instanceof Tensor && isDouble(p.dtype);
    for (let i = 0; i < out.numel; i++)
      out.data[i] =
        probabilities === null
          ? source.double() < (p as number)
            ? 1
            : 0
          : (double ? source.double() : source.float()) < probabilities[i]
            ? 1
            : 0;
  }).def,
  signatures: [
    "bernoulli_(Tensor input, Tensor p, *, Generator generator=None)",
    "bernoulli_(Tensor input, double p=0.5, *, Generator generator=None)",
  ],
});
export const exponential_ = filler(
  "exponential_",
  ["lambd", "generator"],
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

export const random_ = op({
  ...filler(
    "random_",
    ["from", "to", "generator"],
    [],
    (self, out, from: number = 0, to: number | null = null, g: Gen = null) => {
      const top = to ?? RANDOM_TOP[self.dtype.name] ?? 2 ** 31;
      check(top > from, () => `random_ expects 'from' to be less than 'to', but got from=${from} >= to=${top}`);
      fillIntegers(stream(self.rt, g), out.data, out.numel, from, top);
    },
  ).def,
  signatures: [
    {
      text: "random_(Tensor input, *, Generator generator=None)",
      call: (self: Tensor, g: Gen) => random_(self, 0, null, g),
    },
    {
      text: "random_(Tensor input, int64_t to, *, Generator generator=None)",
      call: (self: Tensor, to: number, g: Gen) => random_(self, 0, to, g),
    },
    "random_(Tensor input, int64_t from, int64_t? to, *, Generator generator=None)",
  ],
});
export const geometric_ = filler(
  "geometric_",
  ["p", "generator"],
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
  ["log_normal_(Tensor input, double mean=1, double std=2, *, Generator generator=None)"],
  (self, out, mean: number = 1, std: number = 2, g: Gen = null) => {
    check(std > 0, () => `log_normal_ expects std > 0.0, but found std=${std}`);
    requireFloat(self.dtype, "log_normal_cpu");
    const source = stream(self.rt, g);
    for (let i = 0; i < out.numel; i++) out.data[i] = Math.exp(source.normal() * std + mean);
  },
);

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
