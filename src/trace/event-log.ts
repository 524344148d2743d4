import type { EventKind, Phase, TraceEvent } from "./events.ts";
import { Int32List, type TextTable } from "./growable.ts";

/** The kinds in the order of their codes; append only, snapshots hold the codes. */
export const EVENT_KINDS = [
  "fwd.op",
  "bwd.seed",
  "bwd.enter",
  "bwd.edge",
  "bwd.accumulate",
  "leaf.accumulate",
  "saved.release",
  "bwd.skip",
  "bwd.end",
  "grad.zero",
  "opt.step",
  "error",
] as const satisfies readonly EventKind[];
const PHASES = ["forward", "backward", "update"] as const satisfies readonly Phase[];
const KIND_CODES = Object.fromEntries(EVENT_KINDS.map((kind, code) => [kind, code])) as Record<EventKind, number>;
const PHASE_BITS = Object.fromEntries(PHASES.map((phase, code) => [phase, code << 4])) as Record<Phase, number>;
/** Set in the head of an event with which an execution of its line begins, or with which a backward pass comes to one. */
const REACHES_BIT = 1 << 6;
const SKIP_REASONS = ["detach", "no_grad", "requires_grad=False", "integer", "unused"] as const;
export const SAVED_STATES = [null, "held", "kept", "freed"] as const;

/** What the integers of an event refer to; used to check a snapshot. */
export type Reference = "node" | "edge" | "value" | "text";

/** Reads one event's integers in order. */
class EventReader {
  private readonly stream: Int32Array;
  private at: number;
  /** Called with every reference that is read. */
  private readonly visit: ((what: Reference, index: number) => void) | null;

  constructor(stream: Int32Array, at: number, visit: ((what: Reference, index: number) => void) | null = null) {
    this.stream = stream;
    this.at = at;
    this.visit = visit;
  }

  get position(): number {
    return this.at;
  }
  int(): number {
    return this.stream[this.at++];
  }
  flag(): boolean {
    return this.int() !== 0;
  }
  ref(what: Reference): number {
    const index = this.int();
    this.visit?.(what, index);
    return index;
  }
  /** -1 stands for null. */
  maybe(what: Reference): number | null {
    const index = this.int();
    if (index === -1) return null;
    this.visit?.(what, index);
    return index;
  }
  list<T>(item: () => T): T[] {
    const count = this.int();
    if (count < 0 || count > this.stream.length) throw new RangeError("event list too long");
    const out: T[] = [];
    for (let i = 0; i < count; i++) out.push(item());
    return out;
  }
}

interface Common {
  seq: number;
  loc: number;
  scene: number;
}
/** How one kind of event lies in the stream, after its three common integers. */
interface Codec<K extends EventKind> {
  write(event: Extract<NewEvent, { kind: K }>, out: Int32List, texts: TextTable): void;
  read(common: Common, r: EventReader, texts: TextTable): Extract<TraceEvent, { kind: K }>;
}

const orNone = (index: number | null): number => index ?? -1;
const HALF = 2 ** 31;

const codecs: { readonly [K in EventKind]: Codec<K> } = {
  "fwd.op": {
    write(e, out) {
      out.push(e.node);
      out.push(orNone(e.before));
      out.push(e.inplace ? 1 : 0);
      out.push(e.values.length);
      for (const v of e.values) out.push(v);
      const { tensors } = e;
      out.push(tensors === undefined ? 0 : tensors.length);
      if (tensors === undefined) return;
      for (const t of tensors) {
        out.push(t.node);
        out.push(orNone(t.before));
        out.push(t.after);
      }
    },
    read: (common, r) => ({
      kind: "fwd.op",
      ...common,
      node: r.ref("node"),
      before: r.maybe("value"),
      inplace: r.flag(),
      values: r.list(() => r.ref("value")),
      tensors: r.list(() => ({ node: r.ref("node"), before: r.maybe("value"), after: r.ref("value") })),
    }),
  },
  "bwd.seed": {
    write(e, out) {
      out.push(e.pass);
      out.push((e.retainGraph ? 1 : 0) | (e.createGraph ? 2 : 0) | (e.accumulate ? 4 : 0));
      out.push(e.roots.length);
      for (const root of e.roots) {
        out.push(root.node);
        out.push(root.output);
        out.push(root.value);
        out.push(root.seed);
      }
    },
    read(common, r) {
      const pass = r.int();
      const flags = r.int();
      return {
        kind: "bwd.seed",
        ...common,
        pass,
        roots: r.list(() => ({ node: r.ref("node"), output: r.int(), value: r.ref("value"), seed: r.ref("value") })),
        retainGraph: (flags & 1) !== 0,
        createGraph: (flags & 2) !== 0,
        accumulate: (flags & 4) !== 0,
      };
    },
  },
  "bwd.enter": {
    write(e, out) {
      out.push(e.pass);
      out.push(e.node);
      out.push(e.upstream.length);
      for (const v of e.upstream) out.push(orNone(v));
      const { gathered } = e;
      out.push(gathered === undefined ? 0 : gathered.length);
      if (gathered === undefined) return;
      for (const v of gathered) out.push(orNone(v));
    },
    read(common, r) {
      const pass = r.int();
      const node = r.ref("node");
      const upstream = r.list(() => r.maybe("value"));
      const gathered = r.list(() => r.maybe("value"));
      return {
        kind: "bwd.enter",
        ...common,
        pass,
        node,
        upstream,
        ...(gathered.length === 0 ? {} : { gathered }),
      };
    },
  },
  "bwd.edge": {
    write(e, out) {
      out.push(e.pass);
      out.push(e.edge);
      out.push(e.node);
      out.push(e.input);
      out.push(orNone(e.upstream));
      out.push(e.contribution);
    },
    read: (common, r) => ({
      kind: "bwd.edge",
      ...common,
      pass: r.int(),
      edge: r.ref("edge"),
      node: r.ref("node"),
      input: r.int(),
      upstream: r.maybe("value"),
      contribution: r.ref("value"),
    }),
  },
  "bwd.accumulate": {
    write(e, out) {
      out.push(e.pass);
      out.push(e.node);
      out.push(e.output);
      out.push(orNone(e.edge));
      out.push(e.received);
      out.push(e.expected);
      out.push(orNone(e.before));
      out.push(e.sum);
      out.push(e.receivedBefore ?? e.received - 1);
    },
    read: (common, r) => ({
      kind: "bwd.accumulate",
      ...common,
      pass: r.int(),
      node: r.ref("node"),
      output: r.int(),
      edge: r.maybe("edge"),
      received: r.int(),
      expected: r.int(),
      before: r.maybe("value"),
      sum: r.ref("value"),
      receivedBefore: r.int(),
    }),
  },
  "leaf.accumulate": {
    write(e, out) {
      out.push(e.pass);
      out.push(e.node);
      out.push(orNone(e.before));
      out.push(e.delta);
      out.push(e.after);
      // Below 0 for results that retain their gradient.
      out.push(e.retained === true ? -1 - e.earlier : e.earlier);
    },
    read(common, r) {
      const event = {
        kind: "leaf.accumulate" as const,
        ...common,
        pass: r.int(),
        node: r.ref("node"),
        before: r.maybe("value"),
        delta: r.ref("value"),
        after: r.ref("value"),
      };
      const earlier = r.int();
      return earlier < 0 ? { ...event, earlier: -1 - earlier, retained: true } : { ...event, earlier };
    },
  },
  "saved.release": {
    write(e, out) {
      out.push(e.pass);
      out.push(e.node);
      out.push(Math.floor(e.bytes / HALF));
      out.push(e.bytes % HALF);
      out.push(e.kept ? 1 : 0);
      out.push(SAVED_STATES.indexOf(e.before ?? null));
    },
    read: (common, r) => ({
      kind: "saved.release",
      ...common,
      pass: r.int(),
      node: r.ref("node"),
      bytes: r.int() * HALF + r.int(),
      kept: r.flag(),
      before: SAVED_STATES[r.int()] ?? null,
    }),
  },
  "bwd.skip": {
    write(e, out) {
      out.push(e.pass);
      out.push(e.node);
      out.push(e.input);
      out.push(orNone(e.edge));
      out.push(SKIP_REASONS.indexOf(e.reason));
    },
    read: (common, r) => ({
      kind: "bwd.skip",
      ...common,
      pass: r.int(),
      node: r.ref("node"),
      input: r.int(),
      edge: r.maybe("edge"),
      reason: SKIP_REASONS[r.int()] ?? "unused",
    }),
  },
  "bwd.end": {
    write(e, out, texts) {
      out.push(e.pass);
      out.push(e.error === null ? -1 : texts.add(e.error));
    },
    read(common, r, texts) {
      const pass = r.int();
      const error = r.maybe("text");
      return { kind: "bwd.end", ...common, pass, error: error === null ? null : texts.get(error) };
    },
  },
  "grad.zero": {
    write(e, out) {
      out.push(e.node);
      out.push(orNone(e.before));
      out.push(orNone(e.after));
    },
    read: (common, r) => ({
      kind: "grad.zero",
      ...common,
      node: r.ref("node"),
      before: r.maybe("value"),
      after: r.maybe("value"),
    }),
  },
  "opt.step": {
    write(e, out, texts) {
      out.push(texts.add(e.name));
      out.push(e.updates.length);
      for (const u of e.updates) {
        out.push(u.node);
        out.push(u.before);
        out.push(u.after);
      }
    },
    read: (common, r, texts) => ({
      kind: "opt.step",
      ...common,
      name: texts.get(r.ref("text")),
      updates: r.list(() => ({ node: r.ref("node"), before: r.ref("value"), after: r.ref("value") })),
    }),
  },
  error: {
    write(e, out, texts) {
      out.push(texts.add(e.type));
      out.push(texts.add(e.message));
      out.push(orNone(e.node));
    },
    read: (common, r, texts) => ({
      kind: "error",
      ...common,
      type: texts.get(r.ref("text")),
      message: texts.get(r.ref("text")),
      node: r.maybe("node"),
    }),
  },
};

/** An event as the recorder hands it in: the log gives the number. */
export type NewEvent = TraceEvent extends infer E ? (E extends TraceEvent ? Omit<E, "seq"> : never) : never;

/**
 * The events of a run in one stream of integers. Each event is `kind | phase << 4 | reaches << 6`, location, scene (as recorded, before
 * merging), then what its codec writes.
 */
export class EventLog {
  readonly stream: Int32List;
  readonly starts: Int32List;
  private readonly texts: TextTable;
  /** Does it tell where lines are reached? */
  private counted = false;

  constructor(texts: TextTable, stream = new Int32List(1024), starts = new Int32List(256)) {
    this.texts = texts;
    this.stream = stream;
    this.starts = starts;
  }

  get length(): number {
    return this.starts.length;
  }

  /** `reaches`: its line is reached with it, see `reachesLine`. */
  append(event: NewEvent, phase: Phase, reaches = false): number {
    const { stream } = this;
    const seq = this.starts.length;
    this.starts.push(stream.length);
    stream.push(KIND_CODES[event.kind] | PHASE_BITS[phase] | (reaches ? REACHES_BIT : 0));
    this.counted ||= reaches;
    stream.push(event.loc);
    stream.push(event.scene);
    const codec = codecs[event.kind] as Codec<EventKind>;
    codec.write(event as never, stream, this.texts);
    return seq;
  }

  kind(seq: number): EventKind {
    return EVENT_KINDS[this.stream.get(this.starts.get(seq)) & 15];
  }
  phase(seq: number): Phase {
    return PHASES[(this.stream.get(this.starts.get(seq)) >> 4) & 3];
  }
  /**
   * Is it the first event of an execution of its line, or the first with which a backward pass comes to what that execution made?
   * Runs of which this is not known say so of each event.
   */
  reachesLine(seq: number): boolean {
    return !this.counted || (this.stream.get(this.starts.get(seq)) & REACHES_BIT) !== 0;
  }
  loc(seq: number): number {
    return this.stream.get(this.starts.get(seq) + 1);
  }
  /** Scene as recorded, before merging. */
  rawScene(seq: number): number {
    return this.stream.get(this.starts.get(seq) + 2);
  }

  /** Event `seq`, with the scene as recorded. */
  read(seq: number): TraceEvent {
    const start = this.starts.get(seq);
    const r = new EventReader(this.stream.view(), start + 3);
    const common = { seq, loc: this.stream.get(start + 1), scene: this.stream.get(start + 2) };
    return codecs[this.kind(seq)].read(common, r, this.texts);
  }

  /**
   * Takes a stream from outside as a log: finds where each event starts and shows every event and each reference in it.
   * Errors: `RangeError` when the stream is not a sequence of events.
   */
  static open(
    texts: TextTable,
    stream: Int32List,
    visit: (what: Reference, index: number) => void,
    check: (event: TraceEvent) => void,
  ): EventLog {
    const log = new EventLog(texts, stream);
    const numbers = stream.view();
    for (let at = 0; at < numbers.length; ) {
      const head = numbers[at];
      const kind = EVENT_KINDS[head & 15];
      const phase = (head & ~REACHES_BIT) >> 4;
      if (head < 0 || kind === undefined || phase >= PHASES.length || at + 3 > numbers.length)
        throw new RangeError("no such event");
      log.counted ||= (head & REACHES_BIT) !== 0;
      const r = new EventReader(numbers, at + 3, visit);
      const event = codecs[kind].read({ seq: log.length, loc: numbers[at + 1], scene: numbers[at + 2] }, r, texts);
      if (r.position > numbers.length) throw new RangeError("the last event is cut off");
      log.starts.push(at);
      at = r.position;
      check(event);
    }
    return log;
  }
}
