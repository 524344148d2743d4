import { describe, expect, it } from "vitest";
import type { TraceEvent } from "../trace/events.ts";
import { IdTable } from "../trace/id-table.ts";
import type { ValueSummary } from "../trace/query.ts";
import { describeContext, describeEvent, describeStep } from "./describe.ts";
import { SceneLookup } from "./scene-lookup.ts";
import { fanOutScene } from "./scenes.fixture.ts";

const numbers = [2, -3, -6, -4, 1, 1.5, -4.5];
const value = (id: number): ValueSummary => ({
  id,
  shape: [],
  dtype: "float32",
  strides: [],
  storage: id,
  preview: [numbers[id] as number],
  text: "",
  stats: null,
  full: true,
  requiresGrad: false,
});
// Nodes: 0 a, 1 b, 2 mul (c), 3 add (d). Edges: 0 a→mul, 1 b→mul, 2 c→add, 3 a→add.
const context = describeContext(new SceneLookup(fanOutScene()), (id) => (id < numbers.length ? value(id) : undefined), {
  flows: IdTable.of({ 0: 2 }),
});
const common = { seq: 11, loc: 0, scene: 0, pass: 0 };

const sentences: [TraceEvent, string][] = [
  [{ ...common, kind: "fwd.op", node: 2, values: [2], before: null, inplace: false }, "mul computes c = −6.0"],
  [{ ...common, kind: "fwd.op", node: 2, values: [2], before: 1, inplace: true }, "mul changes c in place: −6.0"],
  [
    {
      ...common,
      kind: "bwd.seed",
      roots: [{ node: 3, output: 0, value: 3, seed: 4 }],
      retainGraph: true,
      createGraph: false,
      accumulate: true,
    },
    "backward pass 1 starts at d with gradient 1.0, keeping the graph",
  ],
  [{ ...common, kind: "bwd.enter", node: 2, upstream: [4] }, "mul runs backward with upstream gradient 1.0"],
  [
    { ...common, kind: "bwd.edge", edge: 0, node: 2, input: 0, upstream: 4, contribution: 2 },
    "mul: contribution to a −6.0",
  ],
  [
    { ...common, kind: "bwd.accumulate", node: 0, output: 0, edge: 0, received: 2, expected: 3, before: 5, sum: 6 },
    "mul: contribution to a −6.0, 2 of 3 received, sum −4.5",
  ],
  [
    { ...common, kind: "leaf.accumulate", node: 0, before: null, delta: 5, after: 5, earlier: 0 },
    "a.grad is set to 1.5",
  ],
  [
    { ...common, kind: "leaf.accumulate", node: 0, before: 2, delta: 5, after: 6, earlier: 1 },
    "a.grad: −6.0 + 1.5 = −4.5 (includes 1 earlier backward pass)",
  ],
  [{ ...common, kind: "saved.release", node: 2, bytes: 12_288, kept: false }, "mul frees its saved tensors (12 KB)"],
  [{ ...common, kind: "saved.release", node: 2, bytes: 8, kept: true }, "mul keeps its saved tensors (8 B)"],
  [
    { ...common, kind: "bwd.skip", node: 2, input: 1, edge: 1, reason: "requires_grad=False" },
    "mul: gradient stops before b, because requires_grad is False",
  ],
  [{ ...common, kind: "bwd.end", error: null }, "backward pass 1 is done"],
  [{ ...common, kind: "grad.zero", node: 0, before: 5, after: null }, "a.grad is set to None"],
  [
    { ...common, kind: "opt.step", name: "SGD", updates: [{ node: 0, before: 0, after: 5 }] },
    "SGD updates a: 2.0 → 1.5",
  ],
  [
    { ...common, kind: "error", type: "RuntimeError", message: "first line\nsecond", node: null },
    "RuntimeError: first line",
  ],
];

describe("describeEvent", () => {
  it.each(sentences)("$kind", (event, sentence) => {
    expect(describeEvent(event, context)).toBe(sentence);
  });

  it("says less, but never fails, when nothing is known", () => {
    const unknown = { node: () => undefined, edge: () => undefined, value: () => undefined };
    for (const [event] of sentences) {
      const text = describeEvent(event, unknown);
      expect(text).not.toMatch(/undefined|null|NaN|\s$/);
      expect(text.length).toBeGreaterThan(5);
    }
  });

  it("counts steps from one", () => {
    const [event] = sentences[4] as [TraceEvent, string];
    expect(describeStep(event, context, 1870)).toBe("step 12 of 1\u202f870: mul: contribution to a −6.0");
    expect(describeStep(null, context, 5)).toBe("before the first of 5 steps");
  });
});
