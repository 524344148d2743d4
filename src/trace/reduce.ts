import type { Phase, TraceEvent } from "./events.ts";
import type { NodeGradState, ViewData } from "./view-state.ts";

/** What the reducer may look up. */
export interface ReduceTables {
  event(seq: number): TraceEvent;
  phaseOfEvent(seq: number): Phase;
  /** Incoming edges of a node. */
  inEdges(node: number): number[];
  /** Node at the other end of an edge. */
  edgeFrom(edge: number): number;
  /** Does the node hold saved tensors once it ran? */
  saves(node: number): boolean;
  isLeaf(node: number): boolean;
}

type Skip = ViewData["skips"][number];

/** What one backward pass has done so far. Entries of `grads` are replaced, never changed, so that copies may share them. */
export interface PassState {
  grads: Map<number, NodeGradState>;
  flows: Map<number, number>;
  skips: Skip[];
  /** Nodes entered, in order; the last one is running. */
  entered: number[];
}

/**
 * State of one scene while it is replayed. Leaves are global: events of other scenes change them too, and nothing else.
 * Finished passes are kept, so that the first event of a later pass can be taken back.
 */
export interface ReplayState {
  scene: number;
  cursor: number;
  values: Map<number, number[]>;
  leafGrads: Map<number, number>;
  saved: Map<number, "held" | "kept" | "freed">;
  passes: Map<number, PassState>;
  /** Passes in the order in which they came to be shown; the last is shown. */
  shown: number[];
  /** Passes under way, outermost first. */
  open: number[];
}

export function emptyState(scene: number, cursor: number): ReplayState {
  return {
    scene,
    cursor,
    values: new Map(),
    leafGrads: new Map(),
    saved: new Map(),
    passes: new Map(),
    shown: [],
    open: [],
  };
}

export function cloneState(s: ReplayState): ReplayState {
  const passes = new Map<number, PassState>();
  for (const [pass, p] of s.passes)
    passes.set(pass, {
      grads: new Map(p.grads),
      flows: new Map(p.flows),
      skips: [...p.skips],
      entered: [...p.entered],
    });
  return {
    scene: s.scene,
    cursor: s.cursor,
    values: new Map(s.values),
    leafGrads: new Map(s.leafGrads),
    saved: new Map(s.saved),
    passes,
    shown: [...s.shown],
    open: [...s.open],
  };
}

/** The state after `event`. `event` must be the one that follows `state.cursor`. Leaves `state` as it was. */
export function applyEvent(state: ReplayState, event: TraceEvent, tables: ReduceTables): ReplayState {
  const next = cloneState(state);
  advance(next, event, tables);
  return next;
}

/** The state before `event`, which must be the one at `state.cursor`: exactly undoes `applyEvent`. */
export function invertEvent(state: ReplayState, event: TraceEvent, tables: ReduceTables): ReplayState {
  const before = cloneState(state);
  retreat(before, event, tables);
  return before;
}

interface Step<K extends TraceEvent["kind"]> {
  /** Changes that every scene sees: values and `.grad` of leaves. */
  global?: {
    apply(s: ReplayState, e: Extract<TraceEvent, { kind: K }>): void;
    invert(s: ReplayState, e: Extract<TraceEvent, { kind: K }>): void;
  };
  /** Changes of the event's own scene. */
  local?: {
    apply(s: ReplayState, e: Extract<TraceEvent, { kind: K }>, tables: ReduceTables): void;
    invert(s: ReplayState, e: Extract<TraceEvent, { kind: K }>, tables: ReduceTables): void;
  };
}

const setOrDelete = <T>(map: Map<number, T>, key: number, value: T | undefined): void => {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
};
/** `.grad` of a leaf; None from the start is the absence of an entry. */
const setGrad = (s: ReplayState, node: number, value: number | null): void =>
  setOrDelete(s.leafGrads, node, value ?? undefined);

function passOf(s: ReplayState, pass: number): PassState {
  let p = s.passes.get(pass);
  if (p === undefined) {
    p = { grads: new Map(), flows: new Map(), skips: [], entered: [] };
    s.passes.set(pass, p);
  }
  return p;
}

/** A node's gradient state without what it is doing: absent when nothing arrived. */
function restOrReady(p: PassState, node: number): void {
  const g = p.grads.get(node);
  if (g === undefined) return;
  if (g.received === 0 && g.expected === 0 && g.sum.every((v) => v === null)) p.grads.delete(node);
  else p.grads.set(node, { ...g, state: g.received < g.expected ? "partial" : "ready" });
}

/** Changes what a node that is running, or was, is doing. */
function become(
  p: PassState,
  node: number | undefined,
  from: NodeGradState["state"] | null,
  to: NodeGradState["state"],
) {
  const g = node === undefined ? undefined : p.grads.get(node);
  if (node !== undefined && g !== undefined && (from === null || g.state === from))
    p.grads.set(node, { ...g, state: to });
}

function enter(p: PassState, node: number): void {
  become(p, p.entered[p.entered.length - 1], "entered", "done");
  const g = p.grads.get(node) ?? { received: 0, expected: 0, sum: [] };
  p.grads.set(node, { ...g, state: "entered" });
  p.entered.push(node);
}

function leave(p: PassState): void {
  const node = p.entered.pop();
  if (node !== undefined) restOrReady(p, node);
  become(p, p.entered[p.entered.length - 1], null, "entered");
}

function replaceSum(p: PassState, node: number, sum: readonly (number | null)[]): void {
  const g = p.grads.get(node);
  if (g !== undefined) p.grads.set(node, { ...g, sum: trimmed([...sum]) });
}

function trimmed(sum: (number | null)[]): (number | null)[] {
  while (sum.length > 0 && sum[sum.length - 1] === null) sum.pop();
  return sum;
}

/** Sums with another one for an output; trailing empty slots are not kept, so that taking back is exact. */
function withSum(sum: readonly (number | null)[], output: number, value: number | null): (number | null)[] {
  const next = [...sum];
  while (next.length <= output) next.push(null);
  next[output] = value;
  return trimmed(next);
}

const steps: { readonly [K in TraceEvent["kind"]]: Step<K> } = {
  "fwd.op": {
    global: {
      apply(s, e) {
        for (const t of e.tensors ?? []) s.values.set(t.node, [t.after]);
      },
      invert(s, e) {
        for (const t of [...(e.tensors ?? [])].reverse())
          setOrDelete(s.values, t.node, t.before === null ? undefined : [t.before]);
      },
    },
    local: {
      apply(s, e, tables) {
        s.values.set(e.node, [...e.values]);
        if (tables.saves(e.node)) s.saved.set(e.node, "held");
      },
      invert(s, e) {
        s.values.delete(e.node);
        s.saved.delete(e.node);
      },
    },
  },
  "bwd.seed": {
    local: {
      apply(s, e) {
        const p = passOf(s, e.pass);
        for (const root of e.roots) {
          const g = p.grads.get(root.node) ?? { state: "ready" as const, received: 0, expected: 0, sum: [] };
          p.grads.set(root.node, { ...g, sum: withSum(g.sum, root.output, root.seed) });
        }
        s.shown.push(e.pass);
        s.open.push(e.pass);
      },
      invert(s, e) {
        s.passes.delete(e.pass);
        s.shown.pop();
        s.open.pop();
      },
    },
  },
  "bwd.enter": {
    local: {
      apply(s, e) {
        const p = passOf(s, e.pass);
        enter(p, e.node);
        // Hooks saw the sums before the node does.
        if (e.gathered !== undefined) replaceSum(p, e.node, e.upstream);
      },
      invert(s, e) {
        const p = passOf(s, e.pass);
        if (e.gathered !== undefined) replaceSum(p, e.node, e.gathered);
        leave(p);
      },
    },
  },
  "bwd.edge": {
    local: {
      apply(s, e) {
        passOf(s, e.pass).flows.set(e.edge, e.contribution);
      },
      invert(s, e) {
        passOf(s, e.pass).flows.delete(e.edge);
      },
    },
  },
  "bwd.accumulate": {
    local: {
      apply(s, e) {
        const p = passOf(s, e.pass);
        const { received, expected } = e;
        const sum = withSum(p.grads.get(e.node)?.sum ?? [], e.output, e.sum);
        p.grads.set(e.node, { state: received < expected ? "partial" : "ready", received, expected, sum });
      },
      invert(s, e) {
        const p = passOf(s, e.pass);
        const g = p.grads.get(e.node);
        if (g === undefined) return;
        const received = e.receivedBefore ?? e.received - 1;
        const expected = received === 0 ? 0 : g.expected;
        p.grads.set(e.node, { ...g, received, expected, sum: withSum(g.sum, e.output, e.before) });
        restOrReady(p, e.node);
      },
    },
  },
  "leaf.accumulate": {
    global: {
      apply: (s, e) => setGrad(s, e.node, e.after),
      invert: (s, e) => setGrad(s, e.node, e.before),
    },
    local: {
      // A leaf is entered and filled in one go; a result that retains its gradient was entered before.
      apply(s, e) {
        if (e.retained !== true) enter(passOf(s, e.pass), e.node);
      },
      invert(s, e) {
        if (e.retained !== true) leave(passOf(s, e.pass));
      },
    },
  },
  "saved.release": {
    local: {
      apply(s, e) {
        s.saved.set(e.node, e.kept ? "kept" : "freed");
      },
      invert(s, e) {
        setOrDelete(s.saved, e.node, e.before ?? undefined);
      },
    },
  },
  "bwd.skip": {
    local: {
      apply(s, e) {
        passOf(s, e.pass).skips.push({ node: e.node, input: e.input, edge: e.edge, reason: e.reason });
      },
      invert(s, e) {
        passOf(s, e.pass).skips.pop();
      },
    },
  },
  "bwd.end": {
    local: {
      apply(s, e) {
        const p = passOf(s, e.pass);
        if (e.error === null) become(p, p.entered[p.entered.length - 1], null, "done");
        s.open.pop();
        if (s.open.length > 0) s.shown.push(s.open[s.open.length - 1]);
      },
      invert(s, e) {
        if (s.open.length > 0) s.shown.pop();
        s.open.push(e.pass);
        const p = passOf(s, e.pass);
        become(p, p.entered[p.entered.length - 1], null, "entered");
      },
    },
  },
  "grad.zero": {
    global: {
      apply: (s, e) => setGrad(s, e.node, e.after),
      invert: (s, e) => setGrad(s, e.node, e.before),
    },
  },
  "opt.step": {
    global: {
      apply(s, e) {
        for (const u of e.updates) s.values.set(u.node, [u.after]);
      },
      invert(s, e) {
        for (const u of [...e.updates].reverse()) s.values.set(u.node, [u.before]);
      },
    },
  },
  error: {},
};

/** Moves a state forward by `event`, in place. */
export function advance(s: ReplayState, event: TraceEvent, tables: ReduceTables): void {
  const step = steps[event.kind] as Step<TraceEvent["kind"]>;
  step.global?.apply(s, event);
  if (event.scene === s.scene) step.local?.apply(s, event, tables);
  s.cursor = event.seq;
}

/** Moves a state back to before `event`, in place. */
export function retreat(s: ReplayState, event: TraceEvent, tables: ReduceTables): void {
  const step = steps[event.kind] as Step<TraceEvent["kind"]>;
  if (event.scene === s.scene) step.local?.invert(s, event, tables);
  step.global?.invert(s, event);
  s.cursor = event.seq - 1;
}

type Touch = (event: never, tables: ReduceTables) => ViewData["touched"];
const touches: {
  readonly [K in TraceEvent["kind"]]: (
    event: Extract<TraceEvent, { kind: K }>,
    tables: ReduceTables,
  ) => ViewData["touched"];
} = {
  "fwd.op": (e, tables) => ({
    nodes: [e.node, ...(e.tensors ?? []).filter((t) => t.before !== null).map((t) => t.node)],
    edges: tables.inEdges(e.node),
  }),
  "bwd.seed": (e) => ({ nodes: [...new Set(e.roots.map((r) => r.node))], edges: [] }),
  "bwd.enter": (e) => ({ nodes: [e.node], edges: [] }),
  "bwd.edge": (e, tables) => ({ nodes: [e.node, tables.edgeFrom(e.edge)], edges: [e.edge] }),
  "bwd.accumulate": (e) => ({ nodes: [e.node], edges: e.edge === null ? [] : [e.edge] }),
  "leaf.accumulate": (e) => ({ nodes: [e.node], edges: [] }),
  "saved.release": (e) => ({ nodes: [e.node], edges: [] }),
  "bwd.skip": (e) => ({ nodes: [e.node], edges: e.edge === null ? [] : [e.edge] }),
  "bwd.end": () => ({ nodes: [], edges: [] }),
  "grad.zero": (e) => ({ nodes: [e.node], edges: [] }),
  "opt.step": (e) => ({ nodes: [...new Set(e.updates.map((u) => u.node))], edges: [] }),
  error: (e) => ({ nodes: e.node === null ? [] : [e.node], edges: [] }),
};

/** What an event touches. */
export function touchedBy(event: TraceEvent, tables: ReduceTables): ViewData["touched"] {
  return (touches[event.kind] as Touch)(event as never, tables);
}

/** What of a view does not grow with the scene. */
export function headOf(
  s: ReplayState,
  tables: ReduceTables,
): Pick<ViewData, "cursor" | "scene" | "phase" | "pass" | "touched" | "error"> {
  const pass = s.shown.at(-1) ?? null;
  const event = s.cursor < 0 ? null : tables.event(s.cursor);
  let error: ViewData["error"] = null;
  if (event?.kind === "error") error = { type: event.type, message: event.message, node: event.node };
  else if (event?.kind === "bwd.end" && event.error !== null) {
    const node = pass === null ? null : (s.passes.get(pass)?.entered.at(-1) ?? null);
    error = { type: "RuntimeError", message: event.error, node };
  }
  return {
    cursor: s.cursor,
    scene: s.scene,
    phase: event === null ? "forward" : tables.phaseOfEvent(event.seq),
    pass,
    touched: event === null ? { nodes: [], edges: [] } : touchedBy(event, tables),
    error,
  };
}

/** The state as everybody else sees it: plain data. */
export function toView(s: ReplayState, tables: ReduceTables): ViewData {
  const head = headOf(s, tables);
  const p = head.pass === null ? undefined : s.passes.get(head.pass);
  return {
    ...head,
    values: Object.fromEntries(s.values),
    grads: Object.fromEntries(p?.grads ?? []),
    flows: Object.fromEntries(p?.flows ?? []),
    leafGrads: Object.fromEntries(s.leafGrads),
    saved: Object.fromEntries(s.saved),
    skips: p === undefined ? [] : p.skips.map((skip) => ({ ...skip })),
  };
}
