import { bool, type DType, int64, realType } from "../dtype.ts";
import { check } from "../errors.ts";
import { denseArray } from "../kernels/dense.ts";
import { settle } from "../kernels/elementwise.ts";
import { emptyLike } from "../kernels/layout.ts";
import { op, type Signature } from "../op.ts";
import { fillIntegers, fillPermutation, fillUniform } from "../random/fill.ts";
import { notImplementedFor } from "../refusals.ts";
import type { Runtime } from "../runtime.ts";
import { type Scalar, scalarValue } from "../scalar.ts";
import { namedCreation } from "../schema/dimnames.ts";
import { broadcastShapes, type Shape } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { checkSizes } from "./creation.ts";
import { drawNormals, type Gen, requireFloat, stream } from "./random-parts.ts";
import { expand } from "./views.ts";

const OPTIONS =
  "ScalarType dtype=None, Layout layout=None, Device device=None, bool pin_memory=False, bool requires_grad=False";
const LIKE = `*, MemoryFormat? memory_format=None, ${OPTIONS}`;

/** Signatures of rand and randn, in PyTorch's order. */
const sampler = (
  name: string,
  call: (rt: Runtime, size: Shape, dtype: DType | null) => Tensor,
): (string | Signature)[] => [
  namedCreation(`${name}(IntArrayRef size, *, Generator? generator, DimnameList? names, ${OPTIONS})`),
  `${name}(IntArrayRef size, *, Generator? generator, Tensor out=None, ${OPTIONS})`,
  { text: `${name}(IntArrayRef size, *, Tensor out=None, ${OPTIONS})`, call },
  namedCreation(`${name}(IntArrayRef size, *, DimnameList? names, ${OPTIONS})`),
];

/** A new tensor of a given shape, or of another tensor's shape and order in memory. */
function made(rt: Runtime, size: Shape | Tensor, dtype: DType): Tensor {
  if (size instanceof Tensor) return emptyLike(size, dtype);
  checkSizes(size);
  return rt.empty(size, dtype);
}

function uniformTensor(rt: Runtime, size: Shape | Tensor, dtype: DType, g: Gen): Tensor {
  if (dtype.kind !== "complex") requireFloat(dtype, "check_uniform_bounds");
  const out = made(rt, size, dtype);
  fillUniform(
    stream(rt, g),
    out.data,
    dtype.slots * out.numel,
    0,
    1,
    dtype.kind === "complex" ? realType(dtype) : dtype,
  );
  return settle(out);
}
function normalTensor(rt: Runtime, size: Shape | Tensor, dtype: DType, g: Gen, mean = 0, std = 1): Tensor {
  const out = made(rt, size, dtype);
  drawNormals(out, out.contiguous, stream(rt, g), mean, std);
  return settle(out);
}
/** What integer types hold. */
const INTEGER_LIMITS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  bool: [0, 1],
  uint8: [0, 255],
  int8: [-128, 127],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
};
function integerTensor(rt: Runtime, low: number, high: number, size: Shape | Tensor, dtype: DType, g: Gen): Tensor {
  check(high > low, () => `random_ expects 'from' to be less than 'to', but got from=${low} >= to=${high}`);
  const [least, most] = INTEGER_LIMITS[dtype.name] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  check(low >= least && low <= most, () => `from is out of bounds for ${dtype.cppName}`);
  check(high - 1 >= least && high - 1 <= most, () => `to - 1 is out of bounds for ${dtype.cppName}`);
  const out = made(rt, size, dtype);
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
      text: `randint(int64_t high, IntArrayRef size, *, Generator? generator, Tensor out=None, ${OPTIONS})`,
      call: (rt: Runtime, high: number, size: Shape, g: Gen, dtype: DType | null) =>
        randint(rt, 0, high, size, g, dtype),
    },
    {
      text: `randint(int64_t high, IntArrayRef size, *, Tensor out=None, ${OPTIONS})`,
      call: (rt: Runtime, high: number, size: Shape, dtype: DType | null) => randint(rt, 0, high, size, null, dtype),
    },
    `randint(int64_t low, int64_t high, IntArrayRef size, *, Generator? generator, Tensor out=None, ${OPTIONS})`,
    {
      text: `randint(int64_t low, int64_t high, IntArrayRef size, *, Tensor out=None, ${OPTIONS})`,
      call: (rt: Runtime, low: number, high: number, size: Shape, dtype: DType | null) =>
        randint(rt, low, high, size, null, dtype),
    },
  ],
});
export const randperm = op({
  name: "randperm",
  args: ["rt", "n", "generator", "dtype"],
  forward: (rt: Runtime, n: number, g: Gen = null, dtype: DType | null = null): Tensor => {
    checkSizes([n]);
    const out = rt.empty([n], dtype ?? int64);
    if (out.dtype === bool) throw notImplementedFor("randperm", bool);
    fillPermutation(stream(rt, g), out.data, n);
    return out;
  },
  places: ["torch"],
  signatures: [
    `randperm(int64_t n, *, Generator? generator, Tensor out=None, ${OPTIONS})`,
    {
      text: `randperm(int64_t n, *, Tensor out=None, ${OPTIONS})`,
      call: (rt: Runtime, n: number, dtype: DType | null) => randperm(rt, n, null, dtype),
    },
  ],
});
export const randLike = op({
  name: "rand_like",
  args: ["self", "dtype"],
  forward: (self: Tensor, dtype: DType | null = null): Tensor =>
    uniformTensor(self.rt, self, dtype ?? self.dtype, null),
  places: ["torch"],
  signatures: [`rand_like(Tensor input, ${LIKE})`],
});
export const randnLike = op({
  name: "randn_like",
  args: ["self", "dtype"],
  forward: (self: Tensor, dtype: DType | null = null): Tensor => normalTensor(self.rt, self, dtype ?? self.dtype, null),
  places: ["torch"],
  signatures: [`randn_like(Tensor input, ${LIKE})`],
});
export const randintLike = op({
  name: "randint_like",
  args: ["self", "low", "high", "dtype"],
  forward: (self: Tensor, low: number, high: number, dtype: DType | null = null): Tensor =>
    integerTensor(self.rt, low, high, self, dtype ?? self.dtype, null),
  places: ["torch"],
  signatures: [
    {
      text: `randint_like(Tensor input, int64_t high, ${LIKE})`,
      call: (self: Tensor, high: number, dtype: DType | null) => randintLike(self, 0, high, dtype),
    },
    `randint_like(Tensor input, int64_t low, int64_t high, ${LIKE})`,
  ],
});

const none = (g: Tensor): Tensor => g.rt.quietly(() => g.rt.full(g.shape, 0, g.dtype));

/** Normals with the given means and standard deviations (tensors or numbers). */
export const normal = op({
  name: "normal",
  args: ["rt", "mean", "std", "size", "generator", "dtype"],
  node: ([, mean, std]) => `NormalBackward${mean instanceof Tensor ? (std instanceof Tensor ? 3 : 1) : 2}`,
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
  vjp: { mean: (g): Tensor => none(g), std: (g): Tensor => none(g) },
  formula: {
    out: "\\mathcal{N}({mean}, {std}^2)",
    vjp: { mean: "0", std: "0" },
    note: "a draw tells nothing of how it moves with its parameters: rsample of a distribution does",
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
