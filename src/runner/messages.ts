/** Messages between a runner's host, its process, and the realm of its worker. All but bytes is JSON. */
import type { EventMatch } from "../trace/query.ts";
import type { RunnerErrorCode, RunnerEvent, RunOptions, RunSource } from "./protocol.ts";

/** Requests that the realm answers by `Reply`, `Refusal` or bytes. */
export type RealmRequest =
  | { readonly type: "run"; readonly id: number; readonly source: RunSource; readonly options: RunOptions }
  | { readonly type: "resume"; readonly id: number; readonly until: EventMatch | null }
  | { readonly type: "breakpoints"; readonly id: number; readonly matches: readonly EventMatch[] }
  | { readonly type: "ask"; readonly id: number; readonly name: string; readonly request: unknown }
  | {
      readonly type: "snapshot";
      readonly id: number;
      readonly cursor: number;
      readonly view: Readonly<Record<string, unknown>>;
    }
  | { readonly type: "declarations"; readonly id: number }
  | { readonly type: "oracle"; readonly id: number; readonly text: string };

/** What the host tells the process. */
export type HostMessage =
  | RealmRequest
  | { readonly type: "open"; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: "stop" }
  | { readonly type: "pause" };

/** What a question or a run comes back as. */
type Answer =
  | { readonly type: "reply"; readonly id: number; readonly value: unknown }
  | { readonly type: "refusal"; readonly id: number; readonly code: RunnerErrorCode; readonly message: string }
  | { readonly type: "bytes"; readonly id: number; readonly bytes: Uint8Array };

/** What the realm tells the process. */
export type RealmMessage =
  | Answer
  | { readonly type: "ready" }
  | { readonly type: "event"; readonly event: RunnerEvent }
  /** The interpreter could not be started. */
  | { readonly type: "broken"; readonly message: string };

/** What the process tells the host; an event says whose it is: a program's event loop may go on after its run has ended. */
export type RunnerMessage = Answer | { readonly type: "event"; readonly run: number; readonly event: RunnerEvent };

/** How a worker is started. */
export interface WorkerStart {
  /** "typescript" opens snapshots of traces too; "memory" only makes the memory image that "python" starts from (at build time). */
  readonly realm: "python" | "typescript" | "memory";
  /** Answers the oracle's cases. */
  readonly oracle: boolean;
  /** Bytes that Python's memory may grow to. */
  readonly pythonMemory: number;
  /** Written into snapshots. */
  readonly versions: RealmVersions;
}

export interface RealmVersions {
  readonly app: string;
  readonly engine: string;
}

/**
 * Control words that process and realm share: what they mean by place in an Int32Array. `interrupt` holds a signal for Python in its
 * first byte; `pause` holds one of `PAUSE`; `bell` changes with every message to the realm.
 */
export const CONTROL = { stop: 0, sleep: 1, interrupt: 2, pause: 3, bell: 4, words: 8 } as const;

/** What a program does: it runs; it runs and is to stand still; it stands still. */
export const PAUSE = { running: 0, asked: 1, held: 2 } as const;

/** A message of a realm if it has the form of one, else null: model code may have tampered with it. */
export function readRealmMessage(raw: unknown): RealmMessage | null {
  if (typeof raw === "object" && raw !== null) {
    const { id, bytes } = raw as { id?: unknown; bytes?: unknown };
    return typeof id === "number" && bytes instanceof Uint8Array ? { type: "bytes", id, bytes } : null;
  }
  if (typeof raw !== "string") return null;
  let message: { type?: unknown; id?: unknown; message?: unknown; code?: unknown; event?: unknown };
  try {
    message = JSON.parse(raw) as typeof message;
  } catch {
    return null;
  }
  if (typeof message !== "object" || message === null) return null;
  const fits = FORMS[String(message.type)]?.(message) ?? false;
  return fits ? (message as RealmMessage) : null;
}

type Raw = { type?: unknown; id?: unknown; message?: unknown; code?: unknown; event?: unknown };

const FORMS: Readonly<Record<string, (m: Raw) => boolean>> = {
  ready: () => true,
  broken: (m) => typeof m.message === "string",
  reply: (m) => typeof m.id === "number",
  refusal: (m) => typeof m.id === "number" && typeof m.code === "string" && typeof m.message === "string",
  event: (m) => typeof m.event === "object" && m.event !== null,
};
