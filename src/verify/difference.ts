import type { Evaluation } from "./replay.ts";

/** What central differences say of one element. */
export interface Difference {
  /** Half-way between both sides. */
  readonly central: number;
  readonly left: number;
  readonly right: number;
  /** The sides differ however near one looks: no derivative there. */
  readonly kink: boolean;
  /** The evaluations from which the last sides were taken: before, at, after. */
  readonly around: readonly [Evaluation, Evaluation, Evaluation];
}

/** First step relative to the size of the number: about the cube root of float64's rounding, where errors of central differences are least. */
const FIRST_STEP = 6e-6;
/** Steps tried, each ten times smaller. */
const STEPS = 3;
/** Gap of the sides that rounding explains, in roundings of the function per step. */
const ROUNDINGS = 64;

/**
 * Derivative of `evaluate` by central differences at `x`. Curvature makes the two sides differ in proportion to the step; where they
 * keep their distance while the step shrinks, there is a kink (or a jump).
 */
export function difference(evaluate: (change: number) => Evaluation, here: Evaluation, x: number): Difference {
  let last: Difference | null = null;
  let firstGap = 0;
  for (let k = 0; k < STEPS; k++) {
    const step = FIRST_STEP * Math.max(1, Math.abs(x)) * 10 ** -k;
    // The numbers that are really reached.
    const up = x + step - x;
    const down = x - (x - step);
    const after = evaluate(up);
    const before = evaluate(-down);
    const right = (after.value - here.value) / up;
    const left = (here.value - before.value) / down;
    const central = (after.value - before.value) / (up + down);
    const gap = Math.abs(right - left);
    const noise = (ROUNDINGS * Number.EPSILON * Math.abs(here.value)) / step;
    const smooth = gap <= noise + 1e-4 * Math.max(Math.abs(left), Math.abs(right));
    if (k === 0) firstGap = gap;
    last = {
      central,
      left,
      right,
      kink: !smooth && k === STEPS - 1 && gap > 0.3 * firstGap,
      around: [before, here, after],
    };
    if (smooth) break;
  }
  return last as Difference;
}
