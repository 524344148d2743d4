/** Documents as they cross between window and main process: programs, notebooks, opened files. */
import * as v from "valibot";
import type { TraceSummary } from "../trace/query.ts";
import { eventMatch } from "./questions.ts";

/** A program longer than this is no teaching program (characters). */
const textLimit = 5_000_000;
const cellLimit = 10_000;

const documentKinds = ["python", "typescript", "notebook"] as const;
export const documentKind = v.picklist(documentKinds);
export type DocumentKind = v.InferOutput<typeof documentKind>;

export const fileName = v.pipe(v.string(), v.minLength(1), v.maxLength(255));
export const programText = v.pipe(v.string(), v.maxLength(textLimit));
export const index = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31));

/** Handed out by the main process for a file that a person chose; the path itself never comes from a window. */
export const fileToken = v.pipe(v.string(), v.regex(/^file-[0-9a-f]{32}$/));

const cellKinds = ["code", "markdown", "raw"] as const;
const documentCell = v.strictObject({ kind: v.picklist(cellKinds), source: programText });
export type DocumentCell = v.InferOutput<typeof documentCell>;
export const documentCells = v.pipe(v.array(documentCell), v.maxLength(cellLimit));

/** Events after which a running program stands still. */
export const breakpointMatches = v.pipe(v.array(eventMatch), v.maxLength(1000));

/**
 * What the runner gets: code cells in order; `index` is the cell's place in the document, `line` where it begins in a script that is
 * run in parts. `continues`: the cells run in the session that the last ones left.
 */
export const runRequest = v.strictObject({
  name: fileName,
  kind: documentKind,
  /** Of the file that it is the text of: a program may read what stands beside it. */
  token: v.nullable(fileToken),
  cells: v.pipe(
    v.array(v.strictObject({ index, source: programText, line: v.optional(index) })),
    v.maxLength(cellLimit),
  ),
  echo: v.optional(v.boolean()),
  continues: v.boolean(),
  breakpoints: breakpointMatches,
  /** Backward passes keep the graph, as with retain_graph=True. */
  keepGraphs: v.optional(v.boolean()),
});
export type RunRequest = v.InferOutput<typeof runRequest>;

/** What of the view a snapshot keeps: JSON that only the window understands. */
export const keptView = v.record(v.string(), v.unknown());

export interface OpenedDocument {
  name: string;
  /** For saving back; null for examples, snapshots and what was never saved. */
  token: string | null;
  kind: DocumentKind;
  cells: DocumentCell[];
  /** A snapshot brings its trace and the step it was saved at. */
  snapshot: { summary: TraceSummary; cursor: number; view: Record<string, unknown> } | null;
  /** Text that was not saved when the app ended unexpectedly. */
  unsaved: boolean;
}

export interface ExampleInfo {
  id: string;
  title: string;
  summary: string;
  kind: DocumentKind;
}

export interface SavedFile {
  name: string;
  token: string | null;
}

export interface RecentFile {
  token: string;
  name: string;
}
