import * as v from "valibot";
import { COLUMN_TYPES, type ColumnType } from "./column.ts";
import { LIMITS } from "./limits.ts";

/** The columns of a snapshot and what they are made of; what they mean is said in snapshot.md. */
export const COLUMNS = {
  "events.stream": "int32",
  "values.buffer": "int32",
  "values.start": "float64",
  "values.shape": "int32",
  "values.strides": "int32",
  "values.type": "int32",
  "values.storage": "int32",
  "values.seq": "int32",
  "values.arena": "float64",
  "buffers.type": "uint8",
  "buffers.base": "float64",
  "buffers.length": "float64",
  "numbers.int8": "int8",
  "numbers.uint8": "uint8",
  "numbers.int16": "int16",
  "numbers.int32": "int32",
  "numbers.float32": "float32",
  "numbers.float64": "float64",
  "digests.ids": "int32",
  "digests.numbers": "float64",
  "digests.histogram": "int32",
  "digests.previewCount": "int32",
  "digests.preview": "float64",
  "nodes.bits": "int32",
  "nodes.op": "int32",
  "nodes.gradFn": "int32",
  "nodes.loc": "int32",
  "nodes.scene": "int32",
  "nodes.call": "int32",
  "nodes.attrs": "int32",
  "nodes.born": "int32",
  "nodes.pass": "int32",
  "nodes.firstEdge": "int32",
  "nodes.edgeCount": "int32",
  "edges.from": "int32",
  "edges.output": "int32",
  "edges.to": "int32",
  "edges.input": "int32",
  "edges.name": "int32",
  "edges.gradInput": "int32",
  "calls.within": "int32",
  "calls.kind": "int32",
  "calls.name": "int32",
  extraEdges: "int32",
  names: "int32",
  "scenes.parent": "int32",
  "scenes.owner": "int32",
} as const satisfies Record<string, ColumnType>;

export type ColumnName = keyof typeof COLUMNS;
export const COLUMN_NAMES = Object.keys(COLUMNS) as ColumnName[];

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const whole = v.pipe(v.number(), v.safeInteger());
const rowsOf = <const S extends v.GenericSchema>(item: S) => v.pipe(v.array(item), v.maxLength(LIMITS.rows));
const range = v.nullable(v.object({ first: count, last: count }));

const sourceSchema = v.object({
  name: v.string(),
  kind: v.picklist(["python", "notebook", "typescript"]),
  cells: v.pipe(v.array(v.object({ index: count, source: v.string() })), v.maxLength(100_000)),
});

export const columnSchema = v.object({
  type: v.picklist(COLUMN_TYPES),
  length: count,
  crc32: v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/)),
  data: v.string(),
});

/** The first fields say what the file is; they are looked at before anything else. */
export const headSchema = v.looseObject({
  format: v.literal("backstep-snapshot"),
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
});

/** A snapshot file of the present version, as parsed JSON. */
export const fileSchema = v.object({
  format: v.literal("backstep-snapshot"),
  version: v.number(),
  app: v.string(),
  engine: v.string(),
  source: sourceSchema,
  cursor: v.pipe(v.number(), v.safeInteger(), v.minValue(-1)),
  view: v.record(v.string(), v.unknown()),
  summary: v.object({
    events: count,
    nodes: count,
    edges: count,
    values: count,
    scenes: count,
    passes: count,
    valueBytes: count,
    dropped: range,
  }),
  locations: v.pipe(
    rowsOf(
      v.object({
        file: v.string(),
        cell: v.nullable(count),
        line: count,
        column: count,
        endLine: count,
        endColumn: count,
        scope: v.string(),
        elsewhere: v.optional(v.literal(true)),
      }),
    ),
    v.minLength(1),
  ),
  /** Cells in order of their execution; older files have none. */
  cells: v.optional(rowsOf(v.object({ first: count, cell: count, number: count })), []),
  formulas: v.record(
    v.string(),
    v.object({
      args: v.array(v.string()),
      out: v.string(),
      vjp: v.record(v.string(), v.string()),
      note: v.optional(v.string()),
    }),
  ),
  texts: rowsOf(v.string()),
  dtypes: v.pipe(v.array(v.string()), v.maxLength(64)),
  shapes: v.pipe(v.array(v.pipe(v.array(whole), v.maxLength(LIMITS.dimensions))), v.maxLength(LIMITS.shapes)),
  complexPreviews: rowsOf(v.tuple([count, v.pipe(v.array(v.string()), v.maxLength(16))])),
  columns: v.object(
    Object.fromEntries(COLUMN_NAMES.map((name) => [name, columnSchema])) as Record<ColumnName, typeof columnSchema>,
  ),
});

export type SnapshotFile = v.InferOutput<typeof fileSchema>;
