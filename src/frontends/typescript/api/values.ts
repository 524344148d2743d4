import { TorchError } from "../../../engine/errors.ts";
import { type IndexItem, SliceArg } from "../../../engine/index-item.ts";
import { PackedSequence as EnginePacked } from "../../../engine/nn/packed-sequence.ts";
import { Generator as EngineGenerator } from "../../../engine/random/generator.ts";
import { FloatScalar } from "../../../engine/scalar.ts";
import { DTypeArg, Opaque } from "../../../engine/schema/arguments.ts";
import { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import { DType, dtypeOf, engineDtype } from "./dtypes.ts";
import { Generator } from "./generator.ts";
import { PackedSequence } from "./packed-sequence.ts";
import { parseIndex, Slice } from "./slice.ts";
import { Tensor } from "./tensor.ts";

/** A plain `{ … }`: the keyword arguments of a call. */
export const isOptions = (x: unknown): x is Record<string, unknown> => {
  if (typeof x !== "object" || x === null) return false;
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
};

/** A program's value as the engine's argument. */
export function toEngine(x: unknown): unknown {
  if (x instanceof Tensor) return Tensor.raw(x);
  if (typeof x === "number" || typeof x === "boolean" || typeof x === "string" || x === null || x === undefined)
    return x ?? null;
  if (Array.isArray(x)) return Object.assign(x.map(toEngine), { pyType: "list" });
  if (x instanceof DType) return new DTypeArg(engineDtype(x));
  if (x instanceof Slice) return new SliceArg(x.start, x.stop, x.step);
  if (x instanceof Generator) return Generator.raw(x);
  if (typeof x === "bigint") return Number(x);
  if (x instanceof FloatScalar) return x;
  if (ArrayBuffer.isView(x) && !(x instanceof DataView))
    return Object.assign(Array.from(x as unknown as ArrayLike<number>), { pyType: "list" });
  return new Opaque(typeof x === "function" ? "function" : ((x as object).constructor?.name ?? "object"));
}

/** What the engine returned as the program's value. */
export function fromEngine(x: unknown): unknown {
  if (x instanceof EngineTensor) return Tensor.wrap(x);
  if (Array.isArray(x)) return x.map(fromEngine);
  if (x instanceof EngineGenerator) return Generator.wrap(x);
  if (x instanceof DTypeArg) return dtypeOf(x.dtype);
  if (x instanceof EnginePacked) return new PackedSequence(x);
  return x;
}

/** Items of `x.at(…)`: numbers, null, "1:3", "...", slices, tensors, masks, arrays of numbers. */
export function toIndexItems(items: readonly unknown[]): IndexItem[] {
  return items.map((x): IndexItem => {
    if (typeof x === "string") return parseIndex(x);
    const value = toEngine(x);
    if (value instanceof Opaque)
      throw new TorchError(
        "IndexError",
        `a ${value.typeName} is no index: use numbers, null, "1:3", "...", slice(a, b), tensors and arrays`,
      );
    return value as IndexItem;
  });
}

/** A program's tensor argument. Error: TypeError that names what it got. */
export function needTensor(x: unknown, what: string): EngineTensor {
  if (x instanceof Tensor) return Tensor.raw(x);
  throw new TorchError("TypeError", `${what} must be a Tensor, not ${describeKind(x)}`);
}

export function describeKind(x: unknown): string {
  if (x === null || x === undefined) return String(x);
  if (Array.isArray(x)) return "Array";
  if (typeof x === "object") return x.constructor?.name ?? "object";
  return typeof x;
}
