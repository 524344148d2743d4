import { type DType, int64, isIntegral } from "../dtype.ts";
import { runtimeError } from "../errors.ts";
import { settle } from "../kernels/elementwise.ts";
import { sumOver } from "../kernels/reduce.ts";
import { op } from "../op.ts";
import { namedOverload } from "../schema/dimnames.ts";
import { numelOf, type Shape, sameShape, wrapDims } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { div } from "./arithmetic.ts";
import { cast } from "./copies.ts";
import { expand, reshape, unsqueeze } from "./views.ts";

type Dims = readonly number[] | null;

/** A reduction's result (or its gradient) with the reduced dimensions put back as 1, where they were dropped. */
export function withDims(g: Tensor, ndim: number, dims: readonly number[], keepdim: boolean): Tensor {
  let out = g;
  if (!keepdim && ndim > 0) for (const d of dims) out = unsqueeze(out, d);
  return out;
}

/** A gradient of a reduced shape, spread back over the reduced dimensions. */
export const unreduce = (g: Tensor, shape: Shape, dims: readonly number[], keepdim: boolean): Tensor =>
  expand(withDims(g, shape.length, dims, keepdim), shape);

/** What sums and means keep: the dimensions only where they were given. */
interface KeptDims {
  readonly self_sizes: Shape;
  readonly dim?: readonly number[];
  readonly keepdim?: boolean;
}
const keepDims = (self: Tensor, dim: Dims | undefined, keepdim: boolean | undefined): KeptDims =>
  dim === undefined || dim === null
    ? { self_sizes: self.shape }
    : { self_sizes: self.shape, dim: wrapDims(dim, self.ndim), keepdim: keepdim ?? false };

/** The gradient of a sum, spread over what was summed. */
const spread = (g: Tensor, { self_sizes, dim, keepdim }: KeptDims): Tensor =>
  dim === undefined ? expand(g, self_sizes) : unreduce(g, self_sizes, dim, keepdim ?? false);

export const sum = op({
  name: "sum",
  args: ["self", "dim", "keepdim", "dtype"],
  node: ([, dim]) => (dim === undefined || dim === null ? "SumBackward0" : "SumBackward1"),
  forward: (self: Tensor, dim: Dims = null, keepdim: boolean = false, dtype: DType | null = null): Tensor => {
    const type = dtype ?? (isIntegral(self.dtype) ? int64 : self.dtype);
    return settle(sumOver(self.dtype === type ? self : cast(self, type), wrapDims(dim, self.ndim), keepdim));
  },
  keep: ([self, dim, keepdim]) => keepDims(self, dim, keepdim),
  vjp: { self: (g, kept): Tensor => spread(g, kept) },
  formula: {
    out: "\\textstyle\\sum_i {self}_i",
    vjp: { self: "{g} \\cdot \\mathbf{1}" },
    note: "the gradient is spread over every summed element",
  },
  places: ["torch", "Tensor"],
  signatures: [
    {
      text: "sum(Tensor input, *, ScalarType? dtype=None)",
      call: (self: Tensor, dtype: DType | null) => sum(self, null, false, dtype),
    },
    "sum(Tensor input, IntArrayRef[1]? dim, bool keepdim=False, *, ScalarType? dtype=None, Tensor out=None)",
    namedOverload(
      "sum(Tensor input, DimnameList[1] dim, bool keepdim=False, *, ScalarType? dtype=None, Tensor out=None)",
    ),
  ],
});

export const mean = op({
  name: "mean",
  args: ["self", "dim", "keepdim", "dtype"],
  node: ([, dim]) => (dim === undefined || dim === null ? "MeanBackward0" : "MeanBackward1"),
  forward: (self: Tensor, dim: Dims = null, keepdim: boolean = false, dtype: DType | null = null): Tensor => {
    const type = dtype ?? self.dtype;
    if (isIntegral(type))
      throw runtimeError(
        dtype === null
          ? `mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: ${type.scalarName}`
          : `mean(): could not infer output dtype. Optional dtype must be either a floating point or complex dtype. Got: ${type.scalarName}`,
      );
    const dims = wrapDims(dim, self.ndim);
    // As PyTorch: the sum, rounded, divided by the count.
    const out = settle(sumOver(self.dtype === type ? self : cast(self, type), dims, keepdim));
    const n = count(self.shape, dims);
    const { data } = out;
    const { round } = type;
    for (let i = 0; i < data.length; i++) data[i] = round(data[i] / n);
    return out;
  },
  keep: ([self, dim, keepdim]) => keepDims(self, dim, keepdim),
  vjp: {
    self: (g, kept): Tensor =>
      div(spread(g, kept), kept.dim === undefined ? numelOf(kept.self_sizes) : count(kept.self_sizes, kept.dim)),
  },
  formula: {
    out: "\\tfrac{1}{n}\\textstyle\\sum_i {self}_i",
    vjp: { self: "\\tfrac{1}{n}\\,{g} \\cdot \\mathbf{1}" },
    note: "every element gets an n-th of the gradient",
  },
  places: ["torch", "Tensor"],
  signatures: [
    {
      text: "mean(Tensor input, *, ScalarType? dtype=None, Tensor out=None)",
      call: (self: Tensor, dtype: DType | null) => mean(self, null, false, dtype),
    },
    "mean(Tensor input, IntArrayRef[1]? dim, bool keepdim=False, *, ScalarType? dtype=None, Tensor out=None)",
    namedOverload(
      "mean(Tensor input, DimnameList[1] dim, bool keepdim=False, *, ScalarType? dtype=None, Tensor out=None)",
    ),
  ],
});

const count = (shape: Shape, dims: readonly number[]): number => numelOf(dims.map((d) => shape[d]));

/** Sums `g` down to `shape`, the inverse of broadcasting from `shape` to the shape of `g`. */
export function sumTo(g: Tensor, shape: Shape): Tensor {
  if (sameShape(g.shape, shape)) return g;
  const lead = g.ndim - shape.length;
  const dims: number[] = [];
  for (let i = 0; i < g.ndim; i++) if (i < lead || (shape[i - lead] === 1 && g.shape[i] !== 1)) dims.push(i);
  const total = dims.length === 0 ? g : sum(g, dims, true);
  return lead > 0 ? reshape(total, shape) : total;
}
