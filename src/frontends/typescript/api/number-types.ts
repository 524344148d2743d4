import { canCast, promoteTypes } from "../../../engine/dtype.ts";
import { typeError } from "../../../engine/errors.ts";
import { resultType } from "../../../engine/promotion.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { broadcastShapes } from "../../../engine/shape.ts";
import { type DType, dtypeOf, engineDtype } from "./dtypes.ts";
import { Tensor } from "./tensor.ts";

/** Bits of exponent and fraction, and trustworthy decimal digits, of the floating point types (IEEE 754; bfloat16: float32 cut short). */
const LAYOUTS: Readonly<Record<string, readonly [exponent: number, fraction: number, digits: number]>> = {
  float16: [5, 10, 3],
  bfloat16: [8, 7, 2],
  float32: [8, 23, 6],
  float64: [11, 52, 15],
};
const REAL: Readonly<Record<string, string>> = { complex64: "float32", complex128: "float64" };

/** torch.finfo: limits of a floating point dtype. Error: TypeError for integers. */
function finfo(dtype: DType) {
  const layout = LAYOUTS[REAL[dtype.name] ?? dtype.name];
  if (layout === undefined)
    throw typeError("torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'");
  const [exponent, fraction, digits] = layout;
  const bias = 2 ** (exponent - 1) - 1;
  const eps = 2 ** -fraction;
  const max = (2 - eps) * 2 ** bias;
  const tiny = 2 ** (1 - bias);
  return {
    bits: 1 + exponent + fraction,
    eps,
    max,
    min: -max,
    tiny,
    smallestNormal: tiny,
    resolution: Number(`1e-${digits}`),
  };
}

/** torch.iinfo: limits of an integer dtype; those of int64 are rounded to a double. Error: TypeError for others. */
function iinfo(dtype: DType) {
  if (dtype.isFloatingPoint || dtype.isComplex || dtype.name === "bool")
    throw typeError("torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'");
  const bits = dtype.itemsize * 8;
  const signed = dtype.isSigned;
  return { bits, min: signed ? -(2 ** (bits - 1)) : 0, max: 2 ** (signed ? bits - 1 : bits) - 1 };
}

/** Constants, dtype promotion and limits of one runtime. */
export function numberTypes(rt: Runtime) {
  return {
    pi: Math.PI,
    e: Math.E,
    inf: Number.POSITIVE_INFINITY,
    nan: Number.NaN,
    newaxis: null,
    finfo: (dtype: DType = dtypeOf(rt.defaultDtype)) => finfo(dtype),
    iinfo,
    promoteTypes: (a: DType, b: DType): DType => dtypeOf(promoteTypes(engineDtype(a), engineDtype(b))),
    canCast: (from: DType, to: DType): boolean => canCast(engineDtype(from), engineDtype(to)),
    resultType: (a: Tensor | number, b: Tensor | number): DType =>
      dtypeOf(
        resultType(
          rt,
          [a, b].map((x) => (x instanceof Tensor ? Tensor.raw(x) : x)),
        ),
      ),
    broadcastShapes: (...shapes: (number | readonly number[])[]): readonly number[] =>
      shapes
        .map((s) => (typeof s === "number" ? [s] : s))
        .reduce<readonly number[]>((a, b) => broadcastShapes(a, b), []),
  };
}
