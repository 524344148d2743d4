import { eventTest, type Test } from "../../trace/find.ts";
import { answer } from "../../trace/queries.ts";
import type { EventMatch } from "../../trace/query.ts";
import type { TraceReader } from "../../trace/trace-reader.ts";
import { CONTROL, PAUSE } from "../messages.ts";
import type { Pause } from "../protocol.ts";
import type { Host } from "./host.ts";
import type { ProgramPlace } from "./program.ts";

/** Milliseconds between two looks at whether a program that stands still is to stop: a message wakes it at once. */
const LOOK = 1000;

export interface GateParts {
  readonly host: Host;
  readonly words: Int32Array;
  readonly reader: TraceReader;
  stopRequested(): boolean;
  /** Where the program is. */
  place(): ProgramPlace | null;
  /** Called before the program stands still: what it printed must be out. */
  settle(): void;
  /** Answers a request while it stands. */
  receive(text: string): void;
}

/**
 * Where a program stands still: when that is asked for, or after an event that was waited for. Its thread then does nothing but
 * answer requests, inside the call by which the engine announced the event, so nothing of the program is lost or undone.
 */
export class Gate {
  private readonly parts: GateParts;
  private readonly trace: TraceReader["trace"];
  private breakpoints: readonly Test[] = [];
  private until: Test | null = null;
  /** Events that were tested. */
  private tested = 0;
  /** Milliseconds that the program stood still. */
  heldFor = 0;

  constructor(parts: GateParts) {
    this.parts = parts;
    this.trace = parts.reader.trace;
  }

  /** Errors: `TraceError` "bad-question"; then the earlier breakpoints stay. */
  setBreakpoints(matches: readonly EventMatch[]): void {
    const tests = matches.map((match) => eventTest(this.parts.reader, match));
    if (!this.tests) this.tested = this.trace.eventCount;
    this.breakpoints = tests;
  }

  /** Lets the program go on, up to the next event that fits. Errors: `TraceError` "bad-question"; then nothing changes. */
  resume(until: EventMatch | null): void {
    this.until = until === null ? null : eventTest(this.parts.reader, until);
    this.tested = this.trace.eventCount;
    Atomics.store(this.parts.words, CONTROL.pause, PAUSE.running);
  }

  /** Events may have been recorded. */
  passed(): void {
    const { words } = this.parts;
    if (this.tests) this.test();
    if (words[CONTROL.pause] === PAUSE.asked) this.rest(this.parts.place());
  }

  /** Stands still if that was asked for. */
  rest(place: ProgramPlace | null): void {
    const { words } = this.parts;
    if (Atomics.load(words, CONTROL.pause) === PAUSE.asked)
      this.hold({ seq: this.trace.eventCount - 1, ...(place ?? NOWHERE), reason: "asked", breakpoint: null });
  }

  /** Nothing holds the program any more: it is over, or to stop. */
  open(): void {
    Atomics.compareExchange(this.parts.words, CONTROL.pause, PAUSE.held, PAUSE.running);
  }

  private get tests(): boolean {
    return this.until !== null || this.breakpoints.length > 0;
  }

  private test(): void {
    const count = this.trace.eventCount;
    while (this.tested < count) {
      const seq = this.tested++;
      const breakpoint = this.breakpoints.findIndex((fits) => fits(seq));
      if (breakpoint < 0 && this.until?.(seq) !== true) continue;
      // Those recorded in the same moment can be stepped through: they are no reason to stand still again.
      this.tested = count;
      const reason = breakpoint < 0 ? "step" : "breakpoint";
      const at = this.parts.place() ?? NOWHERE;
      this.hold({ seq, ...at, reason, breakpoint: breakpoint < 0 ? null : breakpoint });
      return;
    }
  }

  private hold(pause: Pause): void {
    const { host, words, reader, stopRequested, settle, receive } = this.parts;
    if (stopRequested()) return;
    const began = host.now();
    this.until = null;
    Atomics.store(words, CONTROL.pause, PAUSE.held);
    settle();
    host.post({ type: "event", event: { kind: "paused", summary: answer(reader, "summary", {}), ...pause } });
    while (Atomics.load(words, CONTROL.pause) === PAUSE.held && !stopRequested()) {
      const text = host.poll(LOOK);
      if (text !== null) receive(text);
    }
    this.open();
    this.heldFor += host.now() - began;
  }
}

const NOWHERE: ProgramPlace = { cell: null, line: null };
