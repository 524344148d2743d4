import { bool, type DType, int64, isIntegral } from "../dtype.ts";
import { check, indexError } from "../errors.ts";
import { settle } from "../kernels/elementwise.ts";
import { reduce, toRows } from "../kernels/reduce.ts";
import { op } from "../op.ts";
import { numelOf, reducedShape, type Shape, wrapDim, wrapDims } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { div, mul, sub } from "./arithmetic.ts";
import { eq, logicalOr, maximum, minimum, where } from "./compare.ts";
import { cast } from "./copies.ts";
import { mean, sum, unreduce } from "./sum.ts";
import { isnan } from "./unary.ts";
import { exp as expOf } from "./unary-core.ts";

type Dims = readonly number[] | null;

/** Does `a` beat `b`? NaN beats everything (PyTorch propagates it). */
type Better = (a: number, b: number) => boolean;
const greater: Better = (a, b) => a > b || (Number.isNaN(a) && !Number.isNaN(b));
const less: Better = (a, b) => a < b || (Number.isNaN(a) && !Number.isNaN(b));

function best(better: Better) {
  return (data: Tensor["data"], start: number, n: number): number => {
    let at = 0;
    for (let i = 1; i < n; i++) if (better(data[start + i], data[start + at])) at = i;
    return at;
  };
}

function requireElements(self: Tensor, name: string, dims: readonly number[] | null): void {
  if (dims === null)
    check(
      self.numel > 0,
      () =>
        `${name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.`,
    );
  else
    for (const d of dims)
      if (self.shape[d] === 0) throw indexError(`${name}(): Expected reduction dim ${d} to have non-zero size.`);
}

/** Elements that equal the reduced value share its gradient evenly. */
function shareEvenly(g: Tensor, self: Tensor, result: Tensor, dims: readonly number[], keepdim: boolean): Tensor {
  const mask = self.rt.quietly(() => {
    const wide = unreduce(result, self.shape, dims, keepdim);
    const hit = cast(logicalOr(eq(self, wide), isnan(self)), g.dtype);
    return div(hit, unreduce(sum(hit, dims, keepdim), self.shape, dims, keepdim));
  });
  return mul(unreduce(g, self.shape, dims, keepdim), mask);
}

function extreme(name: "max" | "min", better: Better, node: string) {
  const pick = best(better);
  return op({
    name,
    args: ["self"],
    node: `${node}Backward1`,
    forward: (self: Tensor): Tensor => {
      requireElements(self, name, null);
      return reduce(self, wrapDims(null, self.ndim), false, self.dtype, (d, s, n) => d[s + pick(d, s, n)]);
    },
    keep: ([self], result) => ({ self, result }),
    vjp: { self: (g, { self, result }): Tensor => shareEvenly(g, self, result, wrapDims(null, self.ndim), false) },
    formula: {
      out: `\\${name}({self})`,
      vjp: { self: `{g} \\odot [{self} = \\${name}]` },
      note: "equal elements share the gradient evenly",
    },
  });
}
const maxAll = extreme("max", greater, "Max");
const minAll = extreme("min", less, "Min");

function extremeAlong(name: "max" | "min", better: Better, node: string) {
  const pick = best(better);
  return op({
    name,
    args: ["self", "dim", "keepdim"],
    node: `${node}Backward0`,
    nondifferentiable: [1],
    forward: (self: Tensor, dim: number, keepdim: boolean = false): Tensor[] => {
      const d = wrapDim(dim, self.ndim);
      if (self.ndim > 0) requireElements(self, name, [d]);
      return along(self, d, keepdim, (data, start, n) => pick(data, start, n));
    },
    keep: ([self, dim, keepdim], [, indices]) => ({
      self_sizes: self.shape,
      dim: wrapDim(dim, self.ndim),
      keepdim: keepdim ?? false,
      indices,
    }),
    vjp: {
      self: (g, { self_sizes, dim, keepdim, indices }): Tensor => valueBackward(g, dim, indices, self_sizes, keepdim),
    },
    formula: { out: `\\${name}_i {self}_i`, vjp: { self: `{g} \\text{ at the arg${name}}` } },
  });
}

/** Values and positions chosen along one dimension: `choose` gives the position inside a row. */
export function along(
  self: Tensor,
  d: number,
  keepdim: boolean,
  choose: (data: Tensor["data"], start: number, n: number) => number,
): Tensor[] {
  const dims = self.ndim === 0 ? [] : [d];
  const { data, rows, length } = toRows(self, dims);
  const shape = reducedShape(self.shape, dims, keepdim);
  const values = self.rt.empty(shape, self.dtype);
  const indices = self.rt.empty(shape, int64);
  for (let r = 0; r < rows; r++) {
    const i = choose(data, r * length, length);
    values.data[r] = data[r * length + i];
    indices.data[r] = i;
  }
  return [values, indices];
}

/** Zeros with the gradient at the chosen positions of `dim`: the derivative of max(dim), median, kthvalue, topk, sort. */
export const valueBackward = op({
  name: "value_selecting_reduction_backward",
  args: ["grad", "dim", "indices", "size", "keepdim"],
  node: "ValueSelectingReductionBackward0",
  forward: (grad: Tensor, dim: number, indices: Tensor, size: Shape, keepdim: boolean): Tensor => {
    const out = grad.rt.empty(size, grad.dtype);
    const [g, at] = widened(grad, indices, dim, keepdim, size);
    scatterAlong(out, dim, at, g);
    return out;
  },
  keep: ([grad, dim, indices, , keepdim]) => ({ dim, indices, keepdim, grad_sizes: grad.shape }),
  vjp: { grad: (g, { dim, indices, keepdim }): Tensor => gatherChosen(g, dim, indices, keepdim) },
  formula: { out: "\\mathrm{scatter}({grad})", vjp: { grad: "\\mathrm{gather}({g})" } },
});
export const gatherChosen = op({
  name: "gather_chosen",
  args: ["self", "dim", "indices", "keepdim"],
  node: "GatherBackward0",
  forward: (self: Tensor, dim: number, indices: Tensor, keepdim: boolean): Tensor => {
    const at = self.ndim === 0 || keepdim || indices.ndim === self.ndim ? indices : keepShape(indices, dim);
    const out = gatherAlong(self, dim, at);
    return out.alias(
      indices.shape,
      out.strides.length === indices.ndim ? out.strides : out.strides.filter((_, i) => i !== dim),
    );
  },
  keep: ([self, dim, indices, keepdim]) => ({ dim, indices, keepdim, self_sizes: self.shape }),
  vjp: {
    self: (g, { dim, indices, keepdim, self_sizes }): Tensor => valueBackward(g, dim, indices, self_sizes, keepdim),
  },
  formula: { out: "\\mathrm{gather}({self})", vjp: { self: "\\mathrm{scatter}({g})" } },
});

const keepShape = (t: Tensor, dim: number): Tensor => {
  const shape = [...t.shape];
  const strides = [...t.strides];
  shape.splice(dim, 0, 1);
  strides.splice(dim, 0, 1);
  return t.alias(shape, strides);
};
function widened(grad: Tensor, indices: Tensor, dim: number, keepdim: boolean, size: Shape): [Tensor, Tensor] {
  if (size.length === 0 || keepdim || grad.ndim === size.length) return [grad, indices];
  return [keepShape(grad, dim), keepShape(indices, dim)];
}

/** out[…, at[…], …] += values along `dim` (all tensors have as many dimensions). */
export function scatterAlong(out: Tensor, dim: number, at: Tensor, values: Tensor): void {
  visitAlong(
    out,
    dim,
    at,
    (position, k, source) => {
      out.data[position] = out.dtype.round(out.data[position] + source[k]);
    },
    values,
  );
}
export function gatherAlong(self: Tensor, dim: number, at: Tensor): Tensor {
  const out = self.rt.empty(at.shape, self.dtype);
  visitAlong(self, dim, at, (position, k) => {
    out.data[k] = self.data[position];
  });
  return out;
}

/** Calls back for every element of `at` with the array position in `target` that it points to along `dim`. */
export function visitAlong(
  target: Tensor,
  dim: number,
  at: Tensor,
  visit: (position: number, k: number, source: ArrayLike<number>) => void,
  values?: Tensor,
): void {
  const indices = at.toArray();
  const source = values === undefined ? [] : values.toArray();
  const nd = at.ndim;
  const index = new Array<number>(nd).fill(0);
  for (let k = 0; k < indices.length; k++) {
    let position = target.offset;
    for (let d = 0; d < nd; d++) position += (d === dim ? indices[k] : index[d]) * (target.strides[d] ?? 0);
    visit(position, k, source);
    for (let d = nd - 1; d >= 0; d--) {
      if (++index[d] < at.shape[d]) break;
      index[d] = 0;
    }
  }
}

const maxDim = extremeAlong("max", greater, "Max");
const minDim = extremeAlong("min", less, "Min");

/** torch.max: of everything, along a dimension, or of two tensors. */
function extremeSurface(name: "max" | "min", all: typeof maxAll, dim: typeof maxDim, pair: typeof maximum) {
  return op({
    name,
    args: ["self"],
    forward: (self: Tensor): Tensor => all(self),
    places: ["torch", "Tensor"],
    resultNames: ["values", "indices"],
    signatures: [
      { text: `${name}(Tensor input)`, call: all },
      { text: `${name}(Tensor input, int64_t dim, bool keepdim=False, *, TensorList out=None)`, call: dim },
      { text: `${name}(Tensor input, Tensor other, *, Tensor out=None)`, call: pair },
    ],
  });
}
export const max = extremeSurface("max", maxAll, maxDim, maximum);
export const min = extremeSurface("min", minAll, minDim, minimum);
export { maxAll, maxDim, minAll, minDim };

function amount(name: "amax" | "amin", better: Better) {
  const pick = best(better);
  return op({
    name,
    args: ["self", "dim", "keepdim"],
    node: name === "amax" ? "AmaxBackward0" : "AminBackward0",
    forward: (self: Tensor, dim: Dims = null, keepdim: boolean = false): Tensor => {
      const dims = wrapDims(dim, self.ndim);
      for (const d of dims)
        if (self.shape[d] === 0) throw indexError(`${name}(): Expected reduction dim ${d} to have non-zero size.`);
      return reduce(self, dims, keepdim, self.dtype, (d, s, n) => d[s + pick(d, s, n)]);
    },
    keep: ([self, dim, keepdim], result) => ({
      self,
      result,
      dim: wrapDims(dim ?? null, self.ndim),
      keepdim: keepdim ?? false,
    }),
    vjp: { self: (g, { self, result, dim, keepdim }): Tensor => shareEvenly(g, self, result, dim, keepdim) },
    formula: {
      out: `\\${name.slice(1)}_i {self}_i`,
      vjp: { self: `{g} \\odot [{self} = {out}]` },
      note: "equal elements share the gradient evenly",
    },
    places: ["torch", "Tensor"],
    signatures: [`${name}(Tensor input, IntArrayRef[1]? dim=None, bool keepdim=False, *, Tensor out=None)`],
  });
}
export const amax = amount("amax", greater);
export const amin = amount("amin", less);

function argument(name: "argmax" | "argmin", better: Better) {
  const pick = best(better);
  return op({
    name,
    args: ["self", "dim", "keepdim"],
    detached: true,
    forward: (self: Tensor, dim: number | null = null, keepdim: boolean = false): Tensor => {
      if (dim === null) {
        check(
          self.numel > 0,
          () =>
            `${name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.`,
        );
        const out = reduce(self, wrapDims(null, self.ndim), false, int64, pick);
        return keepdim
          ? out.alias(
              self.shape.map(() => 1),
              self.shape.map(() => 1),
            )
          : out;
      }
      const d = wrapDim(dim, self.ndim);
      if (self.ndim > 0) requireElements(self, name, [d]);
      return reduce(self, self.ndim === 0 ? [] : [d], keepdim, int64, pick);
    },
    places: ["torch", "Tensor"],
    signatures: [`${name}(Tensor input, int64_t? dim=None, bool keepdim=False, *, Tensor out=None)`],
  });
}
export const argmax = argument("argmax", greater);
export const argmin = argument("argmin", less);

function quantifier(name: "any" | "all", start: number) {
  return op({
    name,
    args: ["self", "dim", "keepdim"],
    detached: true,
    forward: (self: Tensor, dim: Dims = null, keepdim: boolean = false): Tensor => {
      const dtype: DType = self.dtype.name === "uint8" ? self.dtype : bool;
      return reduce(
        self,
        dim !== null && dim.length === 0 ? [] : wrapDims(dim, self.ndim),
        keepdim,
        dtype,
        (d, s, n) => {
          for (let i = 0; i < n; i++) if ((d[s + i] !== 0) === (start === 0)) return 1 - start;
          return start;
        },
      );
    },
    places: ["torch", "Tensor"],
    signatures: [`${name}(Tensor input, IntArrayRef[1]? dim=None, bool keepdim=False, *, Tensor out=None)`],
  });
}
export const any = quantifier("any", 0);
export const all = quantifier("all", 1);

/** Variance of every run, two passes in double precision. `correction` is subtracted from the count. */
const variance =
  (correction: number) =>
  (d: Tensor["data"], s: number, n: number): number => {
    let m = 0;
    for (let i = 0; i < n; i++) m += d[s + i];
    m /= n;
    let v = 0;
    for (let i = 0; i < n; i++) v += (d[s + i] - m) * (d[s + i] - m);
    return v / Math.max(0, n - correction);
  };

function checkVariance(self: Tensor, dims: readonly number[], correction: number): void {
  check(!isIntegral(self.dtype), () => "std and var only support floating point and complex dtypes");
  const n = numelOf(dims.map((d) => self.shape[d]));
  if (n - correction <= 0)
    self.rt.warn(
      "UserWarning",
      `${"std(): degrees of freedom is <= 0. Correction should be strictly less than the reduction factor (input numel divided by output numel)."}`,
    );
}

const VAR_SIGNATURES = (
  name: string,
  f: (self: Tensor, dim: Dims, correction: number, keepdim: boolean) => unknown,
) => [
  {
    text: `${name}(Tensor input, IntArrayRef[1]? dim=None, *, Scalar? correction=1, bool keepdim=False, Tensor out=None)`,
    call: (self: Tensor, dim: Dims, correction: number | null, keepdim: boolean) =>
      f(self, dim, correction ?? 1, keepdim),
  },
  {
    text: `${name}(Tensor input, IntArrayRef[1]? dim=None, bool unbiased=True, bool keepdim=False, *, Tensor out=None)`,
    call: (self: Tensor, dim: Dims, unbiased: boolean, keepdim: boolean) => f(self, dim, unbiased ? 1 : 0, keepdim),
  },
  {
    text: `${name}(Tensor input, bool unbiased=True)`,
    call: (self: Tensor, unbiased: boolean) => f(self, null, unbiased ? 1 : 0, false),
  },
];

/** 2/(n - correction) · g · (x - mean), for the variance's gradient. */
function varianceGrad(g: Tensor, self: Tensor, dims: readonly number[], correction: number, keepdim: boolean): Tensor {
  const n = numelOf(dims.map((d) => self.shape[d]));
  const centred = sub(self, mean(self, dims, true));
  return mul(mul(unreduce(g, self.shape, dims, keepdim), 2 / (n - correction)), centred);
}

export const variancePrimitive = op({
  name: "var",
  args: ["self", "dim", "correction", "keepdim"],
  node: "VarBackward0",
  forward: (self: Tensor, dim: Dims = null, correction: number = 1, keepdim: boolean = false): Tensor => {
    const dims = wrapDims(dim, self.ndim);
    checkVariance(self, dims, correction);
    return settle(reduce(self, dims, keepdim, self.dtype, variance(correction)));
  },
  keep: ([self, dim, correction, keepdim]) => ({
    self,
    dim: wrapDims(dim ?? null, self.ndim),
    correction: correction ?? 1,
    keepdim: keepdim ?? false,
  }),
  vjp: { self: (g, { self, dim, correction, keepdim }): Tensor => varianceGrad(g, self, dim, correction, keepdim) },
  formula: { out: "\\mathrm{Var}({self})", vjp: { self: "\\tfrac{2}{n-1}\\,{g} \\odot ({self} - \\bar{{self}})" } },
});
export const varOf = op({
  name: "var",
  args: ["self"],
  forward: (self: Tensor): Tensor => variancePrimitive(self),
  places: ["torch", "Tensor"],
  signatures: VAR_SIGNATURES("var", (self, dim, correction, keepdim) =>
    variancePrimitive(self, dim, correction, keepdim),
  ),
});
export const stdPrimitive = op({
  name: "std",
  args: ["self", "dim", "correction", "keepdim"],
  node: "StdBackward0",
  forward: (self: Tensor, dim: Dims = null, correction: number = 1, keepdim: boolean = false): Tensor => {
    const dims = wrapDims(dim, self.ndim);
    checkVariance(self, dims, correction);
    const f = variance(correction);
    return settle(reduce(self, dims, keepdim, self.dtype, (d, s, n) => Math.sqrt(f(d, s, n))));
  },
  keep: ([self, dim, correction, keepdim], result) => ({
    self,
    result,
    dim: wrapDims(dim ?? null, self.ndim),
    correction: correction ?? 1,
    keepdim: keepdim ?? false,
  }),
  vjp: {
    self: (g, { self, result, dim, correction, keepdim }): Tensor => {
      const half = div(g, mul(result, 2));
      const safe = where(
        g.rt.quietly(() => eq(result, 0)),
        g.rt.scalar(0, g.dtype),
        half,
      );
      return varianceGrad(safe, self, dim, correction, keepdim);
    },
  },
  formula: {
    out: "\\mathrm{std}({self})",
    vjp: { self: "\\tfrac{1}{(n-1)\\,{out}}\\,{g} \\odot ({self} - \\bar{{self}})" },
  },
});
export const std = op({
  name: "std",
  args: ["self"],
  forward: (self: Tensor): Tensor => stdPrimitive(self),
  places: ["torch", "Tensor"],
  signatures: VAR_SIGNATURES("std", (self, dim, correction, keepdim) => stdPrimitive(self, dim, correction, keepdim)),
});

export const logsumexp = op({
  name: "logsumexp",
  args: ["self", "dim", "keepdim"],
  node: "LogsumexpBackward0",
  forward: (self: Tensor, dim: readonly number[], keepdim: boolean = false): Tensor => {
    const x = isIntegral(self.dtype) ? cast(self, self.rt.defaultDtype) : self;
    return settle(
      reduce(x, wrapDims(dim, x.ndim), keepdim, x.dtype, (d, s, n) => {
        let m = Number.NEGATIVE_INFINITY;
        for (let i = 0; i < n; i++) if (d[s + i] > m || Number.isNaN(d[s + i])) m = d[s + i];
        if (!Number.isFinite(m)) return m;
        let total = 0;
        for (let i = 0; i < n; i++) total += Math.exp(d[s + i] - m);
        return Math.log(total) + m;
      }),
    );
  },
  keep: ([self, dim, keepdim], result) => ({ self, result, dim: wrapDims(dim, self.ndim), keepdim: keepdim ?? false }),
  vjp: {
    self: (g, { self, result, dim, keepdim }): Tensor =>
      mul(unreduce(g, self.shape, dim, keepdim), expOf(sub(self, unreduce(result, self.shape, dim, keepdim)))),
  },
  formula: { out: "\\log\\textstyle\\sum_i e^{{self}_i}", vjp: { self: "{g} \\odot \\mathrm{softmax}({self})" } },
  places: ["torch", "Tensor"],
  signatures: ["logsumexp(Tensor input, IntArrayRef[1] dim, bool keepdim=False, *, Tensor out=None)"],
});
