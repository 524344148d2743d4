import { type Data, type DType, float32, float64 } from "../dtype.ts";
import { laneSizes } from "../kernels/blocks.ts";
import { castTensor } from "../kernels/copy.ts";
import { dense } from "../kernels/dense.ts";
import { settle } from "../kernels/elementwise.ts";
import { reduce, toRows } from "../kernels/reduce.ts";
import { scan } from "../kernels/scan.ts";
import { inplace, op } from "../op.ts";
import { namedOverload } from "../schema/dimnames.ts";
import { reducedShape, wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { div, mul } from "./arithmetic.ts";
import { conj } from "./complex-parts.ts";
import { cast } from "./copies.ts";
import { accumulated, cumsum, reversed } from "./cumulative.ts";
import { flip } from "./flips.ts";
import { cat } from "./joining.ts";
import { narrow } from "./slicing.ts";
import { sum, unreduce } from "./sum.ts";
import { expand, reshape } from "./views.ts";

/**
 * Product of a run, rounded at each step: one after the other, long runs over four registers of accumulators first (as
 * PyTorch's vectorised reduction multiplies).
 */
function productRun(d: Data, start: number, n: number, dtype: DType): number {
  const f = dtype === float32 ? Math.fround : (x: number): number => x;
  const width = dtype === float32 ? 8 : 4;
  const lanes = 4 * width;
  let product = 1;
  let i = 0;
  if (n >= lanes && (dtype === float32 || dtype === float64)) {
    const acc = dtype.alloc(lanes);
    for (let k = 0; k < lanes; k++) acc[k] = d[start + k];
    for (i = lanes; i + lanes <= n; i += lanes) for (let k = 0; k < lanes; k++) acc[k] *= d[start + i + k];
    for (let k = 0; k < width; k++) {
      const v = f(f(acc[k] * acc[width + k]) * f(acc[2 * width + k] * acc[3 * width + k]));
      product = k === 0 ? v : f(product * v);
    }
  }
  for (; i < n; i++) product = f(product * d[start + i]);
  return product;
}

function productOf(x: Tensor, dims: readonly number[], keepdim: boolean, dtype: DType): Tensor {
  const self = cast(x, dtype);
  if (dtype.slots === 2) {
    const out = self.rt.empty(reducedShape(self.shape, dims, keepdim), dtype);
    const { data, rows, length } = toRows(self, dims);
    for (let r = 0; r < rows; r++) {
      let re = 1;
      let im = 0;
      for (let i = 2 * r * length; i < 2 * (r + 1) * length; i += 2)
        [re, im] = [re * data[i] - im * data[i + 1], re * data[i + 1] + im * data[i]];
      out.data[2 * r] = re;
      out.data[2 * r + 1] = im;
    }
    return out;
  }
  return settle(reduce(self, dims, keepdim, dtype, (d, s, n) => productRun(d, s, n, dtype)));
}

function hasZero(x: Tensor): boolean {
  const { data, start } = dense(x);
  const { slots } = x.dtype;
  for (let i = 0; i < x.numel; i++)
    if (data[start + i * slots] === 0 && (slots === 1 || data[start + 2 * i + 1] === 0)) return true;
  return false;
}

/** g times the product of all the other elements along `dim`, without dividing by an element that may be zero. */
function withoutEach(g: Tensor, self: Tensor, dim: number): Tensor {
  const n = self.shape[dim];
  if (n === 1) return g;
  const shape = [...self.shape];
  shape[dim] = 1;
  const one = self.rt.full(shape, 1, self.dtype);
  const before = cumprod(cat([one, narrow(self, dim, 0, n - 1)], dim), dim);
  const after = flip(cumprod(cat([one, flip(narrow(self, dim, 1, n - 1), [dim])], dim), dim), [dim]);
  return mul(g, conj(mul(before, after)));
}

const FORMULA = {
  out: "\\textstyle\\prod_i {self}_i",
  vjp: { self: "{g} \\cdot \\textstyle\\prod_{j \\ne i} {self}_j" },
  note: "computed as {g}·{out}/{self} where no element is zero",
};

const prodAll = op({
  name: "prod",
  args: ["self", "dtype"],
  node: "ProdBackward0",
  forward: (self: Tensor, dtype: DType | null = null): Tensor =>
    productOf(
      self,
      self.shape.map((_, i) => i),
      false,
      accumulated(self, dtype),
    ),
  keep: ([self], result) => ({ self, result }),
  vjp: {
    self: (g, { self, result }): Tensor => {
      if (self.ndim === 0) return g;
      if (!hasZero(self)) return mul(g, conj(div(result, self)));
      return reshape(withoutEach(g, reshape(self, [-1]), 0), self.shape);
    },
  },
  formula: FORMULA,
});

const prodAlong = op({
  name: "prod",
  args: ["self", "dim", "keepdim", "dtype"],
  node: "ProdBackward1",
  forward: (self: Tensor, dim: number, keepdim: boolean = false, dtype: DType | null = null): Tensor => {
    const d = wrapDim(dim, self.ndim);
    return productOf(self, self.ndim === 0 ? [] : [d], keepdim, accumulated(self, dtype));
  },
  keep: ([self, dim, keepdim], result) => ({ self, dim: wrapDim(dim, self.ndim), keepdim: keepdim ?? false, result }),
  vjp: {
    self: (g, { self, dim, keepdim, result }): Tensor => {
      if (self.ndim === 0) return g;
      const wide = (t: Tensor): Tensor => unreduce(t, self.shape, [dim], keepdim);
      if (hasZero(self)) return withoutEach(wide(g), self, dim);
      return mul(wide(g), conj(div(wide(result), self)));
    },
  },
  formula: FORMULA,
});

/** Product of everything, or along a dimension. */
export const prod = op({
  name: "prod",
  args: ["self", "dim", "keepdim", "dtype"],
  forward: (self: Tensor, dim: number | null = null, keepdim: boolean = false, dtype: DType | null = null): Tensor =>
    dim === null ? prodAll(self, dtype) : prodAlong(self, dim, keepdim, dtype),
  places: ["torch", "Tensor"],
  signatures: [
    {
      text: "prod(Tensor input, *, ScalarType? dtype=None)",
      call: (self: Tensor, dtype: DType | null) => prodAll(self, dtype),
    },
    {
      text: "prod(Tensor input, int64_t dim, bool keepdim=False, *, ScalarType? dtype=None, Tensor out=None)",
      call: prodAlong,
    },
    namedOverload("prod(Tensor input, DimName dim, bool keepdim=False, *, ScalarType? dtype=None, Tensor out=None)"),
  ],
});

/** Prefix products. */
export const cumprod = op({
  name: "cumprod",
  args: ["self", "dim", "dtype"],
  node: "CumprodBackward0",
  forward: (self: Tensor, dim: number, dtype: DType | null = null): Tensor => {
    const type = accumulated(self, dtype);
    const d = wrapDim(dim, self.ndim);
    if (type.slots === 2) return complexCumprod(self, d, type);
    return scan(self, d, type, (x, at, y, to, n, step) => {
      let product = 1;
      for (let k = 0; k < n; k++) {
        product *= x[at + k * step];
        y[to + k * step] = product;
      }
    });
  },
  keep: ([self, dim], result) => ({ self, dim: wrapDim(dim, self.ndim), result }),
  vjp: {
    self: (g, { self, dim, result }): Tensor => {
      if (self.ndim === 0) return g;
      if (!hasZero(self))
        return div(
          reversed(mul(g, conj(result)), dim, (t) => cumsum(t, dim)),
          conj(self),
        );
      return zeroSafe(g, self, dim);
    },
  },
  formula: {
    out: "\\textstyle\\prod_{k \\le i} {self}_k",
    vjp: { self: "\\textstyle\\sum_{k \\ge i} {g}_k\\,{out}_k / {self}_i" },
    note: "without the division where an element is zero",
  },
  places: ["torch", "Tensor"],
  signatures: [
    "cumprod(Tensor input, int64_t dim, *, ScalarType? dtype=None, Tensor out=None)",
    namedOverload("cumprod(Tensor input, DimName dim, *, ScalarType? dtype=None, Tensor out=None)"),
  ],
});
export const cumprod_ = inplace(cumprod);

function complexCumprod(self: Tensor, dim: number, type: DType): Tensor {
  const out = castTensor(self, type);
  const { outer, length, inner } = laneSizes(self.shape, dim);
  const { data } = out;
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++)
      for (let k = 1; k < length; k++) {
        const at = 2 * ((o * length + k) * inner + i);
        const before = at - 2 * inner;
        const [re, im] = [data[at], data[at + 1]];
        data[at] = re * data[before] - im * data[before + 1];
        data[at + 1] = re * data[before + 1] + im * data[before];
      }
  return out;
}

/** Gradient of cumprod by products that leave one element out: right where elements are zero, to any order. */
function zeroSafe(g: Tensor, self: Tensor, dim: number): Tensor {
  const n = self.shape[dim];
  const parts: Tensor[] = [];
  for (let k = 0; k < n; k++) {
    const before = k === 0 ? null : prod(narrow(self, dim, 0, k), dim, true);
    const after = k === n - 1 ? null : cumprod(narrow(self, dim, k + 1, n - k - 1), dim);
    const shape = [...self.shape];
    shape[dim] = 1;
    const first = before ?? self.rt.full(shape, 1, self.dtype);
    const rest = after === null ? null : before === null ? after : mul(expand(before, after.shape), after);
    const others = rest === null ? first : cat([first, rest], dim);
    parts.push(sum(mul(narrow(g, dim, k, n - k), conj(others)), [dim], true));
  }
  return cat(parts, dim);
}
