import { explainContributors, explainNone } from "./explain.ts";
import { findEvent } from "./find.ts";
import { findFindings } from "./findings.ts";
import type { OperatorFormula } from "./graph-model.ts";
import type { TraceQueries, TraceSummary } from "./query.ts";
import { TraceError } from "./trace-error.ts";
import type { TraceReader } from "./trace-reader.ts";
import { changeBetween } from "./view-change.ts";

export type QueryName = keyof TraceQueries;
export type Ask<Q extends QueryName> = TraceQueries[Q]["ask"];
export type Answer<Q extends QueryName> = TraceQueries[Q]["answer"];

const MAX_EVENTS = 4096;
const MAX_VALUES = 4096;
const MAX_FORMULAS = 4096;

function whole(name: string, x: number, low: number, high: number): number {
  if (!Number.isSafeInteger(x) || x < low || x >= high)
    throw new TraceError("bad-question", `${name}: ${x} is not between ${low} and ${high - 1}`);
  return x;
}

const answers: { readonly [Q in QueryName]: (reader: TraceReader, ask: Ask<Q>) => Answer<Q> } = {
  summary: (reader) => summarise(reader),
  events(reader, { first, last }) {
    const count = reader.trace.eventCount;
    const from = Math.max(0, Math.floor(first));
    const to = Math.min(count, Math.floor(last), from + MAX_EVENTS);
    const out = [];
    for (let seq = from; seq < to; seq++) out.push(reader.trace.event(seq));
    return out;
  },
  view: (reader, { cursor }) => reader.seeker.viewAt(whole("view", cursor, -1, Math.max(0, reader.trace.eventCount))),
  change({ trace, seeker }, { from, to }) {
    const count = Math.max(0, trace.eventCount);
    return changeBetween(seeker, whole("change", from, -1, count), whole("change", to, -1, count));
  },
  scene(reader, { scene }) {
    const graph = reader.scenes.graph(
      reader.trace.scene(whole("scene", scene, 0, Math.max(1, reader.trace.sceneParent.length))),
    );
    if (graph !== null) return graph;
    return {
      scene: { id: 0, firstSeq: 0, lastSeq: -1, nodeCount: 0, structure: "", title: "empty" },
      nodes: [],
      edges: [],
      calls: [],
    };
  },
  leaves({ trace, leaves }, { cursor }) {
    whole("leaves", cursor, -1, Math.max(0, trace.eventCount));
    const out: Answer<"leaves"> = [];
    for (let node = 0; node < trace.nodeCount; node++) {
      if (trace.kindOf(node) !== "leaf") continue;
      const grad = leaves.gradAt(node, cursor);
      if (grad !== null || leaves.valueAt(node, cursor) !== null) out.push({ node: trace.node(node), grad });
    }
    return out;
  },
  values(reader, { ids }) {
    if (ids.length > MAX_VALUES) throw new TraceError("bad-question", `values: more than ${MAX_VALUES} at once`);
    return ids.map((id) =>
      reader.trace.values.summary(whole("values", id, 0, reader.trace.values.length), reader.format),
    );
  },
  tile(reader, ask) {
    whole("tile", ask.id, 0, reader.trace.values.length);
    return reader.trace.values.tile(ask);
  },
  formula(reader, { nodes }) {
    if (nodes.length > MAX_FORMULAS) throw new TraceError("bad-question", `formula: more than ${MAX_FORMULAS} at once`);
    return nodes.map((node) => formulaOf(reader, whole("formula", node, 0, reader.trace.nodeCount)));
  },
  find(reader, { from, dir, match }) {
    if (dir !== 1 && dir !== -1) throw new TraceError("bad-question", "find: dir is 1 or -1");
    return { seq: findEvent(reader, Math.floor(from), dir, match) };
  },
  series: (reader, ask) => ({ points: series[ask.what](reader, ask as never) }),
  explain(reader, { node, question, cursor }) {
    whole("explain", node, 0, reader.trace.nodeCount);
    whole("explain", cursor, -1, Math.max(0, reader.trace.eventCount));
    return (question === "none" ? explainNone : explainContributors)(reader, node, cursor);
  },
  findings: (reader) => findFindings(reader),
  verify(reader, { node, cursor }) {
    whole("verify", node, 0, reader.trace.nodeCount);
    whole("verify", cursor, -1, Math.max(0, reader.trace.eventCount));
    return reader.verifier(reader, node, cursor);
  },
};

/** Answers a question about a trace. Errors: `TraceError` "bad-question". */
export function answer<Q extends QueryName>(reader: TraceReader, name: Q, ask: Ask<Q>): Answer<Q> {
  const one = Object.hasOwn(answers, name) ? answers[name] : undefined;
  if (one === undefined) throw new TraceError("bad-question", `no such question: ${String(name)}`);
  return one(reader, ask);
}

function summarise(reader: TraceReader): TraceSummary {
  const { trace, scenes } = reader;
  const bands = scenes.bands();
  return {
    events: trace.eventCount,
    scenes: scenes.infos(),
    passes: trace.passes,
    locations: [...trace.locations],
    valueBytes: trace.valueBytes,
    dropped: trace.dropped,
    bands: bands.map((b) => ({ ...b })),
    flags: reader.flags.flags(reader).map((f) => ({ ...f })),
    running: trace.running,
    cells: trace.cells.flatMap(({ first, cell, number }, i) => {
      const last = (trace.cells[i + 1]?.first ?? trace.eventCount) - 1;
      return last < first ? [] : [{ first, last, cell, number }];
    }),
  };
}

/** Templates with `{name}` for arguments, `{out}` for the result, `{g}` for the upstream gradient; one entry per input. */
function formulaOf(reader: TraceReader, node: number): OperatorFormula {
  const { trace } = reader;
  const op = trace.opOf(node);
  const known = trace.formulas.get(op);
  const gradFn = trace.gradFnOf(node);
  if (known === undefined) return { op, gradFn, forward: "", inputs: [] };
  const { out, vjp, note } = known.formula;
  const inputs = trace.inEdges(node).flatMap((id) => {
    const { inputName } = trace.edge(id);
    const rule = vjp[inputName] ?? vjp[inputName.replace(/\[\d+\]$/, "")];
    return rule === undefined ? [] : [{ name: inputName, vjp: rule, ...(note === undefined ? {} : { note }) }];
  });
  return { op, gradFn, forward: out, inputs };
}

type Points = Answer<"series">["points"];
type Series<W extends Ask<"series">["what"]> = (
  reader: TraceReader,
  ask: Extract<Ask<"series">, { what: W }>,
) => Points;

const series: { readonly [W in Ask<"series">["what"]]: Series<W> } = {
  /** Value of the root of every accumulating backward pass that starts at a scalar. */
  loss({ trace }) {
    const points: Points = [];
    for (let seq = 0; seq < trace.eventCount; seq++) {
      if (trace.events.kind(seq) !== "bwd.seed") continue;
      const event = trace.event(seq);
      if (event.kind !== "bwd.seed" || !event.accumulate || event.roots.length === 0) continue;
      const value = trace.values.scalar(event.roots[0].value);
      if (value !== null) points.push({ seq, scene: event.scene, value });
    }
    return points;
  },
  /** Norm of the gradient that reached a leaf in each pass, or entered the corresponding operator of each equal scene. */
  gradNorm(reader, { node }) {
    const { trace } = reader;
    whole("series", node, 0, trace.nodeCount);
    const points: Points = [];
    const push = (seq: number, scene: number, value: number | null): void => {
      const norm = value === null ? null : trace.values.stats(value).norm;
      if (norm !== null) points.push({ seq, scene, value: norm });
    };
    const wanted = correspondents(reader, node);
    for (let seq = 0; seq < trace.eventCount; seq++) {
      const kind = trace.events.kind(seq);
      if (kind !== "bwd.enter" && kind !== "leaf.accumulate") continue;
      const event = trace.event(seq);
      if (event.kind === "leaf.accumulate" && event.node === node) push(seq, event.scene, event.delta);
      else if (event.kind === "bwd.enter" && wanted.has(event.node))
        push(seq, event.scene, event.upstream.find((v) => v !== null) ?? null);
    }
    return points;
  },
  /** One element: of a leaf whenever it changes, of an operator's result in each equal scene. */
  element(reader, { node, index }) {
    const { trace } = reader;
    whole("series", node, 0, trace.nodeCount);
    whole("series", index, 0, 2 ** 31);
    const points: Points = [];
    const push = (seq: number, value: number | undefined): void => {
      const x = value === undefined ? null : trace.values.element(value, index);
      if (x !== null && Number.isFinite(x)) points.push({ seq, scene: trace.sceneOfEvent(seq), value: x });
    };
    if (trace.kindOf(node) !== "op") for (const change of reader.leaves.valuesOf(node)) push(change.seq, change.value);
    else
      for (const one of [...correspondents(reader, node)].sort(
        (a, b) => trace.nodes.born.get(a) - trace.nodes.born.get(b),
      ))
        push(trace.nodes.born.get(one), trace.outputsOf(one)[0]);
    return points;
  },
};

/** A node and those that stand in its place in scenes of equal structure. */
function correspondents(reader: TraceReader, node: number): Set<number> {
  const { trace, scenes } = reader;
  const out = new Set([node]);
  if (trace.kindOf(node) !== "op") return out;
  const own = trace.sceneOfNode(node);
  for (const scene of scenes.ids()) {
    const other = scenes.corresponding(own, node, scene);
    if (other >= 0) out.add(other);
  }
  return out;
}
