import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ValueSummary } from "../trace/query.ts";
import { formatBytes, formatCount, formatNumber, formatShape, formatValue } from "./format-number.ts";

describe("formatNumber", () => {
  it.each([
    [-6, "−6.0"],
    [0.5, "0.5"],
    [0, "0.0"],
    [-0, "−0.0"],
    [1.23456, "1.235"],
    [9.99995, "10.0"],
    [99999.9, "1.0×10⁵"],
    [12345.6, "12346"],
    [12345, "12345.0"],
    [0.001, "0.001"],
    [0.00099996, "0.001"],
    [0.000123456, "1.235×10⁻⁴"],
    [-1.5e-12, "−1.5×10⁻¹²"],
    ["nan", "NaN"],
    ["-inf", "−∞"],
    [Number.POSITIVE_INFINITY, "∞"],
  ])("%s reads %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it("keeps four significant digits and the sign of any finite number", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), (x) => {
        const plain = formatNumber(x)
          .replace("−", "-")
          .replace(
            /×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/,
            (_, power: string) => `e${[...power].map((c) => (c === "⁻" ? "-" : "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(c))).join("")}`,
          );
        expect(Math.abs(Number(plain) - x)).toBeLessThanOrEqual(Math.abs(x) * 5.1e-4);
      }),
    );
  });

  it("writes integers without a decimal point", () => {
    expect(formatNumber(3, { integer: true })).toBe("3");
    expect(formatNumber(-1234567, { integer: true })).toBe("−1\u202f234\u202f567");
  });
});

describe("other formats", () => {
  it("counts, bytes and shapes", () => {
    expect(formatCount(1870)).toBe("1\u202f870");
    expect(formatBytes(12_288)).toBe("12 KB");
    expect(formatBytes(1536)).toBe("1.5 KB");
    expect(formatBytes(12)).toBe("12 B");
    expect(formatShape([])).toBe("scalar");
    expect(formatShape([4, 3])).toBe("[4×3]");
  });

  const value = (more: Partial<ValueSummary>): ValueSummary => ({
    id: 0,
    shape: [],
    dtype: "float32",
    strides: [],
    storage: 0,
    preview: [],
    text: "",
    stats: null,
    full: true,
    requiresGrad: false,
    ...more,
  });
  const stats = { min: -1, max: 1, mean: 0.25, std: 0.5, norm: 2, nan: 0, inf: 0, zero: 0, histogram: [] };

  it("values: scalar, few elements, many, not finite, empty, boolean", () => {
    expect(formatValue(value({ preview: [-6] }))).toBe("−6.0");
    expect(formatValue(value({ shape: [2], preview: [1, 2.5] }))).toBe("[1.0, 2.5]");
    expect(formatValue(value({ shape: [10], preview: [1], stats }))).toBe("0.25 ± 0.5");
    expect(formatValue(value({ shape: [10], preview: [1], stats }), "gradient")).toBe("norm 2.0");
    expect(formatValue(value({ shape: [10], preview: [1], stats: { ...stats, nan: 3 } }))).toBe("3 NaN");
    expect(formatValue(value({ shape: [0] }))).toBe("empty");
    expect(formatValue(value({ dtype: "bool", preview: [1] }))).toBe("True");
    expect(formatValue(value({ dtype: "int64", preview: [7] }))).toBe("7");
  });
});
