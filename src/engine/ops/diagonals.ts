import { int64, isIntegral } from "../dtype.ts";
import { check, sizes } from "../errors.ts";
import { castTensor, copyTensor } from "../kernels/copy.ts";
import { dense, scatter } from "../kernels/dense.ts";
import { inMemoryOrder } from "../kernels/layout.ts";
import { inplace, op } from "../op.ts";
import { type Scalar, scalarValue } from "../scalar.ts";
import { type Shape, sameShape, wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { contiguous } from "./copies.ts";
import { storable } from "./masking.ts";
import { diagonal, diagonalBackward, select, slice } from "./slicing.ts";
import { diagonalCopy } from "./view-copies.ts";
import { expand, view } from "./views.ts";

/** Matrices (in dimensions dim1 and dim2) with the last dimension of `self` on a diagonal, zeros elsewhere. */
export const diagEmbed = op({
  name: "diag_embed",
  args: ["self", "offset", "dim1", "dim2"],
  node: "DiagEmbedBackward0",
  forward: (self: Tensor, offset: number = 0, dim1: number = -2, dim2: number = -1): Tensor => {
    const a = wrapDim(dim1, self.ndim + 1);
    const b = wrapDim(dim2, self.ndim + 1);
    check(a !== b, () => `diagonal dimensions cannot be identical ${dim1}, ${dim2}`);
    const n = (self.shape[self.ndim - 1] ?? 1) + Math.abs(offset);
    const shape = self.shape.slice(0, -1);
    shape.splice(Math.min(a, b), 0, n);
    shape.splice(Math.max(a, b), 0, n);
    const out = self.rt.empty(shape, self.dtype);
    writeInto(self, diagonal(out, offset, a, b));
    return out;
  },
  keep: ([, offset, dim1, dim2]) => ({ offset: offset ?? 0, dim1: dim1 ?? -2, dim2: dim2 ?? -1 }),
  vjp: { self: (g, { offset, dim1, dim2 }): Tensor => diagonal(g, offset, dim1, dim2) },
  formula: { out: "\\mathrm{diag}^{-1}({self})", vjp: { self: "\\mathrm{diag}({g})" } },
  places: ["torch", "Tensor"],
  signatures: ["diag_embed(Tensor input, int64_t offset=0, int64_t dim1=-2, int64_t dim2=-1)"],
});

/** Overwrites a strided region with values of the same shape. */
function writeInto(source: Tensor, target: Tensor): void {
  const { data, start } = dense(source.dtype === target.dtype ? source : castTensor(source, target.dtype));
  scatter(data, start, target.data, target.offset, target.shape, target.strides, target.dtype.slots);
}

/** The diagonal of a matrix, or a matrix with the vector on its diagonal. */
export const diag = op({
  name: "diag",
  args: ["self", "diagonal"],
  forward: (self: Tensor, offset: number = 0): Tensor => {
    check(self.ndim === 1 || self.ndim === 2, () => `diag(): Supports 1D or 2D tensors. Got ${self.ndim}D`);
    return self.ndim === 1 ? diagEmbed(self, offset) : diagonalCopy(self, offset);
  },
  places: ["torch", "Tensor"],
  signatures: ["diag(Tensor input, int64_t diagonal=0, *, Tensor out=None)"],
});

export const diagflat = op({
  name: "diagflat",
  args: ["self", "offset"],
  forward: (self: Tensor, offset: number = 0): Tensor => diag(view(contiguous(self), [-1]), offset),
  places: ["torch", "Tensor"],
  signatures: ["diagflat(Tensor input, int64_t offset=0)"],
});

function triangle(name: "tril" | "triu", node: string, kept: (column: number, limit: number) => boolean) {
  const self = op({
    name,
    args: ["self", "diagonal"],
    node,
    forward: (x: Tensor, offset: number = 0): Tensor => {
      check(x.ndim >= 2, () => `${name}: input tensor must have at least 2 dimensions`);
      const out = copyTensor(x);
      const [rows, columns] = x.shape.slice(-2);
      const { slots } = x.dtype;
      const { data } = out;
      for (let at = 0; at < data.length; )
        for (let i = 0; i < rows; i++)
          for (let j = 0; j < columns; j++, at += slots)
            if (!kept(j, i + offset)) for (let s = 0; s < slots; s++) data[at + s] = 0;
      return out;
    },
    keep: ([, offset]) => ({ diagonal: offset ?? 0 }),
    vjp: { self: (g, { diagonal: offset }): Tensor => self(g, offset) },
    formula: { out: `\\mathrm{${name}}({self})`, vjp: { self: `\\mathrm{${name}}({g})` } },
    places: ["torch", "Tensor"],
    signatures: [`${name}(Tensor input, int64_t diagonal=0, *, Tensor out=None)`],
  });
  return self;
}
export const tril = triangle("tril", "TrilBackward0", (j, limit) => j <= limit);
export const triu = triangle("triu", "TriuBackward0", (j, limit) => j >= limit);
export const tril_ = inplace(tril);
export const triu_ = inplace(triu);

/** Sum of the diagonal of a matrix. */
export const trace = op({
  name: "trace",
  args: ["self"],
  node: "TraceBackward0",
  forward: (self: Tensor): Tensor => {
    check(self.ndim === 2, () => `trace: expected a matrix, but got tensor with dim ${self.ndim}`);
    const out = self.rt.empty([], isIntegral(self.dtype) ? int64 : self.dtype);
    const { slots, round } = out.dtype;
    const step = (self.strides[0] + self.strides[1]) * slots;
    for (let s = 0; s < slots; s++) {
      let total = 0;
      for (let i = 0, at = self.offset * slots + s; i < Math.min(self.shape[0], self.shape[1]); i++, at += step)
        total += self.data[at];
      out.data[s] = round(total);
    }
    return out;
  },
  keep: ([self]) => ({ self_sizes: self.shape }),
  vjp: {
    self: (g, { self_sizes }): Tensor =>
      diagonalBackward(expand(g, [Math.min(self_sizes[0], self_sizes[1])]), self_sizes, 0, 0, 1),
  },
  formula: { out: "\\mathrm{tr}({self})", vjp: { self: "{g} \\cdot I" } },
  places: ["torch", "Tensor"],
  signatures: ["trace(Tensor input)"],
});

/** Writes a number on the main diagonal; `wrap` goes on below in tall matrices. */
const fillDiagonal = op({
  name: "fill_diagonal",
  args: ["self", "fill_value", "wrap"],
  node: "FillDiagonalBackward0",
  forward: (self: Tensor, value: Scalar, wrap: boolean = false): Tensor => {
    check(self.ndim >= 2, () => "dimensions must larger than 1");
    if (self.ndim > 2)
      check(
        self.shape.every((s) => s === self.shape[0]),
        () => "all dimensions of input must be of equal length",
      );
    const out = copyTensor(self);
    const { slots } = self.dtype;
    const v = storable(scalarValue(value), self.dtype);
    const step = out.strides.reduce((a, b) => a + b, 0);
    const count = Math.min(...self.shape);
    const put = (at: number): void => {
      out.data[at * slots] = v;
      if (slots === 2) out.data[2 * at + 1] = 0;
    };
    for (let i = 0; i < count; i++) put(i * step);
    if (wrap && self.ndim === 2 && self.shape[0] > self.shape[1] + 1)
      for (let at = self.shape[1] * (self.shape[1] + 1); at < self.numel; at += self.shape[1] + 1) put(at);
    return out;
  },
  keep: ([, , wrap]) => ({ wrap: wrap ?? false }),
  vjp: { self: (g, { wrap }): Tensor => fillDiagonal(g, 0, wrap) },
  formula: {
    out: "{self}_{ii} \\leftarrow {fill_value}",
    vjp: { self: "{g}\\ \\text{with}\\ {g}_{ii} = 0" },
  },
  signatures: ["fill_diagonal(Tensor input, Scalar fill_value, bool wrap=False)"],
});
export const fillDiagonal_ = inplace(fillDiagonal);

function checkPart(src: Tensor, part: Tensor): void {
  check(
    sameShape(src.shape, part.shape),
    () =>
      `expected src to have a size equal to the slice of self. src size = ${sizes(src.shape)}, slice size = ${sizes(part.shape)}`,
  );
}

/** A copy of `self` with `src` in the place of a view of it. */
/** A copy with the same strides, gaps and all; without gaps where elements share a place. */
function copyInPlace(self: Tensor): Tensor {
  const { rt, shape, strides, dtype } = self;
  if (self.numel === 0 || shape.some((n, d) => n > 1 && strides[d] === 0)) return inMemoryOrder(self, copyTensor);
  const last = shape.reduce((at, n, d) => at + (n - 1) * strides[d], 0);
  const out = rt.empty([last + 1], dtype).alias(shape, strides);
  writeInto(self, out);
  return out;
}

function replaced(self: Tensor, src: Tensor, part: (t: Tensor) => Tensor): Tensor {
  const out = copyInPlace(self);
  const target = part(out);
  checkPart(src, target);
  writeInto(src, target);
  return out;
}
const zerosOf = (g: Tensor, shape: Shape): Tensor => g.rt.full(shape, 0, g.dtype);

export const selectScatter = op({
  name: "select_scatter",
  args: ["self", "src", "dim", "index"],
  node: "SelectScatterBackward0",
  forward: (self: Tensor, src: Tensor, dim: number, index: number): Tensor =>
    replaced(self, src, (t) => select(t, dim, index)),
  keep: ([self, src, dim, index]) => ({ src_sizes: src.shape, dim: wrapDim(dim, self.ndim), index }),
  vjp: {
    self: (g, { src_sizes, dim, index }): Tensor => selectScatter(g, zerosOf(g, src_sizes), dim, index),
    src: (g, { dim, index }): Tensor => select(g, dim, index),
  },
  formula: {
    out: "{self}_{{index}} \\leftarrow {src}",
    vjp: { self: "{g}\\ \\text{with}\\ {g}_{{index}} = 0", src: "{g}_{{index}}" },
  },
  places: ["torch", "Tensor"],
  signatures: ["select_scatter(Tensor input, Tensor src, int64_t dim, int64_t index)"],
});

type Bound = number | null;
export const sliceScatter = op({
  name: "slice_scatter",
  args: ["self", "src", "dim", "start", "end", "step"],
  node: "SliceScatterBackward0",
  forward: (
    self: Tensor,
    src: Tensor,
    dim: number = 0,
    start: Bound = null,
    end: Bound = null,
    step: number = 1,
  ): Tensor => replaced(self, src, (t) => slice(t, dim, start, end, step)),
  keep: ([, src, dim, start, end, step]) => ({
    src_sizes: src.shape,
    dim: dim ?? 0,
    start: start ?? null,
    end: end ?? null,
    step: step ?? 1,
  }),
  vjp: {
    self: (g, { src_sizes, dim, start, end, step }): Tensor =>
      sliceScatter(g, zerosOf(g, src_sizes), dim, start, end, step),
    src: (g, { dim, start, end, step }): Tensor => slice(g, dim, start, end, step),
  },
  formula: {
    out: "{self}_{a:b} \\leftarrow {src}",
    vjp: { self: "{g}\\ \\text{with}\\ {g}_{a:b} = 0", src: "{g}_{a:b}" },
  },
  places: ["torch", "Tensor"],
  signatures: [
    "slice_scatter(Tensor input, Tensor src, int64_t dim=0, int64_t? start=None, int64_t? end=None, int64_t step=1)",
  ],
});

export const diagonalScatter = op({
  name: "diagonal_scatter",
  args: ["self", "src", "offset", "dim1", "dim2"],
  node: "DiagonalScatterBackward0",
  forward: (self: Tensor, src: Tensor, offset: number = 0, dim1: number = 0, dim2: number = 1): Tensor =>
    replaced(self, src, (t) => diagonal(t, offset, dim1, dim2)),
  keep: ([, src, offset, dim1, dim2]) => ({
    src_sizes: src.shape,
    offset: offset ?? 0,
    dim1: dim1 ?? 0,
    dim2: dim2 ?? 1,
  }),
  vjp: {
    self: (g, { src_sizes, offset, dim1, dim2 }): Tensor =>
      diagonalScatter(g, zerosOf(g, src_sizes), offset, dim1, dim2),
    src: (g, { offset, dim1, dim2 }): Tensor => diagonal(g, offset, dim1, dim2),
  },
  formula: {
    out: "\\mathrm{diag}({self}) \\leftarrow {src}",
    vjp: { self: "{g}\\ \\text{with}\\ \\mathrm{diag}({g}) = 0", src: "\\mathrm{diag}({g})" },
  },
  places: ["torch", "Tensor"],
  signatures: ["diagonal_scatter(Tensor input, Tensor src, int64_t offset=0, int64_t dim1=0, int64_t dim2=1)"],
});
