import { expect, test } from "vitest";
import { assignedLines } from "./variables.ts";

test("assignments of both languages are found, comparisons and arguments are not", () => {
  const lines = assignedLines(
    [
      "a, b = f()",
      "const w: Tensor = g()",
      "  c = 1",
      "if d == 2:",
      "    e=3,",
      "c = 4",
      "let f = (x) => x",
      "g => 1",
    ].join("\n"),
  );
  expect([...lines]).toEqual([
    ["a", 1],
    ["b", 1],
    ["w", 2],
    ["c", 3],
    ["f", 7],
  ]);
});
