/** A toy run over a test scene: numbers for scalars by the real rules, made-up statistics for tensors. For tests and previews. */
import type { TraceEvent } from "../trace/events.ts";
import type { GraphEdge, SceneGraph } from "../trace/graph-model.ts";
import type { ValueSummary } from "../trace/query.ts";
import { type NodeGradState, type ViewData, type ViewState, viewOf } from "../trace/view-state.ts";

export interface TestRun {
  view: ViewState;
  value(id: number): ValueSummary | undefined;
  events: TraceEvent[];
}

const rules: Record<string, { forward(x: number[]): number; local(x: number[], input: number): number }> = {
  add: { forward: ([a = 0, b = 0]) => a + b, local: () => 1 },
  sub: { forward: ([a = 0, b = 0]) => a - b, local: (_, input) => (input === 0 ? 1 : -1) },
  mul: { forward: ([a = 0, b = 0]) => a * b, local: (x, input) => x[1 - input] as number },
  pow: { forward: ([a = 0]) => a * a, local: ([a = 0]) => 2 * a },
  relu: { forward: ([a = 0]) => Math.max(0, a), local: ([a = 0]) => (a > 0 ? 1 : 0) },
  tanh: { forward: ([a = 0]) => Math.tanh(a), local: ([a = 0]) => 1 - Math.tanh(a) ** 2 },
};

/** Small numbers that look random but are always the same. */
function numberFor(seed: number): number {
  const x = Math.sin(seed * 12.9898 + 4.1414) * 43758.5453;
  return Math.round((x - Math.floor(x) - 0.5) * 4000) / 1000;
}

/** State after the forward pass and `steps` of the backward pass' edges (all by default); `given` sets scalars by name. */
export function testRun(
  graph: SceneGraph,
  given: Record<string, number> = {},
  steps = Number.POSITIVE_INFINITY,
): TestRun {
  const table: ValueSummary[] = [];
  const events: TraceEvent[] = [];
  const record = (shape: number[], scalar: number): number => {
    const count = shape.reduce((a, b) => a * b, 1);
    const preview = Array.from(
      { length: Math.min(16, count) },
      (_, i) => scalar * (i === 0 ? 1 : 1 + numberFor(i) / 2),
    );
    const norm = count === 1 ? Math.abs(scalar) : Math.abs(scalar) * Math.sqrt(count) * 0.7;
    const low = Math.min(...preview);
    const high = Math.max(...preview);
    const stats = {
      min: low,
      max: high,
      mean: scalar * 0.1,
      std: Math.abs(scalar) * 0.6,
      norm,
      nan: Number.isNaN(scalar) ? count : 0,
      inf: Math.abs(scalar) === Number.POSITIVE_INFINITY ? count : 0,
      zero: scalar === 0 ? count : 0,
      histogram: [],
    };
    table.push({
      id: table.length,
      shape,
      dtype: "float32",
      strides: [],
      storage: 0,
      preview,
      text: "",
      stats,
      full: true,
      requiresGrad: false,
    });
    return table.length - 1;
  };
  const inputs = new Map<number, GraphEdge[]>();
  const outputs = new Map<number, GraphEdge[]>();
  for (const edge of graph.edges) {
    inputs.set(edge.to, [...(inputs.get(edge.to) ?? []), edge]);
    outputs.set(edge.from, [...(outputs.get(edge.from) ?? []), edge]);
  }
  const number = new Map<number, number>();
  const view: ViewData = {
    cursor: 0,
    scene: 0,
    phase: "backward",
    pass: 0,
    values: {},
    grads: {},
    flows: {},
    leafGrads: {},
    saved: {},
    skips: [],
    touched: { nodes: [], edges: [] },
    error: null,
  };
  const common = { loc: 0, scene: 0 };
  for (const node of graph.nodes) {
    const x = (inputs.get(node.id) ?? []).map((edge) => number.get(edge.from) as number);
    const rule = rules[node.op];
    const name = node.names[0] ?? "";
    const result =
      given[name] !== undefined && node.kind !== "op"
        ? (given[name] as number)
        : rule
          ? rule.forward(x)
          : numberFor(node.id + 1);
    number.set(node.id, result);
    const id = record(node.outputs[0]?.shape ?? [], result);
    view.values[node.id] = [id];
    if (node.kind === "op" && node.gradFn) view.saved[node.id] = "held";
    if (node.kind === "op") {
      events.push({
        kind: "fwd.op",
        seq: events.length,
        ...common,
        node: node.id,
        values: [id],
        before: null,
        inplace: false,
      });
    }
  }
  const gradient = new Map<number, number>();
  const root = [...graph.nodes].reverse().find((node) => node.gradFn !== null && node.kind === "op");
  if (!root || steps === 0) return { view: viewOf(view), value: (id) => table[id], events };
  const shapeOf = (id: number): number[] => graph.nodes.find((node) => node.id === id)?.outputs[0]?.shape ?? [];
  const differentiable = (id: number): GraphEdge[] => (outputs.get(id) ?? []).filter((edge) => edge.differentiable);
  const seed = record([], 1);
  events.push({
    kind: "bwd.seed",
    seq: events.length,
    ...common,
    pass: 0,
    roots: [{ node: root.id, output: 0, value: 0, seed }],
    retainGraph: false,
    createGraph: false,
    accumulate: true,
  });
  gradient.set(root.id, 1);
  view.grads[root.id] = { state: "ready", received: 1, expected: 1, sum: [seed] };
  let edgesLeft = steps;
  for (const node of [...graph.nodes].reverse()) {
    const state = view.grads[node.id];
    if (!state || state.received < state.expected || edgesLeft <= 0) continue;
    if (node.kind === "leaf") {
      view.leafGrads[node.id] = state.sum[0] as number;
      state.state = "done";
      events.push({
        kind: "leaf.accumulate",
        seq: events.length,
        ...common,
        pass: 0,
        node: node.id,
        before: null,
        delta: state.sum[0] as number,
        after: state.sum[0] as number,
        earlier: 0,
      });
      continue;
    }
    state.state = "entered";
    view.touched = { nodes: [node.id], edges: [] };
    events.push({ kind: "bwd.enter", seq: events.length, ...common, pass: 0, node: node.id, upstream: state.sum });
    for (const edge of inputs.get(node.id) ?? []) {
      if (!edge.differentiable || edgesLeft <= 0) continue;
      edgesLeft -= 1;
      const x = (inputs.get(node.id) ?? []).map((each) => number.get(each.from) as number);
      const local = rules[node.op]?.local(x, edge.input) ?? numberFor(edge.id + 77) * 0.8;
      const contribution = (gradient.get(node.id) as number) * local;
      const total = (gradient.get(edge.from) ?? 0) + contribution;
      gradient.set(edge.from, total);
      const flow = record(shapeOf(edge.from), contribution);
      view.flows[edge.id] = flow;
      const expected = differentiable(edge.from).length;
      const known: NodeGradState = view.grads[edge.from] ?? { state: "waiting", received: 0, expected, sum: [null] };
      const before = known.sum[0] ?? null;
      const sum = record(shapeOf(edge.from), total);
      const received = known.received + 1;
      view.grads[edge.from] = { state: received === expected ? "ready" : "partial", received, expected, sum: [sum] };
      view.touched = { nodes: [node.id, edge.from], edges: [edge.id] };
      events.push({
        kind: "bwd.edge",
        seq: events.length,
        ...common,
        pass: 0,
        edge: edge.id,
        node: node.id,
        input: edge.input,
        upstream: state.sum[0] ?? null,
        contribution: flow,
      });
      events.push({
        kind: "bwd.accumulate",
        seq: events.length,
        ...common,
        pass: 0,
        node: edge.from,
        output: 0,
        edge: edge.id,
        received,
        expected,
        before,
        sum,
      });
    }
    if (edgesLeft > 0) {
      state.state = "done";
      view.saved[node.id] = "freed";
    }
  }
  view.cursor = events.length - 1;
  return { view: viewOf(view), value: (id) => table[id], events };
}
