import { type DType, int64, isIntegral } from "../dtype.ts";
import { check } from "../errors.ts";
import { positionsAlong } from "../kernels/along.ts";
import { copyTensor } from "../kernels/copy.ts";
import { inplace, op } from "../op.ts";
import { wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { div, mul } from "./arithmetic.ts";
import { eq, logicalAnd, where } from "./compare.ts";
import { cast } from "./copies.ts";
import { checkScatter, gather, scatter, scatterAdd, sourceOf } from "./gather-scatter.ts";
import { checkVector } from "./index-along.ts";
import { maskedFill } from "./masking.ts";
import { expand, reshape } from "./views.ts";

export type Reduction = "sum" | "prod" | "mean" | "amax" | "amin";

const REDUCTIONS: readonly string[] = ["sum", "prod", "mean", "amax", "amin"];

/** Neutral element of a reduction in a dtype. */
export function neutral(reduce: Reduction, dtype: DType): number {
  if (reduce === "sum" || reduce === "mean") return 0;
  if (reduce === "prod") return 1;
  const sign = reduce === "amax" ? -1 : 1;
  if (!isIntegral(dtype)) return sign * Number.POSITIVE_INFINITY;
  if (dtype.kind === "bool") return reduce === "amax" ? 0 : 1;
  const bits = 8 * dtype.itemsize;
  if (dtype.name === "uint8") return reduce === "amax" ? 0 : 255;
  return reduce === "amax" ? -(2 ** (bits - 1)) : 2 ** (bits - 1) - 1;
}

/** Combines two values; NaN wins over every number. */
export const COMBINE: Readonly<Record<Reduction, (a: number, b: number) => number>> = {
  sum: (a, b) => a + b,
  mean: (a, b) => a + b,
  prod: (a, b) => a * b,
  amax: (a, b) => (b > a || b !== b ? b : a),
  amin: (a, b) => (b < a || b !== b ? b : a),
};

/** Values of `src` reduced into self[…, index[…], …] along `dim`. */
export const scatterReduce = op({
  name: "scatter_reduce",
  args: ["self", "dim", "index", "src", "reduce", "include_self"],
  node: "ScatterReduceBackward0",
  forward: (
    self: Tensor,
    dim: number,
    index: Tensor,
    src: Tensor,
    reduce: Reduction,
    includeSelf: boolean = true,
  ): Tensor => {
    const d = wrapDim(dim, self.ndim);
    check(
      REDUCTIONS.includes(reduce),
      () => `reduce argument must be either sum, prod, mean, amax or amin, got ${reduce}`,
    );
    const out = copyTensor(self);
    if (checkScatter("scatter", self, d, index, src)) return out;
    const to = positionsAlong(out, d, index);
    const source = sourceOf(src, index.shape);
    const { data } = out;
    const { round } = out.dtype;
    if (!includeSelf) {
      const start = neutral(reduce, self.dtype);
      for (let k = 0; k < to.length; k++) data[to[k]] = start;
    }
    const combine = COMBINE[reduce];
    const counts = reduce === "mean" ? new Float64Array(data.length).fill(includeSelf ? 1 : 0) : null;
    for (let k = 0; k < to.length; k++) {
      data[to[k]] = round(combine(data[to[k]], source.data[source.start + k]));
      if (counts !== null) counts[to[k]]++;
    }
    if (counts !== null)
      for (let i = 0; i < counts.length; i++)
        if (counts[i] > 0)
          data[i] = round(isIntegral(self.dtype) ? Math.floor(data[i] / counts[i]) : data[i] / counts[i]);
    return out;
  },
  keep: ([self, dim, index, src, reduce, includeSelf], result) => ({
    self,
    dim: wrapDim(dim, self.ndim),
    index,
    src,
    reduce,
    include_self: includeSelf ?? true,
    result,
  }),
  vjp: {
    self: (g, kept): Tensor => selfPart(g, kept),
    src: (g, kept): Tensor => sourceGradient(g, kept),
  },
  formula: {
    out: "\\mathrm{{reduce}}({self}_{{index}}, {src})",
    vjp: {
      self: "{g} \\odot \\tfrac{\\partial {out}}{\\partial {self}}",
      src: "{g}_{{index}} \\odot \\tfrac{\\partial {out}}{\\partial {src}}",
    },
    note: "equal extremes share the gradient evenly",
  },
  places: ["torch", "Tensor"],
  signatures: [
    "scatter_reduce(Tensor input, int64_t dim, Tensor index, Tensor src, str reduce, *, bool include_self=True, Tensor out=None)",
  ],
});
export const scatterReduce_ = inplace(scatterReduce);

interface Kept {
  readonly self: Tensor;
  readonly dim: number;
  readonly index: Tensor;
  readonly src: Tensor;
  readonly reduce: Reduction;
  readonly include_self: boolean;
  readonly result: Tensor;
}

const full = (like: Tensor, value: number): Tensor => like.rt.full(like.shape, value, like.dtype);

/** How many values met at each place (at least 1, to divide by). */
function counts(g: Tensor, { dim, index, src, include_self }: Kept): Tensor {
  return g.rt.quietly(() => {
    const n = scatterAdd(full(g, include_self ? 1 : 0), dim, index, g.rt.full(src.shape, 1, g.dtype));
    return maskedFill(n, eq(n, 0), 1);
  });
}

/** How many of `self` and `src` equal the extreme at each place, and where they do. */
function ties({ self, dim, index, src, result }: Kept): { own: Tensor; theirs: Tensor; number: Tensor } {
  return self.rt.quietly(() => {
    const own = cast(eq(self, result), self.dtype);
    const theirs = cast(eq(src, gather(result, dim, index)), self.dtype);
    return { own, theirs, number: scatterAdd(own, dim, index, theirs) };
  });
}

function selfGradient(g: Tensor, kept: Kept): Tensor {
  const { self, dim, index, src, reduce, include_self } = kept;
  if (reduce === "sum") return g;
  if (reduce === "mean") return div(g, counts(g, kept));
  if (reduce === "prod") {
    // The product of the others, also where self is 0.
    const safe = maskedFill(
      self,
      self.rt.quietly(() => eq(self, 0)),
      1,
    );
    return div(mul(g, scatterReduce(safe, dim, index, src, "prod", include_self)), safe);
  }
  const { own, number } = ties(kept);
  return mul(own, div(g, number));
}

/** The gradient of `self`, nothing where its values did not count. */
function selfPart(g: Tensor, kept: Kept): Tensor {
  const grad = selfGradient(g, kept);
  return kept.include_self ? grad : scatter(grad, kept.dim, kept.index, 0);
}

function sourceGradient(g: Tensor, kept: Kept): Tensor {
  const { self, dim, index, src, reduce, include_self, result } = kept;
  if (reduce === "sum") return gather(g, dim, index);
  if (reduce === "mean") {
    const n = g.rt.quietly(() => gather(counts(g, kept), dim, index));
    return div(gather(g, dim, index), n);
  }
  if (reduce === "prod") {
    const zero = src.rt.quietly(() => eq(src, 0));
    const zeros = src.rt.quietly(() =>
      gather(scatterAdd(full(self, 0), dim, index, cast(zero, self.dtype)), dim, index),
    );
    const single = src.rt.quietly(() => logicalAnd(zero, eq(zeros, 1)));
    const others = scatterReduce(self, dim, index, maskedFill(src, single, 1), "prod", include_self);
    const alone = gather(mul(g, others), dim, index);
    const rest = div(gather(mul(g, result), dim, index), maskedFill(src, zero, 1));
    return where(single, alone, rest);
  }
  const { theirs, number } = ties(kept);
  return mul(theirs, gather(div(g, number), dim, index));
}

/** Rows of `source` reduced into the rows of `self` that an index vector names. */
export const indexReduce = op({
  name: "index_reduce",
  args: ["self", "dim", "index", "source", "reduce", "include_self"],
  node: "IndexReduceBackward0",
  forward: (
    self: Tensor,
    dim: number,
    index: Tensor,
    source: Tensor,
    reduce: string,
    includeSelf: boolean = true,
  ): Tensor => {
    const d = wrapDim(dim, self.ndim);
    check(
      reduce !== "sum" && REDUCTIONS.includes(reduce),
      () => `reduce argument must be either prod, mean, amax or amin, got ${reduce}.`,
    );
    checkVector("index_reduce_", index);
    check(
      index.numel === (source.shape[d] ?? 1),
      () =>
        `index_reduce(): Number of indices (${index.numel}) should be equal to source.size(dim): (${source.shape[d]})`,
    );
    return scatterReduce(self, d, wideIndex(index, source, d), source, reduce as Reduction, includeSelf);
  },
  keep: ([self, dim, index, source, reduce, includeSelf], result) => ({
    self,
    dim: wrapDim(dim, self.ndim),
    index,
    source,
    reduce: reduce as Reduction,
    include_self: includeSelf ?? true,
    result,
  }),
  vjp: {
    self: (g, { index, source, ...kept }): Tensor => selfPart(g, { ...kept, ...asScatter(index, source, kept.dim) }),
    source: (g, { index, source, ...kept }): Tensor =>
      sourceGradient(g, { ...kept, ...asScatter(index, source, kept.dim) }),
  },
  formula: {
    out: "\\mathrm{{reduce}}({self}_{{index}}, {source})",
    vjp: {
      self: "{g} \\odot \\tfrac{\\partial {out}}{\\partial {self}}",
      source: "{g}_{{index}} \\odot \\tfrac{\\partial {out}}{\\partial {source}}",
    },
    note: "equal extremes share the gradient evenly",
  },
  places: ["torch", "Tensor"],
  signatures: [
    "index_reduce(Tensor input, int64_t dim, Tensor index, Tensor source, str reduce, *, bool include_self=True, Tensor out=None)",
  ],
});
export const indexReduce_ = inplace(indexReduce);

/** The index of a reduction of rows, as the reduction element by element takes it. */
const wideIndex = (index: Tensor, source: Tensor, dim: number): Tensor =>
  source.rt.quietly(() => {
    const column = source.shape.map((_, i) => (i === dim ? -1 : 1));
    return expand(reshape(cast(index, int64), column), source.shape);
  });
const asScatter = (index: Tensor, source: Tensor, dim: number) => ({
  index: wideIndex(index, source, dim),
  src: source,
});
