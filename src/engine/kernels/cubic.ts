/** Keys' cubic convolution (1981) with parameter a, for |x| ≤ 1. */
export const near = (x: number, a: number): number => ((a + 2) * x - (a + 3)) * x * x + 1;
/** The same for 1 < |x| < 2. */
export const far = (x: number, a: number): number => ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;

/** Weights of the four neighbours of a position at distance t after the second one. */
export function cubicWeights(t: number): readonly [number, number, number, number] {
  const a = -0.75;
  return [far(t + 1, a), near(t, a), near(1 - t, a), far(2 - t, a)];
}
