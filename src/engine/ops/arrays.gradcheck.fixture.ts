import { describe, it } from "vitest";
import { bool, int64 } from "../dtype.ts";
import { checkGradients, inEveryLayout, type Layout, makeLeaf, numbers } from "../gradcheck.fixture.ts";
import { SliceArg } from "../index-item.ts";
import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import * as arithmetic from "./arithmetic.ts";
import * as parts from "./complex-parts.ts";
import * as copies from "./copies.ts";
import * as cumulative from "./cumulative.ts";
import * as diagonals from "./diagonals.ts";
import * as differences from "./differences.ts";
import * as distributions from "./distribution-draws.ts";
import * as einsum from "./einsum.ts";
import * as extremes from "./extremes.ts";
import * as fills from "./fill.ts";
import * as flips from "./flips.ts";
import * as along from "./gather-scatter.ts";
import { rt } from "./gradcheck.fixture.ts";
import * as grids from "./grids.ts";
import * as indexAlong from "./index-along.ts";
import * as indexing from "./indexing.ts";
import * as joining from "./joining.ts";
import * as masking from "./masking.ts";
import * as moments from "./moments.ts";
import * as order from "./order-statistics.ts";
import * as products from "./products.ts";
import * as quantiles from "./quantiles.ts";
import * as draws from "./random-draws.ts";
import * as fillers from "./random-fills.ts";
import * as reductions from "./reductions.ts";
import * as reshaping from "./reshaping.ts";
import * as scatterReduce from "./scatter-reduce.ts";
import * as slicing from "./slicing.ts";
import * as sorting from "./sorting.ts";
import * as splitting from "./splitting.ts";
import * as strided from "./strided.ts";
import * as sums from "./sum.ts";
import * as vectors from "./vectors.ts";
import * as viewCopies from "./view-copies.ts";
import * as views from "./views.ts";

/** One operator under test: shapes of its inputs and how it is called. */
interface Case {
  readonly shapes: readonly (readonly number[])[];
  readonly run: (inputs: Tensor[], rt: Runtime) => Tensor | Tensor[];
  /** Values of the inputs; default between -2 and 2. */
  readonly value?: (u: number) => number;
  readonly order?: 1 | 2;
  /** `run` says sizes of its own. */
  readonly exact?: boolean;
}

const one = (shape: readonly number[], run: (x: Tensor, rt: Runtime) => Tensor | Tensor[]): Case => ({
  shapes: [shape],
  run: ([x], rt) => run(x, rt),
});
const two = (
  a: readonly number[],
  b: readonly number[],
  run: (x: Tensor, y: Tensor, rt: Runtime) => Tensor | Tensor[],
): Case => ({ shapes: [a, b], run: ([x, y], rt) => run(x, y, rt) });
const exactOne = (...c: Parameters<typeof one>): Case => ({ ...one(...c), exact: true });
const exactTwo = (...c: Parameters<typeof two>): Case => ({ ...two(...c), exact: true });

const ints = (rt: Runtime, values: readonly number[], shape: readonly number[] = [values.length]): Tensor =>
  rt.from(values, shape, int64);
const mask = (rt: Runtime, values: readonly number[], shape: readonly number[]): Tensor =>
  rt.quietly(() => copies.cast(rt.from(values, shape, int64), bool));
const INDEX = [1, 0, 1, 2, 0, 2];

const RANDOM_FILLS: readonly ((x: Tensor) => Tensor)[] = [
  fillers.uniform_,
  fillers.normal_,
  fillers.bernoulli_,
  fillers.exponential_,
  fillers.random_,
  (x) => fillers.geometric_(x, 0.5),
  fillers.cauchy_,
  fillers.logNormal_,
];

const CASES: Readonly<Record<string, Case>> = {
  // views and copies
  view: exactOne([2, 3], (x) => views.view(copies.contiguous(x), [3, 2])),
  reshape: exactOne([2, 3], (x) => views.reshape(x, [6])),
  transpose: one([2, 3, 2], (x) => views.transpose(x, 0, -1)),
  permute: one([2, 3, 2], (x) => views.permute(x, [1, 2, 0])),
  expand: exactOne([3, 1], (x) => views.expand(x, [2, 3, 4])),
  squeeze: one([2, 1, 3, 1], (x) => [views.squeeze(x), views.squeeze(x, 1), views.squeeze(x, [1, 3])]),
  unsqueeze: one([2, 3], (x) => views.unsqueeze(x, -2)),
  "squeeze_ of a product": one([1, 3], (x) => views.squeeze_(copies.clone(x), 0)),
  flatten: one([2, 3, 2], (x) => reshaping.flatten(x, 1)),
  unflatten: exactOne([6], (x) => reshaping.unflatten(copies.contiguous(x), 0, [2, -1])),
  movedim: one([2, 3, 2], (x) => reshaping.movedim(x, [0, 1], [2, 0])),
  repeat: one([2, 3], (x) => reshaping.repeat(x, [2, 1, 3])),
  tile: one([2, 3], (x) => reshaping.tile(x, [2])),
  select: exactOne([3, 4], (x) => slicing.select(x, 1, -2)),
  slice: one([5, 3], (x) => slicing.slice(x, 0, 1, -1, 2)),
  narrow: exactOne([4, 3], (x) => slicing.narrow(x, 0, 1, 2)),
  diagonal: one([3, 4, 2], (x) => slicing.diagonal(x, 1, 1, 0)),
  unbind: one([2, 3], (x) => splitting.unbind(x, 1)),
  split: one([5, 2], (x) => splitting.split(x, 2)),
  "split with sizes": exactOne([5, 2], (x) => splitting.split(x, [1, 4])),
  chunk: one([2, 5], (x) => splitting.chunk(x, 2, 1)),
  tensor_split: one([5, 2], (x) => splitting.tensorSplit(x, [1, 3])),
  as_strided: exactOne([6], (x) => strided.asStrided(copies.contiguous(x), [2, 3], [1, 2], 0)),
  as_strided_scatter: exactTwo([6], [2, 2], (x, y) =>
    strided.asStridedScatter(copies.contiguous(x), y, [2, 2], [1, 3], 1),
  ),
  "copies of views": one([2, 3], (x) => [
    viewCopies.aliasCopy(x),
    viewCopies.transposeCopy(x, 0, 1),
    ...viewCopies.splitCopy(x, 2, 1),
  ]),
  unfold: exactOne([5, 2], (x) => strided.unfold(x, 0, 3, 1)),
  flip: one([2, 3], (x) => flips.flip(x, [0, 1])),
  roll: one([3, 4], (x) => [flips.roll(x, [1]), flips.roll(x, [1, -2], [0, 1])]),
  rot90: one([2, 3], (x) => [flips.rot90(x), flips.rot90(x, -1), flips.rot90(x, 2)]),
  // joining
  cat: two([2, 3], [2, 1], (x, y) => joining.cat([x, y, x], 1)),
  stack: two([2, 3], [2, 3], (x, y) => joining.stack([x, y, x], -1)),
  hstack: two([3], [2], (x, y) => joining.hstack([x, y])),
  vstack: two([3], [3], (x, y) => joining.vstack([x, y])),
  dstack: two([2, 3], [2, 3], (x, y) => joining.dstack([x, y])),
  column_stack: two([2], [2, 3], (x, y) => joining.columnStack([x, y])),
  block_diag: two([2, 3], [2], (x, y) => joining.blockDiag([x, y])),
  cartesian_prod: two([2], [3], (x, y) => grids.cartesianProd([x, y])),
  combinations: one([4], (x) => grids.combinations(x, 2)),
  meshgrid: two([2], [3], (x, y) => grids.meshgrid([copies.contiguous(x), copies.contiguous(y)], "xy")),
  // diagonals and triangles
  diag: one([3], (x) => diagonals.diag(x, 1)),
  "diag of a matrix": one([3, 2], (x) => diagonals.diag(x, -1)),
  diag_embed: one([2, 3], (x) => diagonals.diagEmbed(x, -1, 0, 2)),
  tril: one([3, 4], (x) => diagonals.tril(x, 1)),
  triu: one([2, 3, 3], (x) => diagonals.triu(x, -1)),
  trace: one([3, 4], (x) => diagonals.trace(x)),
  fill_diagonal_: one([3, 3], (x) => diagonals.fillDiagonal_(copies.clone(x), 2)),
  select_scatter: exactTwo([3, 4], [3], (x, y) => diagonals.selectScatter(x, y, 1, 2)),
  slice_scatter: exactTwo([4, 2], [2, 2], (x, y) => diagonals.sliceScatter(x, y, 0, 0, 4, 2)),
  diagonal_scatter: exactTwo([3, 3], [2], (x, y) => diagonals.diagonalScatter(x, y, 1)),
  // indexing
  gather: exactOne([3, 4], (x, rt) => along.gather(x, 0, ints(rt, INDEX, [2, 3]))),
  scatter: exactTwo([3, 3], [2, 3], (x, y, rt) => along.scatter(x, 0, ints(rt, [0, 1, 2, 1, 0, 0], [2, 3]), y)),
  "scatter of a number": exactOne([3, 3], (x, rt) => along.scatter(x, 1, ints(rt, [0, 2], [2, 1]), 1.5)),
  scatter_add: exactTwo([3, 3], [2, 3], (x, y, rt) => along.scatterAdd(x, 0, ints(rt, INDEX, [2, 3]), y)),
  take_along_dim: exactOne([3, 3], (x, rt) => along.takeAlongDim(x, ints(rt, [2, 0, 1], [3, 1]), 1)),
  index_select: exactOne([3, 4], (x, rt) => indexAlong.indexSelect(x, 0, ints(rt, [2, 0, 2]))),
  index_add: exactTwo([3, 2], [4, 2], (x, y, rt) => indexAlong.indexAdd(x, 0, ints(rt, [0, 2, 2, 1]), y, 0.5)),
  index_copy: exactTwo([3, 2], [2, 2], (x, y, rt) => indexAlong.indexCopy(x, 0, ints(rt, [2, 0]), y)),
  index_fill: exactTwo([3, 2], [], (x, y, rt) => indexAlong.indexFill(x, 0, ints(rt, [2, 0]), y)),
  take: exactOne([3, 2], (x, rt) => indexAlong.take(x, ints(rt, [5, 0, 0, -1], [2, 2]))),
  put: exactTwo([3, 2], [3], (x, y, rt) => indexAlong.put(x, ints(rt, [5, 0, 2]), y)),
  "put accumulate": exactTwo([3, 2], [3], (x, y, rt) => indexAlong.put(x, ints(rt, [5, 0, 0]), y, true)),
  repeat_interleave: exactOne([3, 2], (x, rt) => indexAlong.repeatInterleave(x, ints(rt, [2, 0, 1]), 0)),
  index: exactOne([3, 4], (x, rt) => indexing.getitem(x, [ints(rt, [2, 0, 2]), new SliceArg(1, null, 2)])),
  "index by a mask": exactOne([2, 3], (x, rt) => indexing.getitem(x, [mask(rt, [1, 0, 1, 0, 0, 1], [2, 3])])),
  index_put: exactTwo([3, 2], [2, 2], (x, y, rt) => indexing.indexPut(x, [ints(rt, [2, 0])], y)),
  "index_put accumulate": exactTwo([3, 2], [2], (x, y, rt) => indexing.indexPut(x, [ints(rt, [2, 0, 2])], y, true)),
  "assignment to a slice": exactTwo([3, 4], [2], (x, y) => {
    const z = copies.clone(x);
    indexing.setitem(z, [new SliceArg(null, 2, null), 1], y);
    return z;
  }),
  masked_fill: exactTwo([2, 3], [], (x, y, rt) => masking.maskedFill(x, mask(rt, [1, 0, 1], [3]), y)),
  masked_select: exactOne([2, 3], (x, rt) => masking.maskedSelect(x, mask(rt, [1, 0, 1], [3]))),
  masked_scatter: exactTwo([2, 3], [7], (x, y, rt) => masking.maskedScatter(x, mask(rt, [1, 0, 1], [3]), y)),
  ...Object.fromEntries(
    (["sum", "prod", "mean", "amax", "amin"] as const).flatMap((reduce) =>
      [true, false].map((self) => [
        `scatter_reduce ${reduce}${self ? "" : " without self"}`,
        exactTwo([4, 2], [6, 2], (x, y, rt) =>
          scatterReduce.scatterReduce(
            x,
            0,
            ints(
              rt,
              INDEX.flatMap((i) => [i, i]),
              [6, 2],
            ),
            y,
            reduce,
            self,
          ),
        ),
      ]),
    ),
  ),
  index_reduce: exactTwo([3, 2], [4, 2], (x, y, rt) =>
    scatterReduce.indexReduce(x, 0, ints(rt, [0, 2, 2, 1]), y, "prod"),
  ),
  // order
  sort: one([3, 4], (x) => [sorting.sort(x, 0)[0], sorting.sort(x, -1, true)[0]]),
  topk: exactOne([3, 5], (x) => [sorting.topk(x, 2)[0], sorting.topk(x, 2, 0, false)[0]]),
  kthvalue: exactOne([3, 5], (x) => order.kthvalue(x, 2)[0]),
  median: one([3, 5], (x) => [
    order.medianOp(x),
    ...[order.medianOp.def.signatures?.[1]].map((s) => call(s, x, 1, false)),
  ]),
  nanmedian: one([2, 4], (x) => order.nanmedianOp(x)),
  mode: one([3, 5], (x) => order.mode(x)[0]),
  quantile: one([3, 5], (x, rt) => [
    quantiles.quantile(x, 0.3),
    quantiles.quantile(x, rt.from([0.1, 0.6], [2], x.dtype), 0),
    quantiles.quantile(x, 0.4, 1, true, "midpoint"),
  ]),
  max: one([3, 4], (x) => [extremes.maxAll(x), extremes.maxDim(x, 0)[0], extremes.amax(x, [0], true)]),
  min: one([3, 4], (x) => [extremes.minAll(x), extremes.minDim(x, 1, true)[0], extremes.amin(x, [0, 1])]),
  // sums and products
  sum: one([2, 3, 2], (x) => [sums.sum(x), sums.sum(x, [0, -1], true)]),
  mean: one([2, 3, 2], (x) => [sums.mean(x), sums.mean(x, [1])]),
  nansum: one([2, 3], (x) => [reductions.nansum(x, [0]), reductions.nanmean(x)]),
  logsumexp: one([3, 4], (x) => reductions.logsumexp(x, [1])),
  prod: one([3, 4], (x) => [products.prod(x), products.prod(x, 1, true)]),
  "prod with zeros": {
    ...one([3, 4], (x) => [products.prod(x), products.prod(x, 1)]),
    value: (u) => (u < 0.3 ? 0 : u),
  },
  cumsum: one([3, 4], (x) => [cumulative.cumsum(x, 0), cumulative.cumsum(x, 1)]),
  cumprod: one([3, 4], (x) => products.cumprod(x, 1)),
  "cumprod with zeros": { ...one([3, 4], (x) => products.cumprod(x, 1)), value: (u) => (u < 0.3 ? 0 : u) },
  cummax: one([3, 4], (x) => [cumulative.cummax(x, 0)[0], cumulative.cummin(x, 1)[0]]),
  logcumsumexp: one([3, 4], (x) => cumulative.logcumsumexp(x, 1)),
  var: exactOne([3, 4], (x) => [moments.variancePrimitive(x), moments.variancePrimitive(x, [0], 0, true)]),
  std: exactOne([3, 4], (x) => [moments.stdPrimitive(x), moments.stdPrimitive(x, [1])]),
  var_mean: exactOne([3, 4], (x) => moments.varMean(x)),
  std_mean: exactOne([3, 4], (x) => moments.stdMean(x)),
  diff: two([3, 4], [3, 1], (x, y) => differences.diff(x, 2, 1, y)),
  gradient: exactOne([4, 3], (x) => [...differences.gradient(x, 0.5), ...differences.gradient(x, null, [0], 2)]),
  "gradient over coordinates": exactTwo([4], [4], (x, y) => differences.gradient(x, [cumulative.cumsum(y, 0)], [0], 2)),
  "copy_, fill": two([2, 3], [], (x, y) => [
    copies.copy_(copies.clone(x), y),
    fills.fill(x, y),
    fills.fill_(copies.clone(x), y),
    fills.zero_(copies.clone(x)),
  ]),
  view_as_complex: exactOne([3, 2], (x) => parts.real(parts.viewAsComplex(copies.clone(x, "contiguous_format")))),
  "random fills": one([2, 3], (x, rt) =>
    RANDOM_FILLS.map((fill) => {
      rt.generator.manualSeed(0);
      return fill(copies.clone(x));
    }),
  ),
  "random draws": {
    ...two([2, 3], [2, 3], (x, y, rt) => {
      rt.generator.manualSeed(0);
      return [
        draws.bernoulli(x),
        draws.poissonOf(x),
        distributions.binomial(arithmetic.add(arithmetic.mul(x, 0), 3), y),
      ];
    }),
    value: (u) => 0.3 + 0.4 * u,
  },
  trapezoid: two([3, 4], [4], (x, y) => [differences.trapezoid(x, null, 0.5), differences.trapezoid(x, y)]),
  cumulative_trapezoid: two([3, 4], [3, 4], (x, y) => differences.cumulativeTrapezoid(x, y)),
  vander: one([3], (x) => differences.vander(x, 4)),
  // products of tensors
  einsum: two([2, 3, 2], [3, 4], (x, y) => einsum.einsum("bij,ik->bkj", [x, y])),
  "einsum with a diagonal": two([3, 3], [3], (x, y) => einsum.einsum("ii,i->", [x, y])),
  "einsum of three": { shapes: [[2], [2, 3], [3]], run: (inputs) => einsum.einsum("i,ij,j->", inputs) },
  "einsum with an ellipsis": two([2, 3, 2], [2], (x, y) => einsum.einsum("...d,d->...", [x, y])),
  tensordot: two([2, 3, 2], [3, 2], (x, y) => einsum.tensordot(x, y, [1, 2], [0, 1])),
  inner: two([2, 3], [4, 3], (x, y) => einsum.inner(x, y)),
  vdot: two([4], [4], (x, y) => vectors.vdot(x, y)),
  kron: two([2, 1], [2, 3], (x, y) => vectors.kron(copies.contiguous(x), copies.contiguous(y))),
  cross: exactTwo([2, 3], [1, 3], (x, y) => vectors.linalgCross(x, y)),
  cov: exactOne([3, 4], (x) => vectors.cov(x)),
  corrcoef: { ...exactOne([2, 5], (x) => vectors.corrcoef(x)), order: 1 },
  renorm: one([3, 4], (x) => [vectors.renorm(x, 2, 0, 1), vectors.renorm(x, 1, 1, 2), vectors.renorm(x, 3, 0, 0.5)]),
};

/** Calls the function behind a signature of an operator with several forms. */
function call(signature: unknown, ...args: unknown[]): Tensor {
  return (signature as { call: (...a: unknown[]) => Tensor[] }).call(...args)[0];
}

/** Operators that rearrange, index, order and accumulate. */
export function arrayGradients(): void {
  describe("derivatives of operators that rearrange, index, order and accumulate", () => {
    for (const [name, c] of Object.entries(CASES))
      it(name, () => {
        inEveryLayout(c.shapes, c.exact ?? false, (shapes, layout) => {
          const inputs = shapes.map((shape, i) => input(shape, layout, c, i));
          checkGradients(rt, (...xs) => c.run(xs, rt), inputs, {
            order: c.order ?? 2,
            transforms: layout === "contiguous",
          });
        });
      });
  });
}

function input(shape: readonly number[], layout: Layout, c: Case, i: number): Tensor {
  const next = numbers(17 * i + shape.length);
  return makeLeaf(rt, shape, layout, () => (c.value ?? ((u: number) => 4 * u - 2))(next()));
}
