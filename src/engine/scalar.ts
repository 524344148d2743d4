import { bool, type DType, float64, int64 } from "./dtype.ts";
import { runtimeError } from "./errors.ts";

/** A Python float whose value is integral (2.0): plain numbers that are integral count as Python ints. */
export class FloatScalar {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** A complex Python number. */
export class ComplexScalar {
  readonly re: number;
  readonly im: number;
  constructor(re: number, im: number) {
    this.re = re;
    this.im = im;
  }
}

/** A Python number as an operator argument: bool, int (integral number) or float. */
export type Scalar = number | boolean | FloatScalar;

/** The number as a double. Error: a complex one (arguments are checked at run time only). */
export function scalarValue(s: Scalar): number {
  if ((s as unknown) instanceof ComplexScalar)
    throw runtimeError("value cannot be converted to type double without overflow");
  return typeof s === "number" ? s : typeof s === "boolean" ? (s ? 1 : 0) : s.value;
}

export type ScalarKind = "bool" | "int" | "float";

export function scalarKind(s: Scalar): ScalarKind {
  if (typeof s === "boolean") return "bool";
  return typeof s === "number" && Number.isInteger(s) ? "int" : "float";
}

/** dtype of the 0-d tensor that PyTorch makes of a Python number before promotion. */
export function scalarDtype(s: Scalar): DType {
  const kind = scalarKind(s);
  return kind === "bool" ? bool : kind === "int" ? int64 : float64;
}

/** A factor as a tensor of `dtype` takes it: whole for integers, true or false for bools. */
export function factorFor(dtype: DType, s: Scalar): Scalar {
  if (dtype === bool) return scalarValue(s) !== 0;
  return dtype.kind === "int" ? Math.trunc(scalarValue(s)) : s;
}

export function isScalar(x: unknown): x is Scalar {
  return typeof x === "number" || typeof x === "boolean" || x instanceof FloatScalar;
}
