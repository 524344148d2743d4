import { afterAll, describe, expect, it } from "vitest";
import { createNodeRunner } from "./node-runner.ts";
import { drive, prints } from "./runner.fixture.ts";

const program = drive(createNodeRunner());
const { runner } = program;
afterAll(() => runner.close());

const STEP =
  "import torch\nx = torch.tensor([1., 2.], requires_grad=True)\nloss = (x * x).sum()\nloss.backward()\nprint(x.grad)";

/** What `%time` prints, without the numbers that differ from run to run. */
const took = "CPU times: user TIME, sys: TIME, total: TIME\nWall time: TIME\n";
const untimed = (text: string): string =>
  text.replace(/[\d.e+]+ [mμn]?s\b/g, "TIME").replace(/[\d,]+ loops? each\)(?=\n$)/, "N loops each)");

describe("Python programs", () => {
  it("has nothing to say before the first run", async () => {
    await expect(runner.ask("summary", {})).rejects.toMatchObject({ code: "no-trace" });
    await expect(runner.snapshot(0, {})).rejects.toMatchObject({ code: "no-trace" });
  });

  it("runs a script and answers questions about its trace", async () => {
    const end = await program.run("python", STEP);
    expect(end.status).toBe("finished");
    expect(end.failure).toBeNull();
    expect(program.printed("out")).toBe("tensor([2., 4.])\n");
    expect(end.summary?.running).toBe(false);
    const { nodes } = await runner.ask("scene", { scene: 0 });
    expect(nodes.map((node) => [node.kind, node.op, node.names])).toContainEqual(["leaf", "", ["x"]]);
    expect(nodes.map((node) => node.op)).toEqual(expect.arrayContaining(["mul", "sum"]));
    const [value] = await runner.ask("values", { ids: [0] });
    expect(value.text).toMatch(/^tensor\(\[[12]\., /);
    expect(end.summary?.locations).toContainEqual(expect.objectContaining({ file: "model.py", line: 3, cell: null }));
    await expect(runner.ask("events", { first: 0, last: 3 })).resolves.toHaveLength(3);
    await expect(runner.ask("scene", { scene: 77 })).rejects.toMatchObject({ code: "bad-question" });
  });

  it("calls tensors by what holds them: variables, lists, dicts, modules with their buffers, and objects of the program", async () => {
    const { summary } = await program.run(
      "python",
      `import torch
class Neuron:
    def __init__(self):
        self.w = torch.ones(2, requires_grad=True)
    def __call__(self, x):
        return (self.w * x).sum()
n = Neuron()
params = {"W": torch.ones(2, requires_grad=True)}
layers = [torch.ones(2, requires_grad=True)]
norm = torch.nn.BatchNorm1d(2)
x = torch.ones(3, 2)
(n(norm(x)[0]) + (params["W"] * layers[0]).sum()).backward()
`,
    );
    const { nodes } = await runner.ask("scene", { scene: summary?.scenes.at(-1)?.id ?? -1 });
    const names = nodes.flatMap((node) => node.names.slice(0, 1));
    expect(names).toEqual(
      expect.arrayContaining(["n.w", "params['W']", "layers[0]", "norm.weight", "norm.running_mean", "x"]),
    );
  });

  it("retains gradients of results as PyTorch does, and tells of them", async () => {
    await program.run(
      "python",
      `
import torch
x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
y.retain_grad()
z = (y ** 2).sum()
z.backward(retain_graph=True)
first = y.grad
z.backward(retain_graph=True)
print(y.grad, first)
(y ** 3).sum().backward(create_graph=True)
print(y.grad)`,
    );
    // PyTorch 2.6.0 prints these.
    expect(program.printed("out")).toBe(
      "tensor([ 8., 16.]) tensor([4., 8.])\ntensor([20., 64.], grad_fn=<AddBackward0>)\n",
    );
    const { events } = await runner.ask("summary", {});
    const all = await runner.ask("events", { first: 0, last: events });
    expect(all.filter((event) => event.kind === "leaf.accumulate" && event.retained)).toHaveLength(3);
  });

  it("keeps graphs where asked to, but not where the program says otherwise", async () => {
    const twice =
      "import torch\na = torch.ones(1, requires_grad=True)\nb = a * a\nb.backward(FIRST)\nb.backward()\nprint(a.grad)";
    const run = (first: string, keepGraphs: boolean) =>
      program.run("python", twice.replace("FIRST", first), { keepGraphs });
    expect((await run("", false)).failure?.message).toMatch(/^Trying to backward through the graph a second time/);
    expect((await run("", true)).failure).toBeNull();
    expect(program.printed("out")).toBe("tensor([4.])\n");
    expect((await run("retain_graph=False", true)).failure?.message).toMatch(/a second time/);
  });

  it("starts every run afresh", async () => {
    const source = "import torch\nprint('x' in globals(), torch.rand(1).item() != 2)\ntorch.manual_seed(7)\nx = 1";
    await program.run("python", source);
    expect((await program.run("python", source)).status).toBe("finished");
    expect(program.printed("out")).toBe("False True\n");
  });

  it("shows the person's own lines in a traceback, and the error in the trace", async () => {
    const end = await program.run("notebook", [
      "import torch\ndef f(a):\n    return a @ torch.ones(3, 4)",
      "try:\n    int('q')\nexcept ValueError:\n    f(torch.ones(2, 2, requires_grad=True))",
    ]);
    const message = "mat1 and mat2 shapes cannot be multiplied (2x2 and 3x4)";
    expect(end).toMatchObject({ status: "failed", failure: { type: "RuntimeError", message, cell: 0, line: 3 } });
    const text = program.printed("err");
    expect(text).toBe(end.failure?.traceback);
    expect(text).toContain('  File "<cell 2>", line 4, in <module>\n    f(torch.ones(2, 2, requires_grad=True))\n');
    expect(text).toContain("During handling of the above exception, another exception occurred:");
    expect(text).not.toContain("site-packages");
    const { seq } = await runner.ask("find", { from: -1, dir: 1, match: { by: "kind", kinds: ["error"] } });
    const [event] = await runner.ask("events", { first: seq ?? 0, last: (seq ?? 0) + 1 });
    expect(event).toMatchObject({ kind: "error", type: "RuntimeError", message });
    expect(end.summary?.locations[event.loc]).toMatchObject({ file: "model.ipynb", cell: 0, line: 3 });
  });

  it("runs a notebook as Jupyter does", async () => {
    const end = await program.run("notebook", [
      "%matplotlib inline\n!pip install torch\nimport torch, asyncio\nx = torch.ones(2)\nx",
      "async def g():\n    await asyncio.sleep(0.01)\n    return 5\nawait g()",
      "x * 2;",
      "%%bash\nls",
      "y = [list(range(30)), 'text']\ny",
      "%time z = 3\nprint(z, __name__)\nNone",
      "[torch.eye(2), {'a': torch.eye(2)}]",
    ]);
    expect(end.status).toBe("finished");
    const lists = `[[${[...Array(30).keys()].join(",\n  ")}],\n 'text']`;
    const nested = "[tensor([[1., 0.],\n         [0., 1.]]),\n {'a': tensor([[1., 0.],\n          [0., 1.]])}]";
    expect(untimed(program.printed("out"))).toBe(
      `[Backstep left out: !pip install torch]\ntensor([1., 1.])\n5\n[Backstep left out a %%bash cell]\n${lists}\n${took}3 __main__\n${nested}\n`,
    );
    const cells = program.events().flatMap((event) => (event.kind === "output" ? [event.cell] : []));
    expect([...new Set(cells)]).toEqual([0, 1, 3, 4, 5, 6]);
  });

  it("times code as IPython does, where it stands, and keeps repetitions out of the trace", async () => {
    const end = await program.run("notebook", [
      "%%time\nimport torch\nw = torch.ones(2, requires_grad=True)\nw",
      "%time y = w * 2\ny",
      "%timeit -n 5 -r 1 w * 3",
      "%%timeit -n 2 -r 3 k = 2\nz = w * k\nz + 1",
      "%timeit w * 4",
      "%%time\nw @ torch.ones(3)",
    ]);
    expect(end.failure).toMatchObject({ type: "RuntimeError", cell: 5, line: 2 });
    const text = untimed(program.printed("out")).replace(/^The slowest run took .*\n/gm, "");
    const loops = (runs: string, loops: string): string =>
      `TIME ± TIME per loop (mean ± std. dev. of ${runs}, ${loops} loops each)\n`;
    expect(text).toBe(
      `${took}tensor([1., 1.], requires_grad=True)\n${took}tensor([2., 2.], grad_fn=<MulBackward0>)\n${loops("1 run", "5")}${loops("3 runs", "2")}${loops("7 runs", "N")}`,
    );
    expect(end.summary?.locations).toContainEqual(expect.objectContaining({ cell: 1, line: 1 }));
    const { nodes } = await runner.ask("scene", { scene: end.summary?.scenes[0]?.id ?? -1 });
    expect(nodes.filter((node) => node.op === "mul")).toHaveLength(1);
  });

  it("tells what an object is, captures output and writes files as IPython does", async () => {
    const end = await program.run("notebook", [
      'def f(x, y=2):\n    """Doubles."""\n    return 2 * x',
      "f?",
      "?f.__name__",
      "f??",
      "no.such?",
      '%%capture kept\nprint("hidden")\n3',
      "print(kept.stdout, end='')\nkept.show()",
      "%%writefile beside.py\nimport torch\n\ndef double(x):\n    return 2 * x",
      "%%writefile beside.py\nimport torch\n\ndef double(x):\n    return x + x",
      "import beside, torch\nbeside.double(torch.ones(2))",
    ]);
    expect(end.status).toBe("finished");
    // As IPython 8.35 prints it; str's documentation follows the last.
    const head = "Signature: f(x, y=2)\n";
    const tail = "File:      <cell 1>\nType:      function\n";
    const name = "Type:        str\nString form: f\nLength:      1\nDocstring:  \n";
    const text = program.printed("out");
    expect(text.startsWith(`${head}Docstring: Doubles.\n${tail}${name}`)).toBe(true);
    expect(text.slice(text.indexOf("Signature", 1))).toBe(
      `${head}Source:   \ndef f(x, y=2):\n    """Doubles."""\n    return 2 * x\n${tail}Object \`no.such\` not found.\nhidden\nhidden\n3\nWriting beside.py\nOverwriting beside.py\ntensor([2., 2.])\n`,
    );
  });

  it("imports what programs often import in vain, and says at its first use that it is not there", async () => {
    const end = await program.run(
      "python",
      `import pandas as pd
from scipy import stats
import torch.onnx
from PIL import Image
for use in (lambda: pd.DataFrame(), lambda: stats.norm, lambda: Image.open("a.png"), lambda: torch.onnx.export, lambda: torch.special.airy_ai, lambda: torch.special.airy):
    try:
        use()
    except AttributeError as error:
        print(str(error).partition(":")[0])
import tensorflow`,
    );
    expect(program.printed("out")).toBe(
      "pandas.DataFrame is not part of Backstep\nscipy.stats.norm is not part of Backstep\nPIL.Image.open is not part of Backstep\ntorch.onnx.export is not part of Backstep\ntorch.special.airy_ai is not part of Backstep\nmodule 'torch.special' has no attribute 'airy'\n",
    );
    expect(end.failure).toMatchObject({ type: "ModuleNotFoundError", message: "tensorflow is not part of Backstep" });
  });

  it("prints warnings at the person's line, refuses input(), ends at sys.exit", async () => {
    const source =
      "import warnings, sys\nwarnings.warn('careful')\nprint(sys.argv)\nif __name__ == '__main__':\n    name = input('Name?')";
    const end = await program.run("python", source);
    expect(program.printed("err")).toContain("model.py:2: UserWarning: careful\n  warnings.warn('careful')\n");
    expect(program.printed("out")).toBe("['model.py']\n");
    expect(end.failure).toMatchObject({ type: "RuntimeError", line: 5, message: expect.stringContaining("keyboard") });
    expect(await program.run("python", "import sys\nsys.exit()")).toMatchObject({ status: "finished" });
    expect(await program.run("python", "import sys\nsys.exit('no data')")).toMatchObject({
      status: "failed",
      failure: { type: "SystemExit", message: "no data", line: 2 },
    });
    expect(program.printed("err")).toBe("no data\n");
  });

  it("says where a source is no Python", async () => {
    const end = await program.run("python", "x = 1\nprint(x\n");
    expect(end.failure).toMatchObject({ type: "SyntaxError", line: 2 });
    expect(end.failure?.traceback).toBe(
      `  File "model.py", line 2\n    print(x\n         ^\nSyntaxError: '(' was never closed\n`,
    );
  });

  it("imports modules and reads data that stand beside the program, by their own names", async () => {
    const base64 = (text: string): string => btoa(text);
    const files = [
      {
        path: "net/layers.py",
        base64: base64("def double(x):\n    return x * 2\n\ndef wrong(x):\n    return x @ x\n"),
      },
      { path: "data/names.txt", base64: base64("emma\nolivia\n") },
    ];
    const text = `import torch
from net.layers import double, wrong
print(open("data/names.txt").read().split())
double(torch.ones(2, requires_grad=True)).sum().backward()
open("data/names.txt", "w").write("mia")
wrong(torch.ones(2, 3))`;
    const end = await program.run("python", text, { files });
    expect(program.printed("out")).toBe("['emma', 'olivia']\n");
    expect(end.failure).toMatchObject({ type: "RuntimeError", line: 6, cell: null });
    expect(end.failure?.traceback).toContain('File "net/layers.py", line 5, in wrong\n    return x @ x\n');
    const places = (end.summary?.locations ?? []).map(({ file, line, elsewhere }) => [file, line, elsewhere]);
    expect(places).toEqual(
      expect.arrayContaining([
        ["net/layers.py", 2, true],
        ["model.py", 4, undefined],
      ]),
    );
  });

  it("keeps what a session wrote under the name of a file beside it", async () => {
    const files = [{ path: "a.txt", base64: btoa("old") }];
    await program.run("notebook", "open('a.txt', 'w').write('new')", { files });
    await program.run("notebook", "print(open('a.txt').read())", { files, continues: true });
    expect(program.printed("out")).toBe("new\n");
  });

  it("survives what ends the interpreter", async () => {
    const deep = "x = []\nfor i in range(200000):\n    x = [x]\nrepr(x)";
    for (const source of ["import os\nos._exit(3)", deep]) {
      const end = await program.run("python", source);
      expect(end.status).toBe("failed");
      expect(end.failure?.message).not.toBe("");
    }
    const end = await program.run("python", "def f(n):\n    return f(n + 1)\nf(0)");
    expect(end.failure).toMatchObject({ type: "RecursionError", line: 2 });
  });

  it("answers while the program runs, and keeps the trace of a stopped one", async () => {
    const loop =
      "import torch\nx = torch.ones(3, requires_grad=True)\nwhile True:\n    (x * x).sum().backward()\n    x.grad = None";
    const running = program.run("python", loop);
    await program.when((event) => event.kind === "progress");
    await expect(runner.run({ name: "b.py", kind: "python", cells: [] })).rejects.toMatchObject({ code: "busy" });
    const summary = await runner.ask("summary", {});
    expect(summary.running).toBe(true);
    expect(summary.events).toBeGreaterThan(0);
    await runner.stop();
    const end = await running;
    expect(end).toMatchObject({ status: "stopped", failure: null });
    expect(end.summary?.events).toBeGreaterThanOrEqual(summary.events);
    expect(program.printed("err")).toBe("");
    expect((await runner.ask("events", { first: 0, last: 5 })).length).toBe(5);
  });

  it.each([
    [
      "waits",
      "import time\nprint('on', flush=True)\ntry:\n    time.sleep(1000)\nfinally:\n    print('tidied')",
      "tidied\n",
    ],
    ["computes", "print('on')\nwhile True:\n    pass", ""],
  ])("stops a program that %s", async (_what, source, more) => {
    const running = program.run("python", source);
    await program.when(prints("on"));
    await runner.stop();
    const end = await running;
    expect(end.status).toBe("stopped");
    expect(end.summary).not.toBeNull();
    expect(program.printed("out")).toBe(`on\n${more}`);
  });

  it.each([
    ["catches every interrupt", "while True:\n    try:\n        while True: pass\n    except BaseException: pass"],
    ["switches interrupts off", "import pyodide_js\npyodide_js.setInterruptBuffer(None)\nwhile True: pass"],
    ["never comes back from C", "sum(range(10 ** 12))"],
  ])("ends a program that %s by ending its worker", async (_what, source) => {
    const running = program.run("python", `print('on')\n${source}`);
    await program.when(prints("on"));
    await runner.stop();
    expect(await running).toMatchObject({ status: "stopped", failure: null, summary: null });
    await expect(runner.ask("summary", {})).rejects.toMatchObject({ code: "no-trace" });
    expect(await program.run("python", "print('well')")).toMatchObject({ status: "finished" });
  });

  it("stops a program that has not begun", async () => {
    const running = program.run("python", "print('never')");
    const stopped = runner.stop();
    expect((await running).status).toMatch(/stopped|finished/);
    await stopped;
    expect(await program.run("python", "print('well')")).toMatchObject({ status: "finished" });
  });

  it("keeps to its limits", async () => {
    const hoard = "import torch\nkept = []\nwhile True:\n    kept.append(torch.ones(1000, 1000))";
    const end = await program.run("python", hoard, { memoryLimit: 100 * 2 ** 20, valueBudget: 2 ** 20 });
    expect(end.failure).toMatchObject({
      type: "RuntimeError",
      message: expect.stringContaining(
        "DefaultCPUAllocator: can't allocate memory: you tried to allocate 4000000 bytes.",
      ),
      line: 4,
    });
    expect(end.summary?.events).toBeGreaterThan(0);
    const long =
      "import torch\nx = torch.ones(1, requires_grad=True)\nfor i in range(1000):\n    x = x + 1\nprint(x.item())";
    const capped = await program.run("python", long, { maxEvents: 200 });
    expect(capped.status).toBe("finished");
    expect(capped.summary?.events).toBeLessThan(300);
    expect(program.printed("out")).toBe("1001.0\n");
    expect(program.printed("err").match(/events are recorded and no more fit/g)).toHaveLength(1);
  });

  it("hands what a user's function saves to saved-tensor hooks, and its context to whoever asks its node", async () => {
    await program.run(
      "python",
      `import torch
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.power = 3
        ctx.save_for_backward(x, None)
        return x ** 3
    @staticmethod
    def backward(ctx, g):
        return g * ctx.power * ctx.saved_tensors[0] ** 2
x = torch.ones(2, requires_grad=True)
hooks = lambda t: (print("pack", tuple(t.shape)), t.detach() * 2)[1], lambda t: (print("unpack"), t)[1]
with torch.autograd.graph.saved_tensors_hooks(*hooks):
    y = Cube.apply(x)
print(y.grad_fn.power, y.grad_fn.saved_tensors)
y.sum().backward()
print(x.grad)
try:
    y.grad_fn.nothing
except AttributeError as error:
    print(error)
`,
    );
    // What PyTorch 2.6.0 prints.
    expect(program.printed("out")).toBe(
      "pack (2,)\nunpack\n3 (tensor([2., 2.], requires_grad=True), None)\nunpack\ntensor([12., 12.])\n'CubeBackward' object has no attribute 'nothing'\n",
    );
  });

  it("takes from the random stream what PyTorch takes for gradgradcheck", async () => {
    await program.run(
      "python",
      `import torch
torch.manual_seed(0)
x = torch.ones(3, dtype=torch.double, requires_grad=True)
print(torch.autograd.gradgradcheck(lambda x: x ** 3, (x,)), torch.randn(2))
`,
    );
    expect(program.printed("out")).toBe("True tensor([ 1.2645, -0.6874])\n");
  });
});
