/** Asks a trace everything that can be asked, for tests that compare traces or look for crashes. */
import { EVENT_KINDS } from "./event-log.ts";
import { answer } from "./queries.ts";
import type { EventMatch } from "./query.ts";
import type { Trace } from "./trace.ts";
import { TraceReader } from "./trace-reader.ts";

/** Every answer, as data; of long traces only the questions about the first `limit` things of a kind. */
export function everyAnswer(trace: Trace, limit = 60): unknown[] {
  const reader = new TraceReader(trace);
  const out: unknown[] = [];
  const summary = answer(reader, "summary", {});
  out.push(summary, answer(reader, "events", { first: 0, last: 4096 }), answer(reader, "findings", {}));
  const steps = Math.max(1, Math.floor(trace.eventCount / limit));
  for (let cursor = -1; cursor < trace.eventCount; cursor += steps) out.push(answer(reader, "view", { cursor }));
  for (let cursor = trace.eventCount - 1; cursor >= 0; cursor -= steps) out.push(answer(reader, "view", { cursor }));
  for (let from = 0; from + 7 < trace.eventCount; from += steps) {
    out.push(answer(reader, "change", { from, to: from + 7 }), answer(reader, "change", { from: from + 7, to: from }));
  }
  for (let cursor = -1; cursor < trace.eventCount; cursor += steps) out.push(answer(reader, "leaves", { cursor }));
  for (const { id } of summary.scenes.slice(0, limit)) out.push(answer(reader, "scene", { scene: id }));
  const ids = Array.from({ length: Math.min(limit, trace.values.length) }, (_, i) => i);
  out.push(answer(reader, "values", { ids }));
  for (const id of ids) {
    const { length } = trace.values.shape(id);
    const at = new Array<number>(length).fill(0);
    if (trace.values.shape(id).includes(0)) continue;
    out.push(
      answer(reader, "tile", {
        id,
        rowDim: length > 1 ? 0 : null,
        colDim: length > 0 ? length - 1 : null,
        at,
        row: 0,
        column: 0,
        rows: 8,
        columns: 8,
      }),
    );
  }
  const nodes = Array.from({ length: Math.min(limit, trace.nodeCount) }, (_, i) => i);
  out.push(answer(reader, "formula", { nodes }), answer(reader, "series", { what: "loss" }));
  for (const node of nodes) {
    out.push(answer(reader, "series", { what: "gradNorm", node }));
    out.push(answer(reader, "series", { what: "element", node, index: 0 }));
    for (const question of ["none", "contributors"] as const)
      out.push(answer(reader, "explain", { node, question, cursor: trace.eventCount - 1 }));
  }
  const matches: EventMatch[] = [
    ...EVENT_KINDS.map((kind): EventMatch => ({ by: "kind", kinds: [kind] })),
    ...nodes.slice(0, 5).flatMap((node): EventMatch[] => [
      { by: "node", node },
      { by: "accumulated", node },
    ]),
    { by: "nan" },
    { by: "phase" },
    { by: "grad", above: 1 },
    { by: "op", op: "mul" },
    { by: "line", file: "", cell: null, line: 0 },
    { by: "line", file: "", cell: null, line: 0, hits: { is: "every", count: 2 } },
    { by: "sameNextIteration", seq: Math.floor(trace.eventCount / 2) },
  ];
  for (const match of matches)
    for (const dir of [1, -1] as const)
      out.push(answer(reader, "find", { from: Math.floor(trace.eventCount / 2), dir, match }));
  return out;
}
