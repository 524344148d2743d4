import { DTYPES, type DTypeName, type DType as EngineDType } from "../../../engine/dtype.ts";

/** Element type of a tensor, as programs see it: `float32`, `int64`, … Printed as "torch.float32". */
export class DType {
  readonly name: DTypeName;
  readonly isFloatingPoint: boolean;
  readonly isComplex: boolean;
  readonly isSigned: boolean;
  readonly itemsize: number;

  constructor(dtype: EngineDType) {
    this.name = dtype.name;
    this.isFloatingPoint = dtype.kind === "float";
    this.isComplex = dtype.kind === "complex";
    this.isSigned = dtype.name !== "bool" && dtype.name !== "uint8";
    this.itemsize = dtype.itemsize;
    Object.freeze(this);
  }

  toString(): string {
    return `torch.${this.name}`;
  }
}

const made = new Map<DTypeName, DType>(Object.values(DTYPES).map((d) => [d.name, new DType(d)]));

export const dtypeOf = (d: EngineDType): DType => made.get(d.name) as DType;
export const engineDtype = (d: DType): EngineDType => DTYPES[d.name];

/** All dtypes by the names programs import, PyTorch's short names too. */
export const DTYPE_EXPORTS: Readonly<Record<string, DType>> = Object.freeze({
  ...Object.fromEntries(made),
  double: dtypeOf(DTYPES.float64),
  float: dtypeOf(DTYPES.float32),
  half: dtypeOf(DTYPES.float16),
  long: dtypeOf(DTYPES.int64),
  int: dtypeOf(DTYPES.int32),
  short: dtypeOf(DTYPES.int16),
  cfloat: dtypeOf(DTYPES.complex64),
  cdouble: dtypeOf(DTYPES.complex128),
});
