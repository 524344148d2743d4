export type TraceErrorCode = "bad-question" | "bad-snapshot";

/** What is wrong with a question to a trace, or with a snapshot: a code for programs, a sentence for people. */
export class TraceError extends Error {
  readonly code: TraceErrorCode;

  constructor(code: TraceErrorCode, message: string) {
    super(message);
    this.name = "TraceError";
    this.code = code;
  }
}
