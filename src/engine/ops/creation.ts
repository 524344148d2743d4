import { bool, complexType, type DType, float64, int64, isIntegral, realType } from "../dtype.ts";
import { check, sizes } from "../errors.ts";
import { streamed } from "../format/number-text.ts";
import { inMemoryOrder, emptyLike as preserved } from "../kernels/layout.ts";
import { op } from "../op.ts";
import type { Runtime } from "../runtime.ts";
import { ComplexScalar, isScalar, type Scalar, scalarKind, scalarValue } from "../scalar.ts";
import { namedCreation } from "../schema/dimnames.ts";
import { contiguousStrides, type Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

const OPTIONS =
  "ScalarType dtype=None, Layout layout=None, Device device=None, bool pin_memory=False, bool requires_grad=False";
const LIKE = `*, MemoryFormat? memory_format=None, ${OPTIONS}`;

/** Error: a negative size. */
export function checkSizes(size: Shape): void {
  for (const s of size) check(s >= 0, () => `Trying to create tensor with negative dimension ${s}: ${sizes(size)}`);
}

/** Constant tensors of a given shape: torch.zeros, ones, empty (zeros here). */
function filled(name: string, value: number) {
  return op({
    name,
    args: ["rt", "size", "dtype"],
    forward: (rt: Runtime, size: Shape, dtype: DType | null = null): Tensor => {
      checkSizes(size);
      return rt.full(size, value, dtype ?? rt.defaultDtype);
    },
    places: ["torch"],
    signatures:
      name === "empty"
        ? [
            namedCreation(
              `empty(IntArrayRef size, *, DimnameList? names, MemoryFormat? memory_format=None, ${OPTIONS})`,
            ),
            `empty(IntArrayRef size, *, MemoryFormat? memory_format=None, Tensor out=None, ${OPTIONS})`,
          ]
        : [
            namedCreation(`${name}(IntArrayRef size, *, DimnameList? names, ${OPTIONS})`),
            `${name}(IntArrayRef size, *, Tensor out=None, ${OPTIONS})`,
          ],
  });
}
export const zeros = filled("zeros", 0);
export const ones = filled("ones", 1);
export const empty = filled("empty", 0);

function filledLike(name: string, value: number) {
  /** What programs call: in the other's order of memory too. */
  const preserving = op({
    name,
    args: ["self", "dtype"],
    forward: (self: Tensor, dtype: DType | null = null): Tensor => fillLike(self, value, dtype ?? self.dtype),
  });
  return op({
    name,
    args: ["self", "dtype"],
    forward: (self: Tensor, dtype: DType | null = null): Tensor => self.rt.full(self.shape, value, dtype ?? self.dtype),
    places: ["torch"],
    signatures: [
      {
        text: `${name}(Tensor input, ${LIKE})`,
        call: preserving,
      },
    ],
  });
}

/** A constant tensor with the other's shape and order of dimensions in memory. */
function fillLike(self: Tensor, value: number, dtype: DType): Tensor {
  const out = preserved(self, dtype);
  if (value !== 0) for (let i = 0; i < out.data.length; i += dtype.slots) out.data[i] = dtype.round(value);
  return out;
}
export const zerosLike = filledLike("zeros_like", 0);
export const onesLike = filledLike("ones_like", 1);
export const emptyLike = filledLike("empty_like", 0);

function newFilled(name: string, value: number) {
  return op({
    name,
    args: ["self", "size", "dtype"],
    forward: (self: Tensor, size: Shape, dtype: DType | null = null): Tensor => {
      checkSizes(size);
      return self.rt.full(size, value, dtype ?? self.dtype);
    },
    places: ["Tensor"],
    signatures: [`${name}(Tensor input, IntArrayRef size, *, ${OPTIONS})`],
  });
}
export const newZeros = newFilled("new_zeros", 0);
export const newOnes = newFilled("new_ones", 1);
export const newEmpty = newFilled("new_empty", 0);

const scalarType = (rt: Runtime, value: Scalar): DType => {
  const kind = scalarKind(value);
  return kind === "bool" ? bool : kind === "int" ? int64 : rt.defaultDtype;
};

/** A tensor of one value. */
function fullOf(rt: Runtime, size: Shape, value: Scalar | ComplexScalar, dtype: DType): Tensor {
  if (!(value instanceof ComplexScalar)) return rt.full(size, scalarValue(value), dtype);
  const out = rt.full(size, value.re, dtype);
  check(
    dtype.slots === 2 || value.im === 0,
    () => `value cannot be converted to type ${dtype.cppName} without overflow`,
  );
  if (dtype.slots === 2) for (let i = 1; i < out.data.length; i += 2) out.data[i] = value.im;
  return out;
}

export const full = op({
  name: "full",
  args: ["rt", "size", "fill_value", "dtype"],
  forward: (rt: Runtime, size: Shape, value: Scalar | ComplexScalar, dtype: DType | null = null): Tensor => {
    checkSizes(size);
    const own = value instanceof ComplexScalar ? complexType(rt.defaultDtype) : scalarType(rt, value);
    return fullOf(rt, size, value, dtype ?? own);
  },
  places: ["torch"],
  signatures: [
    namedCreation(`full(IntArrayRef size, Scalar fill_value, *, DimnameList? names, ${OPTIONS})`),
    `full(IntArrayRef size, Scalar fill_value, *, Tensor out=None, ${OPTIONS})`,
  ],
});
export const fullLike = op({
  name: "full_like",
  args: ["self", "fill_value", "dtype"],
  forward: (self: Tensor, value: Scalar | ComplexScalar, dtype: DType | null = null): Tensor =>
    inMemoryOrder(self, ({ shape }) => fullOf(self.rt, shape, value, dtype ?? self.dtype)),
  places: ["torch"],
  signatures: [`full_like(Tensor input, Scalar fill_value, ${LIKE})`],
});
export const newFull = op({
  name: "new_full",
  args: ["self", "size", "fill_value", "dtype"],
  forward: (self: Tensor, size: Shape, value: Scalar | ComplexScalar, dtype: DType | null = null): Tensor =>
    fullOf(self.rt, size, value, dtype ?? self.dtype),
  places: ["Tensor"],
  signatures: [`new_full(Tensor input, IntArrayRef size, Scalar fill_value, *, ${OPTIONS})`],
});
export const scalarTensor = op({
  name: "scalar_tensor",
  args: ["rt", "s", "dtype"],
  forward: (rt: Runtime, s: Scalar, dtype: DType | null = null): Tensor =>
    rt.scalar(scalarValue(s), dtype ?? rt.defaultDtype),
  places: ["torch"],
  signatures: [`scalar_tensor(Scalar s, *, ${OPTIONS})`],
});

/** A double as C++ writes it. */

function progression(rt: Runtime, start: Scalar, end: Scalar, step: Scalar, dtype: DType | null): Tensor {
  const numbers = [start, end, step].map(scalarValue);
  const type = dtype ?? ([start, end, step].every((x) => scalarKind(x) !== "float") ? int64 : rt.defaultDtype);
  // int64 is counted in whole numbers.
  const [a, b, s] = type === int64 && numbers.every(Number.isFinite) ? numbers.map(Math.trunc) : numbers;
  check(s !== 0, () => "step must be nonzero");
  check(Number.isFinite(a) && Number.isFinite(b), () => `unsupported range: ${streamed(a)} -> ${streamed(b)}`);
  check((s > 0 && b >= a) || (s < 0 && b <= a), () => "upper bound and larger bound inconsistent with step sign");
  const integral = isIntegral(type);
  const count = Math.ceil((b - a) / s);
  const out = rt.empty([count], type);
  for (let i = 0; i < count; i++)
    out.data[i * type.slots] = type.round(integral ? Math.trunc(a) + i * Math.trunc(s) : a + i * s);
  return out;
}

export const arange = op({
  name: "arange",
  args: ["rt", "start", "end", "step", "dtype"],
  forward: (rt: Runtime, start: Scalar, end: Scalar, step: Scalar = 1, dtype: DType | null = null): Tensor =>
    progression(rt, start, end, step, dtype),
  places: ["torch"],
  signatures: [
    {
      text: `arange(Scalar end, *, Tensor out=None, ${OPTIONS})`,
      call: (rt: Runtime, end: Scalar, dtype: DType | null) => arange(rt, 0, end, 1, dtype),
    },
    {
      text: `arange(Scalar start, Scalar end, *, ${OPTIONS})`,
      call: (rt: Runtime, start: Scalar, end: Scalar, dtype: DType | null) => arange(rt, start, end, 1, dtype),
    },
    `arange(Scalar start, Scalar end, Scalar step=1, *, Tensor out=None, ${OPTIONS})`,
  ],
});

/** Like arange with the end included (deprecated in PyTorch). */
export const range = op({
  name: "range",
  args: ["rt", "start", "end", "step", "dtype"],
  forward: (rt: Runtime, start: Scalar, end: Scalar, step: Scalar = 1, dtype: DType | null = null): Tensor => {
    rt.warn(
      "UserWarning",
      "torch.range is deprecated and will be removed in a future release because its behavior is inconsistent with Python's range builtin. Instead, use torch.arange, which produces values in [start, end).",
    );
    const [a, b, s] = [start, end, step].map(scalarValue);
    const type = dtype ?? rt.defaultDtype;
    check(s !== 0, () => "step must be nonzero");
    check((s > 0 && b >= a) || (s < 0 && b <= a), () => "upper bound and lower bound inconsistent with step sign");
    const count = Math.floor((b - a) / s) + 1;
    const out = rt.empty([count], type);
    for (let i = 0; i < count; i++) out.data[i] = type.round(a + i * s);
    return out;
  },
  places: ["torch"],
  signatures: [`range(Scalar start, Scalar end, Scalar step=1, *, Tensor out=None, ${OPTIONS})`],
});

/** PyTorch fills from both ends towards the middle, in the result's precision. */
function spaced(
  rt: Runtime,
  start: number,
  end: number,
  steps: number,
  type: DType,
  map: (x: number) => number,
): Tensor {
  check(steps >= 0, () => "number of steps must be non-negative");
  const out = rt.empty([steps], type);
  const round = realType(type) === float64 || isIntegral(type) ? (x: number) => x : Math.fround;
  const ends = isIntegral(type) ? Math.trunc : round;
  const [a, b] = [ends(start), ends(end)];
  const step = steps > 1 ? round(round(b - a) / (steps - 1)) : 0;
  const half = Math.floor(steps / 2);
  for (let i = 0; i < steps; i++)
    out.data[i * type.slots] = type.round(
      map(i < half || steps === 1 ? round(a + step * i) : round(b - step * (steps - i - 1))),
    );
  return out;
}

/** Both ends may be numbers or 0-d tensors. */
const BOUNDS = [
  "Tensor start, Tensor end",
  "Scalar start, Tensor end",
  "Tensor start, Scalar end",
  "Scalar start, Scalar end",
];

const bound = (x: Scalar | Tensor): number => (isScalar(x) ? scalarValue(x) : x.item());

export const linspace = op({
  name: "linspace",
  args: ["rt", "start", "end", "steps", "dtype"],
  forward: (
    rt: Runtime,
    start: Scalar | Tensor,
    end: Scalar | Tensor,
    steps: number,
    dtype: DType | null = null,
  ): Tensor => spaced(rt, bound(start), bound(end), steps, dtype ?? rt.defaultDtype, (x) => x),
  places: ["torch"],
  signatures: BOUNDS.map((b) => `linspace(${b}, int64_t steps, *, Tensor out=None, ${OPTIONS})`),
});
export const logspace = op({
  name: "logspace",
  args: ["rt", "start", "end", "steps", "base", "dtype"],
  forward: (
    rt: Runtime,
    start: Scalar | Tensor,
    end: Scalar | Tensor,
    steps: number,
    base: number = 10,
    dtype: DType | null = null,
  ): Tensor => spaced(rt, bound(start), bound(end), steps, dtype ?? rt.defaultDtype, (x) => base ** x),
  places: ["torch"],
  signatures: BOUNDS.map((b) => `logspace(${b}, int64_t steps, double base=10.0, *, Tensor out=None, ${OPTIONS})`),
});

export const eye = op({
  name: "eye",
  args: ["rt", "n", "m", "dtype"],
  forward: (rt: Runtime, n: number, m: number | null = null, dtype: DType | null = null): Tensor => {
    check(n >= 0, () => `n must be greater or equal to 0, got ${n}`);
    const columns = m ?? n;
    check(columns >= 0, () => `m must be greater or equal to 0, got ${columns}`);
    const out = rt.empty([n, columns], dtype ?? rt.defaultDtype);
    for (let i = 0; i < Math.min(n, columns); i++) out.data[(i * columns + i) * out.dtype.slots] = 1;
    return out;
  },
  places: ["torch"],
  signatures: [
    {
      text: `eye(int64_t n, *, Tensor out=None, ${OPTIONS})`,
      call: (rt: Runtime, n: number, dtype: DType | null) => eye(rt, n, null, dtype),
    },
    `eye(int64_t n, int64_t m, *, Tensor out=None, ${OPTIONS})`,
  ],
});

function triangleIndices(
  rt: Runtime,
  row: number,
  col: number,
  keep: (i: number, j: number) => boolean,
  dtype: DType | null,
): Tensor {
  check(row >= 0, () => `row must be non-negative, got${row}`);
  check(col >= 0, () => `col must be non-negative, got${col}`);
  const is: number[] = [];
  const js: number[] = [];
  for (let i = 0; i < row; i++)
    for (let j = 0; j < col; j++)
      if (keep(i, j)) {
        is.push(i);
        js.push(j);
      }
  return rt.from([...is, ...js], [2, is.length], dtype ?? int64);
}
export const trilIndices = op({
  name: "tril_indices",
  args: ["rt", "row", "col", "offset", "dtype"],
  forward: (rt: Runtime, row: number, col: number, offset: number = 0, dtype: DType | null = null): Tensor =>
    triangleIndices(rt, row, col, (i, j) => j - i <= offset, dtype),
  places: ["torch"],
  signatures: [`tril_indices(int64_t row, int64_t col, int64_t offset=0, *, ${OPTIONS})`],
});
export const triuIndices = op({
  name: "triu_indices",
  args: ["rt", "row", "col", "offset", "dtype"],
  forward: (rt: Runtime, row: number, col: number, offset: number = 0, dtype: DType | null = null): Tensor =>
    triangleIndices(rt, row, col, (i, j) => j - i >= offset, dtype),
  places: ["torch"],
  signatures: [`triu_indices(int64_t row, int64_t col, int64_t offset=0, *, ${OPTIONS})`],
});

/** Zeros laid out with the given strides. */
function strided(rt: Runtime, size: Shape, stride: Shape, dtype: DType): Tensor {
  checkSizes(size);
  check(
    size.length === stride.length,
    () => `mismatch in length of strides and shape. Size is ${sizes(size)} and stride is ${sizes(stride)}`,
  );
  const room = size.includes(0) ? 0 : size.reduce((n, s, i) => n + (s - 1) * stride[i], 1);
  return rt.empty([room], dtype).alias(size, stride);
}
export const emptyStrided = op({
  name: "empty_strided",
  args: ["rt", "size", "stride", "dtype"],
  forward: (rt: Runtime, size: Shape, stride: Shape, dtype: DType | null = null): Tensor =>
    strided(rt, size, stride, dtype ?? rt.defaultDtype),
  places: ["torch"],
  signatures: [`empty_strided(IntArrayRef size, IntArrayRef stride, *, ${OPTIONS})`],
});
/** An uninitialised tensor whose dimensions lie in memory in the order of `physical_layout`, the outermost first. */
export const emptyPermuted = op({
  name: "empty_permuted",
  args: ["rt", "size", "physical_layout", "dtype"],
  forward: (rt: Runtime, size: Shape, layout: Shape, dtype: DType | null = null): Tensor => {
    checkSizes(size);
    check(
      size.length === layout.length,
      () =>
        `Number of dimensions in size does not match the length of the physical_layout; i.e. len(size) = ${size.length} is not equal to len(physical_layout) = ${layout.length}`,
    );
    for (const [i, d] of layout.entries()) {
      check(
        d >= 0 && d < size.length,
        () =>
          `Dimension out of range (expected to be between 0 and ${size.length - 1}, but got ${d} at index ${i}).  NB: negative dims not currently supported; file an issue if you want it.`,
      );
      check(layout.indexOf(d) === i, () => "Duplicate dim not allowed");
    }
    const inMemory = contiguousStrides(layout.map((d) => size[d]));
    return strided(
      rt,
      size,
      size.map((_, d) => inMemory[layout.indexOf(d)]),
      dtype ?? rt.defaultDtype,
    );
  },
  places: ["torch"],
  signatures: [`empty_permuted(IntArrayRef size, IntArrayRef physical_layout, *, ${OPTIONS})`],
});
export const newEmptyStrided = op({
  name: "new_empty_strided",
  args: ["self", "size", "stride", "dtype"],
  forward: (self: Tensor, size: Shape, stride: Shape, dtype: DType | null = null): Tensor =>
    strided(self.rt, size, stride, dtype ?? self.dtype),
  places: ["Tensor"],
  signatures: [`new_empty_strided(Tensor input, IntArrayRef size, IntArrayRef stride, *, ${OPTIONS})`],
});
