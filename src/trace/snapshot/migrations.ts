import { TraceError } from "../trace-error.ts";
import { withCallTree } from "./module-paths.ts";

/** Version of the format that is written, and the newest that is read. Raise it with every change, and add a migration. */
export const VERSION = 3;

/** From the file of a version (parsed JSON, not validated) to that of the next one, by version. */
export const migrations: Readonly<Record<number, (file: Record<string, unknown>) => Record<string, unknown>>> = {
  // Since version 2 the head of an event may say that its line is reached with it; the log knows when none does.
  1: (file) => file,
  // Since version 3 calls have a table of their own, where nodes told the names of their modules before.
  2: withCallTree,
};

/** The file in today's version. Errors: a version newer than this program, or one that no migration starts from. */
export function migrate(
  file: Record<string, unknown>,
  version: number,
  steps: typeof migrations = migrations,
  newest = VERSION,
): Record<string, unknown> {
  if (version > newest)
    throw new TraceError(
      "bad-snapshot",
      `This snapshot was made by a newer Backstep (format ${version}; this one reads up to ${newest}).`,
    );
  let now = file;
  for (let at = version; at < newest; at++) {
    const step = steps[at];
    if (step === undefined)
      throw new TraceError("bad-snapshot", `This snapshot has format ${version}, which is no longer read.`);
    now = step(now);
  }
  return now;
}
