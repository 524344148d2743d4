import { describe, it } from "vitest";
import { complex128, type DType, float64, int64 } from "../dtype.ts";
import { checkGradients, inEveryLayout, type Layout, makeLeaf, numbers } from "../gradcheck.fixture.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add, mul } from "./arithmetic.ts";
import * as fourier from "./fft.ts";
import { rt } from "./gradcheck.fixture.ts";
import * as eigen from "./linalg-eigen.ts";
import * as squares from "./linalg-least-squares.ts";
import * as lu from "./linalg-lu.ts";
import * as powers from "./linalg-powers.ts";
import * as qr from "./linalg-qr.ts";
import { mh } from "./linalg-shared.ts";
import * as solve from "./linalg-solve.ts";
import * as svd from "./linalg-svd.ts";
import * as triangular from "./linalg-triangular.ts";
import * as products from "./matmul.ts";
import * as added from "./matmul-added.ts";
import * as norms from "./norms.ts";
import * as distances from "./norms-distance.ts";
import * as matrixNorms from "./norms-matrix.ts";
import * as sparse from "./sparse.ts";
import { abs } from "./unary-complex.ts";

interface Case {
  readonly shapes: readonly Shape[];
  readonly run: (...inputs: Tensor[]) => Tensor | Tensor[];
  readonly order?: 1 | 2;
  /** It takes no complex numbers. */
  readonly real?: boolean;
  /** `run` says sizes of its own. */
  readonly exact?: boolean;
}
const of = (shapes: readonly Shape[], run: Case["run"], order: 1 | 2 = 2): Case => ({ shapes, run, order });
const realOf = (shapes: readonly Shape[], run: Case["run"]): Case => ({ shapes, run, real: true });
const exactOf = (shapes: readonly Shape[], run: Case["run"]): Case => ({ shapes, run, exact: true });

/** Signs of singular and eigenvectors are arbitrary. */
const unsigned = (list: readonly Tensor[]): Tensor[] => list.map((x) => abs(x));
/** A symmetric positive definite matrix. */
const definite = (x: Tensor): Tensor => {
  const n = x.shape[x.ndim - 1];
  const eye = x.rt.empty([n, n], x.dtype);
  for (let i = 0; i < n; i++) eye.data[i * n + i] = 1;
  return add(products.matmul(x, mh(x)), eye);
};
const symmetric = (x: Tensor): Tensor => add(x, mh(x));

const CASES: Readonly<Record<string, Case>> = {
  // products
  mm: of(
    [
      [2, 3],
      [3, 4],
    ],
    products.mm,
  ),
  bmm: of(
    [
      [2, 2, 3],
      [2, 3, 2],
    ],
    products.bmm,
  ),
  mv: of([[2, 3], [3]], products.mv),
  dot: of([[3], [3]], products.dot),
  outer: of([[2], [3]], products.outer),
  "matmul, broadcast": of(
    [
      [2, 1, 2, 3],
      [3, 3, 2],
    ],
    products.matmul,
  ),
  "matmul, folded": of(
    [
      [2, 3],
      [2, 3, 2],
    ],
    products.matmul,
  ),
  "matmul with vectors": of([[3], [2, 3, 2]], (x, y) => [products.matmul(x, y), products.matmul(mh(y), x)]),
  addmm: of([[4], [2, 3], [3, 4]], (x, a, b) => products.addmm(x, a, b, 0.5, 2)),
  linear: of([[2, 2, 3], [4, 3], [4]], products.linear),
  addmv: of([[2], [2, 3], [3]], (x, a, b) => added.addmv(x, a, b, 2, -1)),
  addr: of([[2, 3], [2], [3]], (x, a, b) => added.addr(x, a, b, 2, -1)),
  baddbmm: of(
    [
      [2, 2, 2],
      [2, 2, 3],
      [2, 3, 2],
    ],
    (x, a, b) => added.baddbmm(x, a, b, 2, -1),
  ),
  addbmm: of(
    [
      [2, 2],
      [2, 2, 3],
      [2, 3, 2],
    ],
    (x, a, b) => added.addbmm(x, a, b, 2, -1),
  ),
  multi_dot: of([[3], [3, 2], [2, 4], [4, 2]], (...m) => powers.multiDot(m)),
  matrix_power: of([[3, 3]], (x) => [powers.matrixPower(x, 3), powers.matrixPower(x, -2), powers.matrixPower(x, 5)]),
  matrix_exp: of([[2, 3, 3]], powers.matrixExp),
  vecdot: of(
    [
      [2, 3],
      [2, 3],
    ],
    (x, y) => powers.vecdot(x, y, 0),
  ),
  "linalg.vander": of([[3]], (x) => powers.linalgVander(x, 4)),
  // linear systems
  inv: of([[2, 3, 3]], solve.inverse),
  det: of([[2, 3, 3]], solve.det),
  "det of a singular matrix": of([[1, 3]], (x) => solve.det(products.matmul(mh(x), x)), 1),
  slogdet: of([[3, 3]], (x) => solve.slogdet(x)[1]),
  logdet: of([[3, 3]], (x) => solve.logdet(definite(x))),
  solve: of(
    [
      [2, 3, 3],
      [2, 3, 2],
    ],
    (a, b) => solve.solve(a, b),
  ),
  "solve from the right": of(
    [
      [3, 3],
      [2, 3],
    ],
    (a, b) => solve.solve(a, b, false),
  ),
  "solve for a vector": of([[3, 3], [3]], (a, b) => solve.solve(a, b)),
  solve_triangular: of(
    [
      [3, 3],
      [3, 2],
    ],
    (a, b) => [
      triangular.solveTriangular(a, b, true),
      triangular.solveTriangular(a, b, false, true, true),
      triangular.solveTriangular(a, mh(b), true, false),
    ],
  ),
  triangular_solve: of(
    [
      [3, 2],
      [3, 3],
    ],
    (b, a) => [triangular.triangularSolve(b, a)[0], triangular.triangularSolve(b, a, false, true, true)[0]],
  ),
  cholesky: of([[2, 3, 3]], (x) => [triangular.choleskyOf(definite(x)), triangular.choleskyOf(definite(x), true)]),
  cholesky_solve: of(
    [
      [3, 2],
      [3, 3],
    ],
    (b, x) => triangular.choleskySolve(b, triangular.cholesky(definite(x))),
  ),
  cholesky_inverse: of([[3, 3]], (x) => triangular.choleskyInverse(triangular.cholesky(definite(x), true), true)),
  lu: of([[3, 3]], (x) => lu.lu(x).slice(1)),
  "lu, wide": of([[2, 3]], (x) => lu.lu(x).slice(1)),
  "lu, tall": of([[3, 2]], (x) => lu.lu(x).slice(1)),
  lu_factor: of([[3, 3]], (x) => lu.luFactorOf(x)[0]),
  lu_solve: of(
    [
      [3, 3],
      [3, 2],
    ],
    (x, b) => {
      const [factors, pivots] = lu.luFactorOf(x);
      return [
        lu.luSolveFrom(factors, pivots, b),
        lu.luSolveFrom(factors, pivots, b, true, true),
        lu.luSolveFrom(factors, pivots, mh(b), false),
        lu.luSolveFrom(factors, pivots, mh(b), false, true),
      ];
    },
  ),
  lu_unpack: of([[3, 3]], (x) => {
    const [p, l, u] = lu.luUnpack(...(lu.luFactorOf(x) as [Tensor, Tensor]));
    return [p, l, u];
  }),
  lstsq: of(
    [
      [4, 2],
      [4, 2],
    ],
    (a, b) => squares.lstsq(a, b)[0],
  ),
  pinv: of([[3, 2]], (x) => squares.pinverse(x)),
  "pinv, wide": of([[2, 3]], (x) => squares.pinverse(x)),
  cond: of([[3, 3]], (x) => [squares.cond(x), squares.cond(x, 1), squares.cond(x, "fro"), squares.cond(x, -2)]),
  tensorinv: exactOf([[4, 2, 2]], (x) => powers.tensorinv(x, 1)),
  tensorsolve: exactOf(
    [
      [2, 3, 6],
      [2, 3],
    ],
    (a, b) => powers.tensorsolve(a, b),
  ),
  // decompositions
  qr: of([[3, 3]], (x) => qr.qr(x)),
  "qr, tall": of([[4, 2]], (x) => qr.qr(x)),
  "qr, wide": exactOf([[2, 4]], (x) => [...qr.qr(x), ...qr.qr(x, "complete")]),
  householder_product: exactOf([[4, 3], [2]], qr.householder),
  ormqr: exactOf([[4, 3], [2], [4, 2]], (a, tau, x) => [qr.ormqr(a, tau, x), qr.ormqr(a, tau, x, true, true)]),
  "ormqr from the right": exactOf([[4, 3], [2], [2, 4]], (a, tau, x) => qr.ormqr(a, tau, x, false)),
  svd: of([[2, 3, 3]], (x) => unsigned(svd.svd(x))),
  "svd, tall": of([[4, 2]], (x) => unsigned(svd.svd(x, false))),
  "svd, wide": of([[2, 4]], (x) => unsigned(svd.svd(x, false))),
  svdvals: of([[3, 2]], (x) => svd.svdvals(x)),
  eigh: of([[2, 3, 3]], (x) => unsigned(eigen.eigh(symmetric(x)))),
  eigvalsh: of([[3, 3]], (x) => eigen.eigvalsh(symmetric(x), "U")),
  eig: of([[3, 3]], (x) => unsigned(eigen.eig(x))),
  // Fourier transforms
  fft: of([[2, 5]], (x) => [fourier.fft(x), fourier.ifft(x, 3, 0, "ortho"), fourier.fft(fourier.fft(x), 7)]),
  rfft: realOf([[2, 6]], (x) => [
    fourier.rfft(x),
    fourier.irfft(fourier.rfft(x), 5),
    fourier.hfft(fourier.ihfft(x), 7),
  ]),
  fftn: {
    ...exactOf([[2, 3, 4]], (x) => [fourier.fft2(x), fourier.ifftn(x), fourier.irfft2(fourier.rfft2(x))]),
    real: true,
  },
  // sparse matrices
  "sparse product": exactOf([[4], [3, 2]], (v, x) => {
    const at = rt.from([0, 1, 1, 1, 2, 0, 2, 2], [2, 4], int64);
    const values = sparse.sparseValues(v, at);
    return [
      sparse.sparseMm(values, at, [2, 3], x, "SparseAddmmBackward0"),
      sparse.sparseToDense(values, at, [2, 3]),
      sparse.sparseFromDense(x, rt.from([2, 0, 1, 0], [2, 2], int64)),
    ];
  }),
  // norms and distances
  vector_norm: of([[2, 3]], (x) =>
    [0.5, 1, 1.5, 2, 3, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].flatMap((p) => [
      norms.vectorNorm(x, p),
      norms.vectorNorm(x, p, [1], true),
      norms.vectorNorm(x, p, [0]),
    ]),
  ),
  matrix_norm: of([[2, 3, 2]], (x) =>
    [1, -1, 2, -2, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, "fro", "nuc"].flatMap((ord) => [
      matrixNorms.matrixNorm(x, ord),
      matrixNorms.matrixNorm(x, ord, [2, 0], true),
    ]),
  ),
  norm: of([[2, 3]], (x) => [matrixNorms.norm(x), matrixNorms.norm(x, 3, [1]), matrixNorms.norm(x, "nuc")]),
  dist: of([[2, 3], [3]], (x, y) => [norms.dist(x, y), norms.dist(x, y, 1), norms.dist(x, y, 3)]),
  cdist: realOf(
    [
      [2, 3],
      [4, 3],
    ],
    (x, y) => [0.5, 1, 1.5, 2, 3, Number.POSITIVE_INFINITY].map((p) => distances.cdist(x, y, p)),
  ),
  pdist: realOf([[4, 3]], (x) => [1, 2, 3, Number.POSITIVE_INFINITY].map((p) => distances.pdist(x, p))),
  pairwise_distance: of([[2, 3], [3]], (x, y) => distances.pairwiseDistance(x, y, 3)),
  cosine_similarity: realOf([[2, 3], [3]], (x, y) => distances.cosineSimilarity(x, y, -1)),
  normalize: of([[2, 3]], (x) => distances.normalize(mul(x, 2), 2, [1])),
};

/** Products, linear algebra, norms and distances. */
export function linearAlgebraGradients(): void {
  describe("derivatives of products, linear algebra, norms and distances", () => {
    for (const [name, { shapes, run, order, real, exact }] of Object.entries(CASES))
      it(name, () => {
        const check = (drawn: readonly Shape[], layout: Layout, dtype: DType): void =>
          checkGradients(
            rt,
            run,
            drawn.map((shape, i) => leaf(shape, layout, 31 * i + shape.length, dtype)),
            { order: order ?? 2, atol: 1e-5, transforms: layout === "contiguous" },
          );
        inEveryLayout(shapes, exact ?? false, (drawn, layout) => check(drawn, layout, float64));
        if (!real) check(shapes, "strided", complex128);
      });
  });
}

function leaf(shape: Shape, layout: Layout, seed: number, dtype: DType): Tensor {
  const next = numbers(seed);
  return makeLeaf(rt, shape, layout, () => 4 * next() - 2, dtype);
}
