/** Snapshot files: a run in one file. The format is described in snapshot.md. */
import { strFromU8 } from "fflate";
import * as v from "valibot";
import { joined } from "./snapshot/bytes.ts";
import { isDeeper } from "./snapshot/check.ts";
import { packColumn, type WrittenColumn } from "./snapshot/column.ts";
import { LIMITS } from "./snapshot/limits.ts";
import { migrate, VERSION } from "./snapshot/migrations.ts";
import { packTrace } from "./snapshot/pack.ts";
import { COLUMN_NAMES, COLUMNS, fileSchema, headSchema } from "./snapshot/schema.ts";
import { unpackTrace } from "./snapshot/unpack.ts";
import type { Snapshot } from "./snapshot-format.ts";
import { TraceError } from "./trace-error.ts";

/**
 * The file of a snapshot: JSON in ASCII, readable up to its columns. The trace stays as it is. Errors: `TraceError` "bad-snapshot"
 * when the run is too long for a file.
 */
export function writeSnapshot(snapshot: Snapshot): Uint8Array {
  const { source, trace, cursor, view, versions } = snapshot;
  const { tables, columns } = packTrace(trace);
  const { summary, locations, cells, formulas, texts, dtypes, shapes, complexPreviews } = tables;
  const head = {
    format: "backstep-snapshot",
    version: VERSION,
    app: versions.app,
    engine: versions.engine,
    source: {
      name: source.name,
      kind: source.kind,
      cells: source.cells.map(({ index, source: text }) => ({ index, source: text })),
    },
    cursor,
    view,
    summary,
    locations,
    cells,
    formulas,
    texts,
    dtypes,
    shapes,
    complexPreviews,
  };
  const pieces: Uint8Array[] = [];
  // One field a line, so that a person finds their way; the columns are last.
  const fields = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${asciiJson(value)}`);
  pieces.push(ascii(`{\n${fields.join(",\n")},\n  "columns": {\n`));
  COLUMN_NAMES.forEach((name, i) => {
    pieces.push(...columnJson(name, packColumn(COLUMNS[name], columns[name] as never), i === COLUMN_NAMES.length - 1));
  });
  pieces.push(ascii("  }\n}\n"));
  const bytes = joined(pieces);
  if (bytes.length > LIMITS.file || tables.texts.length > LIMITS.rows || tables.shapes.length > LIMITS.shapes)
    throw new TraceError("bad-snapshot", "This run is too long to be kept in one file.");
  return bytes;
}

/**
 * The snapshot in a file. Nothing in it is executed, and whatever the bytes are, reading ends in time and memory proportional to
 * them. Errors: `TraceError` "bad-snapshot" with a sentence that says what is wrong.
 */
export function readSnapshot(bytes: Uint8Array): Snapshot {
  if (bytes.length > LIMITS.file)
    throw new TraceError(
      "bad-snapshot",
      `The file has ${Math.ceil(bytes.length / 2 ** 20)} MB; snapshots have at most ${LIMITS.file / 2 ** 20} MB.`,
    );
  const json = parse(bytes);
  const head = v.safeParse(headSchema, json);
  if (!head.success) throw new TraceError("bad-snapshot", "This file is not a Backstep snapshot.");
  const now = migrate(head.output, head.output.version);
  const parsed = v.safeParse(fileSchema, now, { abortEarly: true });
  if (!parsed.success) throw new TraceError("bad-snapshot", `The snapshot is damaged: ${issueText(parsed.issues[0])}.`);
  const file = parsed.output;
  if (isDeeper(file.view, LIMITS.viewDepth) || JSON.stringify(file.view).length > LIMITS.view)
    throw new TraceError("bad-snapshot", "The snapshot is damaged: what it keeps of the view is too large.");
  if (file.texts.reduce((sum, text) => sum + text.length, 0) > LIMITS.text)
    throw new TraceError("bad-snapshot", "The snapshot is damaged: its texts are too long.");
  return {
    source: file.source,
    trace: unpackTrace(file),
    cursor: file.cursor,
    view: file.view,
    versions: { app: file.app, engine: file.engine },
  };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(bytes));
  } catch {
    throw new TraceError("bad-snapshot", "This file is not a Backstep snapshot, or it is incomplete.");
  }
}

function issueText(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  return `${path === null ? "the file" : path}: ${issue.message.replace(/ but received [\s\S]{100,}/, "")}`;
}

/** JSON without characters outside ASCII, so that the file is one byte a character for every reader. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function ascii(text: string): Uint8Array {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

function columnJson(name: string, column: WrittenColumn, last: boolean): Uint8Array[] {
  const { type, length, crc32, data } = column;
  const before = `    ${JSON.stringify(name)}: { "type": "${type}", "length": ${length}, "crc32": "${crc32}", "data": "`;
  return [ascii(before), data, ascii(`" }${last ? "" : ","}\n`)];
}

/** A snapshot as written is ASCII; one that was saved by an editor may be UTF-8. */
function textOf(bytes: Uint8Array): string {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const body = marked ? bytes.subarray(3) : bytes;
  return strFromU8(
    body,
    body.every((byte) => byte < 128),
  );
}
