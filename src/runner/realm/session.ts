import type { Runtime } from "../../engine/runtime.ts";
import { answer, type QueryName } from "../../trace/queries.ts";
import { readSnapshot, writeSnapshot } from "../../trace/snapshot.ts";
import { TraceReader } from "../../trace/trace-reader.ts";
import type { RealmRequest, RealmVersions } from "../messages.ts";
import { type OpenedSnapshot, type RunEnd, RunnerError, type RunSource } from "../protocol.ts";
import type { Host } from "./host.ts";
import { LiveSession } from "./live-session.ts";
import { Output } from "./output.ts";
import { valuePrinter } from "./print-value.ts";
import type { FrontEnd } from "./program.ts";
import { refusal } from "./refusal.ts";

export interface SessionParts {
  readonly host: Host;
  readonly rt: Runtime;
  readonly versions: RealmVersions;
  /** The control words (see `CONTROL`). */
  readonly words: Int32Array;
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

/** What a worker does: one program (or one opened snapshot), and the answers about its trace. */
export class Session {
  private readonly parts: SessionParts;
  private readonly output: Output;
  private subject: Subject | null = null;
  private live: LiveSession | null = null;

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
        return this.run(request);
      case "resume":
        return this.program().resume(request.until) ?? null;
      case "breakpoints":
        return this.program().setBreakpoints(request.matches) ?? null;
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
    const { reader } = this.asked();
    const source = wholeSource(this.asked().source);
    const { versions } = this.parts;
    const bytes = writeSnapshot({ source, trace: reader.trace, cursor, view, versions });
    return new Uint8Array(bytes).buffer;
  }

  private run({ source, options }: Extract<RealmRequest, { type: "run" }>): Promise<RunEnd> {
    const frontEnd = this.parts.frontEnds[source.kind];
    if (frontEnd === undefined) throw new RunnerError("bad-source", `This worker runs no ${source.kind} programs.`);
    if (options.continues !== true) {
      if (this.subject !== null) throw new RunnerError("busy", "This worker has run its program already.");
      const receive = (text: string): void => this.receive(text);
      this.live = new LiveSession(this.parts, frontEnd, this.output, receive, source, options);
      this.subject = this.live;
    }
    return this.program().run(source, options);
  }

  private program(): LiveSession {
    if (this.live === null) throw new RunnerError("no-trace", "No program has run yet.");
    return this.live;
  }
}

/** A script that ran in parts as one text, where each part stands at its own line. */
function wholeSource(source: RunSource): RunSource {
  if (source.cells.every(({ line }) => line === undefined)) return source;
  const lines: string[] = [];
  for (const { source: text, line = 1 } of source.cells) {
    while (lines.length < line - 1) lines.push("");
    lines.push(...text.split("\n"));
  }
  return { ...source, cells: [{ index: 0, source: lines.join("\n") }] };
}
