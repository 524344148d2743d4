import { type Data, type DType, type DTypeName, float16 } from "../dtype.ts";
import { check } from "../errors.ts";
import { Tensor } from "../tensor.ts";
import { denseArray } from "./dense.ts";

/** How the numbers of a dtype are written to and read from little-endian memory. */
interface Codec {
  write(view: DataView, at: number, x: number): void;
  read(view: DataView, at: number): number;
}

const bfloat: Codec = {
  write: (view, at, x) => {
    const scratch = new DataView(new ArrayBuffer(4));
    scratch.setFloat32(0, x);
    view.setUint16(at, scratch.getUint16(0), true);
  },
  read: (view, at) => {
    const scratch = new DataView(new ArrayBuffer(4));
    scratch.setUint16(0, view.getUint16(at, true));
    return scratch.getFloat32(0);
  },
};

/** IEEE half precision: sign, five bits of exponent, ten of fraction. */
const half: Codec = {
  write: (view, at, x) => {
    const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
    const a = Math.abs(float16.round(x));
    let bits: number;
    if (a !== a) bits = 0x7e00;
    else if (a === Number.POSITIVE_INFINITY) bits = 0x7c00;
    else if (a < 2 ** -14) bits = a * 2 ** 24;
    else {
      const exponent = Math.floor(Math.log2(a));
      bits = ((exponent + 15) << 10) | (a / 2 ** (exponent - 10) - 1024);
    }
    view.setUint16(at, sign | bits, true);
  },
  read: (view, at) => {
    const bits = view.getUint16(at, true);
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
  },
};

const single: Codec = { write: (v, at, x) => v.setFloat32(at, x, true), read: (v, at) => v.getFloat32(at, true) };
const double: Codec = { write: (v, at, x) => v.setFloat64(at, x, true), read: (v, at) => v.getFloat64(at, true) };
const byte: Codec = { write: (v, at, x) => v.setUint8(at, x), read: (v, at) => v.getUint8(at) };

const CODECS: Readonly<Record<DTypeName, Codec>> = {
  float32: single,
  float64: double,
  float16: half,
  bfloat16: bfloat,
  int64: {
    write: (v, at, x) => v.setBigInt64(at, BigInt.asIntN(64, BigInt(x)), true),
    read: (v, at) => Number(v.getBigInt64(at, true)),
  },
  int32: { write: (v, at, x) => v.setInt32(at, x, true), read: (v, at) => v.getInt32(at, true) },
  int16: { write: (v, at, x) => v.setInt16(at, x, true), read: (v, at) => v.getInt16(at, true) },
  int8: { write: (v, at, x) => v.setInt8(at, x), read: (v, at) => v.getInt8(at) },
  uint8: byte,
  bool: byte,
  complex64: single,
  complex128: double,
};

/** Row-major numbers as the bytes in which PyTorch keeps them. */
function toBytes(data: Data, dtype: DType): DataView {
  const size = dtype.itemsize / dtype.slots;
  const view = new DataView(new ArrayBuffer(data.length * size));
  const codec = CODECS[dtype.name];
  for (let i = 0; i < data.length; i++) codec.write(view, i * size, data[i]);
  return view;
}

/** Dtypes whose numbers the engine keeps otherwise than PyTorch, in wider arrays. */
const CARRIED: readonly DTypeName[] = ["int64", "float16", "bfloat16"];

/** Sizes, strides and offset of the same bytes in elements of another size. Errors: they do not fit it. */
function resized(self: Tensor, dtype: DType): { shape: number[]; strides: number[]; offset: number } {
  const [from, to] = [self.dtype.itemsize, dtype.itemsize];
  const shape = [...self.shape];
  if (from === to) return { shape, strides: [...self.strides], offset: self.offset };
  const as = (): string => `to view ${self.dtype.scalarName} as ${dtype.scalarName} (different element sizes)`;
  check(self.ndim > 0, () => `self.dim() cannot be 0 ${as()}`);
  const last = self.ndim - 1;
  const grow = to / from;
  const divisible = (n: number, what: string): void =>
    check(n % grow === 0, () => `self.${what} must be divisible by ${grow} ${as()}, but got ${n}`);
  if (grow > 1) {
    divisible(shape[last], "size(-1)");
    divisible(self.offset, "storage_offset()");
  }
  check(self.strides[last] === 1, () => `self.stride(-1) must be 1 ${as()}, but got ${self.strides[last]}`);
  if (grow > 1) for (let d = 0; d < last; d++) divisible(self.strides[d], `stride(${d})`);
  shape[last] /= grow;
  return { shape, strides: self.strides.map((s, d) => (d === last ? 1 : s / grow)), offset: self.offset / grow };
}

/**
 * The bytes of a tensor read as another dtype, in the same memory; in memory of its own where either dtype is kept in a wider
 * array. Errors: the last dimension, the strides or the offset do not fit the new size.
 */
export function reinterpret(self: Tensor, dtype: DType): Tensor {
  const { shape, strides, offset } = resized(self, dtype);
  const { rt } = self;
  const shared = [self.dtype, dtype].some((d) => CARRIED.includes(d.name)) ? null : rt.reading(self.storage, dtype);
  if (shared !== null) {
    const t = new Tensor(rt, shared, offset, shape, strides, dtype);
    t.versions = self.versions;
    return t;
  }
  const view = toBytes(denseArray(self), self.dtype);
  const out = rt.empty(shape, dtype);
  const size = dtype.itemsize / dtype.slots;
  const codec = CODECS[dtype.name];
  for (let i = 0; i < out.data.length; i++) out.data[i] = codec.read(view, i * size);
  return out;
}
