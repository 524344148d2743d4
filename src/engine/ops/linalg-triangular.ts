import { int32 } from "../dtype.ts";
import { check } from "../errors.ts";
import { choleskyFactor, solveTriangular as solveKernel } from "../kernels/linalg-lu.ts";
import { columnsOf, identity, matrixOf, readBatch, tensorOf, transposed } from "../kernels/linalg-matrix.ts";
import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { add, mulScalar, neg } from "./arithmetic.ts";
import { tril, triu } from "./diagonals.ts";
import { broadcastBatches, checkFloat, checkInfo, checkMatrix, checkSquare, mh } from "./linalg-shared.ts";
import { matmul } from "./matmul.ts";

/** A·X = B (or X·A = B) for triangular A; only the named triangle of A is read. */
export const solveTriangular = op({
  name: "linalg_solve_triangular",
  args: ["self", "B", "upper", "left", "unitriangular"],
  node: "LinalgSolveTriangularBackward0",
  forward: (a: Tensor, b: Tensor, upper: boolean, left: boolean = true, unit: boolean = false): Tensor => {
    const f = "linalg.solve_triangular";
    check(
      a.dtype === b.dtype,
      () =>
        `${f}: Expected A and B to have the same dtype, but found A of type ${a.dtype.scalarName} and B of type ${b.dtype.scalarName} instead`,
    );
    checkSquare(a, f);
    checkMatrix(b, f, "B");
    const side = left ? b.shape[b.ndim - 2] : b.shape[b.ndim - 1];
    check(
      side === a.shape[a.ndim - 1],
      () =>
        `${f}: Incompatible shapes of A and B for the equation ${left ? "AX = B" : "XA = B"} (${a.shape.slice(-2).join("x")} and ${b.shape.slice(-2).join("x")})`,
    );
    // X·A = B is Aᵀ·Xᵀ = Bᵀ, whose triangle is the other one.
    return left ? substitute(a, b, upper, unit, f) : inColumns(mh(substitute(mh(a), mh(b), !upper, unit, f)));
  },
  keep: ([self, , upper, left, unit], result) => ({
    self,
    result,
    upper,
    left: left ?? true,
    unitriangular: unit ?? false,
  }),
  vjp: {
    self: (g, { self, result, upper, left, unitriangular: unit }): Tensor => {
      const gb = solveTriangular(mh(self), g, !upper, left, unit);
      const full = left ? neg(matmul(gb, mh(result))) : neg(matmul(mh(result), gb));
      return upper ? triu(full, unit ? 1 : 0) : tril(full, unit ? -1 : 0);
    },
    B: (g, { self, upper, left, unitriangular: unit }): Tensor => solveTriangular(mh(self), g, !upper, left, unit),
  },
  formula: {
    out: "{self}^{-1}{B}",
    vjp: { self: "-\\mathrm{tri}({self}^{-\\top}{g}\\,{out}^{\\top})", B: "{self}^{-\\top}{g}" },
  },
  places: ["linalg"],
  signatures: [
    "linalg_solve_triangular(Tensor input, Tensor B, *, bool upper, bool left=True, bool unitriangular=False, Tensor out=None)",
  ],
});

/** A copy with columns one after the other in memory. */
const inColumns = (x: Tensor): Tensor => columnsOf(x, readBatch(x).data, x.shape);

function substitute(a: Tensor, b: Tensor, upper: boolean, unit: boolean, f: string): Tensor {
  const [t, x] = broadcastBatches(a, b, f);
  const triangles = readBatch(t);
  const values = readBatch(x);
  for (let i = 0; i < values.count; i++)
    solveKernel(matrixOf(triangles, i), matrixOf(values, i), triangles.rows, values.cols, a.dtype.slots, {
      upper,
      unit,
      adjoint: false,
    });
  return columnsOf(b, values.data, x.shape);
}

const TRIANGULAR_DEPRECATED =
  "torch.triangular_solve is deprecated in favor of torch.linalg.solve_triangularand will be removed in a future PyTorch release.\ntorch.linalg.solve_triangular has its arguments reversed and does not return a copy of one of the inputs.\nX = torch.triangular_solve(B, A).solution\nshould be replaced with\nX = torch.linalg.solve_triangular(A, B). (Triggered internally at ../aten/src/ATen/native/BatchLinearAlgebra.cpp:2253.)";

/** torch.triangular_solve(b, A): the solution and a copy of A. */
export const triangularSolve = op({
  name: "triangular_solve",
  args: ["self", "A", "upper", "transpose", "unitriangular"],
  node: "TriangularSolveBackward0",
  forward: (
    self: Tensor,
    a: Tensor,
    upper: boolean = true,
    transpose: boolean = false,
    unit: boolean = false,
  ): Tensor[] => {
    self.rt.warnOnce("triangular_solve", TRIANGULAR_DEPRECATED);
    const f = "triangular_solve";
    check(
      self.ndim >= 2,
      () =>
        `torch.triangular_solve: Expected b to have at least 2 dimensions, but it has ${self.ndim} dimensions instead`,
    );
    check(
      a.ndim >= 2,
      () => `torch.triangular_solve: Expected A to have at least 2 dimensions, but it has ${a.ndim} dimensions instead`,
    );
    const x = transpose ? substitute(mh(a), self, !upper, unit, f) : substitute(a, self, upper, unit, f);
    return [x, inColumns(a)];
  },
  keep: ([, a, upper, transpose, unit], [solution]) => ({
    A: a,
    solution,
    upper: upper ?? true,
    transpose: transpose ?? false,
    unitriangular: unit ?? false,
  }),
  vjp: {
    self: (_g, { A, upper, transpose, unitriangular: unit }, { grads: [g] }): Tensor | null =>
      g === null || g === undefined ? null : backSolve(A, g, upper, transpose, unit),
    A: (_g, { A, solution, upper, transpose, unitriangular: unit }, { grads: [g, copied] }): Tensor | null => {
      if (g === null || g === undefined) return copied ?? null;
      const gb = backSolve(A, g, upper, transpose, unit);
      const full = transpose ? neg(matmul(solution, mh(gb))) : neg(matmul(gb, mh(solution)));
      const part = upper ? triu(full, unit ? 1 : 0) : tril(full, unit ? -1 : 0);
      return copied === null || copied === undefined ? part : add(part, copied);
    },
  },
  formula: {
    out: "{A}^{-1}{self}",
    vjp: { self: "{A}^{-\\top}{g}", A: "-\\mathrm{tri}({A}^{-\\top}{g}\\,{out}^{\\top})" },
  },
  places: ["torch", "Tensor"],
  resultNames: ["solution", "cloned_coefficient"],
  signatures: [
    "triangular_solve(Tensor input, Tensor A, bool upper=True, bool transpose=False, bool unitriangular=False, *, TensorList out=None)",
  ],
});
const backSolve = (a: Tensor, g: Tensor, upper: boolean, transpose: boolean, unit: boolean): Tensor =>
  transpose ? solveTriangular(a, g, upper, true, unit) : solveTriangular(mh(a), g, !upper, true, unit);

const choleskyEx = op({
  name: "linalg_cholesky_ex",
  args: ["self", "upper", "check_errors"],
  node: "LinalgCholeskyExBackward0",
  nondifferentiable: [1],
  forward: (self: Tensor, upper: boolean = false, checkErrors: boolean = false): Tensor[] => {
    checkFloat(self, "linalg.cholesky");
    checkSquare(self, "linalg.cholesky");
    const batch = readBatch(self);
    const n = batch.rows;
    const { slots } = self.dtype;
    const info = self.rt.empty(self.shape.slice(0, -2), int32);
    for (let b = 0; b < batch.count; b++) {
      const m = matrixOf(batch, b);
      // The transpose of a Hermitian matrix has the transposed upper factor as its lower one.
      if (upper) m.set(transposed(m, n, n, slots));
      info.data[b] = choleskyFactor(m, n, slots);
      if (upper) m.set(transposed(m, n, n, slots));
    }
    if (checkErrors) checkInfo(info, "linalg.cholesky_ex", self.ndim === 2);
    return [columnsOf(self, batch.data, self.shape), info];
  },
  keep: ([, upper], [L]) => ({ L, upper: upper ?? false }),
  vjp: {
    self: (g, { L, upper }): Tensor => {
      const l = upper ? mh(L) : L;
      const gl = upper ? mh(g) : g;
      const phi = tril(matmul(mh(l), gl));
      // Symmetric with half of phi on either side, its diagonal kept whole.
      const both = add(phi, mh(tril(phi, -1)));
      const inner = mulScalar(both, 0.5);
      const left = solveTriangular(mh(l), inner, true, true, false);
      return solveTriangular(l, left, false, false, false);
    },
  },
  formula: {
    out: "L,\\ {self} = L L^{\\top}",
    vjp: { self: "L^{-\\top}\\,\\mathrm{sym}(\\Phi(L^{\\top}{g}))\\,L^{-1}" },
    note: "Φ takes the lower triangle and halves the diagonal",
  },
  places: ["linalg"],
  resultNames: ["L", "info"],
  signatures: ["linalg_cholesky_ex(Tensor input, *, bool upper=False, bool check_errors=False, TensorList out=None)"],
});

export { choleskyEx };

/** Lower (or upper) Cholesky factor. Error: not positive definite. */
export const choleskyOf = op({
  name: "linalg_cholesky",
  args: ["self", "upper"],
  forward: (self: Tensor, upper: boolean = false): Tensor => factor(self, upper, "linalg.cholesky"),
  places: ["linalg"],
  signatures: ["linalg_cholesky(Tensor input, *, bool upper=False, Tensor out=None)"],
});
const CHOLESKY_DEPRECATED =
  "torch.cholesky is deprecated in favor of torch.linalg.cholesky and will be removed in a future PyTorch release.\nL = torch.cholesky(A)\nshould be replaced with\nL = torch.linalg.cholesky(A)\nand\nU = torch.cholesky(A, upper=True)\nshould be replaced with\nU = torch.linalg.cholesky(A).mH\nThis transform will produce equivalent results for all valid (symmetric positive definite) inputs. (Triggered internally at ../aten/src/ATen/native/BatchLinearAlgebra.cpp:1754.)";
export const cholesky = op({
  name: "cholesky",
  args: ["self", "upper"],
  forward: (self: Tensor, upper: boolean = false): Tensor => {
    self.rt.warnOnce("cholesky", CHOLESKY_DEPRECATED);
    return factor(self, upper, "cholesky");
  },
  places: ["torch", "Tensor"],
  signatures: ["cholesky(Tensor input, bool upper=False, *, Tensor out=None)"],
});
/** torch.cholesky has a backward node of its own. */
const choleskyAlone = op({
  ...choleskyEx.def,
  name: "cholesky",
  node: "CholeskyBackward0",
  places: [],
  signatures: [],
});
function factor(self: Tensor, upper: boolean, f: string): Tensor {
  checkFloat(self, f);
  const [l, info] = (f === "cholesky" ? choleskyAlone : choleskyEx)(self, upper, false);
  checkInfo(info, f, self.ndim === 2);
  return l;
}

function checkSolver(b: Tensor, a: Tensor, f: string): void {
  check(b.ndim >= 2, () => `b should have at least 2 dimensions, but has ${b.ndim} dimensions instead`);
  check(a.ndim >= 2, () => `u should have at least 2 dimensions, but has ${a.ndim} dimensions instead`);
  check(
    a.shape[a.ndim - 1] === a.shape[a.ndim - 2],
    () => `${f}: A must be batches of square matrices, but they are ${a.shape.slice(-2).join(" by ")} matrices`,
  );
  check(
    b.shape[b.ndim - 2] === a.shape[a.ndim - 2],
    () =>
      `Incompatible matrix sizes for ${f}: each A matrix is ${a.shape[a.ndim - 1]} by ${a.shape[a.ndim - 1]} but each b matrix is ${b.shape.slice(-2).join(" by ")}`,
  );
  check(
    a.dtype === b.dtype,
    () =>
      `Expected b and A to have the same dtype, but found b of type ${b.dtype.scalarName} and A of type ${a.dtype.scalarName} instead.`,
  );
}

/** Solves A·X = B where A = L·Lᵀ (or UᵀU) is given by its Cholesky factor. */
export const choleskySolve = op({
  name: "cholesky_solve",
  args: ["self", "input2", "upper"],
  node: "CholeskySolveBackward0",
  forward: (self: Tensor, input2: Tensor, upper: boolean = false): Tensor => {
    checkSolver(self, input2, "cholesky_solve");
    const half = upper
      ? substitute(mh(input2), self, false, false, "cholesky_solve")
      : substitute(input2, self, false, false, "cholesky_solve");
    return upper
      ? substitute(input2, half, true, false, "cholesky_solve")
      : substitute(mh(input2), half, true, false, "cholesky_solve");
  },
  keep: ([, input2, upper], result) => ({ input2, result, upper: upper ?? false }),
  vjp: {
    self: (g, { input2, upper }): Tensor => choleskySolve(g, input2, upper),
    input2: (g, { input2, result, upper }): Tensor => {
      const gb = choleskySolve(g, input2, upper);
      const outer = matmul(gb, mh(result));
      const both = add(outer, mh(outer));
      return neg(upper ? matmul(input2, both) : matmul(both, input2));
    },
  },
  formula: {
    out: "({input2}{input2}^{\\top})^{-1}{self}",
    vjp: {
      self: "({input2}{input2}^{\\top})^{-1}{g}",
      input2: "-(G\\,{out}^{\\top} + {out}\\,G^{\\top})\\,{input2},\\ G = ({input2}{input2}^{\\top})^{-1}{g}",
    },
  },
  places: ["torch", "Tensor"],
  signatures: ["cholesky_solve(Tensor input, Tensor input2, bool upper=False, *, Tensor out=None)"],
});

/** Inverse of A from its Cholesky factor. */
export const choleskyInverse = op({
  name: "cholesky_inverse",
  args: ["self", "upper"],
  node: "CholeskyInverseBackward0",
  forward: (self: Tensor, upper: boolean = false): Tensor => {
    checkSquare(self, "cholesky_inverse");
    const n = self.shape[self.ndim - 1];
    const eye = tensorOf(self, identity(n, self.dtype.slots), [n, n]);
    return choleskySolve(eye, self, upper);
  },
  keep: ([self, upper], result) => ({ self, result, upper: upper ?? false }),
  vjp: {
    self: (g, { self, result, upper }): Tensor => {
      const inner = matmul(matmul(result, add(g, mh(g))), result);
      return neg(upper ? matmul(self, inner) : matmul(inner, self));
    },
  },
  formula: {
    out: "({self}{self}^{\\top})^{-1}",
    vjp: { self: "-{out}\\,({g} + {g}^{\\top})\\,{out}\\,{self}" },
  },
  places: ["torch", "Tensor"],
  signatures: ["cholesky_inverse(Tensor input, bool upper=False, *, Tensor out=None)"],
});
