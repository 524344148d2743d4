import { Generator } from "../engine/random/generator.ts";

/** The same elements every time. */
const SEED = 0;

/** Up to `most` of the numbers 0 … count − 1, in order: all of them, else a seeded sample without repeats. */
export function sampleOf(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  const random = new Generator(SEED);
  const chosen = new Set<number>();
  // Floyd's algorithm: each subset is equally likely.
  for (let i = count - most; i < count; i++) {
    const pick = Math.floor(random.double() * (i + 1));
    chosen.add(chosen.has(pick) ? i : pick);
  }
  return [...chosen].sort((a, b) => a - b);
}
