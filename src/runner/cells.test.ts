import { afterAll, describe, expect, it } from "vitest";
import { createNodeRunner } from "./node-runner.ts";
import type { RunEnd, RunnerEvent, RunOptions, RunSource } from "./protocol.ts";
import { drive, prints } from "./runner.fixture.ts";

const program = drive(createNodeRunner());
const { runner } = program;
afterAll(() => runner.close());

const begun = (): Extract<RunnerEvent, { kind: "cell" }>[] =>
  program.events().flatMap((event) => (event.kind === "cell" ? [event] : []));

/** Runs one cell of a notebook, in a new session or in the one there is. */
const cell = (index: number, source: string, options: RunOptions = { continues: true }): Promise<RunEnd> =>
  program.runSource({ name: "nb.ipynb", kind: "notebook", cells: [{ index, source }] }, options);
const fresh: RunOptions = {};

describe("cells of a notebook, one by one", () => {
  it("find what the earlier ones left, and their trace grows", async () => {
    const first = await cell(0, "import torch\nw = torch.ones(2, requires_grad=True)\ntorch.manual_seed(3);", fresh);
    expect(first).toMatchObject({ status: "finished", lives: true });
    const second = await cell(2, "loss = (w * 3).sum()\nloss");
    expect(program.printed("out")).toBe("tensor(6., grad_fn=<SumBackward0>)\n");
    expect(second.summary?.cells).toEqual([{ first: 0, last: (second.summary?.events ?? 0) - 1, cell: 2, number: 2 }]);
    const third = await cell(3, "loss.backward()\nw.grad");
    expect(program.printed("out")).toContain("tensor([3., 3.])\n");
    const { events = 0, cells = [] } = third.summary ?? {};
    expect(events).toBeGreaterThan(second.summary?.events ?? 0);
    expect(cells.map(({ cell, number }) => [cell, number])).toEqual([
      [2, 2],
      [3, 3],
    ]);
    expect(cells[1]).toMatchObject({ first: second.summary?.events, last: events - 1 });
    // The graph that the second cell built takes the third one's gradients.
    expect(third.summary?.scenes).toHaveLength(1);
    expect(begun()).toEqual([{ kind: "cell", cell: 3, number: 3 }]);
  });

  it("live on after an error, at its own place, and after a stop", async () => {
    await cell(0, "import torch\nx = torch.ones(2, requires_grad=True)", fresh);
    const failed = await cell(1, "y = x * 2\nz = y @ torch.ones(3)");
    expect(failed).toMatchObject({
      status: "failed",
      lives: true,
      failure: { type: "RuntimeError", cell: 1, line: 2 },
    });
    const syntax = await cell(4, "x = ;");
    expect(syntax).toMatchObject({ status: "failed", failure: { type: "SyntaxError", cell: 4, line: 1 } });
    expect(await cell(1, "y.sum().backward()\nx.grad")).toMatchObject({ status: "finished" });
    expect(program.printed("out")).toBe("tensor([2., 2.])\n");
    const errors = [];
    for (let from = -1; ; ) {
      const { seq } = await runner.ask("find", { from, dir: 1, match: { by: "kind", kinds: ["error"] } });
      if (seq === null) break;
      errors.push(...(await runner.ask("events", { first: seq, last: seq + 1 })));
      from = seq;
    }
    const { locations } = await runner.ask("summary", {});
    expect(errors.map(({ loc }) => [locations[loc].cell, locations[loc].line])).toEqual([
      [1, 2],
      [4, 1],
    ]);

    const running = cell(5, "print('on')\nwhile True: x.sum()");
    await program.when(prints("on"));
    await runner.stop();
    expect(await running).toMatchObject({ status: "stopped", lives: true });
    expect(await cell(6, "x.grad.sum().item()")).toMatchObject({ status: "finished" });
    expect(program.printed("out")).toBe("4.0\n");
    expect(program.printed("err")).not.toContain("KeyboardInterrupt");
  });

  it("show the figures that they leave open, below their value, and begin without those of the cell before", async () => {
    await cell(0, "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('first')", fresh);
    expect(program.printed("out")).toBe("Text(0.5, 1.0, 'first')\n");
    const figures = () => program.events().flatMap((event) => (event.kind === "display" ? [event.data] : []));
    expect(figures()).toEqual([expect.stringContaining("first")]);
    await cell(1, "plt.gcf().number, plt.plot([3]), 1 / 0");
    expect(figures()).toHaveLength(1);
    await cell(2, "plt.get_fignums()");
    expect(program.printed("out")).toBe("[]\n");
    expect(figures()).toEqual([]);
  });

  it("can be paused, and are in the snapshot as they ran last", async () => {
    await cell(1, "import torch\nx = torch.ones(1)\nx * 2", fresh);
    const running = cell(1, "y = x * 3", { continues: true, breakpoints: [{ by: "op", op: "mul" }] });
    await program.when((event) => event.kind === "paused");
    await runner.resume(null);
    expect(await running).toMatchObject({ status: "finished" });
    const opened = await runner.open(await runner.snapshot(0, {}));
    expect(opened.source.cells).toEqual([{ index: 1, source: "y = x * 3" }]);
    expect(opened.summary.cells.map(({ number }) => number)).toEqual([1, 2]);
    // Nothing of a snapshot runs.
    await expect(cell(2, "x")).rejects.toMatchObject({ code: "no-trace" });
  });

  it.each([
    ["the interpreter is gone", "import os\nos._exit(1)"],
    ["there was none", null],
  ])("have nowhere to go where %s", async (_what, source) => {
    if (source === null) await runner.run({ name: "a.ts", kind: "typescript", cells: [{ index: 0, source: "" }] });
    else expect(await cell(0, source, fresh)).toMatchObject({ status: "failed", lives: false });
    await expect(cell(1, "1")).rejects.toMatchObject({ code: "no-trace" });
    expect(await cell(0, "1 + 1", fresh)).toMatchObject({ status: "finished" });
  });
});

describe("sections of a script", () => {
  const source = (cells: RunSource["cells"], echo?: boolean): RunSource => ({
    name: "parts.py",
    kind: "python",
    cells,
    ...(echo === undefined ? {} : { echo }),
  });

  it("keep the lines of their file, and show values only when that is wanted", async () => {
    const end = await program.runSource(
      source([
        { index: 0, source: "import torch\nx = torch.ones(2)\nx", line: 1 },
        { index: 1, source: "# %%\nx + 1", line: 5 },
      ]),
    );
    expect(end).toMatchObject({ status: "finished", lives: true });
    expect(program.printed("out")).toBe("");
    expect(end.summary?.locations).toContainEqual(expect.objectContaining({ file: "parts.py", line: 6, cell: null }));
    expect(end.summary?.cells.map(({ cell }) => cell)).toEqual([1]);
    const failed = await program.runSource(source([{ index: 2, source: "# %%\nx @ torch.ones(3)", line: 9 }], true), {
      continues: true,
    });
    expect(failed.failure).toMatchObject({ cell: null, line: 10 });
    expect(failed.failure?.traceback).toContain('File "parts.py", line 10, in <module>');
    await program.runSource(source([{ index: 1, source: "# %%\nx + 1", line: 5 }], true), { continues: true });
    expect(program.printed("out")).toBe("tensor([2., 2.])\n");
    const { source: kept } = await runner.open(await runner.snapshot(-1, {}));
    expect(kept.cells).toEqual([
      { index: 0, source: "import torch\nx = torch.ones(2)\nx\n\n# %%\nx + 1\n\n\n# %%\nx @ torch.ones(3)" },
    ]);
  });
});
