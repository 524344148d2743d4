import { int64 } from "../dtype.ts";
import { check, runtimeError, sizes } from "../errors.ts";
import { positionsAlong } from "../kernels/along.ts";
import { copyTensor } from "../kernels/copy.ts";
import { dense } from "../kernels/dense.ts";
import { inplace, op } from "../op.ts";
import { isScalar, type Scalar, scalarValue } from "../scalar.ts";
import { namedOverload } from "../schema/dimnames.ts";
import { broadcastShapes, type Shape, wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { storable } from "./masking.ts";
import { flatten } from "./reshaping.ts";
import { expand, unsqueeze } from "./views.ts";

const sizeAt = (shape: Shape, d: number): number => shape[d] ?? 1;

function checkIndex(method: string, index: Tensor): void {
  check(index.numel === 0 || index.dtype === int64, () => `${method}(): Expected dtype int64 for index`);
}

function checkSource(method: string, self: Tensor, src: Tensor): void {
  check(self.dtype === src.dtype, () => `${method}(): Expected self.dtype to be equal to src.dtype`);
}

/** self[…, index[…], …] along `dim`: the result has the shape of `index`. */
export const gather = op({
  name: "gather",
  args: ["self", "dim", "index"],
  node: "GatherBackward0",
  forward: (self: Tensor, dim: number, index: Tensor): Tensor => {
    const d = wrapDim(dim, self.ndim);
    checkIndex("gather", index);
    if (index.numel > 0) {
      check(
        Math.max(self.ndim, 1) === Math.max(index.ndim, 1),
        () => "Index tensor must have the same number of dimensions as input tensor",
      );
      for (let i = 0; i < self.ndim; i++)
        check(
          i === d || sizeAt(index.shape, i) <= self.shape[i],
          () =>
            `Size does not match at dimension ${i} expected index ${sizes(index.shape)} to be no larger than self ${sizes(self.shape)} apart from dimension ${d}`,
        );
    }
    const out = self.rt.empty(index.shape, self.dtype);
    const from = positionsAlong(self, d, index);
    const { data } = self;
    if (self.dtype.slots === 1) for (let k = 0; k < from.length; k++) out.data[k] = data[from[k]];
    else
      for (let k = 0; k < from.length; k++) {
        out.data[2 * k] = data[2 * from[k]];
        out.data[2 * k + 1] = data[2 * from[k] + 1];
      }
    return out;
  },
  keep: ([self, dim, index]) => ({ self_sizes: self.shape, dim: wrapDim(dim, self.ndim), index }),
  vjp: {
    self: (g, { self_sizes, dim, index }): Tensor => scatterAdd(g.rt.full(self_sizes, 0, g.dtype), dim, index, g),
  },
  formula: {
    out: "{self}_{{index}}",
    vjp: { self: "\\mathrm{scatter\\text{-}add}_{{index}}({g})" },
    note: "an element picked several times gets the sum",
  },
  places: ["torch", "Tensor"],
  signatures: [
    {
      text: "gather(Tensor input, int64_t dim, Tensor index, *, bool sparse_grad=False, Tensor out=None)",
      call: (self: Tensor, dim: number, index: Tensor) => gather(self, dim, index),
    },
    namedOverload("gather(Tensor input, DimName dim, Tensor index, *, bool sparse_grad=False, Tensor out=None)"),
  ],
});

/** Errors of scatter operators; true when there is nothing to write. */
export function checkScatter(method: string, self: Tensor, dim: number, index: Tensor, src: Tensor | null): boolean {
  checkIndex(method, index);
  if (src !== null) checkSource(method, self, src);
  if (index.numel === 0) return true;
  check(
    Math.max(self.ndim, 1) === Math.max(index.ndim, 1),
    () => "Index tensor must have the same number of dimensions as self tensor",
  );
  let wrong = false;
  for (let i = 0; i < self.ndim; i++) if (i !== dim && sizeAt(index.shape, i) > self.shape[i]) wrong = true;
  if (src !== null) {
    check(
      Math.max(src.ndim, 1) === Math.max(index.ndim, 1),
      () => "Index tensor must have the same number of dimensions as src tensor",
    );
    for (let i = 0; i < index.ndim; i++) if (index.shape[i] > sizeAt(src.shape, i)) wrong = true;
  }
  const rest = src === null ? "" : ` and to be no larger size than src ${sizes(src.shape)}`;
  check(
    !wrong,
    () =>
      `Expected index ${sizes(index.shape)} to be no larger than self ${sizes(self.shape)} apart from dimension ${dim}${rest}`,
  );
  return false;
}

/** Row-major values of the part of `src` that an index of the given shape reads. */
export const sourceOf = (src: Tensor, shape: Shape): ReturnType<typeof dense> =>
  dense(src.alias(src.ndim === shape.length ? shape : [...src.shape], src.strides));

function scatterValues(
  method: string,
  self: Tensor,
  dim: number,
  index: Tensor,
  src: Tensor | number,
  combine: "set" | "add" | "multiply",
): Tensor {
  const d = wrapDim(dim, self.ndim);
  const out = copyTensor(self);
  if (checkScatter(method, self, d, index, typeof src === "number" ? null : src)) return out;
  const to = positionsAlong(out, d, index);
  const { data } = out;
  const { slots, round } = out.dtype;
  const source = typeof src === "number" ? null : sourceOf(src, index.shape);
  const constant = typeof src === "number" ? src : 0;
  for (let k = 0; k < to.length; k++)
    for (let s = 0; s < slots; s++) {
      const v = source === null ? (s === 0 ? constant : 0) : source.data[source.start + k * slots + s];
      const at = to[k] * slots + s;
      data[at] = combine === "set" ? v : round(combine === "add" ? data[at] + v : data[at] * v);
    }
  return out;
}

/** Writes values at self[…, index[…], …] along `dim`; of several for one place the last stays. */
const scatterSrc = op({
  name: "scatter",
  args: ["self", "dim", "index", "src"],
  node: "ScatterBackward0",
  forward: (self: Tensor, dim: number, index: Tensor, src: Tensor): Tensor =>
    scatterValues("scatter", self, dim, index, src, "set"),
  keep: ([self, dim, index]) => ({ dim: wrapDim(dim, self.ndim), index }),
  vjp: {
    self: (g, { dim, index }): Tensor => scatterValue(g, dim, index, 0),
    src: (g, { dim, index }): Tensor => gather(g, dim, index),
  },
  formula: {
    out: "{self}_{{index}} \\leftarrow {src}",
    vjp: { self: "{g}\\ \\text{with}\\ {g}_{{index}} = 0", src: "{g}_{{index}}" },
  },
});
const scatterValue = op({
  name: "scatter",
  args: ["self", "dim", "index", "value"],
  node: "ScatterBackward1",
  forward: (self: Tensor, dim: number, index: Tensor, value: Scalar): Tensor =>
    scatterValues("scatter", self, dim, index, storable(scalarValue(value), self.dtype), "set"),
  keep: ([self, dim, index]) => ({ dim: wrapDim(dim, self.ndim), index }),
  vjp: { self: (g, { dim, index }): Tensor => scatterValue(g, dim, index, 0) },
  formula: {
    out: "{self}_{{index}} \\leftarrow {value}",
    vjp: { self: "{g}\\ \\text{with}\\ {g}_{{index}} = 0" },
  },
});

const underivable = (): never => {
  throw runtimeError("derivative for aten::scatter is not implemented");
};

/** scatter with `reduce=`: PyTorch has no derivative for it. */
const scatterCombined = op({
  name: "scatter",
  args: ["self", "dim", "index", "src", "reduce"],
  node: "NotImplemented",
  forward: (self: Tensor, dim: number, index: Tensor, src: Tensor | Scalar, reduce: string): Tensor => {
    check(reduce === "add" || reduce === "multiply", () => "reduce argument must be either add or multiply.");
    const value = isScalar(src) ? storable(scalarValue(src), self.dtype) : src;
    return scatterValues("scatter", self, dim, index, value, reduce === "add" ? "add" : "multiply");
  },
  vjp: { self: underivable, src: underivable },
  formula: {
    out: "{self}_{{index}} \\mathbin{{reduce}}\\!\\!= {src}",
    vjp: { self: "\\text{not implemented}", src: "\\text{not implemented}" },
  },
});

const SCATTER_DEPRECATED =
  "The reduce argument of torch.scatter with Tensor src is deprecated and will be removed in a future PyTorch release. Use torch.scatter_reduce instead for more reduction options.";

function warned(self: Tensor): Tensor {
  self.rt.warn("UserWarning", SCATTER_DEPRECATED);
  return self;
}

export const scatter = op({
  name: "scatter",
  args: ["self", "dim", "index", "src"],
  forward: (self: Tensor, dim: number, index: Tensor, src: Tensor | Scalar): Tensor =>
    isScalar(src) ? scatterValue(self, dim, index, src) : scatterSrc(self, dim, index, src),
  places: ["torch", "Tensor"],
  signatures: [
    "scatter(Tensor input, int64_t dim, Tensor index, Tensor src, *, Tensor out=None)",
    {
      text: "scatter(Tensor input, int64_t dim, Tensor index, Tensor src, *, str reduce, Tensor out=None)",
      call: (self: Tensor, dim: number, index: Tensor, src: Tensor, reduce: string) =>
        scatterCombined(warned(self), dim, index, src, reduce),
    },
    namedOverload("scatter(Tensor input, DimName dim, Tensor index, Tensor src)"),
    "scatter(Tensor input, int64_t dim, Tensor index, Scalar value, *, Tensor out=None)",
    {
      text: "scatter(Tensor input, int64_t dim, Tensor index, Scalar value, *, str reduce, Tensor out=None)",
      call: (self: Tensor, dim: number, index: Tensor, value: Scalar, reduce: string) =>
        scatterCombined(self, dim, index, value, reduce),
    },
    namedOverload("scatter(Tensor input, DimName dim, Tensor index, Scalar value)"),
  ],
});

const scatterSrc_ = inplace(scatterSrc);
const scatterValue_ = inplace(scatterValue);
const scatterCombined_ = inplace(scatterCombined);
export const scatter_ = op({
  name: "scatter_",
  args: ["self", "dim", "index", "src"],
  forward: (self: Tensor, dim: number, index: Tensor, src: Tensor | Scalar): Tensor =>
    isScalar(src) ? scatterValue_(self, dim, index, src) : scatterSrc_(self, dim, index, src),
  places: ["Tensor"],
  signatures: [
    "scatter_(Tensor input, int64_t dim, Tensor index, Tensor src)",
    {
      text: "scatter_(Tensor input, int64_t dim, Tensor index, Tensor src, *, str reduce)",
      call: (self: Tensor, dim: number, index: Tensor, src: Tensor, reduce: string) =>
        scatterCombined_(warned(self), dim, index, src, reduce),
    },
    "scatter_(Tensor input, int64_t dim, Tensor index, Scalar value)",
    {
      text: "scatter_(Tensor input, int64_t dim, Tensor index, Scalar value, *, str reduce)",
      call: (self: Tensor, dim: number, index: Tensor, value: Scalar, reduce: string) =>
        scatterCombined_(self, dim, index, value, reduce),
    },
  ],
});

/** Adds values at self[…, index[…], …] along `dim`. */
export const scatterAdd = op({
  name: "scatter_add",
  args: ["self", "dim", "index", "src"],
  node: "ScatterAddBackward0",
  forward: (self: Tensor, dim: number, index: Tensor, src: Tensor): Tensor =>
    scatterValues("scatter", self, dim, index, src, "add"),
  keep: ([self, dim, index]) => ({ dim: wrapDim(dim, self.ndim), index }),
  vjp: {
    self: (g): Tensor => g,
    src: (g, { dim, index }): Tensor => gather(g, dim, index),
  },
  formula: { out: "{self}_{{index}} \\mathbin{+\\!\\!=} {src}", vjp: { self: "{g}", src: "{g}_{{index}}" } },
  places: ["torch", "Tensor"],
  signatures: [
    "scatter_add(Tensor input, int64_t dim, Tensor index, Tensor src, *, Tensor out=None)",
    namedOverload("scatter_add(Tensor input, DimName dim, Tensor index, Tensor src)"),
  ],
});
export const scatterAdd_ = inplace(scatterAdd, {
  signatures: ["scatter_add_(Tensor input, int64_t dim, Tensor index, Tensor src)"],
});

/** gather with broadcasting; without `dim` both are flattened first. */
export const takeAlongDim = op({
  name: "take_along_dim",
  args: ["self", "indices", "dim"],
  forward: (self: Tensor, indices: Tensor, dim: number | null = null): Tensor => {
    check(
      indices.dtype === int64,
      () => `torch.take_along_dim(): dtype of indices should be Long but got ${indices.dtype.scalarName}`,
    );
    if (dim === null) return gather(flatten(self), 0, flatten(indices));
    check(
      self.ndim === indices.ndim,
      () =>
        `torch.take_along_dim(): input and indices should have the same number of dimensions, but got ${self.ndim} dimensions for input, and ${indices.ndim} dimensions for indices`,
    );
    const d = wrapDim(dim, self.ndim);
    const common = [
      ...broadcastShapes(
        self.shape.map((s, i) => (i === d ? 1 : s)),
        indices.shape.map((s, i) => (i === d ? 1 : s)),
      ),
    ];
    const own = [...common];
    own[d] = self.shape[d];
    common[d] = indices.shape[d];
    return gather(expand(self, own), d, expand(indices, common));
  },
  places: ["torch", "Tensor"],
  signatures: ["take_along_dim(Tensor input, Tensor indices, int64_t? dim=None, *, Tensor out=None)"],
});

/**
 * Zeros of shape `size` with the gradient at the chosen positions of `dim`: the derivative of max(dim), median, kthvalue,
 * topk and sort. With `keepdim` false the gradient lacks the dimension.
 */
export function valueBackward(g: Tensor, dim: number, indices: Tensor, size: Shape, keepdim: boolean): Tensor {
  const widen = !keepdim && size.length > 0;
  const at = widen ? g.rt.quietly(() => unsqueeze(indices, dim)) : indices;
  return scatterSrc(g.rt.full(size, 0, g.dtype), dim, at, widen ? unsqueeze(g, dim) : g);
}

/** What this derivative keeps of an operator that chooses one value along a dimension. */
export const keepChoice = (self: Tensor, dim: number, keepdim: boolean | undefined, indices: Tensor) => ({
  self_sizes: self.shape,
  dim: wrapDim(dim, self.ndim),
  keepdim: keepdim ?? false,
  indices,
});

/** The derivative of such an operator. */
export const choiceBackward = (g: Tensor, kept: ReturnType<typeof keepChoice>): Tensor =>
  valueBackward(g, kept.dim, kept.indices, kept.self_sizes, kept.keepdim);
