/** The document of the window as the main process knows it: what is shown, whether it is saved, and the program's runner. */
import { basename } from "node:path";
import type { OpenedDocument, RunRequest } from "../ipc/documents.ts";
import type { WindowEvent } from "../ipc/events.ts";
import type { InputOf } from "../ipc/requests.ts";
import { CodedError } from "../ipc/result.ts";
import { filesBeside } from "../runner/program-files.ts";
import type { ProgramFile, Runner, RunnerEvent, RunSource } from "../runner/protocol.ts";
import type { FileTokens } from "./files/file-tokens.ts";
import type { KeptJson } from "./files/kept-json.ts";
import type { UnsavedText } from "./files/unsaved-text.ts";

export type NotedDocument = NonNullable<InputOf<"noteDocument">>;

export interface DocumentSessionOptions {
  readonly makeRunner: () => Runner;
  readonly unsavedText: KeptJson<UnsavedText>;
  readonly tokens: FileTokens;
  readonly send: (event: WindowEvent) => void;
}

export interface DocumentSession {
  /** The runner; started when first asked for. */
  runner(): Runner;
  /** Starts a program; its end is told by an event. @throws CodedError "busy" */
  run(request: RunRequest): void;
  noted(): NotedDocument | null;
  note(document: NotedDocument | null): void;
  /** Text that an earlier session or a crashed page left. */
  restored(): OpenedDocument | null;
  /** Its text is given up. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

export function createDocumentSession({
  makeRunner,
  unsavedText,
  tokens,
  send,
}: DocumentSessionOptions): DocumentSession {
  let runner: Runner | null = null;
  let running = false;
  /** What the program that is started may read. */
  let files: Promise<ProgramFile[]> = Promise.resolve([]);
  let shown: NotedDocument | null = null;

  const start = (): Runner => {
    if (runner) return runner;
    const made = makeRunner();
    made.onEvent((event) => send(eventOf(event)));
    // A program whose files are still being read is stopped as one that runs.
    runner = { ...made, stop: () => files.then(() => made.stop()) };
    return runner;
  };
  const filesOf = async (token: string | null, source: RunSource): Promise<ProgramFile[]> =>
    token === null ? [] : filesBeside(tokens.path(token), source);
  const end = (event: Omit<Extract<WindowEvent, { kind: "ended" }>, "kind">): void => {
    running = false;
    send({ kind: "ended", ...event });
  };

  return {
    runner: start,
    run(request) {
      if (running) throw new CodedError("busy", "A program is running already.");
      running = true;
      const { breakpoints, continues, keepGraphs, token, ...source } = request;
      files = filesOf(token, source);
      files
        .then((read) =>
          start().run(source, { breakpoints, continues, files: read, ...(keepGraphs ? { keepGraphs } : {}) }),
        )
        .then(end, (error: unknown) => {
          const message = error instanceof Error ? error.message : String(error);
          const failure = { type: "Backstep", message, cell: null, line: null, traceback: "" };
          end({ status: "failed", failure, milliseconds: 0, summary: null, lives: false });
        });
    },
    noted: () => shown,
    note(document) {
      shown = document;
      if (document?.dirty !== true) void unsavedText.write(null);
      else if (document.unsaved) {
        const { name, kind, token, unsaved } = document;
        void unsavedText.write({ name, kind, path: token === null ? null : tokens.path(token), cells: unsaved });
      }
    },
    restored() {
      const text = unsavedText.read();
      if (!text) return null;
      const { name, kind, path, cells } = text;
      const token = path === null ? null : tokens.give(path);
      return { name: path === null ? name : basename(path), kind, token, cells, snapshot: null, unsaved: true };
    },
    forget: () => {
      shown = null;
      return unsavedText.write(null);
    },
    close: async () => {
      await runner?.close();
    },
  };
}

function eventOf(event: RunnerEvent): WindowEvent {
  return event;
}
