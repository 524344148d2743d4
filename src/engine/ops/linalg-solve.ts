import { float64, int32, realType } from "../dtype.ts";
import { check } from "../errors.ts";
import { luFactor, luSolve } from "../kernels/linalg-lu.ts";
import { columnsOf, matrixOf, readBatch, tensorOf } from "../kernels/linalg-matrix.ts";
import { op } from "../op.ts";
import { sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add, mul, neg } from "./arithmetic.ts";
import { eq, where } from "./compare.ts";
import { complex, conj, imag } from "./complex-parts.ts";
import { diagEmbed } from "./diagonals.ts";
import { broadcastBatches, checkFloat, checkInfo, checkSquare, mh } from "./linalg-shared.ts";
import { singularGradient } from "./linalg-singular.ts";
import { matmul } from "./matmul.ts";
import { abs } from "./unary-complex.ts";
import { log } from "./unary-core.ts";
import { squeeze, unsqueeze } from "./views.ts";

/** Inverse and LAPACK's info of each matrix. */
const invEx = op({
  name: "linalg_inv_ex",
  args: ["A", "check_errors"],
  node: "LinalgInvExBackward0",
  nondifferentiable: [1],
  forward: (a: Tensor, checkErrors: boolean = false): Tensor[] => {
    checkFloat(a, "linalg.inv");
    checkSquare(a, "linalg.inv");
    const batch = readBatch(a);
    const n = batch.rows;
    const { slots } = a.dtype;
    const out = new Float64Array(batch.data.length);
    const info = a.rt.empty(a.shape.slice(0, -2), int32);
    for (let b = 0; b < batch.count; b++) {
      const m = matrixOf(batch, b);
      const r = luFactor(m, n, n, slots);
      info.data[b] = r.info;
      const x = out.subarray(b * batch.size, (b + 1) * batch.size);
      for (let i = 0; i < n; i++) x[(i * n + i) * slots] = 1;
      if (r.info === 0) luSolve(m, r.pivots, x, n, n, slots);
    }
    if (checkErrors) checkInfo(info, "linalg.inv_ex", a.ndim === 2);
    return [columnsOf(a, out, a.shape), info];
  },
  keep: (_args, [inverse]) => ({ inverse }),
  vjp: {
    A: (g, { inverse }): Tensor => {
      const right = matmul(g, mh(inverse)); // before the other factor, as C++ evaluates these
      return neg(matmul(mh(inverse), right));
    },
  },
  formula: { out: "{A}^{-1}", vjp: { A: "-{out}^{\\top}\\,{g}\\,{out}^{\\top}" } },
  places: ["linalg"],
  resultNames: ["inverse", "info"],
  signatures: ["linalg_inv_ex(Tensor A, *, bool check_errors=False, TensorList out=None)"],
});

export { invEx };

const invert = (a: Tensor): Tensor => {
  const [inverse, info] = invEx(a, false);
  checkInfo(info, "linalg.inv", a.ndim === 2);
  return inverse;
};
export const inv = op({
  name: "linalg_inv",
  args: ["A"],
  forward: invert,
  places: ["linalg"],
  signatures: ["linalg_inv(Tensor A, *, Tensor out=None)"],
});
export const inverse = op({
  name: "inverse",
  args: ["self"],
  forward: invert,
  places: ["torch", "Tensor"],
  signatures: ["inverse(Tensor input, *, Tensor out=None)"],
});

/** Is `b` one vector per matrix of `a` rather than a matrix? */
export const isVectorSide = (a: Tensor, b: Tensor): boolean =>
  b.ndim === 1 || (a.ndim - 1 === b.ndim && sameShape(b.shape, a.shape.slice(0, -1)));

function checkSolve(a: Tensor, b: Tensor, left: boolean, vector: boolean): void {
  checkFloat(a, "linalg.solve");
  checkSquare(a, "linalg.solve");
  check(
    a.dtype === b.dtype,
    () =>
      `linalg.solve: Expected A and B to have the same dtype, but found A of type ${a.dtype.scalarName} and B of type ${b.dtype.scalarName} instead`,
  );
  check(
    !vector || left,
    () =>
      "linalg.solve: Vector broadcasting of the left hand side is not supported for left=False. In this case linalg.solve is equivalent to B / A.squeeze(-1)",
  );
  const shape = vector ? [...b.shape, 1] : b.shape;
  check(shape.length >= 2, () => "linalg.solve: The input tensor B must have at least 2 dimensions.");
  check(
    (left ? shape[shape.length - 2] : shape[shape.length - 1]) === a.shape[a.ndim - 1],
    () =>
      `linalg.solve: Incompatible shapes of A and B for the equation ${left ? "AX = B" : "XA = B"} (${a.shape.slice(-2).join("x")} and ${shape.slice(-2).join("x")})`,
  );
}

/** A·X = B by LU; outputs X and info. */
const solveEx = op({
  name: "_linalg_solve_ex",
  args: ["A", "B", "left"],
  node: "LinalgSolveExBackward0",
  nondifferentiable: [1],
  forward: (a: Tensor, b: Tensor, left: boolean = true): Tensor[] => {
    const vector = isVectorSide(a, b);
    checkSolve(a, b, left, vector);
    const rhs = vector ? unsqueeze(b, -1) : b;
    const [m, r] = broadcastBatches(left ? a : mh(a), left ? rhs : mh(rhs), "linalg.solve");
    const batch = readBatch(m);
    const x = readBatch(r);
    const n = batch.rows;
    const info = a.rt.empty(m.shape.slice(0, -2), int32);
    for (let i = 0; i < batch.count; i++) {
      const lu = matrixOf(batch, i);
      const f = luFactor(lu, n, n, a.dtype.slots);
      info.data[i] = f.info;
      if (f.info === 0) luSolve(lu, f.pivots, matrixOf(x, i), n, x.cols, a.dtype.slots);
    }
    if (vector) return [columnsOf(b, x.data, r.shape.slice(0, -1)), info];
    const solution = columnsOf(b, x.data, r.shape);
    return [left ? solution : mh(solution), info];
  },
  keep: ([a, b, left], [result]) => ({ A: a, result, left: left ?? true, vector: isVectorSide(a, b) }),
  vjp: {
    A: (g, { A, result, left, vector }): Tensor => {
      const gb = solve(mh(A), vector ? unsqueeze(g, -1) : g, left);
      const x = vector ? unsqueeze(result, -1) : result;
      return neg(left ? matmul(gb, mh(x)) : matmul(mh(x), gb));
    },
    B: (g, { A, left, vector }): Tensor =>
      vector ? squeeze(solve(mh(A), unsqueeze(g, -1), left), -1) : solve(mh(A), g, left),
  },
  formula: { out: "{A}^{-1}{B}", vjp: { A: "-{A}^{-\\top}{g}\\,{out}^{\\top}", B: "{A}^{-\\top}{g}" } },
});

/** Solution of A·X = B. Error: A is singular. */
export const solve = op({
  name: "linalg_solve",
  args: ["A", "B", "left"],
  forward: (a: Tensor, b: Tensor, left: boolean = true): Tensor => {
    const [x, info] = solveEx(a, b, left);
    checkInfo(info, "torch.linalg.solve", a.ndim === 2);
    return x;
  },
  places: ["linalg"],
  signatures: ["linalg_solve(Tensor A, Tensor B, *, bool left=True, Tensor out=None)"],
});
export const solveExOf = op({
  name: "linalg_solve_ex",
  args: ["A", "B", "left", "check_errors"],
  forward: (a: Tensor, b: Tensor, left: boolean = true, checkErrors: boolean = false): Tensor[] => {
    const [x, info] = solveEx(a, b, left);
    if (checkErrors) checkInfo(info, "torch.linalg.solve_ex", a.ndim === 2);
    return [x, info];
  },
  places: ["linalg"],
  resultNames: ["result", "info"],
  signatures: ["linalg_solve_ex(Tensor A, Tensor B, *, bool left=True, bool check_errors=False, TensorList out=None)"],
});

/** Determinant by LU. */
export const det = op({
  name: "linalg_det",
  args: ["A"],
  node: "LinalgDetBackward0",
  forward: (a: Tensor): Tensor => {
    checkFloat(a, "linalg.det");
    checkSquare(a, "linalg.det");
    const { signs, diagonals } = diagonalOf(a);
    const n = a.shape[a.ndim - 1];
    const { slots } = a.dtype;
    const out = new Float64Array(signs.length * slots);
    for (let b = 0; b < signs.length; b++) {
      let re = signs[b];
      let im = 0;
      for (let i = 0; i < n; i++) {
        const p = (b * n + i) * slots;
        const x = diagonals[p];
        const y = slots === 2 ? diagonals[p + 1] : 0;
        [re, im] = [re * x - im * y, re * y + im * x];
      }
      out[b * slots] = re;
      if (slots === 2) out[2 * b + 1] = im;
    }
    return tensorOf(a, out, a.shape.slice(0, -2));
  },
  keep: ([A], result) => ({ A, result }),
  vjp: {
    A: (g, { A, result }): Tensor => {
      const d = mul(g, conj(result));
      const least = 100 * (realType(A.dtype) === float64 ? 2 ** -52 : 2 ** -23);
      const singular = g.rt.quietly(() => abs(result).toArray()).some((size) => size < least);
      if (singular) return singularGradient(g, A, det);
      const n = A.shape[A.ndim - 1];
      return solve(mh(A), diagEmbed(spread(d, n)));
    },
  },
  formula: { out: "\\det {A}", vjp: { A: "{g}\\,{out}\\,{A}^{-\\top}" } },
  places: ["linalg"],
  signatures: ["linalg_det(Tensor A, *, Tensor out=None)"],
});
export const detOld = op({
  name: "det",
  args: ["self"],
  forward: (self: Tensor): Tensor => det(self),
  places: ["torch", "Tensor"],
  signatures: ["det(Tensor input)"],
});

/** One number per matrix, repeated n times along a new last dimension. */
function spread(x: Tensor, n: number): Tensor {
  return add(unsqueeze(x, -1), x.rt.full([n], 0, x.dtype));
}

/** Diagonals of U and signs of P for every matrix, in double precision. */
function diagonalOf(a: Tensor): { signs: Float64Array; diagonals: Float64Array } {
  const batch = readBatch(a);
  const n = batch.rows;
  const { slots } = a.dtype;
  const signs = new Float64Array(batch.count);
  const diagonals = new Float64Array(batch.count * n * slots);
  for (let b = 0; b < batch.count; b++) {
    const m = matrixOf(batch, b);
    const { pivots } = luFactor(m, n, n, slots);
    signs[b] = 1;
    for (let i = 0; i < n; i++) {
      if (pivots[i] !== i) signs[b] = -signs[b];
      for (let s = 0; s < slots; s++) diagonals[(b * n + i) * slots + s] = m[(i * n + i) * slots + s];
    }
  }
  return { signs, diagonals };
}

/** Sign and logarithm of the absolute value of the determinant. */
const slogdetPrimitive = op({
  name: "linalg_slogdet",
  args: ["A"],
  node: "LinalgSlogdetBackward0",
  forward: (a: Tensor): Tensor[] => {
    checkFloat(a, "linalg.slogdet");
    checkSquare(a, "linalg.slogdet");
    const { signs, diagonals } = diagonalOf(a);
    const n = a.shape[a.ndim - 1];
    const { slots } = a.dtype;
    const sign = new Float64Array(signs.length * slots);
    const size = new Float64Array(signs.length);
    for (let b = 0; b < signs.length; b++) {
      let re = signs[b];
      let im = 0;
      for (let i = 0; i < n; i++) {
        const p = (b * n + i) * slots;
        const x = diagonals[p];
        const y = slots === 2 ? diagonals[p + 1] : 0;
        const m = Math.hypot(x, y);
        size[b] += Math.log(m);
        const c = m === 0 ? 0 : x / m;
        const s = m === 0 ? 0 : y / m;
        [re, im] = [re * c - im * s, re * s + im * c];
      }
      sign[b * slots] = re;
      if (slots === 2) sign[2 * b + 1] = im;
    }
    const lead = a.shape.slice(0, -2);
    return [tensorOf(a, sign, lead), tensorOf(a, size, lead, realType(a.dtype))];
  },
  keep: ([A], [sign]) => ({ A, sign }),
  vjp: {
    A: (_g, { A, sign }, { grads: [gs, gl] }): Tensor | null => {
      const n = A.shape[A.ndim - 1];
      const size = gl ?? A.rt.full(sign.shape, 0, realType(A.dtype));
      if (A.dtype.kind !== "complex") return gl ? solve(mh(A), diagEmbed(spread(size, n))) : null;
      // A complex sign turns with the matrix: its gradient counts where it is at right angles to the sign.
      const turn = gs ? imag(mul(gs, conj(sign))) : A.rt.full(sign.shape, 0, size.dtype);
      return solve(mh(A), diagEmbed(spread(complex(size, turn), n)));
    },
  },
  formula: { out: "\\ln |\\det {A}|", vjp: { A: "{g}\\,{A}^{-\\top}" } },
  places: ["linalg"],
  resultNames: ["sign", "logabsdet"],
  signatures: ["linalg_slogdet(Tensor A, *, TensorList out=None)"],
});

export { slogdetPrimitive };
export const slogdet = op({
  name: "slogdet",
  args: ["self"],
  forward: (self: Tensor): Tensor[] => slogdetPrimitive(self),
  places: ["torch", "Tensor"],
  resultNames: ["sign", "logabsdet"],
  signatures: ["slogdet(Tensor input, *, TensorList out=None)"],
});

/** ln det; NaN where the determinant is negative. */
export const logdet = op({
  name: "logdet",
  args: ["self"],
  forward: (self: Tensor): Tensor => {
    checkSquare(self, "logdet");
    const [sign, size] = slogdetPrimitive(self);
    if (self.dtype.kind === "complex") return add(log(sign), size);
    return where(
      self.rt.quietly(() => eq(sign, -1)),
      Number.NaN,
      size,
    );
  },
  places: ["torch", "Tensor"],
  signatures: ["logdet(Tensor input)"],
});
