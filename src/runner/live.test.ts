import { afterAll, describe, expect, it } from "vitest";
import type { HitCount } from "../trace/query.ts";
import { createNodeRunner } from "./node-runner.ts";
import type { Pause, RunnerEvent } from "./protocol.ts";
import { drive, prints } from "./runner.fixture.ts";

const program = drive(createNodeRunner());
const { runner } = program;
afterAll(() => runner.close());

const pauses = (): Extract<RunnerEvent, { kind: "paused" }>[] =>
  program.events().flatMap((event) => (event.kind === "paused" ? [event] : []));
/** The n-th pause of this run. */
const pause = async (n: number): Promise<Pause & { events: number }> => {
  await program.when(() => pauses().length >= n);
  const { summary, ...one } = pauses()[n - 1];
  return { ...one, events: summary.events };
};

const LOOP = `import torch
w = torch.ones(3, requires_grad=True)
print("on")
for i in range(40):
    loss = (w * 2).sum()
    loss.backward()
print("sum", w.grad.sum().item())`;

describe("a paused program", () => {
  it("stands still, answers every question, and loses nothing", async () => {
    const running = program.run("python", LOOP.replace("range(40)", "range(3000)"));
    await program.when((event) => event.kind === "progress");
    runner.pause();
    const at = await pause(1);
    expect(at).toMatchObject({ reason: "asked", breakpoint: null, seq: at.events - 1 });
    expect(at.line).toBeGreaterThan(3);
    const { events } = await runner.ask("summary", {});
    expect(events).toBe(at.events);
    await expect(runner.ask("events", { first: events - 2, last: events })).resolves.toHaveLength(2);
    await runner.ask("view", { cursor: events - 1 });
    await runner.ask("findings", {});
    expect((await runner.snapshot(0, {})).length).toBeGreaterThan(1000);
    await expect(runner.run({ name: "b.py", kind: "python", cells: [] })).rejects.toMatchObject({ code: "busy" });
    expect((await runner.ask("summary", {})).events).toBe(events);
    await runner.resume(null);
    expect(await running).toMatchObject({ status: "finished" });
    expect(program.printed("out")).toBe("on\nsum 18000.0\n");
  });

  it("advances by what is waited for, in either language", async () => {
    const typescript = `import { torch } from "backstep";
const w = torch.tensor([1, 2, 3], { requiresGrad: true });
for (let i = 0; i < 5; i++) w.mul(w).sum().backward();
console.log(String(w.grad));`;
    for (const [kind, source] of [
      ["python", LOOP],
      ["typescript", typescript],
    ] as const) {
      const running = program.run(kind, source, { breakpoints: [{ by: "op", op: "mul" }] });
      const first = await pause(1);
      expect(first).toMatchObject({ reason: "breakpoint", breakpoint: 0, seq: 0, line: kind === "python" ? 5 : 3 });
      await runner.breakpoints([]);
      await runner.resume({ by: "kind", kinds: ["bwd.edge"] });
      const second = await pause(2);
      const [event] = await runner.ask("events", { first: second.seq, last: second.seq + 1 });
      expect(event.kind).toBe("bwd.edge");
      expect(second).toMatchObject({ reason: "step", events: second.seq + 1 });
      // In the middle of a backward pass, one event at a time.
      await runner.resume({ by: "kind", kinds: ["bwd.edge", "bwd.accumulate", "bwd.enter", "saved.release"] });
      expect((await pause(3)).seq).toBe(second.seq + 1);
      await runner.resume({ by: "phase" });
      expect((await pause(4)).seq).toBeGreaterThan(second.seq + 1);
      await expect(runner.resume({ by: "largestGrad" })).rejects.toMatchObject({ code: "bad-question" });
      await runner.resume(null);
      expect(await running).toMatchObject({ status: "finished" });
    }
  });

  it("stands at every tenth execution of a line, and in the backward pass over it", async () => {
    const line = { by: "line", file: "model.py", cell: null, line: 5, hits: { is: "every", count: 10 } } as const;
    const running = program.run("python", LOOP, { breakpoints: [line] });
    for (let n = 1; n <= 8; n += 1) {
      const { seq } = await pause(n);
      const [event] = await runner.ask("events", { first: seq, last: seq + 1 });
      const forward = await runner.ask("events", { first: 0, last: seq });
      const executed = forward.filter(({ kind }) => kind === "bwd.seed").length + (n % 2);
      expect([event?.kind, executed]).toEqual([n % 2 === 1 ? "fwd.op" : "bwd.enter", 10 * Math.ceil(n / 2)]);
      await runner.resume(null);
    }
    expect(await running).toMatchObject({ status: "finished" });
    expect(pauses()).toHaveLength(8);
  });

  it("stands at an infinity too", async () => {
    const running = program.run("python", "import torch\nx = torch.zeros(1)\ny = x + 1\nz = torch.log(x)", {
      breakpoints: [{ by: "nan" }],
    });
    expect(await pause(1)).toMatchObject({ reason: "breakpoint", line: 4 });
    await runner.resume(null);
    expect(await running).toMatchObject({ status: "finished" });
  });

  it("stands at the first NaN, with its line, and counts no time while it stands", async () => {
    const source =
      "import torch\nx = torch.tensor([1., 0.], requires_grad=True)\ny = x * 2\nz = (y - y) / (x - x)\nprint('after')";
    const began = performance.now();
    const running = program.run("python", source, { breakpoints: [{ by: "grad", above: 1 }, { by: "nan" }] });
    const at = await pause(1);
    expect(at).toMatchObject({ reason: "breakpoint", breakpoint: 1, line: 4, cell: null });
    expect(program.printed("out")).toBe("");
    const [event] = await runner.ask("events", { first: at.seq, last: at.seq + 1 });
    expect(event).toMatchObject({ kind: "fwd.op" });
    const stood = performance.now();
    await new Promise((done) => setTimeout(done, 300));
    const stoodFor = performance.now() - stood;
    await runner.resume(null);
    const end = await running;
    expect(program.printed("out")).toBe("after\n");
    expect(end.milliseconds).toBeLessThan(performance.now() - began - stoodFor);
  });

  it.each([
    ["python", LOOP],
    ["typescript", 'import { torch } from "backstep";\nlet x = torch.ones([2]);\nfor (;;) x = x.add(1);'],
  ] as const)("can be stopped (%s), and keeps its trace", async (kind, source) => {
    const running = program.run(kind, source, { breakpoints: [{ by: "kind", kinds: ["fwd.op"] }] });
    const { events } = await pause(1);
    await runner.stop();
    const end = await running;
    expect(end).toMatchObject({ status: "stopped", failure: null });
    expect(end.summary?.events).toBeGreaterThanOrEqual(events);
    expect(pauses()).toHaveLength(1);
  });

  it.each([
    ["computes without tensors", "n = 0\nwhile n >= 0:\n    n += 1", [2, 3]],
    [
      "swallows every exception",
      "while True:\n    try:\n        n = sum(range(100))\n    except BaseException:\n        pass",
      [1, 2, 3, 4, 5],
    ],
    ["sleeps", "import time\ntime.sleep(1000)", [2]],
  ])("that %s stands between two of its own instructions", async (_what, source, lines) => {
    const running = program.run("python", `print('on')\n${source}`);
    await program.when(prints("on"));
    runner.pause();
    const at = await pause(1);
    expect(at).toMatchObject({ reason: "asked", seq: -1 });
    expect(lines.map((line) => line + 1)).toContain(at.line);
    await runner.resume(null);
    runner.pause();
    await pause(2);
    await runner.stop();
    expect((await running).status).toBe("stopped");
  });

  it("stands only when it comes back from a built-in function; till then the pause can be taken back", async () => {
    const source = "print('on')\nn = sum(range(10 ** 7))\nprint('n')\nx = [i for i in range(2000)]\nprint('end')";
    const running = program.run("python", source);
    await program.when(prints("on"));
    runner.pause();
    await pause(1);
    await runner.resume(null);
    expect(await running).toMatchObject({ status: "finished" });
    const again = program.run("python", source);
    await program.when(prints("on"));
    runner.pause();
    runner.resume(null).catch(() => undefined);
    await program.when((event) => event.kind === "paused" || prints("end")(event));
    if (pauses().length > 0) await runner.resume(null);
    expect(await again).toMatchObject({ status: "finished" });
  });

  it("of a snapshot or before any run is nothing", async () => {
    const fresh = createNodeRunner();
    try {
      fresh.pause();
      await expect(fresh.resume(null)).rejects.toMatchObject({ code: "no-trace" });
    } finally {
      await fresh.close();
    }
  });
});

describe("a line", () => {
  /** The hits of a line over the whole run, in words. */
  async function hits(line: number, file: string, only?: HitCount): Promise<string[]> {
    const match = { by: "line", file, cell: null, line, ...(only ? { hits: only } : {}) } as const;
    const found: string[] = [];
    let from = -1;
    for (;;) {
      const { seq } = await runner.ask("find", { from, dir: 1, match });
      if (seq === null) break;
      const [event] = await runner.ask("events", { first: seq, last: seq + 1 });
      found.push(event.kind);
      from = seq;
    }
    const back: number[] = [];
    for (let at: number | null = (await runner.ask("summary", {})).events; at !== null; ) {
      at = (await runner.ask("find", { from: at, dir: -1, match })).seq;
      if (at !== null) back.push(at);
    }
    expect(back).toHaveLength(found.length);
    return found;
  }
  const times = (count: number, kind: string): string[] => Array.from({ length: count }, () => kind);

  it("is reached once in each execution, and once by each backward pass that comes to what an execution made", async () => {
    await program.run(
      "python",
      `import torch
w = torch.ones(2, requires_grad=True)
def f(x):
    return x * 2 + 1
def power(x, n):
    return x if n == 0 else power(x, n - 1) * x
for i in range(3):
    y = f(w) * 3 + f(w) if i < 2 else f(w) - 1
    y.sum().backward()
with torch.no_grad():
    made = [w * k for k in range(4)]
    for k in range(2): w * k + k
net = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Tanh(), torch.nn.Linear(2, 2))
x = torch.ones(2)
for i in range(3):
    x = net(x)
for i in range(2): p = power(w, 3)
plain = 0
for i in range(5): plain += i
`,
    );
    const hitsOf = (line: number) => hits(line, "model.py");
    // Called twice in two turns and once in the third; the backward pass of each turn comes to each call.
    expect(await hitsOf(4)).toEqual([
      ...[...times(2, "fwd.op"), ...times(2, "bwd.enter")],
      ...[...times(2, "fwd.op"), ...times(2, "bwd.enter")],
      ...["fwd.op", "bwd.enter"],
    ]);
    expect(await hitsOf(8)).toEqual([1, 2, 3].flatMap(() => ["fwd.op", "bwd.enter"]));
    // Some executions only, with what a backward pass does in them.
    const some = (is: HitCount["is"], count: number) => hits(8, "model.py", { is, count });
    expect(await some("=", 2)).toEqual(["fwd.op", "bwd.enter"]);
    expect(await some(">=", 2)).toEqual([2, 3].flatMap(() => ["fwd.op", "bwd.enter"]));
    expect(await some("<", 2)).toEqual(["fwd.op", "bwd.enter"]);
    expect(await some(">", 3)).toEqual([]);
    expect(await hits(11, "model.py", { is: "every", count: 2 })).toEqual(times(2, "fwd.op"));
    // The sum, and the pass that begins there.
    expect(await hitsOf(9)).toEqual([1, 2, 3].flatMap(() => ["fwd.op", "bwd.enter"]));
    expect(await hitsOf(11)).toEqual(times(4, "fwd.op"));
    expect(await hitsOf(12)).toEqual(times(2, "fwd.op"));
    // One line of a module that runs many operators.
    expect(await hitsOf(16)).toEqual(times(3, "fwd.op"));
    // A recursion: each call executes the line; those of its first descent began before anything ran on it.
    expect(await hitsOf(6)).toEqual(times(1 + 3, "fwd.op"));
    expect(await hitsOf(19)).toEqual([]);
  });

  it("is reached in TypeScript as in Python", async () => {
    await program.run(
      "typescript",
      `import { torch, nn } from "backstep";
const w = torch.ones(2, { requiresGrad: true });
const f = (x: torch.Tensor) => x.mul(2).add(1);
for (let i = 0; i < 3; i++) {
  const y = f(w).mul(3).add(f(w));
  y.sum().backward();
}
const net = new nn.Sequential(new nn.Linear(2, 2), new nn.Tanh(), new nn.Linear(2, 2));
let x = torch.ones(2);
for (let i = 0; i < 3; i++) x = net.forward(x);
`,
    );
    const hitsOf = (line: number) => hits(line, "model.ts");
    expect(await hitsOf(3)).toEqual([1, 2, 3].flatMap(() => [...times(2, "fwd.op"), ...times(2, "bwd.enter")]));
    expect(await hitsOf(5)).toEqual([1, 2, 3].flatMap(() => ["fwd.op", "bwd.enter"]));
    expect(await hitsOf(10)).toEqual(times(3, "fwd.op"));
  });
});
