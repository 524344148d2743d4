/** A whole tensor as a NumPy file (NEP 1, version 1.0). Pure. */
import { parseNumber } from "../../graph/format-number.ts";
import type { ValueSummary } from "../../trace/query.ts";

/** How NumPy calls a type, and how one element is written (little-endian). */
interface Layout {
  descr: string;
  bytes: number;
  write(view: DataView, at: number, x: number): void;
}

const float32: Layout = { descr: "<f4", bytes: 4, write: (view, at, x) => view.setFloat32(at, x, true) };
const float64: Layout = { descr: "<f8", bytes: 8, write: (view, at, x) => view.setFloat64(at, x, true) };
const layouts: Readonly<Record<string, Layout>> = {
  float32,
  float64,
  float16: { descr: "<f2", bytes: 2, write: (view, at, x) => view.setUint16(at, halfBits(x), true) },
  // NumPy has no bfloat16; every one of them is a float32.
  bfloat16: float32,
  int64: { descr: "<i8", bytes: 8, write: (view, at, x) => view.setBigInt64(at, BigInt(x), true) },
  int32: { descr: "<i4", bytes: 4, write: (view, at, x) => view.setInt32(at, x, true) },
  int16: { descr: "<i2", bytes: 2, write: (view, at, x) => view.setInt16(at, x, true) },
  int8: { descr: "|i1", bytes: 1, write: (view, at, x) => view.setInt8(at, x) },
  uint8: { descr: "|u1", bytes: 1, write: (view, at, x) => view.setUint8(at, x) },
  bool: { descr: "|b1", bytes: 1, write: (view, at, x) => view.setUint8(at, x === 0 ? 0 : 1) },
};
const parts: Readonly<Record<string, { descr: string; part: Layout }>> = {
  complex64: { descr: "<c8", part: float32 },
  complex128: { descr: "<c16", part: float64 },
};

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0] as const;
/** The data begin at a multiple of this. */
const ALIGNED = 64;
const GROWTH_DIGITS = 21;

/** @param data elements in row-major order. Errors: RangeError for a type that NumPy does not know. */
export function npyBytes(value: ValueSummary, data: readonly (number | string)[]): Uint8Array {
  const dtype = value.dtype.replace(/^torch\./, "");
  const complex = parts[dtype];
  const layout = complex?.part ?? layouts[dtype];
  if (layout === undefined) throw new RangeError(`NumPy files hold no ${dtype}.`);
  const head = headerOf(complex?.descr ?? layout.descr, value.shape);
  const slots = complex === undefined ? 1 : 2;
  const out = new Uint8Array(head.length + data.length * layout.bytes * slots);
  const view = new DataView(out.buffer);
  out.set(head);
  data.forEach((x, i) => {
    const numbers = complex === undefined ? [parseNumber(x)] : complexParts(x);
    numbers.forEach((number, slot) => {
      layout.write(view, head.length + (i * slots + slot) * layout.bytes, number);
    });
  });
  return out;
}

function headerOf(descr: string, shape: readonly number[]): Uint8Array {
  // A tuple of one has a comma.
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // Room for the first dimension to grow in place, as numpy.save leaves it.
  const room = shape.length === 0 ? 0 : Math.max(0, GROWTH_DIGITS - String(shape[0]).length);
  const length = Math.ceil((MAGIC.length + 2 + dictionary.length + room + 1) / ALIGNED) * ALIGNED;
  const out = new Uint8Array(length).fill(" ".charCodeAt(0));
  out.set(MAGIC);
  new DataView(out.buffer).setUint16(MAGIC.length, length - MAGIC.length - 2, true);
  out.set(
    Array.from(dictionary, (c) => c.charCodeAt(0)),
    MAGIC.length + 2,
  );
  out[length - 1] = "\n".charCodeAt(0);
  return out;
}

/** Real and imaginary part of "1.5-2j". */
function complexParts(x: number | string): [number, number] {
  if (typeof x === "number") return [x, 0];
  const [, re = "0", im = "0"] = /^(.*[^e])([+-].*)j$/.exec(x) ?? [];
  return [parseNumber(re), parseNumber(im.replace(/^\+/, ""))];
}

/** The nearest float16, ties to even, as IEEE 754 binary16 bits. */
function halfBits(x: number): number {
  if (Number.isNaN(x)) return 0x7e00;
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const size = Math.abs(x);
  // Tensors hold float16 numbers already: what is written is exact.
  if (size >= 65_520) return sign | 0x7c00;
  const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
  const units = Math.round(size / 2 ** (exponent - 10));
  return sign | (size < 2 ** -14 ? units : ((exponent + 15) << 10) + units - 1024);
}
