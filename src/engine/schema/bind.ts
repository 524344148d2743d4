import { checkCast, complex128, type DType, isDifferentiable } from "../dtype.ts";
import { check, runtimeError, sizes, TorchError, typeError } from "../errors.ts";
import type { AnyOp, Signature } from "../op.ts";
import { overwrite } from "../op.ts";
import type { Runtime } from "../runtime.ts";
import { ComplexScalar, FloatScalar, isScalar } from "../scalar.ts";
import { contiguousStrides, sameShape } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { type Param, type ParsedSignature, parseSignature, shownSignature, shownType } from "./parse.ts";

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

interface Overload {
  readonly signature: ParsedSignature;
  readonly call: (...args: unknown[]) => unknown;
  readonly hidden: boolean;
}

/** The Python surface of one operator: its overloads, tried in order. */
export interface Surface {
  readonly name: string;
  readonly overloads: readonly Overload[];
  readonly needsRuntime: boolean;
}

export function surfaceOf(op: AnyOp, name = op.def.name): Surface {
  const list: readonly (string | Signature)[] = op.def.signatures ?? [];
  return {
    name,
    needsRuntime: op.def.args[0] === "rt",
    overloads: list.map((s) =>
      typeof s === "string"
        ? { signature: parseSignature(s), call: op as (...args: unknown[]) => unknown, hidden: false }
        : {
            signature: parseSignature(s.text),
            call: s.call ?? (op as (...args: unknown[]) => unknown),
            hidden: s.hidden === true,
          },
    ),
  };
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
function gotName(x: unknown): string {
  if (!Array.isArray(x)) return typeName(x);
  const kind = typeName(x);
  if (x.length === 0) return kind;
  return `${kind} of (${x.map(typeName).join(", ")}${x.length === 1 ? ",)" : ")"}`
    .replace("list of (", "list of [")
    .replace(/^(list of \[.*?),?\)$/, "$1]");
}

const isInt = (x: unknown): boolean =>
  (typeof x === "number" && Number.isInteger(x)) ||
  (x instanceof Tensor && x.numel === 1 && !isDifferentiable(x.dtype) && x.dtype.kind === "int");
const asInt = (x: unknown): number => (x instanceof Tensor ? x.item() : (x as number));

/** Does the argument fit the parameter? */
function fits(p: Param, x: unknown): boolean {
  if (x === null || x === undefined) return p.nullable || (p.hasDefault && p.defaultValue === null);
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
      return (isScalar(x) && typeof x !== "boolean") || (x instanceof Tensor && x.ndim === 0 && !x.requiresGrad);
    case "bool":
      return typeof x === "boolean";
    case "IntArrayRef":
      return (Array.isArray(x) && x.every(isInt)) || (p.size !== null && isInt(x));
    case "ArrayRef<double>":
      return Array.isArray(x) && x.every((e) => isScalar(e));
    case "ScalarType":
      return x instanceof DTypeArg;
    case "str":
      return typeof x === "string";
    case "Device":
      return x instanceof DeviceArg || typeof x === "string" || isInt(x);
    case "DimName":
      return typeof x === "string";
    case "DimnameList":
      return typeof x === "string" || (Array.isArray(x) && x.length > 0 && x.every((e) => typeof e === "string"));
    case "Layout":
    case "MemoryFormat":
    case "Generator":
    case "object":
      return true;
  }
}

/** The argument as the operator receives it. */
function convert(p: Param, x: unknown): unknown {
  if (x === null || x === undefined) return x ?? null;
  switch (p.type) {
    case "int64_t":
      return asInt(x);
    case "double":
      return x instanceof FloatScalar ? x.value : x instanceof Tensor ? x.item() : x;
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
      return x.map(asInt);
    case "ArrayRef<double>":
      return (x as unknown[]).map((e) => (e instanceof FloatScalar ? e.value : e));
    case "ScalarType":
      return (x as DTypeArg).dtype;
    case "Generator":
      return x instanceof Opaque ? x.handle : x;
    default:
      return x;
  }
}

/** Aliases that PyTorch's parser accepts for NumPy's parameter names. */
const NUMPY_NAMES: Readonly<Record<string, string>> = { dim: "axis", keepdim: "keepdims", input: "x", other: "x2" };

interface Match {
  readonly values: Map<string, unknown>;
}

type Attempt = { ok: true; match: Match } | { ok: false; error: () => TorchError };

function attempt(
  s: Surface,
  o: Overload,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  method: boolean,
): Attempt {
  const { params } = o.signature;
  const values = new Map<string, unknown>();
  const fail = (message: string): Attempt => ({ ok: false, error: () => typeError(`${s.name}() ${message}`) });
  const positional = params.filter((p) => !p.keywordOnly);
  let given = [...args];
  const firstList = method ? 1 : 0;
  const list = positional[firstList];
  // x.view(2, 3): ints given one by one fill a first list parameter.
  if (
    list !== undefined &&
    list.type === "IntArrayRef" &&
    list.size === null &&
    positional.length === firstList + 1 &&
    (given.length > firstList + 1 || isInt(given[firstList]))
  )
    given = [...given.slice(0, firstList), given.slice(firstList)];
  if (given.length > positional.length) {
    const shown = given.length - firstList;
    const max = positional.length - firstList;
    const least = positional.filter((p) => !p.hasDefault).length - firstList;
    return fail(
      least === max
        ? `takes ${max} positional argument${max === 1 ? "" : "s"} but ${shown} ${shown === 1 ? "was" : "were"} given`
        : `takes from ${least} to ${max} positional arguments but ${shown} were given`,
    );
  }
  const used = new Set<string>();
  for (let i = 0; i < params.length; i++) {
    const p = params[i];
    let value: unknown;
    let position: number | null = null;
    if (i < given.length && !p.keywordOnly) {
      value = given[i];
      position = i + (method ? 0 : 1);
      if (p.name in kwargs) return fail(`got multiple values for argument '${p.name}'`);
    } else if (p.name in kwargs) {
      value = kwargs[p.name];
      used.add(p.name);
    } else if (NUMPY_NAMES[p.name] !== undefined && NUMPY_NAMES[p.name] in kwargs) {
      value = kwargs[NUMPY_NAMES[p.name]];
      used.add(NUMPY_NAMES[p.name]);
    } else if (p.hasDefault) {
      values.set(p.name, p.defaultValue);
      continue;
    } else {
      const missing = params
        .filter((q, k) => !q.hasDefault && k >= given.length && !(q.name in kwargs))
        .map((q) => `"${q.name}"`);
      return fail(`missing ${missing.length} required positional arguments: ${missing.join(", ")}`);
    }
    if (!fits(p, value)) {
      if (p.type === "TensorList" && Array.isArray(value)) throw elementError(value, method ? i - 1 : i);
      const at = position;
      const spread = i === firstList && positional.length === firstList + 1;
      return { ok: false, error: () => typeError(misfit(s, p, value, at, spread)) };
    }
    values.set(p.name, convert(p, value));
  }
  for (const k of Object.keys(kwargs)) if (!used.has(k)) return fail(`got an unexpected keyword argument '${k}'`);
  return { ok: true, match: { values } };
}

/** Says why an argument does not fit a parameter; of a list of ints (or of what may be given as one), which element. */
function misfit(s: Surface, p: Param, value: unknown, position: number | null, spread: boolean): string {
  if (position === null) return `${s.name}(): argument '${p.name}' must be ${shownType(p)}, not ${typeName(value)}`;
  const start = `${s.name}(): argument '${p.name}' (position ${position}) must be ${shownType(p)}`;
  if (p.type === "IntArrayRef" && (Array.isArray(value) || spread)) {
    const list = Array.isArray(value) ? value : [value];
    const bad = list.findIndex((e) => !isInt(e));
    if (bad >= 0) return `${start}, but found element of type ${typeName(list[bad])} at pos ${bad}`;
  }
  return `${start}, not ${typeName(value)}`;
}

/** PyTorch's parser raises at once when a list of tensors holds something else, whatever other overloads there are. */
function elementError(value: unknown[], argument: number): TorchError {
  const bad = value.findIndex((e) => !(e instanceof Tensor));
  return typeError(`expected Tensor as element ${bad} in argument ${argument}, but got ${typeName(value[bad])}`);
}

/** Parameters that the surface handles for every operator. */
const HANDLED = new Set(["out", "device", "layout", "pin_memory", "requires_grad", "memory_format", "names"]);

/**
 * Calls an operator as Python would: finds the overload that the arguments fit, converts them, applies `out=` and
 * `requires_grad=`. For methods the tensor itself is the first argument. Errors: TypeError with PyTorch's wording.
 */
export function callSurface(
  rt: Runtime,
  s: Surface,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>> = {},
  method = false,
): unknown {
  const failures: { overload: Overload; error: () => TorchError }[] = [];
  for (const o of s.overloads) {
    const result = attempt(s, o, args, kwargs, method);
    if (result.ok) return invoke(rt, s, o, result.match.values);
    if (!o.hidden) failures.push({ overload: o, error: result.error });
  }
  if (failures.length === 1) throw failures[0].error();
  // When only one overload takes so many arguments, PyTorch explains that one.
  const count = args.length + Object.keys(kwargs).length;
  const plausible = failures.filter(({ overload }) => {
    const { params } = overload.signature;
    return count >= params.filter((p) => !p.hasDefault).length && count <= params.length;
  });
  if (plausible.length === 1) throw plausible[0].error();
  const got = args.slice(method ? 1 : 0).map(gotName);
  for (const [k, v] of Object.entries(kwargs)) got.push(`${k}=${gotName(v)}`);
  const listed = failures.map(({ overload }) => ` * ${shownSignature(overload.signature, method)}\n`).join("");
  throw typeError(
    `${s.name}() received an invalid combination of arguments - got (${got.join(", ")}), but expected one of:\n${listed}`,
  );
}

function invoke(rt: Runtime, s: Surface, o: Overload, values: Map<string, unknown>): unknown {
  const call: unknown[] = s.needsRuntime ? [rt] : [];
  for (const p of o.signature.params)
    if (!HANDLED.has(p.name)) {
      const value = values.get(p.name);
      call.push(value instanceof ComplexScalar && p.type === "Tensor|Scalar" ? complexNumber(rt, value) : value);
    }
  checkDevice(values.get("device"));
  const out = values.get("out");
  if (out !== null && out !== undefined) checkOut(rt, s, call, out);
  const result = o.call(...call);
  if (values.get("requires_grad") === true && result instanceof Tensor) {
    if (!isDifferentiable(result.dtype))
      throw runtimeError("Only Tensors of floating point and complex dtype can require gradients");
    result.leafRequiresGrad = true;
  }
  if (out instanceof Tensor && result instanceof Tensor) return writeOut(out, result);
  if (Array.isArray(out) && Array.isArray(result)) {
    check(out.length === result.length, () => `expected tuple of ${result.length} elements but got ${out.length}`);
    return result.map((r, i) => writeOut(out[i] as Tensor, r as Tensor));
  }
  return result;
}

/** A complex number where a tensor may stand: a 0-d tensor that is promoted as a number. */
function complexNumber(rt: Runtime, x: ComplexScalar): Tensor {
  const t = rt.from([x.re, x.im], [], complex128);
  t.wrappedNumber = true;
  return t;
}

/** out= does not take part in differentiation. */
function checkOut(rt: Runtime, s: Surface, args: readonly unknown[], out: unknown): void {
  if (!rt.gradEnabled) return;
  const wants = (x: unknown): boolean =>
    x instanceof Tensor ? x.requiresGrad : Array.isArray(x) && x.some((e) => e instanceof Tensor && e.requiresGrad);
  check(
    !wants(args) && !args.some(wants) && !wants(out),
    () =>
      `${s.name}(): functions with out=... arguments don't support automatic differentiation, but one of the arguments requires grad.`,
  );
}

/** Raises PyTorch's error for a device that does not exist here. */
export function checkDevice(device: unknown): void {
  const type = device instanceof DeviceArg ? device.type : typeof device === "string" ? device : null;
  if (type === null || type.startsWith("cpu") || type === "meta") return;
  if (type.startsWith("cuda")) throw new TorchError("AssertionError", "Torch not compiled with CUDA enabled");
  throw runtimeError(
    `Expected one of cpu, cuda, ipu, xpu, mkldnn, opengl, opencl, ideep, hip, ve, fpga, maia, xla, lazy, vulkan, mps, meta, hpu, mtia, privateuseone device type at start of device string: ${type.split(":")[0]}`,
  );
}

function writeOut(out: Tensor, result: Tensor): Tensor {
  checkCast(result.dtype, out.dtype);
  if (!sameShape(out.shape, result.shape)) {
    if (out.numel > 0)
      out.rt.warn(
        "UserWarning",
        `An output with one or more elements was resized since it had shape ${sizes(out.shape)}, which does not match the required output shape ${sizes(result.shape)}. This behavior is deprecated, and in a future PyTorch release outputs will not be resized unless they have zero elements. You can explicitly reuse an out tensor t by resizing it, inplace, to zero elements with t.resize_(0). (Triggered internally at ../aten/src/ATen/native/Resize.cpp:35.)`,
      );
    out.storage = out.rt.storage(out.dtype, out.dtype.alloc(result.numel));
    out.offset = 0;
    out.shape = result.shape;
    out.strides = contiguousStrides(result.shape);
  }
  out.rt.quietly(() => overwrite(out, result, "out="));
  return out;
}
