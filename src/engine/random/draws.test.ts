import { expect, it } from "vitest";
import { betainc } from "../kernels/special-beta.ts";
import { lgamma } from "../kernels/special-gamma.ts";
import { binomial, gamma } from "./draws.ts";
import { Generator } from "./generator.ts";

function moments(n: number, draw: () => number): [mean: number, variance: number] {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const x = draw();
    sum += x;
    squares += x * x;
  }
  return [sum / n, squares / n - (sum / n) ** 2];
}

it.each([0.3, 1, 4.5])("gamma draws have mean and variance %f", (alpha) => {
  const g = new Generator(1);
  const [mean, variance] = moments(40_000, () => gamma(g, alpha));
  expect(mean).toBeCloseTo(alpha, 1);
  expect(variance / alpha).toBeGreaterThan(0.9);
  expect(variance / alpha).toBeLessThan(1.1);
});

it.each([
  [10, 0.3],
  [10, 0.8],
  [200, 0.4],
])("binomial draws of %d trials with probability %f have the right moments", (n, p) => {
  const g = new Generator(2);
  const [mean, variance] = moments(20_000, () => binomial(g, n, p, lgamma));
  expect(Math.abs(mean - n * p)).toBeLessThan(4 * Math.sqrt((n * p * (1 - p)) / 20_000));
  expect(variance / (n * p * (1 - p))).toBeGreaterThan(0.95);
  expect(variance / (n * p * (1 - p))).toBeLessThan(1.05);
});

it("incomplete beta function against closed forms", () => {
  expect(betainc(1, 1, 0.3).lower).toBeCloseTo(0.3, 14);
  expect(betainc(2, 1, 0.3).lower).toBeCloseTo(0.09, 14);
  expect(betainc(2, 3, 0.4).lower).toBeCloseTo(0.5248, 13);
  expect(betainc(2, 3, 0.9).upper).toBeCloseTo(0.0037, 13);
});
