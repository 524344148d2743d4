/** The bundled example programs: `examples.json` names them in order. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import type { ExampleInfo } from "../../ipc/documents.ts";
import { CodedError } from "../../ipc/result.ts";
import { openableKind } from "./openable.ts";

const entrySchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[\w-]{1,100}$/)),
  /** Beside examples.json. */
  file: v.pipe(v.string(), v.regex(/^[\w-]+\.(py|ipynb|ts)$/)),
  title: v.string(),
  summary: v.string(),
});
const tableSchema = v.array(entrySchema);

export interface Examples {
  list(): Promise<ExampleInfo[]>;
  /** @throws CodedError "not-found" */
  path(id: string): Promise<string>;
}

export function createExamples(folder: string): Examples {
  let table: Promise<v.InferOutput<typeof tableSchema>> | undefined;
  const entries = () => {
    table ??= readFile(join(folder, "examples.json"), "utf8").then((text) => v.parse(tableSchema, JSON.parse(text)));
    return table;
  };
  return {
    async list() {
      return (await entries()).flatMap(({ id, file, title, summary }) => {
        const kind = openableKind(file)?.kind;
        return kind && kind !== "snapshot" ? [{ id, title, summary, kind }] : [];
      });
    },
    async path(id) {
      const entry = (await entries()).find((one) => one.id === id);
      if (!entry) throw new CodedError("not-found", `There is no example named ${id}.`);
      return join(folder, entry.file);
    },
  };
}
