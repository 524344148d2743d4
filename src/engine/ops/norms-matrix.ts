import type { DType } from "../dtype.ts";
import { check, runtimeError, sizes } from "../errors.ts";
import { op } from "../op.ts";
import { isScalar, type Scalar, scalarValue } from "../scalar.ts";
import { wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { cast } from "./copies.ts";
import { amax, amin } from "./extremes.ts";
import { checkFloat, checkMatrix } from "./linalg-shared.ts";
import { svdvals } from "./linalg-svd.ts";
import { vectorNorm } from "./norms.ts";
import { sum } from "./sum.ts";
import { permute, unsqueeze } from "./views.ts";

type Dims = readonly number[] | null;

/** What `norm` makes of the singular values of the matrices in two dimensions, put back where those were with `keepdim`. */
function ofSingularValues(
  x: Tensor,
  [a, b]: readonly number[],
  keepdim: boolean,
  norm: (values: Tensor) => Tensor,
): Tensor {
  const order = [...x.shape.map((_, i) => i).filter((i) => i !== a && i !== b), a, b];
  const result = norm(svdvals(permute(x, order)));
  if (!keepdim) return result;
  return permute(
    unsqueeze(result, -1),
    x.shape.map((_, d) => order.indexOf(d)),
  );
}

/** Norms of matrices: ±1, ±2, ±∞, "fro" and "nuc". */
export function matrixNorm(
  self: Tensor,
  ord: Scalar | string = "fro",
  dim: readonly number[] = [-2, -1],
  keepdim = false,
  dtype: DType | null = null,
): Tensor {
  const f = "linalg.matrix_norm";
  check(typeof ord !== "string" || ord === "fro" || ord === "nuc", () => `${f}: Order ${ord} not supported.`);
  checkFloat(self, f, true);
  checkMatrix(self, f);
  check(dim.length === 2, () => `${f}: dim must be a 2-tuple. Got ${dim.join(", ")}`);
  const dims = dim.map((d) => wrapDim(d, self.ndim));
  check(dims[0] !== dims[1], () => `${f}: dims must be different. Got (${dim.join(", ")})`);
  const x = dtype === null ? self : cast(self, dtype);
  if (typeof ord === "string") {
    if (ord === "fro") return vectorNorm(self, 2, dims, keepdim, dtype);
    return ofSingularValues(x, dims, keepdim, (s) => sum(s, [-1], keepdim));
  }
  const p = scalarValue(ord);
  const size = Math.abs(p);
  check(
    size === 1 || size === 2 || size === Number.POSITIVE_INFINITY,
    () => `linalg.matrix_norm: Order ${String(p).replace("Infinity", "inf")} not supported.`,
  );
  const extreme = p > 0 ? amax : amin;
  if (size === 2) return ofSingularValues(x, dims, keepdim, (s) => extreme(s, [-1], keepdim));
  // Sums of magnitudes along one dimension, the extreme of them along the other.
  let [along, across] = dims;
  if (size === Number.POSITIVE_INFINITY) [along, across] = [across, along];
  const sums = vectorNorm(x, 1, [along], keepdim);
  const left = !keepdim && across > along ? across - 1 : across;
  return extreme(sums, [left], keepdim);
}

const orderOf = (p: unknown): Scalar | string => (isScalar(p) || typeof p === "string" ? p : "fro");

export const linalgMatrixNorm = op({
  name: "linalg_matrix_norm",
  args: ["self", "ord", "dim", "keepdim", "dtype"],
  forward: (
    self: Tensor,
    ord: unknown = "fro",
    dim: readonly number[] = [-2, -1],
    keepdim: boolean = false,
    dtype: DType | null = null,
  ): Tensor => matrixNorm(self, orderOf(ord), dim, keepdim, dtype),
  places: ["linalg"],
  signatures: [
    "linalg_matrix_norm(Tensor input, object ord='fro', IntArrayRef dim=[-2,-1], bool keepdim=False, *, ScalarType? dtype=None, Tensor out=None)",
  ],
});

function checkDims(dim: Dims): void {
  if (dim !== null)
    check(
      dim.length === 1 || dim.length === 2,
      () => `linalg.norm: If dim is specified, it must be of length 1 or 2. Got ${sizes(dim)}`,
    );
}

export const linalgNorm = op({
  name: "linalg_norm",
  args: ["self", "ord", "dim", "keepdim", "dtype"],
  forward: (
    self: Tensor,
    ord: unknown = null,
    dim: Dims = null,
    keepdim: boolean = false,
    dtype: DType | null = null,
  ): Tensor => {
    checkDims(dim);
    if (dim === null && ord !== null)
      check(
        self.ndim === 1 || self.ndim === 2,
        () => `linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got ${self.ndim}D.`,
      );
    if (typeof ord === "string") return matrixNorm(self, ord, dim ?? [0, 1], keepdim, dtype);
    const matrix = ord !== null && (dim === null ? self.ndim === 2 : dim.length === 2);
    if (matrix) return matrixNorm(self, orderOf(ord), dim ?? [0, 1], keepdim, dtype);
    return vectorNorm(self, ord === null ? 2 : (ord as Scalar), dim, keepdim, dtype);
  },
  places: ["linalg"],
  signatures: [
    "linalg_norm(Tensor input, object ord=None, IntArrayRef[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None, Tensor out=None)",
  ],
});

/** torch.norm and Tensor.norm: p-norms of everything or along dimensions, "fro" and "nuc". */
export const norm = op({
  name: "norm",
  args: ["self", "p", "dim", "keepdim", "dtype"],
  forward: (
    self: Tensor,
    p: unknown = "fro",
    dim: Dims = null,
    keepdim: boolean = false,
    dtype: DType | null = null,
  ): Tensor => {
    if (p === "fro" && (dim === null || dim.length <= 2)) return vectorNorm(self, 2, dim, keepdim, dtype);
    if (p === "nuc") return matrixNorm(self, "nuc", dim ?? self.shape.map((_, i) => i), keepdim, dtype);
    if (typeof p === "string") throw runtimeError(`linalg.matrix_norm: Order ${p} not supported.`);
    return vectorNorm(self, p === null ? 2 : (p as Scalar), dim, keepdim, dtype);
  },
  places: ["torch", "Tensor"],
  signatures: [
    "norm(Tensor input, object p='fro', IntArrayRef[1]? dim=None, bool keepdim=False, Tensor? out=None, ScalarType? dtype=None)",
  ],
});
