import { complex128, isDifferentiable } from "../dtype.ts";
import { runtimeError, TorchError, typeError } from "../errors.ts";
import type { AnyOp, Signature } from "../op.ts";
import type { Runtime } from "../runtime.ts";
import { ComplexScalar, FloatScalar, isScalar } from "../scalar.ts";
import { Tensor } from "../tensor.ts";
import { DeviceArg, DTypeArg, gotName, Opaque, typeName } from "./arguments.ts";
import { mismatch } from "./mismatch.ts";
import { checkOut, writeResult } from "./out.ts";
import { type Param, type ParsedSignature, parseSignature, shownSignature, shownType } from "./parse.ts";

interface Overload {
  readonly signature: ParsedSignature;
  readonly call: (...args: unknown[]) => unknown;
  readonly hidden: boolean;
  readonly functionOnly: boolean;
  /** Parameters that may be given by position, and those that must be given. */
  readonly positional: number;
  readonly required: number;
  /** Do ints given one by one fill the first parameter: of a function, of a method (behind self)? */
  readonly spreads: readonly [boolean, boolean];
  /** Places of the parameters that the operator itself gets, and of those that the surface handles (-1 = none). */
  readonly passed: readonly number[];
  readonly out: number;
  readonly device: number;
  readonly requiresGrad: number;
}

/** Parameters that the surface handles for every operator. */
const HANDLED = new Set(["out", "device", "layout", "pin_memory", "requires_grad", "memory_format", "names"]);

function overloadOf(
  text: string,
  call: (...args: unknown[]) => unknown,
  { hidden = false, functionOnly = false }: Omit<Signature, "text" | "call"> = {},
): Overload {
  const signature = parseSignature(text);
  const { params } = signature;
  const positional = params.filter((p) => !p.keywordOnly).length;
  const spreads = (at: number): boolean =>
    positional === at + 1 && params[at].type === "IntArrayRef" && params[at].size === null;
  const place = (name: string): number => params.findIndex((p) => p.name === name);
  return {
    signature,
    call,
    hidden,
    functionOnly,
    positional,
    required: params.filter((p) => !p.hasDefault).length,
    spreads: [spreads(0), spreads(1)],
    passed: params.flatMap((p, i) => (HANDLED.has(p.name) ? [] : [i])),
    out: place("out"),
    device: place("device"),
    requiresGrad: place("requires_grad"),
  };
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
    overloads: list.map((s) => {
      const direct = op as (...args: unknown[]) => unknown;
      return typeof s === "string" ? overloadOf(s, direct) : overloadOf(s.text, s.call ?? direct, s);
    }),
  };
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

const NO_KEYWORDS: Readonly<Record<string, unknown>> = Object.freeze({});

/**
 * The converted arguments, one per parameter; null when they do not fit, or with `explain` the error that says why. Nothing is
 * built for an error before it is wanted: overloads are tried at every call.
 */
function bindArguments(
  s: Surface,
  o: Overload,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  method: boolean,
  explain: boolean,
): unknown[] | TorchError | null {
  const { params } = o.signature;
  const self = method ? 1 : 0;
  let given = args;
  if (o.spreads[self] && (given.length > self + 1 || (given.length === self + 1 && isInt(given[self]))))
    given = method ? [given[0], given.slice(1)] : [given.slice()];
  if (given.length > o.positional) return explain ? tooMany(s, o, given.length - self, self) : null;
  const values = new Array<unknown>(params.length);
  let used = 0;
  for (let i = 0; i < params.length; i++) {
    const p = params[i];
    let value: unknown;
    let named = false;
    if (i < given.length && !p.keywordOnly) {
      value = given[i];
      if (kwargs !== NO_KEYWORDS && p.name in kwargs)
        return explain ? typeError(`${s.name}() got multiple values for argument '${p.name}'`) : null;
    } else {
      const key = kwargs === NO_KEYWORDS ? null : keyOf(p, kwargs);
      if (key !== null) {
        value = kwargs[key];
        named = true;
        used++;
      } else if (p.hasDefault) {
        values[i] = p.defaultValue;
        continue;
      } else return explain ? missing(s, o, given.length, kwargs) : null;
    }
    if (!fits(p, value)) {
      if (p.type === "TensorList" && Array.isArray(value)) throw elementError(value, i - self);
      if (!explain) return null;
      return typeError(misfit(s, p, value, named ? null : i + 1 - self, o.spreads[self] && i === self));
    }
    values[i] = convert(p, value);
  }
  if (kwargs !== NO_KEYWORDS && used < Object.keys(kwargs).length) {
    if (!explain) return null;
    const unknown = Object.keys(kwargs).find((k) => !params.some((p) => keyOf(p, { [k]: 0 }) !== null));
    return typeError(`${s.name}() got an unexpected keyword argument '${unknown}'`);
  }
  return values;
}

/** The name under which a parameter is given, or null. */
function keyOf(p: Param, kwargs: Readonly<Record<string, unknown>>): string | null {
  if (p.name in kwargs) return p.name;
  const numpy = NUMPY_NAMES[p.name];
  return numpy !== undefined && numpy in kwargs ? numpy : null;
}

function tooMany(s: Surface, o: Overload, shown: number, self: number): TorchError {
  const max = o.positional - self;
  const least = o.signature.params.filter((p) => !p.keywordOnly && !p.hasDefault).length - self;
  return typeError(
    least === max
      ? `${s.name}() takes ${max} positional argument${max === 1 ? "" : "s"} but ${shown} ${shown === 1 ? "was" : "were"} given`
      : `${s.name}() takes from ${least} to ${max} positional arguments but ${shown} were given`,
  );
}

function missing(s: Surface, o: Overload, given: number, kwargs: Readonly<Record<string, unknown>>): TorchError {
  const names = o.signature.params
    .filter((q, k) => !q.hasDefault && k >= given && !(q.name in kwargs))
    .map((q) => `"${q.name}"`);
  return typeError(`${s.name}() missing ${names.length} required positional arguments: ${names.join(", ")}`);
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

/**
 * Calls an operator as Python would: finds the overload that the arguments fit, converts them, applies `out=` and
 * `requires_grad=`. For methods the tensor itself is the first argument. Errors: TypeError with PyTorch's wording.
 */
export function callSurface(
  rt: Runtime,
  s: Surface,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>> = NO_KEYWORDS,
  method = false,
): unknown {
  const keywords = isEmpty(kwargs) ? NO_KEYWORDS : kwargs;
  for (const o of s.overloads) {
    if (method && o.functionOnly) continue;
    const values = bindArguments(s, o, args, keywords, method, false);
    if (values !== null) return invoke(rt, s, o, values as unknown[]);
  }
  throw noFit(s, args, kwargs, method);
}

function isEmpty(x: Readonly<Record<string, unknown>>): boolean {
  for (const _ in x) return false;
  return true;
}

/** Why no overload fits: of a single one its reason, of several PyTorch's list. */
function noFit(
  s: Surface,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  method: boolean,
): TorchError {
  const reason = (o: Overload): TorchError => bindArguments(s, o, args, kwargs, method, true) as TorchError;
  const listed = s.overloads.filter((o) => !o.hidden && !(method && o.functionOnly));
  if (listed.length === 1) return reason(listed[0]);
  // When only one overload takes so many arguments, PyTorch explains that one.
  const count = args.length + Object.keys(kwargs).length;
  const plausible = listed.filter((o) => count >= o.required && count <= o.signature.params.length);
  if (plausible.length === 1) return reason(plausible[0]);
  const given = args.slice(method ? 1 : 0);
  const got = given.map(gotName);
  for (const [k, v] of Object.entries(kwargs)) got.push(`${k}=${gotName(v)}`);
  const options = listed.map((o) => {
    const shown = shownSignature(o.signature, method);
    return ` * ${shown}\n${mismatch(shown, given, kwargs)}`;
  });
  return typeError(
    `${s.name}() received an invalid combination of arguments - got (${got.join(", ")}), but expected one of:\n${options.join("")}`,
  );
}

function invoke(rt: Runtime, s: Surface, o: Overload, values: readonly unknown[]): unknown {
  const call: unknown[] = s.needsRuntime ? [rt] : [];
  for (const i of o.passed) {
    const value = values[i];
    call.push(
      value instanceof ComplexScalar && o.signature.params[i].type === "Tensor|Scalar"
        ? complexNumber(rt, value)
        : value,
    );
  }
  if (o.device >= 0) checkDevice(values[o.device]);
  const out = o.out >= 0 ? values[o.out] : null;
  if (out !== null) checkOut(rt, s.name, call, out);
  const result = o.call(...call);
  if (o.requiresGrad >= 0 && values[o.requiresGrad] === true && result instanceof Tensor) {
    if (!isDifferentiable(result.dtype))
      throw runtimeError("Only Tensors of floating point and complex dtype can require gradients");
    result.leafRequiresGrad = true;
  }
  return out === null ? result : writeResult(out, result);
}

/** A complex number where a tensor may stand: a 0-d tensor that is promoted as a number. */
function complexNumber(rt: Runtime, x: ComplexScalar): Tensor {
  const t = rt.from([x.re, x.im], [], complex128);
  t.wrappedNumber = true;
  return t;
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
