import type { EventKind, TraceEvent } from "./events.ts";
import type { EventMatch, HitCount } from "./query.ts";
import { touchedBy } from "./reduce.ts";
import { TraceError } from "./trace-error.ts";
import type { TraceReader } from "./trace-reader.ts";

/** Does the event fit? */
export type Test = (seq: number) => boolean;
type Finder<B extends EventMatch["by"]> = (reader: TraceReader, match: Extract<EventMatch, { by: B }>) => Test;

const GRADIENT_KINDS: ReadonlySet<EventKind> = new Set(["bwd.edge", "bwd.accumulate", "leaf.accumulate"]);

/** Value of an event that is a gradient, null for others. */
function gradientOf(event: TraceEvent): number | null {
  if (event.kind === "bwd.edge") return event.contribution;
  if (event.kind === "bwd.accumulate") return event.sum;
  if (event.kind === "leaf.accumulate") return event.after;
  return null;
}

/** One test of an event per way of matching. */
const finders: { readonly [B in Exclude<EventMatch["by"], "sameNextIteration" | "largestGrad">]: Finder<B> } = {
  any: () => () => true,
  kind: (reader, match) => {
    const kinds = new Set(match.kinds);
    return (seq) => kinds.has(reader.trace.events.kind(seq));
  },
  node: (reader, match) => (seq) => touchedBy(reader.trace.event(seq), reader.seeker.tables).nodes.includes(match.node),
  accumulated: (reader, match) => (seq) => {
    if (reader.trace.events.kind(seq) !== "leaf.accumulate") return false;
    const event = reader.trace.events.read(seq);
    return event.kind === "leaf.accumulate" && event.node === match.node;
  },
  line: (reader, match) => {
    const { trace } = reader;
    const reaches = (seq: number): boolean => {
      if (!trace.events.reachesLine(seq)) return false;
      const at = trace.locations[trace.events.loc(seq)];
      return at.line === match.line && at.cell === match.cell && at.file === match.file;
    };
    const { hits } = match;
    if (hits === undefined) return reaches;
    const executions = countTo((seq) => trace.phaseOfEvent(seq) !== "backward" && reaches(seq));
    return (seq) => reaches(seq) && hitTests[hits.is](executions(seq), hits.count);
  },
  op: (reader, match) => {
    const { trace } = reader;
    return (seq) => {
      const kind = trace.events.kind(seq);
      if (kind !== "fwd.op" && kind !== "bwd.enter") return false;
      const event = trace.events.read(seq);
      if (event.kind !== "fwd.op" && event.kind !== "bwd.enter") return false;
      return trace.opOf(event.node) === match.op || trace.gradFnOf(event.node) === match.op;
    };
  },
  nan: (reader) => (seq) => reader.eventNonFinite(reader.trace.events.read(seq)) !== null,
  grad: (reader, match) => (seq) => {
    if (!GRADIENT_KINDS.has(reader.trace.events.kind(seq))) return false;
    const value = gradientOf(reader.trace.events.read(seq));
    const norm = value === null ? null : reader.trace.values.stats(value).norm;
    return norm !== null && norm > match.above;
  },
  phase:
    ({ trace }) =>
    (seq) =>
      seq === 0 ||
      trace.phaseOfEvent(seq) !== trace.phaseOfEvent(seq - 1) ||
      trace.sceneOfEvent(seq) !== trace.sceneOfEvent(seq - 1),
};

const hitTests: Readonly<Record<HitCount["is"], (hit: number, count: number) => boolean>> = {
  "=": (hit, count) => hit === count,
  "<": (hit, count) => hit < count,
  "<=": (hit, count) => hit <= count,
  ">": (hit, count) => hit > count,
  ">=": (hit, count) => hit >= count,
  every: (hit, count) => hit > 0 && hit % count === 0,
};

/** How many events up to one pass a test, that one included. Each is tested once, in any order of questions. */
function countTo(test: Test): (seq: number) => number {
  const passed: number[] = [];
  let tested = 0;
  return (seq) => {
    for (; tested <= seq; tested++) if (test(tested)) passed.push(tested);
    return passed.findLastIndex((one) => one <= seq) + 1;
  };
}

/** Next (dir 1) or previous (dir -1) event after `from` which matches; null = none. */
export function findEvent(reader: TraceReader, from: number, dir: 1 | -1, match: EventMatch): number | null {
  const count = reader.trace.eventCount;
  if (match.by === "sameNextIteration") return sameInNeighbour(reader, match.seq, dir);
  if (match.by === "phase") return nextBand(reader, from, dir);
  if (match.by === "largestGrad") return largestGradient(reader);
  const test = eventTest(reader, match);
  for (let seq = dir === 1 ? Math.max(0, from + 1) : Math.min(count, from) - 1; seq >= 0 && seq < count; seq += dir)
    if (test(seq)) return seq;
  return null;
}

/**
 * The test of a match that one event alone decides; it serves a growing trace too. Errors: `TraceError` "bad-question" for matches
 * that compare events of the whole run.
 */
export function eventTest(reader: TraceReader, match: EventMatch): Test {
  const make = (finders as Partial<Record<EventMatch["by"], Finder<EventMatch["by"]>>>)[match.by];
  if (make === undefined) throw new TraceError("bad-question", `no single event can be told by "${match.by}"`);
  return make(reader, match as never);
}

/** First event of the run whose gradient has the largest finite norm. */
function largestGradient({ trace }: TraceReader): number | null {
  let best: number | null = null;
  let most = -1;
  for (let seq = 0; seq < trace.eventCount; seq++) {
    if (!GRADIENT_KINDS.has(trace.events.kind(seq))) continue;
    const value = gradientOf(trace.events.read(seq));
    const norm = value === null ? null : trace.values.stats(value).norm;
    if (norm === null || !Number.isFinite(norm) || norm <= most) continue;
    most = norm;
    best = seq;
  }
  return best;
}

/** First event of the next band, or of the present one or the one before it when going back. */
function nextBand(reader: TraceReader, from: number, dir: 1 | -1): number | null {
  const bands = reader.scenes.bands();
  if (dir === 1) return bands.find((b) => b.first > from)?.first ?? null;
  for (let i = bands.length - 1; i >= 0; i--) if (bands[i].first < from) return bands[i].first;
  return null;
}

/** The event of the next or previous equal scene that corresponds to event `seq`. */
function sameInNeighbour(reader: TraceReader, seq: number, dir: 1 | -1): number | null {
  const { trace, scenes } = reader;
  if (seq < 0 || seq >= trace.eventCount) return null;
  const event = trace.event(seq);
  const other = scenes.neighbour(event.scene, dir);
  if (other === null) return null;
  const key = eventKey(reader, event, event.scene);
  const own = scenes.seqs(event.scene);
  const theirs = scenes.seqs(other);
  let turn = 0;
  let place = 0;
  for (let i = 0; i < own.length && own[i] <= seq; i++) {
    if (trace.events.kind(own[i]) === event.kind && eventKey(reader, trace.event(own[i]), event.scene) === key) turn++;
    place = i;
  }
  // Usually it stands at the same place.
  if (
    place < theirs.length &&
    trace.events.kind(theirs[place]) === event.kind &&
    eventKey(reader, trace.event(theirs[place]), other) === key
  )
    return theirs[place];
  for (const candidate of theirs)
    if (
      trace.events.kind(candidate) === event.kind &&
      eventKey(reader, trace.event(candidate), other) === key &&
      --turn === 0
    )
      return candidate;
  return null;
}

/** What an event is about, in terms that do not depend on the scene. */
function eventKey(reader: TraceReader, event: TraceEvent, scene: number): string {
  const at = (node: number): number => reader.scenes.position(scene, node);
  switch (event.kind) {
    case "bwd.edge":
    case "bwd.skip":
      return `${event.kind} ${at(event.node)} ${event.input}`;
    case "bwd.accumulate":
      return `${event.kind} ${at(event.node)} ${event.output} ${event.received}`;
    case "fwd.op":
    case "bwd.enter":
    case "leaf.accumulate":
    case "saved.release":
    case "grad.zero":
      return `${event.kind} ${at(event.node)}`;
    default:
      return event.kind;
  }
}
