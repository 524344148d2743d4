import { afterAll, describe, expect, it } from "vitest";
import type { SceneGraph } from "../trace/graph-model.ts";
import { createNodeRunner } from "./node-runner.ts";
import { drive } from "./runner.fixture.ts";

const program = drive(createNodeRunner());
const { runner } = program;
afterAll(() => runner.close());

/** The calls around each operator of the first scene, numbered by their beginnings, without the long chain that makes it large. */
async function callsOf(kind: "python" | "typescript", source: string): Promise<string[]> {
  const { failure } = await program.run(kind, source);
  expect(failure).toBeNull();
  const graph: SceneGraph = await runner.ask("scene", { scene: 0 });
  const calls = new Map(graph.calls.map((call) => [call.id, call]));
  const counts = new Map<string, number>();
  const names = new Map<number, string>();
  for (const { id, within, name } of graph.calls) {
    const key = `${within} ${name}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    names.set(id, `${name}#${counts.get(key)}`);
  }
  const path = (id: number): string[] => {
    const call = calls.get(id);
    return call === undefined ? [] : [...path(call.within), names.get(id) as string];
  };
  return graph.nodes
    .filter(({ op }) => op !== "" && op !== "neg")
    .map(({ op, call }) => [...path(call), op].join(" / "));
}

/** Scenes of fewer operators are not divided. */
const large = "for _ in range(151): x = -x";

describe("calls around operators", () => {
  it("are those of functions and methods, and iterations of loops, each its own", async () => {
    const calls = await callsOf(
      "python",
      `import torch
class Neuron:
    def __call__(self, x):
        act = x.sin()
        for w in [2, 3]:
            act = act * w
        return act.tanh()
neurons = [Neuron(), Neuron()]
def layer(x):
    return sum([n(x) for n in neurons])
x = torch.tensor(1.0, requires_grad=True)
for step in range(2):
    x = layer(x).exp()
${large}
`,
    );
    const neuron = ["sin", "loop at line 5#1 / iteration#1 / mul", "loop at line 5#1 / iteration#2 / mul", "tanh"];
    const each = (step: number, n: number) =>
      neuron.map(
        (rest) =>
          `loop at line 12#1 / iteration#${step} / layer#1 / loop at line 10#1 / iteration#${n} / Neuron.__call__#1 / ${rest}`,
      );
    const inStep = (step: number) => [
      ...each(step, 1),
      ...each(step, 2),
      ...["add", "add"].map((op) => `loop at line 12#1 / iteration#${step} / layer#1 / ${op}`),
      `loop at line 12#1 / iteration#${step} / exp`,
    ];
    expect(calls).toEqual([...inStep(1), ...inStep(2)]);
  });

  it("nest with calls of modules: forward is that of its module, and helpers stand where they were called", async () => {
    const calls = await callsOf(
      "python",
      `import torch
from torch import nn
def activate(x):
    return square(x)
square = lambda x: x * x
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(1, 1), nn.Tanh())
    def forward(self, x):
        return activate(self.fc(x)).exp()
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block()
    def forward(self, x):
        return self.block(x.sin()) + helper(self, x)
def helper(net, x):
    return net.block(x)
x = torch.ones(1, 1, requires_grad=True)
x = Net()(x)
${large}
`,
    );
    const block = [
      "fc: Sequential#1 / 0: Linear#1 / t",
      "fc: Sequential#1 / 0: Linear#1 / addmm",
      "fc: Sequential#1 / 1: Tanh#1 / tanh",
      "activate#1 / mul",
      "exp",
    ];
    expect(calls).toEqual([
      "Net#1 / sin",
      ...block.map((rest) => `Net#1 / block: Block#1 / ${rest}`),
      ...block.map((rest) => `Net#1 / helper#1 / block: Block#1 / ${rest}`),
      "Net#1 / add",
    ]);
  });

  it("end with an exception, pass through generators, and are bounded in recursion", async () => {
    const calls = await callsOf(
      "python",
      `import torch
def fails(x):
    x = x.sin()
    raise ValueError
def gives(x):
    for _ in range(2):
        x = x.cos()
        yield x
def deep(x, n):
    return x if n == 0 else deep(x, n - 1).exp()
x = torch.tensor(0.0, requires_grad=True)
try: fails(x)
except ValueError: pass
x = x.tanh()
x = sum(y.sqrt() for y in gives(x))
deep(x, 3)
x = deep(x, 200)
${large}
`,
    );
    expect(calls).toContain("tanh");
    expect(calls.filter((path) => path.endsWith("cos"))).toEqual([
      "gives#1 / loop at line 6#1 / iteration#1 / cos",
      "gives#1 / loop at line 6#1 / iteration#2 / cos",
    ]);
    expect(calls.filter((path) => path.endsWith("sqrt"))).toEqual([
      "loop at line 15#1 / iteration#1 / sqrt",
      "loop at line 15#1 / iteration#2 / sqrt",
    ]);
    const depths = calls.filter((path) => path.endsWith("exp")).map((path) => path.split(" / ").length - 1);
    expect(Math.max(...depths)).toBe(32);
  });

  it("are those of modules alone in a small scene", async () => {
    const source = "import torch\ndef f(x):\n  return torch.nn.Tanh()(x).sin()\nf(torch.ones(1, requires_grad=True))";
    expect(await callsOf("python", source)).toEqual(["Tanh#1 / tanh", "sin"]);
  });

  it("are those of modules in TypeScript, each its own", async () => {
    const source = `import { nn, ones } from "backstep";
const tanh = new nn.Tanh();
tanh.call(tanh.call(ones(1, { requiresGrad: true })));`;
    expect(await callsOf("typescript", source.replaceAll("tanh.call(", "tanh("))).toEqual([
      "Tanh#1 / tanh",
      "Tanh#2 / tanh",
    ]);
  });
});
