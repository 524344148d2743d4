import type { DType } from "../dtype.ts";
import type { AnyOp, OpResult } from "../op.ts";
import { amax, amin } from "../ops/extremes.ts";
import { alias } from "../ops/indexing.ts";
import { prod } from "../ops/products.ts";
import { diagonal } from "../ops/slicing.ts";
import { sum } from "../ops/sum.ts";
import { reshape, transpose, unsqueeze } from "../ops/views.ts";
import { inferShape, type Shape, viewStrides, wrapDim } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { mapTensors } from "../tensors-among.ts";
import { type Batch, type BatchRule, mapResult } from "./batch.ts";

/** Arguments that name dimensions, and those that are a whole shape. */
const DIMS = new Set(["dim", "dims", "dim0", "dim1", "dim2", "dimension"]);
const SIZES = new Set(["size", "base_shape"]);

/** Of the operators that flatten a sample, those that take several dimensions. */
const DIM_LISTS = new Set(["any", "all", "count_nonzero"]);

interface Along {
  /** What dimensions that are left out mean: all of them, those of the flattened sample, or these. */
  readonly missing?: "all" | "flat" | Readonly<Record<string, number>>;
  /** Dimensions that the result has more than the input: the arguments count them. */
  readonly grows?: number;
  /** The operator changes its first argument's own memory when it is an in-place twin. */
  readonly inPlace?: boolean;
}

/** Operators along dimensions: these count from one further on, and shapes get the batch in front. */
export function along({ missing, grows = 0, inPlace = false }: Along = {}): BatchRule {
  return {
    inPlace,
    apply: (b, call, given) => {
      const { args: names } = call.def;
      if (missing !== undefined && !names.some((n) => DIMS.has(n))) return null;
      const tensors = given.flat().filter((a): a is Tensor => a instanceof Tensor);
      const sizeAt = names.findIndex((n, i) => SIZES.has(n) && Array.isArray(given[i]));
      const own = sizeAt >= 0 ? (given[sizeAt] as Shape).length : tensors[0].ndim;
      const single = own === 0 && sizeAt < 0;
      const rank = Math.max(own, 1) + grows;
      let args = mapTensors(given, (t) => {
        const whole = tensors.length > 1 ? b.lifted(t) : b.front(t);
        return single && t.ndim === 0 && grows === 0 ? unsqueeze(whole, 1) : whole;
      });
      const at = names.indexOf("dim");
      if (missing === "flat" && at >= 0 && isNone(given[at])) return flattened(b, call, args, at, own);
      args = names.map((name, i) => {
        const a = args[i];
        if (i === sizeAt) return [b.size, ...(a as Shape)];
        if (!DIMS.has(name)) return a;
        if (typeof a === "number") return wrapDim(a, own === 0 && grows > 0 ? grows : rank) + 1;
        if (Array.isArray(a) && (a.length > 0 || missing !== "all")) return a.map((d: number) => wrapDim(d, rank) + 1);
        if (missing === "all") return Array.from({ length: rank }, (_, d) => d + 1);
        const usual = typeof missing === "object" ? missing[name] : undefined;
        return usual === undefined ? a : wrapDim(usual, rank) + 1;
      });
      const out = call(...args) as OpResult;
      return tensors.every((t) => t.ndim === 0) && sizeAt < 0 && grows === 0
        ? mapResult(out, (t) => (t.ndim === 2 && t.shape[1] === 1 ? reshape(t, [b.size]) : t))
        : out;
    },
  };
}

const isNone = (x: unknown): boolean => x === undefined || x === null;

/** The operator on the flattened samples; where it keeps dimensions, each has size 1. */
function flattened(b: Batch, call: AnyOp, args: unknown[], at: number, rank: number): OpResult {
  const self = reshape(args[0] as Tensor, [b.size, -1]);
  const flat = call.def.args.map((_, i) =>
    i === 0 ? self : i !== at ? args[i] : DIM_LISTS.has(call.def.name) ? [1] : 1,
  );
  const keeps = args[call.def.args.indexOf("keepdim")] === true;
  const out = call(...flat) as OpResult;
  return keeps ? mapResult(out, (t) => reshape(t, [b.size, ...new Array<number>(rank).fill(1)])) : out;
}

/** New shapes get the batch in front. */
const sized: BatchRule = {
  apply: (b, call, [self, size]) => {
    const t = b.front(self as Tensor);
    const shape = inferShape([b.size, ...(size as Shape)], t.numel);
    // A batch that is not laid out in order is no reason for a sample that is.
    return viewStrides(t.shape, t.strides, shape) === null ? reshape(t, shape) : call(t, shape);
  },
};

/** New shapes may have more dimensions than the sample, on the left. */
const widened = (batch: (size: number) => number): BatchRule => ({
  apply: (b, call, [self, size]) =>
    call(b.aligned(self as Tensor, (size as Shape).length), [batch(b.size), ...(size as Shape)]),
});

const permuted: BatchRule = {
  apply: (b, call, [self, dims]) => {
    const t = self as Tensor;
    return call(b.front(t), [0, ...(dims as Shape).map((d) => wrapDim(d, t.ndim) + 1)]);
  },
};

const squeezed: BatchRule = {
  apply: (b, call, [self, dim]) => {
    const t = self as Tensor;
    const given = isNone(dim) ? t.shape.map((_, d) => d) : [dim].flat().map((d) => wrapDim(d as number, t.ndim));
    const ones = given.filter((d) => t.shape[d] === 1).map((d) => d + 1);
    return call(b.front(t), ones.length === 1 ? ones[0] : ones);
  },
};

const matrixTranspose: BatchRule = {
  apply: (b, call, [self]) => {
    const t = self as Tensor;
    if (t.ndim > 2) return call(t);
    return t.ndim < 2 ? alias(b.front(t)) : transpose(b.front(t), 1, 2);
  },
};

const strided: BatchRule = {
  apply: (b, call, [self, size, stride, offset]) => {
    const t = b.front(self as Tensor);
    return call(t, [b.size, ...(size as Shape)], [t.strides[0], ...(stride as Shape)], offset);
  },
};

/** Reductions of everything, where an operator along dimensions bears the same name. */
const everything = (whole: (flat: Tensor, dtype: DType | null) => Tensor, rule: BatchRule): BatchRule => ({
  apply: (b, call, args) =>
    call.def.args.includes("dim") && typeof args[call.def.args.indexOf("dim")] === "number"
      ? rule.apply(b, call, args)
      : whole(reshape(b.front(args[0] as Tensor), [b.size, -1]), dtypeOf(call, args)),
});

const dtypeOf = (call: AnyOp, args: readonly unknown[]): DType | null =>
  (args[call.def.args.indexOf("dtype")] as DType | null | undefined) ?? null;

const trace: BatchRule = { apply: (b, _call, [self]) => sum(diagonal(b.front(self as Tensor), 0, 1, 2), [1]) };

/** Of everything there is no rule. */
const orderAlong: BatchRule = {
  apply: (b, call, args) => (call.def.args.includes("dim") ? along().apply(b, call, args) : null),
};

const table = (rule: BatchRule, names: string): [string, BatchRule][] => names.split(" ").map((n) => [n, rule]);

export const STRUCTURAL_RULES: readonly [string, BatchRule][] = [
  ...table(sized, "view _unsafe_view _reshape_alias"),
  ["expand", widened((size) => size)],
  ["repeat", widened(() => 1)],
  ["squeeze", squeezed],
  ["t", matrixTranspose],
  ["permute", permuted],
  ["as_strided", strided],
  ["trace", trace],
  ["max", everything((flat) => amax(flat, [1]), along())],
  ["min", everything((flat) => amin(flat, [1]), along())],
  ["prod", everything((flat, dtype) => prod(flat, 1, false, dtype), along())],
  ...table(orderAlong, "median nanmedian"),
  ...table(
    along({ missing: "all" }),
    "sum mean var std var_mean std_mean nansum amax amin logsumexp linalg_vector_norm _norm_dim",
  ),
  ...table(along({ missing: "flat" }), "any all argmax argmin aminmax count_nonzero"),
  ...table(along({ missing: { dim: -1 } }), "sort topk kthvalue mode glu linalg_cross"),
  ...table(
    along({ missing: { dim: 0 } }),
    "cat select unbind split split_with_sizes unsafe_split unsafe_split_with_sizes",
  ),
  ...table(along({ missing: { dim: 0 } }), "slice select_scatter slice_scatter"),
  ...table(along({ missing: { dim1: 0, dim2: 1 } }), "diagonal diagonal_copy diagonal_scatter"),
  ...table(along({ missing: { dim1: -2, dim2: -1 }, grows: 1 }), "diag_embed"),
  ...table(along({ missing: { dim: 0 }, grows: 1 }), "stack unsqueeze"),
  ...table(
    along(),
    `transpose flip unfold slice_backward diagonal_backward _softmax _log_softmax _safe_softmax
    _softmax_backward_data _log_softmax_backward_data cumsum cumprod cummax cummin logcumsumexp _fft_c2c _fft_r2c _fft_c2r
    gather`.replace(/\s+/g, " "),
  ),
  ...table(along({ inPlace: true }), "scatter scatter_add scatter_reduce"),
  ["roll", { apply: (b, call, args) => rolled(b, call, args) }],
  ["rot90", { apply: (b, call, [self, k, dims]) => along().apply(b, call, [self, k, dims ?? [0, 1]]) }],
];

/** Without dimensions the flattened sample is rolled. */
function rolled(b: Batch, call: AnyOp, [self, shifts, dims]: readonly unknown[]): OpResult | null {
  if (Array.isArray(dims) && dims.length > 0) return along().apply(b, call, [self, shifts, dims]);
  const t = b.front(self as Tensor);
  return reshape(call(reshape(t, [b.size, -1]), shifts, [1]), t.shape);
}
