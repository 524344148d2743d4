import { add, mul, mulScalar } from "../ops/arithmetic.ts";
import { matmul } from "../ops/matmul.ts";
import { sum } from "../ops/sum.ts";
import { permute, squeeze, transpose, t as transposed, unsqueeze, view } from "../ops/views.ts";
import { type Scalar, scalarValue } from "../scalar.ts";
import type { Tensor } from "../tensor.ts";
import type { Batch, BatchRule } from "./batch.ts";

/** A product of samples, each as the batch has it. */
type Product = (b: Batch, left: Tensor, right: Tensor) => Tensor;

/** Matrices, or equal batches of them: matmul takes what else there is as leading dimensions. */
const matrices: Product = (b, left, right) => {
  const rank = Math.max(left.ndim, right.ndim);
  return matmul(b.aligned(left, rank), b.aligned(right, rank));
};

const matrixVector: Product = (b, matrix, vector) => {
  if (!b.has(vector)) return matmul(b.front(matrix), vector);
  // The vectors of all samples are the columns of one matrix.
  if (!b.has(matrix)) return permute(matmul(matrix, transposed(b.front(vector))), [1, 0]);
  return squeeze(matmul(b.front(matrix), unsqueeze(b.front(vector), -1)), -1);
};

const vectors: Product = (b, left, right) => {
  if (!b.has(right)) return matmul(b.front(left), right);
  if (!b.has(left)) return matmul(b.front(right), left);
  return squeeze(squeeze(matmul(unsqueeze(b.front(left), -2), unsqueeze(b.front(right), -1)), -1), -1);
};

const outer: Product = (b, left, right) => {
  const column = b.has(left) ? unsqueeze(b.front(left), -1) : unsqueeze(left, -1);
  return mul(column, b.has(right) ? unsqueeze(b.front(right), 1) : right);
};

/** Leading dimensions broadcast in matmul, and a vector takes part as a matrix of one row or column. */
const anything: Product = (b, left, right) => {
  if (left.ndim === 1 && right.ndim === 1) return vectors(b, left, right);
  if (left.ndim === 2 && right.ndim === 1) return matrixVector(b, left, right);
  const row = left.ndim === 1;
  const column = right.ndim === 1;
  const rank = Math.max(left.ndim, right.ndim);
  const a = row ? inside(b, left, rank, -2) : b.aligned(left, rank);
  const c = column ? inside(b, right, rank, -1) : b.aligned(right, rank);
  const out = matmul(a, c);
  return row ? squeeze(out, -2) : column ? squeeze(out, -1) : out;
};

/** A vector as a matrix, with as many dimensions before it as samples of `rank` dimensions have. */
function inside(b: Batch, vector: Tensor, rank: number, dim: number): Tensor {
  const matrix = unsqueeze(b.front(vector), dim);
  if (!b.has(vector) || rank <= 2) return matrix;
  return view(matrix, [b.size, ...new Array<number>(rank - 2).fill(1), ...matrix.shape.slice(1)]);
}

const product = (of: Product): BatchRule => ({
  apply: (b, _call, [left, right]) => of(b, left as Tensor, right as Tensor),
});

const times = (x: Tensor, factor: unknown): Tensor =>
  factor === undefined || scalarValue(factor as Scalar) === 1 ? x : mulScalar(x, factor as Scalar);

/** beta · self + alpha · product. */
const added = (of: Product): BatchRule => ({
  apply: (b, _call, [self, left, right, beta, alpha]) => {
    const value = times(of(b, left as Tensor, right as Tensor), alpha);
    const rank = b.has(left) || b.has(right) ? value.ndim - 1 : value.ndim;
    return add(value, times(b.aligned(self as Tensor, rank), beta));
  },
});

const summed: Product = (b, left, right) => sum(matrices(b, left, right), [-3]);

const linear: BatchRule = {
  apply: (b, _call, args) => {
    const [input, weight, bias] = args as [Tensor, Tensor, Tensor | null | undefined];
    const turned = b.has(weight) ? transpose(b.front(weight), -2, -1) : transposed(weight);
    const product = anything(b, input, b.has(weight) ? b.wrap(turned) : turned);
    const rank = b.has(input) || b.has(weight) ? product.ndim - 1 : product.ndim;
    return bias === null || bias === undefined ? product : add(product, b.aligned(bias, rank));
  },
};

export const PRODUCT_RULES: readonly [string, BatchRule][] = [
  ["matmul", product(anything)],
  ["linear", linear],
  ["mm", product(matrices)],
  ["bmm", product(matrices)],
  ["mv", product(matrixVector)],
  ["dot", product(vectors)],
  ["addmm", added(matrices)],
  ["baddbmm", added(matrices)],
  ["addmv", added(matrixVector)],
  ["addr", added(outer)],
  ["addbmm", added(summed)],
];
