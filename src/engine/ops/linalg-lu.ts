import { int32 } from "../dtype.ts";
import { check } from "../errors.ts";
import { type LuResult, luFactor, luSolve, pivotOrder } from "../kernels/linalg-lu.ts";
import { columnsOf, matrixOf, readBatch } from "../kernels/linalg-matrix.ts";
import { op } from "../op.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add, neg, sub } from "./arithmetic.ts";
import { diagEmbed, tril, triu } from "./diagonals.ts";
import { cat } from "./joining.ts";
import { broadcastBatches, checkFloat, checkInfo, checkMatrix, checkSquare, mh } from "./linalg-shared.ts";
import { solveTriangular } from "./linalg-triangular.ts";
import { matmul } from "./matmul.ts";
import { constantPad } from "./padding.ts";
import { narrow } from "./slicing.ts";

/** LU factorisations of a batch: packed factors, 1-based pivots and info, as LAPACK returns them. */
export function factorise(a: Tensor, pivot: boolean): { lu: Tensor; pivots: Tensor; info: Tensor } {
  const batch = readBatch(a);
  const k = Math.min(batch.rows, batch.cols);
  const lead = a.shape.slice(0, -2);
  const pivots = a.rt.empty([...lead, k], int32);
  const info = a.rt.empty(lead, int32);
  for (let b = 0; b < batch.count; b++) {
    const r: LuResult = luFactor(matrixOf(batch, b), batch.rows, batch.cols, a.dtype.slots, pivot);
    for (let i = 0; i < k; i++) pivots.data[b * k + i] = r.pivots[i] + 1;
    info.data[b] = r.info;
  }
  return { lu: columnsOf(a, batch.data, a.shape), pivots, info };
}

/** P with A = P·L·U from 1-based pivots. */
function permutation(pivots: Tensor, rows: number, like: Tensor): Tensor {
  const k = pivots.shape[pivots.ndim - 1];
  const lead = pivots.shape.slice(0, -1);
  const out = like.rt.empty([...lead, rows, rows], like.dtype);
  const values = pivots.toArray();
  const { slots } = like.dtype;
  for (let b = 0; b * k < values.length || (k === 0 && b === 0); b++) {
    const order = pivotOrder(
      values.slice(b * k, (b + 1) * k).map((p) => p - 1),
      rows,
    );
    for (let i = 0; i < rows; i++) out.data[(b * rows * rows + order[i] * rows + i) * slots] = 1;
    if (k === 0) break;
  }
  return out;
}

const eyeLike = (x: Tensor, n: number): Tensor => diagEmbed(x.rt.full([n], 1, x.dtype));

/** L and U from their packed form (derivatives flow through tril and triu). */
function unpack(lu: Tensor): readonly [Tensor, Tensor] {
  const [m, n] = lu.shape.slice(-2);
  const k = Math.min(m, n);
  const l = add(tril(narrow(lu, -1, 0, k), -1), eyeLike2(lu, m, k));
  return [l, triu(narrow(lu, -2, 0, k))];
}
/** An m×k matrix with ones on the diagonal. */
function eyeLike2(x: Tensor, m: number, k: number): Tensor {
  const out = x.rt.empty([m, k], x.dtype);
  for (let i = 0; i < k; i++) out.data[(i * k + i) * x.dtype.slots] = 1;
  return out;
}

const lowerSolve = (l: Tensor, b: Tensor): Tensor => solveTriangular(mh(l), b, true, true, true);
const rightUpper = (u: Tensor, b: Tensor): Tensor => solveTriangular(mh(u), b, false, false, false);

/** Gradient of A from those of L and U, where A = P·L·U (all shapes). */
export function luBackward(gl: Tensor | null, gu: Tensor | null, p: Tensor, l: Tensor, u: Tensor): Tensor | null {
  const m = l.shape[l.ndim - 2];
  const n = u.shape[u.ndim - 1];
  const k = Math.min(m, n);
  if (gl === null && gu === null) return null;
  const zero = (like: Tensor): Tensor => like.rt.full(like.shape, 0, like.dtype);
  const dl = gl ?? zero(l);
  const du = gu ?? zero(u);
  if (m === n) {
    const inner = add(tril(matmul(mh(l), dl), -1), triu(matmul(du, mh(u))));
    return matmul(p, rightUpper(u, lowerSolve(l, inner)));
  }
  if (m < n) {
    const u1 = narrow(u, -1, 0, k);
    const u2 = narrow(u, -1, k, n - k);
    const du1 = narrow(du, -1, 0, k);
    const du2 = narrow(du, -1, k, n - k);
    const low = tril(sub(matmul(mh(l), dl), matmul(du2, mh(u2))), -1);
    const left = rightUpper(u1, lowerSolve(l, add(low, triu(matmul(du1, mh(u1))))));
    return matmul(p, cat([left, lowerSolve(l, du2)], -1));
  }
  const l1 = narrow(l, -2, 0, k);
  const l2 = narrow(l, -2, k, m - k);
  const dl1 = narrow(dl, -2, 0, k);
  const dl2 = narrow(dl, -2, k, m - k);
  const up = triu(sub(matmul(du, mh(u)), matmul(mh(l2), dl2)));
  const top = lowerSolve(l1, add(tril(matmul(mh(l1), dl1), -1), up));
  return matmul(p, rightUpper(u, cat([top, dl2], -2)));
}

const luPrimitive = op({
  name: "linalg_lu",
  args: ["A", "pivot"],
  node: "LinalgLuBackward0",
  nondifferentiable: [0],
  forward: (a: Tensor, pivot: boolean = true): Tensor[] => {
    checkFloat(a, "linalg.lu");
    checkMatrix(a, "linalg.lu");
    const { lu, pivots } = factorise(a, pivot);
    const [l, u] = unpack(lu);
    return [pivot ? permutation(pivots, a.shape[a.ndim - 2], a) : a.rt.empty([0], a.dtype), l, u];
  },
  keep: ([a, pivot], [p, l, u]) => ({ P: (pivot ?? true) ? p : eyeLike(a, a.shape[a.ndim - 2]), L: l, U: u }),
  vjp: { A: (_g, { P, L, U }, { grads }): Tensor | null => luBackward(grads[0], grads[1], P, L, U) },
  formula: {
    out: "{A} = P\\,L\\,U",
    vjp: { A: "P L^{-\\top}(\\mathrm{tril}(L^{\\top}{g}_L, -1) + \\mathrm{triu}({g}_U U^{\\top}))U^{-\\top}" },
  },
  places: ["linalg"],
  resultNames: ["P", "L", "U"],
  signatures: ["linalg_lu(Tensor A, *, bool pivot=True, TensorList out=None)"],
});

export { luPrimitive as lu };

export const luFactorEx = op({
  name: "linalg_lu_factor_ex",
  args: ["A", "pivot", "check_errors"],
  node: "LinalgLuFactorExBackward0",
  nondifferentiable: [1, 2],
  forward: (a: Tensor, pivot: boolean = true, checkErrors: boolean = false): Tensor[] => {
    checkFloat(a, "torch.linalg.lu_factor");
    checkMatrix(a, "torch.linalg.lu_factor");
    const { lu, pivots, info } = factorise(a, pivot);
    if (checkErrors) checkInfo(info, "torch.linalg.lu_factor_ex", a.ndim === 2);
    return [lu, pivots, info];
  },
  keep: (_args, [lu, pivots]) => ({ LU: lu, pivots }),
  vjp: {
    A: (g, { LU, pivots }): Tensor | null => {
      const [l, u] = unpack(LU);
      const p = g.rt.quietly(() => permutation(pivots, LU.shape[LU.ndim - 2], LU));
      const k = l.shape[l.ndim - 1];
      return luBackward(tril(narrow(g, -1, 0, k), -1), triu(narrow(g, -2, 0, k)), p, l, u);
    },
  },
  formula: {
    out: "{A} = P\\,L\\,U",
    vjp: { A: "P L^{-\\top}(\\mathrm{tril}(L^{\\top}{g}_L, -1) + \\mathrm{triu}({g}_U U^{\\top}))U^{-\\top}" },
  },
  places: ["linalg"],
  resultNames: ["LU", "pivots", "info"],
  signatures: ["linalg_lu_factor_ex(Tensor A, *, bool pivot=True, bool check_errors=False, TensorList out=None)"],
});

/** Packed LU and pivots. Error: U has a zero on its diagonal only where that is asked for (lu_factor_ex). */
export const luFactorOf = op({
  name: "linalg_lu_factor",
  args: ["A", "pivot"],
  forward: (a: Tensor, pivot: boolean = true): Tensor[] => {
    const [lu, pivots, info] = luFactorEx(a, pivot, false);
    checkInfo(info, "torch.linalg.lu_factor", a.ndim === 2);
    return [lu, pivots];
  },
  places: ["linalg"],
  resultNames: ["LU", "pivots"],
  signatures: ["linalg_lu_factor(Tensor A, *, bool pivot=True, TensorList out=None)"],
});

/** P, L and U of a packed factorisation. */
export const luUnpack = op({
  name: "lu_unpack",
  args: ["LU_data", "LU_pivots", "unpack_data", "unpack_pivots"],
  node: "LuUnpackBackward0",
  nondifferentiable: [0],
  forward: (lu: Tensor, pivots: Tensor, data: boolean = true, permute: boolean = true): Tensor[] => {
    check(
      pivots.dtype === int32,
      () =>
        "torch.lu_unpack: LU_pivots is expected to be a contiguous tensor of torch.int32 dtype. Note: this function is intended to be used with the output produced by torch.linalg.lu_factor",
    );
    const none = (): Tensor => lu.rt.empty([0], lu.dtype);
    const p = permute ? permutation(pivots, lu.shape[lu.ndim - 2], lu) : none();
    return data ? [p, ...unpack(lu)] : [p, none(), none()];
  },
  keep: ([lu]) => ({ LU_data_sizes: lu.shape }),
  vjp: {
    LU_data: (_g, { LU_data_sizes: size }, { grads: [gl, gu] }): Tensor | null => {
      const lower = gl && gl.numel > 0 ? widen(tril(gl, -1), size) : null;
      const upper = gu && gu.numel > 0 ? widen(triu(gu), size) : null;
      return lower && upper ? add(lower, upper) : (lower ?? upper);
    },
  },
  formula: {
    out: "{LU_data} = L + U - I",
    vjp: { LU_data: "\\mathrm{tril}({g}_L, -1) + \\mathrm{triu}({g}_U)" },
  },
  places: ["torch"],
  resultNames: ["P", "L", "U"],
  signatures: [
    "lu_unpack(Tensor LU_data, Tensor LU_pivots, bool unpack_data=True, bool unpack_pivots=True, *, TensorList out=None)",
  ],
});

/** Matrices with zeros after their last row and column, up to the given size. */
function widen(x: Tensor, size: Shape): Tensor {
  const [m, n] = size.slice(-2);
  const [rows, cols] = x.shape.slice(-2);
  return rows === m && cols === n ? x : constantPad(x, [0, n - cols, 0, m - rows]);
}

/** Solves with packed factors: A·X = B, X·A = B, or with Aᴴ. */
export const luSolveFrom = op({
  name: "linalg_lu_solve",
  args: ["LU", "pivots", "B", "left", "adjoint"],
  node: "LinalgLuSolveBackward0",
  forward: (lu: Tensor, pivots: Tensor, b: Tensor, left: boolean = true, adjoint: boolean = false): Tensor => {
    checkFloat(lu, "torch.linalg.lu_solve");
    checkSquare(lu, "torch.linalg.lu_solve", "LU");
    checkMatrix(b, "torch.linalg.lu_solve", "B");
    check(
      lu.dtype === b.dtype,
      () =>
        `linalg.lu_solve: Expected LU and B to have the same dtype, but found LU of type ${lu.dtype.scalarName} and B of type ${b.dtype.scalarName} instead`,
    );
    check(pivots.dtype === int32, () => "linalg.lu_solve: pivots should be a Tensor of scalar type torch.int32");
    const side = left ? b.shape[b.ndim - 2] : b.shape[b.ndim - 1];
    check(
      side === lu.shape[lu.ndim - 1],
      () =>
        `linalg.lu_solve: Incompatible shapes of A and B for the equation ${left ? "AX = B" : "XA = B"} (${lu.shape.slice(-2).join("x")} and ${b.shape.slice(-2).join("x")})`,
    );
    // X·A = B is Aᴴ·Xᴴ = Bᴴ.
    if (!left) return mh(solvePacked(lu, pivots, mh(b), !adjoint));
    return solvePacked(lu, pivots, b, adjoint);
  },
  keep: ([lu, pivots, , left, adjoint], result) => ({
    LU: lu,
    pivots,
    result,
    left: left ?? true,
    adjoint: adjoint ?? false,
  }),
  vjp: {
    LU: (g, { LU, pivots, result, left, adjoint }): Tensor => {
      const gb = luSolveFrom(LU, pivots, g, left, !adjoint);
      const [l, u] = unpack(LU);
      const p = g.rt.quietly(() => permutation(pivots, LU.shape[LU.ndim - 1], LU));
      const x = result;
      // Gradient of A itself, then of its factors through A = P·L·U.
      const direct = left ? neg(matmul(gb, mh(x))) : neg(matmul(mh(x), gb));
      const ga = adjoint ? mh(direct) : direct;
      const pa = matmul(mh(p), ga);
      return add(tril(matmul(pa, mh(u)), -1), triu(matmul(mh(l), pa)));
    },
    B: (g, { LU, pivots, left, adjoint }): Tensor => luSolveFrom(LU, pivots, g, left, !adjoint),
  },
  formula: {
    out: "A^{-1}{B}",
    vjp: { LU: "-A^{-\\top}{g}\\,{out}^{\\top} \\text{ through } A = PLU", B: "A^{-\\top}{g}" },
  },
  places: ["linalg"],
  signatures: [
    "linalg_lu_solve(Tensor LU, Tensor pivots, Tensor B, *, bool left=True, bool adjoint=False, Tensor out=None)",
  ],
});

function solvePacked(lu: Tensor, pivots: Tensor, b: Tensor, adjoint: boolean): Tensor {
  const [f, x] = broadcastBatches(lu, b, "linalg.lu_solve");
  const factors = readBatch(f);
  const values = readBatch(x);
  const n = factors.rows;
  const p = pivots.toArray();
  const sets = Math.max(p.length / Math.max(n, 1), 1);
  for (let i = 0; i < values.count; i++) {
    const own = p.slice((i % sets) * n, (i % sets) * n + n).map((v) => v - 1);
    luSolve(matrixOf(factors, i), own, matrixOf(values, i), n, values.cols, lu.dtype.slots, adjoint);
  }
  return columnsOf(b, values.data, x.shape);
}

/** torch.lu_solve(b, LU, pivots): the older order of arguments. */
export const luSolveOld = op({
  name: "lu_solve",
  args: ["self", "LU_data", "LU_pivots"],
  forward: (self: Tensor, lu: Tensor, pivots: Tensor): Tensor => luSolveFrom(lu, pivots, self),
  places: ["torch", "Tensor"],
  signatures: ["lu_solve(Tensor input, Tensor LU_data, Tensor LU_pivots, *, Tensor out=None)"],
});
