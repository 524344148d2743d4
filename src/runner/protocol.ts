/** What the runner does for whoever hosts it (Electron's main process, the command line): requests, answers, events. */
import type { EventMatch, TraceQueries, TraceSummary } from "../trace/query.ts";

export type SourceKind = "python" | "notebook" | "typescript";

/**
 * A program: a script is one cell. Notebook cells run in order in one namespace; `index` is the cell's place in its document. A cell
 * with a `line` is part of a script, which begins at that line (1-based) of it.
 */
export interface RunSource {
  readonly name: string;
  readonly kind: SourceKind;
  readonly cells: readonly { readonly index: number; readonly source: string; readonly line?: number }[];
  /** Cells show the value of their last expression. Default: those of notebooks do. */
  readonly echo?: boolean;
}

/** A file of the program's folder, which the program finds in its working directory. */
export interface ProgramFile {
  /** From there; parts are joined by "/". */
  readonly path: string;
  /** Its bytes. */
  readonly base64: string;
}

export interface RunLimits {
  /** Bytes of tensor numbers the trace keeps before old ones become statistics. */
  readonly valueBudget?: number;
  /** Bytes of live tensors before PyTorch's out-of-memory error. */
  readonly memoryLimit?: number;
  /** Events recorded before recording ends (the program goes on). */
  readonly maxEvents?: number;
}

export interface RunOptions extends RunLimits {
  /** Events after which the program stands still by itself (see `Runner.breakpoints`). */
  readonly breakpoints?: readonly EventMatch[];
  /** Backward passes that do not say whether keep the graph, as with retain_graph=True. */
  readonly keepGraphs?: boolean;
  /**
   * The cells run where those of the last run have left everything: same Python, same trace. Rejects "no-trace" where nothing is left
   * (see `RunEnd.lives`).
   */
  readonly continues?: boolean;
  /** What a Python program can read; what it has written itself under such a name stays. */
  readonly files?: readonly ProgramFile[];
}

/** Where and why a program ended; `cell` and `line` (1-based) point at the person's own code. */
export interface RunFailure {
  readonly type: string;
  readonly message: string;
  readonly cell: number | null;
  readonly line: number | null;
  /** As Python prints it, frames of the user's code only where PyTorch's would be hidden too. Empty for a lost runner. */
  readonly traceback: string;
}

export type RunStatus = "finished" | "failed" | "stopped" | "lost";

/**
 * How a run ended. `failed`: the program raised; `stopped`: on request; `lost`: the runner died (memory exhausted, hung beyond
 * cooperation): the trace is gone and `summary` is null.
 */
export interface RunEnd {
  readonly status: RunStatus;
  readonly failure: RunFailure | null;
  readonly milliseconds: number;
  readonly summary: TraceSummary | null;
  /** Further cells can run in what it left. */
  readonly lives: boolean;
}

export type RunnerEvent =
  | { readonly kind: "output"; readonly stream: "out" | "err"; readonly text: string; readonly cell: number | null }
  /** Something to show that is not text: an SVG figure, a Graphviz drawing. `data` is the text of the document. */
  | {
      readonly kind: "display";
      readonly mime: "image/svg+xml" | "text/html" | "text/vnd.graphviz";
      readonly data: string;
      /** The file that the program saved it as. */
      readonly name?: string;
      readonly cell: number | null;
    }
  | {
      readonly kind: "progress";
      readonly summary: TraceSummary;
      readonly eventsPerSecond: number;
      /** Bytes of all tensors and of the trace's values. */
      readonly bytes: number;
    }
  /** A cell begins; `number` counts those of the session from 1. */
  | { readonly kind: "cell"; readonly cell: number; readonly number: number }
  | ({ readonly kind: "paused"; readonly summary: TraceSummary } & Pause);

/** Where a program stands still, and why. */
export interface Pause {
  /** The event after which it stands: the one that was waited for, else the last; -1 before the first. */
  readonly seq: number;
  /** Place in the person's own code that the program has come to; null where that is unknown. */
  readonly cell: number | null;
  readonly line: number | null;
  readonly reason: "asked" | "step" | "breakpoint";
  /** Which of the breakpoints was met. */
  readonly breakpoint: number | null;
}

export type QueryName = keyof TraceQueries;

/** A snapshot file that was opened: the program's source, where the person stood, and what of the view was kept. */
export interface OpenedSnapshot {
  readonly source: RunSource;
  readonly summary: TraceSummary;
  readonly cursor: number;
  readonly view: Readonly<Record<string, unknown>>;
}

/**
 * One runner serves one document: it runs its program, then answers questions about the trace, also while the program still runs.
 * All promises reject with a `RunnerError` that has a code and a sentence.
 */
export interface Runner {
  /** Runs a program from scratch; the former trace is dropped. Rejects "busy" while one runs. */
  run(source: RunSource, options?: RunOptions): Promise<RunEnd>;
  /**
   * Asks the program to stand still; a "paused" event tells that it does. A Python program stands still between two of its own
   * instructions or at its next event, a TypeScript program at its next event or when it waits. One that is inside a long built-in
   * function, or computes in TypeScript without tensors, first comes back from there. While it stands, questions are answered.
   */
  pause(): void;
  /** Lets a paused program go on: up to its next event that fits `until`, or as far as it goes. Takes back a `pause` too. */
  resume(until: EventMatch | null): Promise<void>;
  /** Events after which a running program stands still by itself; they take the place of the earlier ones. */
  breakpoints(matches: readonly EventMatch[]): Promise<void>;
  /** Ends the run: cooperatively first, by ending the worker when that does not help. Resolves when nothing runs any more. */
  stop(): Promise<void>;
  ask<Q extends QueryName>(name: Q, request: TraceQueries[Q]["ask"]): Promise<TraceQueries[Q]["answer"]>;
  /** The trace as a snapshot file (see trace/snapshot.ts). Rejects "no-trace" before the first run. */
  snapshot(cursor: number, view: Readonly<Record<string, unknown>>): Promise<Uint8Array>;
  /** Takes over the trace of a snapshot file; nothing in it is executed. Rejects "bad-snapshot" with what is wrong; then nothing changed. */
  open(bytes: Uint8Array): Promise<OpenedSnapshot>;
  /** Declarations of the TypeScript front end's module "backstep", for the editor. */
  declarations(): Promise<string>;
  onEvent(listener: (event: RunnerEvent) => void): () => void;
  /** Ends the process and the worker; pending promises reject "closed". */
  close(): Promise<void>;
}

export type RunnerErrorCode =
  | "busy"
  | "no-trace"
  | "bad-question"
  | "bad-snapshot"
  | "bad-source"
  | "lost"
  /** Another trace has taken the place of the one that was asked about. */
  | "replaced"
  | "closed";

export class RunnerError extends Error {
  readonly code: RunnerErrorCode;
  constructor(code: RunnerErrorCode, message: string) {
    super(message);
    this.name = "RunnerError";
    this.code = code;
  }
}
