import { complexType, isDifferentiable, realType } from "../dtype.ts";
import { check } from "../errors.ts";
import { eig as eigKernel } from "../kernels/linalg-eig.ts";
import { eigh as eighKernel } from "../kernels/linalg-eigh.ts";
import { columnsOf, matrixOf, readBatch, tensorOf } from "../kernels/linalg-matrix.ts";
import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { add, div, mul, mulScalar, sub } from "./arithmetic.ts";
import { conj, real } from "./complex-parts.ts";
import { cast } from "./copies.ts";
import { diagEmbed } from "./diagonals.ts";
import { checkFloat, checkInfo, checkPhases, checkSquare, mh } from "./linalg-shared.ts";
import { solve } from "./linalg-solve.ts";
import { matmul } from "./matmul.ts";
import { diagonal } from "./slicing.ts";
import { unsqueeze } from "./views.ts";

/** Differences of eigenvalues (column minus row number), 1 on the diagonal. */
function gaps(l: Tensor): Tensor {
  const n = l.shape[l.ndim - 1];
  return add(sub(unsqueeze(l, -2), unsqueeze(l, -1)), diagEmbed(l.rt.full([n], 1, l.dtype)));
}
/** The matrix with zeros on its diagonal. */
const hollow = (x: Tensor): Tensor => sub(x, diagEmbed(diagonal(x, 0, -2, -1)));

/** Eigenvalues (ascending) and eigenvectors of Hermitian matrices, of which one triangle is read. */
const eighPrimitive = op({
  name: "_linalg_eigh",
  args: ["A", "UPLO"],
  node: "LinalgEighBackward0",
  forward: (a: Tensor, uplo: string = "L"): Tensor[] => {
    checkFloat(a, "linalg.eigh");
    checkSquare(a, "linalg.eigh");
    const triangle = uplo.toUpperCase();
    check(
      uplo.length === 1 && (triangle === "L" || triangle === "U"),
      () => `Expected UPLO argument to be 'L' or 'U', but got ${uplo}`,
    );
    const batch = readBatch(a);
    const n = batch.rows;
    const values = new Float64Array(batch.count * n);
    const infos = new Int32Array(batch.count);
    for (let b = 0; b < batch.count; b++) {
      const m = matrixOf(batch, b);
      const r = eighKernel(m, n, a.dtype.slots, triangle === "U");
      values.set(r.values, b * n);
      m.set(r.vectors);
      infos[b] = r.info;
    }
    checkInfo(infos, "linalg.eigh", a.ndim === 2);
    return [tensorOf(a, values, a.shape.slice(0, -1), realType(a.dtype)), columnsOf(a, batch.data, a.shape)];
  },
  keep: (_args, [eigenvalues, eigenvectors]) => ({ eigenvalues, eigenvectors }),
  vjp: {
    A: (_g, { eigenvalues: l, eigenvectors: v }, { grads: [gl, gv] }): Tensor | null => {
      if (!gv) return gl ? matmul(mul(v, unsqueeze(gl, -2)), mh(v)) : null;
      // Eigenvectors move on the unitary group: only the skew part of VᵀG counts.
      const turned = matmul(mh(v), gv);
      checkPhases(
        [turned],
        "linalg_eigh_backward: The eigenvectors in the complex case are specified up to multiplication by e^{i phi}. The specified loss function depends on this quantity, so it is ill-defined.",
      );
      const coupled = hollow(div(mulScalar(sub(turned, mh(turned)), 0.5), gaps(l)));
      return matmul(matmul(v, gl ? add(coupled, diagEmbed(gl)) : coupled), mh(v));
    },
  },
  formula: {
    out: "{A} = V\\,\\mathrm{diag}(\\lambda)\\,V^{\\top}",
    vjp: {
      A: "V\\left(\\mathrm{diag}({g}_\\lambda) + \\frac{V^{\\top}{g}_V}{\\lambda_j - \\lambda_i}\\right)V^{\\top}",
    },
  },
});

export { eighPrimitive };

export const eigh = op({
  name: "linalg_eigh",
  args: ["A", "UPLO"],
  forward: (a: Tensor, uplo: string = "L"): Tensor[] => eighPrimitive(a, uplo),
  places: ["linalg"],
  resultNames: ["eigenvalues", "eigenvectors"],
  signatures: ['linalg_eigh(Tensor A, str UPLO="L", *, TensorList out=None)'],
});
export const eigvalsh = op({
  name: "linalg_eigvalsh",
  args: ["A", "UPLO"],
  forward: (a: Tensor, uplo: string = "L"): Tensor => eighPrimitive(a, uplo)[0],
  places: ["linalg"],
  signatures: ['linalg_eigvalsh(Tensor A, str UPLO="L", *, Tensor out=None)'],
});

/** Complex eigenvalues and eigenvectors (columns of length 1) of general matrices. */
const eigPrimitive = op({
  name: "linalg_eig",
  args: ["self"],
  node: "LinalgEigBackward0",
  forward: (self: Tensor): Tensor[] => {
    check(isDifferentiable(self.dtype), () => `Unknown Complex ScalarType for ${self.dtype.scalarName}`);
    checkFloat(self, "linalg.eig");
    checkSquare(self, "linalg.eig");
    check(
      self.toArray().every(Number.isFinite),
      () => "torch.linalg.eig: input tensor should not contain infs or NaNs.",
    );
    const batch = readBatch(self);
    const n = batch.rows;
    const values = new Float64Array(2 * batch.count * n);
    const vectors = new Float64Array(2 * batch.count * n * n);
    const infos = new Int32Array(batch.count);
    for (let b = 0; b < batch.count; b++) {
      const r = eigKernel(matrixOf(batch, b), n, self.dtype.slots);
      values.set(r.values, 2 * b * n);
      vectors.set(r.vectors, 2 * b * n * n);
      infos[b] = r.info;
    }
    checkInfo(infos, "torch.linalg.eig", self.ndim === 2);
    const dtype = complexType(self.dtype);
    return [tensorOf(self, values, self.shape.slice(0, -1), dtype), columnsOf(self, vectors, self.shape, dtype)];
  },
  keep: (_args, [eigenvalues, eigenvectors]) => ({ eigenvalues, eigenvectors }),
  vjp: {
    self: (_g, { eigenvalues: l, eigenvectors: v }, { grads: [gl, gv] }): Tensor | null => {
      if (!gl && !gv) return null;
      const vh = mh(v);
      let inner: Tensor;
      if (gv) {
        const vhgv = matmul(vh, gv);
        checkPhases(
          [vhgv],
          "linalg_eig_backward: The eigenvectors in the complex case are specified up to multiplication by e^{i phi}. The specified loss function depends on this quantity, so it is ill-defined.",
        );
        const scale = unsqueeze(cast(real(diagonal(vhgv, 0, -2, -1)), v.dtype), -2);
        const coupled = hollow(div(sub(vhgv, mul(matmul(vh, v), scale)), conj(gaps(l))));
        inner = gl ? add(coupled, diagEmbed(gl)) : coupled;
      } else inner = diagEmbed(gl as Tensor);
      return solve(vh, matmul(inner, vh));
    },
  },
  formula: {
    out: "{self} = V\\,\\mathrm{diag}(\\lambda)\\,V^{-1}",
    vjp: { self: "V^{-H}\\left(\\mathrm{diag}({g}_\\lambda) + \\dots\\right)V^{H}" },
    note: "the part of the gradient along an eigenvector's own length is 0",
  },
  places: ["linalg"],
  resultNames: ["eigenvalues", "eigenvectors"],
  signatures: ["linalg_eig(Tensor input, *, TensorList out=None)"],
});

export { eigPrimitive as eig };

export const eigvals = op({
  name: "linalg_eigvals",
  args: ["self"],
  forward: (self: Tensor): Tensor => eigPrimitive(self)[0],
  places: ["linalg"],
  signatures: ["linalg_eigvals(Tensor input, *, Tensor out=None)"],
});
