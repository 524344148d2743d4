import { isDifferentiable } from "../dtype.ts";
import { runtimeError, type TorchError, typeError } from "../errors.ts";
import { copyInFormat, type MemoryFormat } from "../memory-format.ts";
import { isMeta, withoutData, withStandIns } from "../meta.ts";
import type { AnyOp, Signature } from "../op.ts";
import { numberTensor } from "../promotion.ts";
import type { Device, Runtime } from "../runtime.ts";
import { ComplexScalar, isScalar } from "../scalar.ts";
import { Tensor } from "../tensor.ts";
import { convert, deviceOf, fits, isInt, typeName } from "./arguments.ts";
import { invalidCombination } from "./invalid-arguments.ts";
import { checkOut, writeResult } from "./out.ts";
import { type Param, type ParsedSignature, parseSignature, shownSignature, shownType } from "./parse.ts";

/** How an overload is called as a function or, with the tensor itself as first argument, as a method (which has no out=). */
interface Form {
  /** Parameters that may be given by position, those that must be given, and all. */
  readonly positional: number;
  readonly required: number;
  readonly most: number;
  /** Do ints given one by one fill the first parameter? */
  readonly spreads: boolean;
}

interface Overload {
  readonly signature: ParsedSignature;
  readonly call: (...args: unknown[]) => unknown;
  readonly hidden: boolean;
  readonly deprecated: boolean;
  readonly asFunction: Form;
  readonly asMethod: Form;
  /** Places of the parameters that the operator itself gets, and of those that the surface handles (-1 = none). */
  readonly passed: readonly number[];
  readonly out: number;
  readonly device: number;
  readonly requiresGrad: number;
  readonly format: number;
}

/** Parameters that the surface handles for every operator. */
const HANDLED = new Set(["out", "device", "layout", "pin_memory", "requires_grad", "memory_format", "names"]);

/** The parameters of a function, or of a method. */
const ownOf = (params: readonly Param[], self: 0 | 1): readonly Param[] =>
  self === 0 ? params : params.slice(1).filter((p) => p.name !== "out");

function formOf(params: readonly Param[], self: 0 | 1): Form {
  const own = ownOf(params, self);
  const positional = own.filter((p) => !p.keywordOnly).length;
  return {
    positional,
    required: own.filter((p) => !p.hasDefault).length,
    most: own.length,
    spreads: positional === 1 && own[0].type === "IntArrayRef" && own[0].size === null,
  };
}

function overloadOf(signature: Signature, op: AnyOp | null): Overload {
  const parsed = parseSignature(signature.text);
  const { params } = parsed;
  const own = op?.def.args.includes("memory_format") ? "memory_format" : null;
  const passed = params.flatMap((p, i) => (HANDLED.has(p.name) && p.name !== own ? [] : [i]));
  const place = (name: string): number => params.findIndex((p) => p.name === name);
  return {
    signature: parsed,
    call: signature.call ?? (op as unknown as (...args: unknown[]) => unknown),
    hidden: signature.hidden === true || signature.deprecated === true,
    deprecated: signature.deprecated === true,
    asFunction: formOf(params, 0),
    asMethod: formOf(params, 1),
    passed: signature.deprecated && op !== null ? inOrderOf(op.def.args, params) : passed,
    out: place("out"),
    device: place("device"),
    requiresGrad: place("requires_grad"),
    format: own === null ? place("memory_format") : -1,
  };
}

/** Where each argument of an operator stands among the parameters of its deprecated overload (-1 = its default). */
const inOrderOf = (args: readonly string[], params: readonly Param[]): number[] =>
  args.map((name) => params.findIndex((p) => p.name === (name === "self" ? "input" : name)));

/** A deprecated overload as a method: whatever stands before the tensor itself comes after it. */
const asMethod = (s: Signature): Signature =>
  s.deprecated === true ? { ...s, text: s.text.replace(/^(\w+)\((.*?), Tensor input,/, "$1(Tensor input, $2,") } : s;

/** The Python surface of one operator: its overloads, tried in order; methods are those that begin with a tensor. */
export interface Surface {
  readonly name: string;
  readonly overloads: readonly Overload[];
  readonly methods: readonly Overload[];
  readonly needsRuntime: boolean;
}

export function surfaceOf(op: AnyOp, name = op.def.name): Surface {
  const { signatures: own, aliasSignatures } = op.def;
  const list: readonly (string | Signature)[] = (name === op.def.name ? own : (aliasSignatures ?? own)) ?? [];
  const signatures = list.map((s): Signature => (typeof s === "string" ? { text: s } : s));
  const ordered = [...signatures.filter((s) => !s.deprecated), ...signatures.filter((s) => s.deprecated)];
  return {
    name,
    overloads: ordered.map((s) => overloadOf(s, op)),
    methods: ordered.map((s) => overloadOf(asMethod(s), op)).filter(isMethod),
    needsRuntime: op.def.args[0] === "rt",
  };
}

/** Does an overload begin with the tensor whose method it would be? A number, and a tensor with a role of its own, are none. */
const isMethod = ({ signature: { params } }: Overload, _i: number, all: readonly Overload[]): boolean =>
  all.some((o) => o.signature.params[0]?.name === "input")
    ? params[0]?.name === "input" && params[0].type !== "Scalar"
    : params[0]?.type !== "Scalar";

/** Aliases that PyTorch's parser accepts for NumPy's parameter names. */
const NUMPY_NAMES: Readonly<Record<string, readonly string[]>> = {
  dim: ["axis"],
  keepdim: ["keepdims"],
  input: ["x", "a", "x1"],
  other: ["x2"],
};

const NO_KEYWORDS: Readonly<Record<string, unknown>> = Object.freeze({});

/**
 * The converted arguments, one per parameter; null when they do not fit, or with `explain` the error that says why. Nothing is
 * built for an error before it is wanted: overloads are tried at every call. `self` counts the arguments that are no parameter of
 * a method (the tensor itself). Follows FunctionSignature::parse of PyTorch's argument parser.
 */
function bindArguments(
  s: Surface,
  o: Overload,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  self: 0 | 1,
  explain: boolean,
): unknown[] | TorchError | null {
  const { params } = o.signature;
  const form = self === 1 ? o.asMethod : o.asFunction;
  let given = args;
  if (form.spreads && isInt(given[self])) given = self === 1 ? [given[0], given.slice(1)] : [given.slice()];
  else if (given.length > form.positional + self && !form.spreads)
    return explain ? tooMany(s, form, given.length - self) : null;
  const values = new Array<unknown>(params.length);
  let used = 0;
  for (let i = 0; i < params.length; i++) {
    const p = params[i];
    if (self === 1 && i === o.out) continue;
    let value: unknown;
    let named = false;
    if (i < given.length) {
      if (p.keywordOnly) return explain ? tooMany(s, form, given.length - self) : null;
      value = given[i];
    } else {
      const key = kwargs === NO_KEYWORDS ? null : keyOf(p, kwargs);
      if (key !== null) {
        value = kwargs[key];
        named = true;
        used++;
      } else if (p.hasDefault) {
        values[i] = p.defaultValue;
        continue;
      } else return explain ? missing(s, params.slice(i)) : null;
    }
    if (!fits(p, value)) {
      if (p.type === "TensorList" && Array.isArray(value)) throw elementError(value, i - self);
      if (!explain) return null;
      return misfit(s, p, value, named ? null : i + 1 - self, form.spreads && i === self ? args.slice(self) : null);
    }
    values[i] = convert(s.name, p, value);
  }
  if (kwargs !== NO_KEYWORDS && used < Object.keys(kwargs).length)
    return explain ? unexpected(s, ownOf(params, self), given.length - self, kwargs) : null;
  return values;
}

/** The name under which a parameter is given, or null. */
function keyOf(p: Param, kwargs: Readonly<Record<string, unknown>>): string | null {
  if (p.name in kwargs) return p.name;
  return NUMPY_NAMES[p.name]?.find((name) => name in kwargs) ?? null;
}

function tooMany(s: Surface, form: Form, shown: number): TorchError {
  const { required, positional } = form;
  return typeError(
    required === positional
      ? `${s.name}() takes ${positional} positional argument${positional === 1 ? "" : "s"} but ${shown} ${shown === 1 ? "was" : "were"} given`
      : `${s.name}() takes from ${required} to ${positional} positional arguments but ${shown} were given`,
  );
}

/** Names what has no default from the first missing parameter on (PyTorch writes the plural for one of them). */
function missing(s: Surface, rest: readonly Param[]): TorchError {
  const names = rest.filter((p) => !p.hasDefault).map((p) => `"${p.name}"`);
  return typeError(
    `${s.name}() missing ${names.length} required positional argument${names.length === 1 ? "s" : ""}: ${names.join(", ")}`,
  );
}

function unexpected(
  s: Surface,
  params: readonly Param[],
  positional: number,
  kwargs: Readonly<Record<string, unknown>>,
): TorchError {
  for (const key of Object.keys(kwargs)) {
    const at = params.findIndex((p) => p.name === key);
    if (at < 0) return typeError(`${s.name}() got an unexpected keyword argument '${key}'`);
    if (at < positional) return typeError(`${s.name}() got multiple values for argument '${key}'`);
  }
  return typeError("invalid keyword arguments");
}

/** Says why an argument does not fit a parameter; of a list of ints (or of what may be given as one), which element. */
function misfit(
  s: Surface,
  p: Param,
  value: unknown,
  position: number | null,
  spread: readonly unknown[] | null,
): TorchError {
  const place = position === null ? "" : ` (position ${position})`;
  const start = `${s.name}(): argument '${p.name}'${place} must be ${shownType(p)}`;
  const list = Array.isArray(value) ? value : spread;
  if (p.type === "IntArrayRef" && position !== null && list !== null)
    return typeError(`${start}, but found element of type ${typeName(list[0])} at pos 0`);
  return typeError(`${start}, not ${typeName(value)}`);
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
  const self = method ? 1 : 0;
  for (const o of method ? s.methods : s.overloads) {
    const values = bindArguments(s, o, args, keywords, self, false);
    if (values === null) continue;
    if (o.deprecated) warnDeprecated(rt, s, o, method);
    return invoke(rt, s, o, values as unknown[]);
  }
  throw noFit(s, args, keywords, method);
}

/**
 * Checks the arguments of a function that a front end implements itself against PyTorch's signatures of it.
 * Error: TypeError with PyTorch's wording when they fit none.
 */
export function checkArguments(
  texts: readonly string[],
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  method: boolean,
): void {
  const overloads = texts.map((text) => overloadOf({ text, call: () => null }, null));
  const s: Surface = { name: overloads[0].signature.name, overloads, methods: overloads, needsRuntime: false };
  const fitting = overloads.some((o) => Array.isArray(bindArguments(s, o, args, kwargs, method ? 1 : 0, false)));
  if (!fitting) throw noFit(s, args, kwargs, method);
}

function isEmpty(x: Readonly<Record<string, unknown>>): boolean {
  for (const _ in x) return false;
  return true;
}

/** Signatures as messages list them. */
const listed = (s: Surface, method: boolean): string[] =>
  (method ? s.methods : s.overloads).filter((o) => !o.hidden).map((o) => shownSignature(o.signature, method));

function warnDeprecated(rt: Runtime, s: Surface, o: Overload, method: boolean): void {
  const instead = listed(s, method).map((text) => `\n\t${s.name}${text}`);
  rt.warnOnce(
    "deprecated overload",
    `This overload of ${s.name} is deprecated:\n\t${s.name}${shownSignature(o.signature, method)}\nConsider using one of the following signatures instead:${instead.join("")} (Triggered internally at ../torch/csrc/utils/python_arg_parser.cpp:1661.)`,
  );
}

/** Why no overload fits: of a single one its reason, of several PyTorch's list. */
function noFit(
  s: Surface,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  method: boolean,
): TorchError {
  const self = method ? 1 : 0;
  const count = args.length - self + Object.keys(kwargs).length;
  const form = (o: Overload): Form => (method ? o.asMethod : o.asFunction);
  const offered = (method ? s.methods : s.overloads).filter((o) => !o.hidden || o.deprecated);
  if (method && offered.length === 1 && form(offered[0]).most === 0) {
    const given = args.length - self;
    return typeError(
      count > given
        ? `TensorBase.${s.name}() takes no keyword arguments`
        : `TensorBase.${s.name}() takes no arguments (${given} given)`,
    );
  }
  // When only one overload takes so many arguments, PyTorch explains that one.
  const plausible = offered.filter((o) => !o.hidden && count >= form(o).required && count <= form(o).most);
  const meant = offered.length === 1 ? offered[0] : plausible.length === 1 ? plausible[0] : null;
  const reason = meant === null ? null : bindArguments(s, meant, args, kwargs, self, true);
  if (reason !== null) return reason as TorchError;
  return invalidCombination(s.name, args.slice(self), kwargs, listed(s, method));
}

/** What a function makes on a device, be it like a tensor that is on another one. */
function makeOn(rt: Runtime, device: Device, o: Overload, args: readonly unknown[]): unknown {
  if (device === "cpu") return rt.on(device, () => o.call(...withStandIns(args)));
  const draws = rt.generator.snapshot();
  const made = rt.on(device, () => o.call(...args));
  rt.generator.restore(draws);
  return made instanceof Tensor ? withoutData(made) : made;
}

/** Carries out the call that an overload stands for. */
function run(rt: Runtime, o: Overload, args: readonly unknown[], device: Device | null): unknown {
  if (device !== null && (rt.metaSeen || device === "meta")) return makeOn(rt, device, o, args);
  return rt.interpreter === null ? o.call(...args) : rt.interpreter.call(o.call, args);
}

function invoke(rt: Runtime, s: Surface, o: Overload, values: unknown[]): unknown {
  const call: unknown[] = s.needsRuntime ? [rt] : [];
  const { params } = o.signature;
  for (const i of o.passed) {
    const value = i < 0 ? undefined : values[i];
    call.push(value instanceof ComplexScalar && params[i].type === "Tensor|Scalar" ? numberTensor(rt, value) : value);
  }
  // Numbers alone know no runtime: the first one becomes a tensor, which is still promoted as a number.
  if (params[0]?.type === "Tensor|Scalar" && isScalar(call[0]) && !call.some((x) => x instanceof Tensor))
    call[0] = numberTensor(rt, call[0]);
  const device = o.device < 0 ? null : deviceOf(values[o.device] ?? (s.needsRuntime ? rt.defaultDevice : null));
  const out = o.out >= 0 ? (values[o.out] ?? null) : null;
  if (out !== null) checkOut(rt, s.name, call, out);
  rt.interpreter?.checkSupported(s.name, call);
  const made = run(rt, o, call, device);
  const format = o.format < 0 ? null : ((values[o.format] ?? null) as MemoryFormat | null);
  const placed = made instanceof Tensor && !isMeta(made) && format !== null && format !== "preserve_format";
  const result = placed ? copyInFormat(made, format) : made;
  if (o.requiresGrad >= 0 && values[o.requiresGrad] === true && result instanceof Tensor) {
    if (!isDifferentiable(result.dtype))
      throw runtimeError("Only Tensors of floating point and complex dtype can require gradients");
    result.leafRequiresGrad = true;
  }
  return out === null ? result : writeResult(out, result);
}
