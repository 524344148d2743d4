import { expect, test } from "vitest";
import { IdTable } from "../../trace/id-table.ts";
import type { TileRequest, ValueSummary } from "../../trace/query.ts";
import { slotsOf } from "./tensor-slots.ts";
import { csvText, mostCopied, pythonText, readAll } from "./tensor-text.ts";
import { cellIndices, defaultWindow, fitWindow, flatIndex, windowTile, withDim } from "./tensor-window.ts";

const summary = (shape: number[], dtype = "torch.float32", preview: (number | string)[] = []): ValueSummary => ({
  id: 7,
  shape,
  dtype,
  strides: [],
  storage: 0,
  preview,
  text: "",
  stats: null,
  full: true,
  requiresGrad: false,
});

/** A source whose element is its row-major position. */
const positions = (shape: number[]) => async (ask: TileRequest) => {
  const data: number[] = [];
  const rows = Math.min(ask.rows, (ask.rowDim === null ? 1 : (shape[ask.rowDim] as number)) - ask.row);
  const columns = Math.min(ask.columns, (ask.colDim === null ? 1 : (shape[ask.colDim] as number)) - ask.column);
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1) data.push(flatIndex(cellIndices(ask, i, j), shape));
  return { rows, columns, data };
};

test("a whole tensor is read by tiles in row-major order, whichever dimensions are the largest", async () => {
  for (const shape of [[5, 4], [4, 2, 9], [30, 1, 2, 3], [70_000], [2, 40_000]]) {
    const count = shape.reduce((a, b) => a * b, 1);
    expect(await readAll(summary(shape), positions(shape))).toEqual(Array.from({ length: count }, (_, i) => i));
  }
  await expect(readAll(summary([mostCopied + 1]), positions([]))).rejects.toThrow(RangeError);
});

test("Python text is what makes the same tensor, CSV what a table reads", () => {
  const value = summary([2, 2]);
  const data = [Math.fround(0.1), -2, "nan", "-inf"];
  expect(pythonText(value, data)).toBe(
    'torch.tensor([[0.1, -2.0],\n              [float("nan"), float("-inf")]], dtype=torch.float32)',
  );
  expect(csvText(value, data)).toBe("0.1,-2\nnan,-inf\n");
  expect(pythonText(summary([], "torch.int64"), [3])).toBe("torch.tensor(3, dtype=torch.int64)");
  expect(pythonText(summary([2], "torch.bool"), [1, 0])).toBe("torch.tensor([True, False], dtype=torch.bool)");
  expect(pythonText(summary([0]), [])).toBe("torch.tensor([], dtype=torch.float32)");
});

test("windows stay inside the tensor and dimensions swap", () => {
  const shape = [3, 200, 5];
  const choice = { ...defaultWindow(shape), at: [2, 190, 0] };
  expect(windowTile(7, shape, choice, { rows: 128, columns: 128 })).toMatchObject({ row: 72, rows: 128, columns: 5 });
  expect(fitWindow(choice, [2, 100, 5]).at).toEqual([1, 99, 0]);
  expect(fitWindow(choice, [4]).colDim).toBe(0);
  expect(withDim(choice, "rowDim", 2)).toMatchObject({ rowDim: 2, colDim: 1, at: [2, 0, 0] });
  expect(withDim(choice, "colDim", 0)).toMatchObject({ rowDim: 1, colDim: 0, at: [0, 0, 0] });
});

test("slots say what a step changed", () => {
  const view = { values: IdTable.of({ 1: [10] }), grads: IdTable.of({}), leafGrads: IdTable.of({ 1: 12 }) } as never;
  const event = { kind: "leaf.accumulate", node: 1, before: null, delta: 11, after: 12 } as never;
  expect(slotsOf(view, event, 1, 0)).toEqual([
    { key: "value", id: 10, before: undefined },
    { key: "stored", id: 12, before: null },
  ]);
  expect(slotsOf(view, event, 2, 0)).toEqual([]);
});
