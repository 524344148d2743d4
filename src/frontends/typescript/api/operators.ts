import { type CatalogEntry, catalog } from "../../../engine/catalog.ts";
import type { AnyOp, AnyOpDef, Place } from "../../../engine/op.ts";
import { operatorDoc } from "../../../engine/operator-docs.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { callSurface, type Surface, surfaceOf } from "../../../engine/schema/bind.ts";
import { type ParsedSignature, parseSignature } from "../../../engine/schema/parse.ts";
import { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import type { ExtraFunction } from "./extra/extra-function.ts";
import { NamedResult } from "./named-result.ts";
import { camelCase, folded } from "./names.ts";
import { Tensor } from "./tensor.ts";
import { fromEngine, isOptions, toEngine } from "./values.ts";

/** An operator as programs call it: positional arguments, then an optional object of keyword arguments. */
export interface Callable {
  /** Name in the catalogue: "log_softmax". */
  readonly name: string;
  readonly op: AnyOp;
  readonly surface: Surface;
  /** Keyword names without underscores and case → the signature's. */
  readonly keywords: ReadonlyMap<string, string>;
  /** Named results: ["values", "indices"]. */
  readonly results: readonly string[] | null;
  /** Type of the result in TypeScript where the declarations cannot tell. */
  readonly resultType: string | null;
  /** Tensors given one by one fill the list that comes last. */
  readonly variadic: boolean;
  readonly doc: string;
  /** How many tensor (or number) arguments may go to the operator as they are, because everything else is optional; 0 = never. */
  readonly direct: number;
}

/** Parameters that change nothing when absent, whatever the operator. */
const PASSIVE = new Set(["out", "alpha", "memory_format", "device", "layout"]);

function directCount(signatures: readonly ParsedSignature[], usesForward: boolean): number {
  const first = signatures[0];
  if (first === undefined || !usesForward) return 0;
  const required = first.params.filter((p) => !p.hasDefault);
  const plain = required.every((p) => !p.keywordOnly && (p.type === "Tensor" || p.type === "Tensor|Scalar"));
  const rest = first.params.filter((p) => p.hasDefault).every((p) => PASSIVE.has(p.name));
  return plain && rest ? required.length : 0;
}

function callableOf({ name, op }: CatalogEntry): Callable {
  const surface = surfaceOf(op, name);
  const keywords = new Map<string, string>();
  for (const { signature } of surface.overloads) for (const p of signature.params) keywords.set(folded(p.name), p.name);
  const usesForward = typeof op.def.signatures?.[0] === "string";
  const signatures = surface.overloads.map((o) => o.signature);
  const takesTensors = op.def.args[0] !== "rt";
  return {
    name,
    op,
    surface,
    keywords,
    results: op.def.resultNames ?? null,
    resultType: null,
    variadic: false,
    doc: operatorDoc(name),
    direct: takesTensors ? directCount(signatures, usesForward) : 0,
  };
}

/** A function that is written here as an operator of its own. */
export function extraCallable(extra: ExtraFunction): Callable {
  const { name, params } = parseSignature(extra.signature);
  const def: AnyOpDef = {
    name,
    args: ["rt", ...params.map((p) => p.name)],
    forward: extra.call as never,
    signatures: [{ text: extra.signature, call: extra.call }],
  };
  const call = extra.call as unknown as (...args: unknown[]) => unknown;
  const op = Object.assign((...args: unknown[]) => call(...args), { def }) as AnyOp;
  return {
    name,
    op,
    surface: surfaceOf(op, name),
    keywords: new Map(params.map((p) => [folded(p.name), p.name])),
    results: null,
    resultType: extra.result ?? null,
    variadic: extra.variadic ?? false,
    doc: extra.doc,
    direct: 0,
  };
}

/** Every operator with a surface, by catalogue name; the first of a name wins. */
export const CALLABLES: ReadonlyMap<string, Callable> = (() => {
  const map = new Map<string, Callable>();
  for (const entry of catalog()) if (!map.has(entry.name)) map.set(entry.name, callableOf(entry));
  return map;
})();

/** Operators that a place shows. */
export function callablesAt(place: Place): Callable[] {
  return [...CALLABLES.values()].filter((c) => c.op.def.places?.includes(place));
}

/** Calls an operator with a program's arguments. Errors: PyTorch's. */
export function invoke(rt: Runtime, c: Callable, args: readonly unknown[], method: boolean): unknown {
  const { direct } = c;
  if (direct !== 0 && args.length === direct) {
    const raw = directArguments(args);
    if (raw !== null) return fromEngine(c.op(...raw));
  }
  let count = args.length;
  let kwargs: Record<string, unknown> | undefined;
  const last = args[count - 1];
  if (count > 0 && isOptions(last)) {
    count--;
    kwargs = {};
    for (const [key, value] of Object.entries(last))
      if (value !== undefined) kwargs[c.keywords.get(folded(key)) ?? key] = toEngine(value);
  }
  while (count > 0 && args[count - 1] === undefined) count--;
  const converted: unknown[] = [];
  for (let i = 0; i < count; i++) converted.push(toEngine(args[i]));
  if (c.variadic) gatherTensors(converted);
  const result = callSurface(rt, c.surface, converted, kwargs, method);
  if (c.results !== null && Array.isArray(result)) return new NamedResult(c.name, c.results, result.map(fromEngine));
  return fromEngine(result);
}

/** `f(text, a, b)` → `f(text, [a, b])` */
function gatherTensors(args: unknown[]): void {
  const first = args.findIndex((a) => a instanceof EngineTensor);
  if (first >= 0) args.splice(first, args.length - first, Object.assign(args.slice(first), { pyType: "list" }));
}

/** Tensors and numbers with at least one tensor among them; null for anything else. */
function directArguments(args: readonly unknown[]): unknown[] | null {
  const raw: unknown[] = [];
  let tensors = 0;
  for (const a of args)
    if (a instanceof Tensor) {
      tensors++;
      raw.push(Tensor.raw(a));
    } else if (typeof a === "number" && raw.length > 0) raw.push(a);
    else return null;
  return tensors > 0 ? raw : null;
}

/** The operator as a function of programs. `prepare` may change the arguments first. */
export function asFunction(
  rt: Runtime,
  c: Callable,
  prepare: (args: unknown[]) => unknown[] = (args) => args,
): (...args: unknown[]) => unknown {
  const f = (...args: unknown[]): unknown => invoke(rt, c, prepare(args), false);
  Object.defineProperty(f, "name", { value: camelCase(c.name) });
  return f;
}

/** The operator as a method of tensors. */
export function asMethod(c: Callable): (this: Tensor, ...args: unknown[]) => unknown {
  const { direct, op } = c;
  const general = function (this: Tensor, ...args: unknown[]): unknown {
    return invoke(Tensor.raw(this).rt, c, [this, ...args], true);
  };
  if (direct === 1)
    return function (this: Tensor, ...args: unknown[]): unknown {
      return args.length === 0 ? fromEngine(op(Tensor.raw(this))) : general.apply(this, args);
    };
  if (direct === 2)
    return function (this: Tensor, ...args: unknown[]): unknown {
      const other = args[0];
      if (args.length !== 1) return general.apply(this, args);
      if (other instanceof Tensor) return fromEngine(op(Tensor.raw(this), Tensor.raw(other)));
      return typeof other === "number" && acceptsNumber(c)
        ? fromEngine(op(Tensor.raw(this), other))
        : general.apply(this, args);
    };
  return general;
}

function acceptsNumber(c: Callable): boolean {
  return c.surface.overloads[0].signature.params[1].type === "Tensor|Scalar";
}
