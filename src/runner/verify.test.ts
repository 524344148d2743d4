import { afterAll, describe, expect, it } from "vitest";
import type { Verification } from "../trace/query.ts";
import { createNodeRunner } from "./node-runner.ts";
import { drive } from "./runner.fixture.ts";

const program = drive(createNodeRunner());
const { runner } = program;
afterAll(() => runner.close());

/** Checks of all leaves by name, as the run left them. */
async function verified(): Promise<Record<string, Verification>> {
  const { events } = await runner.ask("summary", {});
  const out: Record<string, Verification> = {};
  for (const { node, grad } of await runner.ask("leaves", { cursor: events - 1 }))
    if (grad !== null) out[node.names[0]] = await runner.ask("verify", { node: node.id, cursor: events - 1 });
  return out;
}
const verdicts = async (): Promise<Record<string, string>> =>
  Object.fromEntries(Object.entries(await verified()).map(([name, { status }]) => [name, status]));

const FUNCTION = (factor: string): string => `
import torch
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        print("forward")
        ctx.save_for_backward(x)
        ctx.k = k
        return torch.from_numpy(x.detach().numpy() ** 3) * k
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return ${factor} * x * x * g * ctx.k, None
w = torch.tensor([1.0, -2.0, 0.5], requires_grad=True)
Cube.apply(w * 2, 1.5).sum().backward()`;

describe("verification of gradients after a run", () => {
  it("a training loop with batch norm, dropout, momentum and a freed graph, in Python", async () => {
    await program.run(
      "python",
      `
import torch, torch.nn as nn, torch.nn.functional as F
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 3))
opt = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
x, y = torch.randn(10, 4), torch.randint(0, 3, (10,))
for _ in range(3):
    opt.zero_grad()
    F.cross_entropy(net(x), y).backward()
    opt.step()`,
    );
    const checks = await verified();
    expect(Object.keys(checks)).toHaveLength(6);
    for (const check of Object.values(checks)) {
      expect([check.status, check.text]).toEqual(["passed", check.text]);
      expect(check.pass?.pass).toBe(2);
    }
  });

  it("attention, LSTM, convolution, pooling and in-place index assignment, in Python", async () => {
    await program.run(
      "python",
      `
import torch, torch.nn as nn
torch.manual_seed(1)
lstm, heads, conv = nn.LSTM(3, 4), nn.MultiheadAttention(4, 2, dropout=0.1), nn.Conv2d(1, 2, 3, padding=1)
h, _ = lstm(torch.randn(5, 2, 3))
a, _ = heads(h, h, h)
image = torch.zeros(1, 1, 4, 4)
image[0, 0, :2] = a.reshape(-1)[:8].reshape(2, 4)
out = nn.functional.max_pool2d(conv(image), 2)
(out ** 2).mean().backward()`,
    );
    const checks = await verified();
    expect(Object.keys(checks)).toHaveLength(10);
    for (const [name, check] of Object.entries(checks))
      expect([name, check.status, check.text]).toEqual([name, "passed", check.text]);
  });

  it("a custom autograd.Function whose forward goes through numpy, right and wrong", async () => {
    await program.run("python", FUNCTION("3"));
    expect(await verdicts()).toEqual({ w: "passed" });
    await program.run("python", FUNCTION("2"));
    const { w } = await verified();
    expect(w.status).toBe("failed");
    expect(w.notes).toEqual(["On the way: Cube, whose backward is the program's own."]);
    // The forward ran again for the check, but what it prints belongs to the run only.
    expect(program.printed("out")).toBe("forward\n");
  });

  it("says why a function that draws random numbers cannot be checked", async () => {
    await program.run(
      "python",
      `
import torch
class Noise(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x + torch.rand(3)
    @staticmethod
    def backward(ctx, g):
        return g
w = torch.ones(3, requires_grad=True)
Noise.apply(w).sum().backward()`,
    );
    const { w } = await verified();
    expect(w.status).toBe("impossible");
    expect(w.text).toMatch(/^Noise gives something else when it is evaluated again: it draws random numbers/);
  });

  it("hooks, retained graphs and second derivatives, in Python", async () => {
    await program.run(
      "python",
      `
import torch
w = torch.tensor([1.0, 2.0], requires_grad=True)
v = torch.tensor([1.0, 2.0], requires_grad=True)
w.register_hook(lambda g: g * 10)
loss = (w ** 3 * v).sum()
loss.backward(retain_graph=True)
loss.backward()
x = torch.tensor(2.0, requires_grad=True)
g, = torch.autograd.grad(x ** 4, x, create_graph=True)
(g * x).backward()`,
    );
    const checks = await verified();
    expect(Object.values(checks).map(({ status }) => status)).toEqual(["passed", "passed", "passed"]);
    expect(checks.w.elements.map(({ analytic }) => analytic)).toEqual([3, 24]);
    expect(checks.w.notes[0]).toMatch(/^A hook changed what backward computed for w/);
    // d(4x³ · x)/dx = 16 x³
    expect(checks.x.elements[0]).toMatchObject({ analytic: 128, status: "pass" });
  });

  it("a function with a wrong backward and a kink, in TypeScript", async () => {
    await program.run(
      "typescript",
      `import { autograd, tensor, type Tensor } from "backstep";
class Square extends autograd.Function {
  static forward(ctx: any, x: Tensor, k: number) { ctx.saveForBackward(x); ctx.k = k; return x.mul(x).mul(k); }
  static backward(ctx: any, g: Tensor) { const [x] = ctx.savedTensors; return [g.mul(x).mul(ctx.k * 2.5), null]; }
}
const w = tensor([1, 2, 3], { requiresGrad: true });
(Square.apply(w, 2) as Tensor).sum().backward();
const v = tensor([1, 0, -1], { requiresGrad: true });
v.relu().sum().backward();`,
    );
    const { w, v } = await verified();
    expect(w.status).toBe("failed");
    expect(w.elements.map(({ analytic }) => analytic)).toEqual([5, 10, 15]);
    expect(v).toMatchObject({ status: "passed", elements: [{}, { status: "kink", kink: { op: "relu" } }, {}] });
  });
});
