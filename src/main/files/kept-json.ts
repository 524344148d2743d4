/** A small JSON file of the app's own (recent files, place of the window, unsaved text): read with a shape, written one after another. */
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import * as v from "valibot";
import { writeAtomic } from "./write-atomic.ts";

export interface KeptJson<T> {
  /** null when it is not there or has another shape: nothing depends on these files. */
  read(): T | null;
  /** The last value wins; those between may be left out. Never rejects: what cannot be kept is told to `report`. */
  write(value: T | null): Promise<void>;
}

export function keptJson<T>(
  path: string,
  schema: v.GenericSchema<unknown, T>,
  report: (problem: string) => void,
): KeptJson<T> {
  let next: { value: T | null } | null = null;
  let writing: Promise<void> | null = null;
  const drain = async (): Promise<void> => {
    for (let now = next; now; now = next) {
      next = null;
      try {
        if (now.value === null) await rm(path, { force: true });
        else await writeAtomic(path, JSON.stringify(now.value));
      } catch (error) {
        report(error instanceof Error ? error.message : String(error));
      }
    }
    writing = null;
  };
  return {
    read() {
      try {
        const parsed = v.safeParse(schema, JSON.parse(readFileSync(path, "utf8")));
        return parsed.success ? parsed.output : null;
      } catch {
        return null;
      }
    },
    write(value) {
      next = { value };
      writing ??= drain();
      return writing;
    },
  };
}
