import fc from "fast-check";
import { expect, test } from "vitest";
import { rowMajor, statistics } from "./statistics.ts";

const vector = (values: number[]) => ({
  data: Float64Array.from(values),
  offset: 0,
  shape: [values.length],
  strides: [1],
  slots: 1 as const,
});

test("of ordinary numbers", () => {
  const s = statistics(vector([1, -2, 0, 5]));
  expect(s).toMatchObject({ min: -2, max: 5, mean: 1, nan: 0, inf: 0, zero: 1 });
  expect(s.norm).toBeCloseTo(Math.sqrt(30), 12);
  expect(s.std).toBeCloseTo(Math.sqrt(26 / 3), 12);
  expect(s.histogram[0]).toBe(1);
  expect(s.histogram[31]).toBe(1);
});

test("NaN and infinities are counted, not averaged", () => {
  expect(statistics(vector([Number.NaN, 1, Infinity, -Infinity, 3]))).toMatchObject({
    nan: 1,
    inf: 2,
    mean: 2,
    max: 3,
  });
  expect(statistics(vector([Number.NaN]))).toMatchObject({ nan: 1, min: null, norm: null, histogram: [] });
  expect(statistics(vector([]))).toMatchObject({ min: null, std: null });
});

test("very large and very small numbers keep their norm", () => {
  expect(statistics(vector([3e200, 4e200])).norm).toBeCloseTo(5e200, -190);
  expect((statistics(vector([3e-200, 4e-200])).norm ?? 0) / 5e-200).toBeCloseTo(1, 12);
});

test("an expanded tensor is as if it were written out", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -10, max: 10 }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 9 }),
      (row, times) => {
        const all = Array.from({ length: times }, () => row).flat();
        const expanded = { ...vector(row), shape: [times, row.length], strides: [0, 1] };
        const [a, b] = [statistics(expanded), statistics(vector(all))];
        expect(a.histogram).toEqual(b.histogram);
        for (const key of ["min", "max", "mean", "std", "norm", "zero"] as const)
          expect(a[key] ?? 0).toBeCloseTo(b[key] ?? 0, 9);
      },
    ),
  );
});

test("rows, columns and complex numbers", () => {
  const data = Float64Array.from({ length: 12 }, (_, i) => i);
  expect(statistics({ data, offset: 1, shape: [2, 2], strides: [1, 4], slots: 1 })).toMatchObject({
    min: 1,
    max: 6,
    mean: 3.5,
  });
  expect(
    statistics({ data: Float64Array.of(3, 4, 0, 1), offset: 0, shape: [2], strides: [1], slots: 2 }),
  ).toMatchObject({
    min: 1,
    max: 5,
  });
  expect(rowMajor([2, 3, 4])).toEqual([12, 4, 1]);
});
