import { describe, expect, it } from "vitest";
import { createGemm } from "./gemm.ts";
import { gemmModule } from "./gemm-wasm.ts";

const SHAPES = [
  [1, 1, 1],
  [3, 5, 7],
  [1, 40, 33],
  [40, 1, 33],
  [16, 16, 16],
  [17, 19, 23],
  [64, 10, 100],
  [5, 1030, 9],
  [520, 20, 530],
  [33, 10, 1025],
] as const;

/** Values whose products and sums are exact in both precisions. */
const fill = (data: Float32Array | Float64Array, seed: number): void => {
  for (let i = 0; i < data.length; i++) data[i] = ((i * 7 + seed * 13) % 11) - 5;
};

describe("matrix product", () => {
  it("compiles where WebAssembly has SIMD", () => {
    expect(WebAssembly.validate(gemmModule())).toBe(true);
  });

  const carriers = [(length: number) => new Float32Array(length), (length: number) => new Float64Array(length)];
  for (const carrier of carriers)
    for (const [n, m, k] of SHAPES)
      it(`${carrier(0).constructor.name}: ${n}×${k} by ${k}×${m}, every memory order`, () => {
        const gemm = createGemm();
        const a = carrier(n * k + 1);
        const b = carrier(k * m + 2);
        fill(a, 1);
        fill(b, 2);
        for (const [ra, ca] of [
          [k, 1],
          [1, n],
        ])
          for (const [rb, cb] of [
            [m, 1],
            [1, k],
          ]) {
            const c = carrier(n * (m + 1) + 3).fill(9);
            gemm.multiply(n, m, k, a, 1, ra, ca, b, 2, rb, cb, c, 3, m + 1, -2);
            for (let i = 0; i < n; i++) {
              for (let j = 0; j < m; j++) {
                let s = 0;
                for (let p = 0; p < k; p++) s += a[1 + i * ra + p * ca] * b[2 + p * rb + j * cb];
                if (c[3 + i * (m + 1) + j] !== -2 * s) expect([i, j, c[3 + i * (m + 1) + j]]).toEqual([i, j, -2 * s]);
              }
              if (i < n - 1) expect(c[3 + i * (m + 1) + m]).toBe(9);
            }
          }
      });

  it("keeps NaN and infinity inside their own rows and columns", () => {
    const gemm = createGemm();
    const n = 18;
    const a = new Float32Array(n * n).fill(1);
    const b = new Float32Array(n * n).fill(1);
    a[3 * n + 5] = Number.NaN;
    b[2 * n + 17] = Number.POSITIVE_INFINITY;
    const c = new Float32Array(n * n);
    gemm.multiply(n, n, n, a, 0, n, 1, b, 0, n, 1, c, 0, n, 1);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        expect(c[i * n + j]).toBe(i === 3 ? Number.NaN : j === 17 ? Number.POSITIVE_INFINITY : n);
  });
});
