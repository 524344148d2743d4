import { bfloat16, bool, type Data, type DType, float16 } from "../dtype.ts";
import { floatType, type Operand, resultType } from "../promotion.ts";
import { checkKind, notImplementedFor, type Refusals } from "../refusals.ts";
import type { Runtime } from "../runtime.ts";
import { isScalar, scalarValue } from "../scalar.ts";
import { broadcastShapes, numelOf, type Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import type { Complex } from "./complex.ts";
import { castTensor } from "./copy.ts";
import { dense } from "./dense.ts";
import { binaryF32, type Float32Loops } from "./elementwise-f32.ts";
import { broadcastInOrder, inMemoryOrder, jointOrder, memoryOrder, outOfOrder } from "./layout.ts";

/**
 * Element-wise loop over row-major operands; a step of 0 repeats one value (scalars). Results are rounded by the carrier
 * array on storing.
 */
export type BinaryLoop = (
  a: Data,
  ai: number,
  da: number,
  b: Data,
  bi: number,
  db: number,
  out: Data,
  n: number,
) => void;
export type UnaryLoop = (a: Data, ai: number, out: Data, n: number) => void;

/** Loop of a function of one number. Hot functions have hand-written loops instead (a call per element costs some ns). */
export const unaryLoop =
  (f: (x: number) => number): UnaryLoop =>
  (a, ai, out, n) => {
    for (let i = 0; i < n; i++) out[i] = f(a[ai + i]);
  };

export const binaryLoop =
  (f: (x: number, y: number) => number): BinaryLoop =>
  (a, ai, da, b, bi, db, out, n) => {
    for (let i = 0; i < n; i++) out[i] = f(a[ai + i * da], b[bi + i * db]);
  };

/** Rounds a float16 / bfloat16 result to its grid (its carrier is wider). */
export function settle(t: Tensor): Tensor {
  if (t.dtype === float16 || t.dtype === bfloat16) {
    const { data } = t.storage;
    const { round } = t.dtype;
    for (let i = 0; i < data.length; i++) data[i] = round(data[i]);
  }
  return t;
}

/** Applies a loop to every element. The result has `dtype` (default: the input's). Real dtypes only. */
export function unary(x: Tensor, loop: UnaryLoop, dtype: DType = x.dtype): Tensor {
  return inMemoryOrder(x, (x) => {
    const { data, start } = dense(x);
    const out = x.rt.empty(x.shape, dtype);
    loop(data, start, out.data, x.numel);
    return settle(out);
  });
}

/** Applies a function of one complex number to every element. A real result dtype takes its real part. */
export function unaryComplex(x: Tensor, f: (a: Complex) => Complex, dtype: DType = x.dtype): Tensor {
  return inMemoryOrder(x, (x) => rowMajorComplex(x, f, dtype));
}

function rowMajorComplex(x: Tensor, f: (a: Complex) => Complex, dtype: DType): Tensor {
  const { data, start } = dense(x);
  const out = x.rt.empty(x.shape, dtype);
  const target = out.data;
  const { slots } = dtype;
  const n = x.numel;
  for (let i = 0; i < n; i++) {
    const [re, im] = f([data[start + 2 * i], data[start + 2 * i + 1]]);
    target[slots * i] = re;
    if (slots === 2) target[2 * i + 1] = im;
  }
  return out;
}

/** Like `unary`, with integers computed in the default float dtype (exp, sin, sqrt …). */
export function unaryFloat(x: Tensor, loop: UnaryLoop): Tensor {
  return unary(x, loop, floatType(x.rt, x.dtype));
}

export interface BinaryOptions {
  /** dtype of the result when it is not the promoted one (bool for comparisons). */
  result?: DType;
  /** Integers are computed in the default float dtype (true division). */
  float?: boolean;
  /** The same function of complex numbers (comparisons: 1 or 0 in the real part). Without it complex operands are refused. */
  complex?: (a: Complex, b: Complex) => Complex;
  /** ATen's kernel name in the message that refuses complex numbers. */
  kernel?: string;
  /** Kinds of numbers (of the promoted dtype) that PyTorch's kernel does not take. */
  refuses?: Refusals;
  /** The same function for plain float32 operands. */
  f32?: Float32Loops;
}

const NO_OPTIONS: BinaryOptions = {};

/** Applies a loop to two broadcast operands in their promoted dtype. At least one is a tensor. */
export function binary(a: Operand, b: Operand, loop: BinaryLoop, options: BinaryOptions = NO_OPTIONS): Tensor {
  if (options.f32 !== undefined) {
    const quick = binaryF32(a, b, options.f32);
    if (quick !== null) return quick;
  }
  const shape = isScalar(a) ? (b as Tensor).shape : isScalar(b) ? a.shape : broadcastShapes(a.shape, b.shape);
  const order = operandOrder(a, b, shape);
  if (order === null) return rowMajorBinary(a, b, shape, loop, options);
  // A 0-d tensor stays one: its dtype counts less.
  const turned = (x: Operand): Operand => (isScalar(x) || x.ndim === 0 ? x : broadcastInOrder(x, shape, order));
  return outOfOrder(
    rowMajorBinary(
      turned(a),
      turned(b),
      order.map((d) => shape[d]),
      loop,
      options,
    ),
    order,
  );
}

function rowMajorBinary(a: Operand, b: Operand, shape: Shape, loop: BinaryLoop, options: BinaryOptions): Tensor {
  const rt: Runtime = isScalar(a) ? (b as Tensor).rt : a.rt;
  let common = resultType(rt, [a, b]);
  if (options.refuses !== undefined) checkKind(options.refuses, common);
  if (options.float === true) common = floatType(rt, common);
  const n = numelOf(shape);
  const out = rt.empty(shape, options.result ?? common);
  const x = operand(a, common, shape);
  const y = operand(b, common, shape);
  if (common.kind === "complex") return complexLoop(x, y, out, n, common, options);
  loop(x.data, x.start, x.step, y.data, y.start, y.step, out.data, n);
  return options.result === bool ? out : settle(out);
}

/** The order in memory in which two operands are gone through; null when it is row-major. */
function operandOrder(a: Operand, b: Operand, shape: Shape): number[] | null {
  if (isScalar(a)) return isScalar(b) || b.contiguous ? null : memoryOrder(shape, [b.strides]);
  if (isScalar(b)) return a.contiguous ? null : memoryOrder(shape, [a.strides]);
  return jointOrder([a, b], shape);
}

function complexLoop(
  x: ReadOperand,
  y: ReadOperand,
  out: Tensor,
  n: number,
  common: DType,
  options: BinaryOptions,
): Tensor {
  const { complex } = options;
  if (complex === undefined) throw notImplementedFor(options.kernel ?? "operator", common);
  const target = out.data;
  const { slots } = out.dtype;
  for (let i = 0; i < n; i++) {
    const p = x.start + 2 * i * x.step;
    const q = y.start + 2 * i * y.step;
    const [re, im] = complex([x.data[p], x.data[p + 1]], [y.data[q], y.data[q + 1]]);
    target[slots * i] = re;
    if (slots === 2) target[2 * i + 1] = im;
  }
  return out;
}

/** Row-major values of an operand; step 0 repeats a single one. */
export interface ReadOperand {
  readonly data: Data;
  readonly start: number;
  readonly step: 0 | 1;
}

/** An operand as row-major values of dtype `common` (its values rounded to it), with step 0 for a single value. */
export function operand(x: Operand, common: DType, shape: Shape): ReadOperand {
  if (isScalar(x)) {
    if (common.kind === "complex") return { data: Float64Array.of(common.round(scalarValue(x)), 0), start: 0, step: 0 };
    // float16 and bfloat16 compute with float32 numbers (PyTorch's opmath).
    const wide = common === float16 || common === bfloat16;
    const v = wide ? Math.fround(scalarValue(x)) : common.round(scalarValue(x));
    return { data: Float64Array.of(v), start: 0, step: 0 };
  }
  const t = x.dtype === common || widens(x.dtype, common) ? x : castTensor(x, common);
  if (t.numel === 1) return { data: t.data, start: t.offset * t.dtype.slots, step: 0 };
  const { data, start } = dense(t, shape);
  return { data, start, step: 1 };
}

/** Reading `from` values as numbers already gives exactly their values in `to`. */
function widens(from: DType, to: DType): boolean {
  if (from.kind === "complex" || to.kind === "complex") return false;
  if (to.name === "float64") return true;
  if (to.name === "float32") return from.kind === "bool" || from.itemsize < 4 || from.name === "float32";
  if (to.name === "int64") return from.kind !== "float";
  return false;
}
