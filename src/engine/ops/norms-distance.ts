import { int64, isFloating } from "../dtype.ts";
import { check } from "../errors.ts";
import { dense } from "../kernels/dense.ts";
import { settle } from "../kernels/elementwise.ts";
import { op } from "../op.ts";
import { resultType } from "../promotion.ts";
import { broadcastShapes, numelOf, type Shape, sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { addScalar, div, mul, neg, sub } from "./arithmetic.ts";
import { clampMin, clampMin_, eq, where } from "./compare.ts";
import { cast, clone } from "./copies.ts";
import { indexAdd, indexSelect } from "./index-along.ts";
import { normAlong, vectorNorm } from "./norms.ts";
import { norm } from "./norms-matrix.ts";
import { pow } from "./pow.ts";
import { sum } from "./sum.ts";
import { abs, sgn } from "./unary-complex.ts";
import { expand, unsqueeze } from "./views.ts";

/** p-distance of two runs of n numbers. */
function distance(a: ArrayLike<number>, ai: number, b: ArrayLike<number>, bi: number, n: number, p: number): number {
  let t = 0;
  for (let i = 0; i < n; i++) {
    const d = Math.abs(a[ai + i] - b[bi + i]);
    if (p === 2) t += d * d;
    else if (p === 1) t += d;
    else if (p === 0) t += d === 0 ? 0 : 1;
    else if (p === Number.POSITIVE_INFINITY) t = d > t || d !== d ? d : t;
    else t += d ** p;
  }
  return p === 2 ? Math.sqrt(t) : p === 0 || p === 1 || !Number.isFinite(p) ? t : t ** (1 / p);
}

/** Gradient of a p-distance by the difference of its operands; `d` and `g` have a last dimension of 1. */
function distanceGradient(g: Tensor, diff: Tensor, d: Tensor, p: number): Tensor {
  const zero = (x: Tensor): Tensor => x.rt.scalar(0, x.dtype);
  const same = diff.rt.quietly(() => eq(d, 0));
  if (p === 0) return diff.rt.full(diff.shape, 0, diff.dtype);
  if (p === 1) return mul(g, sgn(diff));
  if (p === Number.POSITIVE_INFINITY) {
    const mask = diff.rt.quietly(() => eq(abs(diff), d));
    return where(mask, mul(g, sgn(diff)), zero(g));
  }
  if (p === 2) return where(same, zero(g), mul(g, div(diff, d)));
  const scale = div(g, pow(d, p - 1));
  if (p < 2) {
    // |diff|^(p-1) is infinite at 0 for p < 1: no gradient there.
    const flat = diff.rt.quietly(() => eq(diff, 0));
    const raw = mul(mul(sgn(diff), pow(where(flat, zero(diff), abs(diff)), p - 1)), scale);
    return where(same, zero(g), where(flat, zero(g), raw));
  }
  return where(same, zero(g), mul(mul(diff, pow(abs(diff), p - 2)), scale));
}

/** Distances between all rows of two (batches of) matrices. */
const cdistForward = op({
  name: "_cdist_forward",
  args: ["x1", "x2", "p"],
  node: "CdistBackward0",
  forward: (x1: Tensor, x2: Tensor, p: number): Tensor => {
    const [rows, cols] = x1.shape.slice(-2);
    const others = x2.shape[x2.ndim - 2];
    const batch = broadcastShapes(x1.shape.slice(0, -2), x2.shape.slice(0, -2));
    const a = dense(expand(x1, [...batch, rows, cols]));
    const b = dense(expand(x2, [...batch, others, cols]));
    const out = x1.rt.empty([...batch, rows, others], x1.dtype);
    let k = 0;
    for (let q = 0; q < numelOf(batch); q++)
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < others; j++)
          out.data[k++] = distance(
            a.data,
            a.start + (q * rows + i) * cols,
            b.data,
            b.start + (q * others + j) * cols,
            cols,
            p,
          );
    return settle(out);
  },
  keep: ([x1, x2, p], result) => ({ x1, x2, p, result }),
  vjp: {
    x1: (g, { x1, x2, p, result }): Tensor => sum(pairGradient(g, x1, x2, p, result), [-2]),
    x2: (g, { x1, x2, p, result }): Tensor => neg(sum(pairGradient(g, x1, x2, p, result), [-3])),
  },
  formula: {
    out: "\\|{x1}_i - {x2}_j\\|_{{p}}",
    vjp: {
      x1: "\\textstyle\\sum_j {g}_{ij}\\,\\operatorname{sign}(d_{ij}) (|d_{ij}|/{out}_{ij})^{{p}-1}",
      x2: "-\\textstyle\\sum_i {g}_{ij}\\,\\operatorname{sign}(d_{ij}) (|d_{ij}|/{out}_{ij})^{{p}-1}",
    },
    note: "d is the difference of the rows; 0 where two rows are equal",
  },
});
const pairGradient = (g: Tensor, x1: Tensor, x2: Tensor, p: number, result: Tensor): Tensor =>
  distanceGradient(unsqueeze(g, -1), sub(unsqueeze(x1, -2), unsqueeze(x2, -3)), unsqueeze(result, -1), p);

const MODES = ["use_mm_for_euclid_dist_if_necessary", "use_mm_for_euclid_dist", "donot_use_mm_for_euclid_dist"];

export const cdist = op({
  name: "cdist",
  args: ["x1", "x2", "p", "compute_mode"],
  forward: (x1: Tensor, x2: Tensor, p: number = 2, mode: string | null = null): Tensor => {
    check(mode === null || MODES.includes(mode), () => `${mode} is not a valid value for compute_mode`);
    check(x1.ndim >= 2, () => `cdist only supports at least 2D tensors, X1 got: ${x1.ndim}D`);
    check(x2.ndim >= 2, () => `cdist only supports at least 2D tensors, X2 got: ${x2.ndim}D`);
    check(
      x1.shape[x1.ndim - 1] === x2.shape[x2.ndim - 1],
      () => `X1 and X2 must have the same number of columns. X1: ${x1.shape[x1.ndim - 1]} X2: ${x2.shape[x2.ndim - 1]}`,
    );
    check(isFloating(x1.dtype), () => `cdist only supports floating-point dtypes, X1 got: ${x1.dtype.scalarName}`);
    check(isFloating(x2.dtype), () => `cdist only supports floating-point dtypes, X2 got: ${x2.dtype.scalarName}`);
    check(p >= 0, () => "cdist only supports non-negative p values");
    const type = resultType(x1.rt, [x1, x2]);
    return cdistForward(cast(x1, type), cast(x2, type), p);
  },
  places: ["torch"],
  signatures: ["cdist(Tensor x1, Tensor x2, double p=2, str? compute_mode=None)"],
});

/** Distances between all pairs of rows, the upper triangle row by row. */
export const pdist = op({
  name: "pdist",
  args: ["self", "p"],
  node: "PdistBackward0",
  forward: (self: Tensor, p: number = 2): Tensor => {
    check(self.ndim === 2, () => `pdist only supports 2D tensors, got: ${self.ndim}D`);
    check(isFloating(self.dtype), () => "pdist only supports floating-point dtypes");
    check(p >= 0, () => "pdist only supports non-negative p values");
    const [n, cols] = self.shape;
    const { data, start } = dense(self);
    const out = self.rt.empty([Math.max(0, (n * (n - 1)) / 2)], self.dtype);
    let k = 0;
    for (let i = 0; i < n; i++)
      for (let j = i + 1; j < n; j++) out.data[k++] = distance(data, start + i * cols, data, start + j * cols, cols, p);
    return settle(out);
  },
  keep: ([self, p], result) => ({ self, p: p ?? 2, result }),
  vjp: {
    self: (g, { self, p, result }): Tensor => {
      const n = self.shape[0];
      const [first, second] = pairs(self, n);
      const diff = sub(indexSelect(self, 0, first), indexSelect(self, 0, second));
      const part = distanceGradient(unsqueeze(g, -1), diff, unsqueeze(result, -1), p);
      const zero = self.rt.full(self.shape, 0, self.dtype);
      return indexAdd(indexAdd(zero, 0, first, part), 0, second, neg(part));
    },
  },
  formula: {
    out: "\\|{self}_i - {self}_j\\|_{{p}},\\ i < j",
    vjp: { self: "\\textstyle\\sum_j \\pm{g}_{ij}\\,\\operatorname{sign}(d_{ij}) (|d_{ij}|/{out}_{ij})^{{p}-1}" },
    note: "d is the difference of the rows; 0 where two rows are equal",
  },
  places: ["torch", "F"],
  signatures: ["pdist(Tensor input, double p=2)"],
});
function pairs(self: Tensor, n: number): readonly [Tensor, Tensor] {
  const first: number[] = [];
  const second: number[] = [];
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) {
      first.push(i);
      second.push(j);
    }
  const list = (v: number[]): Tensor => self.rt.from(v, [v.length], int64);
  return [list(first), list(second)];
}

/** Norm of the difference of vectors along the last dimension; `eps` is added to every difference. */
export const pairwiseDistance = op({
  name: "pairwise_distance",
  args: ["x1", "x2", "p", "eps", "keepdim"],
  forward: (x1: Tensor, x2: Tensor, p: number = 2, eps: number = 1e-6, keepdim: boolean = false): Tensor => {
    const last = Math.max(x1.ndim, x2.ndim) - 1;
    return normAlong(addScalar(sub(x1, x2), eps), p, [last], keepdim);
  },
  places: ["torch", "F"],
  signatures: ["pairwise_distance(Tensor x1, Tensor x2, double p=2, double eps=1e-06, bool keepdim=False)"],
});

/** Cosine of the angle between vectors along `dim`; lengths are at least `eps`. */
export const cosineSimilarity = op({
  name: "cosine_similarity",
  args: ["x1", "x2", "dim", "eps"],
  forward: (x1: Tensor, x2: Tensor, dim: number = 1, eps: number = 1e-8): Tensor => {
    const type = resultType(x1.rt, [x1, x2]);
    check(isFloating(type), () => `expected common dtype to be floating point, yet common dtype is ${type.scalarName}`);
    const shape: Shape = broadcastShapes(x1.shape, x2.shape);
    const wide = (x: Tensor): Tensor => {
      const y = cast(x, type);
      return sameShape(y.shape, shape) ? y : expand(y, shape);
    };
    const a = wide(x1);
    const b = wide(x2);
    const length = (x: Tensor): Tensor => clone(vectorNorm(x, 2, [dim], true));
    const na = length(a);
    const nb = length(b);
    // The limit is applied behind autograd's back, as PyTorch does: short vectors still get the norm's gradient.
    x1.rt.withGrad(false, () => {
      clampMin_(na, eps);
      clampMin_(nb, eps);
    });
    // The second quotient first, as C++ evaluates the arguments: the order of the nodes shows it.
    const second = div(b, nb);
    return sum(mul(div(a, na), second), [dim]);
  },
  places: ["torch", "F"],
  signatures: ["cosine_similarity(Tensor x1, Tensor x2, int64_t dim=1, double eps=1e-08)"],
});

/** Vectors along `dim` divided by their p-norms, which are at least `eps`. */
export const normalize = op({
  name: "normalize",
  args: ["input", "p", "dim", "eps"],
  forward: (input: Tensor, p: number = 2, dim: readonly number[] = [1], eps: number = 1e-12): Tensor =>
    div(input, expand(clampMin(norm(input, p, dim, true), eps), input.shape)),
  places: ["F"],
  signatures: ["normalize(Tensor input, double p=2.0, IntArrayRef[1] dim=[1], double eps=1e-12, Tensor? out=None)"],
});
