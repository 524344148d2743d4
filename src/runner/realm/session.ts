import type { Runtime } from "../../engine/runtime.ts";
import { answer, type QueryName } from "../../trace/queries.ts";
import { createRecorder, type Recorder } from "../../trace/recorder.ts";
import { TraceError } from "../../trace/trace-error.ts";
import { TraceReader } from "../../trace/trace-reader.ts";
import type { RealmRequest } from "../messages.ts";
import { type RunEnd, RunnerError, type RunnerErrorCode, type RunSource } from "../protocol.ts";
import type { Host } from "./host.ts";
import { Output } from "./output.ts";
import { valuePrinter } from "./print-value.ts";
import type { FrontEnd, ProgramEnd } from "./program.ts";
import { Watcher } from "./watcher.ts";

/** Milliseconds between two looks for questions while a program runs, and between two announcements of progress. */
const LOOK = 20;
const PROGRESS = 150;
const DEFAULT_MAX_EVENTS = 2_000_000;

export interface SessionParts {
  readonly host: Host;
  readonly rt: Runtime;
  /** By kind of program. */
  readonly frontEnds: Readonly<Partial<Record<string, FrontEnd>>>;
  stopRequested(): boolean;
  /** Answers a case of the oracle; throws where that is not wanted. */
  oracle(text: string): string;
}

/** One run of one program, and the questions about its trace. */
export class Session {
  private readonly parts: SessionParts;
  private readonly output: Output;
  private recorder: Recorder | null = null;
  private reader: TraceReader | null = null;
  private source: RunSource | null = null;
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
    let request: RealmRequest;
    try {
      request = JSON.parse(text) as RealmRequest;
    } catch {
      return;
    }
    const { host } = this.parts;
    const { id } = request;
    try {
      const value = this.serve(request);
      if (value !== undefined) host.post({ type: "reply", id, value });
    } catch (error) {
      const { code, message } = refusal(error);
      host.post({ type: "refusal", id, code, message });
    }
  }

  private serve(request: RealmRequest): unknown {
    switch (request.type) {
      case "run":
        return this.run(request.source, request.limits);
      case "ask":
        return answer(this.trace(), request.name as QueryName, request.request as never);
      case "oracle":
        return this.parts.oracle(request.text);
      default:
        throw new RunnerError("bad-question", `Unknown request ${String((request as { type: unknown }).type)}.`);
    }
  }

  private trace(): TraceReader {
    if (this.reader === null) throw new RunnerError("no-trace", "No program has run yet.");
    return this.reader;
  }

  private run(source: RunSource, limits: Extract<RealmRequest, { type: "run" }>["limits"]): RunEnd {
    if (this.source !== null) throw new RunnerError("busy", "This worker has run its program already.");
    const { host, rt } = this.parts;
    const frontEnd = this.parts.frontEnds[source.kind];
    if (frontEnd === undefined) throw new RunnerError("bad-source", `This worker runs no ${source.kind} programs.`);
    this.source = source;
    const recorder = createRecorder(limits.valueBudget === undefined ? {} : { valueBudget: limits.valueBudget });
    this.recorder = recorder;
    this.reader = new TraceReader(recorder.trace, valuePrinter());
    rt.observer = new Watcher(recorder, limits.maxEvents ?? DEFAULT_MAX_EVENTS, {
      tick: () => this.tick(),
      full: () =>
        this.output.write(
          "err",
          `[Backstep: ${recorder.trace.eventCount.toLocaleString("en")} events are recorded, no more fit; the program goes on unrecorded.]\n`,
        ),
    });
    const start = host.now();
    this.running = true;
    let end: ProgramEnd;
    try {
      end = frontEnd.run(source, {
        rt,
        recorder,
        output: this.output,
        tick: () => this.tick(),
        stopRequested: () => this.parts.stopRequested(),
      });
    } finally {
      this.running = false;
      rt.observer = null;
    }
    const { failure } = end;
    const stopped = failure !== null && this.parts.stopRequested();
    if (failure !== null && !stopped) {
      if (failure.traceback !== "") this.output.write("err", failure.traceback);
      recorder.error(failure.type, failure.message, this.failureLocation(end));
    }
    recorder.finish();
    this.output.flush();
    return {
      status: stopped ? "stopped" : failure === null ? "finished" : "failed",
      failure: stopped ? null : failure,
      milliseconds: host.now() - start,
      summary: answer(this.reader, "summary", {}),
    };
  }

  /** Location number of the line that failed; undefined: of the last operator. */
  private failureLocation(end: ProgramEnd): number | undefined {
    const { failure } = end;
    const { recorder, source } = this;
    if (failure === null || failure.line === null || recorder === null || source === null) return undefined;
    const { locations } = recorder.trace;
    const { cell, line } = failure;
    const same = locations.findIndex((l, i) => i > 0 && l.line === line && l.cell === cell);
    if (same > 0) return same;
    const id = Math.max(1, locations.length);
    recorder.addLocation(id, {
      file: source.name,
      cell,
      line,
      column: 0,
      endLine: line,
      endColumn: 0,
      scope: "<module>",
    });
    return id;
  }

  /** Looks around while a program runs: sends what it printed, answers questions, tells how far it is. */
  private tick(): void {
    const { host } = this.parts;
    const now = host.now();
    if (!this.running || now - this.lastLook < LOOK) return;
    this.lastLook = now;
    this.output.flush();
    for (let text = host.poll(); text !== null; text = host.poll()) this.receive(text);
    if (now < this.nextProgress || this.reader === null || this.reader.trace.eventCount === this.toldEvents) return;
    this.toldEvents = this.reader.trace.eventCount;
    const summary = answer(this.reader, "summary", {});
    host.post({ type: "event", event: { kind: "progress", summary } });
    const after = host.now();
    // A summary of a long run costs more: it may take a tenth of the time at most.
    this.nextProgress = after + Math.max(PROGRESS, 10 * (after - now));
  }
}

function refusal(error: unknown): { code: RunnerErrorCode; message: string } {
  if (error instanceof RunnerError) return { code: error.code, message: error.message };
  if (error instanceof TraceError)
    return { code: error.code === "bad-question" ? "bad-question" : "bad-snapshot", message: error.message };
  return {
    code: "bad-question",
    message: `Backstep could not answer: ${error instanceof Error ? error.message : String(error)}`,
  };
}
