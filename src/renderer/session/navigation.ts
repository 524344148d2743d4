/** Where a step goes: from a cursor, a direction and a grain to another cursor. */
import type { EventKind, TraceEvent } from "../../trace/events.ts";
import type { EventMatch } from "../../trace/query.ts";
import { type AppState, type Breakpoint, eventCount, type Grain, runFile } from "../state/app-state.ts";
import type { TraceClient } from "./trace-client.ts";

export type Direction = 1 | -1;

/** Events at which a node begins: a step of grain "node" goes from one to the next. */
const nodeStops: EventKind[] = [
  "fwd.op",
  "bwd.seed",
  "bwd.enter",
  "leaf.accumulate",
  "bwd.end",
  "grad.zero",
  "opt.step",
  "error",
];

/** Where a step of each grain ends. */
export const stopOf: Record<Grain, EventMatch> = {
  edge: { by: "any" },
  node: { by: "kind", kinds: nodeStops },
  phase: { by: "phase" },
};

/** The cursor after one step; null when there is nowhere to go. From the last stop it leads to the end, back from the first before it. */
export async function stepTarget(
  client: TraceClient,
  from: number,
  direction: Direction,
  grain: Grain,
  count: number,
): Promise<number | null> {
  const limit = direction === 1 ? count - 1 : -1;
  if (from === limit) return null;
  return (await findEvent(client, from, direction, stopOf[grain], count)) ?? limit;
}

/** Next event that matches, asked of the events at hand first, else of the runner. */
export async function findEvent(
  client: TraceClient,
  from: number,
  direction: Direction,
  match: EventMatch,
  count: number,
): Promise<number | null> {
  if (match.by === "any") return from + direction >= 0 && from + direction < count ? from + direction : null;
  if (match.by === "kind") {
    const near = scanLoaded(client, from, direction, new Set(match.kinds), count);
    if (near !== undefined) return near;
  }
  return (await client.source.ask("find", { from, dir: direction, match })).seq;
}

/** undefined: the answer lies beyond the events that are here. */
function scanLoaded(
  client: TraceClient,
  from: number,
  direction: Direction,
  kinds: ReadonlySet<EventKind>,
  count: number,
): number | null | undefined {
  for (let seq = from + direction; seq >= 0 && seq < count; seq += direction) {
    const event = client.loadedEvent(seq);
    if (!event) return undefined;
    if (kinds.has(event.kind)) return seq;
  }
  return null;
}

/** Into the node whose backward function the cursor stands on: its first contribution. Elsewhere the next event. */
export async function intoTarget(client: TraceClient, from: number, count: number): Promise<number | null> {
  if (from >= count - 1) return null;
  const here = await client.event(from);
  if (here?.kind !== "bwd.enter") return from + 1;
  for (let seq = from + 1; seq < count; seq += 1) {
    const event = await client.event(seq);
    if (!event || nodeStops.includes(event.kind)) break;
    if (event.kind === "bwd.edge" || event.kind === "bwd.skip") return seq;
  }
  return from + 1;
}

/** Leaving the node the cursor is in: the next event which belongs to another node; null when there is none. */
export async function outTarget(client: TraceClient, from: number, count: number): Promise<number | null> {
  const here = await client.event(from);
  const node = here ? nodeOf(here) : null;
  for (let seq = from + 1; seq < count; seq += 1) {
    const event = await client.event(seq);
    if (event && nodeOf(event) !== node && nodeStops.includes(event.kind)) return seq;
  }
  return null;
}

/** The node an event is about; null for events about the whole run. */
export function nodeOf(event: TraceEvent): number | null {
  return "node" in event ? event.node : null;
}

/** Question for the runner that finds a breakpoint's next hit. */
export function breakpointMatch({ place, only }: Pick<Breakpoint, "place" | "only">, file: string): EventMatch {
  switch (place.by) {
    case "line":
      return { by: "line", file, cell: place.cell, line: place.line, ...(only ? { hits: only } : {}) };
    case "node":
      return { by: "node", node: place.node };
    case "op":
      return { by: "op", op: place.op };
    case "nan":
      return { by: "nan" };
    case "grad":
      return { by: "grad", above: place.above };
    case "leafGrad":
      return { by: "kind", kinds: ["leaf.accumulate", "grad.zero"] };
  }
}

/** Next hit of any enabled breakpoint, and which; null when none is hit any more. */
export async function continueTarget(
  client: TraceClient,
  state: AppState,
  from: number,
  direction: Direction,
): Promise<{ seq: number; breakpoint: string } | null> {
  let best: { seq: number; breakpoint: string } | null = null;
  for (const breakpoint of state.breakpoints) {
    if (!breakpoint.enabled) continue;
    const match = breakpointMatch(breakpoint, runFile(state));
    const seq = await findEvent(client, from, direction, match, eventCount(state));
    if (seq !== null && (best === null || (seq - best.seq) * direction < 0)) best = { seq, breakpoint: breakpoint.id };
  }
  return best;
}
