import type { Runtime } from "../../engine/runtime.ts";
import type { Recorder } from "../../trace/recorder.ts";
import type { RunFailure, RunSource } from "../protocol.ts";
import type { Output } from "./output.ts";

/** How a program ended: null when it came to its end. */
export interface ProgramEnd {
  readonly failure: RunFailure | null;
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
  run(source: RunSource, host: ProgramHost): ProgramEnd;
}
