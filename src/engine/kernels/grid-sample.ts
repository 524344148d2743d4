import { cubicWeights } from "./cubic.ts";

/**
 * Reading images at fractional positions (spatial transformer networks). A position between pixels is a weighted sum of the
 * pixels around it; `slopes` are the derivatives of the weight in each coordinate of the grid.
 */
export interface SampleTap {
  /** Element number within one plane. */
  readonly at: number;
  readonly weight: number;
  /** One per spatial dimension, in the order of the sizes. */
  readonly slopes: readonly number[];
}

export type SampleMode = "bilinear" | "nearest" | "bicubic";
export type SamplePadding = "zeros" | "border" | "reflection";

/** A coordinate and its derivative in the grid's value. */
interface Position {
  readonly x: number;
  readonly slope: number;
}

/** Rounds to the dtype of the grid. */
type Round = (x: number) => number;

/**
 * From -1 … 1 to pixels: the ends are centres of the outermost pixels (`align`) or their outer edges. A grid that meets the pixels
 * lands on one side of each by its last bit, which decides the slopes: every step rounds where PyTorch's does, in images multiply
 * and subtract at once (a fused multiply-add), in volumes one after the other.
 */
function toPixels(g: number, n: number, dims: number, align: boolean, round: Round): Position {
  const along = round(g + 1);
  const slope = (align ? n - 1 : n) / 2;
  if (dims === 2 || align) return { x: round(along * slope - (align ? 0 : 0.5)), slope };
  return { x: round(round(along * n) - 1) / 2, slope };
}

function clip(p: Position, n: number): Position {
  if (!(p.x > 0)) return { x: 0, slope: 0 };
  return p.x >= n - 1 ? { x: n - 1, slope: 0 } : p;
}

function reflect(p: Position, n: number, align: boolean): Position {
  const low = align ? 0 : -0.5;
  const span = align ? n - 1 : n;
  if (span === 0) return { x: 0, slope: 0 };
  const sign = p.x < low ? -1 : 1;
  const distance = Math.abs(p.x - low);
  const rest = distance % span;
  return Math.floor(distance / span) % 2 === 0
    ? { x: rest + low, slope: sign * p.slope }
    : { x: span - rest + low, slope: -sign * p.slope };
}

function padded(p: Position, n: number, padding: SamplePadding, align: boolean): Position {
  if (padding === "border") return clip(p, n);
  if (padding === "reflection") return clip(reflect(p, n, align), n);
  return p;
}

/** Rounds halves to even, as C's nearbyint. */
function roundEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low;
}

/** Derivatives of cubicWeights. */
function cubicSlopes(t: number): readonly number[] {
  const a = -0.75;
  const nearSlope = (x: number): number => (3 * (a + 2) * x - 2 * (a + 3)) * x;
  const farSlope = (x: number): number => (3 * a * x - 10 * a) * x + 8 * a;
  return [farSlope(t + 1), nearSlope(t), -nearSlope(1 - t), -farSlope(2 - t)];
}

/** Neighbours along one dimension: pixel (may lie outside), weight, derivative of the weight. */
type Neighbour = readonly [pixel: number, weight: number, slope: number];

function neighbours(raw: Position, n: number, mode: SampleMode, padding: SamplePadding, align: boolean): Neighbour[] {
  if (mode === "bicubic") {
    const i = Math.floor(raw.x);
    const weights = cubicWeights(raw.x - i);
    const slopes = cubicSlopes(raw.x - i);
    return weights.map((w, k): Neighbour => {
      const pixel = padded({ x: i - 1 + k, slope: 1 }, n, padding, align).x;
      return [Math.trunc(pixel), w, slopes[k] * raw.slope];
    });
  }
  const p = padded(raw, n, padding, align);
  if (mode === "nearest") return [[roundEven(p.x), 1, 0]];
  const i = Math.floor(p.x);
  const t = p.x - i;
  return [
    [i, 1 - t, -p.slope],
    [i + 1, t, p.slope],
  ];
}

/** The pixels that one grid point reads. `point` holds coordinates from the last dimension to the first (x, y, z). */
export function sampleTaps(
  point: ArrayLike<number>,
  start: number,
  size: readonly number[],
  mode: SampleMode,
  padding: SamplePadding,
  align: boolean,
  round: Round,
): SampleTap[] {
  let taps: SampleTap[] = [{ at: 0, weight: 1, slopes: [] }];
  size.forEach((n, d) => {
    const raw = toPixels(point[start + size.length - 1 - d], n, size.length, align, round);
    const along = neighbours(raw, n, mode, padding, align);
    const next: SampleTap[] = [];
    for (const tap of taps)
      for (const [pixel, weight, slope] of along) {
        if (!(pixel >= 0 && pixel < n)) continue;
        next.push({
          at: tap.at * n + pixel,
          weight: tap.weight * weight,
          slopes: [...tap.slopes.map((s) => s * weight), tap.weight * slope],
        });
      }
    taps = next;
  });
  return taps;
}
