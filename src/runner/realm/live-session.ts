import { answer } from "../../trace/queries.ts";
import type { EventMatch } from "../../trace/query.ts";
import { createRecorder, type Recorder } from "../../trace/recorder.ts";
import { TraceReader } from "../../trace/trace-reader.ts";
import { createVerifier } from "../../verify/verify.ts";
import type { RunEnd, RunOptions, RunSource } from "../protocol.ts";
import { Gate } from "./gate.ts";
import { MemoryGuard } from "./memory.ts";
import type { Output } from "./output.ts";
import { valuePrinter } from "./print-value.ts";
import type { FrontEnd, ProgramEnd, ProgramHost, ProgramPlace } from "./program.ts";
import type { SessionParts } from "./session.ts";
import { Watcher } from "./watcher.ts";

/** Milliseconds between two looks for questions while a program runs, and between two announcements of progress. */
const LOOK = 20;
const PROGRESS = 150;
const DEFAULT_MAX_EVENTS = 2_000_000;

/** A program with its trace: it runs once, or cell by cell, with one trace that grows. */
export class LiveSession {
  /** What ran last of each cell. */
  source: RunSource;
  readonly reader: TraceReader;
  private readonly parts: SessionParts;
  private readonly frontEnd: FrontEnd;
  private readonly output: Output;
  private readonly receive: (text: string) => void;
  private readonly recorder: Recorder;
  private readonly gate: Gate;
  private memory: MemoryGuard | null = null;
  private running = false;
  /** How many cells have begun. */
  private executions = 0;
  private lastLook = 0;
  private nextProgress = 0;
  /** The last announcement of progress. */
  private told = { events: 0, made: 0, at: 0 };

  constructor(
    parts: SessionParts,
    frontEnd: FrontEnd,
    output: Output,
    receive: (text: string) => void,
    source: RunSource,
    options: RunOptions,
  ) {
    this.parts = parts;
    this.frontEnd = frontEnd;
    this.output = output;
    this.receive = receive;
    this.source = { ...source, cells: [] };
    this.recorder = createRecorder(options.valueBudget === undefined ? {} : { valueBudget: options.valueBudget });
    this.reader = new TraceReader(this.recorder.trace, valuePrinter(), createVerifier(parts.rt, this.recorder.calls));
    const { host, words, stopRequested } = parts;
    this.gate = new Gate({
      host,
      words,
      reader: this.reader,
      stopRequested,
      place: () => this.place(),
      settle: () => this.output.flush(),
      receive,
    });
  }

  /** Errors: `TraceError` "bad-question". */
  setBreakpoints(matches: readonly EventMatch[]): void {
    this.gate.setBreakpoints(matches);
  }

  /** Errors: `TraceError` "bad-question". */
  resume(until: EventMatch | null): void {
    this.gate.resume(until);
  }

  /** Runs a program, or further cells of it. Errors: `TraceError` "bad-question" for bad breakpoints; then nothing ran. */
  async run(source: RunSource, options: RunOptions): Promise<RunEnd> {
    const { host, rt, stopRequested } = this.parts;
    const { recorder, reader, output } = this;
    this.gate.setBreakpoints(options.breakpoints ?? []);
    this.source = { ...source, cells: mergedCells(this.source.cells, source.cells) };
    const program: ProgramHost = {
      rt,
      recorder,
      output,
      files: options.files ?? [],
      stopRequested,
      tick: () => this.tick(),
      rest: (place) => this.gate.rest(place),
      cellBegins: (cell) => this.cellBegins(cell),
    };
    rt.observer = new Watcher(recorder, options.maxEvents ?? DEFAULT_MAX_EVENTS, {
      tick: program.tick,
      passed: () => this.gate.passed(),
      full: () => output.write("err", fullNote(recorder)),
    });
    if (options.memoryLimit !== undefined) rt.memoryLimit = options.memoryLimit;
    rt.keepGraphs = options.keepGraphs ?? false;
    this.memory = new MemoryGuard(host, rt, () => recorder.trace.valueBytes);
    const start = host.now();
    const heldBefore = this.gate.heldFor;
    this.told = { events: recorder.trace.eventCount, made: 0, at: start };
    recorder.begin();
    output.unwatched = false;
    this.running = true;
    let end: ProgramEnd;
    try {
      const ending = this.frontEnd.run(source, program);
      end = ending instanceof Promise ? await ending : ending;
    } finally {
      this.running = false;
      rt.observer = null;
      rt.measureMemory = null;
      this.gate.open();
    }
    const stopped = stopRequested() && (end.stopped || end.failure !== null);
    const failure = stopped ? null : end.failure;
    if (failure !== null) {
      output.write("err", failure.traceback);
      recorder.error(failure.type, failure.message, failureLocation(source, recorder, end));
    }
    recorder.finish();
    output.flush();
    output.unwatched = true;
    return {
      status: stopped ? "stopped" : failure === null ? "finished" : "failed",
      failure,
      milliseconds: host.now() - start - (this.gate.heldFor - heldBefore),
      summary: answer(reader, "summary", {}),
      lives: end.lives,
    };
  }

  private cellBegins(cell: number): void {
    this.output.cell = cell;
    this.executions += 1;
    this.recorder.beginCell(cell, this.executions);
    this.output.flush();
    this.parts.host.post({ type: "event", event: { kind: "cell", cell, number: this.executions } });
  }

  /** The statement that the engine works for. */
  private place(): ProgramPlace | null {
    const at = this.recorder.trace.locations[this.parts.rt.location];
    return at === undefined || at.line === 0 || at.elsewhere ? null : { cell: at.cell, line: at.line };
  }

  /** Looks around while a program runs: sends what it printed, answers questions, tells how far it is. */
  private tick(): void {
    const { host } = this.parts;
    const { reader } = this;
    const now = host.now();
    if (!this.running || now - this.lastLook < LOOK) return;
    this.lastLook = now;
    this.output.flush();
    this.memory?.tick(now);
    for (let text = host.poll(); text !== null; text = host.poll()) this.receive(text);
    const { eventCount } = reader.trace;
    const made = eventCount - this.told.events;
    // That it makes none any more is told once.
    if (now < this.nextProgress || (made === 0 && this.told.made === 0)) return;
    const eventsPerSecond = (made / Math.max(1, now - this.told.at)) * 1000;
    this.told = { events: eventCount, made, at: now };
    const summary = answer(reader, "summary", {});
    host.post({
      type: "event",
      event: { kind: "progress", summary, eventsPerSecond, bytes: host.bufferBytes(false) },
    });
    const after = host.now();
    // A summary of a long run costs more: it may take a tenth of the time at most.
    this.nextProgress = after + Math.max(PROGRESS, 10 * (after - now));
  }
}

const fullNote = (recorder: Recorder): string =>
  `[Backstep: ${recorder.trace.eventCount} events are recorded and no more fit; the program goes on unrecorded.]\n`;

/** Cells in order of their place, the newer text of each. */
function mergedCells(old: RunSource["cells"], newer: RunSource["cells"]): RunSource["cells"] {
  const byIndex = new Map([...old, ...newer].map((cell) => [cell.index, cell]));
  return [...byIndex.values()].sort((a, b) => a.index - b.index);
}

/** Location number of the line that failed; undefined: of the last operator. */
function failureLocation(source: RunSource, recorder: Recorder, end: ProgramEnd): number | undefined {
  if (end.failure === null || end.failure.line === null) return undefined;
  const { locations } = recorder.trace;
  const { cell, line } = end.failure;
  const same = locations.findIndex((at, i) => i > 0 && at.line === line && at.cell === cell && !at.elsewhere);
  if (same > 0) return same;
  const id = Math.max(1, locations.length);
  const place = { file: source.name, cell, line, column: 0, endLine: line, endColumn: 0, scope: "<module>" };
  recorder.addLocation(id, place);
  return id;
}
