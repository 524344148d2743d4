import type { Tensor } from "../tensor.ts";

/** What was found at a step of some length along the direction of search. */
export interface Probe {
  readonly loss: number;
  readonly gradient: Tensor;
  /** Derivative of the loss along the direction. */
  readonly slope: number;
}
interface Placed extends Probe {
  readonly length: number;
}
export interface Found extends Placed {
  readonly evaluations: number;
}

/** Share of the first slope that the loss must fall by, and that the slope must fall to. */
const [SUFFICIENT, CURVATURE] = [1e-4, 0.9];
const MOST = 25;

/** Minimum of the cubic through two points with given slopes, within bounds. */
function cubicMinimum(a: Placed, b: Placed, bounds?: readonly [number, number]): number {
  const [low, high] = bounds ?? [Math.min(a.length, b.length), Math.max(a.length, b.length)];
  const d1 = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.length - b.length);
  const square = d1 ** 2 - a.slope * b.slope;
  if (square < 0) return (low + high) / 2;
  const d2 = Math.sqrt(square);
  const [left, right] = a.length <= b.length ? [a, b] : [b, a];
  const best =
    right.length - (right.length - left.length) * ((right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2));
  return Math.min(Math.max(best, low), high);
}

/**
 * Line search for the strong Wolfe conditions (Nocedal and Wright, Numerical Optimization, algorithms 3.5 and 3.6): brackets a
 * step, then narrows the bracket. `start` is what holds at length 0; `width` the largest element of the direction.
 */
export function strongWolfe(probe: (length: number) => Probe, start: Probe, length: number, width: number): Found {
  let evaluations = 0;
  const at = (t: number): Placed => {
    evaluations++;
    return { ...probe(t), length: t };
  };
  const tooHigh = (p: Placed): boolean => p.loss > start.loss + SUFFICIENT * p.length * start.slope;
  const isFlat = (p: Placed): boolean => Math.abs(p.slope) <= -CURVATURE * start.slope;

  let before: Placed = { ...start, length: 0 };
  let now = at(length);
  let bracket: [Placed, Placed] | null = null;
  let rounds = 0;
  for (; rounds < MOST; rounds++) {
    if (tooHigh(now) || (rounds > 1 && now.loss >= before.loss)) bracket = [before, now];
    else if (isFlat(now)) return { ...now, evaluations };
    else if (now.slope >= 0) bracket = [before, now];
    if (bracket !== null) break;
    const next = cubicMinimum(before, now, [now.length + 0.01 * (now.length - before.length), now.length * 10]);
    before = now;
    now = at(next);
  }
  let [low, high] = ordered(bracket ?? [{ ...start, length: 0 }, now]);
  let insufficient = false;
  for (; rounds < MOST; rounds++) {
    if (Math.abs(high.length - low.length) * width < 1e-9) break;
    const [least, most] = [Math.min(low.length, high.length), Math.max(low.length, high.length)];
    let t = cubicMinimum(low, high);
    const margin = 0.1 * (most - least);
    const isNearEnd = Math.min(most - t, t - least) < margin;
    if (isNearEnd && (insufficient || t >= most || t <= least)) {
      t = Math.abs(t - most) < Math.abs(t - least) ? most - margin : least + margin;
      insufficient = false;
    } else insufficient = isNearEnd;
    const tried = at(t);
    if (tooHigh(tried) || tried.loss >= low.loss) {
      high = tried;
      [low, high] = ordered([low, high]);
      continue;
    }
    if (isFlat(tried)) return { ...tried, evaluations };
    if (tried.slope * (high.length - low.length) >= 0) high = low;
    low = tried;
  }
  return { ...low, evaluations };
}

/** The lower loss first. */
const ordered = ([a, b]: readonly [Placed, Placed]): [Placed, Placed] => (a.loss <= b.loss ? [a, b] : [b, a]);
