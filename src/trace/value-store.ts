import { type Digest, DigestTable, PREVIEW } from "./digests.ts";
import { Float64List, Int32List, ShapeTable, TextTable } from "./growable.ts";
import type { Tile, TileRequest, ValueStats, ValueSummary } from "./query.ts";
import {
  forEachPosition,
  isRowMajor,
  jsonElement,
  numelOf,
  rowMajor,
  type Strided,
  statistics,
  withoutRepeats,
} from "./statistics.ts";
import { TraceError } from "./trace-error.ts";

export type Carrier = Float32Array | Float64Array | Int32Array | Int16Array | Int8Array | Uint8Array;

/** Values up to this many slots are copied at once; larger ones stay where they are until they are about to change. */
export const INLINE_SLOTS = 16;
const TILE_LIMIT = 65_536;
const TEXT_LIMIT = 1000;

/** Memory that values are views of: the engine's own while nobody overwrites it, else a copy of the part that is needed. */
export interface Buffer {
  data: Carrier | null;
  /** Element of the storage that `data[0]` is. */
  base: number;
}

/** Prints a tensor as PyTorch does; given by whoever may import the engine. */
export type Formatter = (value: Strided, dtype: string) => string;

export interface ValueColumns {
  /** Buffer number; -1: in the arena; -2: dropped. */
  buffer: Int32List;
  /** Element offset in the storage, or slot offset in the arena. */
  start: Float64List;
  shape: Int32List;
  strides: Int32List;
  /** dtype number << 1 | requires grad. */
  type: Int32List;
  storage: Int32List;
  /** Event that was next when the value was recorded. */
  seq: Int32List;
}

/** All values of a run: immutable snapshots of tensors. */
export class ValueStore {
  readonly columns: ValueColumns;
  readonly shapes: ShapeTable;
  readonly dtypes: TextTable;
  readonly arena: Float64List;
  readonly buffers: Buffer[];
  readonly digests: DigestTable;
  /** By buffer: 0 not looked at, 1 all finite, 2 not. What values point at never changes. */
  private readonly bufferHealth = new Int32List();
  private readonly statsCache = new Map<number, ValueStats>();

  constructor(parts: Partial<Omit<ValueStore, "columns">> & { columns?: ValueColumns } = {}) {
    this.columns = parts.columns ?? {
      buffer: new Int32List(),
      start: new Float64List(),
      shape: new Int32List(),
      strides: new Int32List(),
      type: new Int32List(),
      storage: new Int32List(),
      seq: new Int32List(),
    };
    this.shapes = parts.shapes ?? new ShapeTable();
    this.dtypes = parts.dtypes ?? new TextTable();
    this.arena = parts.arena ?? new Float64List(1024);
    this.buffers = parts.buffers ?? [];
    this.digests = parts.digests ?? new DigestTable();
  }

  get length(): number {
    return this.columns.buffer.length;
  }

  shape(id: number): readonly number[] {
    return this.shapes.get(this.columns.shape.get(id));
  }
  dtype(id: number): string {
    return this.dtypes.get(this.columns.type.get(id) >> 1);
  }
  isFull(id: number): boolean {
    return this.columns.buffer.get(id) !== -2;
  }

  /** The numbers of a value; null when they were dropped. */
  strided(id: number): Strided | null {
    const { columns } = this;
    const at = columns.buffer.get(id);
    if (at === -2) return null;
    const shape = this.shape(id);
    const slots = this.dtype(id).startsWith("complex") ? 2 : 1;
    if (at === -1) {
      // Compact and row-major.
      const start = columns.start.get(id);
      return {
        data: this.arena.view().subarray(start, start + numelOf(shape) * slots),
        offset: 0,
        shape,
        strides: rowMajor(shape),
        slots,
      };
    }
    const buffer = this.buffers[at];
    if (buffer === undefined || buffer.data === null) return null;
    return {
      data: buffer.data,
      offset: columns.start.get(id) - buffer.base,
      shape,
      strides: this.shapes.get(columns.strides.get(id)),
      slots,
    };
  }

  stats(id: number): ValueStats {
    const known = this.digests.stats(id) ?? this.statsCache.get(id);
    if (known !== undefined) return known;
    const numbers = this.strided(id);
    if (numbers === null)
      return { min: null, max: null, mean: null, std: null, norm: null, nan: 0, inf: 0, zero: 0, histogram: [] };
    const stats = statistics(numbers);
    if (this.statsCache.size > 4096) this.statsCache.clear();
    this.statsCache.set(id, stats);
    return stats;
  }

  /** The only number of a one-element value, null for others and for dropped ones without it. */
  scalar(id: number): number | null {
    return numelOf(this.shape(id)) === 1 ? this.element(id, 0) : null;
  }
  /** Element `index` in row-major order; complex numbers by magnitude. */
  element(id: number, index: number): number | null {
    const numbers = this.strided(id);
    if (numbers === null) {
      const kept = this.digests.get(id)?.preview[index];
      return kept === undefined ? null : Number(kept === "inf" ? Infinity : kept === "-inf" ? -Infinity : kept);
    }
    let at = numbers.offset;
    let rest = index;
    for (let d = numbers.shape.length - 1; d >= 0; d--) {
      at += (rest % numbers.shape[d]) * numbers.strides[d];
      rest = Math.floor(rest / numbers.shape[d]);
    }
    if (rest > 0 || index < 0) return null;
    return numbers.slots === 1 ? numbers.data[at] : Math.hypot(numbers.data[2 * at], numbers.data[2 * at + 1]);
  }

  hasNonFinite(id: number): "nan" | "inf" | null {
    const kept = this.digests.stats(id);
    if (kept !== null) return kept.nan > 0 ? "nan" : kept.inf > 0 ? "inf" : null;
    const buffer = this.columns.buffer.get(id);
    if (buffer >= 0 && this.bufferIsFinite(buffer)) return null;
    const numbers = this.strided(id);
    if (numbers === null) return null;
    const { part } = withoutRepeats(numbers);
    const { data, slots } = part;
    let bad = false;
    if (isRowMajor(part)) bad = !allFinite(data, part.offset * slots, (part.offset + numelOf(part.shape)) * slots);
    else
      forEachPosition(part, (at) => {
        for (let s = 0; s < slots; s++) if (!Number.isFinite(data[at * slots + s])) bad = true;
      });
    if (!bad) return null;
    const { nan } = this.stats(id);
    return nan > 0 ? "nan" : "inf";
  }

  private bufferIsFinite(number: number): boolean {
    let health = this.bufferHealth.get(number);
    const data = this.buffers[number]?.data ?? null;
    if (health === 0 && data !== null) {
      const exact = data instanceof Float32Array || data instanceof Float64Array;
      health = exact && !allFinite(data, 0, data.length) ? 2 : 1;
      this.bufferHealth.set(number, health);
    }
    return health === 1;
  }

  summary(id: number, format: Formatter | null): ValueSummary {
    const shape = this.shape(id);
    const numbers = this.strided(id);
    let preview: (number | string)[] = this.digests.get(id)?.preview ?? [];
    let text = "";
    if (numbers !== null) {
      const out: (number | string)[] = [];
      forEachPosition(numbers, (at) => out.push(jsonElement(numbers, at)), PREVIEW);
      preview = out;
      if (format !== null && numelOf(shape) <= TEXT_LIMIT) text = format(numbers, this.dtype(id));
    }
    return {
      id,
      shape: [...shape],
      dtype: this.dtype(id),
      strides: [...this.shapes.get(this.columns.strides.get(id))],
      storage: this.columns.storage.get(id),
      preview,
      text,
      stats: this.stats(id),
      full: numbers !== null,
      requiresGrad: (this.columns.type.get(id) & 1) === 1,
    };
  }

  /** A rectangle of a value seen as a matrix; empty when its numbers were dropped. */
  tile(ask: TileRequest): Tile {
    const shape = this.shape(ask.id);
    for (const dim of [ask.rowDim, ask.colDim])
      if (dim !== null && !(Number.isInteger(dim) && dim >= 0 && dim < shape.length))
        throw new TraceError("bad-question", `tile: no dimension ${dim} in a tensor of ${shape.length} dimensions`);
    if (ask.rowDim !== null && ask.rowDim === ask.colDim)
      throw new TraceError("bad-question", "tile: rows and columns are the same dimension");
    for (const size of [ask.row, ask.column, ask.rows, ask.columns])
      if (!Number.isSafeInteger(size) || size < 0)
        throw new TraceError("bad-question", "tile: positions and sizes are whole numbers from 0");
    const rows = Math.max(0, Math.min(ask.rows, (ask.rowDim === null ? 1 : shape[ask.rowDim]) - ask.row));
    const columns = Math.max(0, Math.min(ask.columns, (ask.colDim === null ? 1 : shape[ask.colDim]) - ask.column));
    if (rows * columns > TILE_LIMIT) throw new TraceError("bad-question", `tile: more than ${TILE_LIMIT} numbers`);
    const numbers = this.strided(ask.id);
    if (numbers === null || numelOf(shape) === 0) return { rows: 0, columns: 0, data: [] };
    let start = numbers.offset;
    for (let d = 0; d < shape.length; d++) {
      if (d === ask.rowDim || d === ask.colDim) continue;
      const at = ask.at[d] ?? 0;
      if (!Number.isInteger(at) || at < 0 || at >= shape[d])
        throw new TraceError("bad-question", `tile: index ${at} is outside dimension ${d} of size ${shape[d]}`);
      start += at * numbers.strides[d];
    }
    const down = ask.rowDim === null ? 0 : numbers.strides[ask.rowDim];
    const across = ask.colDim === null ? 0 : numbers.strides[ask.colDim];
    const data: (number | string)[] = [];
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        data.push(jsonElement(numbers, start + (ask.row + i) * down + (ask.column + j) * across));
    return { rows, columns, data };
  }

  /** Statistics and first elements of a value, to keep when its numbers go. */
  digest(id: number): Digest | null {
    const numbers = this.strided(id);
    if (numbers === null) return null;
    const preview: (number | string)[] = [];
    forEachPosition(numbers, (at) => preview.push(jsonElement(numbers, at)), PREVIEW);
    return { stats: this.stats(id), preview };
  }
}

function allFinite(data: ArrayLike<number>, start: number, end: number): boolean {
  // x * 0 is NaN for NaN and infinities, and 0 for everything else.
  let sum = 0;
  for (let i = start; i < end; i++) sum += data[i] * 0;
  return sum === 0;
}
