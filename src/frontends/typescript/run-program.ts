import type { Api } from "./api/create-api.ts";
import { errorHead } from "./api/create-api.ts";
import { ProgramStopped } from "./api/hooks.ts";
import { withRemedy } from "./remedies.ts";
import type { ImportedName } from "./translate/module-statements.ts";

/** How a program ended, in plain values, so that it can leave the realm. */
export interface ProgramOutcome {
  readonly status: "finished" | "failed" | "stopped";
  /** "RuntimeError"; "Uncaught" for a thrown value that is no error. Empty unless failed. */
  readonly type: string;
  readonly message: string;
  /** The error's V8 stack, unfiltered; describe-failure.ts makes the traceback of it. */
  readonly stack: string;
  /** Line of a failing import, which has no frame; null otherwise. */
  readonly line: number | null;
}

const ended = (status: "finished" | "stopped"): ProgramOutcome => ({
  status,
  type: "",
  message: "",
  stack: "",
  line: null,
});

/** What the code of a translated program evaluates to. */
export type ProgramFactory = (hooks: unknown, console: unknown, ...imports: unknown[]) => () => Promise<unknown>;

/** V8 keeps 10 frames: modules in modules would push the person's own out of the stack. */
const FRAMES = 100;

/** Runs a program in its realm. Never rejects. Promises that the program left behind may still run afterwards. */
export async function runProgram(
  program: ProgramFactory,
  imports: readonly ImportedName[],
  api: Api,
): Promise<ProgramOutcome> {
  Error.stackTraceLimit = FRAMES;
  const values: unknown[] = [];
  for (const { exported, line } of imports) {
    if (exported !== "*" && exported !== "default" && !Object.hasOwn(api.exports, exported))
      return {
        status: "failed",
        type: "SyntaxError",
        message: withRemedy(
          `The requested module 'backstep' does not provide an export named '${exported}'`,
          api.exports,
        ),
        stack: "",
        line,
      };
    values.push(exported === "*" || exported === "default" ? api.exports["torch"] : api.exports[exported]);
  }
  try {
    await program(api.hooks, api.console, ...values)();
    return ended("finished");
  } catch (error) {
    return outcomeOf(error, api);
  }
}

/** What a thrown value says. Safe for hostile values. */
export function outcomeOf(error: unknown, api: Api): ProgramOutcome {
  try {
    if (error instanceof ProgramStopped) return ended("stopped");
    if (error instanceof Error)
      return {
        status: "failed",
        type: String(error.name || "Error"),
        message: withRemedy(String(error.message), api.exports),
        stack: typeof error.stack === "string" ? error.stack : errorHead(error),
        line: null,
      };
    return { status: "failed", type: "Uncaught", message: api.inspect(error), stack: "", line: null };
  } catch {
    return {
      status: "failed",
      type: "Error",
      message: "the program threw a value that cannot be shown",
      stack: "",
      line: null,
    };
  }
}
