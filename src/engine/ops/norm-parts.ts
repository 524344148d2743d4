import { type DType, isFloating } from "../dtype.ts";
import { dense, denseArray } from "../kernels/dense.ts";
import { settle } from "../kernels/elementwise.ts";
import {
  normalizeRows,
  normalizeRowsAffine,
  normalizeRowsInput,
  type RowLayout,
  rowMoments,
} from "../kernels/normalize.ts";
import { notImplementedFor } from "../refusals.ts";
import { numelOf, type Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { mean, sum } from "./sum.ts";
import { rsqrt } from "./unary.ts";
import { expand, reshape } from "./views.ts";

/**
 * Batch, layer and group normalisation. Their gradients run as one kernel; under create_graph they are written out with
 * differentiable operators instead, over the input viewed as [rows…, elements…] (`NormShape`).
 */
export interface NormShape {
  /** Shape under which `reduced` are the dimensions that are normalised together. */
  readonly shape: Shape;
  readonly reduced: readonly number[];
  /** Shape of weight and bias as they broadcast against the original input. */
  readonly affine: Shape;
  readonly rows: RowLayout;
}

/** Statistics that were not computed from the input (evaluation mode of batch normalisation). */
export interface FixedStatistics {
  readonly mean: Tensor;
  readonly rstd: Tensor;
}

/** The normalised input as differentiable operators, in the shape `n.shape`. */
function normalized(x: Tensor, n: NormShape, eps: number, fixed: FixedStatistics | null) {
  const rows = reshape(x, n.shape);
  if (fixed !== null) return { y: mul(sub(rows, fixed.mean), fixed.rstd), rstd: fixed.rstd };
  const centred = sub(rows, mean(rows, n.reduced, true));
  const rstd = rsqrt(add(mean(mul(centred, centred), n.reduced, true), eps));
  return { y: mul(centred, rstd), rstd };
}

/** What gradients of the row means and of the reciprocal standard deviations add to the gradient of the input. */
export function statisticsGradient(
  gMean: Tensor | null,
  gRstd: Tensor | null,
  x: Tensor,
  n: NormShape,
  eps: number,
): Tensor | null {
  const rows = n.shape.map((s, d) => (n.reduced.includes(d) ? 1 : s));
  const count = numelOf(n.reduced.map((d) => n.shape[d]));
  const { y, rstd } = normalized(x, n, eps, null);
  const parts: Tensor[] = [];
  if (gMean !== null) parts.push(mul(reshape(gMean, rows), 1 / count));
  // d rstd / dx = -rstd² y / n
  if (gRstd !== null) parts.push(mul(mul(reshape(gRstd, rows), mul(mul(rstd, rstd), y)), -1 / count));
  if (parts.length === 0) return null;
  const total = parts.length === 1 ? parts[0] : add(parts[0], parts[1]);
  return reshape(expand(total, n.shape), x.shape);
}

export function inputGradient(
  g: Tensor,
  x: Tensor,
  weight: Tensor | null,
  n: NormShape,
  eps: number,
  fixed: FixedStatistics | null,
): Tensor {
  const { y, rstd } = normalized(x, n, eps, fixed);
  const up = reshape(weight === null ? g : mul(g, reshape(weight, n.affine)), n.shape);
  if (fixed !== null) return reshape(mul(up, rstd), x.shape);
  const rest = sub(up, mean(up, n.reduced, true));
  return reshape(mul(sub(rest, mul(y, mean(mul(up, y), n.reduced, true))), rstd), x.shape);
}

const spreadDims = (x: Tensor, n: NormShape): number[] => {
  const lead = x.ndim - n.affine.length;
  return x.shape.map((_, d) => d).filter((d) => d < lead || n.affine[d - lead] === 1);
};

export function weightGradient(
  g: Tensor,
  x: Tensor,
  size: Shape,
  n: NormShape,
  eps: number,
  fixed: FixedStatistics | null,
): Tensor {
  const y = reshape(normalized(x, n, eps, fixed).y, x.shape);
  const dims = spreadDims(x, n);
  const product = mul(g, y);
  return reshape(dims.length === 0 ? product : sum(product, dims), size);
}
export function biasGradient(g: Tensor, size: Shape, n: NormShape, dtype: DType): Tensor {
  const dims = spreadDims(g, n);
  return reshape(dims.length === 0 ? g : sum(g, dims, false, dtype), size);
}

const values = (t: Tensor | null): ArrayLike<number> | null => (t === null ? null : denseArray(t));

/** Both gradients of the affine parameters by the kernel; their dtype is that of the statistics. */
export function affineKernel(
  g: Tensor,
  x: Tensor,
  m: Tensor,
  rstd: Tensor,
  size: Shape,
  rows: RowLayout,
): [Tensor, Tensor] {
  const a = dense(g);
  const b = dense(x);
  const count = numelOf(size);
  const w = new Float64Array(count);
  const s = new Float64Array(count);
  normalizeRowsAffine(a.data, a.start, b.data, b.start, rows, denseArray(m), denseArray(rstd), w, s);
  return [g.rt.from(w, size, rstd.dtype), g.rt.from(s, size, rstd.dtype)];
}

export function inputKernel(
  g: Tensor,
  x: Tensor,
  m: Tensor,
  rstd: Tensor,
  weight: Tensor | null,
  rows: RowLayout,
  fixed: boolean,
): Tensor {
  const a = dense(g);
  const b = dense(x);
  const out = x.rt.empty(x.shape, x.dtype);
  const w = values(weight);
  normalizeRowsInput(a.data, a.start, b.data, b.start, rows, denseArray(m), denseArray(rstd), w, fixed, out.data);
  return settle(out);
}

/** Forward pass of all three: output, mean and reciprocal standard deviation of every row, these in the parameters' dtype. */
export function forwardKernel(
  x: Tensor,
  weight: Tensor | null,
  bias: Tensor | null,
  rows: RowLayout,
  statShape: Shape,
  eps: number,
  given: { mean: Tensor; variance: Tensor } | null,
): [Tensor, Tensor, Tensor] {
  const { rt } = x;
  const { data, start } = dense(x);
  const moments =
    given === null
      ? rowMoments(data, start, rows)
      : { mean: denseArray(given.mean), variance: denseArray(given.variance) };
  const rstd = Float64Array.from(moments.variance, (v) => 1 / Math.sqrt(v + eps));
  const out = rt.empty(x.shape, x.dtype);
  normalizeRows(data, start, rows, moments.mean, rstd, values(weight), values(bias), out.data);
  const { dtype } = weight ?? bias ?? x;
  return [settle(out), rt.from(moments.mean, statShape, dtype), rt.from(rstd, statShape, dtype)];
}

export function requireFloating(x: Tensor, kernel: string): void {
  if (!isFloating(x.dtype)) throw notImplementedFor(kernel, x.dtype);
}
