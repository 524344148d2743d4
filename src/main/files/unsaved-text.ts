/** The text that is not saved yet, kept beside the app's settings so that a crash does not take it. */
import { join } from "node:path";
import * as v from "valibot";
import { documentCells, documentKind, fileName } from "../../ipc/documents.ts";
import { type KeptJson, keptJson } from "./kept-json.ts";

const unsavedSchema = v.strictObject({
  name: fileName,
  kind: documentKind,
  /** Where it would be saved; null when it was never saved. */
  path: v.nullable(v.string()),
  cells: documentCells,
});

export type UnsavedText = v.InferOutput<typeof unsavedSchema>;

export function keptUnsavedText(folder: string, report: (problem: string) => void): KeptJson<UnsavedText> {
  return keptJson(join(folder, "unsaved-text.json"), unsavedSchema, report);
}
