import { int64 } from "../dtype.ts";
import { check, indexError, runtimeError, sizes, type TorchError } from "../errors.ts";
import { indexVector } from "../kernels/along.ts";
import { laneSizes } from "../kernels/blocks.ts";
import { copyTensor } from "../kernels/copy.ts";
import { dense } from "../kernels/dense.ts";
import { laidOutLike } from "../kernels/layout.ts";
import { inplace, op } from "../op.ts";
import { notImplementedFor } from "../refusals.ts";
import { type ComplexScalar, type Scalar, scalarValue } from "../scalar.ts";
import { namedOverload } from "../schema/dimnames.ts";
import { type Shape, wrapDim } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { clone } from "./copies.ts";
import { parts, storable } from "./masking.ts";
import { flatten } from "./reshaping.ts";
import { sum } from "./sum.ts";
import { expand, reshape, unsqueeze } from "./views.ts";

const isIndex = (t: Tensor): boolean => t.dtype === int64 || t.dtype.name === "int32";

/** Rows of `self` along `dim` at the given positions. */
export const indexSelect = op({
  name: "index_select",
  args: ["self", "dim", "index"],
  node: "IndexSelectBackward0",
  forward: (self: Tensor, dim: number, index: Tensor): Tensor => {
    const d = wrapDim(dim, self.ndim);
    if (index.ndim > 1) throw indexError("index_select(): Index is supposed to be a vector");
    check(isIndex(index), () => "index_select(): Expected dtype int32 or int64 for index");
    check(
      self.ndim > 0 || index.numel === 1,
      () => `index_select(): Index to scalar can have only 1 value, got ${index.numel} value(s)`,
    );
    const { outer, length, inner } = laneSizes(self.shape, d);
    const at = indexVector(index, length, false, () => indexError("index out of range in self"));
    const shape = [...self.shape];
    if (self.ndim > 0) shape[d] = at.length;
    const out = self.rt.empty(shape, self.dtype);
    const { data, start } = dense(self);
    const block = inner * self.dtype.slots;
    for (let o = 0, k = 0; o < outer; o++) {
      const row = start + o * length * block;
      for (let j = 0; j < at.length; j++) {
        const from = row + at[j] * block;
        for (let i = 0; i < block; i++) out.data[k++] = data[from + i];
      }
    }
    return out;
  },
  keep: ([self, dim, index]) => ({ self_sizes: self.shape, dim: wrapDim(dim, self.ndim), index }),
  vjp: {
    self: (g, { self_sizes, dim, index }): Tensor => indexAdd(g.rt.full(self_sizes, 0, g.dtype), dim, index, g),
  },
  formula: {
    out: "{self}_{{index}}",
    vjp: { self: "\\mathrm{index\\text{-}add}_{{index}}({g})" },
    note: "a row picked several times gets the sum",
  },
  places: ["torch", "Tensor"],
  signatures: [
    "index_select(Tensor input, int64_t dim, Tensor index, *, Tensor out=None)",
    namedOverload("index_select(Tensor input, DimName dim, Tensor index, *, Tensor out=None)"),
  ],
});

/** Visits rows of `self` along a dimension that an index vector names: row number, start of the row, of the source's row. */
function writeRows(
  method: string,
  out: Tensor,
  d: number,
  at: Int32Array,
  source: Tensor | null,
  write: (to: number, from: number, source: Tensor["data"]) => void,
): void {
  const { outer, length, inner } = laneSizes(out.shape, d);
  const block = inner * out.dtype.slots;
  const values = source === null ? { data: out.data, start: 0 } : dense(source);
  if (source !== null)
    check(
      source.numel === outer * at.length * inner,
      () => `${method}: source has ${source.numel} elements, expected ${outer * at.length * inner}`,
    );
  for (let o = 0; o < outer; o++)
    for (let j = 0; j < at.length; j++) {
      const to = (o * length + at[j]) * block;
      const from = values.start + (o * at.length + j) * block;
      for (let i = 0; i < block; i++) write(to + i, from + i, values.data);
    }
}

/** Error: an index of more than one dimension. */
export function checkVector(method: string, index: Tensor): void {
  if (index.ndim > 1)
    throw indexError(
      `${method}(): Index is supposed to be a vector, but got dim: ${index.ndim} with type: ${index.dtype.scalarName} and size: ${sizes(index.shape)}`,
    );
}

/** PyTorch adds to a vector element by element, else row by row, and the two complain differently. */
const rowError = (self: Tensor, d: number, index: number): TorchError =>
  self.ndim > 1
    ? runtimeError(`index ${index} is out of bounds for dimension ${d} with size ${self.shape[d]}`)
    : indexError("index out of range in self");

function checkRows(method: string, self: Tensor, d: number, index: Tensor, source: Tensor): void {
  checkVector(method, index);
  check(isIndex(index), () => `${method}(): Expected dtype int32/int64 for index but got: ${index.dtype.scalarName}`);
  check(
    self.dtype === source.dtype,
    () =>
      `${method}(): self (${self.dtype.scalarName}) and source (${source.dtype.scalarName}) must have the same scalar type`,
  );
  check(
    source.ndim === 0 || d < source.ndim,
    () => `${method}(): Indexing dim ${d} is out of bounds of the source tensor with dim ${source.ndim}`,
  );
  check(
    index.numel === (source.ndim === 0 ? 1 : source.shape[d]),
    () =>
      `${method}(): Number of indices (${index.numel}) should be equal to source.size(dim): (${source.shape[d] ?? 1}), for dim: ${d}`,
  );
  const without = (shape: Shape): Shape => shape.filter((_, i) => i !== d);
  check(
    self.ndim === 0 || sizes(without(self.shape)) === sizes(without(source.shape)),
    () =>
      `source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = ${sizes(self.shape)} source.shape = ${sizes(source.shape)}`,
  );
}

export const indexAdd = op({
  name: "index_add",
  args: ["self", "dim", "index", "source", "alpha"],
  node: "IndexAddBackward0",
  forward: (self: Tensor, dim: number, index: Tensor, source: Tensor, alpha: Scalar = 1): Tensor => {
    const d = wrapDim(dim, self.ndim);
    checkRows("index_add_", self, d, index, source);
    const out = copyTensor(self);
    const at = indexVector(index, self.shape[d] ?? 1, false, (i) => rowError(self, d, i));
    const { data } = out;
    const { round } = out.dtype;
    const a = scalarValue(alpha);
    writeRows("index_add_", out, d, at, source, (to, from, values) => {
      data[to] = round(data[to] + a * values[from]);
    });
    return out;
  },
  keep: ([self, dim, index, source, alpha]) => ({
    dim: wrapDim(dim, self.ndim),
    index,
    source_sizes: source.shape,
    alpha: alpha ?? 1,
  }),
  vjp: {
    self: (g): Tensor => g,
    source: (g, { dim, index, source_sizes, alpha }): Tensor => {
      const part = expand(rowsLike(indexSelect(g, dim, index), source_sizes), source_sizes);
      return scalarValue(alpha) === 1 ? part : mul(part, alpha);
    },
  },
  formula: { out: "{self}_{{index}} \\mathbin{+\\!\\!=} {source}", vjp: { self: "{g}", source: "{g}_{{index}}" } },
  places: ["torch", "Tensor"],
  signatures: [
    "index_add(Tensor input, int64_t dim, Tensor index, Tensor source, *, Scalar alpha=1, Tensor out=None)",
    namedOverload("index_add(Tensor input, DimName dim, Tensor index, Tensor source, *, Scalar alpha=1)"),
  ],
});
export const indexAdd_ = inplace(indexAdd);

/** A 0-d source has no dimension of one row. */
const rowsLike = (t: Tensor, shape: Shape): Tensor => (t.ndim === shape.length ? t : reshape(t, shape));

export const indexCopy = op({
  name: "index_copy",
  args: ["self", "dim", "index", "source"],
  node: "IndexCopyBackward0",
  forward: (self: Tensor, dim: number, index: Tensor, source: Tensor): Tensor => {
    const d = wrapDim(dim, self.ndim);
    if (index.ndim >= 2) throw indexError(`index_copy_(): Index should have dimension 1 or 0 (got ${index.ndim})`);
    if (source.ndim === 0 && index.numel !== 1)
      throw indexError(`index_copy_(): When source is scalar, index should have one element (got ${index.numel})`);
    if (source.ndim !== self.ndim && source.ndim !== 0 && self.ndim !== 0)
      throw indexError(
        `index_copy_(): When source and destination are not scalars, their dimensionality must match. Source dimensionality (${source.ndim}), destination dimensionality (${self.ndim})`,
      );
    if (index.dtype !== int64)
      throw indexError("index_copy_(): Expected a long tensor for index, but got " + index.dtype.scalarName);
    check(
      self.dtype === source.dtype,
      () =>
        `index_copy_(): self and source expected to have the same dtype, but got (self) ${self.dtype.scalarName} and (source) ${source.dtype.scalarName}`,
    );
    const mine = self.shape.filter((_, i) => i !== d);
    const theirs = source.shape.filter((_, i) => i !== d);
    if (sizes(mine) !== sizes(theirs))
      throw runtimeError(
        `index_copy_(): Source/destination tensor must have same slice shapes. Destination slice shape: ${mine.join(" ")} at dimension ${d} and source slice shape: ${theirs.join(" ")} at dimension 0.`,
      );
    if (source.ndim > 0 && index.numel !== source.shape[d])
      throw indexError(
        `index_copy_(): Number of indices (${index.numel}) should be equal to source.size(dim) (${source.shape[d]})`,
      );
    const out = copyTensor(self);
    const size = self.shape[d] ?? 1;
    const at = indexVector(index, size, false, (i) =>
      indexError(`index_copy_(): index ${i} is out of bounds for dimension ${d} with size ${size}`),
    );
    const { data } = out;
    writeRows("index_copy_", out, d, at, source, (to, from, values) => {
      data[to] = values[from];
    });
    return out;
  },
  keep: ([self, dim, index, source]) => ({ dim: wrapDim(dim, self.ndim), index, source_sizes: source.shape }),
  vjp: {
    self: (g, { dim, index }): Tensor => indexFill(g, dim, index, 0),
    source: (g, { dim, index, source_sizes }): Tensor => rowsLike(indexSelect(g, dim, index), source_sizes),
  },
  formula: {
    out: "{self}_{{index}} \\leftarrow {source}",
    vjp: { self: "{g}\\ \\text{with}\\ {g}_{{index}} = 0", source: "{g}_{{index}}" },
  },
  places: ["torch", "Tensor"],
  signatures: [
    "index_copy(Tensor input, int64_t dim, Tensor index, Tensor source, *, Tensor out=None)",
    namedOverload("index_copy(Tensor input, DimName dim, Tensor index, Tensor source)"),
  ],
});
export const indexCopy_ = inplace(indexCopy);

export const indexFill = op({
  name: "index_fill",
  args: ["self", "dim", "index", "value"],
  node: ([, , , value]) => (value instanceof Tensor ? "IndexFillBackward1" : "IndexFillBackward0"),
  forward: (self: Tensor, dim: number, index: Tensor, value: Tensor | Scalar | ComplexScalar): Tensor => {
    const d = wrapDim(dim, self.ndim);
    check(index.dtype === int64, () => "index_fill_(): Expected dtype int64 for index.");
    check(index.ndim <= 1, () => "Index has to be a vector/scalar");
    if (value instanceof Tensor)
      check(
        value.ndim === 0,
        () => `index_fill_ only supports a 0-dimensional value tensor, but got tensor with ${value.ndim} dimension(s).`,
      );
    const [re, im] = parts(value);
    const v = storable(re, self.dtype);
    const out = copyTensor(self);
    const size = self.shape[d] ?? 1;
    const at = indexVector(index, size, true, (i) =>
      indexError(`index ${i} is out of bounds for dimension ${d} with size ${size}`),
    );
    const { data } = out;
    const { slots } = out.dtype;
    writeRows("index_fill_", out, d, at, null, (to) => {
      data[to] = to % slots === 0 ? v : im;
    });
    return laidOutLike(out, self);
  },
  keep: ([self, dim, index]) => ({ dim: wrapDim(dim, self.ndim), index }),
  vjp: {
    self: (g, { dim, index }): Tensor => indexFill(g, dim, index, 0),
    value: (g, { dim, index }): Tensor => sum(indexSelect(g, dim, distinct(index, g.shape[dim] ?? 1))),
  },
  formula: {
    out: "{self}_{{index}} \\leftarrow {value}",
    vjp: { self: "{g}\\ \\text{with}\\ {g}_{{index}} = 0", value: "\\textstyle\\sum {g}_{{index}}" },
  },
  places: ["torch", "Tensor"],
  signatures: [
    "index_fill(Tensor input, int64_t dim, Tensor index, Tensor value)",
    namedOverload("index_fill(Tensor input, DimName dim, Tensor index, Tensor value)"),
    "index_fill(Tensor input, int64_t dim, Tensor index, Scalar value)",
    namedOverload("index_fill(Tensor input, DimName dim, Tensor index, Scalar value)"),
  ],
});
export const indexFill_ = inplace(indexFill);

/** The different positions in an index, from 0 on. */
function distinct(index: Tensor, size: number): Tensor {
  const seen = [...new Set(index.toArray().map((i) => (i < 0 ? i + size : i)))];
  return index.rt.from(seen, [seen.length], int64);
}

/** Elements of `self`, read as a vector, at the given positions; the result has the shape of `index`. */
export const take = op({
  name: "take",
  args: ["self", "index"],
  node: "TakeBackward0",
  forward: (self: Tensor, index: Tensor): Tensor => {
    check(index.dtype === int64, () => `take(): Expected a long tensor for index, but got ${index.dtype.scalarName}`);
    if (self.numel === 0 && index.numel > 0) throw indexError("take(): tried to take from an empty tensor");
    const at = indexVector(index, self.numel, true, (i) => indexError(outOfRange(i, self.numel)));
    const { data, start } = dense(self);
    const out = self.rt.empty(index.shape, self.dtype);
    const { slots } = self.dtype;
    for (let k = 0; k < at.length; k++)
      for (let s = 0; s < slots; s++) out.data[k * slots + s] = data[start + at[k] * slots + s];
    return out;
  },
  keep: ([self, index]) => ({ self_sizes: self.shape, index }),
  vjp: { self: (g, { self_sizes, index }): Tensor => put(g.rt.full(self_sizes, 0, g.dtype), index, g, true) },
  formula: { out: "{self}_{{index}}", vjp: { self: "\\mathrm{scatter\\text{-}add}_{{index}}({g})" } },
  places: ["torch", "Tensor"],
  signatures: ["take(Tensor input, Tensor index, *, Tensor out=None)"],
});
const outOfRange = (i: number, n: number): string =>
  `out of range: tried to access index ${i} on a tensor of ${n} elements.`;

/** Writes (or adds) values at positions of `self` read as a vector. */
export const put = op({
  name: "put",
  args: ["self", "index", "source", "accumulate"],
  node: "PutBackward0",
  forward: (self: Tensor, index: Tensor, source: Tensor, accumulate: boolean = false): Tensor => {
    check(index.dtype === int64, () => `put_(): Expected a long tensor for index, but got ${index.dtype.scalarName}`);
    check(
      self.dtype === source.dtype,
      () =>
        `put_(): self and source expected to have the same dtype, but got self.dtype = ${self.dtype.scalarName} and source.dtype = ${source.dtype.scalarName}`,
    );
    check(
      source.numel === index.numel,
      () =>
        `put_(): Expected source and index to have the same number of elements, but got source.numel() = ${source.numel}, index.numel() = ${index.numel}`,
    );
    const at = indexVector(index, self.numel, true, (i) => indexError(outOfRange(i, self.numel)));
    const out = copyTensor(self);
    const { data, start } = dense(source);
    const { slots, round } = self.dtype;
    for (let k = 0; k < at.length; k++)
      for (let s = 0; s < slots; s++) {
        const to = at[k] * slots + s;
        const v = data[start + k * slots + s];
        out.data[to] = accumulate ? round(out.data[to] + v) : v;
      }
    return laidOutLike(out, self);
  },
  keep: ([, index, source, accumulate]) => ({ index, source_sizes: source.shape, accumulate: accumulate ?? false }),
  vjp: {
    self: (g, { index, source_sizes, accumulate }): Tensor =>
      accumulate ? g : put(g, index, g.rt.full(source_sizes, 0, g.dtype), false),
    source: (g, { index, source_sizes }): Tensor => reshape(take(g, index), source_sizes),
  },
  formula: {
    out: "{self}_{{index}} \\leftarrow {source}",
    vjp: { self: "{g}\\ \\text{with}\\ {g}_{{index}} = 0", source: "{g}_{{index}}" },
  },
  places: ["torch", "Tensor"],
  signatures: ["put(Tensor input, Tensor index, Tensor source, bool accumulate=False)"],
});
export const put_ = inplace(put);

/** 0, …, n-1 with i occurring counts[i] times. */
function repeatCounts(counts: Tensor, outputSize: number | null): Tensor {
  if (!isIndex(counts)) throw notImplementedFor("repeat_interleave_cpu", counts.dtype);
  check(counts.ndim === 1, () => "repeat_interleave only accept 1D vector as repeat");
  const n = counts.toArray();
  let total = 0;
  for (const c of n) {
    check(c >= 0, () => "repeats can not be negative");
    total += c;
  }
  check(outputSize === null || outputSize === total, () => "allocated size does not match required size");
  const out = counts.rt.empty([total], counts.dtype);
  for (let i = 0, k = 0; i < n.length; i++) for (let j = 0; j < n[i]; j++) out.data[k++] = i;
  return out;
}

/** Everything along dimension `d` equally often. */
function repeatAlong(input: Tensor, times: number, d: number, outputSize: number | null): Tensor {
  check(times >= 0, () => "Repeats must be non-negative");
  const size = input.shape[d] * times;
  check(
    outputSize === null || outputSize === size,
    () => `repeat_interleave: Invalid output_size, expected ${size} but got ${outputSize}`,
  );
  const shape = [...input.shape];
  shape.splice(d + 1, 0, times);
  return flatten(clone(expand(unsqueeze(input, d + 1), shape), "contiguous_format"), d, d + 1);
}

/** Every element (or row along `dim`) as often as `repeats` says. */
export const repeatInterleave = op({
  name: "repeat_interleave",
  args: ["self", "repeats", "dim", "output_size"],
  forward: (
    self: Tensor,
    repeats: Tensor | number,
    dim: number | null = null,
    outputSize: number | null = null,
  ): Tensor => {
    const input = dim === null ? flatten(self) : self;
    const d = dim === null ? 0 : wrapDim(dim, self.ndim);
    if (typeof repeats === "number") return repeatAlong(input, repeats, d, outputSize);
    const size = input.shape[d] ?? 1;
    const counts = repeats;
    check(counts.ndim <= 1, () => "repeats must be 0-dim or 1-dim tensor");
    const single = counts.numel === 1 && (counts.ndim === 0 || size !== 1);
    check(
      single || counts.numel === size,
      () =>
        `repeats must have the same size as input along dim, but got repeats.size(0) = ${counts.numel} and input.size(${d}) = ${size}`,
    );
    const all = single ? self.rt.from(new Float64Array(size).fill(counts.item()), [size], counts.dtype) : counts;
    return indexSelect(input, d, repeatCounts(all, outputSize));
  },
  places: ["torch", "Tensor"],
  signatures: [
    "repeat_interleave(Tensor input, Tensor repeats, int64_t? dim=None, *, int64_t? output_size=None)",
    {
      text: "repeat_interleave(Tensor repeats, *, int64_t? output_size=None)",
      call: (repeats: Tensor, outputSize: number | null) => repeatCounts(repeats, outputSize),
    },
    "repeat_interleave(Tensor input, int64_t repeats, int64_t? dim=None, *, int64_t? output_size=None)",
  ],
});
