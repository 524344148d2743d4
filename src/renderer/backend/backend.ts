/** What the window needs from the rest of the app. The only implementation for people is preload-backend.ts; tests bring others. */
import type { TraceQueries, TraceSummary } from "../../trace/query.ts";
import type { DocumentKind, RunFailure, RunStatus } from "../state/app-state.ts";

export interface TraceSource {
  /** Throws when the runner refuses or is gone. */
  ask<K extends keyof TraceQueries>(name: K, request: TraceQueries[K]["ask"]): Promise<TraceQueries[K]["answer"]>;
}

export interface RunRequest {
  name: string;
  kind: DocumentKind;
  /** Code cells in order; `index` is the cell's place in the document, markdown counted. */
  cells: { index: number; source: string }[];
}

export interface OpenedDocument {
  name: string;
  token: string | null;
  kind: DocumentKind;
  cells: { kind: "code" | "markdown"; source: string }[];
  /** A snapshot brings its trace and the step it was saved at. */
  snapshot: { summary: TraceSummary; cursor: number; view: Record<string, unknown> } | null;
}

export interface ExampleInfo {
  id: string;
  title: string;
  summary: string;
  kind: DocumentKind;
}

export type BackendEvent =
  | { kind: "output"; stream: "out" | "err"; text: string; cell: number | null }
  | { kind: "progress"; summary: TraceSummary }
  | { kind: "ended"; status: RunStatus; failure: RunFailure | null; milliseconds: number; summary: TraceSummary | null }
  | { kind: "command"; id: string }
  | { kind: "opened"; document: OpenedDocument }
  | { kind: "failed"; message: string };

export interface SavedFile {
  name: string;
  token: string | null;
}

export interface Backend extends TraceSource {
  run(request: RunRequest): Promise<void>;
  stop(): Promise<void>;
  examples(): Promise<ExampleInfo[]>;
  recent(): Promise<{ token: string; name: string }[]>;
  openExample(id: string): Promise<OpenedDocument>;
  /** null: the person cancelled. */
  openDialog(): Promise<OpenedDocument | null>;
  openToken(token: string): Promise<OpenedDocument>;
  openDropped(file: File): Promise<OpenedDocument>;
  save(document: { token: string | null; name: string; text: string }, ask: boolean): Promise<SavedFile | null>;
  /** Asks where, writes. null: cancelled. */
  saveExport(name: string, bytes: Uint8Array): Promise<SavedFile | null>;
  /** The snapshot of the run, ready to be written. */
  snapshot(cursor: number, view: Record<string, unknown>): Promise<Uint8Array>;
  /** Types of the TypeScript front end for the editor; empty while there are none. */
  declarations(): Promise<string>;
  subscribe(listener: (event: BackendEvent) => void): () => void;
}
