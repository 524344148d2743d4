import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { float32, float64 } from "../dtype.ts";
import { createRuntime } from "../engine.ts";
import { innerSum, outerSum } from "./float-sum.ts";
import { sumOver } from "./reduce.ts";

const f = Math.fround;
const ramp = (n: number): Float32Array => Float32Array.from({ length: n }, (_, i) => 0.1 + (i % 7) / 3);

describe("sums in PyTorch's order", () => {
  it("adds up to seven numbers over four accumulators", () => {
    const x = ramp(7);
    const p0 = f(f(f(x[0] + x[4]) + x[5]) + x[6]);
    expect(innerSum(x, 0, 7, float32)).toBe(f(f(f(p0 + x[1]) + x[2]) + x[3]));
    expect(innerSum(x, 0, 3, float32)).toBe(f(f(x[0] + x[1]) + x[2]));
  });

  it("adds a row that fills registers lane by lane, the tail first", () => {
    const x = ramp(19);
    let total = f(f(x[16] + x[17]) + x[18]);
    for (let lane = 0; lane < 8; lane++) total = f(total + f(x[lane] + x[8 + lane]));
    expect(innerSum(x, 0, 19, float32)).toBe(total);
  });

  it("stays close to the exact sum, whatever the length", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20000 }), (n) => {
        const x = ramp(n);
        const exact = x.reduce((a, b) => a + b, 0);
        expect(Math.abs(innerSum(x, 0, n, float32) - exact)).toBeLessThanOrEqual(4e-6 * Math.abs(exact));
        expect(innerSum(Float64Array.from(x), 0, n, float64)).toBeCloseTo(exact, 8);
      }),
      { numRuns: 40 },
    );
  });

  it("sums columns", () => {
    const rows = 37;
    for (const columns of [1, 3, 9, 45]) {
      const x = ramp(rows * columns);
      const out = new Float32Array(columns);
      outerSum(x, 0, rows, columns, out, 0, float32);
      for (let k = 0; k < columns; k++) {
        let exact = 0;
        for (let i = 0; i < rows; i++) exact += x[i * columns + k];
        expect(Math.abs(out[k] - exact)).toBeLessThan(1e-4);
      }
    }
  });

  it("does not depend on how a tensor lies in memory", () => {
    const rt = createRuntime();
    const x = rt.from(
      Array.from({ length: 60 }, (_, i) => i),
      [3, 4, 5],
      float32,
    );
    const turned = x.alias([5, 3, 4], [1, 20, 5]);
    for (const dims of [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2]]) {
      const direct = sumOver(turned, dims, false);
      const copied = sumOver(rt.from(turned.toArray(), [5, 3, 4], float32), dims, false);
      expect(direct.shape).toEqual(copied.shape);
      expect(direct.toArray()).toEqual(copied.toArray());
    }
  });
});
