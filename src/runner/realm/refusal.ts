import { TraceError } from "../../trace/trace-error.ts";
import { RunnerError, type RunnerErrorCode } from "../protocol.ts";

/** What a caller is told of an error: a code and a sentence. */
export function refusal(error: unknown): { code: RunnerErrorCode; message: string } {
  if (error instanceof RunnerError) return { code: error.code, message: error.message };
  if (error instanceof TraceError)
    return { code: error.code === "bad-question" ? "bad-question" : "bad-snapshot", message: error.message };
  const text = error instanceof Error ? error.message : String(error);
  return { code: "bad-question", message: `Backstep could not answer: ${text}` };
}
