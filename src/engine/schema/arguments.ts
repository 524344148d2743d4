import type { DType } from "../dtype.ts";
import { ComplexScalar, FloatScalar } from "../scalar.ts";
import { Tensor } from "../tensor.ts";

/** An argument the engine knows only by its Python type name. */
export class Opaque {
  readonly typeName: string;
  readonly handle: unknown;
  constructor(typeName: string, handle: unknown = null) {
    this.typeName = typeName;
    this.handle = handle;
  }
}

/** A dtype as an argument. */
export class DTypeArg {
  readonly dtype: DType;
  constructor(dtype: DType) {
    this.dtype = dtype;
  }
}

/** A device as an argument: only "cpu" exists. */
export class DeviceArg {
  readonly type: string;
  constructor(type: string) {
    this.type = type;
  }
}

/** Python type name of an argument, as error messages show it. */
export function typeName(x: unknown): string {
  if (x === null || x === undefined) return "NoneType";
  if (x instanceof Tensor) return x.isParameter ? "Parameter" : "Tensor";
  if (x instanceof FloatScalar) return "float";
  if (x instanceof ComplexScalar) return "complex";
  if (typeof x === "boolean") return "bool";
  if (typeof x === "number") return Number.isInteger(x) ? "int" : "float";
  if (typeof x === "string") return "str";
  if (x instanceof DTypeArg) return "torch.dtype";
  if (x instanceof DeviceArg) return "torch.device";
  if (x instanceof Opaque) return x.typeName;
  if (Array.isArray(x)) {
    const kind = (x as { pyType?: string }).pyType ?? "tuple";
    return kind;
  }
  return "object";
}

/** As `typeName`, with the elements of sequences: "list of [Tensor, int]" is shown as PyTorch does. */
export function gotName(x: unknown): string {
  if (!Array.isArray(x)) return typeName(x);
  const kind = typeName(x);
  if (x.length === 0) return kind;
  return `${kind} of (${x.map(typeName).join(", ")}${x.length === 1 ? ",)" : ")"}`
    .replace("list of (", "list of [")
    .replace(/^(list of \[.*?),?\)$/, "$1]");
}
