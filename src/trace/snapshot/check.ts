import type { Reference } from "../event-log.ts";
import type { TraceEvent } from "../events.ts";
import { BOUNDARIES, CALL_KINDS, MAX_CALL_DEPTH, NODE_BITS, NODE_KINDS, type Trace } from "../trace.ts";
import { TraceError } from "../trace-error.ts";
import { LIMITS } from "./limits.ts";

/** How many there are of what numbers refer to. */
export type References = Record<Reference | "loc" | "scene" | "pass" | "call", number>;

export function expect(holds: boolean, where: string, what: string): asserts holds {
  if (!holds) throw new TraceError("bad-snapshot", `The snapshot is damaged: ${where} ${what}.`);
}

export function referenceCheck(references: References): (what: keyof References, index: number) => void {
  return (what, index) => {
    if (!(index >= 0 && index < references[what]))
      throw new TraceError(
        "bad-snapshot",
        `The snapshot is damaged: an event names ${what} ${index}, which it does not hold.`,
      );
  };
}

/** Merged scenes point at earlier ones, and owners have none, so following them always ends. */
export function checkScenes(parent: Int32Array, owner: Int32Array): void {
  expect(owner.length === parent.length, "scenes", "have columns of different length");
  for (const one of owner)
    expect(one === -1 || (one >= 0 && one < owner.length && owner[one] === -1), "scenes", "belong to none");
  for (let i = 0; i < parent.length; i++) expect(parent[i] >= 0 && parent[i] <= i, "scenes", "refer to later ones");
}

/** Calls lie in earlier ones, so going outwards always ends; row 0 stands for the program. */
export function checkCalls(within: Int32Array, kind: Int32Array, name: Int32Array, references: References): void {
  const { call: count } = references;
  expect(count > 0, "calls", "are none");
  checkColumn("calls.within", within, count, 0, count);
  checkColumn("calls.kind", kind, count, 0, CALL_KINDS.length);
  checkColumn("calls.name", name, count, 0, references.text);
  const depth = new Uint8Array(count);
  for (let row = 1; row < count; row++) {
    expect(within[row] < row, "calls.within", "points at a later call");
    depth[row] = depth[within[row]] + 1;
    expect(depth[row] <= MAX_CALL_DEPTH, "calls.within", "nests too deep");
  }
}

function checkColumn(where: string, column: Int32Array, length: number, low: number, high: number): void {
  expect(column.length === length, where, "has another length than its neighbours");
  for (let i = 0; i < length; i++)
    expect(column[i] >= low && column[i] < high, where, "points at something that does not exist");
}

export function checkEdges(trace: Trace, references: References): void {
  const { edges } = trace;
  const count = references.edge;
  checkColumn("edges.from", edges.from.view(), count, 0, references.node);
  checkColumn("edges.to", edges.to.view(), count, 0, references.node);
  checkColumn("edges.output", edges.output.view(), count, 0, 2 ** 31);
  checkColumn("edges.input", edges.input.view(), count, 0, 2 ** 31);
  checkColumn("edges.name", edges.name.view(), count, 0, references.text);
  checkColumn("edges.gradInput", edges.gradInput.view(), count, -1, 2 ** 31);
}

export function checkNodes(trace: Trace, references: References): void {
  const { nodes, edges } = trace;
  const count = references.node;
  checkColumn("nodes.bits", nodes.bits.view(), count, 0, NODE_BITS.all + 1);
  checkColumn("nodes.op", nodes.op.view(), count, 0, references.text);
  checkColumn("nodes.gradFn", nodes.gradFn.view(), count, -1, references.text);
  checkColumn("nodes.loc", nodes.loc.view(), count, 0, references.loc);
  checkColumn("nodes.scene", nodes.scene.view(), count, 0, references.scene);
  checkColumn("nodes.call", nodes.call.view(), count, 0, references.call);
  checkColumn("nodes.attrs", nodes.attrs.view(), count, -1, references.text);
  checkColumn("nodes.born", nodes.born.view(), count, -1, 2 ** 31);
  checkColumn("nodes.pass", nodes.pass.view(), count, -1, references.pass);
  checkColumn("nodes.firstEdge", nodes.firstEdge.view(), count, 0, references.edge + 1);
  checkColumn("nodes.edgeCount", nodes.edgeCount.view(), count, 0, references.edge + 1);
  const attrs = new Set<number>();
  const taken = new Uint8Array(references.edge);
  for (let id = 0; id < count; id++) {
    const bits = nodes.bits.get(id);
    expect(
      (bits & NODE_BITS.kind) < NODE_KINDS.length &&
        ((bits >> NODE_BITS.boundaryShift) & NODE_BITS.boundary) < BOUNDARIES.length,
      "nodes.bits",
      "says what nothing can be",
    );
    const born = nodes.born.get(id);
    const op = trace.kindOf(id) === "op";
    expect(born < (op ? trace.eventCount : references.value), "nodes.born", "points at something that does not exist");
    expect(!op || born < 0 || trace.events.kind(born) === "fwd.op", "nodes.born", "points at no operator");
    attrs.add(nodes.attrs.get(id));
    const first = nodes.firstEdge.get(id);
    const end = first + nodes.edgeCount.get(id);
    expect(end <= references.edge, "nodes.edgeCount", "counts more edges than there are");
    const extra = trace.extraEdges.get(id) ?? [];
    for (let i = 0; i < end - first + extra.length; i++) {
      const edge = i < end - first ? first + i : extra[i - (end - first)];
      expect(edges.to.get(edge) === id && taken[edge] === 0, "nodes.firstEdge", "claims an edge of another node");
      taken[edge] = 1;
    }
  }
  for (const text of attrs)
    if (text >= 0) expect(isAttributes(trace.texts.get(text)), "nodes.attrs", "is no attributes");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAttributes(text: string): boolean {
  const value = parsed(text);
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isDeeper(value, 8);
}

/** Does plain data nest deeper than `levels`? Looks without recursion. */
export function isDeeper(value: unknown, levels: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  }
  return false;
}

/** What the bare references of an event do not say. */
export function checkEvent(trace: Trace, event: TraceEvent, references: References): void {
  if ("pass" in event)
    expect(event.pass >= 0 && event.pass < references.pass, "an event", "belongs to no backward pass");
  if (event.kind === "bwd.seed") for (const root of event.roots) checkOutput(trace, root.node, root.output);
  if (event.kind === "bwd.accumulate") {
    checkOutput(trace, event.node, event.output);
    expect(
      event.received >= 0 && event.expected >= 0 && (event.receivedBefore ?? 0) >= 0,
      "an event",
      "counts less than nothing",
    );
  }
  if (event.kind === "bwd.enter")
    for (const list of [event.upstream, event.gathered ?? []])
      expect(list.length <= outputLimit(trace, event.node), "an event", "has more gradients than outputs");
  if (event.kind === "fwd.op") expect(trace.kindOf(event.node) === "op", "an event", "runs what is no operator");
}

/** Gradients are kept per output, in lists as long as the largest number. */
function checkOutput(trace: Trace, node: number, output: number): void {
  expect(output >= 0 && output < outputLimit(trace, node), "an event", "names an output that its node does not have");
}

function outputLimit(trace: Trace, node: number): number {
  return Math.max(LIMITS.unseenOutputs, trace.outputsOf(node).length);
}
