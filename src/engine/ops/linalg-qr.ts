import { float32, float64 } from "../dtype.ts";
import { check, runtimeError } from "../errors.ts";
import { columnsOf, matrixOf, readBatch, tensorOf } from "../kernels/linalg-matrix.ts";
import { householderProduct, qrFactor, upperPart } from "../kernels/linalg-qr.ts";
import { reflectorsOf } from "../kernels/linalg-reflector.ts";
import { op } from "../op.ts";
import { notImplementedFor } from "../refusals.ts";
import type { Tensor } from "../tensor.ts";
import { add, mul, neg, sub } from "./arithmetic.ts";
import { conj } from "./complex-parts.ts";
import { contiguous } from "./copies.ts";
import { diagEmbed } from "./diagonals.ts";
import { cat } from "./joining.ts";
import { checkFloat, checkMatrix, fromLower, mh } from "./linalg-shared.ts";
import { solveTriangular } from "./linalg-triangular.ts";
import { matmul } from "./matmul.ts";
import { narrow, select } from "./slicing.ts";
import { reshape, transpose, unsqueeze } from "./views.ts";

type Maybe = Tensor | null | undefined;
type Mode = "reduced" | "complete" | "r";

/** Gradient of A = Q·R from those of Q and R. */
function qrBackward(gq: Maybe, gr: Maybe, q: Tensor, r: Tensor): Tensor | null {
  if (!gq && !gr) return null;
  const m = q.shape[q.ndim - 2];
  const n = r.shape[r.ndim - 1];
  const zeros = (x: Tensor): Tensor => x.rt.full(x.shape, 0, x.dtype);
  if (m < n) {
    // A = [X | Y] with X square: Y = Q·R₂ adds to the gradient of Q.
    const r1 = narrow(r, -1, 0, m);
    const a2 = matmul(q, narrow(r, -1, m, n - m));
    const g2 = gr ? narrow(gr, -1, m, n - m) : null;
    const extra = g2 ? matmul(a2, mh(g2)) : null;
    const dq = extra === null ? gq : gq ? add(gq, extra) : extra;
    const left = qrBackward(dq, gr ? narrow(gr, -1, 0, m) : null, q, r1) as Tensor;
    return cat([left, g2 ? matmul(q, g2) : zeros(a2)], -1);
  }
  const dr = gr ?? zeros(r);
  const dq = gq ?? zeros(q);
  const inner = fromLower(sub(matmul(r, mh(dr)), matmul(mh(dq), q)));
  return solveTriangular(mh(r), add(dq, matmul(q, inner)), false, false, false);
}

const qr = op({
  name: "linalg_qr",
  args: ["A", "mode"],
  node: "LinalgQrBackward0",
  forward: (a: Tensor, mode: Mode = "reduced"): Tensor[] => {
    checkFloat(a, "linalg.qr");
    checkMatrix(a, "linalg.qr");
    if (mode !== "reduced" && mode !== "complete" && mode !== "r")
      throw runtimeError(
        `qr received unrecognized mode '${String(mode)}' but expected one of 'reduced' (default), 'r', or 'complete'`,
      );
    const batch = readBatch(a);
    const { rows: m, cols: n, count } = batch;
    const lead = a.shape.slice(0, -2);
    const k = mode === "complete" ? m : Math.min(m, n);
    const { slots } = a.dtype;
    const reflectors = reflectorsOf(slots);
    const q = new Float64Array(mode === "r" ? 0 : count * m * k * slots);
    const r = new Float64Array(count * k * n * slots);
    for (let b = 0; b < count; b++) {
      const work = matrixOf(batch, b);
      const tau = qrFactor(reflectors, work, m, n);
      if (mode !== "r") q.set(householderProduct(reflectors, work, tau, Math.min(m, n), m, n, k), b * m * k * slots);
      r.set(upperPart(work, k, n, slots), b * k * n * slots);
    }
    return [
      mode === "r" ? a.rt.empty([0], a.dtype) : columnsOf(a, q, [...lead, m, k]),
      columnsOf(a, r, [...lead, k, n]),
    ];
  },
  keep: ([a, mode], [Q, R]) => ({ Q, R, mode: mode ?? "reduced", self_sizes: a.shape }),
  vjp: {
    A: (_g, { Q, R, mode, self_sizes: size }, { grads: [gq, gr] }): Tensor | null => {
      check(
        mode !== "r",
        () =>
          "The derivative of linalg.qr depends on Q, which is not computed when mode='r'. Please use linalg.qr(A, mode='reduced') if you are going to require gradients.",
      );
      const [m, n] = size.slice(-2);
      check(
        mode !== "complete" || m <= n,
        () => "The QR decomposition is not differentiable when mode='complete' and nrows > ncols.",
      );
      return qrBackward(gq, gr, Q, R);
    },
  },
  formula: {
    out: "{A} = Q\\,R",
    vjp: { A: "({g}_Q + Q\\,\\mathrm{sym}(R\\,{g}_R^{\\top} - {g}_Q^{\\top}Q))\\,R^{-\\top}" },
    note: "sym mirrors the lower triangle",
  },
  places: ["linalg"],
  resultNames: ["Q", "R"],
  signatures: ["linalg_qr(Tensor A, str mode='reduced', *, TensorList out=None)"],
});

export { qr };

const QR_DEPRECATED =
  "torch.qr is deprecated in favor of torch.linalg.qr and will be removed in a future PyTorch release.\nThe boolean parameter 'some' has been replaced with a string parameter 'mode'.\nQ, R = torch.qr(A, some)\nshould be replaced with\nQ, R = torch.linalg.qr(A, 'reduced' if some else 'complete') (Triggered internally at ../aten/src/ATen/native/BatchLinearAlgebra.cpp:2485.)";

/** torch.qr: reduced unless `some` is false. */
export const qrOld = op({
  name: "qr",
  args: ["self", "some"],
  forward: (self: Tensor, some: boolean = true): Tensor[] => {
    self.rt.warnOnce("qr", QR_DEPRECATED);
    return qr(self, some ? "reduced" : "complete");
  },
  places: ["torch", "Tensor"],
  resultNames: ["Q", "R"],
  signatures: ["qr(Tensor input, bool some=True, *, TensorList out=None)"],
});

/** Packed Householder factors of a QR decomposition, as LAPACK's geqrf returns them. */
export const geqrf = op({
  name: "geqrf",
  args: ["self"],
  detached: true,
  forward: (self: Tensor): Tensor[] => {
    checkFloat(self, "torch.geqrf");
    check(self.ndim >= 2, () => "torch.geqrf: input must have at least 2 dimensions.");
    const batch = readBatch(self);
    const k = Math.min(batch.rows, batch.cols);
    const { slots } = self.dtype;
    const tau = new Float64Array(batch.count * k * slots);
    for (let b = 0; b < batch.count; b++)
      tau.set(qrFactor(reflectorsOf(slots), matrixOf(batch, b), batch.rows, batch.cols), b * k * slots);
    return [columnsOf(self, batch.data, self.shape), tensorOf(self, tau, [...self.shape.slice(0, -2), k])];
  },
  places: ["torch", "Tensor"],
  resultNames: ["a", "tau"],
  signatures: ["geqrf(Tensor input, *, TensorList out=None)"],
});

/** The first columns of the product of the Householder reflectors stored below the diagonal of `input`. */
export const householder = op({
  name: "linalg_householder_product",
  args: ["self", "tau"],
  node: "LinalgHouseholderProductBackward0",
  forward: (self: Tensor, tau: Tensor): Tensor => {
    const f = "torch.linalg.householder_product";
    check(self.ndim >= 2, () => `${f}: input must have at least 2 dimensions.`);
    check(
      self.shape[self.ndim - 2] >= self.shape[self.ndim - 1],
      () => `${f}: input.shape[-2] must be greater than or equal to input.shape[-1]`,
    );
    check(
      self.shape[self.ndim - 1] >= tau.shape[tau.ndim - 1],
      () => `${f}: input.shape[-1] must be greater than or equal to tau.shape[-1]`,
    );
    check(
      self.dtype === tau.dtype,
      () => `${f}: tau dtype ${tau.dtype.cppName} does not match input dtype ${self.dtype.cppName}`,
    );
    const batch = readBatch(self);
    const taus = tau.toArray();
    const { slots } = self.dtype;
    const k = tau.shape[tau.ndim - 1];
    for (let b = 0; b < batch.count; b++) {
      const a = matrixOf(batch, b);
      const own = taus.slice(b * k * slots, (b + 1) * k * slots);
      a.set(householderProduct(reflectorsOf(slots), a, own, k, batch.rows, batch.cols, batch.cols));
    }
    return columnsOf(self, batch.data, self.shape);
  },
  keep: ([self, tau]) => ({ self, tau }),
  vjp: {
    self: (g, { self, tau }): Tensor => householderBackward(g, self, tau).self,
    tau: (g, { self, tau }): Tensor => householderBackward(g, self, tau).tau,
  },
  formula: {
    out: "(I - \\tau_1 v_1 v_1^{\\top}) \\cdots (I - \\tau_k v_k v_k^{\\top})",
    vjp: {
      self: "-\\tau_i (G_i + G_i^{\\top}) v_i",
      tau: "-v_i^{\\top} G_i v_i",
    },
    note: "G_i is the gradient of the i-th factor",
  },
  places: ["linalg"],
  signatures: ["linalg_householder_product(Tensor input, Tensor tau, *, Tensor out=None)"],
});
export const orgqr = op({
  name: "orgqr",
  args: ["self", "input2"],
  forward: (self: Tensor, tau: Tensor): Tensor => householder(self, tau),
  places: ["torch", "Tensor"],
  signatures: ["orgqr(Tensor input, Tensor input2, *, Tensor out=None)"],
});

/**
 * `other` times the product Q of the Householder reflectors stored in `input` and `tau` (as a square matrix), or its adjoint
 * with `transpose`, from the left or the right.
 */
export const ormqr = op({
  name: "ormqr",
  args: ["self", "input2", "input3", "left", "transpose"],
  node: "OrmqrBackward0",
  forward: (self: Tensor, tau: Tensor, other: Tensor, left: boolean = true, adjoint: boolean = false): Tensor => {
    check(self.ndim >= 2, () => "torch.ormqr: input must have at least 2 dimensions.");
    check(other.ndim >= 2, () => "torch.ormqr: other must have at least 2 dimensions.");
    const side = left ? -2 : -1;
    const [reflectors, width] = [tau.shape[tau.ndim - 1], self.shape[self.ndim - 1]];
    check(reflectors <= width, () => "torch.ormqr: tau.shape[-1] must be less than or equal to input.shape[-1]");
    const size = other.shape[other.ndim + side];
    check(size >= reflectors, () => `torch.ormqr: other.shape[${side}] must be greater than or equal to tau.shape[-1]`);
    check(
      size === self.shape[self.ndim - 2],
      () => `torch.ormqr: other.shape[${side}] must be equal to input.shape[-2]`,
    );
    if (self.dtype.kind !== "complex" && self.dtype !== float32 && self.dtype !== float64)
      throw notImplementedFor("ormqr_cpu", self.dtype);
    // In the order of columns, as LAPACK leaves it.
    return transpose(
      contiguous(transpose(applied(householder(square(self, tau), tau), other, left, adjoint), -2, -1)),
      -2,
      -1,
    );
  },
  keep: ([self, input2, input3, left, transpose]) => ({
    self,
    input2,
    input3,
    left: left ?? true,
    transpose: transpose ?? false,
  }),
  vjp: {
    self: (g, kept): Tensor => {
      const { self, input2 } = kept;
      const whole = householderBackward(productGradient(g, kept), square(self, input2), input2).self;
      const [rows, used] = [self.shape[self.ndim - 2], input2.shape[input2.ndim - 1]];
      const columns = narrow(whole, -1, 0, used);
      const rest = self.shape[self.ndim - 1] - used;
      return rest === 0 ? columns : cat([columns, g.rt.full([...self.shape.slice(0, -2), rows, rest], 0, g.dtype)], -1);
    },
    input2: (g, kept): Tensor =>
      householderBackward(productGradient(g, kept), square(kept.self, kept.input2), kept.input2).tau,
    input3: (g, { self, input2, left, transpose }): Tensor => ormqr(self, input2, g, left, !transpose),
  },
  formula: {
    out: "Q\\,{input3}",
    vjp: {
      self: "-\\tau_i (G_i + G_i^{\\top}) v_i",
      input2: "-v_i^{\\top} G_i v_i",
      input3: "Q^{\\top}{g}",
    },
    note: "G_i is the gradient of the i-th factor of Q",
  },
  places: ["torch", "Tensor"],
  signatures: [
    "ormqr(Tensor input, Tensor input2, Tensor input3, bool left=True, bool transpose=False, *, Tensor out=None)",
  ],
});

/** The reflectors that `tau` counts, filled up with zeros to a square matrix. */
function square(self: Tensor, tau: Tensor): Tensor {
  const [rows, used] = [self.shape[self.ndim - 2], tau.shape[tau.ndim - 1]];
  const vectors = narrow(self, -1, 0, used);
  return rows === used
    ? vectors
    : cat([vectors, self.rt.full([...self.shape.slice(0, -2), rows, rows - used], 0, self.dtype)], -1);
}
const applied = (q: Tensor, other: Tensor, left: boolean, adjoint: boolean): Tensor => {
  const factor = adjoint ? mh(q) : q;
  return left ? matmul(factor, other) : matmul(other, factor);
};
/** Gradient of Q from that of the product with it. */
function productGradient(
  g: Tensor,
  { input3, left, transpose }: { input3: Tensor; left: boolean; transpose: boolean },
): Tensor {
  const factor = left ? matmul(g, mh(input3)) : matmul(mh(input3), g);
  return transpose ? mh(factor) : factor;
}

/** Gradients through Q = L·H·R for each reflector H = I - τ·v·vᵀ in turn. */
function householderBackward(g: Tensor, self: Tensor, tau: Tensor): { self: Tensor; tau: Tensor } {
  const m = self.shape[self.ndim - 2];
  const n = self.shape[self.ndim - 1];
  const k = tau.shape[tau.ndim - 1];
  const { rt, dtype } = self;
  const lead = self.shape.slice(0, -2);
  const eye = diagEmbed(rt.full([m], 1, dtype));
  const vectors: Tensor[] = [];
  const factors: Tensor[] = [];
  for (let i = 0; i < k; i++) {
    const head = rt.full([...lead, i], 0, dtype);
    const one = rt.full([...lead, 1], 1, dtype);
    const v = cat([head, one, narrow(select(self, -1, i), -1, i + 1, m - i - 1)], -1);
    const column = unsqueeze(v, -1);
    const t = reshape(select(tau, -1, i), [...lead, 1, 1]);
    vectors.push(column);
    factors.push(sub(eye, mul(t, matmul(column, mh(column)))));
  }
  const rights: Tensor[] = [];
  let right = narrow(eye, -1, 0, n);
  for (let i = k - 1; i >= 0; i--) {
    rights[i] = right;
    right = matmul(factors[i], right);
  }
  let left: Tensor = eye;
  const columns: Tensor[] = [];
  const taus: Tensor[] = [];
  for (let i = 0; i < k; i++) {
    const gh = matmul(mh(left), matmul(g, mh(rights[i])));
    const v = vectors[i];
    const t = reshape(select(tau, -1, i), [...lead, 1, 1]);
    taus.push(neg(reshape(matmul(mh(v), matmul(gh, v)), [...lead, 1])));
    const gv = neg(matmul(add(mul(conj(t), gh), mul(t, mh(gh))), v));
    columns.push(cat([rt.full([...lead, i + 1, 1], 0, dtype), narrow(gv, -2, i + 1, m - i - 1)], -2));
    left = matmul(left, factors[i]);
  }
  if (n > k || k === 0) columns.push(rt.full([...lead, m, n - k], 0, dtype));
  return { self: cat(columns, -1), tau: k === 0 ? rt.full(tau.shape, 0, dtype) : cat(taus, -1) };
}
