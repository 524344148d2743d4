// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs as text
import { describe, expect, it } from "vitest";
import { outputOf, runSource } from "../program.fixture.ts";

/** What the last expression statement logs, line by line. */
const shows = async (
  body: string,
  imports = "tensor, randn, zeros, ones, arange, full, nn, int64, float64, bool, slice, noGrad, grad, manualSeed",
): Promise<string> => (await outputOf(`import { ${imports} } from "backstep";\n${body}`)).trimEnd();

const failure = async (body: string): Promise<{ type: string; message: string }> => {
  const { failure: f } = await runSource(
    `import { tensor, randn, zeros, ones, nn, int64, noGrad, grad, optim, mm } from "backstep";\n${body}`,
  );
  if (f === null) throw new Error("no failure");
  return { type: f.type, message: f.message };
};

describe("tensors", () => {
  it("numbers are floats, booleans masks; other dtypes are asked for", async () => {
    expect(
      await shows(
        "console.log(tensor([1, 2]), tensor([[true], [false]]), tensor(3, { dtype: int64 }), tensor([1], { dtype: float64, requiresGrad: true }))",
      ),
    ).toBe(
      "tensor([1., 2.]) tensor([[ True],\n        [False]]) tensor(3) tensor([1.], dtype=torch.float64, requires_grad=True)",
    );
    expect(
      await shows(
        "console.log(full([2], 7), full([2], 7, { dtype: int64 }), arange(3), tensor([]).shape, tensor(5).shape)",
      ),
    ).toBe("tensor([7., 7.]) tensor([7, 7]) tensor([0, 1, 2]) [ 0 ] []");
    expect(
      await shows(
        "console.log(tensor(new Float32Array([1.5, 2])), tensor([tensor(1), 2]), tensor([[1, 2], [3, 4]]).tolist(), tensor(2).tolist())",
      ),
    ).toBe("tensor([1.5000, 2.0000]) tensor([1., 2.]) [ [ 1, 2 ], [ 3, 4 ] ] 2");
  });
  it("index as in Python", async () => {
    const x = "const x = arange(12).view(3, 4);";
    expect(
      await shows(
        `${x} console.log(x[1], x[-1][0].item(), x.at(0, "1:3").tolist(), x.at("...", -1).tolist(), x.at(slice(null, null, 2)).shape, x.at(null, 0).shape)`,
      ),
    ).toBe("tensor([4, 5, 6, 7]) 8 [ 1, 2 ] [ 3, 7, 11 ] [ 2, 4 ] [ 1, 4 ]");
    expect(
      await shows(
        `${x} console.log(x.at([0, 2], 1).tolist(), x.at(x.gt(8)).tolist(), x.index(tensor([2, 0], { dtype: int64 })).shape, x.slice(1, 3).shape, x.slice(0, 2, { dim: 1 }).shape)`,
      ),
    ).toBe("[ 1, 9 ] [ 9, 10, 11 ] [ 2, 4 ] [ 2, 4 ] [ 3, 2 ]");
    expect(
      await shows(
        `const z = zeros(2, 3); z[0] = tensor([1, 2, 3]); z[1].set(0, 5); z.set([1, "1:"], 7); z.set(z.gt(6), -1); console.log(z.tolist())`,
      ),
    ).toBe("[ [ 1, 2, 3 ], [ 5, -1, -1 ] ]");
    expect(
      await shows(
        `const [a, b] = arange(2); const rows = [...arange(4).view(2, 2)]; console.log(a.item(), b.item(), rows.length, (arange(3) as any).nothing)`,
      ),
    ).toBe("0 1 2 undefined");
  });
  it("take keyword arguments in any spelling", async () => {
    const x = "const x = tensor([[1, 2], [3, 4]]);";
    expect(
      await shows(
        `${x} console.log(x.sum(0, { keepdim: true }).shape, x.sum({ dim: 0, keepDim: true }).shape, x.sum([0, 1]).item(), x.mean(1).tolist(), x.div(2, { roundingMode: "floor" }).tolist(), x.add(1, { alpha: 2 }).tolist())`,
      ),
    ).toBe("[ 1, 2 ] [ 1, 2 ] 10 [ 1.5, 3.5 ] [ [ 0, 1 ], [ 1, 2 ] ] [ [ 3, 4 ], [ 5, 6 ] ]");
    expect(
      await shows(
        `${x} const { values, indices } = x.max(0); const [v, i] = x.max(1, { keepdim: true }); console.log(values.tolist(), indices.tolist(), v.shape, i.shape, x.max().item(), x.sort(1, { descending: true }))`,
      ),
    ).toBe(
      "[ 3, 4 ] [ 1, 1 ] [ 2, 1 ] [ 2, 1 ] 4 torch.return_types.sort(\nvalues=tensor([[2., 1.],\n        [4., 3.]]),\nindices=tensor([[1, 0],\n        [1, 0]]))",
    );
  });
  it("refuse JavaScript's operators and print in templates as Python's f-strings", async () => {
    expect(
      await shows(
        "const x = tensor(2.5); console.log(`${x} ${tensor([1])} ${tensor(true)} ${tensor(3, { dtype: int64 })}`)",
      ),
    ).toBe("2.5 tensor([1.]) True 3");
    expect((await failure("const x: any = tensor(1); x + 1;")).message).toContain("write a.add(b)");
    expect((await failure("const x: any = tensor(1); if (x < 2) {}")).message).toContain(".item()");
  });
});

describe("gradients", () => {
  it("flow, accumulate, are kept apart by options", async () => {
    expect(
      await shows(
        "const w = tensor([1, 2], { requiresGrad: true }); const y = w.mul(w).sum(); y.backward({ retainGraph: true }); y.backward(); console.log(w.grad, w.grad!.requiresGrad, y.gradFn, w.isLeaf)",
      ),
    ).toBe("tensor([4., 8.]) false <SumBackward0 object> true");
    expect(
      await shows(
        "const w = tensor([1, 2], { requiresGrad: true }); w.mul(2).backward(tensor([1, 10])); console.log(w.grad); w.grad = null; w.mul(2).backward({ gradient: tensor([3, 3]) }); console.log(w.grad)",
      ),
    ).toBe("tensor([ 2., 20.])\ntensor([6., 6.])");
    expect(
      await shows(
        "const x = tensor(2, { requiresGrad: true }); const [g] = grad(x.pow(3), x, { createGraph: true }); const [h] = grad(g, [x]); console.log(g, h, grad(x.mul(2), [x, tensor(1, { requiresGrad: true })], { allowUnused: true })[1])",
      ),
    ).toBe("tensor(12., grad_fn=<MulBackward0>) tensor(12.) null");
  });
  it("stop at noGrad, detach; hooks see and change them", async () => {
    expect(
      await shows(
        "const w = tensor(3, { requiresGrad: true }); const a = noGrad(() => w.mul(2)); console.log(a.requiresGrad, w.mul(2).detach().requiresGrad, w.mul(2).requiresGrad)",
      ),
    ).toBe("false false true");
    expect(
      await shows(
        "const w = tensor(3, { requiresGrad: true }); const y = w.mul(2); y.retainGrad(); const h = y.registerHook((g) => g.mul(10)); w.registerPostAccumulateGradHook((leaf) => console.log('got', leaf.grad!.item())); y.backward(); console.log(y.grad, w.grad); h.remove(); w.mul(2).backward(); console.log(w.grad)",
      ),
    ).toBe("got 20\ntensor(10.) tensor(20.)\ngot 22\ntensor(22.)");
    expect((await failure("noGrad(async () => 1);")).message).toContain("not async");
  });
  it("pass through functions with a derivative of one's own", async () => {
    const exp = `class Exp extends autograd.Function {
  static forward(ctx: any, x: any, scale = 1) { const y = x.exp().mul(scale); ctx.saveForBackward(y); return y; }
  static backward(ctx: any, g: any) { return [g.mul(ctx.savedTensors[0]), null]; }
}
const x = tensor([0], { requiresGrad: true });`;
    const imports = "autograd, tensor";
    expect(await shows(`${exp} const y = Exp.apply(x, 3); y.backward(); console.log(y, x.grad)`, imports)).toBe(
      "tensor([3.], grad_fn=<ExpBackward>) tensor([3.])",
    );
    expect(
      await shows(
        `${exp} const [g] = autograd.grad(Exp.apply(x, 2), x, { createGraph: true }); console.log(autograd.grad(g, x)); const y = Exp.apply(x); y.backward(); try { y.backward(); } catch (e) { console.log(String((e as Error).message).slice(0, 50)); }`,
        imports,
      ),
    ).toBe("[ tensor([2.]) ]\nTrying to backward through the graph a second time");
  });
  it("errors are PyTorch's", async () => {
    expect(await failure("mm(randn(2, 3), randn(2, 3));")).toEqual({
      type: "RuntimeError",
      message: "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)",
    });
    expect(await failure("const w = ones(2, { requiresGrad: true }); w.add_(1);")).toEqual({
      type: "RuntimeError",
      message: "a leaf Variable that requires grad is being used in an in-place operation.",
    });
    expect(
      (
        await failure(
          "const w = ones(2, { requiresGrad: true }); const y = w.sum(); y.backward(); const z = w.mul(w).sum(); z.backward(); z.backward();",
        )
      ).message,
    ).toContain("backward through the graph a second time");
    expect(await failure("randn(2).at(5);")).toEqual({
      type: "IndexError",
      message: "index 5 is out of bounds for dimension 0 with size 2",
    });
    expect(await failure("(randn(2) as any).sum(0, { foo: 1 });")).toMatchObject({ type: "TypeError" });
    expect(await failure("new nn.Linear(2);")).toEqual({
      type: "TypeError",
      message: "Linear.__init__() missing 1 required positional argument: 'out_features'",
    });
    expect(await failure("new optim.SGD([], { lr: 1 });")).toEqual({
      type: "ValueError",
      message: "optimizer got an empty parameter list",
    });
    expect(await failure("tensor('a' as any);")).toEqual({
      type: "TypeError",
      message: "new(): invalid data type 'str'",
    });
  });
});

describe("what a run tells its host", () => {
  it("where it failed, with the person's frames only", async () => {
    const { failure: f } = await runSource(
      'import { mm, randn } from "backstep";\nfunction f(a: number) {\n  return mm(randn(a, 3), randn(2, 2));\n}\nf(2);',
    );
    expect(f).toEqual({
      type: "RuntimeError",
      message: "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x2)",
      line: 3,
      traceback:
        "model.ts:3\n  return mm(randn(a, 3), randn(2, 2));\n         ^\n\nRuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x2)\n    at f (model.ts:3:10)\n    at model.ts:5:1\n",
    });
  });
  it("missing exports, thrown values, errors that are caught and printed", async () => {
    expect((await runSource('\nimport { nope } from "backstep"; nope;')).failure).toMatchObject({
      type: "SyntaxError",
      line: 2,
      message: expect.stringContaining("'nope'"),
    });
    expect((await runSource("throw { a: 1 };")).failure).toMatchObject({ type: "Uncaught", message: "{ a: 1 }" });
    expect((await runSource("throw null;")).failure?.traceback).toBe("Uncaught null\n");
    expect(
      (
        await runSource(
          'import { mm, ones } from "backstep";\ntry { mm(ones(1, 2), ones(1, 2)); } catch (e) { console.log(e); }',
        )
      ).out,
    ).toBe("RuntimeError: mat1 and mat2 shapes cannot be multiplied (1x2 and 1x2)\n    at model.ts:2:7\n");
  });
  it("hostile values cannot break the description", async () => {
    expect(
      (await runSource("throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } });")).status,
    ).toBe("failed");
    expect(
      (
        await runSource(
          "const e = new Error('x'); Object.defineProperty(e, 'message', { get() { throw 1; } }); throw e;",
        )
      ).status,
    ).toBe("failed");
    expect((await runSource("const e: any = new Error(); e.name = { toString() { throw 1; } }; throw e;")).status).toBe(
      "failed",
    );
  });
  it("stops at the next call or loop, even when the program catches everything", async () => {
    expect((await runSource("while (true) {}", { stop: (n) => n > 10 })).status).toBe("stopped");
    expect(
      (await runSource('import { ones } from "backstep"; for (;;) ones(2).add(1);', { stop: (n) => n > 10 })).status,
    ).toBe("stopped");
    const stubborn = await runSource("for (let i = 0; i < 5; i++) { try { while (true) {} } catch {} }", {
      stop: (n) => n > 10,
    });
    expect(stubborn.status).toBe("stopped");
  });
  it("names of variables that hold tensors", async () => {
    const { names } = await runSource(
      'import { nn, ones } from "backstep";\nconst x = ones(2);\nlet y = x.mul(2); y = y.add(1);\nconst [a] = [ones(1)];\nconst list = [ones(1), ones(1)];\nconst model = new nn.Sequential(new nn.Linear(2, 1));\nfunction f() { const inner = ones(1); return inner; }\nf();\nfor (const row of ones(1, 2)) row;',
    );
    expect(names.map((n) => n.name)).toEqual([
      "x",
      "y",
      "y",
      "a",
      "list[0]",
      "list[1]",
      "model.0.weight",
      "model.0.bias",
      "inner",
      "row",
    ]);
  });
  it("modules, optimiser steps, cleared gradients, and where each operator stands", async () => {
    const events: string[] = [];
    const { program } = await runSource(
      `import { nn, ones, optim, type Tensor } from "backstep";
class Net extends nn.Module { fc = new nn.Linear(2, 1); forward(x: Tensor) { return this.fc(x).relu(); } }
const net = new Net();
const opt = new optim.SGD(net.parameters(), { lr: 0.1 });
net(ones(1, 2)).sum().backward();
opt.step(); opt.zeroGrad();`,
      {
        observer: {
          callBegan: (call, within, kind, name) => void events.push(`${call} in ${within}: ${kind} ${name}`),
          optimizerStep: (phase, name, parameters) => void events.push(`${phase} ${name} ${parameters.length}`),
          gradientCleared: () => void events.push("cleared"),
          operatorRan: (record) => void events.push(`${record.op}@${record.location}`),
        },
      },
    );
    const at = (id: string): string => {
      const l = program.locations[Number(id) - 1];
      return `${l.line}:${program.source.split("\n")[l.line - 1].slice(l.column, l.endColumn)}`;
    };
    const shown = events
      .filter((e) => !/^(ones|uniform|fill)/.test(e))
      .map((e) => e.replace(/@(\d+)/, (_, id: string) => ` ${at(id)}`));
    expect(shown.slice(0, 4)).toEqual([
      "1 in 0: module Net",
      "2 in 1: module fc: Linear",
      "t 2:this.fc(x)",
      "addmm 2:this.fc(x)",
    ]);
    expect(shown).toContain("relu 2:this.fc(x).relu()");
    expect(shown).toContain("sum 5:net(ones(1, 2)).sum()");
    expect(shown.filter((e) => /SGD|cleared/.test(e))).toEqual(["begin SGD 2", "end SGD 2", "cleared", "cleared"]);
  });
  it("warnings, once per place", async () => {
    const { err } = await runSource(
      'import { tensor } from "backstep";\nfor (let i = 0; i < 3; i++) tensor(tensor(1));',
    );
    expect(err).toMatch(/^UserWarning: To copy construct from a tensor[^\n]*\n$/);
  });
});
