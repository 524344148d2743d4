import { DigestTable, PREVIEW } from "../digests.ts";
import { EventLog } from "../event-log.ts";
import { Float64List, Int32List, ShapeTable, TextTable } from "../growable.ts";
import { HISTOGRAM_BINS } from "../statistics.ts";
import { Trace } from "../trace.ts";
import { TraceError } from "../trace-error.ts";
import { type Buffer, type Carrier, ValueStore } from "../value-store.ts";
import {
  checkCalls,
  checkEdges,
  checkEvent,
  checkNodes,
  checkScenes,
  expect,
  type References,
  referenceCheck,
} from "./check.ts";
import { checkDigests, checkValues } from "./check-values.ts";
import { bytesPer, COLUMN_TYPES, type ColumnArray, unpackColumn } from "./column.ts";
import { LIMITS } from "./limits.ts";
import { COLUMN_NAMES, COLUMNS, type ColumnName, type SnapshotFile } from "./schema.ts";

type Columns = { [K in ColumnName]: ColumnArray<(typeof COLUMNS)[K]> };

/**
 * The trace of a snapshot file whose shape was validated. Every reference in it is checked here, so that whoever reads the trace
 * may rely on it as on one that was just recorded. Errors: `TraceError` "bad-snapshot".
 */
export function unpackTrace(file: SnapshotFile): Trace {
  const c = inflateAll(file);
  const texts = TextTable.from(file.texts);
  expect(texts.length === file.texts.length, "texts", "holds a text twice");
  const values = openValues(file, c);
  const references: References = {
    text: texts.length,
    node: c["nodes.bits"].length,
    edge: c["edges.from"].length,
    value: values.length,
    loc: file.locations.length,
    scene: c["scenes.parent"].length,
    pass: file.summary.passes,
    call: c["calls.within"].length,
  };
  checkCalls(c["calls.within"], c["calls.kind"], c["calls.name"], references);
  checkScenes(c["scenes.parent"], c["scenes.owner"]);
  const events = openEvents(c["events.stream"], texts, references);
  const trace = new Trace({
    texts,
    values,
    events,
    nodes: {
      bits: Int32List.from(c["nodes.bits"]),
      op: Int32List.from(c["nodes.op"]),
      gradFn: Int32List.from(c["nodes.gradFn"]),
      loc: Int32List.from(c["nodes.loc"]),
      scene: Int32List.from(c["nodes.scene"]),
      call: Int32List.from(c["nodes.call"]),
      attrs: Int32List.from(c["nodes.attrs"]),
      born: Int32List.from(c["nodes.born"]),
      pass: Int32List.from(c["nodes.pass"]),
      firstEdge: Int32List.from(c["nodes.firstEdge"]),
      edgeCount: Int32List.from(c["nodes.edgeCount"]),
    },
    edges: {
      from: Int32List.from(c["edges.from"]),
      output: Int32List.from(c["edges.output"]),
      to: Int32List.from(c["edges.to"]),
      input: Int32List.from(c["edges.input"]),
      name: Int32List.from(c["edges.name"]),
      gradInput: Int32List.from(c["edges.gradInput"]),
    },
    callTree: {
      within: Int32List.from(c["calls.within"]),
      kind: Int32List.from(c["calls.kind"]),
      name: Int32List.from(c["calls.name"]),
    },
    sceneParent: Int32List.from(c["scenes.parent"]),
    sceneOwner: Int32List.from(c["scenes.owner"]),
  });
  openLists("extraEdges", c.extraEdges, references.node, references.edge, (node, edges) => {
    trace.extraEdges.set(node, edges);
  });
  openLists("names", c.names, references.node, references.text, (node, names) => {
    trace.names.set(
      node,
      names.map((name) => texts.get(name)),
    );
  });
  checkEdges(trace, references);
  checkNodes(trace, references);
  for (let seq = 0; seq < trace.eventCount; seq++) checkEvent(trace, events.read(seq), references);
  trace.locations.length = 0;
  trace.locations.push(...file.locations);
  for (const [op, { args, out, vjp, note }] of Object.entries(file.formulas))
    trace.formulas.set(op, { args, formula: { out, vjp, ...(note === undefined ? {} : { note }) } });
  for (const cell of file.cells) {
    expect(
      cell.first >= (trace.cells.at(-1)?.first ?? 0) && cell.first <= trace.eventCount,
      "cells",
      "are not in order",
    );
    trace.cells.push(cell);
  }
  trace.passes = file.summary.passes;
  trace.valueBytes = file.summary.valueBytes;
  trace.dropped = file.summary.dropped;
  const { events: eventCount, nodes, edges, values: valueCount } = file.summary;
  expect(
    eventCount === trace.eventCount &&
      nodes === trace.nodeCount &&
      edges === trace.edgeCount &&
      valueCount === values.length,
    "summary",
    "does not fit the tables",
  );
  expect(file.cursor < Math.max(1, trace.eventCount), "cursor", "is behind the last event");
  return trace;
}

function inflateAll(file: SnapshotFile): Columns {
  let bytes = 0;
  for (const name of COLUMN_NAMES) {
    const { type, length } = file.columns[name];
    expect(type === COLUMNS[name], `column ${name}`, `is of type ${type}, not ${COLUMNS[name]}`);
    bytes += length * bytesPer(type);
  }
  if (bytes > LIMITS.columns)
    throw new TraceError(
      "bad-snapshot",
      `The snapshot would take ${Math.ceil(bytes / 2 ** 20)} MB of memory; at most ${LIMITS.columns / 2 ** 20} MB are allowed.`,
    );
  const entries = COLUMN_NAMES.map((name) => [name, unpackColumn(name, file.columns[name])]);
  return Object.fromEntries(entries) as Columns;
}

function openEvents(stream: Int32Array, texts: TextTable, references: References): EventLog {
  const check = referenceCheck(references);
  const inside = (what: "loc" | "scene", index: number): void => check(what, index);
  try {
    return EventLog.open(texts, Int32List.from(stream), check, (event) => {
      inside("loc", event.loc);
      inside("scene", event.scene);
    });
  } catch (error) {
    if (error instanceof RangeError)
      throw new TraceError("bad-snapshot", `The snapshot is damaged: its events cannot be read (${error.message}).`);
    throw error;
  }
}

/** Lists by number as `packLists` wrote them; numbers ascend no particular way but come once. */
function openLists(
  name: string,
  column: Int32Array,
  keys: number,
  items: number,
  take: (key: number, list: number[]) => void,
): void {
  const seen = new Set<number>();
  for (let at = 0; at < column.length; ) {
    const key = column[at];
    const count = column[at + 1];
    at += 2;
    expect(key >= 0 && key < keys && !seen.has(key), name, "names something that does not exist, or twice");
    expect(count >= 0 && at + count <= column.length, name, "is cut off");
    seen.add(key);
    const list: number[] = [];
    for (let i = 0; i < count; i++) {
      const item = column[at++];
      expect(item >= 0 && item < items, name, "points at something that does not exist");
      list.push(item);
    }
    take(key, list);
  }
}

function openValues(file: SnapshotFile, c: Columns): ValueStore {
  const shapes = ShapeTable.from(file.shapes);
  expect(
    shapes.length === file.shapes.length && file.shapes[0]?.length === 0,
    "shapes",
    "holds a shape twice, or does not start with the empty one",
  );
  const dtypes = TextTable.from(file.dtypes);
  expect(dtypes.length === file.dtypes.length, "dtypes", "holds a name twice");
  const buffers = openBuffers(c);
  const texts = new Map(file.complexPreviews.map(([id, list]) => [id, list] as const));
  const digests = new DigestTable(
    {
      ids: Int32List.from(checkDigests(c["digests.ids"], c["values.buffer"])),
      numbers: Float64List.from(c["digests.numbers"]),
      histogram: Int32List.from(c["digests.histogram"]),
      previewCount: Int32List.from(c["digests.previewCount"]),
      preview: Float64List.from(c["digests.preview"]),
    },
    texts,
  );
  const { numbers, histogram, previewCount, preview } = digests.columns;
  expect(
    numbers.length === 8 * digests.size &&
      histogram.length === HISTOGRAM_BINS * digests.size &&
      previewCount.length === digests.size &&
      preview.length === PREVIEW * digests.size,
    "digests",
    "has columns of different length",
  );
  const store = new ValueStore({
    columns: {
      buffer: Int32List.from(c["values.buffer"]),
      start: Float64List.from(c["values.start"]),
      shape: Int32List.from(c["values.shape"]),
      strides: Int32List.from(c["values.strides"]),
      type: Int32List.from(c["values.type"]),
      storage: Int32List.from(c["values.storage"]),
      seq: Int32List.from(c["values.seq"]),
    },
    shapes,
    dtypes,
    arena: Float64List.from(c["values.arena"]),
    buffers,
    digests,
  });
  checkValues(store);
  return store;
}

/** Buffers as parts of the columns of numbers. */
function openBuffers(c: Columns): Buffer[] {
  const types = c["buffers.type"];
  const bases = c["buffers.base"];
  const lengths = c["buffers.length"];
  expect(
    bases.length === types.length && lengths.length === types.length,
    "buffers",
    "has columns of different length",
  );
  const used = COLUMN_TYPES.map(() => 0);
  const buffers = Array.from(types, (type, i): Buffer => {
    const kind = COLUMN_TYPES[type];
    expect(kind !== undefined, "buffers", "holds numbers of an unknown type");
    const numbers: Carrier = c[`numbers.${kind}`];
    const start = used[type];
    const end = start + lengths[i];
    expect(
      Number.isInteger(lengths[i]) && lengths[i] >= 0 && end <= numbers.length,
      "buffers",
      "needs more numbers than there are",
    );
    expect(Number.isSafeInteger(bases[i]) && bases[i] >= 0, "buffers", "starts at no element");
    used[type] = end;
    return { data: numbers.subarray(start, end), base: bases[i] };
  });
  return buffers;
}
