/** A scalar over iterations as numbers on a strip: which point is meant, where it stands. Pure. */

export interface Point {
  seq: number;
  scene: number;
  value: number;
}

/** Index of the last point at or before `seq`; -1 when all come later. */
export function pointAt(points: readonly Point[], seq: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle] as Point).seq <= seq) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Index of the point nearest to a place on the axis of steps; -1 when there is none. */
export function nearestPoint(points: readonly Point[], seq: number): number {
  const before = pointAt(points, seq);
  const after = Math.min(points.length - 1, before + 1);
  if (before < 0) return after;
  const near = points[before] as Point;
  const next = points[after] as Point;
  return seq - near.seq <= next.seq - seq ? before : after;
}

/** The point of the scene that is shown; of several the last one reached, of none the last point before the cursor. */
export function currentPoint(points: readonly Point[], scene: number | null, cursor: number): number {
  const reached = pointAt(points, cursor);
  if (reached >= 0 && points[reached]?.scene === scene) return reached;
  const next = points[reached + 1];
  return next && next.scene === scene ? reached + 1 : reached;
}

export interface Scale {
  low: number;
  high: number;
  log: boolean;
}

/** A logarithm needs positive numbers throughout. */
export function canBeLog(points: readonly Point[]): boolean {
  return points.length > 0 && points.every(({ value }) => value > 0 && Number.isFinite(value));
}

/** Smallest and largest finite number; a constant series gets room on both sides. Null: no finite number. */
export function scaleOf(points: readonly Point[], log: boolean): Scale | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { value } of points) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return null;
  const useLog = log && canBeLog(points);
  if (low === high) {
    return useLog ? { low: low / 2, high: high * 2, log: true } : { low: low - 1, high: high + 1, log: false };
  }
  return { low, high, log: useLog };
}

/** 0 at the bottom of the scale, 1 at its top. */
export function heightOf(value: number, { low, high, log }: Scale): number {
  return log ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low)) : (value - low) / (high - low);
}

/** Row-major index of an element, null when it is outside; "1, 0", "[1,0]" and a flat "7" are understood. */
export function elementIndex(text: string, shape: readonly number[]): number | null {
  const numbers = text.match(/\d+/g)?.map(Number) ?? [];
  const count = shape.reduce((a, b) => a * b, 1);
  if (numbers.length === 1 && shape.length !== 1) return (numbers[0] as number) < count ? (numbers[0] as number) : null;
  if (numbers.length !== shape.length) return null;
  let index = 0;
  for (const [dim, size] of shape.entries()) {
    const at = numbers[dim] as number;
    if (at >= size) return null;
    index = index * size + at;
  }
  return index;
}

/** "[1, 0]" of a row-major index. */
export function elementText(index: number, shape: readonly number[]): string {
  const at: number[] = [];
  let rest = index;
  for (const size of [...shape].reverse()) {
    at.unshift(rest % Math.max(1, size));
    rest = Math.floor(rest / Math.max(1, size));
  }
  return `[${at.join(", ")}]`;
}
