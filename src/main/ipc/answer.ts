/** Answers one message of a window: shape first, then the handler, and whatever happens a coded result. */
import * as v from "valibot";
import { plainDataProblem } from "../../ipc/plain-data.ts";
import { type AnswerOf, type InputOf, type RequestEntry, type RequestName, requests } from "../../ipc/requests.ts";
import { CodedError, type ErrorCode, failure, type Result } from "../../ipc/result.ts";

/** What main does for each request. A thrown `CodedError` (or an error with a code of the table) becomes the answer. */
export type Handlers = { readonly [K in RequestName]: (input: InputOf<K>) => Promise<AnswerOf<K>> | AnswerOf<K> };

/** Exhaustive by its type; the window shows their messages as they are. */
const codes: Record<ErrorCode, true> = {
  "bad-message": true,
  forbidden: true,
  "not-found": true,
  "too-big": true,
  "bad-file": true,
  "not-written": true,
  busy: true,
  "no-trace": true,
  "bad-question": true,
  "bad-snapshot": true,
  "bad-source": true,
  lost: true,
  replaced: true,
  closed: true,
  internal: true,
};

/** @param args everything that came on the channel: exactly one argument is expected */
export async function answerRequest<K extends RequestName>(
  name: K,
  args: readonly unknown[],
  handlers: Handlers,
): Promise<Result<AnswerOf<K>>> {
  const { input: schema, limits } = requests[name] as unknown as RequestEntry<InputOf<K>, AnswerOf<K>>;
  if (args.length !== 1) return failure("bad-message", `${name}: exactly one argument is expected`);
  const problem = plainDataProblem(args[0], limits);
  if (problem !== null) return failure("bad-message", `${name}: ${problem}`);
  const parsed = v.safeParse(schema, args[0]);
  if (!parsed.success) return failure("bad-message", `${name}: ${parsed.issues[0].message}`);
  try {
    const handler = handlers[name] as (input: InputOf<K>) => Promise<AnswerOf<K>> | AnswerOf<K>;
    return { ok: true, value: await handler(parsed.output) };
  } catch (error) {
    return failure(codeOf(error), error instanceof Error ? error.message : String(error));
  }
}

function codeOf(error: unknown): ErrorCode {
  if (error instanceof CodedError) return error.code;
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && Object.hasOwn(codes, code) ? (code as ErrorCode) : "internal";
}
