import { readFileSync } from "node:fs";

/** One attempt to leave the sandbox, as the files python.txt and typescript.txt hold them. */
export interface Attempt {
  readonly name: string;
  /** What its success would mean. */
  readonly proves: string;
  /** The unprotected configuration in which it succeeds. */
  readonly control: string;
  readonly code: string;
  /** Ends its process where it succeeds, so that it needs one of its own. */
  readonly alone: boolean;
}

/** Reads a file of attempts (its form is described at its beginning). */
export function readAttempts(url: URL): Attempt[] {
  const [, ...entries] = readFileSync(url, "utf8").split(/^=== /m);
  return entries.map((entry) => {
    const [head, code] = entry.split("\n---\n");
    const [name, ...fields] = head.split("\n");
    const field = (key: string): string =>
      fields.find((line) => line.startsWith(`${key}: `))?.slice(key.length + 2) ?? "";
    return { name, proves: field("proves"), control: field("control"), code, alone: name.startsWith("own: ") };
  });
}
