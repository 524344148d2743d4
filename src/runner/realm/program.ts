import type { Runtime } from "../../engine/runtime.ts";
import type { Recorder } from "../../trace/recorder.ts";
import type { RunFailure, RunSource } from "../protocol.ts";
import type { Output } from "./output.ts";

/** How a program ended: without failure it came to its end, or stopped because that was asked for. */
export interface ProgramEnd {
  readonly failure: RunFailure | null;
  readonly stopped: boolean;
}

/** What a front end gets to run a program with. */
export interface ProgramHost {
  readonly rt: Runtime;
  readonly recorder: Recorder;
  readonly output: Output;
  /** Lets the runner look around; cheap, may be called often. */
  tick(): void;
  stopRequested(): boolean;
}

/** A way to run programs of some language, once. */
export interface FrontEnd {
  run(source: RunSource, host: ProgramHost): ProgramEnd | Promise<ProgramEnd>;
}
