import { type Data, type DType, type DTypeName, float16 } from "../dtype.ts";
import { check } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
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
export function toBytes(data: Data, dtype: DType): DataView {
  const size = dtype.itemsize / dtype.slots;
  const view = new DataView(new ArrayBuffer(data.length * size));
  const codec = CODECS[dtype.name];
  for (let i = 0; i < data.length; i++) codec.write(view, i * size, data[i]);
  return view;
}

/** A contiguous tensor of the same bytes read as another dtype. Errors: the last dimension does not fit the new size. */
export function reinterpret(self: Tensor, dtype: DType): Tensor {
  const [from, to] = [self.dtype.itemsize, dtype.itemsize];
  const shape = [...self.shape];
  if (from !== to) {
    check(
      self.ndim > 0,
      () => `self.dim() cannot be 0 to view ${self.dtype.scalarName} as ${dtype.scalarName} (different element sizes)`,
    );
    const last = self.ndim - 1;
    check(
      (shape[last] * from) % to === 0,
      () =>
        `self.size(-1) must be divisible by ${to / from} to view ${self.dtype.scalarName} as ${dtype.scalarName} (different element sizes), but got ${shape[last]}`,
    );
    shape[last] = (shape[last] * from) / to;
  }
  const view = toBytes(denseArray(self), self.dtype);
  const out = self.rt.empty(shape, dtype);
  const size = to / dtype.slots;
  const codec = CODECS[dtype.name];
  for (let i = 0; i < out.data.length; i++) out.data[i] = codec.read(view, i * size);
  return out;
}
