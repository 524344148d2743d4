import type { GradNode } from "../engine/autograd/node.ts";
import type { BackwardOptions, CallKind, EngineObserver, OperatorRecord } from "../engine/observer.ts";
import type { Tensor } from "../engine/tensor.ts";
import { BackwardRecorder } from "./backward-recorder.ts";
import type { CallTable } from "./calls.ts";
import type { NewEvent } from "./event-log.ts";
import type { SourceLocation } from "./events.ts";
import { LeafRecorder } from "./leaf-recorder.ts";
import { OperatorRecorder } from "./operator-recorder.ts";
import { Recording } from "./recording.ts";
import { type Trace, unknownLocation } from "./trace.ts";

export interface RecorderOptions {
  /** Bytes of tensor numbers to keep before the oldest become statistics; default 512 MB. */
  valueBudget?: number;
}

/** Listens to an engine and fills a `Trace`. One recorder serves one runtime. */
export class Recorder implements EngineObserver {
  readonly trace: Trace;
  /** How the recorded operators were called, for evaluating them again. */
  readonly calls: CallTable;
  private readonly recording: Recording;
  private readonly operators: OperatorRecorder;
  private readonly backward: BackwardRecorder;
  private readonly leaves: LeafRecorder;

  constructor(options: RecorderOptions = {}) {
    this.recording = new Recording(options.valueBudget ?? 512 * 2 ** 20);
    this.leaves = new LeafRecorder(this.recording);
    this.operators = new OperatorRecorder(this.recording, this.leaves);
    this.backward = new BackwardRecorder(this.recording);
    this.trace = this.recording.trace;
    this.calls = this.recording.calls;
    this.begin();
  }

  /** The program begins, or goes on. */
  begin(): void {
    this.trace.running = true;
  }

  /** A cell of the program begins: its place in the document, and which of all executions this is. */
  beginCell(cell: number, number: number): void {
    this.trace.cells.push({ first: this.trace.eventCount, cell, number });
  }

  /** Tells where source location `id` (as in `Runtime.location`) is. Id 0 is "unknown". */
  addLocation(id: number, location: SourceLocation): void {
    const { locations } = this.trace;
    if (!Number.isInteger(id) || id < 1 || id > 1 << 24) throw new RangeError(`source location ${id} out of range`);
    while (locations.length <= id) locations.push(unknownLocation());
    locations[id] = location;
  }

  /** A variable of the program holds this tensor; `loc` is where it was assigned. */
  nameTensor(t: Tensor, name: string, loc = t.rt.location): void {
    this.recording.nameTensor(t, name, loc);
  }

  /** The program raised an error that nobody caught. */
  error(type: string, message: string, loc = this.recording.location): void {
    const { scenes } = this.recording;
    const node = this.backward.failedAt(message);
    const event: NewEvent = { kind: "error", loc, scene: scenes.forEvent(), type, message, node };
    this.recording.appendExecuted(event, "forward", this.recording.visit);
  }

  /** The program has ended. */
  finish(): void {
    this.trace.running = false;
    this.recording.account();
  }

  operatorRan(record: OperatorRecord): void {
    this.operators.ran(record);
  }
  storageWillChange(storageId: number, _cause: string): void {
    this.recording.values.willChange(storageId);
  }
  backwardBegan(roots: readonly Tensor[], seeds: readonly (Tensor | null)[], options: BackwardOptions): void {
    this.backward.began(roots, seeds, options);
  }
  nodeEntered(fn: GradNode, upstream: readonly (Tensor | null)[]): void {
    this.backward.entered(fn, upstream);
  }
  contributionMade(
    fn: GradNode,
    inputIndex: number,
    contribution: Tensor | null,
    next: GradNode | null,
    nextOutput: number,
  ): void {
    this.backward.contributed(fn, inputIndex, contribution, next, nextOutput);
  }
  contributionReceived(fn: GradNode, outputIndex: number, received: number, expected: number, sum: Tensor): void {
    this.backward.received(fn, outputIndex, received, expected, sum);
  }
  leafAccumulated(leaf: Tensor, before: Tensor | null, delta: Tensor, after: Tensor): void {
    this.leaves.accumulated(leaf, before, delta, after);
  }
  savedReleased(fn: GradNode, bytes: number, kept: boolean): void {
    this.backward.released(fn, bytes, kept);
  }
  backwardEnded(error: string | null): void {
    this.backward.ended(error);
  }
  gradientCleared(leaf: Tensor, before: Tensor | null, after: Tensor | null): void {
    this.leaves.cleared(leaf, before, after);
  }
  gradientHooked(leaf: Tensor): void {
    this.leaves.hooked(leaf);
  }
  optimizerStep(phase: "begin" | "end", name: string, parameters: readonly Tensor[]): void {
    if (phase === "begin") this.leaves.optimizerBegan(name, parameters);
    else this.leaves.optimizerEnded();
  }
  callBegan(call: number, within: number, kind: CallKind, name: string): void {
    // Calls from before somebody listened are not known.
    while (this.trace.callTree.within.length < call) this.trace.addCall(0, "function", "");
    this.trace.addCall(this.recording.knownCall(within), kind, name);
  }
}

/** A recorder for one run: set it as the runtime's observer, read `trace`. */
export function createRecorder(options: RecorderOptions = {}): Recorder {
  return new Recorder(options);
}
