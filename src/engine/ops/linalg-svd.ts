import { realType } from "../dtype.ts";
import { check, runtimeError } from "../errors.ts";
import { columnsOf, matrixOf, readBatch, tensorOf } from "../kernels/linalg-matrix.ts";
import { svd as svdKernel } from "../kernels/linalg-svd.ts";
import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { add, div, mul, mulScalar, sub } from "./arithmetic.ts";
import { diagEmbed } from "./diagonals.ts";
import { checkFloat, checkInfo, checkMatrix, checkPhases, mh } from "./linalg-shared.ts";
import { matmul } from "./matmul.ts";
import { diagonal, narrow } from "./slicing.ts";
import { unsqueeze } from "./views.ts";

type Maybe = Tensor | null | undefined;

/** Differences of squared values, 1 on the diagonal: the divisors that couple pairs of singular vectors. */
function gaps(s: Tensor): Tensor {
  const squares = mul(s, s);
  const e = sub(unsqueeze(squares, -2), unsqueeze(squares, -1));
  const n = s.shape[s.ndim - 1];
  return add(e, diagEmbed(s.rt.full([n], 1, s.dtype)));
}
const skew = (x: Tensor): Tensor => sub(x, mh(x));

/** Gradient of A = U·diag(S)·Vᴴ from those of U, S and Vᴴ (all in reduced form). */
function svdBackward(gu: Maybe, gs: Maybe, gvh: Maybe, u: Tensor, s: Tensor, vh: Tensor): Tensor | null {
  const m = u.shape[u.ndim - 2];
  const n = vh.shape[vh.ndim - 1];
  const k = s.shape[s.ndim - 1];
  const row = unsqueeze(s, -2);
  const column = unsqueeze(s, -1);
  if (!gu && !gvh) {
    if (!gs) return null;
    return m >= n ? matmul(mul(u, unsqueeze(gs, -2)), vh) : matmul(u, mul(unsqueeze(gs, -1), vh));
  }
  const e = gaps(s);
  const turnU = gu ? skew(matmul(mh(u), gu)) : null;
  const turnV = gvh ? skew(matmul(vh, mh(gvh))) : null;
  checkPhases(
    [turnU, turnV],
    "svd_backward: The singular vectors in the complex case are specified up to multiplication by e^{i phi}. The specified loss function depends on this phase term, making it ill-defined.",
  );
  const left = turnU ? mul(div(turnU, e), row) : null;
  const right = turnV ? mul(column, div(turnV, e)) : null;
  let ga = (left && right ? add(left, right) : (left ?? right)) as Tensor;
  if (gs) ga = add(ga, diagEmbed(gs));
  // A common phase of a pair of vectors changes nothing; what turns U against V does.
  if (u.dtype.kind === "complex" && turnU && turnV)
    ga = add(ga, diagEmbed(div(diagonal(turnU, 0, -2, -1), mulScalar(s, 2))));
  if (m > k && gu) {
    const scaled = div(gu, row);
    const outside = sub(scaled, matmul(u, matmul(mh(u), scaled)));
    ga = matmul(add(matmul(u, ga), outside), vh);
  } else if (n > k && gvh) {
    const scaled = div(gvh, column);
    const outside = sub(scaled, matmul(matmul(scaled, mh(vh)), vh));
    ga = matmul(u, add(matmul(ga, vh), outside));
  } else ga = matmul(u, matmul(ga, vh));
  return ga;
}

/** U, S and Vᴴ of every matrix. */
export const svdPrimitive = op({
  name: "_linalg_svd",
  args: ["A", "full_matrices"],
  node: "LinalgSvdBackward0",
  forward: (a: Tensor, full: boolean): Tensor[] => {
    checkFloat(a, "linalg.svd");
    checkMatrix(a, "linalg.svd");
    const batch = readBatch(a);
    const { rows: m, cols: n, count } = batch;
    const k = Math.min(m, n);
    const lead = a.shape.slice(0, -2);
    const wu = full ? m : k;
    const wv = full ? n : k;
    const { slots } = a.dtype;
    const u = new Float64Array(count * m * wu * slots);
    const s = new Float64Array(count * k);
    const vh = new Float64Array(count * wv * n * slots);
    const infos = new Int32Array(count);
    for (let b = 0; b < count; b++) {
      const r = svdKernel(matrixOf(batch, b), m, n, full, slots);
      u.set(r.u, b * m * wu * slots);
      s.set(r.s, b * k);
      vh.set(r.vh, b * wv * n * slots);
      infos[b] = r.info;
    }
    checkInfo(infos, "linalg.svd", a.ndim === 2);
    return [
      columnsOf(a, u, [...lead, m, wu]),
      tensorOf(a, s, [...lead, k], realType(a.dtype)),
      columnsOf(a, vh, [...lead, wv, n]),
    ];
  },
  keep: ([, full], [U, S, Vh]) => ({ U, S, Vh, full_matrices: full }),
  vjp: {
    A: (_g, { U, S, Vh, full_matrices: full }, { grads: [gu, gs, gvh] }): Tensor | null => {
      const k = S.shape[S.ndim - 1];
      const m = U.shape[U.ndim - 2];
      const n = Vh.shape[Vh.ndim - 1];
      const u = full && m > k ? narrow(U, -1, 0, k) : U;
      const vh = full && n > k ? narrow(Vh, -2, 0, k) : Vh;
      return svdBackward(
        gu && full && m > k ? narrow(gu, -1, 0, k) : gu,
        gs,
        gvh && full && n > k ? narrow(gvh, -2, 0, k) : gvh,
        u,
        S,
        vh,
      );
    },
  },
  formula: {
    out: "{A} = U\\,\\mathrm{diag}(S)\\,V^{\\top}",
    vjp: { A: "U\\left(\\mathrm{diag}({g}_S) + \\dots\\right)V^{\\top}" },
    note: "with gradients of U and V also terms divided by the gaps between squared singular values",
  },
});

function checkDriver(driver: string | null): void {
  if (driver !== null)
    throw runtimeError(
      "torch.linalg.svd: keyword argument `driver=` is only supported on CUDA inputs with cuSOLVER backend.",
    );
}

export const svd = op({
  name: "linalg_svd",
  args: ["A", "full_matrices", "driver"],
  forward: (a: Tensor, full: boolean = true, driver: string | null = null): Tensor[] => {
    checkDriver(driver);
    return svdPrimitive(a, full);
  },
  places: ["linalg"],
  resultNames: ["U", "S", "Vh"],
  signatures: ["linalg_svd(Tensor A, bool full_matrices=True, *, str? driver=None, TensorList out=None)"],
});

export const svdvals = op({
  name: "linalg_svdvals",
  args: ["A", "driver"],
  forward: (a: Tensor, driver: string | null = null): Tensor => {
    checkDriver(driver);
    return svdPrimitive(a, false)[1];
  },
  places: ["linalg"],
  signatures: ["linalg_svdvals(Tensor A, *, str? driver=None, Tensor out=None)"],
});

/** torch.svd: V instead of its transpose, reduced unless `some` is false. */
export const svdOld = op({
  name: "svd",
  args: ["self", "some", "compute_uv"],
  forward: (self: Tensor, some: boolean = true, computeUv: boolean = true): Tensor[] => {
    check(
      self.ndim >= 2,
      () => `linalg.svd: input should have at least 2 dimensions, but has ${self.ndim} dimensions instead`,
    );
    if (!computeUv) {
      const [m, n] = self.shape.slice(-2);
      const lead = self.shape.slice(0, -2);
      const zeros = (k: number): Tensor => self.rt.full([...lead, k, k], 0, self.dtype);
      return [zeros(m), svdPrimitive(self, false)[1], zeros(n)];
    }
    const [u, s, vh] = svdPrimitive(self, !some);
    return [u, s, mh(vh)];
  },
  places: ["torch", "Tensor"],
  resultNames: ["U", "S", "V"],
  signatures: ["svd(Tensor input, bool some=True, bool compute_uv=True, *, TensorList out=None)"],
});
