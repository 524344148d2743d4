import { expect, test } from "vitest";
import type { DocumentState } from "./app-state.ts";
import { noHistory } from "./cell-edits.ts";
import { hasCells, partAt, partsOf, sectionsOf } from "./parts.ts";

const script = (source: string): DocumentState => ({
  id: "d1",
  name: "a.py",
  kind: "python",
  cells: [{ id: "cell-1", index: 0, kind: "code", source }],
  cellHistory: noHistory,
  token: null,
  dirty: false,
});
const notebook: DocumentState = {
  ...script(""),
  kind: "notebook",
  cells: [
    { id: "a", index: 0, kind: "markdown", source: "# Title" },
    { id: "b", index: 1, kind: "code", source: "x = 1" },
    { id: "c", index: 2, kind: "raw", source: "" },
    { id: "d", index: 3, kind: "code", source: "x" },
  ],
};

test("a script without marks is one part, whatever it is written in", () => {
  expect(partsOf(script("x = 1\n#%d\n"))).toEqual([{ index: 0, source: "x = 1\n#%d\n", line: null }]);
  expect(hasCells(script("x = 1"))).toBe(false);
  expect(hasCells({ ...script("# %%\nx"), kind: "typescript" })).toBe(false);
});

test("marks part a script; each part begins with its mark, prose does not run, no line is lost", () => {
  const text = "import torch\n# %% one\nx = 1\n\n#%%[markdown]\n# words\n# %%\ny = 2";
  const document = script(text);
  expect(partsOf(document)).toEqual([
    { index: 0, source: "import torch", line: 1 },
    { index: 1, source: "# %% one\nx = 1\n", line: 2 },
    { index: 3, source: "# %%\ny = 2", line: 7 },
  ]);
  expect(
    sectionsOf(document)
      .map(({ source }) => source)
      .join("\n"),
  ).toBe(text);
  expect([1, 2, 4, 5, 8].map((line) => partAt(document, null, line)?.index)).toEqual([0, 1, 1, undefined, 3]);
});

test("blank lines before the first mark are no part; the line belongs to the first one", () => {
  const document = script("\n\n# %%\nx = 1");
  expect(partsOf(document)).toHaveLength(1);
  expect(partAt(document, null, 1)?.line).toBe(3);
});

test("code cells of a notebook keep their places", () => {
  expect(partsOf(notebook).map(({ index }) => index)).toEqual([1, 3]);
  expect(partAt(notebook, 3, 1)?.source).toBe("x");
  expect(partAt(notebook, 0, 1)).toBeNull();
});
