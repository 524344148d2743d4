import type { ValueStats } from "./query.ts";

/** Numbers of a tensor where they lie: element `offset + Σ index·stride`; complex ones are pairs (`slots` 2). */
export interface Strided {
  readonly data: ArrayLike<number>;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly slots: 1 | 2;
}

export const HISTOGRAM_BINS = 32;

export function numelOf(shape: readonly number[]): number {
  let n = 1;
  for (const size of shape) n *= size;
  return n;
}

/** Row-major strides, in elements. */
export function rowMajor(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    strides[d] = step;
    step *= shape[d];
  }
  return strides;
}

/** Calls `each` with the position (in elements) of every element, row-major. */
export function forEachPosition(t: Strided, each: (position: number, index: number) => void, limit = Infinity): void {
  const { shape, strides } = t;
  const n = Math.min(numelOf(shape), limit);
  const rank = shape.length;
  const index = new Array<number>(rank).fill(0);
  let at = t.offset;
  for (let k = 0; k < n; k++) {
    each(at, k);
    for (let d = rank - 1; d >= 0; d--) {
      at += strides[d];
      if (++index[d] < shape[d]) break;
      at -= strides[d] * shape[d];
      index[d] = 0;
    }
  }
}

/** Is the element after the last one of a row the first one of the next, all through? */
export function isRowMajor(t: Strided): boolean {
  let step = 1;
  for (let d = t.shape.length - 1; d >= 0; d--) {
    if (t.shape[d] !== 1 && t.strides[d] !== step) return false;
    step *= t.shape[d];
  }
  return true;
}

/** The tensor without the dimensions along which it only repeats itself (`expand`), and how often it does. */
export function withoutRepeats(t: Strided): { part: Strided; times: number } {
  let times = 1;
  for (let d = 0; d < t.shape.length; d++) if (t.strides[d] === 0 && t.shape[d] > 1) times *= t.shape[d];
  if (times === 1 || numelOf(t.shape) === 0) return { part: t, times: 1 };
  const kept = t.shape.map((_, d) => d).filter((d) => t.strides[d] !== 0 || t.shape[d] <= 1);
  return { part: { ...t, shape: kept.map((d) => t.shape[d]), strides: kept.map((d) => t.strides[d]) }, times };
}

/** Elements row-major; complex numbers become their magnitude. */
function magnitudes(t: Strided): { values: ArrayLike<number>; start: number; end: number } {
  const n = numelOf(t.shape);
  const { data, slots } = t;
  if (slots === 1 && isRowMajor(t)) return { values: data, start: t.offset, end: t.offset + n };
  const values = new Float64Array(n);
  if (slots === 1)
    forEachPosition(t, (at, k) => {
      values[k] = data[at];
    });
  else
    forEachPosition(t, (at, k) => {
      values[k] = Math.hypot(data[2 * at], data[2 * at + 1]);
    });
  return { values, start: 0, end: n };
}

interface Moments {
  nan: number;
  inf: number;
  zero: number;
  finite: number;
  min: number;
  max: number;
  sum: number;
}

function moments(values: ArrayLike<number>, start: number, end: number): Moments {
  let nan = 0;
  let inf = 0;
  let zero = 0;
  let finite = 0;
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  for (let i = start; i < end; i++) {
    const v = values[i];
    if (v - v === 0) {
      if (v === 0) zero++;
      finite++;
      sum += v;
      if (v < min) min = v;
      if (v > max) max = v;
    } else if (v !== v) nan++;
    else inf++;
  }
  return { nan, inf, zero, finite, min, max, sum };
}

/** Sum of the squares of elements times `scale` and of distances to the mean; counts elements by place between min and max. */
function spread(
  values: ArrayLike<number>,
  start: number,
  end: number,
  { min, max }: Moments,
  mean: number,
  scale: number,
  histogram: Int32Array,
): { squares: number; deviation: number } {
  let squares = 0;
  let deviation = 0;
  const bins = max > min ? HISTOGRAM_BINS / (max - min) : 0;
  for (let i = start; i < end; i++) {
    const v = values[i];
    if (v - v !== 0) continue;
    const scaled = v * scale;
    squares += scaled * scaled;
    const d = v - mean;
    deviation += d * d;
    const bin = ((v - min) * bins) | 0;
    histogram[bin < HISTOGRAM_BINS ? bin : HISTOGRAM_BINS - 1]++;
  }
  return { squares, deviation };
}

/** Numbers between these can be squared and added up by the million without overflow or loss. */
const SAFE_TO_SQUARE = 1e140;

/**
 * Statistics over the finite elements (for complex tensors over magnitudes). `std` is the unbiased one, as `torch.std`
 * (null for fewer than two), `norm` the Euclidean norm, `histogram` has 32 equal bins from min to max.
 */
export function statistics(t: Strided): ValueStats {
  const { part, times } = withoutRepeats(t);
  const { values, start, end } = magnitudes(part);
  const found = moments(values, start, end);
  const { min, max, finite } = found;
  const nan = found.nan * times;
  const inf = found.inf * times;
  const zero = found.zero * times;
  if (finite === 0) return { min: null, max: null, mean: null, std: null, norm: null, nan, inf, zero, histogram: [] };
  const mean = found.sum / finite;
  const largest = Math.max(Math.abs(min), Math.abs(max));
  const isSafe = largest === 0 || (largest < SAFE_TO_SQUARE && largest > 1 / SAFE_TO_SQUARE);
  const scale = isSafe ? 1 : 1 / largest;
  const histogram = new Int32Array(HISTOGRAM_BINS);
  const { squares, deviation } = spread(values, start, end, found, mean, scale, histogram);
  const norm = Math.sqrt(squares * times) / scale;
  const count = finite * times;
  const std = count > 1 ? Math.sqrt((deviation * times) / (count - 1)) : null;
  const orNull = (x: number | null): number | null => (x !== null && Number.isFinite(x) ? x : null);
  return {
    min,
    max,
    mean: orNull(mean),
    std: orNull(std),
    norm: orNull(norm),
    nan,
    inf,
    zero,
    histogram: Array.from(histogram, (n) => n * times),
  };
}

/** A number as JSON can hold it. */
export function jsonNumber(x: number): number | string {
  return Number.isFinite(x) ? (x === 0 ? 0 : x) : x !== x ? "nan" : x > 0 ? "inf" : "-inf";
}

/** Element at `position` (in elements) as JSON can hold it; complex as "1+2j". */
export function jsonElement(t: Strided, position: number): number | string {
  if (t.slots === 1) return jsonNumber(t.data[position]);
  const im = t.data[2 * position + 1];
  return `${jsonNumber(t.data[2 * position])}${im < 0 || Object.is(im, -0) ? "-" : "+"}${jsonNumber(Math.abs(im))}j`;
}
