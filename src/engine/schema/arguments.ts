import { type DType, isDifferentiable } from "../dtype.ts";
import { notImplemented, runtimeError, TorchError, typeError } from "../errors.ts";
import type { MemoryFormat } from "../memory-format.ts";
import { Generator } from "../random/generator.ts";
import type { Device } from "../runtime.ts";
import { ComplexScalar, FloatScalar, isScalar, scalarValue } from "../scalar.ts";
import { Tensor } from "../tensor.ts";
import { type Param, shownType } from "./parse.ts";

/** An argument the engine knows only by its Python type name. */
export class Opaque {
  readonly typeName: string;
  readonly handle: unknown;
  constructor(typeName: string, handle: unknown = null) {
    this.typeName = typeName;
    this.handle = handle;
  }
}

/** A memory format as an argument. */
export class FormatArg {
  readonly format: MemoryFormat;
  constructor(format: MemoryFormat) {
    this.format = format;
  }
}

/** A dtype as an argument. */
export class DTypeArg {
  readonly dtype: DType;
  constructor(dtype: DType) {
    this.dtype = dtype;
  }
}

/** A device as an argument. */
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
  if (x instanceof FormatArg) return "torch.memory_format";
  if (typeof x === "boolean") return "bool";
  if (typeof x === "number") return Number.isInteger(x) ? "int" : "float";
  if (typeof x === "string") return "str";
  if (x instanceof DTypeArg) return "torch.dtype";
  if (x instanceof DeviceArg) return "torch.device";
  if (x instanceof Opaque) return x.typeName;
  if (Array.isArray(x)) return (x as { pyType?: string }).pyType ?? "tuple";
  return "object";
}

export const isInt = (x: unknown): boolean =>
  (typeof x === "number" && Number.isInteger(x)) ||
  (x instanceof Tensor && x.numel === 1 && !isDifferentiable(x.dtype) && x.dtype.kind === "int");
const asInt = (x: unknown): number => (x instanceof Tensor ? x.item() : (x as number));

/** Does the argument fit the parameter? Of a list of ints PyTorch looks at the first one only; `convert` finds the others. */
export function fits(p: Param, x: unknown): boolean {
  if (x === null || x === undefined)
    return p.nullable || p.type === "object" || (p.hasDefault && p.defaultValue === null);
  switch (p.type) {
    case "Tensor":
      return x instanceof Tensor;
    case "Tensor|Scalar":
      return x instanceof Tensor || isScalar(x) || x instanceof ComplexScalar;
    case "TensorList":
      return Array.isArray(x) && x.every((e) => e instanceof Tensor);
    case "Scalar":
      return isScalar(x) || x instanceof ComplexScalar || (x instanceof Tensor && x.ndim === 0 && !x.requiresGrad);
    case "int64_t":
      return isInt(x);
    case "double":
      return isScalar(x) || (x instanceof Tensor && x.ndim === 0 && !x.requiresGrad);
    case "bool":
      return typeof x === "boolean";
    case "IntArrayRef":
      return (Array.isArray(x) && (x.length === 0 || isInt(x[0]))) || (p.size !== null && isInt(x));
    case "ArrayRef<double>":
      return Array.isArray(x) && x.every((e) => isScalar(e));
    case "ScalarType":
      return x instanceof DTypeArg;
    case "str":
      return typeof x === "string";
    case "Device":
      return x instanceof DeviceArg || typeof x === "string" || isInt(x);
    case "Storage":
      return x instanceof Opaque && x.typeName.endsWith("Storage");
    case "DimName":
      return typeof x === "string";
    case "DimnameList":
      return typeof x === "string" || (Array.isArray(x) && x.length > 0 && x.every((e) => typeof e === "string"));
    case "Generator":
      return x instanceof Generator || (x instanceof Opaque && x.handle !== null);
    case "MemoryFormat":
      return x instanceof FormatArg;
    case "Layout":
    case "object":
      return true;
  }
}

/** The argument as the operator called `name` receives it. Error: an element of a list of ints is none. */
export function convert(name: string, p: Param, x: unknown): unknown {
  if (x === null || x === undefined) return x ?? null;
  switch (p.type) {
    case "int64_t":
      return asInt(x);
    case "double":
      return x instanceof Tensor ? x.item() : isScalar(x) ? scalarValue(x) : x;
    case "Scalar":
      if (x instanceof Tensor)
        return x.dtype.kind === "float"
          ? new FloatScalar(x.item())
          : x.dtype.kind === "bool"
            ? x.item() !== 0
            : x.item();
      return x;
    case "IntArrayRef":
      if (!Array.isArray(x))
        return p.size !== null && p.size > 1 ? new Array<number>(p.size).fill(asInt(x)) : [asInt(x)];
      return x.map((e, i) => {
        if (isInt(e)) return asInt(e);
        throw typeError(
          `${name}(): argument '${p.name}' failed to unpack the object at pos ${i + 1} with error "type must be ${shownType(p)},but got ${typeName(e)}"`,
        );
      });
    case "ArrayRef<double>":
      return (x as unknown[]).map((e) => (e instanceof FloatScalar ? e.value : e));
    case "ScalarType":
      return (x as DTypeArg).dtype;
    case "MemoryFormat":
      return (x as FormatArg).format;
    case "Generator":
      return x instanceof Opaque ? x.handle : x;
    default:
      return x;
  }
}

const DEVICE_TYPES =
  "cpu, cuda, ipu, xpu, mkldnn, opengl, opencl, ideep, hip, ve, fpga, maia, xla, lazy, vulkan, mps, meta, hpu, mtia, privateuseone";

/** The device that an argument names; null for none. Error: PyTorch's for a device that does not exist here. */
export function deviceOf(device: unknown): Device | null {
  const type = device instanceof DeviceArg ? device.type : typeof device === "string" ? device : null;
  if (type === null) return null;
  if (type.startsWith("cpu")) return "cpu";
  if (type.startsWith("meta")) return "meta";
  const kind = type.split(":")[0];
  if (kind === "cuda" || kind === "xpu")
    throw new TorchError("AssertionError", `Torch not compiled with ${kind.toUpperCase()} enabled`);
  if (DEVICE_TYPES.split(", ").includes(kind))
    throw notImplemented(
      `Could not run 'aten::empty.memory_format' with arguments from the '${kind.toUpperCase()}' backend. Backstep computes on the CPU.`,
    );
  throw runtimeError(`Expected one of ${DEVICE_TYPES} device type at start of device string: ${kind}`);
}
