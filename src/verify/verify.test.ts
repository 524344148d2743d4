import { describe, expect, it } from "vitest";
import { CustomNode } from "../engine/autograd/custom-node.ts";
import { grad } from "../engine/autograd/differentiate.ts";
import { add, div, mul, mul_, sub, sub_ } from "../engine/ops/arithmetic.ts";
import { convolution } from "../engine/ops/convolution.ts";
import { clone } from "../engine/ops/copies.ts";
import { dropout } from "../engine/ops/dropout.ts";
import { max } from "../engine/ops/extremes.ts";
import { cat } from "../engine/ops/joining.ts";
import { mm } from "../engine/ops/matmul.ts";
import { select } from "../engine/ops/slicing.ts";
import { mean, sum } from "../engine/ops/sum.ts";
import { abs } from "../engine/ops/unary-complex.ts";
import { exp, relu, tanh } from "../engine/ops/unary-core.ts";
import { t } from "../engine/ops/views.ts";
import type { Tensor } from "../engine/tensor.ts";
import * as programs from "../trace/programs.fixture.ts";
import { answer } from "../trace/queries.ts";
import type { Verification } from "../trace/query.ts";
import { type Program, record } from "../trace/run.fixture.ts";
import { TraceReader } from "../trace/trace-reader.ts";
import { createVerifier } from "./verify.ts";

function run(body: (p: Program) => void, options?: { valueBudget?: number }) {
  let program: Program | null = null;
  const recorder = record((p) => {
    program = p;
    body(p);
  }, options);
  const { rt } = program as unknown as Program;
  rt.observer = null;
  const reader = new TraceReader(recorder.trace, null, createVerifier(rt, recorder.calls));
  const leaf = (name: string): number =>
    [...recorder.trace.names].find(
      ([id, names]) => recorder.trace.kindOf(id) === "leaf" && names.includes(name),
    )?.[0] ?? -1;
  const verify = (name: string, cursor = recorder.trace.eventCount - 1): Verification =>
    answer(reader, "verify", { node: leaf(name), cursor });
  return { verify, recorder, reader, rt, leaf };
}

/** 2x with a backward that says 3. */
function wronglyDoubled(p: Program, x: Tensor): Tensor {
  const forward = (...inputs: Tensor[]): Tensor[] => [p.rt.quietly(() => mul(inputs[0], 2) as Tensor)];
  const [out] = forward(x);
  const node = new CustomNode(
    p.rt,
    "DoubleBackward",
    [x],
    ([g]) => [mul(g as Tensor, 3)],
    () => 0,
  );
  out.outputNr = node.addOutput(out);
  out.gradFn = node;
  p.recorder.operatorRan({
    op: "Double",
    def: { name: "Double", args: ["input0"], forward },
    args: [x],
    inputs: [x],
    inputNames: ["input0"],
    outputs: [out],
    node,
    attrs: {},
    inplace: false,
    view: false,
    boundary: null,
    location: 0,
    visit: 0,
    call: 0,
  });
  return out;
}

describe("verification of a leaf's gradient", () => {
  it.each([
    ["fan-out", programs.fanOut, ["a", "b"]],
    ["detach", programs.detached, ["w"]],
    ["no_grad", programs.underNoGrad, ["w"]],
    ["double backward", programs.doubleBackward, ["x"]],
    ["broadcasting", programs.broadcast, ["column", "row"]],
    ["in place on a result", programs.inplaceOnComputed, ["w"]],
    ["in place on a view", programs.inplaceOnView, ["w"]],
    ["accumulating", programs.accumulating, ["w"]],
  ])("passes for %s", (_name, body, names) => {
    const { verify } = run(body);
    for (const name of names) {
      const { status, elements, text } = verify(name);
      expect([status, text]).toEqual(["passed", text]);
      for (const one of elements) expect(one.error).toBeLessThan(1e-5);
    }
  });

  it("holds the mask of dropout and leaves the random stream alone", () => {
    const { verify, rt } = run((p) => {
      const w = p.tensor("w", [1, 2, 3, 4, 5, 6, 7, 8], [8], true);
      p.backward(sum(mul(dropout(mul(w, w), 0.5, true), 3)));
    });
    const before = rt.generator.snapshot();
    const found = verify("w");
    expect(found.status).toBe("passed");
    expect(found.elements.some(({ analytic }) => analytic === 0)).toBe(true);
    expect(found.elements.some(({ analytic }) => analytic !== 0)).toBe(true);
    expect(rt.generator.snapshot()).toEqual(before);
  });

  it("takes the values of the iteration that the cursor is in", () => {
    const { verify, recorder } = run((p) => {
      const w = p.tensor("w", [1], [], true);
      for (let i = 0; i < 3; i++) {
        p.backward(p.name(exp(w) as Tensor, "loss"));
        const before = w.grad;
        w.grad = null;
        p.recorder.gradientCleared(w, before, null);
        p.rt.withGrad(false, () => sub_(w, p.rt.scalar(1, w.dtype)));
      }
    });
    const ends: number[] = [];
    for (let seq = 0; seq < recorder.trace.eventCount; seq++)
      if (recorder.trace.events.kind(seq) === "leaf.accumulate") ends.push(seq);
    const found = ends.map((seq) => verify("w", seq));
    expect(found.map(({ pass }) => pass?.pass)).toEqual([0, 1, 2]);
    found.forEach(({ elements, status }, i) => {
      expect(status).toBe("passed");
      expect(elements[0].numeric).toBeCloseTo(Math.exp(1 - i), 6);
    });
  });

  it("fails where a function's backward is wrong, and names it", () => {
    const { verify } = run((p) => {
      const x = p.tensor("x", [1, 2], [2], true);
      p.backward(sum(wronglyDoubled(p, x)));
    });
    const found = verify("x");
    expect(found.status).toBe("failed");
    expect(found.elements.map(({ analytic }) => analytic)).toEqual([3, 3]);
    for (const { numeric } of found.elements) expect(numeric).toBeCloseTo(2, 8);
    expect(found.notes).toEqual(["On the way: Double, whose backward is the program's own."]);
    expect(found.text).toContain("wrong in 2 elements");
  });

  it("calls kinks kinks: relu at 0, abs at 0, a tie of max", () => {
    const { verify } = run((p) => {
      const x = p.tensor("x", [-1, 0, 2], [3], true);
      p.backward(sum(relu(x)));
      const y = p.tensor("y", [0], [], true);
      p.backward(abs(y) as Tensor);
      const z = p.tensor("z", [2, 2, 1], [3], true);
      p.backward(max(z) as Tensor);
    });
    expect(verify("x").elements.map(({ status }) => status)).toEqual(["pass", "kink", "pass"]);
    expect(verify("x").elements[1].kink).toMatchObject({ op: "relu" });
    expect(verify("y").elements[0].kink).toMatchObject({ op: "abs" });
    expect(verify("z").elements.map(({ status }) => status)).toEqual(["kink", "kink", "pass"]);
    expect(verify("z").status).toBe("passed");
  });

  it("takes curvature for no kink", () => {
    const { verify } = run((p) => {
      const x = p.tensor("x", [1e-3], [], true);
      p.backward(div(p.tensor("one", [1]), x) as Tensor);
    });
    expect(verify("x")).toMatchObject({ status: "passed", elements: [{ status: "pass" }] });
  });

  it("looks at a seeded sample of a large leaf, and says so", () => {
    const { verify } = run((p) => {
      const w = p.tensor(
        "w",
        Array.from({ length: 600 }, (_, i) => Math.sin(i)),
        [20, 30],
        true,
      );
      p.backward(sum(tanh(mm(w, t(w))) as Tensor));
    });
    const found = verify("w");
    expect(found).toMatchObject({ status: "passed", total: 600 });
    expect(found.elements).toHaveLength(64);
    expect(found.text).toContain("64 of 600 elements (a seeded sample)");
    expect(verify("w")).toEqual(found);
  });

  it("lists of tensors, convolutions and seeds that are not one", () => {
    const { verify } = run((p) => {
      const w = p.tensor("w", [0.5, -1, 2, 0.25], [1, 1, 2, 2], true);
      const image = p.tensor(
        "image",
        Array.from({ length: 9 }, (_, i) => i / 4),
        [1, 1, 3, 3],
      );
      const y = convolution(image, w, null, [1, 1], [0, 0], [1, 1], false, [0, 0], 1) as Tensor;
      const both = cat([y, mul(y, y)], 0);
      p.backward(both, { gradients: [p.rt.from([1, -2, 3, 0.5, 1, 1, 2, -1], both.shape, both.dtype)] });
    });
    expect(verify("w").status).toBe("passed");
  });

  it("verifies what autograd.grad returned", () => {
    const { verify } = run((p) => {
      const x = p.tensor("x", [3], [], true);
      grad([mul(x, x)], [x]);
    });
    expect(verify("x")).toMatchObject({ status: "passed", elements: [{ analytic: 6 }] });
  });

  it("takes what rounding leaves of a gradient that is 0 for 0", () => {
    const { verify } = run((p) => {
      const x = p.tensor("x", [0.1, 0.7, -1.3, 0.35], [4, 1]);
      const b = p.tensor("b", [0.3], [1], true);
      const y = add(x, b) as Tensor;
      const centred = sub(y, mean(y)) as Tensor;
      p.backward(sum(mul(centred, p.tensor("k", [100, 33.3, 7.7, -0.1], [4, 1]))));
    });
    const found = verify("b");
    expect(found.elements[0].analytic).not.toBe(0);
    expect(found.status).toBe("passed");
  });

  it("says that values were dropped", () => {
    const { verify } = run(
      (p) => {
        const w = p.tensor(
          "w",
          Array.from({ length: 400 }, (_, i) => i / 400),
          [20, 20],
          true,
        );
        p.backward(sum(mm(exp(mm(w, w)) as Tensor, w)));
        let rest = p.tensor(
          "",
          Array.from({ length: 400 }, () => 1),
          [20, 20],
        );
        for (let i = 0; i < 20; i++) rest = add(rest, rest) as Tensor;
      },
      { valueBudget: 4000 },
    );
    expect(verify("w").status).toBe("impossible");
    expect(verify("w").text).toContain("dropped");
  });

  it("says that a leaf got no gradient, and that a snapshot has no calls", () => {
    const { verify, recorder, leaf } = run((p) => {
      const x = p.tensor("x", [1], [], true);
      p.tensor("unused", [1], [], true);
      mul(x, x);
    });
    expect(verify("x")).toMatchObject({ status: "impossible", text: "No backward pass gave x a gradient." });
    const bare = new TraceReader(recorder.trace);
    expect(answer(bare, "verify", { node: leaf("x"), cursor: 0 }).text).toContain("snapshot");
  });

  it("changes nothing of the trace or the leaf", () => {
    const { verify, recorder } = run((p) => {
      const w = p.tensor("w", [1, 2, 3], [3], true);
      const h = clone(w);
      mul_(select(h, 0, 1), 4);
      p.backward(sum(mul(h, h)));
    });
    const events = recorder.trace.eventCount;
    const values = recorder.trace.values.length;
    expect(verify("w").status).toBe("passed");
    expect([recorder.trace.eventCount, recorder.trace.values.length]).toEqual([events, values]);
  });
});
