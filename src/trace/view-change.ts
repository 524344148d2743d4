import type { TraceEvent } from "./events.ts";
import { IdTable } from "./id-table.ts";
import { advance, headOf, type ReplayState, retreat } from "./reduce.ts";
import type { Seeker } from "./seek.ts";
import type { NodeGradState, ViewData, ViewState } from "./view-state.ts";

/** Events between two states of which one is told as a change of the other. */
export const MAX_CHANGE = 1024;

/** How the view after one event differs from that after another one of the same scene; null stands for an entry that is gone. */
export interface ViewChange {
  from: number;
  head: Pick<ViewData, "cursor" | "scene" | "phase" | "pass" | "touched" | "error">;
  values: [node: number, values: number[] | null][];
  /** `undefined` entries are told as absent: `.grad` None from the start has no entry. */
  leafGrads: [node: number, value: number | null][];
  saved: [node: number, state: ViewData["saved"][number] | null][];
  /** Another backward pass is shown: its gradients, flows and skips are told whole. */
  otherPass: boolean;
  grads: [node: number, state: NodeGradState | null][];
  flows: [edge: number, value: number | null][];
  skips: ViewData["skips"] | null;
}

/** The change from one cursor to another; null when they show different scenes or are far apart: ask for the view then. */
export function changeBetween(seeker: Seeker, from: number, to: number): ViewChange | null {
  if (from < 0 || to < 0 || Math.abs(to - from) > MAX_CHANGE || seeker.sceneAt(from) !== seeker.sceneAt(to))
    return null;
  const state = seeker.stateAt(from);
  const passBefore = state.shown.at(-1);
  const keys = { nodes: new Set<number>(), grads: new Set<number>(), flows: new Set<number>(), skips: false };
  const { tables } = seeker;
  const step = Math.sign(to - from);
  while (state.cursor !== to) {
    const event = tables.event(step > 0 ? state.cursor + 1 : state.cursor);
    noteRunning(state, event, keys.grads);
    if (step > 0) advance(state, event, tables);
    else retreat(state, event, tables);
    noteRunning(state, event, keys.grads);
    noteKeys(event, keys);
  }
  const pass = state.shown.at(-1);
  const shown = pass === undefined ? undefined : state.passes.get(pass);
  const otherPass = pass !== passBefore;
  const nodes = [...keys.nodes];
  const entries = <T>(map: ReadonlyMap<number, T> | undefined, some: Iterable<number>): [number, T | null][] =>
    Array.from(some, (key) => [key, map?.get(key) ?? null]);
  return {
    from,
    head: headOf(state, tables),
    values: entries(state.values, nodes),
    leafGrads: entries(state.leafGrads, nodes),
    saved: entries(state.saved, nodes),
    otherPass,
    grads: otherPass ? [...(shown?.grads ?? [])] : entries(shown?.grads, keys.grads),
    flows: otherPass ? [...(shown?.flows ?? [])] : entries(shown?.flows, keys.flows),
    skips: otherPass || keys.skips ? (shown?.skips ?? []).map((skip) => ({ ...skip })) : null,
  };
}

interface Keys {
  nodes: Set<number>;
  grads: Set<number>;
  flows: Set<number>;
  skips: boolean;
}

/** The node that runs in the event's pass: an event may end what the one before began. */
function noteRunning(state: ReplayState, event: TraceEvent, grads: Set<number>): void {
  if (!("pass" in event)) return;
  const running = state.passes.get(event.pass)?.entered.at(-1);
  if (running !== undefined) grads.add(running);
}

function noteKeys(event: TraceEvent, keys: Keys): void {
  if ("node" in event && event.node !== null) {
    keys.nodes.add(event.node);
    keys.grads.add(event.node);
  }
  if (event.kind === "fwd.op") for (const t of event.tensors ?? []) keys.nodes.add(t.node);
  else if (event.kind === "opt.step") for (const u of event.updates) keys.nodes.add(u.node);
  else if (event.kind === "bwd.seed") for (const root of event.roots) keys.grads.add(root.node);
  else if (event.kind === "bwd.edge") keys.flows.add(event.edge);
  else if (event.kind === "bwd.skip") keys.skips = true;
}

/** The view that a change leads to; `view` must be the one at `change.from` and stays as it is. */
export function applyChange(view: ViewState, change: ViewChange): ViewState {
  const { otherPass } = change;
  return {
    ...change.head,
    values: view.values.with(change.values),
    leafGrads: view.leafGrads.with(change.leafGrads),
    saved: view.saved.with(change.saved),
    grads: (otherPass ? IdTable.of<NodeGradState>({}) : view.grads).with(change.grads),
    flows: (otherPass ? IdTable.of<number>({}) : view.flows).with(change.flows),
    skips: change.skips ?? view.skips,
  };
}
