/**
 * A column of numbers inside JSON: the bytes of its elements (little-endian), grouped by significance (all lowest bytes, then all
 * second ones …, which compresses far better), deflated (RFC 1951), in base64, with the CRC-32 of the bytes before grouping.
 */
import { deflateSync, Inflate } from "fflate";
import { TraceError } from "../trace-error.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { crc32 } from "./crc32.ts";

const ARRAYS = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

export type ColumnType = keyof typeof ARRAYS;
interface ColumnArrays {
  int8: Int8Array;
  uint8: Uint8Array;
  int16: Int16Array;
  int32: Int32Array;
  float32: Float32Array;
  float64: Float64Array;
}
export type ColumnArray<T extends ColumnType> = ColumnArrays[T];
export const COLUMN_TYPES = Object.keys(ARRAYS) as ColumnType[];

/** A column as it stands in the file. */
export interface PackedColumn {
  type: ColumnType;
  /** Number of elements. */
  length: number;
  crc32: string;
  /** Base64. */
  data: string;
}
/** The same with the ASCII codes of the base64 text, so that no text of that length is made. */
export type WrittenColumn = Omit<PackedColumn, "data"> & { data: Uint8Array };

/** Compressed bytes that are inflated at once: deflate makes at most 1,032 bytes of one, so the surplus stays small. */
const PIECE = 16_384;

export function bytesPer(type: ColumnType): number {
  return ARRAYS[type].BYTES_PER_ELEMENT;
}

export function packColumn<T extends ColumnType>(type: T, values: ColumnArray<T>): WrittenColumn {
  const bytes = new Uint8Array<ArrayBufferLike>(values.buffer, values.byteOffset, values.byteLength);
  // Measured numbers hardly shrink, so looking harder only takes time.
  const level = type === "float32" ? 1 : 6;
  const data = encodeBase64(deflateSync(byPlanes(bytes, bytesPer(type)), { level }));
  return { type, length: values.length, crc32: crc32(bytes), data };
}

/** The numbers of a column whose size was checked. Errors: `TraceError` when it does not hold what it says. */
export function unpackColumn(name: string, column: PackedColumn): ColumnArray<ColumnType> {
  const packed = decodeBase64(column.data);
  if (packed === null) throw damaged(name, "is not base64");
  const size = bytesPer(column.type);
  const planes = inflate(name, packed, column.length * size);
  const bytes = fromPlanes(planes, size);
  if (crc32(bytes) !== column.crc32) throw damaged(name, "does not match its checksum");
  return new ARRAYS[column.type](bytes.buffer);
}

function damaged(name: string, what: string): TraceError {
  return new TraceError("bad-snapshot", `The snapshot is damaged: its column ${name} ${what}.`);
}

/** Inflates to exactly `length` bytes; stops as soon as there are more. */
function inflate(name: string, packed: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length);
  let at = 0;
  let ended = false;
  const stream = new Inflate((piece: Uint8Array, final: boolean) => {
    ended ||= final;
    if (at + piece.length > length) throw damaged(name, "is longer than it says");
    out.set(piece, at);
    at += piece.length;
  });
  try {
    for (let i = 0; i < packed.length; i += PIECE)
      stream.push(packed.subarray(i, i + PIECE), i + PIECE >= packed.length);
  } catch (error) {
    if (error instanceof TraceError) throw error;
    throw damaged(name, "cannot be decompressed");
  }
  if (!ended || at !== length) throw damaged(name, "is shorter than it says");
  return out;
}

function byPlanes(bytes: Uint8Array, size: number): Uint8Array {
  if (size === 1) return bytes;
  const out = new Uint8Array(bytes.length);
  const n = bytes.length / size;
  for (let plane = 0; plane < size; plane++) {
    const start = plane * n;
    for (let i = 0; i < n; i++) out[start + i] = bytes[i * size + plane];
  }
  return out;
}

function fromPlanes(planes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  if (size === 1) return planes;
  const out = new Uint8Array(planes.length);
  const n = planes.length / size;
  for (let plane = 0; plane < size; plane++) {
    const start = plane * n;
    for (let i = 0; i < n; i++) out[i * size + plane] = planes[start + i];
  }
  return out;
}
