import { expect, test } from "vitest";
import { add, mul, sub_ } from "../engine/ops/arithmetic.ts";
import { sum } from "../engine/ops/sum.ts";
import { tanh } from "../engine/ops/unary-core.ts";
import { findFindings } from "./findings.ts";
import { detached, fanOut, underNoGrad } from "./programs.fixture.ts";
import { answer } from "./queries.ts";
import { type Program, record } from "./run.fixture.ts";
import { TraceReader } from "./trace-reader.ts";

const findings = (body: (p: Program) => void) => findFindings(new TraceReader(record(body).trace));

test("a healthy program has no findings", () => {
  expect(findings(fanOut)).toEqual([]);
});

test("leaves whose gradients vanish are told together", () => {
  const found = findings((p) => {
    const a = p.tensor("a", [9], [], true);
    const b = p.tensor("b", [9], [], true);
    const c = p.tensor("c", [1], [], true);
    p.backward(add(mul(tanh(a), tanh(b)), c));
  });
  expect(found).toMatchObject([{ kind: "vanishing" }]);
  expect(found[0]?.text).toMatch(
    /^the gradients of a and b have vanished \(norm \d\.\d+e-7 at [ab], .*largest of this pass is 1\)$/,
  );
});

test("a gradient that becomes small while a parameter converges has not vanished", () => {
  const found = findings((p) => {
    const a = p.tensor("a", [1], [], true);
    const b = p.tensor("b", [1], [], true);
    for (const factor of [1, 1e-8, 1e-9, 1e-10]) p.backward(add(mul(a, p.tensor("x", [factor])), b));
  });
  expect(found).toEqual([]);
});

test("NaN is told where it came from", () => {
  const given = findings((p) => {
    const x = p.tensor("x", [Number.NaN]);
    mul(x, p.tensor("w", [2], [], true));
  });
  expect(given[0]).toMatchObject({ kind: "nan", text: "x held NaN before anything was computed with it" });
  const made = findings((p) => {
    const x = p.tensor("x", [Number.POSITIVE_INFINITY]);
    p.name(mul(x, p.tensor("w", [0], [], true)), "y");
  });
  expect(made[0]).toMatchObject({ kind: "nan", text: "NaN appears first where mul computes y" });
});

test("a tensor that is trained but does not require a gradient is found", () => {
  const found = findings((p) => {
    const w = p.tensor("w", [1, 2], [2]);
    const b = p.tensor("b", [1], [], true);
    p.backward(sum(add(mul(w, w), b)));
    p.rt.withGrad(false, () => sub_(w, p.tensor("step", [0.1, 0.1], [2])));
  });
  expect(found).toMatchObject([{ kind: "no-grad-parameter" }]);
  expect(found[0]?.text).toContain("is requires_grad=True missing?");
});

test("contributors: every path to the root has its share", () => {
  const { trace } = record(fanOut);
  const reader = new TraceReader(trace);
  const a = 0;
  const { text, shares, nodes } = answer(reader, "explain", {
    node: a,
    question: "contributors",
    cursor: trace.eventCount - 1,
  });
  expect(text).toBe("a receives 2 contributions: c 3 (75 %), d 1 (25 %)");
  // a ← c, a ← d, c ← d.
  expect([...shares].sort()).toEqual([0.25, 0.75, 0.75]);
  expect(nodes.length).toBe(3);
});

test("the largest gradient of the run is found from anywhere", () => {
  const { trace } = record(fanOut);
  const reader = new TraceReader(trace);
  const { seq } = answer(reader, "find", { from: -1, dir: 1, match: { by: "largestGrad" } });
  expect(seq).not.toBeNull();
  expect(answer(reader, "find", { from: trace.eventCount - 1, dir: -1, match: { by: "largestGrad" } }).seq).toBe(seq);
});

test("why a gradient is None: the operator that cut the way is named with its reason", () => {
  const why = (program: (p: Program) => void, name: string): string => {
    const { trace } = record(program);
    const reader = new TraceReader(trace);
    const node = [...Array(trace.nodeCount).keys()].find((id) => trace.node(id).names[0] === name) ?? -1;
    return answer(reader, "explain", { node, question: "none", cursor: trace.eventCount - 1 }).text;
  };
  expect(why(detached, "h")).toBe(
    "the gradient of h is None: on the way from loss it stops at cut, because it was cut off by detach()",
  );
  expect(why(underNoGrad, "fixed")).toContain("no_grad");
});
