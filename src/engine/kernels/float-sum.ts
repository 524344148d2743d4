import { type Data, type DType, float32 } from "../dtype.ts";

/**
 * Sums of float32 and float64 numbers in the order in which PyTorch's CPU kernel adds them (cascade summation over four
 * accumulators of one vector register each; aten/src/ATen/native/cpu/SumKernel.cpp, behaviour only), each addition rounded to
 * the dtype. The last digits of a printed sum depend on that order.
 */

/** Numbers in a vector register (AVX2). */
const lanesOf = (dtype: DType): number => (dtype === float32 ? 8 : 4);
const exact = (x: number): number => x;
const rounding = (dtype: DType): ((x: number) => number) => (dtype === float32 ? Math.fround : exact);

/** Accumulators that are summed side by side. */
const ROWS = 4;
const LEVELS = 4;

/**
 * Column sums of a matrix: element (i, k) is data[base + i·rowStep + k·step]. Partial sums move up one level every 2^p rows, so
 * that errors grow with the logarithm of the number of rows.
 */
function cascade(
  data: Data,
  base: number,
  rowStep: number,
  step: number,
  columns: number,
  rows: number,
  dtype: DType,
): Data {
  const levels = Array.from({ length: rows < 16 ? 1 : LEVELS }, () => dtype.alloc(columns));
  const low = levels[0];
  const power = Math.max(4, Math.floor((rows <= 1 ? 0 : 32 - Math.clz32(rows - 1)) / LEVELS));
  const block = 2 ** power;
  let i = 0;
  while (i + block <= rows) {
    for (let j = 0; j < block; j++, i++) {
      const at = base + i * rowStep;
      for (let k = 0; k < columns; k++) low[k] += data[at + k * step];
    }
    for (let level = 1; level < LEVELS; level++) {
      const [from, to] = [levels[level - 1], levels[level]];
      for (let k = 0; k < columns; k++) {
        to[k] += from[k];
        from[k] = 0;
      }
      if (i % 2 ** ((level + 1) * power) !== 0) break;
    }
  }
  for (; i < rows; i++) {
    const at = base + i * rowStep;
    for (let k = 0; k < columns; k++) low[k] += data[at + k * step];
  }
  for (let level = 1; level < levels.length; level++) for (let k = 0; k < columns; k++) low[k] += levels[level][k];
  return low;
}

/** Sum of n numbers `step` apart, over four interleaved accumulators. */
function rowSum(data: Data, start: number, n: number, step: number, dtype: DType): number {
  const f = rounding(dtype);
  const rows = Math.floor(n / ROWS);
  let total: number;
  let rest: readonly number[] | Data;
  if (rows === 0) {
    total = 0;
    rest = [];
  } else if (rows === 1) {
    total = data[start];
    rest = [0, data[start + step], data[start + 2 * step], data[start + 3 * step]];
  } else {
    const partial = cascade(data, start, ROWS * step, step, ROWS, rows, dtype);
    total = partial[0];
    rest = partial;
  }
  for (let i = rows * ROWS; i < n; i++) total = f(total + data[start + i * step]);
  for (let k = 1; k < rest.length; k++) total = f(total + rest[k]);
  return total + 0;
}

/** Sum of n neighbouring numbers. */
export function innerSum(data: Data, start: number, n: number, dtype: DType): number {
  const width = lanesOf(dtype);
  if (n < width) return rowSum(data, start, n, 1, dtype);
  const f = rounding(dtype);
  const vectors = Math.floor(n / width);
  const rows = Math.floor(vectors / ROWS);
  let total = 0;
  for (let i = vectors * width; i < n; i++) total = f(total + data[start + i]);
  const partial = rows === 0 ? null : cascade(data, start, ROWS * width, 1, ROWS * width, rows, dtype);
  for (let lane = 0; lane < width; lane++) {
    let sum = partial === null ? 0 : partial[lane];
    for (let v = rows * ROWS; v < vectors; v++) sum = f(sum + data[start + v * width + lane]);
    if (partial !== null) for (let k = 1; k < ROWS; k++) sum = f(sum + partial[k * width + lane]);
    total = f(total + sum);
  }
  return total;
}

/** Sums of the columns of a row-major matrix, written to out[to …]. */
export function outerSum(
  data: Data,
  start: number,
  rows: number,
  columns: number,
  out: Data,
  to: number,
  dtype: DType,
): void {
  const width = lanesOf(dtype);
  const together = columns >= width ? ROWS * width : ROWS;
  const wide = Math.floor(columns / together) * together;
  if (wide > 0) {
    const sums = cascade(data, start, columns, 1, wide, rows, dtype);
    for (let k = 0; k < wide; k++) out[to + k] = sums[k];
  }
  for (let k = wide; k < columns; k++) out[to + k] = rowSum(data, start + k, rows, columns, dtype);
}
