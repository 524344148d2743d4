/** Whole runs through `backstep run`, in a process of its own, without display and Electron. Builds the runner when it is stale. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSnapshot } from "../trace/snapshot.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const bin = join(project, "bin", "backstep.mjs");
const folder = mkdtempSync(join(tmpdir(), "backstep-programs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** `onOutput` gets everything printed so far; it may end the process. */
function backstep(
  args: string[],
  onOutput: (stdout: string, signal: (name: NodeJS.Signals) => void) => void = () => {},
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: folder,
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"] },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data: Buffer) => {
      stdout += data.toString("utf8");
      onOutput(stdout, (name) => child.kill(name));
    });
    child.stderr.on("data", (data: Buffer) => {
      stderr += data.toString("utf8");
    });
    child.on("error", reject);
    // A source that was edited meanwhile is built first, which is told.
    child.on("close", (code) =>
      resolve({ code, stdout, stderr: stderr.replace("backstep: building the command line …\n", "") }),
    );
  });
}

function program(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

interface Case {
  id: string;
  cat: string;
  title: string;
  py: string;
  stdout: string;
}
const packed = readFileSync(join(project, "resources", "oracle", "programs.json.br"));
const { cases } = JSON.parse(brotliDecompressSync(packed).toString("utf8")) as { cases: Case[] };

beforeAll(async () => {
  const first = await backstep(["run", program("first.py", "print('ready')")]);
  expect(first.stdout).toBe("ready\n");
});

describe("a program prints what PyTorch prints", () => {
  test.each(cases.filter(({ cat }) => cat === "seed").map((c) => [c.title, c] as const))("%s", async (_title, seed) => {
    const { code, stdout, stderr } = await backstep(["run", program("seed.py", seed.py)]);
    expect([stdout, stderr, code]).toEqual([seed.stdout, "", 0]);
  });
});

test("an error's traceback goes to stderr, with exit code 1", async () => {
  const text = "import torch\na = torch.ones(2, requires_grad=True)\nprint('before')\na.backward()\n";
  const { code, stdout, stderr } = await backstep(["run", program("error.py", text)]);
  expect([code, stdout]).toEqual([1, "before\n"]);
  expect(stderr).toMatch(/^Traceback \(most recent call last\):\n {2}File "error\.py", line 4, in <module>\n/);
  expect(stderr).toMatch(/RuntimeError: grad can be implicitly created only for scalar outputs\n$/);
});

test("a program imports the modules beside it and reads the data there; a traceback names their files", async () => {
  program("shapes.py", "import torch\n\ndef bad(x):\n    return x @ x\n");
  program("numbers.csv", "1,2,3\n4,5,6\n");
  const text = `import numpy as np
import torch
import shapes
x = torch.from_numpy(np.loadtxt("numbers.csv", delimiter=","))
print(x.sum())
shapes.bad(x)
`;
  const { code, stdout, stderr } = await backstep(["run", program("main.py", text)]);
  expect([code, stdout]).toEqual([1, "tensor(21., dtype=torch.float64)\n"]);
  expect(stderr).toContain('File "main.py", line 6, in <module>\n    shapes.bad(x)\n');
  expect(stderr).toContain('File "shapes.py", line 4, in bad\n    return x @ x\n');
});

test("sys.exit decides the exit code", async () => {
  const { code, stdout, stderr } = await backstep(["run", program("exit.py", "import sys\nprint(1)\nsys.exit(3)\n")]);
  expect([code, stdout, stderr]).toEqual([3, "1\n", ""]);
});

test("a notebook's cells run in order, and the last expression of each is shown", async () => {
  const cell = (source: string) => ({ cell_type: "code", source, metadata: {}, outputs: [], execution_count: null });
  const cells = [
    cell("import torch\na = torch.tensor(2., requires_grad=True)\na * 3"),
    cell("(a * a).backward()\na.grad"),
  ];
  const text = JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });
  const { code, stdout } = await backstep(["run", program("book.ipynb", text)]);
  expect([code, stdout]).toEqual([0, "tensor(6., grad_fn=<MulBackward0>)\ntensor(4.)\n"]);
});

test("a TypeScript program runs on the same engine", async () => {
  const text = `import { tensor } from "backstep";
const a: number[] = [1, 2, 3];
const w = tensor(a, { requiresGrad: true });
w.mul(w).sum().backward();
console.log(String(w.grad));
`;
  const { code, stdout, stderr } = await backstep(["run", program("model.ts", text), "--table"]);
  expect([code, stdout, stderr]).toEqual([0, "tensor([2., 4., 6.])\nw  (3,)  grad norm 7.48331\n", ""]);
});

test("Ctrl+C ends a program that would never end", async () => {
  const text = "import torch\nprint('started', flush=True)\nwhile True:\n    torch.ones(3).sum()\n";
  let sent = false;
  const { code } = await backstep(["run", program("endless.py", text)], (stdout, signal) => {
    if (!sent && stdout.includes("started")) {
      sent = true;
      signal("SIGINT");
    }
  });
  expect(code).toBe(130);
});

test("table and exports of a training loop; the snapshot opens again", async () => {
  const text = `import torch
torch.manual_seed(0)
w = torch.randn(3, 2, requires_grad=True)
x = torch.randn(5, 3)
for step in range(3):
    loss = (x @ w).pow(2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    if step < 2:
        w.grad = None
`;
  const files = ["loop.svg", "loop.json", "loop.html"].flatMap((name) => ["-o", name]);
  const run = await backstep(["run", program("loop.py", text), "--table", ...files]);
  expect([run.code, run.stderr]).toEqual([0, ""]);
  expect(run.stdout).toMatch(/^w {2}\(3, 2\) {2}grad norm \d\.\d+\n$/);
  const snapshot = readSnapshot(readFileSync(join(folder, "loop.json")));
  expect(snapshot.source).toMatchObject({ name: "loop.py", cells: [{ source: text }] });
  const svg = readFileSync(join(folder, "loop.svg"), "utf8");
  const shown = await backstep(["show", "loop.json", "--table", "-o", "again.svg"]);
  expect([shown.code, shown.stdout, shown.stderr]).toEqual([0, run.stdout, ""]);
  expect(readFileSync(join(folder, "again.svg"), "utf8")).toBe(svg);
  const broken = await backstep(["show", program("broken.json", '{"format":"backstep-snapshot","version":1}')]);
  expect([broken.code, broken.stderr]).toEqual([
    1,
    expect.stringMatching(/^backstep: "broken\.json": The snapshot is damaged: .*\n$/),
  ]);
});
