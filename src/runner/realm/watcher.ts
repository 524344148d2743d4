import type { GradNode } from "../../engine/autograd/node.ts";
import type { BackwardOptions, CallKind, EngineObserver, OperatorRecord } from "../../engine/observer.ts";
import type { Tensor } from "../../engine/tensor.ts";
import type { Recorder } from "../../trace/recorder.ts";

/** Events between two looks at the clock. */
const EVERY = 64;

export interface WatcherHooks {
  /** Called now and then while the engine works. */
  tick(): void;
  /** Called when events may have been recorded. */
  passed(): void;
  /** Recording ended because the trace holds as many events as allowed. */
  full(): void;
}

/** Passes what the engine announces on to the recorder, until the trace is full, and lets the runner look around meanwhile. */
export class Watcher implements EngineObserver {
  /** Null once the trace is full. */
  private recorder: Recorder | null;
  /** Values of a full trace still lie in the engine's memory until it is overwritten. */
  private readonly keeper: Recorder;
  private readonly maxEvents: number;
  private readonly hooks: WatcherHooks;
  private count = 0;

  constructor(recorder: Recorder, maxEvents: number, hooks: WatcherHooks) {
    this.recorder = recorder;
    this.keeper = recorder;
    this.maxEvents = maxEvents;
    this.hooks = hooks;
  }

  private step(): void {
    this.hooks.passed();
    if (++this.count % EVERY !== 0) return;
    if (this.recorder !== null && this.recorder.trace.eventCount >= this.maxEvents) {
      this.recorder = null;
      this.hooks.full();
    }
    this.hooks.tick();
  }

  operatorRan(record: OperatorRecord): void {
    this.recorder?.operatorRan(record);
    this.step();
  }
  storageWillChange(storageId: number, cause: string): void {
    this.keeper.storageWillChange(storageId, cause);
  }
  backwardBegan(roots: readonly Tensor[], seeds: readonly (Tensor | null)[], options: BackwardOptions): void {
    this.recorder?.backwardBegan(roots, seeds, options);
    this.hooks.passed();
  }
  nodeEntered(node: GradNode, upstream: readonly (Tensor | null)[]): void {
    this.recorder?.nodeEntered(node, upstream);
    this.step();
  }
  contributionMade(
    node: GradNode,
    inputIndex: number,
    contribution: Tensor | null,
    next: GradNode | null,
    nextOutput: number,
  ): void {
    this.recorder?.contributionMade(node, inputIndex, contribution, next, nextOutput);
    this.hooks.passed();
  }
  contributionReceived(node: GradNode, outputIndex: number, received: number, expected: number, sum: Tensor): void {
    this.recorder?.contributionReceived(node, outputIndex, received, expected, sum);
    this.hooks.passed();
  }
  leafAccumulated(leaf: Tensor, before: Tensor | null, delta: Tensor, after: Tensor): void {
    this.recorder?.leafAccumulated(leaf, before, delta, after);
    this.hooks.passed();
  }
  savedReleased(node: GradNode, bytes: number, kept: boolean): void {
    this.recorder?.savedReleased(node, bytes, kept);
    this.hooks.passed();
  }
  backwardEnded(error: string | null): void {
    this.recorder?.backwardEnded(error);
    this.step();
  }
  gradientHooked(leaf: Tensor): void {
    this.recorder?.gradientHooked(leaf);
  }
  gradientCleared(leaf: Tensor, before: Tensor | null, after: Tensor | null): void {
    this.recorder?.gradientCleared(leaf, before, after);
    this.hooks.passed();
  }
  optimizerStep(phase: "begin" | "end", name: string, parameters: readonly Tensor[]): void {
    this.recorder?.optimizerStep(phase, name, parameters);
    this.step();
  }
  callBegan(call: number, within: number, kind: CallKind, name: string): void {
    this.recorder?.callBegan(call, within, kind, name);
  }
}
