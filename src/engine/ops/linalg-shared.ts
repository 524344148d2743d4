import { isDifferentiable } from "../dtype.ts";
import { check, linalgError, runtimeError } from "../errors.ts";
import { notImplementedFor } from "../refusals.ts";
import { broadcastShapes, type Shape, sameShape } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { physicalOf } from "../transforms/batched-tensor.ts";
import { add } from "./arithmetic.ts";
import { conj, imag, real } from "./complex-parts.ts";
import { cast } from "./copies.ts";
import { diagEmbed, tril } from "./diagonals.ts";
import { diagonal } from "./slicing.ts";
import { expand, transpose } from "./views.ts";

/** Conjugate transpose of matrices. */
export const mh = (x: Tensor): Tensor => conj(transpose(x, -2, -1));

/** Error: fewer than two dimensions. */
export function checkMatrix(x: Tensor, f: string, name = "A"): void {
  check(x.ndim >= 2, () => `${f}: The input tensor ${name} must have at least 2 dimensions.`);
}

/** Error: not square. */
export function checkSquare(x: Tensor, f: string, name = "A"): void {
  checkMatrix(x, f, name);
  const [rows, cols] = x.shape.slice(-2);
  check(
    rows === cols,
    () => `${f}: ${name} must be batches of square matrices, but they are ${rows} by ${cols} matrices`,
  );
}

/** Functions whose kernel refuses half precision, and integers, before the function itself does. */
const KERNELS: Readonly<Record<string, { readonly low: string; readonly int?: string }>> = {
  cholesky: { low: "cholesky_cpu", int: "cholesky_cpu" },
  "linalg.cholesky": { low: "cholesky_cpu" },
  "linalg.det": { low: "lu_cpu" },
  "linalg.eig": { low: "linalg_eig_out_cpu" },
  "linalg.eigh": { low: "linalg_eigh_cpu", int: "linalg_eigh_cpu" },
  "linalg.lu": { low: "lu_cpu", int: "lu_cpu" },
  "linalg.qr": { low: "geqrf_cpu" },
  "linalg.solve": { low: "lu_cpu" },
  "linalg.svd": { low: "linalg_svd_cpu" },
  "torch.geqrf": { low: "geqrf_cpu", int: "geqrf_cpu" },
  "torch.linalg.lu_factor": { low: "lu_cpu", int: "lu_cpu" },
};

/** Error: integers, or half precision where LAPACK would be needed. */
export function checkFloat(x: Tensor, f: string, low = false): void {
  const kernel = KERNELS[f];
  if (!isDifferentiable(x.dtype))
    throw kernel?.int === undefined
      ? runtimeError(`${f}: Expected a floating point or complex tensor as input. Got ${x.dtype.scalarName}`)
      : notImplementedFor(kernel.int, x.dtype);
  if (low || x.dtype.itemsize > 2) return;
  throw kernel === undefined
    ? runtimeError(`${f}: Low precision dtypes not supported. Got ${x.dtype.scalarName}`)
    : notImplementedFor(kernel.low, x.dtype);
}

/**
 * Error: a loss depends on the phases of complex vectors, which a decomposition leaves open. Given are products of vectors with
 * their gradients; the imaginary parts of their diagonals must cancel.
 */
export function checkPhases(products: readonly (Tensor | null)[], message: string): void {
  const given = products.filter((x) => x !== null);
  if (given[0]?.dtype.kind !== "complex") return;
  const parts = given.map((x) => x.rt.quietly(() => imag(diagonal(x, 0, -2, -1)).toArray()));
  for (let i = 0; i < parts[0].length; i++) {
    const rest = parts[1]?.[i] ?? 0;
    check(Math.abs(parts[0][i] + rest) <= 1e-2 + 1e-2 * Math.abs(rest), () => message);
  }
}

/** Hermitian matrix from the lower triangle of `x`, of whose diagonal only the real part counts. */
export function fromLower(x: Tensor): Tensor {
  const below = tril(x, -1);
  return add(add(below, mh(below)), diagEmbed(cast(real(diagonal(x, 0, -2, -1)), x.dtype)));
}

const FAILURES: readonly (readonly [test: RegExp, text: (info: number) => string])[] = [
  [
    /inv/,
    (i) =>
      `The diagonal element ${i} is zero, the inversion could not be completed because the input matrix is singular.`,
  ],
  [/solve/, () => "The solver failed because the input matrix is singular."],
  [
    /cholesky/,
    (i) =>
      `The factorization could not be completed because the input is not positive-definite (the leading minor of order ${i} is not positive-definite).`,
  ],
  [
    /svd/,
    (i) =>
      `The algorithm failed to converge because the input matrix is ill-conditioned or has too many repeated singular values (error code: ${i}).`,
  ],
  [
    /eig/,
    (i) =>
      `The algorithm failed to converge because the input matrix is ill-conditioned or has too many repeated eigenvalues (error code: ${i}).`,
  ],
  [
    /lstsq/,
    (i) =>
      `The least squares solution could not be computed because the input matrix does not have full rank (error code: ${i}).`,
  ],
  [
    /lu_factor/,
    (i) =>
      `U[${i},${i}] is zero and using it on lu_solve would result in a division by zero. If you still want to perform the factorization, consider calling linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)`,
  ],
];

/** Raises LinAlgError for the first matrix of a batch (also one under vmap) whose LAPACK info is not 0. */
export function checkInfo(info: Tensor | ArrayLike<number>, f: string, single: boolean): void {
  const infos = info instanceof Tensor ? physicalOf(info).toArray() : info;
  for (let b = 0; b < infos.length; b++) {
    const code = infos[b];
    if (code === 0) continue;
    const [, text] = FAILURES.find(([test]) => test.test(f)) ?? [];
    throw linalgError(`${f}: ${single ? "" : `(Batch element ${b}): `}${text?.(code) ?? `failed with code ${code}`}`);
  }
}

/** Two tensors of matrices with their leading dimensions broadcast against each other. */
export function broadcastBatches(a: Tensor, b: Tensor, f: string): readonly [Tensor, Tensor] {
  const left = a.shape.slice(0, -2);
  const right = b.shape.slice(0, -2);
  if (sameShape(left, right)) return [a, b];
  let batch: Shape;
  try {
    batch = broadcastShapes(left, right);
  } catch {
    throw runtimeError(
      `${f}: The batch dimensions of A and B must be broadcastable, but they are [${left.join(", ")}] and [${right.join(", ")}]`,
    );
  }
  return [expand(a, [...batch, ...a.shape.slice(-2)]), expand(b, [...batch, ...b.shape.slice(-2)])];
}
