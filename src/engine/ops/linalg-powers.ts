import { check, runtimeError } from "../errors.ts";
import { expm } from "../kernels/linalg-exp.ts";
import { matrixOf, readBatch, tensorOf } from "../kernels/linalg-matrix.ts";
import { op } from "../op.ts";
import { numelOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { conj } from "./complex-parts.ts";
import { clone, copy_ } from "./copies.ts";
import { diagEmbed } from "./diagonals.ts";
import { cat } from "./joining.ts";
import { checkFloat, checkSquare, mh } from "./linalg-shared.ts";
import { inv, solve } from "./linalg-solve.ts";
import { matmul, mm } from "./matmul.ts";
import { cumprod } from "./products.ts";
import { movedim } from "./reshaping.ts";
import { diagonal, narrow } from "./slicing.ts";
import { sum } from "./sum.ts";
import { vdot } from "./vectors.ts";
import { expand, reshape, unsqueeze, view } from "./views.ts";

/** A multiplied with itself n times by squaring; negative n powers the inverse. */
const power = (self: Tensor, exponent: number): Tensor => {
  checkSquare(self, "linalg.matrix_power");
  // Overwritten, so that the input stays in the graph.
  if (exponent === 0)
    return copy_(clone(self, "contiguous_format"), diagEmbed(self.rt.full([self.shape[self.ndim - 1]], 1, self.dtype)));
  if (exponent === 1) return clone(self, "contiguous_format");
  const a = exponent < 0 ? inv(self) : self;
  let rest = Math.abs(exponent);
  if (rest === 1) return a;
  if (rest === 3) return matmul(matmul(a, a), a);
  let z: Tensor | null = null;
  let out: Tensor | null = null;
  while (rest > 0) {
    z = z === null ? a : matmul(z, z);
    if (rest % 2 === 1) out = out === null ? z : matmul(out, z);
    rest = Math.floor(rest / 2);
  }
  return out as Tensor;
};
export const linalgMatrixPower = op({
  name: "linalg_matrix_power",
  args: ["self", "n"],
  forward: power,
  places: ["linalg"],
  signatures: ["linalg_matrix_power(Tensor input, int64_t n, *, Tensor out=None)"],
});
export const matrixPower = op({
  name: "matrix_power",
  args: ["self", "n"],
  forward: power,
  places: ["torch", "Tensor"],
  signatures: ["matrix_power(Tensor input, int64_t n, *, Tensor out=None)"],
});

/** e^A. */
const matrixExp = op({
  name: "linalg_matrix_exp",
  args: ["self"],
  node: "LinalgMatrixExpBackward0",
  forward: (self: Tensor): Tensor => {
    checkFloat(self, "linalg.matrix_exp", true);
    checkSquare(self, "linalg.matrix_exp");
    const batch = readBatch(self);
    for (let b = 0; b < batch.count; b++) {
      const m = matrixOf(batch, b);
      m.set(expm(m, batch.rows, self.dtype.slots));
    }
    return tensorOf(self, batch.data, self.shape);
  },
  keep: ([self]) => ({ self }),
  vjp: {
    self: (g, { self }): Tensor => {
      // exp of [[Aᵀ, G], [0, Aᵀ]] has the gradient in its upper right block.
      const n = self.shape[self.ndim - 1];
      const ah = mh(self);
      const zero = self.rt.full(ah.shape, 0, self.dtype);
      const block = cat([cat([ah, g], -1), cat([zero, ah], -1)], -2);
      return narrow(narrow(matrixExp(block), -2, 0, n), -1, n, n);
    },
  },
  formula: {
    out: "e^{{self}}",
    vjp: {
      self: "\\left[\\exp\\begin{pmatrix}{self}^{\\top} & {g} \\\\ 0 & {self}^{\\top}\\end{pmatrix}\\right]_{12}",
    },
  },
  places: ["linalg"],
  signatures: ["linalg_matrix_exp(Tensor input)"],
});

export { matrixExp };
export const matrixExpOld = op({
  name: "matrix_exp",
  args: ["self"],
  forward: (self: Tensor): Tensor => matrixExp(self),
  places: ["torch", "Tensor"],
  signatures: ["matrix_exp(Tensor input)"],
});

/** Best order of a chain of products by dynamic programming: split[i][j] is where to cut matrices i … j. */
function bestSplits(sizes: readonly number[]): number[][] {
  const n = sizes.length - 1;
  const cost = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const split = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let length = 1; length < n; length++)
    for (let i = 0; i + length < n; i++) {
      const j = i + length;
      cost[i][j] = Number.POSITIVE_INFINITY;
      for (let k = i; k < j; k++) {
        const c = cost[i][k] + cost[k + 1][j] + sizes[i] * sizes[k + 1] * sizes[j + 1];
        if (c < cost[i][j]) {
          cost[i][j] = c;
          split[i][j] = k;
        }
      }
    }
  return split;
}

function chain(tensors: readonly Tensor[], f: string): Tensor {
  const n = tensors.length;
  check(n >= 2, () => `${f}(): expected at least 2 tensors but got ${n}`);
  const outShape: number[] = [];
  const list = [...tensors];
  const first = tensors[0];
  if (first.ndim === 1) list[0] = unsqueeze(first, 0);
  else if (first.ndim === 2) outShape.push(first.shape[0]);
  else throw runtimeError(`${f}(): the first tensor must be 1D or 2D but got ${first.ndim}D`);
  const last = tensors[n - 1];
  if (last.ndim === 1) list[n - 1] = unsqueeze(last, -1);
  else if (last.ndim === 2) outShape.push(last.shape[1]);
  else throw runtimeError(`${f}(): the last tensor must be 1D or 2D but got ${last.ndim}D`);
  for (let i = 0; i < n; i++) {
    const t = tensors[i];
    if (i > 0 && i < n - 1) check(t.ndim === 2, () => `${f}(): tensor ${i} must be 2D but got ${t.ndim}D`);
    check(
      t.dtype === first.dtype,
      () =>
        `${f}(): all tensors must have be the same dtype but tensor 0 is ${first.dtype.scalarName} and tensor ${i} ${t.dtype.scalarName}`,
    );
    if (i > 0)
      check(
        list[i - 1].shape[1] === list[i].shape[0],
        () =>
          `${f}(): tensors ${i - 1} and ${i} with shapes [${list[i - 1].shape.join(", ")}] and [${list[i].shape.join(", ")}] cannot be multiplied`,
      );
  }
  if (n === 2) return view(mm(list[0], list[1]), outShape);
  const split = bestSplits([...list.map((t) => t.shape[0]), list[n - 1].shape[1]]);
  const run = (i: number, j: number): Tensor => (i === j ? list[i] : mm(run(i, split[i][j]), run(split[i][j] + 1, j)));
  return view(run(0, n - 1), outShape);
}
/** Product of several matrices in the cheapest order. */
export const multiDot = op({
  name: "linalg_multi_dot",
  args: ["tensors"],
  forward: (tensors: readonly Tensor[]): Tensor => chain(tensors, "multi_dot"),
  places: ["linalg"],
  signatures: ["linalg_multi_dot(TensorList tensors, *, Tensor out=None)"],
});
export const chainMatmul = op({
  name: "chain_matmul",
  args: ["matrices"],
  forward: (matrices: readonly Tensor[]): Tensor => {
    for (const [i, t] of matrices.entries())
      check(t.ndim === 2, () => `Tensor ${i} has dimension ${t.ndim}, expected 2-D`);
    return matrices.length === 1 ? matrices[0] : chain(matrices, "multi_dot");
  },
  places: ["_C"],
  signatures: ["chain_matmul(TensorList matrices, *, Tensor out=None)"],
});

/** Σ conj(x)·y along a dimension. */
export const vecdot = op({
  name: "linalg_vecdot",
  args: ["x", "y", "dim"],
  forward: (x: Tensor, y: Tensor, dim: number = -1): Tensor => {
    checkFloat(x, "linalg.vecdot", true);
    check(
      x.dtype === y.dtype,
      () =>
        `linalg.vecdot: Expected x and y to have the same dtype, but found x of type ${x.dtype.scalarName} and y of type ${y.dtype.scalarName} instead`,
    );
    return x.ndim === 1 && y.ndim === 1 ? vdot(x, y) : sum(mul(conj(x), y), [dim]);
  },
  places: ["linalg"],
  signatures: ["linalg_vecdot(Tensor x, Tensor y, *, int64_t dim=-1, Tensor out=None)"],
});

/** Diagonal of the last two dimensions. */
export const linalgDiagonal = op({
  name: "linalg_diagonal",
  args: ["A", "offset", "dim1", "dim2"],
  forward: (a: Tensor, offset: number = 0, dim1: number = -2, dim2: number = -1): Tensor =>
    diagonal(a, offset, dim1, dim2),
  places: ["linalg"],
  signatures: ["linalg_diagonal(Tensor A, *, int64_t offset=0, int64_t dim1=-2, int64_t dim2=-1)"],
});

/** Powers 0 … N-1 of every element along a new last dimension. */
export const linalgVander = op({
  name: "linalg_vander",
  args: ["x", "N"],
  forward: (x: Tensor, count: number | null = null): Tensor => {
    check(x.ndim > 0 || count !== null, () => "linalg.vander: x must have at least one dimension.");
    const n = count ?? x.shape[x.ndim - 1];
    check(n > 1, () => "N must be greater than 1.");
    const rows = x.ndim === 0 ? unsqueeze(x, -1) : x;
    const powers = cumprod(expand(unsqueeze(rows, -1), [...rows.shape, n - 1]), -1);
    return cat([x.rt.full([...rows.shape, 1], 1, powers.dtype), powers], -1);
  },
  places: ["linalg"],
  signatures: ["linalg_vander(Tensor x, *, int64_t? N=None)"],
});

/** Inverse of a tensor seen as a linear map from its last dimensions to its first `ind`. */
export const tensorinv = op({
  name: "linalg_tensorinv",
  args: ["self", "ind"],
  forward: (self: Tensor, ind: number = 2): Tensor => {
    check(ind > 0, () => "Expected a strictly positive integer for 'ind'");
    const first = self.shape.slice(0, ind);
    const rest = self.shape.slice(ind);
    check(
      numelOf(first) === numelOf(rest),
      () =>
        `Expected self to satisfy the requirement prod(self.shape[ind:]) == prod(self.shape[:ind]), but got ${numelOf(rest)} != ${numelOf(first)}`,
    );
    return reshape(inv(reshape(self, [numelOf(rest), numelOf(first)])), [...rest, ...first]);
  },
  places: ["linalg"],
  signatures: ["linalg_tensorinv(Tensor input, int64_t ind=2, *, Tensor out=None)"],
});

/** X with tensordot(A, X, X.ndim) = B; `dims` of A are moved last first. */
export const tensorsolve = op({
  name: "linalg_tensorsolve",
  args: ["self", "other", "dims"],
  forward: (self: Tensor, other: Tensor, dims: readonly number[] | null = null): Tensor => {
    let a = self;
    if (dims !== null)
      a = movedim(
        self,
        dims,
        dims.map((_, i) => self.ndim - dims.length + i),
      );
    const resultShape = a.shape.slice(other.ndim);
    const n = numelOf(resultShape);
    check(
      n === other.numel,
      () =>
        `Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == prod(self.shape[:other.ndim]), but got ${n} != ${other.numel}`,
    );
    return reshape(solve(reshape(a, [n, n]), reshape(other, [-1])), resultShape);
  },
  places: ["linalg"],
  signatures: ["linalg_tensorsolve(Tensor input, Tensor other, IntArrayRef? dims=None, *, Tensor out=None)"],
});
