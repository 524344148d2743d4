import type { DigestTable } from "../digests.ts";
import { Int32List } from "../growable.ts";
import { numelOf, withoutRepeats } from "../statistics.ts";
import type { Trace } from "../trace.ts";
import type { Carrier } from "../value-store.ts";
import { bytesPer, COLUMN_TYPES, type ColumnArray, type ColumnType } from "./column.ts";
import { LIMITS } from "./limits.ts";
import type { COLUMNS, ColumnName, SnapshotFile } from "./schema.ts";

type Columns = { [K in ColumnName]: ColumnArray<(typeof COLUMNS)[K]> };
type Tables = Pick<
  SnapshotFile,
  "locations" | "cells" | "formulas" | "texts" | "dtypes" | "shapes" | "complexPreviews" | "summary"
>;

/** Part of a buffer that values use, in elements of the buffer's own type. */
interface Extent {
  low: number;
  high: number;
}

/** A trace as tables and columns. Values that do not fit the limits are written as statistics. */
export function packTrace(trace: Trace): { tables: Tables; columns: Columns } {
  const { events, nodes, edges, values, callTree } = trace;
  const numbers = packNumbers(trace);
  const v = values.columns;
  const d = numbers.digests.columns;
  const columns: Columns = {
    "events.stream": events.stream.view(),
    "values.buffer": numbers.buffer,
    "values.start": v.start.view(),
    "values.shape": v.shape.view(),
    "values.strides": v.strides.view(),
    "values.type": v.type.view(),
    "values.storage": v.storage.view(),
    "values.seq": v.seq.view(),
    "values.arena": values.arena.view(),
    "buffers.type": numbers.type,
    "buffers.base": numbers.base,
    "buffers.length": numbers.length,
    ...numbers.data,
    "digests.ids": d.ids.view(),
    "digests.numbers": d.numbers.view(),
    "digests.histogram": d.histogram.view(),
    "digests.previewCount": d.previewCount.view(),
    "digests.preview": d.preview.view(),
    "nodes.bits": nodes.bits.view(),
    "nodes.op": nodes.op.view(),
    "nodes.gradFn": nodes.gradFn.view(),
    "nodes.loc": nodes.loc.view(),
    "nodes.scene": nodes.scene.view(),
    "nodes.call": nodes.call.view(),
    "nodes.attrs": nodes.attrs.view(),
    "nodes.born": nodes.born.view(),
    "nodes.pass": nodes.pass.view(),
    "nodes.firstEdge": nodes.firstEdge.view(),
    "nodes.edgeCount": nodes.edgeCount.view(),
    "edges.from": edges.from.view(),
    "edges.output": edges.output.view(),
    "edges.to": edges.to.view(),
    "edges.input": edges.input.view(),
    "edges.name": edges.name.view(),
    "edges.gradInput": edges.gradInput.view(),
    "calls.within": callTree.within.view(),
    "calls.kind": callTree.kind.view(),
    "calls.name": callTree.name.view(),
    extraEdges: packLists(trace.extraEdges, (edge) => edge),
    names: packLists(trace.names, (name) => trace.texts.add(name)),
    "scenes.parent": trace.sceneParent.view(),
    "scenes.owner": trace.sceneOwner.view(),
  };
  const tables: Tables = {
    summary: {
      events: trace.eventCount,
      nodes: trace.nodeCount,
      edges: trace.edgeCount,
      values: values.length,
      scenes: new Set(trace.sceneParent.view().map((_, i) => trace.scene(i))).size,
      passes: trace.passes,
      valueBytes: numbers.bytes + values.arena.length * 8,
      dropped: numbers.dropped,
    },
    locations: trace.locations,
    cells: trace.cells,
    formulas: Object.fromEntries(
      [...trace.formulas]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([op, { formula, args }]) => [
          op,
          {
            args: [...args],
            out: formula.out,
            vjp: { ...formula.vjp },
            ...(formula.note === undefined ? {} : { note: formula.note }),
          },
        ]),
    ),
    // After the names were added.
    texts: [...trace.texts.all()],
    dtypes: [...values.dtypes.all()],
    shapes: values.shapes.all().map((shape) => [...shape]),
    complexPreviews: [...numbers.digests.texts].map(([id, texts]) => [id, [...texts]]),
  };
  return { tables, columns };
}

/** Lists by number, one after the other: number, length, items. */
function packLists<T>(lists: ReadonlyMap<number, readonly T[]>, item: (x: T) => number): Int32Array {
  const out = new Int32List();
  for (const [key, list] of lists) {
    out.push(key);
    out.push(list.length);
    for (const x of list) out.push(item(x));
  }
  return out.view();
}

function carrierType(data: Carrier): ColumnType {
  const type = COLUMN_TYPES.find((name) => data.constructor.name.toLowerCase() === `${name}array`);
  if (type === undefined) throw new TypeError(`no column for ${data.constructor.name}`);
  return type;
}

type NumberColumns = Pick<Columns, Extract<ColumnName, `numbers.${string}`>>;

interface PackedNumbers {
  buffer: Int32Array;
  type: Uint8Array;
  base: Float64Array;
  length: Float64Array;
  data: NumberColumns;
  digests: DigestTable;
  bytes: number;
  dropped: Trace["dropped"];
}

/** The numbers that values use, the newest first as long as they fit; the rest as statistics. The trace stays as it is. */
function packNumbers(trace: Trace): PackedNumbers {
  const { values } = trace;
  const { columns } = values;
  const buffer = columns.buffer.view().slice();
  const digests = values.digests.copy();
  const extents = extentsOf(trace);
  const kept = keptBuffers(trace, extents);
  let { dropped } = trace;
  let elements = 0;
  for (let id = values.length - 1; id >= 0; id--) {
    const number = buffer[id];
    if (number < 0) continue;
    const numbers = values.strided(id);
    const extent = extents.get(number);
    const size = numbers === null ? 0 : numelOf(withoutRepeats(numbers).part.shape);
    const fits =
      numbers !== null &&
      extent !== undefined &&
      kept.has(number) &&
      elements + size <= LIMITS.elements &&
      size <= LIMITS.overlap * (extent.high - extent.low);
    if (fits) {
      elements += size;
      continue;
    }
    buffer[id] = -2;
    const digest = values.digest(id);
    if (digest !== null) digests.set(id, digest);
    const seq = columns.seq.get(id);
    dropped = { first: Math.min(dropped?.first ?? seq, seq), last: Math.max(dropped?.last ?? seq, seq) };
  }
  return { buffer, digests, dropped, ...joinBuffers(trace, extents, buffer) };
}

/** What values use of each buffer. */
function extentsOf(trace: Trace): Map<number, Extent> {
  const { values } = trace;
  const extents = new Map<number, Extent>();
  for (let id = 0; id < values.length; id++) {
    const number = values.columns.buffer.get(id);
    const numbers = number < 0 ? null : values.strided(id);
    if (numbers === null) continue;
    let first = numbers.offset;
    let last = numbers.offset;
    numbers.shape.forEach((size, d) => {
      if (numbers.strides[d] < 0) first += (size - 1) * numbers.strides[d];
      else last += (size - 1) * numbers.strides[d];
    });
    const extent = extents.get(number) ?? { low: Infinity, high: 0 };
    // Complex numbers take two places each, and other views of them may count single ones: those buffers start at 0.
    extent.low = numbers.slots === 2 ? 0 : Math.min(extent.low, first);
    extent.high = Math.max(extent.high, (last + 1) * numbers.slots);
    extents.set(number, extent);
  }
  return extents;
}

/** The buffers that fit, newest first. */
function keptBuffers(trace: Trace, extents: ReadonlyMap<number, Extent>): Set<number> {
  const kept = new Set<number>();
  let bytes = 0;
  for (const [number, { low, high }] of [...extents].sort(([a], [b]) => b - a)) {
    const data = trace.values.buffers[number].data;
    bytes += data === null ? 0 : (high - low) * data.BYTES_PER_ELEMENT;
    if (bytes > LIMITS.numbers) break;
    kept.add(number);
  }
  return kept;
}

/** Buffers that are still used, renumbered in `buffer`, their numbers one after the other by type. */
function joinBuffers(trace: Trace, extents: ReadonlyMap<number, Extent>, buffer: Int32Array) {
  const used = [...new Set(buffer)].filter((number) => number >= 0).sort((a, b) => a - b);
  const renumbered = new Map(used.map((number, i) => [number, i]));
  buffer.forEach((number, id) => {
    if (number >= 0) buffer[id] = renumbered.get(number) ?? -2;
  });
  const type = new Uint8Array(used.length);
  const base = new Float64Array(used.length);
  const length = new Float64Array(used.length);
  const parts = new Map<ColumnType, Carrier[]>();
  let bytes = 0;
  used.forEach((number, i) => {
    const from = trace.values.buffers[number];
    const extent = extents.get(number);
    if (from.data === null || extent === undefined) return;
    const kind = carrierType(from.data);
    const part = from.data.subarray(extent.low, extent.high);
    type[i] = COLUMN_TYPES.indexOf(kind);
    base[i] = from.base + extent.low;
    length[i] = part.length;
    bytes += part.byteLength;
    const list = parts.get(kind);
    if (list === undefined) parts.set(kind, [part]);
    else list.push(part);
  });
  return { type, base, length, bytes, data: joined(parts) };
}

function joined(parts: ReadonlyMap<ColumnType, Carrier[]>): NumberColumns {
  const bytes = (type: ColumnType): ArrayBuffer => {
    const list = parts.get(type) ?? [];
    const out = new Uint8Array(bytesPer(type) * list.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of list) {
      out.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
      at += part.byteLength;
    }
    return out.buffer;
  };
  return {
    "numbers.int8": new Int8Array(bytes("int8")),
    "numbers.uint8": new Uint8Array(bytes("uint8")),
    "numbers.int16": new Int16Array(bytes("int16")),
    "numbers.int32": new Int32Array(bytes("int32")),
    "numbers.float32": new Float32Array(bytes("float32")),
    "numbers.float64": new Float64Array(bytes("float64")),
  };
}
