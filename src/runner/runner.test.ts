import { afterAll, describe, expect, it } from "vitest";
import { createRunner } from "./create-runner.ts";
import { builtFolder, createNodeRunner } from "./node-runner.ts";
import { drive, prints } from "./runner.fixture.ts";
import { type RunnerProcess, spawnChild } from "./runner-process.ts";

const program = drive(createNodeRunner());
const { runner } = program;
afterAll(() => runner.close());

const STEP = `import { torch } from "backstep";
const x = torch.tensor([1, 2, 3], { requiresGrad: true });
const y = x.mul(x).sum();
y.backward();
console.log(String(x.grad));
`;

describe("TypeScript programs", () => {
  it("run and leave a trace", async () => {
    const end = await program.run("typescript", STEP);
    expect(end.status).toBe("finished");
    expect(program.printed("out")).toBe("tensor([2., 4., 6.])\n");
    const { nodes } = await runner.ask("scene", { scene: 0 });
    expect(nodes.flatMap((node) => node.names)).toContain("x");
    expect(end.summary?.locations).toContainEqual(expect.objectContaining({ file: "model.ts", line: 3, cell: null }));
  });

  it("fail with the person's line, also in what nobody awaits", async () => {
    expect(
      await program.run("typescript", "function f(): void {\n  throw new RangeError('bad');\n}\nf();"),
    ).toMatchObject({
      status: "failed",
      failure: { type: "RangeError", message: "bad", line: 2, cell: null },
    });
    const later = "async function main() {\n  await null;\n  throw new TypeError('late');\n}\nmain();";
    expect(await program.run("typescript", later)).toMatchObject({ failure: { type: "TypeError", line: 3 } });
    const timer = "setTimeout(() => {\n  throw new Error('timer');\n}, 5);";
    expect(await program.run("typescript", timer)).toMatchObject({ failure: { message: "timer", line: 2 } });
    expect(await program.run("typescript", "const x = ;")).toMatchObject({ failure: { type: "SyntaxError", line: 1 } });
    expect(await program.run("typescript", "await new Promise(() => {});")).toMatchObject({ status: "failed" });
  });

  it("end when nothing is left to do", async () => {
    const source =
      "async function main() {\n  await new Promise((r) => setTimeout(r, 30));\n  console.log('later');\n}\nmain();";
    expect(await program.run("typescript", source)).toMatchObject({ status: "finished" });
    expect(program.printed("out")).toBe("later\n");
  });

  it.each([
    ["computes", "console.log('on');\nawait new Promise((r) => setTimeout(r, 30));\nfor (;;) {}"],
    ["waits", "console.log('on');\nawait new Promise((r) => setTimeout(r, 1e6));"],
  ])("stop when one %s", async (_what, source) => {
    const running = program.run("typescript", source);
    await program.when(prints("on"));
    await runner.stop();
    expect(await running).toMatchObject({ status: "stopped", failure: null });
  });

  it("that tamper with their realm cost themselves, not the host", async () => {
    const lie = `JSON.stringify = () => '{"type":"reply","id":' + globalThis.id++ + ',"value":{"status":"conquered"}}';
Object.defineProperty(globalThis, "id", { value: 0, writable: true });
Array.prototype.push = () => { throw new Error("no"); };
console.log("lied");`;
    const running = program.run("typescript", lie);
    const stopped = new Promise((done) => setTimeout(done, 1000)).then(() => runner.stop());
    const end = await running;
    expect(["lost", "stopped", "failed"]).toContain(end.status);
    await stopped;
    expect(await program.run("typescript", "console.log('well')")).toMatchObject({ status: "finished" });
  });

  it("are declared for the editor", async () => {
    await expect(runner.declarations()).resolves.toContain('declare module "backstep"');
  });
});

describe("snapshots", () => {
  it("bring a trace back without running anything", async () => {
    const end = await program.run("typescript", STEP);
    const bytes = await runner.snapshot(3, { zoom: 2 });
    const before = await runner.ask("view", { cursor: 3 });
    await program.run("typescript", "console.log(1)");
    const opened = await runner.open(bytes);
    expect(opened).toMatchObject({ cursor: 3, view: { zoom: 2 }, source: { name: "model.ts", kind: "typescript" } });
    expect(opened.summary.events).toBe(end.summary?.events);
    expect(program.printed("out")).toBe("1\n");
    await expect(runner.ask("view", { cursor: 3 })).resolves.toEqual(before);
    await expect(runner.open(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ code: "bad-snapshot" });
    await expect(runner.ask("view", { cursor: 3 })).resolves.toEqual(before);
  });
});

it("tells questions about a trace that another takes the place of, and not that anything is wrong", async () => {
  await program.run("python", "import torch\nx = torch.ones(2)");
  const questions = Array.from({ length: 50 }, () =>
    runner.ask("findings", {}).then(
      () => "answered",
      (error: { code: string }) => error.code,
    ),
  );
  const next = program.run("python", "import torch\ny = torch.ones(2)");
  expect(new Set([...(await Promise.all(questions)), "answered", "replaced"])).toEqual(
    new Set(["answered", "replaced"]),
  );
  expect((await next).status).toBe("finished");
});

describe("a lost process", () => {
  it("costs the run, not the runner", async () => {
    const children: RunnerProcess[] = [];
    const mortal = createRunner({
      spawn() {
        const child = spawnChild(`${builtFolder()}/process.mjs`);
        children.push(child);
        return child;
      },
    });
    const { run, when } = drive(mortal);
    const running = run("typescript", "console.log('on');\nawait new Promise((r) => setTimeout(r, 1e6));");
    await when(prints("on"));
    const asked = mortal.snapshot(0, {}).then(
      () => "answered",
      (error) => error.code,
    );
    children[0].kill();
    const end = await running;
    expect(end).toMatchObject({ status: "lost", summary: null, failure: { type: "Lost" } });
    expect(["answered", "lost"]).toContain(await asked);
    expect((await run("typescript", "console.log('again')")).status).toBe("finished");
    const late = mortal.ask("summary", {}).catch((error) => error.code);
    await mortal.close();
    expect(await late).toBe("closed");
    await expect(mortal.ask("summary", {})).rejects.toMatchObject({ code: "closed" });
    await expect(run("typescript", "")).rejects.toMatchObject({ code: "closed" });
  });

  it("is what an exhausted JavaScript heap makes; a program that only hoards tensors gets an error first", async () => {
    const small = createNodeRunner({ heap: 400 });
    const { run, printed } = drive(small);
    try {
      const hoard = "const kept = [];\nfor (;;) kept.push({ a: [kept.length], b: String(kept.length) });";
      const end = await run("typescript", hoard);
      expect(end).toMatchObject({
        status: "lost",
        failure: { message: expect.stringContaining("memory") },
        summary: null,
      });
      const graph = `import { torch } from "backstep";
let x = torch.ones([1], { requiresGrad: true });
for (;;) x = x.add(1);`;
      const full = await run("typescript", graph, { maxEvents: 1000 });
      expect(full).toMatchObject({ status: "failed", failure: { type: "RuntimeError", line: 3 } });
      expect(full.failure?.message).toContain("can't allocate memory");
      expect(full.summary?.events).toBeGreaterThan(900);
      expect(printed("err")).toContain("no more fit");
    } finally {
      await small.close();
    }
  });
});
