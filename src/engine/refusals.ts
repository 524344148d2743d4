import type { DType, DTypeKind } from "./dtype.ts";
import { runtimeError, type TorchError } from "./errors.ts";
import { Tensor } from "./tensor.ts";

/**
 * Kinds of numbers that an operator of PyTorch does not take although ours could: the kernel that its error names
 * (`"mse_cpu" not implemented for 'Long'`), or the whole sentence where it has one of its own.
 */
export type Refusals = Readonly<Partial<Record<DTypeKind, string>>>;

/** Only real floating point numbers. */
export const onlyFloats = (kernel: string): Refusals => ({ bool: kernel, int: kernel, complex: kernel });
/** Neither bools nor complex numbers. */
export const onlyReals = (kernel: string): Refusals => ({ bool: kernel, complex: kernel });

/** The error of a kernel that lacks a dtype: `"exp_cpu" not implemented for 'Long'`. */
export function notImplementedFor(kernel: string, dtype: DType): TorchError {
  return runtimeError(`"${kernel}" not implemented for '${dtype.scalarName}'`);
}

/** Error: numbers of a refused kind. */
export function checkKind(refusals: Refusals, dtype: DType): void {
  const text = refusals[dtype.kind];
  if (text !== undefined) throw text.includes(" ") ? runtimeError(text) : notImplementedFor(text, dtype);
}

/** Error: the first tensor among an operator's arguments is of a refused kind. */
export function refuse(refusals: Refusals, args: readonly unknown[]): void {
  const input = args[0] instanceof Tensor ? args[0] : args.find((a) => a instanceof Tensor);
  if (input instanceof Tensor) checkKind(refusals, input.dtype);
}
