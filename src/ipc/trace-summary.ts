/** The shape of a trace's summary, checked where it comes from the runner's process. */
import * as v from "valibot";
import type { TraceSummary } from "../trace/query.ts";

const integer = v.pipe(v.number(), v.integer());
const span = { first: integer, last: integer };

export const traceSummary: v.GenericSchema<TraceSummary> = v.object({
  events: integer,
  scenes: v.array(
    v.object({
      id: integer,
      firstSeq: integer,
      lastSeq: integer,
      nodeCount: integer,
      structure: v.string(),
      title: v.string(),
    }),
  ),
  passes: integer,
  locations: v.array(
    v.object({
      file: v.string(),
      cell: v.nullable(integer),
      line: integer,
      column: integer,
      endLine: integer,
      endColumn: integer,
      scope: v.string(),
      elsewhere: v.optional(v.literal(true)),
    }),
  ),
  valueBytes: v.number(),
  dropped: v.nullable(v.object(span)),
  bands: v.array(v.object({ ...span, phase: v.picklist(["forward", "backward", "update"]), scene: integer })),
  flags: v.array(v.object({ seq: integer, kind: v.picklist(["nan", "inf", "zero", "freed", "error"]) })),
  running: v.boolean(),
  cells: v.array(v.object({ ...span, cell: integer, number: integer })),
});
