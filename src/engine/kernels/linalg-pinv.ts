import type { Svd } from "./linalg-svd.ts";

/** Moore-Penrose inverse (cols×rows) from a reduced decomposition, and how many singular values exceed the limit. */
export function pseudoInverse(
  { u, s, vh }: Svd,
  rows: number,
  cols: number,
  limit: number,
  slots: number,
): { inverse: Float64Array; rank: number } {
  const k = s.length;
  const inverse = new Float64Array(cols * rows * slots);
  let rank = 0;
  for (let p = 0; p < k; p++) {
    if (!(s[p] > limit)) continue;
    rank++;
    for (let i = 0; i < cols; i++)
      for (let j = 0; j < rows; j++) {
        const out = (i * rows + j) * slots;
        const a = (p * cols + i) * slots;
        const b = (j * k + p) * slots;
        if (slots === 1) {
          inverse[out] += (vh[a] * u[b]) / s[p];
          continue;
        }
        // V's entry is the conjugate of Vᴴ's, and so is Uᴴ's of U's.
        inverse[out] += (vh[a] * u[b] - vh[a + 1] * u[b + 1]) / s[p];
        inverse[out + 1] -= (vh[a] * u[b + 1] + vh[a + 1] * u[b]) / s[p];
      }
  }
  return { inverse, rank };
}
