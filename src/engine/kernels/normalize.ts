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

/** Elements of a segment that share their weight, at most. */
const runOf = (l: RowLayout): number => Math.max(Math.min(l.affineRun, l.length), 1);

/** Index of the weight of the element that starts at position `i` of segment `s`. */
const affineAt = (l: RowLayout, start: number, s: number, i: number): number =>
  start + Math.floor((s * l.length + i) / l.affineRun);

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
  const run = runOf(l);
  for (let r = 0; r < l.rows; r++) {
    const m = mean[r];
    const scale = rstd[r];
    const affine = l.affineStart(r);
    for (let s = 0; s < l.segments; s++) {
      const at = r * l.rowStep + s * l.segmentStep;
      for (let i = 0; i < l.length; i += run) {
        const k = affineAt(l, affine, s, i);
        const w = weight === null ? 1 : weight[k];
        const b = bias === null ? 0 : bias[k];
        for (let j = at + i, end = Math.min(j + run, at + l.length); j < end; j++)
          out[j] = (x[start + j] - m) * scale * w + b;
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
  const run = runOf(l);
  for (let r = 0; r < l.rows; r++) {
    const m = mean[r];
    const scale = rstd[r];
    const affine = l.affineStart(r);
    let sum = 0;
    let product = 0;
    if (!fixed)
      for (let s = 0; s < l.segments; s++) {
        const at = r * l.rowStep + s * l.segmentStep;
        for (let i = 0; i < l.length; i += run) {
          const w = weight === null ? 1 : weight[affineAt(l, affine, s, i)];
          for (let j = at + i, end = Math.min(j + run, at + l.length); j < end; j++) {
            const up = g[gStart + j] * w;
            sum += up;
            product += up * (x[xStart + j] - m);
          }
        }
      }
    const shift = sum / n;
    const slope = (product * scale * scale) / n;
    for (let s = 0; s < l.segments; s++) {
      const at = r * l.rowStep + s * l.segmentStep;
      for (let i = 0; i < l.length; i += run) {
        const w = weight === null ? 1 : weight[affineAt(l, affine, s, i)];
        for (let j = at + i, end = Math.min(j + run, at + l.length); j < end; j++)
          out[j] = scale * (g[gStart + j] * w - shift - (x[xStart + j] - m) * slope);
      }
    }
  }
}

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
  const run = runOf(l);
  for (let r = 0; r < l.rows; r++) {
    const m = mean[r];
    const scale = rstd[r];
    const affine = l.affineStart(r);
    for (let s = 0; s < l.segments; s++) {
      const at = r * l.rowStep + s * l.segmentStep;
      for (let i = 0; i < l.length; i += run) {
        const k = affineAt(l, affine, s, i);
        let product = 0;
        let sum = 0;
        for (let j = at + i, end = Math.min(j + run, at + l.length); j < end; j++) {
          product += g[gStart + j] * (x[xStart + j] - m);
          sum += g[gStart + j];
        }
        weight[k] += product * scale;
        bias[k] += sum;
      }
    }
  }
}
