import type { Runtime } from "../../engine/runtime.ts";
import type { Recorder } from "../../trace/recorder.ts";
import type { ProgramFile, RunFailure, RunSource } from "../protocol.ts";
import type { Output } from "./output.ts";

/** How a program ended: without failure it came to its end, or stopped because that was asked for. */
export interface ProgramEnd {
  readonly failure: RunFailure | null;
  readonly stopped: boolean;
  /** Further cells can run in what it left. */
  readonly lives: boolean;
}

/** What a front end gets to run a program with. */
export interface ProgramHost {
  readonly rt: Runtime;
  readonly recorder: Recorder;
  readonly output: Output;
  /** Files of the program's folder. */
  readonly files: readonly ProgramFile[];
  /** Lets the runner look around; cheap, may be called often. */
  tick(): void;
  stopRequested(): boolean;
  /** Stands still if that was asked for; `place` is where the program is, null where that is unknown. */
  rest(place: ProgramPlace | null): void;
  /** A cell begins: its place in the document. */
  cellBegins(cell: number): void;
}

/** A place in the person's own code: a line (1-based) of a cell, or of a script. */
export interface ProgramPlace {
  readonly cell: number | null;
  readonly line: number | null;
}

/** A way to run programs of some language, once. */
export interface FrontEnd {
  run(source: RunSource, host: ProgramHost): ProgramEnd | Promise<ProgramEnd>;
}
