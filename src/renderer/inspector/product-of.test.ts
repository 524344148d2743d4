import { expect, test } from "vitest";
import type { ValueSummary } from "../../trace/query.ts";
import { dotProduct, productOf } from "./product-of.ts";

const value = (...shape: number[]) => ({ id: 1, shape, full: true, dtype: "torch.float32" }) as ValueSummary;
const of = (template: string, values: Record<string, ValueSummary>, result: ValueSummary) =>
  productOf(template, (key) => values[key], result);

test("products are read from the formulas of the catalogue", () => {
  const left = of("{self}^{\\top}\\,{g}", { self: value(5, 3), g: value(5, 2) }, value(3, 2));
  expect(left).toMatchObject({ first: { key: "self", rows: 3, columns: 5 }, second: { key: "g" }, added: false });
  expect(left?.first.tile).toMatchObject({ rowDim: 1, colDim: 0 });
  const right = of("{g}\\,{mat2}^{\\top}", { g: value(4, 2), mat2: value(3, 2) }, value(4, 3));
  expect(right).toMatchObject({ second: { rows: 2, columns: 3 } });
  const added = of("{self} + {mat1}\\,{mat2}", { mat1: value(4, 2), mat2: value(2, 3) }, value(4, 3));
  expect(added?.added).toBe(true);
  const outer = of("{g}\\,{vec}^{\\top}", { g: value(4), vec: value(3) }, value(4, 3));
  expect(outer).toMatchObject({ first: { rows: 4, columns: 1 }, second: { rows: 1, columns: 3 } });
});

test("what is no product of these shapes is none", () => {
  expect(of("{g} \\odot {other}", { g: value(2, 2), other: value(2, 2) }, value(2, 2))).toBeNull();
  expect(of("{self}\\,{mat2}", { self: value(2, 3), mat2: value(4, 2) }, value(2, 2))).toBeNull();
  expect(of("{self}\\,{mat2}", { self: value(2, 3, 4), mat2: value(4, 2) }, value(2, 3, 2))).toBeNull();
  expect(of("{self}\\,{mat2}", { self: value(2, 900), mat2: value(900, 2) }, value(2, 2))).toBeNull();
});

test("a dot product is printed term by term", () => {
  const a = { rows: 1, columns: 2, data: [0.5, -1] };
  const b = { rows: 2, columns: 1, data: [2, 3] };
  expect(dotProduct(a, b, 0, 0)).toEqual({ text: "0.5×2.0 + −1.0×3.0 = −2.0", sum: -2 });
  const row = { rows: 1, columns: 9, data: Array(9).fill(1) };
  const column = { rows: 9, columns: 1, data: Array(9).fill(1) };
  expect(dotProduct(row, column, 0, 0).text).toMatch(/^(1\.0×1\.0 \+ ){4}… 4 more … \+ 1\.0×1\.0 = 9\.0$/);
});
