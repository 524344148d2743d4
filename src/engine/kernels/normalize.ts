import type { Data } from "../dtype.ts";

/**
 * Kernels of batch, layer and group normalisation. All three see their input as rows that are normalised each by itself; a row
 * consists of equally long segments (for batch normalisation one per sample, else one).
 */
export interface RowLayout {
  readonly rows: number;
  readonly segments: number;
  /** Elements of a segment. */
  readonly length: number;
  /** Distance between the first elements of consecutive rows, and of consecutive segments. */
  readonly rowStep: number;
  readonly segmentStep: number;
  /** Index into weight and bias of the first element of row r; it grows by one every `affineRun` elements of the row. */
  readonly affineStart: (row: number) => number;
  readonly affineRun: number;
}

/** Mean and biased variance of every row. */
export function rowMoments(x: Data, start: number, l: RowLayout): { mean: Float64Array; variance: Float64Array } {
  const mean = new Float64Array(l.rows);
  const variance = new Float64Array(l.rows);
  const n = l.segments * l.length;
  for (let r = 0; r < l.rows; r++) {
    const row = start + r * l.rowStep;
    let sum = 0;
    for (let s = 0; s < l.segments; s++) {
      const from = row + s * l.segmentStep;
      for (let i = from; i < from + l.length; i++) sum += x[i];
    }
    const m = sum / n;
    let squares = 0;
    for (let s = 0; s < l.segments; s++) {
      const from = row + s * l.segmentStep;
      for (let i = from; i < from + l.length; i++) {
        const d = x[i] - m;
        squares += d * d;
      }
    }
    mean[r] = m;
    variance[r] = squares / n;
  }
  return { mean, variance };
}

/** out = (x - mean)·rstd·weight + bias. */
export function normalizeRows(
  x: Data,
  start: number,
  l: RowLayout,
  mean: ArrayLike<number>,
  rstd: ArrayLike<number>,
  weight: ArrayLike<number> | null,
  bias: ArrayLike<number> | null,
  out: Data,
): void {
  for (let r = 0; r < l.rows; r++) {
    const affine = l.affineStart(r);
    for (let s = 0; s < l.segments; s++) {
      const at = r * l.rowStep + s * l.segmentStep;
      for (let i = 0; i < l.length; i++) {
        const k = affine + Math.floor((s * l.length + i) / l.affineRun);
        const y = (x[start + at + i] - mean[r]) * rstd[r];
        out[at + i] = (weight === null ? y : y * weight[k]) + (bias === null ? 0 : bias[k]);
      }
    }
  }
}

/** Gradient of the input. `fixed`: mean and rstd were constants (batch normalisation in evaluation). */
export function normalizeRowsInput(
  g: Data,
  gStart: number,
  x: Data,
  xStart: number,
  l: RowLayout,
  mean: ArrayLike<number>,
  rstd: ArrayLike<number>,
  weight: ArrayLike<number> | null,
  fixed: boolean,
  out: Data,
): void {
  const n = l.segments * l.length;
  for (let r = 0; r < l.rows; r++) {
    const affine = l.affineStart(r);
    let sum = 0;
    let product = 0;
    if (!fixed)
      for (let s = 0; s < l.segments; s++) {
        const at = r * l.rowStep + s * l.segmentStep;
        for (let i = 0; i < l.length; i++) {
          const up = weight === null ? g[gStart + at + i] : g[gStart + at + i] * weightAt(weight, l, affine, s, i);
          sum += up;
          product += up * (x[xStart + at + i] - mean[r]) * rstd[r];
        }
      }
    for (let s = 0; s < l.segments; s++) {
      const at = r * l.rowStep + s * l.segmentStep;
      for (let i = 0; i < l.length; i++) {
        const up = weight === null ? g[gStart + at + i] : g[gStart + at + i] * weightAt(weight, l, affine, s, i);
        const y = (x[xStart + at + i] - mean[r]) * rstd[r];
        out[at + i] = rstd[r] * (up - sum / n - (y * product) / n);
      }
    }
  }
}

const weightAt = (weight: ArrayLike<number>, l: RowLayout, affine: number, s: number, i: number): number =>
  weight[affine + Math.floor((s * l.length + i) / l.affineRun)];

/** Gradients of weight (Σ g·y) and bias (Σ g), added into two arrays. */
export function normalizeRowsAffine(
  g: Data,
  gStart: number,
  x: Data,
  xStart: number,
  l: RowLayout,
  mean: ArrayLike<number>,
  rstd: ArrayLike<number>,
  weight: Float64Array,
  bias: Float64Array,
): void {
  for (let r = 0; r < l.rows; r++) {
    const affine = l.affineStart(r);
    for (let s = 0; s < l.segments; s++) {
      const at = r * l.rowStep + s * l.segmentStep;
      for (let i = 0; i < l.length; i++) {
        const k = affine + Math.floor((s * l.length + i) / l.affineRun);
        const up = g[gStart + at + i];
        weight[k] += up * (x[xStart + at + i] - mean[r]) * rstd[r];
        bias[k] += up;
      }
    }
  }
}
