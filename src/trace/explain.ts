import type { BackwardSkip } from "./events.ts";
import type { GraphEdge, SceneGraph } from "./graph-model.ts";
import { placeName } from "./place-name.ts";
import type { TraceQueries } from "./query.ts";
import type { TraceReader } from "./trace-reader.ts";

type Answer = TraceQueries["explain"]["answer"];

const WHY: Readonly<Record<BackwardSkip["reason"], string>> = {
  detach: "it was cut off by detach()",
  no_grad: "it was computed under no_grad",
  "requires_grad=False": "it was made with requires_grad=False",
  integer: "integers and booleans carry no gradient",
  unused: "the operator passes no gradient to this input",
};

/** Name of a node for a sentence. */
export function nameOf(reader: TraceReader, node: number): string {
  const { trace } = reader;
  const name = trace.names.get(node)?.[0];
  if (name !== undefined) return name;
  const op = trace.opOf(node);
  return op !== "" ? op : trace.kindOf(node) === "leaf" ? "a leaf" : "a tensor";
}

/** " (line 14)", or nothing when the place is unknown. */
export function placeOf(reader: TraceReader, node: number): string {
  const loc = reader.trace.locations[reader.trace.nodes.loc.get(node)];
  return loc === undefined || loc.line === 0 ? "" : ` (${placeName(loc)})`;
}

/**
 * Who contributed to the gradient of a node in the pass shown at `cursor`, and how much (by norm). The text names the operators that sent
 * it; edges and nodes cover every path to the root, each with the part of the node's gradient that came through it.
 */
export function explainContributors(reader: TraceReader, node: number, cursor: number): Answer {
  const view = reader.seeker.viewAt(cursor);
  const { trace } = reader;
  const graph = reader.scenes.graph(view.scene);
  const found = (graph?.edges ?? []).filter((e) => e.from === node && view.flows[e.id] !== undefined);
  const norms = found.map((e) => trace.values.stats(view.flows[e.id]).norm ?? 0);
  const total = norms.reduce((sum, n) => sum + n, 0);
  const shares = norms.map((n) => (total > 0 ? n / total : 0));
  if (found.length === 0)
    return {
      text: `nothing has contributed to the gradient of ${nameOf(reader, node)} so far`,
      nodes: [],
      edges: [],
      shares: [],
    };
  const parts = found.map((e, i) => {
    const scalar = trace.values.scalar(view.flows[e.id]);
    const amount = scalar !== null ? shortNumber(scalar) : `norm ${shortNumber(norms[i])}`;
    return `${nameOf(reader, e.to)} ${amount} (${Math.round(shares[i] * 100)} %)`;
  });
  const noun = found.length === 1 ? "1 contribution" : `${found.length} contributions`;
  const flow = sharesOfPaths(reader, graph?.edges ?? [], view.flows, node);
  return {
    text: `${nameOf(reader, node)} receives ${noun}: ${parts.join(", ")}`,
    nodes: flow.nodes,
    edges: [...flow.edges.keys()],
    shares: [...flow.edges.values()],
  };
}

/**
 * Follows a node's gradient back to the root: an edge's share is the share of the node it leads to, split by the norms of the
 * contributions that arrived there.
 */
function sharesOfPaths(
  reader: TraceReader,
  edges: readonly GraphEdge[],
  flows: Readonly<Record<number, number>>,
  node: number,
): { nodes: number[]; edges: Map<number, number> } {
  const out = new Map<number, GraphEdge[]>();
  for (const edge of edges) {
    if (flows[edge.id] === undefined) continue;
    const list = out.get(edge.from);
    if (list === undefined) out.set(edge.from, [edge]);
    else list.push(edge);
  }
  const shareOf = new Map([[node, 1]]);
  const found = new Map<number, number>();
  // An operator has a larger id than what it was computed from, so in this order a node's share is complete when its turn comes.
  const waiting = new Set([node]);
  while (waiting.size > 0) {
    let at = Number.POSITIVE_INFINITY;
    for (const one of waiting) if (one < at) at = one;
    waiting.delete(at);
    const list = out.get(at) ?? [];
    const norms = list.map((e) => reader.trace.values.stats(flows[e.id]).norm ?? 0);
    const total = norms.reduce((sum, n) => sum + n, 0);
    list.forEach((edge, i) => {
      const share = total > 0 ? ((shareOf.get(at) ?? 0) * norms[i]) / total : 0;
      found.set(edge.id, share);
      shareOf.set(edge.to, (shareOf.get(edge.to) ?? 0) + share);
      if (edge.to > at) waiting.add(edge.to);
    });
  }
  return { nodes: [...shareOf.keys()], edges: found };
}

/** Why a node has no gradient at `cursor`: the path to the root of the pass, and where it is cut. */
export function explainNone(reader: TraceReader, node: number, cursor: number): Answer {
  const { trace } = reader;
  const view = reader.seeker.viewAt(cursor);
  const name = nameOf(reader, node);
  const say = (text: string, nodes: number[] = [], edges: number[] = []): Answer => ({
    text,
    nodes,
    edges,
    shares: [],
  });
  const kind = trace.kindOf(node);
  if (view.leafGrads[node] !== undefined) return say(`${name} has a gradient here`, [node]);
  if (kind === "data") {
    const value = trace.outputsOf(node)[0];
    const integer = value !== undefined && /int|bool/.test(trace.values.dtype(value));
    return say(`${name} has no gradient because ${integer ? WHY.integer : WHY["requires_grad=False"]}`, [node]);
  }
  const graph = reader.scenes.graph(view.scene);
  const seed = graph === null || view.pass === null ? null : seedOf(reader, view.scene, view.pass, cursor);
  if (graph === null || seed === null) return say(`no backward pass has run yet, so ${name} has no gradient`, [node]);
  const roots = new Set(seed.roots.map((r) => r.node));
  const open = pathTo(graph, node, roots, true);
  if (open !== null) {
    const arrived = view.grads[node];
    if (kind === "op" && arrived !== undefined)
      return say(
        `${name} received a gradient; only leaves keep theirs in .grad unless retain_grad() was called`,
        open.nodes,
        open.edges,
      );
    if (!seed.accumulate)
      return say(`autograd.grad() returns gradients and does not fill .grad of ${name}`, open.nodes, open.edges);
    if (trace.events.kind(cursor) !== "bwd.end" && view.phase === "backward")
      return say(`the gradient has not reached ${name} yet`, open.nodes, open.edges);
    if (kind === "op")
      return say(
        `${name} is not a leaf: its gradient is not kept unless retain_grad() was called`,
        open.nodes,
        open.edges,
      );
    return say(`.grad of ${name} was cleared, or nothing was passed on to it`, open.nodes, open.edges);
  }
  const any = pathTo(graph, node, roots, false);
  if (any === null)
    return say(`nothing that was computed from ${name} reaches ${nameOf(reader, seed.roots[0].node)}`, [node]);
  const cutId = any.edges.find((id) => trace.edges.gradInput.get(id) < 0) ?? any.edges[0];
  const cut = trace.edge(cutId);
  const skip = view.skips.find((s) => s.edge === cutId);
  // The operator that took part without recording a derivative cuts the way, else what it was given.
  const stop = trace.boundaryOf(cut.to) !== null || trace.gradFnOf(cut.to) === null ? cut.to : cut.from;
  const boundary = trace.boundaryOf(stop);
  const reason =
    skip !== undefined
      ? WHY[skip.reason as BackwardSkip["reason"]]
      : boundary === "detach" || boundary === "integer"
        ? WHY[boundary]
        : trace.gradFnOf(cut.to) !== null
          ? WHY.unused
          : WHY.no_grad;
  return say(
    `the gradient of ${name} is None: on the way from ${nameOf(reader, seed.roots[0].node)} it stops at ${nameOf(reader, stop)}${placeOf(reader, stop)}, because ${reason}`,
    any.nodes,
    any.edges,
  );
}

function seedOf(reader: TraceReader, scene: number, pass: number, cursor: number) {
  for (const seq of reader.scenes.seqs(scene)) {
    if (seq > cursor) break;
    if (reader.trace.events.kind(seq) !== "bwd.seed") continue;
    const event = reader.trace.events.read(seq);
    if (event.kind === "bwd.seed" && event.pass === pass) return event;
  }
  return null;
}

/** Shortest way along the data from a node to one of `goals`. */
function pathTo(
  graph: SceneGraph,
  start: number,
  goals: ReadonlySet<number>,
  differentiableOnly: boolean,
): { nodes: number[]; edges: number[] } | null {
  const out = new Map<number, { edge: number; to: number }[]>();
  for (const e of graph.edges) {
    if (differentiableOnly && !e.differentiable) continue;
    const list = out.get(e.from);
    if (list === undefined) out.set(e.from, [{ edge: e.id, to: e.to }]);
    else list.push({ edge: e.id, to: e.to });
  }
  const came = new Map<number, { edge: number; from: number }>();
  const queue = [start];
  const seen = new Set(queue);
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at];
    if (goals.has(node)) {
      const nodes = [node];
      const edges: number[] = [];
      for (let n = node; n !== start; ) {
        const step = came.get(n);
        if (step === undefined) break;
        edges.unshift(step.edge);
        nodes.unshift(step.from);
        n = step.from;
      }
      return { nodes, edges };
    }
    for (const { edge, to } of out.get(node) ?? []) {
      if (seen.has(to)) continue;
      seen.add(to);
      came.set(to, { edge, from: node });
      queue.push(to);
    }
  }
  return null;
}

function shortNumber(x: number): string {
  return String(Number(x.toPrecision(4)));
}
