import { int64 } from "../dtype.ts";
import { runtimeError } from "../errors.ts";
import { add, mulScalar } from "../ops/arithmetic.ts";
import { where } from "../ops/compare.ts";
import { cast, copy_ } from "../ops/copies.ts";
import { arange } from "../ops/creation.ts";
import { indexSelect } from "../ops/index-along.ts";
import { index } from "../ops/indexing.ts";
import { nonzeroTuple } from "../ops/nonzero.ts";
import { expand, permute, reshape, view } from "../ops/views.ts";
import { broadcastShapes, type Shape, wrapDim } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import type { Batch, BatchRule } from "./batch.ts";
import { sampleBySample } from "./fallback.ts";
import { pointwise } from "./pointwise.ts";

type Indices = readonly (Tensor | null)[];

const isMask = (t: Tensor): boolean => t.dtype.name === "bool" || t.dtype.name === "uint8";

/** How samples are indexed in the batch, and where the result has what. */
interface Plan {
  readonly indices: Indices;
  /** Order of the physical result's dimensions that puts the batch first and the sample's own after it. */
  readonly order: readonly number[];
  /** Shape of one sample's result. */
  readonly shape: Shape;
}

/**
 * `self[indices]` of every sample. Where the samples have their own indices, the number of the sample becomes one more index.
 * Dimensions of index tensors come first in a result unless the tensors stand next to each other; adding one can part them.
 */
function planOf(b: Batch, selfShape: Shape, given: Indices, selfBatched: boolean): Plan {
  const own = given.some((t) => t !== null && b.has(t));
  if (given.some((t) => t !== null && b.has(t) && isMask(t)))
    throw runtimeError(
      "vmap: We do not support batching operators that can support dynamic shape. Attempting to batch over indexing with a boolean mask.",
    );
  const indices = given.flatMap((t): Indices => (t !== null && isMask(t) && own ? masked(t) : [t]));
  const used = indices.flatMap((t, d) => (t === null ? [] : [d]));
  const adjacent = used.every((d, i) => i === 0 || d === used[i - 1] + 1);
  const picked = indices
    .filter((t): t is Tensor => t !== null)
    .map((t) => (isMask(t) ? [trueCount(t)] : t.shape))
    .reduce<Shape>((a, s) => broadcastShapes(a, s), []);
  const consumed = (d: number): number => {
    const t = indices[d];
    return t !== null && t !== undefined && isMask(t) ? t.ndim : 1;
  };
  const before: number[] = [];
  const after: number[] = [];
  let dim = 0;
  for (let d = 0; d < indices.length; d++) {
    if (indices[d] === null) (d < used[0] ? before : after).push(selfShape[dim]);
    dim += consumed(d);
  }
  after.push(...selfShape.slice(dim));
  const shape = adjacent ? [...before, ...picked, ...after] : [...picked, ...before, ...after];
  const n = shape.length;
  const lead = adjacent ? before.length : 0;
  if (!own) {
    // The batch is one more whole dimension at the front: behind the picked ones when these come first.
    const at = adjacent ? 0 : picked.length;
    const order = [at, ...Array.from({ length: n + 1 }, (_, d) => d).filter((d) => d !== at)];
    return { indices: [null, ...indices], order, shape };
  }
  const rank = picked.length;
  const lifted = indices.map((t) => (t === null ? null : b.has(t) ? b.aligned(t, rank) : t));
  if (!selfBatched) {
    const order = [lead, ...Array.from({ length: n + 1 }, (_, d) => d).filter((d) => d !== lead)];
    return { indices: lifted, order, shape };
  }
  const first = used.length === 0 ? null : (indices[used[0]] as Tensor);
  const samples = view(numbers(b, first as Tensor), [b.size, ...new Array<number>(rank).fill(1)]);
  // Physical result: [batch, picked, before, after]; the picked dimensions go behind those before them.
  const order = [
    0,
    ...before.slice(0, lead).map((_, d) => 1 + rank + d),
    ...picked.map((_, d) => 1 + d),
    ...Array.from({ length: n - lead - rank }, (_, d) => 1 + rank + lead + d),
  ];
  return { indices: [samples, ...lifted], order, shape };
}

/** 0, 1, … for the samples. */
const numbers = (b: Batch, t: Tensor): Tensor => arange(t.rt, 0, b.size, 1, int64);

/** A mask as the indices of its true elements. */
const masked = (mask: Tensor): readonly Tensor[] => mask.rt.quietly(() => nonzeroTuple(mask));
const trueCount = (mask: Tensor): number => mask.toArray().filter((v) => v !== 0).length;

const isIdentity = (order: readonly number[]): boolean => order.every((d, i) => d === i);
const inOrder = (t: Tensor, order: readonly number[]): Tensor => (isIdentity(order) ? t : permute(t, order));
const inverse = (order: readonly number[]): number[] => order.map((_, i) => order.indexOf(i));

const indexed: BatchRule = {
  apply: (b, call, [self, given]) => {
    const t = self as Tensor;
    const { indices, order } = planOf(b, t.shape, given as Indices, b.has(t));
    return inOrder(call(b.front(t), indices), order);
  },
};

/** Values in the layout in which the physical index reads them. */
const spread = (b: Batch, values: Tensor, plan: Plan): Tensor =>
  inOrder(expand(b.aligned(values, plan.shape.length), [b.size, ...plan.shape]), inverse(plan.order));

const indexedBackward: BatchRule = {
  apply: (b, call, [grad, size, given]) => {
    const plan = planOf(b, size as Shape, given as Indices, true);
    return call(spread(b, grad as Tensor, plan), [b.size, ...(size as Shape)], plan.indices);
  },
};

const put: BatchRule = {
  inPlace: true,
  apply: (b, call, [self, given, values, accumulate]) => {
    const t = self as Tensor;
    const plan = planOf(b, t.shape, given as Indices, true);
    return call(b.lifted(t), plan.indices, spread(b, values as Tensor, plan), accumulate);
  },
};

/** The sample's own indices along one dimension. */
const alongDim = (self: Tensor, dim: number, at: Tensor): Indices => [
  ...new Array<null>(wrapDim(dim, self.ndim)).fill(null),
  at,
];

/** Operators with an index tensor along a dimension: the same one for all samples, or else `own`. */
const indexAlong = (own: BatchRule): BatchRule => ({
  apply: (b, call, args) => {
    const at = call.def.args.indexOf("index");
    const self = args[0] as Tensor;
    if (b.has(args[at]) || self.ndim === 0) return own.apply(b, call, args);
    const lifted = args.map((a, i) => (a instanceof Tensor && i !== at && a.ndim > 0 ? b.lifted(a) : a));
    if (args.some((a, i) => i > at && b.has(a) && a.ndim === 0)) return own.apply(b, call, args);
    return call(...lifted.with(1, wrapDim(args[1] as number, self.ndim) + 1));
  },
});

const selected = indexAlong({
  apply: (b, _call, args) => {
    const [self, dim, at] = args as [Tensor, number, Tensor];
    if (self.ndim === 0) return sampleBySample(b, indexSelect, args);
    return indexed.apply(b, index, [self, alongDim(self, dim, at)]);
  },
});

const flat = (b: Batch, t: Tensor): Tensor => b.wrap(reshape(b.front(t), [b.size, -1]));

const taken: BatchRule = {
  apply: (b, call, [self, at]) =>
    b.has(self) ? indexed.apply(b, index, [flat(b, self), [at]]) : call(self, b.front(at as Tensor)),
};

/** A batched value is no number for all: it is chosen element by element. */
const maskFilled: BatchRule = {
  inPlace: true,
  apply: (b, call, args) => {
    const [self, mask, value] = args as [Tensor, Tensor, unknown];
    if (!b.has(value)) return pointwise.apply(b, call, args);
    const rank = Math.max(self.ndim, mask.ndim);
    const chosen = where(b.aligned(mask, rank), cast(b.aligned(value, rank), self.dtype), b.aligned(self, rank));
    return call.inplaceOf === undefined ? chosen : copy_(b.front(self), chosen);
  },
};

const filled: BatchRule = {
  inPlace: true,
  apply: (b, call, args) => {
    const [self, value] = args as [Tensor, unknown];
    if (!b.has(value)) return call(b.front(self), value);
    const source = expand(b.aligned(value, self.ndim), [b.size, ...self.shape]);
    return call.inplaceOf === undefined ? cast(source, self.dtype) : copy_(b.front(self), source);
  },
};

type EmbeddingArgs = [weight: Tensor, indices: Tensor, padding?: number, scale?: boolean];

/** Each sample's own table: all tables below one another, the numbers of their rows moved on. */
const embedded: BatchRule = {
  apply: (b, call, args) => {
    const [weight, indices, padding = -1, scale = false, ...rest] = args as EmbeddingArgs;
    if (!b.has(weight)) return call(weight, b.front(indices), padding, scale, ...rest);
    if (padding >= 0 || scale) return sampleBySample(b, call, args);
    const table = b.front(weight);
    return call(reshape(table, [-1, table.shape[2]]), rowsOf(b, indices, table.shape[1]), padding, scale, ...rest);
  },
};

const embeddedBackward: BatchRule = {
  apply: (b, call, args) => {
    const [grad, indices, rows, padding, scale] = args as [Tensor, Tensor, number, number, boolean];
    if (padding >= 0 || scale) return sampleBySample(b, call, args);
    const out = call(b.lifted(grad), rowsOf(b, indices, rows), b.size * rows, padding, scale) as Tensor;
    return reshape(out, [b.size, rows, -1]);
  },
};

function rowsOf(b: Batch, indices: Tensor, rows: number): Tensor {
  const own = b.lifted(indices);
  const first = view(mulScalar(numbers(b, indices), rows), [b.size, ...indices.shape.map(() => 1)]);
  return add(own, first);
}

const oneHot: BatchRule = {
  apply: (b, call, [tensor, classes]) => {
    if (classes === undefined || classes === -1) return call(tensor, classes);
    return call(b.front(tensor as Tensor), classes);
  },
};

const bucketed: BatchRule = {
  apply: (b, call, args) => {
    const [self, boundaries, ...rest] = args as [Tensor, Tensor];
    return b.has(boundaries) ? sampleBySample(b, call, args) : call(b.front(self), boundaries, ...rest);
  },
};

export const INDEXING_RULES: readonly [string, BatchRule][] = [
  ["index", indexed],
  ["_index_put_impl", indexedBackward],
  ["index_put", put],
  ["index_select", selected],
  ...["index_add", "index_copy", "index_fill", "index_reduce"].map((n): [string, BatchRule] => [
    n,
    indexAlong({ apply: sampleBySample }),
  ]),
  ["take", taken],
  ["masked_fill", maskFilled],
  ["fill", filled],
  ["embedding", embedded],
  ["embedding_dense_backward", embeddedBackward],
  ["one_hot", oneHot],
  ["bucketize", bucketed],
];
