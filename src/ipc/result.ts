/** How the main process answers a window: a value, or a code and a sentence. Exceptions never cross. */

export type ErrorCode =
  /** The message has not the shape that its channel asks for. */
  | "bad-message"
  /** The sender may not ask this. */
  | "forbidden"
  | "not-found"
  | "too-big"
  /** The file is there, but it is not what it should be. */
  | "bad-file"
  | "not-written"
  /** As the runner's errors are called. */
  | "busy"
  | "no-trace"
  | "bad-question"
  | "bad-snapshot"
  | "bad-source"
  | "lost"
  | "replaced"
  | "closed"
  /** A fault of the app. */
  | "internal";

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** A failure with a code and a sentence that a person can read. */
export class CodedError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = "CodedError";
    this.code = code;
  }
}

export function failure(code: ErrorCode, message: string): { ok: false; code: ErrorCode; message: string } {
  return { ok: false, code, message };
}
