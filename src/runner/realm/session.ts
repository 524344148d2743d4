import type { Runtime } from "../../engine/runtime.ts";
import { answer, type QueryName } from "../../trace/queries.ts";
import { createRecorder, type Recorder } from "../../trace/recorder.ts";
import { readSnapshot, writeSnapshot } from "../../trace/snapshot.ts";
import { TraceReader } from "../../trace/trace-reader.ts";
import { createVerifier } from "../../verify/verify.ts";
import type { RealmRequest, RealmVersions } from "../messages.ts";
import { type OpenedSnapshot, type RunEnd, RunnerError, type RunSource } from "../protocol.ts";
import type { Host } from "./host.ts";
import { MemoryGuard } from "./memory.ts";
import { Output } from "./output.ts";
import { valuePrinter } from "./print-value.ts";
import type { FrontEnd, ProgramEnd, ProgramHost } from "./program.ts";
import { refusal } from "./refusal.ts";
import { Watcher } from "./watcher.ts";

/** Milliseconds between two looks for questions while a program runs, and between two announcements of progress. */
const LOOK = 20;
const PROGRESS = 150;
const DEFAULT_MAX_EVENTS = 2_000_000;

export interface SessionParts {
  readonly host: Host;
  readonly rt: Runtime;
  readonly versions: RealmVersions;
  /** By kind of program. */
  readonly frontEnds: Readonly<Partial<Record<string, FrontEnd>>>;
  stopRequested(): boolean;
  /** Answers a case of the oracle; throws where that is not wanted. */
  oracle(text: string): string;
  declarations(): string;
}

/** What questions are about: the trace of a run or of a snapshot, and the program that made it. */
interface Subject {
  readonly source: RunSource;
  readonly reader: TraceReader;
}

/** One run of one program (or one opened snapshot), and the questions about its trace. */
export class Session {
  private readonly parts: SessionParts;
  private readonly output: Output;
  private subject: Subject | null = null;
  private memory: MemoryGuard | null = null;
  private running = false;
  private lastLook = 0;
  private nextProgress = 0;
  /** Events of the last announcement of progress. */
  private toldEvents = 0;

  constructor(parts: SessionParts) {
    this.parts = parts;
    const { host } = parts;
    this.output = new Output((event) => host.post({ type: "event", event }), host.now);
  }

  /** A request from outside, as JSON. */
  receive(text: string): void {
    const { host } = this.parts;
    const request = JSON.parse(text) as RealmRequest;
    const { id } = request;
    const reply = (value: unknown): void => host.post({ type: "reply", id, value });
    const refuse = (error: unknown): void => host.post({ type: "refusal", id, ...refusal(error) });
    try {
      const value = this.serve(request);
      if (value instanceof Promise) value.then(reply, refuse);
      else if (value instanceof ArrayBuffer) host.postBytes(id, value);
      else reply(value);
    } catch (error) {
      refuse(error);
    }
  }

  private serve(request: RealmRequest): unknown {
    switch (request.type) {
      case "run":
        return this.run(request.source, request.limits);
      case "ask":
        return answer(this.asked().reader, request.name as QueryName, request.request as never);
      case "snapshot":
        return this.snapshot(request.cursor, request.view);
      case "declarations":
        return this.parts.declarations();
      case "oracle":
        return this.parts.oracle(request.text);
    }
  }

  private asked(): Subject {
    if (this.subject === null) throw new RunnerError("no-trace", "No program has run yet.");
    return this.subject;
  }

  /** A snapshot file from outside. Nothing in it is executed. */
  open(id: number, bytes: ArrayBuffer): void {
    const { host } = this.parts;
    try {
      if (this.subject !== null) throw new RunnerError("busy", "This worker has a trace already.");
      const { source, trace, cursor, view } = readSnapshot(new Uint8Array(bytes));
      const reader = new TraceReader(trace, valuePrinter());
      this.subject = { source, reader };
      const opened: OpenedSnapshot = { source, summary: answer(reader, "summary", {}), cursor, view };
      host.post({ type: "reply", id, value: opened });
    } catch (error) {
      host.post({ type: "refusal", id, ...refusal(error) });
    }
  }

  private snapshot(cursor: number, view: Readonly<Record<string, unknown>>): ArrayBuffer {
    const { source, reader } = this.asked();
    const { versions } = this.parts;
    const bytes = writeSnapshot({ source, trace: reader.trace, cursor, view, versions });
    return new Uint8Array(bytes).buffer;
  }

  private async run(source: RunSource, limits: Extract<RealmRequest, { type: "run" }>["limits"]): Promise<RunEnd> {
    const { host, rt, stopRequested } = this.parts;
    const frontEnd = this.parts.frontEnds[source.kind];
    if (this.subject !== null) throw new RunnerError("busy", "This worker has run its program already.");
    if (frontEnd === undefined) throw new RunnerError("bad-source", `This worker runs no ${source.kind} programs.`);
    const recorder = createRecorder(limits.valueBudget === undefined ? {} : { valueBudget: limits.valueBudget });
    const reader = new TraceReader(recorder.trace, valuePrinter(), createVerifier(rt, recorder.calls));
    this.subject = { source, reader };
    const tick = (): void => this.tick(reader);
    const program: ProgramHost = { rt, recorder, output: this.output, tick, stopRequested };
    rt.observer = new Watcher(recorder, limits.maxEvents ?? DEFAULT_MAX_EVENTS, {
      tick,
      full: () => this.output.write("err", fullNote(recorder)),
    });
    if (limits.memoryLimit !== undefined) rt.memoryLimit = limits.memoryLimit;
    this.memory = new MemoryGuard(host, rt, () => recorder.trace.valueBytes);
    const start = host.now();
    this.running = true;
    let end: ProgramEnd;
    try {
      const ending = frontEnd.run(source, program);
      end = ending instanceof Promise ? await ending : ending;
    } finally {
      this.running = false;
      rt.observer = null;
      rt.measureMemory = null;
    }
    const stopped = stopRequested() && (end.stopped || end.failure !== null);
    const failure = stopped ? null : end.failure;
    if (failure !== null) {
      this.output.write("err", failure.traceback);
      recorder.error(failure.type, failure.message, failureLocation(source, recorder, end));
    }
    recorder.finish();
    this.output.flush();
    this.output.unwatched = true;
    return {
      status: stopped ? "stopped" : failure === null ? "finished" : "failed",
      failure,
      milliseconds: host.now() - start,
      summary: answer(reader, "summary", {}),
    };
  }

  /** Looks around while a program runs: sends what it printed, answers questions, tells how far it is. */
  private tick(reader: TraceReader): void {
    const { host } = this.parts;
    const now = host.now();
    if (!this.running || now - this.lastLook < LOOK) return;
    this.lastLook = now;
    this.output.flush();
    this.memory?.tick(now);
    for (let text = host.poll(); text !== null; text = host.poll()) this.receive(text);
    const { eventCount } = reader.trace;
    if (now < this.nextProgress || eventCount === this.toldEvents) return;
    this.toldEvents = eventCount;
    host.post({ type: "event", event: { kind: "progress", summary: answer(reader, "summary", {}) } });
    const after = host.now();
    // A summary of a long run costs more: it may take a tenth of the time at most.
    this.nextProgress = after + Math.max(PROGRESS, 10 * (after - now));
  }
}

const fullNote = (recorder: Recorder): string =>
  `[Backstep: ${recorder.trace.eventCount} events are recorded and no more fit; the program goes on unrecorded.]\n`;

/** Location number of the line that failed; undefined: of the last operator. */
function failureLocation(source: RunSource, recorder: Recorder, end: ProgramEnd): number | undefined {
  if (end.failure === null || end.failure.line === null) return undefined;
  const { locations } = recorder.trace;
  const { cell, line } = end.failure;
  const same = locations.findIndex((at, i) => i > 0 && at.line === line && at.cell === cell);
  if (same > 0) return same;
  const id = Math.max(1, locations.length);
  const place = { file: source.name, cell, line, column: 0, endLine: line, endColumn: 0, scope: "<module>" };
  recorder.addLocation(id, place);
  return id;
}
