import { expect, it } from "vitest";
import { float32, float64 } from "../dtype.ts";
import { createRuntime } from "../engine.ts";
import { multiply } from "./matrix.ts";

const EPS = 2 ** -24; // half a unit in the last place of 1
const rt = createRuntime();

it.each([
  [[1, EPS, EPS], float32, 1],
  [[EPS, EPS, 1], float32, 1 + 2 * EPS],
  [[1, EPS, EPS], float64, 1 + 2 * EPS],
])("small products of a batch add %j term after term, each sum rounded", (row, dtype, sum) => {
  // PyTorch 2.6.0: torch.bmm(torch.tensor([[row]]), torch.ones(1, 3, 1)).item()
  const product = multiply(rt.from(row, [1, 1, 3], dtype), rt.from([1, 1, 1], [1, 3, 1], dtype));
  expect(product.data[0]).toBe(sum);
});
