/** The rules of the element level against what the engine computes: every element of every result, forward and backward. */
import { describe, expect, it } from "vitest";
import { bool, int64 } from "../engine/dtype.ts";
import { div, mul, sub } from "../engine/ops/arithmetic.ts";
import { adaptiveAvgPool2d, avgPool2d } from "../engine/ops/avg-pool.ts";
import { where } from "../engine/ops/compare.ts";
import { convolution } from "../engine/ops/convolution.ts";
import { embedding } from "../engine/ops/embedding.ts";
import { gather } from "../engine/ops/gather-scatter.ts";
import { indexSelect } from "../engine/ops/index-along.ts";
import { index } from "../engine/ops/indexing.ts";
import { layerNorm } from "../engine/ops/layer-norm.ts";
import { maskedFill } from "../engine/ops/masking.ts";
import { addmm, bmm, mm, mv } from "../engine/ops/matmul.ts";
import { maxPool2d } from "../engine/ops/max-pool.ts";
import { select, slice } from "../engine/ops/slicing.ts";
import { logSoftmax, softmax } from "../engine/ops/softmax.ts";
import { mean, sum } from "../engine/ops/sum.ts";
import { tanh } from "../engine/ops/unary-core.ts";
import { expand, permute, t, transpose, unsqueeze, view } from "../engine/ops/views.ts";
import type { Tensor } from "../engine/tensor.ts";
import { elementRule, elementSum } from "../graph/element.ts";
import { type ElementAsk, type ElementPart, type ElementRule, positions } from "../graph/element-rule.ts";
import { type Program, record } from "../trace/run.fixture.ts";
import type { Trace } from "../trace/trace.ts";

interface Case {
  rule: ElementRule | null;
  ask: ElementAsk;
  value: number;
  values: Map<string, number>;
  trace: Trace;
}

/** What the element level is asked about a run: each forward result and each contribution. */
function casesOf(body: (p: Program) => void): Case[] {
  const { trace } = record(body);
  const cases: Case[] = [];
  for (let seq = 0; seq < trace.eventCount; seq++) {
    const event = trace.event(seq);
    if (event.kind !== "fwd.op" && event.kind !== "bwd.edge") continue;
    const { op, attrs } = trace.node(event.node);
    const formula = trace.formulas.get(op)?.formula;
    if (formula === undefined) continue;
    const values = new Map<string, number>();
    for (const id of trace.inEdges(event.node)) {
      const { from, output, inputName } = trace.edge(id);
      values.set(inputName, trace.outputsOf(from)[output] as number);
    }
    const [out] = trace.outputsOf(event.node);
    if (event.kind === "bwd.edge") {
      values.set("out", out as number);
      if (event.upstream !== null) values.set("g", event.upstream);
    }
    const value = event.kind === "fwd.op" ? (out as number) : event.contribution;
    const argument = event.kind === "fwd.op" ? null : trace.edge(event.edge).inputName;
    const ask: ElementAsk = {
      op,
      attrs,
      template: argument === null ? formula.out : (formula.vjp[argument] ?? ""),
      argument,
      result: trace.values.shape(value),
      shape: (key) => (values.has(key) ? trace.values.shape(values.get(key) as number) : undefined),
      number: (part) => numberOf(trace, values, part),
    };
    cases.push({ rule: elementRule(ask), ask, value, values, trace });
  }
  return cases;
}

function numberOf(trace: Trace, values: Map<string, number>, { key, index }: ElementPart): number {
  const value = values.get(key) as number;
  return trace.values.element(value, flat(index, trace.values.shape(value))) as number;
}

function flat(index: readonly number[], shape: readonly number[]): number {
  return index.reduce((at, i, d) => at * (shape[d] ?? 1) + i, 0);
}

/** Every element of the result, and what the rule makes of its terms. */
function compared({ rule, ask, value, values, trace }: Case): [found: number, made: number][] {
  return positions(ask.result).map((index) => [
    trace.values.element(value, flat(index, ask.result)) as number,
    elementSum(
      rule as ElementRule,
      index,
      (part) => numberOf(trace, values, part),
      (key) => ask.shape(key) as number[],
    ),
  ]);
}

const wave = (n: number, step: number): number[] => Array.from({ length: n }, (_, i) => Math.sin(1 + i * step));

const sums: Record<string, (p: Program) => void> = {
  "mm, transposed": (p) => {
    const a = p.tensor("a", wave(6, 1), [2, 3], true);
    const b = p.tensor("b", wave(12, 0.7), [4, 3], true);
    p.backward(sum(mm(a, t(b))));
  },
  bmm: (p) => {
    const a = p.tensor("a", wave(12, 1), [2, 2, 3], true);
    const b = p.tensor("b", wave(24, 0.7), [2, 3, 4], true);
    p.backward(sum(bmm(a, b)));
  },
  "a bias added to a product": (p) => {
    const bias = p.tensor("bias", wave(4, 2), [4], true);
    const a = p.tensor("a", wave(6, 1), [2, 3], true);
    const b = p.tensor("b", wave(12, 0.7), [3, 4], true);
    p.backward(sum(addmm(bias, a, b, 1, 1) as Tensor));
  },
  "a matrix and a vector": (p) => {
    p.backward(sum(mv(p.tensor("a", wave(6, 1), [2, 3], true), p.tensor("v", wave(3, 0.7), [3], true))));
  },
  "sums and means over dimensions": (p) => {
    const x = p.tensor("x", wave(24, 1), [2, 3, 4], true);
    p.backward(mean(sum(x, [1], true, null) as Tensor));
    p.backward(sum(mean(x, [0, -1], false, null) as Tensor));
  },
  "a convolution with stride, padding and groups": (p) => {
    const x = p.tensor("x", wave(2 * 4 * 5 * 4, 1), [2, 4, 5, 4], true);
    const w = p.tensor("w", wave(6 * 2 * 3 * 2, 0.7), [6, 2, 3, 2], true);
    const b = p.tensor("b", wave(6, 2), [6], true);
    const y = convolution(x, w, b, [2, 1], [1, 0], [1, 2], false, [0, 0], 2) as Tensor;
    p.backward(sum(mul(y, y)));
  },
};

describe("elements that are sums of products", () => {
  it.each(Object.entries(sums))("%s: the terms of every element add up to it", (_name, body) => {
    const explained = casesOf(body).filter(({ rule }) => rule !== null && rule.template === null);
    expect(explained.length).toBeGreaterThanOrEqual(2);
    for (const one of explained) for (const [found, made] of compared(one)) expect(made).toBeCloseTo(found, 4);
  });

  it("name products, reductions and windows: none is left out", () => {
    for (const body of Object.values(sums))
      for (const { ask, rule } of casesOf(body))
        if (!["t", "mul"].includes(ask.op))
          expect([ask.op, ask.argument, rule !== null]).toEqual([ask.op, ask.argument, true]);
  });
});

/** Operators that choose, average or normalise; the square makes their gradients differ from place to place. */
const uses: Record<string, (p: Program, x: Tensor, whole: (numbers: number[], shape: number[]) => Tensor) => unknown> =
  {
    _softmax: (_, x) => softmax(x, -1, null),
    _log_softmax: (_, x) => logSoftmax(x, 1, null),
    native_layer_norm: (p, x) =>
      layerNorm(x, [4, 5], p.tensor("w", wave(20, 3), [4, 5], true), p.tensor("b", wave(20, 2), [4, 5], true), 1e-5),
    max_pool2d_with_indices: (_, x) => maxPool2d(x, [3, 2], [1, 2], [1, 0], [1, 2], false),
    avg_pool2d: (_, x) => avgPool2d(x, [3, 2], [2, 1], [1, 1], false, false, null),
    _adaptive_avg_pool2d: (_, x) => adaptiveAvgPool2d(x, [3, 2]),
    embedding: (p, _, whole) => embedding(p.tensor("e", wave(15, 1), [5, 3], true), whole([0, 2, 4, 2], [2, 2]), -1),
    gather: (_, x, whole) => gather(x, 2, whole([0, 2, 2, 1, 4, 4, 0, 0], [2, 2, 2])),
    index_select: (_, x, whole) => indexSelect(x, 1, whole([3, 1, 1], [3])),
    index: (_, x, whole) => index(x, [whole([1, -1, 0], [3]), whole([3, 0, -2], [3])]),
    select: (_, x) => select(x, 1, -2),
    slice: (_, x) => slice(x, 2, 1, 5, 2),
    expand: (_, x) => expand(select(x, 2, 1), [3, 2, 4]),
    masked_fill: (p, x) => maskedFill(x, p.rt.from([1, 0, 0, 1, 0], [5], bool), -2.5),
    where: (p, x) =>
      where(p.rt.from([1, 0, 0, 1, 0, 1, 1, 0], [2, 4, 1], bool), x, p.tensor("row", wave(5, 0.3), [5], true)),
    view: (_, x) => view(x, [5, 8]),
    unsqueeze: (_, x) => unsqueeze(x, 1),
    t: (_, x) => t(select(x, 0, 1)),
    transpose: (_, x) => transpose(x, 0, -1),
    permute: (_, x) => permute(x, [2, 0, 1]),
  };

describe("elements that are chosen, averaged or normalised", () => {
  it.each(Object.entries(uses))("%s: what every element is said to be made of makes it", (name, body) => {
    const cases = casesOf((p) => {
      const x = p.tensor("x", wave(40, 1.7), [2, 4, 5], true);
      const y = body(p, x, (numbers, shape) => p.rt.from(numbers, shape, int64)) as Tensor;
      p.backward(sum(mul(y, y)));
    }).filter(({ ask }) => ask.op === name);
    const explained = cases.filter(({ rule }) => rule?.combine !== undefined);
    expect(explained.map(({ ask }) => ask.argument)).toEqual(cases.map(({ ask }) => ask.argument));
    expect(cases.length).toBeGreaterThanOrEqual(2);
    for (const one of explained) for (const [found, made] of compared(one)) expect(made).toBeCloseTo(found, 4);
  });
});

describe("element-wise operators", () => {
  const cases = casesOf((p) => {
    const a = p.tensor("a", wave(6, 1), [2, 3], true);
    const row = p.tensor("row", wave(3, 0.7), [3], true);
    const one = p.tensor("one", [2], [], true);
    p.backward(sum(tanh(sub(mul(div(a, one), row), row)) as Tensor));
  });
  const contribution = (op: string, argument: string): Case =>
    cases.find(({ ask }) => ask.op === op && ask.argument === argument) as Case;

  it("have one term per element, in the same place of every operand", () => {
    const { rule } = cases.find(({ ask }) => ask.op === "mul" && ask.argument === null) as Case;
    expect(rule?.terms([1, 2])).toEqual([
      [
        { key: "self", index: [1, 2] },
        { key: "other", index: [2] },
      ],
    ]);
    expect(rule?.template).toBe("{self} \\odot {other}");
  });

  it("collect every place that an input was broadcast to", () => {
    const one = contribution("mul", "other");
    expect(one.rule?.terms([1])).toEqual([
      [
        { key: "g", index: [0, 1] },
        { key: "self", index: [0, 1] },
      ],
      [
        { key: "g", index: [1, 1] },
        { key: "self", index: [1, 1] },
      ],
    ]);
    // {g} ⊙ {self} is the product of its factors: their sum is the contribution.
    for (const [found, made] of compared(one)) expect(made).toBeCloseTo(found, 5);
    expect(contribution("div", "other").rule?.terms([])).toHaveLength(6);
  });

  it("are told from others: a sort, a softmax have no such rule", () => {
    const ask = { op: "sort", attrs: {}, argument: null, result: [3, 2], shape: () => [2, 3] };
    expect(elementRule({ ...ask, template: "\\mathrm{sort}({self})" })).toBeNull();
    expect(elementRule({ ...ask, op: "softmax", template: "\\mathrm{softmax}({self})", result: [2, 3] })).toBeNull();
    expect(elementRule({ ...ask, op: "amax", template: "\\max_i {self}_i", result: [2] })).toBeNull();
  });
});
