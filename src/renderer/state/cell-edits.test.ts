import { expect, test } from "vitest";
import type { DocumentState } from "./app-state.ts";
import { type CellEdit, newCell, noHistory, withEdit, withHistory } from "./cell-edits.ts";

const notebook: DocumentState = {
  id: "d1",
  name: "a.ipynb",
  kind: "notebook",
  cells: ["a", "b", "c"].map((source, index) => ({ id: `cell-${index + 1}`, index, kind: "code" as const, source })),
  cellHistory: noHistory,
  token: null,
  dirty: false,
};
const sources = ({ cells }: DocumentState): string => cells.map(({ source }) => source).join("");

test("every edit can be taken back and done again", () => {
  const edits: CellEdit[] = [
    { kind: "insert", at: 1, cell: { ...newCell(notebook), source: "n" } },
    { kind: "move", from: 0, to: 3 },
    { kind: "remove", at: 2 },
    { kind: "move", from: 2, to: 0 },
    { kind: "turn", at: 1, to: "markdown" },
  ];
  const states = [notebook];
  for (const edit of edits) states.push(withEdit(states.at(-1) as DocumentState, edit));
  expect(states.map(sources)).toEqual(["abc", "anbc", "nbca", "nba", "anb", "anb"]);
  let now = states.at(-1) as DocumentState;
  for (const before of states.slice(0, -1).reverse()) {
    now = withHistory(now, "undo");
    expect(now.cells).toEqual(before.cells);
  }
  expect(withHistory(now, "undo")).toBe(now);
  expect(withEdit(notebook, { kind: "turn", at: 0, to: "code" })).toBe(notebook);
  for (const after of states.slice(1)) {
    now = withHistory(now, "redo");
    expect(now.cells).toEqual(after.cells);
  }
});

test("one cell stays, none leaves the notebook, and a new one shares nothing with those that may come back", () => {
  const one = withEdit(withEdit(notebook, { kind: "remove", at: 2 }), { kind: "remove", at: 0 });
  expect(withEdit(one, { kind: "remove", at: 0 })).toBe(one);
  expect(withEdit(notebook, { kind: "move", from: 0, to: -1 })).toBe(notebook);
  expect(withEdit(notebook, { kind: "move", from: 2, to: 3 })).toBe(notebook);
  const made = withEdit(one, { kind: "insert", at: 0, cell: newCell(one) });
  const back = withHistory(withHistory(withHistory(made, "undo"), "undo"), "undo");
  const all = [...back.cells, newCell(one)];
  expect(new Set(all.map(({ id }) => id)).size).toBe(4);
  expect(new Set(all.map(({ index }) => index)).size).toBe(4);
});
