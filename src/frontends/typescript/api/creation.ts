import { type DType as EngineDType, bool as engineBool, isDifferentiable } from "../../../engine/dtype.ts";
import { runtimeError, TorchError, typeError, valueError } from "../../../engine/errors.ts";
import { cast, clone, detach } from "../../../engine/ops/copies.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { FloatScalar } from "../../../engine/scalar.ts";
import { deviceOf } from "../../../engine/schema/arguments.ts";
import type { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import { type DType, engineDtype } from "./dtypes.ts";
import { Tensor } from "./tensor.ts";
import { describeKind, isOptions } from "./values.ts";

export interface TensorOptions {
  dtype?: DType;
  requiresGrad?: boolean;
  requires_grad?: boolean;
  device?: string;
}

const COPY_WARNING =
  "To copy construct from a tensor, it is recommended to use sourceTensor.clone().detach() or " +
  "sourceTensor.clone().detach().requires_grad_(True), rather than torch.tensor(sourceTensor).";

/** Gathers the numbers of nested arrays, checking that the nesting is regular. */
function flatten(data: unknown, shape: number[], depth: number, out: unknown[]): void {
  if (Array.isArray(data) || (ArrayBuffer.isView(data) && !(data instanceof DataView))) {
    const list = data as ArrayLike<unknown>;
    if (shape.length === depth) shape.push(list.length);
    else if (shape[depth] !== list.length)
      throw valueError(`expected sequence of length ${shape[depth]} at dim ${depth} (got ${list.length})`);
    for (let i = 0; i < list.length; i++) flatten(list[i], shape, depth + 1, out);
    return;
  }
  if (depth !== shape.length) throw typeError("not a sequence");
  out.push(data);
}

/** Numbers are floats (JavaScript has no integers to tell apart): other dtypes must be asked for. Booleans make masks. */
function inferDtype(rt: Runtime, values: readonly unknown[]): EngineDType {
  let dtype: EngineDType | null = null;
  for (const v of values)
    if (v instanceof Tensor) dtype ??= Tensor.raw(v).dtype;
    else if (typeof v !== "boolean") return rt.defaultDtype;
  if (dtype !== null) return dtype;
  return values.length > 0 ? engineBool : rt.defaultDtype;
}

function scalarOf(v: unknown): number {
  if (typeof v === "number") return v;
  if (typeof v === "boolean") return v ? 1 : 0;
  if (typeof v === "bigint") return Number(v);
  if (v instanceof Tensor) {
    if (v.numel() !== 1) throw valueError("only one element tensors can be converted to Python scalars");
    return Tensor.raw(v).item();
  }
  if (typeof v === "string") throw typeError("new(): invalid data type 'str'");
  throw runtimeError(`Could not infer dtype of ${v === null || v === undefined ? "NoneType" : describeKind(v)}`);
}

function needing(t: EngineTensor, requiresGrad: boolean): Tensor {
  if (requiresGrad) {
    if (!isDifferentiable(t.dtype))
      throw runtimeError("Only Tensors of floating point and complex dtype can require gradients");
    t.leafRequiresGrad = true;
  }
  return Tensor.wrap(t);
}

/** `tensor(data, options)` and `asTensor(data, options)` of one runtime. */
export function creation(rt: Runtime) {
  const tensor = (data: unknown, options: TensorOptions = {}): Tensor => {
    const device = deviceOf(options.device) ?? rt.device;
    const dtype = options.dtype === undefined ? null : engineDtype(options.dtype);
    const requiresGrad = options.requiresGrad ?? options.requires_grad ?? false;
    if (data instanceof Tensor) {
      rt.warn("UserWarning", COPY_WARNING);
      const copy = clone(detach(Tensor.raw(data)));
      return needing(dtype === null ? copy : cast(copy, dtype), requiresGrad);
    }
    if (isOptions(data) || data instanceof Set || data instanceof Map)
      throw runtimeError(`Could not infer dtype of ${describeKind(data)}`);
    const shape: number[] = [];
    const values: unknown[] = [];
    flatten(data, shape, 0, values);
    const type = dtype ?? inferDtype(rt, values);
    const numbers = values.map(scalarOf);
    if (type.kind === "complex")
      throw new TorchError("TypeError", "complex tensors are not made from numbers: use complex(re, im)");
    return needing(
      rt.on(device, () => rt.from(numbers, shape, type)),
      requiresGrad,
    );
  };
  return {
    tensor,
    asTensor: (data: unknown, options: TensorOptions = {}): Tensor => {
      if (!(data instanceof Tensor)) return tensor(data, options);
      if (options.dtype === undefined) return data;
      return Tensor.wrap(cast(Tensor.raw(data), engineDtype(options.dtype)));
    },
  };
}

/** `full(size, 1)` fills with the float 1: a JavaScript number is a float where a dtype is inferred. */
export function floatFill(args: unknown[]): unknown[] {
  const options = args[args.length - 1];
  const typed = isOptions(options) && options["dtype"] !== undefined;
  return typed || typeof args[1] !== "number" ? args : [args[0], new FloatScalar(args[1]), ...args.slice(2)];
}
