import { describe, expect, test } from "vitest";
import { parseNotebook, writeNotebook } from "./notebook.ts";

const version4 = {
  cells: [
    { cell_type: "markdown", metadata: {}, source: ["# Title\n", "text"] },
    {
      cell_type: "code",
      execution_count: 3,
      id: "abc",
      metadata: { tags: ["keep"] },
      outputs: [{ output_type: "stream", name: "stdout", text: ["1\n"] }],
      source: "print(1)",
    },
    { cell_type: "raw", metadata: {}, source: ["raw"] },
    { cell_type: "code", metadata: {}, outputs: [], execution_count: null, source: [] },
  ],
  metadata: { kernelspec: { name: "mine" }, custom: 1 },
  nbformat: 4,
  nbformat_minor: 5,
};

describe("reading", () => {
  test("nbformat 4, with source as text or as lines", () => {
    expect(parseNotebook(JSON.stringify(version4))).toEqual([
      { kind: "markdown", source: "# Title\ntext" },
      { kind: "code", source: "print(1)" },
      { kind: "raw", source: "raw" },
      { kind: "code", source: "" },
    ]);
  });

  test("nbformat 3, with its worksheets, inputs and headings", () => {
    const cells = [
      { cell_type: "heading", level: 2, source: "Part" },
      { cell_type: "code", input: ["x = 1\n", "x"], outputs: [], language: "python" },
    ];
    expect(parseNotebook(JSON.stringify({ nbformat: 3, nbformat_minor: 0, worksheets: [{ cells }] }))).toEqual([
      { kind: "markdown", source: "## Part" },
      { kind: "code", source: "x = 1\nx" },
    ]);
  });

  test.each([
    ["{", /not JSON/],
    ["[1]", /not an object/],
    ["null", /not an object/],
    ["{}", /no nbformat/],
    ['{"nbformat": 5, "cells": []}', /nbformat 5 is not known/],
    ['{"nbformat": 4}', /damaged/],
    ['{"nbformat": 4, "cells": {}}', /damaged/],
    ['{"nbformat": 4, "cells": [1]}', /damaged: cells\.0/],
    ['{"nbformat": 4, "cells": [{"source": ""}]}', /damaged: cells\.0\.cell_type/],
    ['{"nbformat": 4, "cells": [{"cell_type": "code", "source": [1]}]}', /damaged: cells\.0\.source/],
    ['{"nbformat": 3, "worksheets": 1}', /damaged/],
  ])("%s is refused with a sentence", (text, message) => {
    expect(() => parseNotebook(text)).toThrow(message);
  });
});

describe("writing", () => {
  const original = JSON.stringify(version4);

  test("unchanged cells lose nothing", () => {
    const written = JSON.parse(writeNotebook(parseNotebook(original), original));
    expect(written.cells[1]).toMatchObject({
      execution_count: 3,
      id: "abc",
      metadata: { tags: ["keep"] },
      outputs: version4.cells[1]?.outputs,
      source: ["print(1)"],
    });
    expect(written.metadata).toEqual(version4.metadata);
    expect(parseNotebook(JSON.stringify(written))).toEqual(parseNotebook(original));
  });

  test("an edited code cell keeps its metadata and loses outputs that are not its own any more", () => {
    const cells = parseNotebook(original).map((cell, i) => (i === 1 ? { ...cell, source: "print(2)" } : cell));
    const written = JSON.parse(writeNotebook(cells, original));
    expect(written.cells[1]).toMatchObject({
      execution_count: null,
      outputs: [],
      metadata: { tags: ["keep"] },
      id: "abc",
    });
  });

  test("cells that were moved or put in take their own things with them", () => {
    const [title, code, ...rest] = parseNotebook(original);
    const moved = [{ kind: "code", source: "new" } as const, code as never, title as never, ...rest];
    const written = JSON.parse(writeNotebook(moved, original));
    expect(written.cells[0].outputs).toEqual([]);
    expect(written.cells[1]).toMatchObject({ id: "abc", execution_count: 3 });
    expect(new Set(written.cells.map((cell: { id: string }) => cell.id)).size).toBe(5);
  });

  test("without an original, a whole notebook of nbformat 4.5", () => {
    const written = JSON.parse(writeNotebook([{ kind: "code", source: "a\nb" }], null));
    expect(written).toMatchObject({ nbformat: 4, nbformat_minor: 5 });
    expect(written.cells[0]).toEqual({
      id: "backstep-1",
      metadata: {},
      cell_type: "code",
      execution_count: null,
      outputs: [],
      source: ["a\n", "b"],
    });
  });

  test("ids stay unique when cells are put between those of an earlier save", () => {
    const cells = ["a", "b", "c"].map((source) => ({ kind: "code" as const, source }));
    const first = writeNotebook(cells, null);
    const second = writeNotebook([cells[0] as never, { kind: "code", source: "new" }, ...cells.slice(1)], first);
    const ids = JSON.parse(second).cells.map((cell: { id: string }) => cell.id);
    expect(ids).toEqual(["backstep-1", "backstep-4", "backstep-2", "backstep-3"]);
  });

  test("an original of nbformat 3 becomes nbformat 4", () => {
    const old = JSON.stringify({
      nbformat: 3,
      worksheets: [{ cells: [{ cell_type: "code", input: "x", outputs: [] }] }],
    });
    const written = JSON.parse(writeNotebook(parseNotebook(old), old));
    expect(written).toMatchObject({ nbformat: 4, nbformat_minor: 4, cells: [{ cell_type: "code", source: ["x"] }] });
    expect(written.worksheets).toBeUndefined();
  });
});
