/** Names of the Python exception classes that PyTorch raises; front ends map them to their language's classes. */
export type ErrorKind =
  | "RuntimeError"
  | "TypeError"
  | "ValueError"
  | "IndexError"
  | "KeyError"
  | "AssertionError"
  | "AttributeError"
  | "NotImplementedError"
  | "OverflowError"
  | "MemoryError"
  | "_LinAlgError"
  | "FileNotFoundError"
  | "UnpicklingError"
  | "GradcheckError";

/** An error with PyTorch's wording. `kind` is the Python class a Python front end raises. */
export class TorchError extends Error {
  readonly kind: ErrorKind;
  constructor(kind: ErrorKind, message: string) {
    super(message);
    this.name = kind;
    this.kind = kind;
  }
}

export const runtimeError = (message: string): TorchError => new TorchError("RuntimeError", message);
export const typeError = (message: string): TorchError => new TorchError("TypeError", message);
export const valueError = (message: string): TorchError => new TorchError("ValueError", message);
export const indexError = (message: string): TorchError => new TorchError("IndexError", message);
export const notImplemented = (message: string): TorchError => new TorchError("NotImplementedError", message);
export const linalgError = (message: string): TorchError => new TorchError("_LinAlgError", message);

/** Throws RuntimeError unless `condition`; the message is built only when needed (PyTorch's TORCH_CHECK). */
export function check(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new TorchError("RuntimeError", message());
}

/** A shape or size list as C++ prints it: `[2, 3]`. */
export const sizes = (shape: readonly number[]): string => `[${shape.join(", ")}]`;
