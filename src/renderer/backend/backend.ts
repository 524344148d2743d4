/** What the window needs from the rest of the app. The only implementation for people is preload-backend.ts; tests bring others. */
import type { CommandId } from "../../ipc/commands.ts";
import type { ExampleInfo, OpenedDocument, RecentFile, RunRequest, SavedFile } from "../../ipc/documents.ts";
import type { WindowEvent } from "../../ipc/events.ts";
import type { InputOf } from "../../ipc/requests.ts";
import type { EventMatch, TraceSource } from "../../trace/query.ts";

/** Everything rejects with an error whose message is a sentence for the person. */
export interface Backend extends TraceSource {
  /** The window is ready for events. `document`: text restored after a crash; `open`: token of a file to open first. */
  start(): Promise<{ document: OpenedDocument | null; open: string | null; example: string | null }>;
  run(request: RunRequest): Promise<void>;
  stop(): Promise<void>;
  /** The program is to stand still; an event tells when it does. */
  pause(): Promise<void>;
  resume(until: EventMatch | null): Promise<void>;
  /** Events after which a running program stands still. */
  breakpoints(matches: EventMatch[]): Promise<void>;
  examples(): Promise<ExampleInfo[]>;
  recent(): Promise<RecentFile[]>;
  openExample(id: string): Promise<OpenedDocument>;
  /** null: the person cancelled. */
  openDialog(): Promise<OpenedDocument | null>;
  openToken(token: string): Promise<OpenedDocument>;
  openDropped(file: File): Promise<OpenedDocument>;
  /** null: the person cancelled. `ask`: ask where even when the file is known. */
  save(document: Omit<InputOf<"save">, "ask">, ask: boolean): Promise<SavedFile | null>;
  /** Asks where, writes. null: cancelled. */
  saveExport(name: string, bytes: Uint8Array): Promise<SavedFile | null>;
  /** The snapshot of the run, ready to be written. */
  snapshot(cursor: number, view: Record<string, unknown>): Promise<Uint8Array>;
  /** Types of the TypeScript front end for the editor; empty while there are none. */
  declarations(): Promise<string>;
  /** What is shown and whether it is saved: title, question on closing, copy for the case of a crash. */
  noteDocument(document: InputOf<"noteDocument">): Promise<void>;
  /** Commands possible now, for the native menu. */
  noteCommands(enabled: CommandId[]): Promise<void>;
  /** How large everything in the window is, 0.5 to 3; 1 is as designed. */
  scaleInterface(factor: number): Promise<void>;
  /** Asks what to do with unsaved text. */
  askUnsaved(name: string): Promise<"save" | "discard" | "cancel">;
  /** Closes the window without asking. */
  close(): Promise<void>;
  subscribe(listener: (event: WindowEvent) => void): () => void;
}
