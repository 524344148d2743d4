import type { Trace } from "./trace.ts";

/** The program that made the trace, kept in the snapshot so that it reopens beside it. */
export interface SnapshotSource {
  readonly name: string;
  readonly kind: "python" | "notebook" | "typescript";
  readonly cells: readonly { readonly index: number; readonly source: string }[];
}

/** Everything a snapshot file holds (written by `writeSnapshot`, validated by `readSnapshot` in snapshot.ts). */
export interface Snapshot {
  readonly source: SnapshotSource;
  readonly trace: Trace;
  readonly cursor: number;
  /** What of the view was kept: JSON, opaque to the trace. */
  readonly view: Readonly<Record<string, unknown>>;
  readonly versions: { readonly app: string; readonly engine: string };
}
