import { runtimeError } from "./errors.ts";

/**
 * Carrier arrays. int64 is carried by doubles (exact up to 2^53), float16 and bfloat16 by float32 arrays whose values are
 * rounded to the narrower grid, complex numbers by interleaved (re, im) pairs.
 */
export type Data = Float32Array | Float64Array | Int32Array | Int16Array | Int8Array | Uint8Array;

export type DTypeName =
  | "float32"
  | "float64"
  | "float16"
  | "bfloat16"
  | "int64"
  | "int32"
  | "int16"
  | "int8"
  | "uint8"
  | "bool"
  | "complex64"
  | "complex128";

export type DTypeKind = "bool" | "int" | "float" | "complex";

export interface DType {
  readonly name: DTypeName;
  readonly kind: DTypeKind;
  /** Bytes per element as PyTorch counts them (not the carrier's). */
  readonly itemsize: number;
  /** C++ ScalarType name in messages: "Float", "Long". */
  readonly scalarName: string;
  /** Tensor type in `type()` and version messages: "torch.FloatTensor". */
  readonly tensorType: string;
  /** C++ type in messages: "float", "double", "long int". */
  readonly cppName: string;
  /** Array slots per element (2 for complex). */
  readonly slots: 1 | 2;
  alloc(elements: number): Data;
  /** Value as it reads back after being stored (rounded or wrapped). */
  round(x: number): number;
}

const scratch32 = new Float32Array(1);
const scratchBits = new Uint32Array(scratch32.buffer);

/** Round to bfloat16 (8-bit significand), ties to even. */
function roundBFloat16(x: number): number {
  scratch32[0] = x;
  const bits = scratchBits[0];
  if ((bits & 0x7fffffff) > 0x7f800000) return NaN;
  scratchBits[0] = ((bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000) >>> 0;
  return scratch32[0];
}

/** Round to IEEE half precision (11-bit significand, subnormals down to 2^-24), ties to even. */
function roundFloat16(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const a = Math.abs(x);
  if (a >= 65520) return x < 0 ? -Infinity : Infinity;
  const exponent = Math.max(Math.floor(Math.log2(a)), -14);
  const ulp = 2 ** (exponent - 10);
  const q = a / ulp;
  let r = Math.floor(q);
  const rest = q - r;
  if (rest > 0.5 || (rest === 0.5 && r % 2 === 1)) r += 1;
  return x < 0 ? -r * ulp : r * ulp;
}

const wrap = (bits: number, signed: boolean) => (x: number) => {
  if (!Number.isFinite(x)) return 0;
  const m = 2 ** bits;
  let r = Math.trunc(x) % m;
  if (r < 0) r += m;
  return signed && r >= m / 2 ? r - m : r;
};

const wrapLong = (x: number): number => (Number.isNaN(x) ? -(2 ** 63) : Math.trunc(x) + 0);

function dtype(
  name: DTypeName,
  kind: DTypeKind,
  itemsize: number,
  scalarName: string,
  cppName: string,
  alloc: (n: number) => Data,
  round: (x: number) => number,
): DType {
  const legacy = scalarName.startsWith("Complex") ? "ComplexFloat" : scalarName;
  return {
    name,
    kind,
    itemsize,
    scalarName,
    cppName,
    tensorType: `torch.${legacy}Tensor`,
    slots: kind === "complex" ? 2 : 1,
    alloc,
    round,
  };
}

export const float32 = dtype("float32", "float", 4, "Float", "float", (n) => new Float32Array(n), Math.fround);
export const float64 = dtype(
  "float64",
  "float",
  8,
  "Double",
  "double",
  (n) => new Float64Array(n),
  (x) => x,
);
export const float16 = dtype("float16", "float", 2, "Half", "c10::Half", (n) => new Float32Array(n), roundFloat16);
export const bfloat16 = dtype(
  "bfloat16",
  "float",
  2,
  "BFloat16",
  "c10::BFloat16",
  (n) => new Float32Array(n),
  roundBFloat16,
);
export const int64 = dtype("int64", "int", 8, "Long", "long int", (n) => new Float64Array(n), wrapLong);
export const int32 = dtype("int32", "int", 4, "Int", "int", (n) => new Int32Array(n), wrap(32, true));
export const int16 = dtype("int16", "int", 2, "Short", "short", (n) => new Int16Array(n), wrap(16, true));
export const int8 = dtype("int8", "int", 1, "Char", "signed char", (n) => new Int8Array(n), wrap(8, true));
export const uint8 = dtype("uint8", "int", 1, "Byte", "unsigned char", (n) => new Uint8Array(n), wrap(8, false));
export const bool = dtype(
  "bool",
  "bool",
  1,
  "Bool",
  "bool",
  (n) => new Uint8Array(n),
  (x) => (x !== 0 ? 1 : 0),
);
export const complex64 = dtype(
  "complex64",
  "complex",
  8,
  "ComplexFloat",
  "c10::complex<float>",
  (n) => new Float32Array(2 * n),
  Math.fround,
);
export const complex128 = dtype(
  "complex128",
  "complex",
  16,
  "ComplexDouble",
  "c10::complex<double>",
  (n) => new Float64Array(2 * n),
  (x) => x,
);

export const DTYPES: Readonly<Record<DTypeName, DType>> = {
  float32,
  float64,
  float16,
  bfloat16,
  int64,
  int32,
  int16,
  int8,
  uint8,
  bool,
  complex64,
  complex128,
};

export const isFloating = (d: DType): boolean => d.kind === "float";
/** May tensors of this dtype require gradients? */
export const isDifferentiable = (d: DType): boolean => d.kind === "float" || d.kind === "complex";
/** bool or integer. */
export const isIntegral = (d: DType): boolean => d.kind === "bool" || d.kind === "int";

const CATEGORY: Readonly<Record<DTypeKind, number>> = { bool: 0, int: 1, float: 2, complex: 3 };
export const category = (d: DType): number => CATEGORY[d.kind];

/** torch.promote_types for two dtypes. */
export function promoteTypes(a: DType, b: DType): DType {
  if (a === b) return a;
  const ca = category(a);
  const cb = category(b);
  if (ca !== cb) {
    const [high, low] = ca > cb ? [a, b] : [b, a];
    if (high.kind === "complex") return low === float64 ? complex128 : high;
    return high;
  }
  if (a.kind === "int") {
    if (a === uint8 || b === uint8) {
      const other = a === uint8 ? b : a;
      return other === int8 ? int16 : other;
    }
    return a.itemsize >= b.itemsize ? a : b;
  }
  // float16 with bfloat16 meets at float32.
  if (a.itemsize === b.itemsize) return float32;
  return a.itemsize > b.itemsize ? a : b;
}

/** torch.can_cast: may a result of dtype `from` be written into a tensor of dtype `to`? */
export function canCast(from: DType, to: DType): boolean {
  if (from.kind === "complex" && to.kind !== "complex") return false;
  if (from.kind === "float" && isIntegral(to)) return false;
  if (from.kind === "int" && to.kind === "bool") return false;
  return true;
}

/** Raises PyTorch's error when a result cannot be written into an existing tensor. */
export function checkCast(from: DType, to: DType): void {
  if (!canCast(from, to))
    throw runtimeError(`result type ${from.scalarName} can't be cast to the desired output type ${to.scalarName}`);
}

/** Real dtype of the parts of a complex dtype (itself otherwise). */
export function realType(d: DType): DType {
  return d === complex64 ? float32 : d === complex128 ? float64 : d;
}

/** Complex dtype whose parts are `d`. */
export function complexType(d: DType): DType {
  return d === float64 || d === complex128 ? complex128 : complex64;
}
