import { category, complex128, complexType, type DType, float32, isIntegral, promoteTypes } from "./dtype.ts";
import type { Runtime } from "./runtime.ts";
import { ComplexScalar, isScalar, type Scalar, scalarDtype, scalarValue } from "./scalar.ts";
import type { Tensor } from "./tensor.ts";

export type Operand = Tensor | Scalar;

/**
 * torch.result_type: tensors with dimensions decide; 0-d tensors, then Python numbers, only raise the category
 * (bool < int < float < complex). A float number among integers gives the default dtype.
 */
export function resultType(rt: Runtime, operands: readonly Operand[]): DType {
  let dims: DType | null = null;
  let zeros: DType | null = null;
  let numbers: DType | null = null;
  for (const x of operands) {
    if (isScalar(x)) {
      const d = scalarDtype(x);
      const t = d.kind === "float" ? rt.defaultDtype : d;
      numbers = numbers === null ? t : promoteTypes(numbers, t);
    } else if (x.wrappedNumber) {
      const { kind } = x.dtype;
      const t = kind === "float" ? rt.defaultDtype : kind === "complex" ? complexType(rt.defaultDtype) : x.dtype;
      numbers = numbers === null ? t : promoteTypes(numbers, t);
    } else if (x.shape.length === 0) zeros = zeros === null ? x.dtype : promoteTypes(zeros, x.dtype);
    else dims = dims === null ? x.dtype : promoteTypes(dims, x.dtype);
  }
  return raise(raise(dims, zeros), numbers) ?? float32;
}

/** Higher-priority dtype unless the lower one is of a higher category. */
function raise(high: DType | null, low: DType | null): DType | null {
  if (high === null) return low;
  if (low === null || category(low) <= category(high)) return high;
  return promoteTypes(high, low);
}

/** Integers become the default float dtype (division, exp, mean …). */
export function floatType(rt: Runtime, d: DType): DType {
  return isIntegral(d) ? rt.defaultDtype : d;
}

/** A number where a tensor may stand: a 0-d tensor that is promoted as a number. */
export function numberTensor(rt: Runtime, x: Scalar | ComplexScalar): Tensor {
  const t =
    x instanceof ComplexScalar ? rt.from([x.re, x.im], [], complex128) : rt.scalar(scalarValue(x), scalarDtype(x));
  t.wrappedNumber = true;
  return t;
}
