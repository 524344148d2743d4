import { TorchError, typeError } from "../../../engine/errors.ts";
import type { Layer, LayerArgs, LayerState, LayerTensors } from "../../../engine/nn/layer.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { checkDevice } from "../../../engine/schema/bind.ts";
import { type Param, parseSignature } from "../../../engine/schema/parse.ts";
import { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import { type DType, engineDtype } from "./dtypes.ts";
import { ModuleBase, Parameter } from "./module.ts";
import { camelCase, folded } from "./names.ts";
import { Tensor } from "./tensor.ts";
import { describeKind, fromEngine, isOptions, needTensor, toEngine } from "./values.ts";

/** Which values a parameter's declared type admits; numbers are checked as JavaScript has them. */
const ADMITS: Readonly<Partial<Record<Param["type"], (x: unknown) => boolean>>> = {
  int64_t: (x) => Number.isInteger(x),
  double: (x) => typeof x === "number",
  bool: (x) => typeof x === "boolean",
  str: (x) => typeof x === "string",
  Tensor: (x) => x instanceof Tensor,
  IntArrayRef: (x) => Number.isInteger(x) || (Array.isArray(x) && x.every(Number.isInteger)),
};
const TYPE_NAMES: Readonly<Partial<Record<Param["type"], string>>> = {
  int64_t: "a whole number",
  double: "a number",
  bool: "true or false",
  str: "a string",
  Tensor: "a Tensor",
  IntArrayRef: "whole numbers",
};

/** Arguments of a constructor by the names of its signature: positional ones first, then an object of the others. */
export function bindArguments(
  name: string,
  params: readonly Param[],
  given: readonly unknown[],
): Record<string, unknown> {
  const last = given[given.length - 1];
  const options = isOptions(last) ? last : {};
  const positional = isOptions(last) ? given.slice(0, -1) : given;
  if (positional.length > params.length)
    throw typeError(
      `${name}.__init__() takes ${params.length + 1} positional arguments but ${positional.length + 1} were given`,
    );
  const byName = new Map(params.map((p) => [folded(p.name), p.name]));
  const named = new Map<string, unknown>();
  for (const [key, value] of Object.entries(options)) {
    const known = byName.get(folded(key));
    if (known === undefined) throw typeError(`${name}.__init__() got an unexpected keyword argument '${key}'`);
    if (value !== undefined) named.set(known, value);
  }
  const out: Record<string, unknown> = {};
  const missing: string[] = [];
  params.forEach((p, i) => {
    const value = positional[i] ?? named.get(p.name);
    if (value === undefined || value === null) {
      if (!p.hasDefault) missing.push(p.name);
      out[p.name] = p.defaultValue;
      return;
    }
    // Convolutions know paddings by name.
    const byName = p.name === "padding" && (value === "same" || value === "valid");
    if (!byName && ADMITS[p.type]?.(value) === false)
      throw typeError(`${name}: ${p.name} must be ${TYPE_NAMES[p.type]}, not ${describeKind(value)}`);
    out[p.name] = value;
  });
  if (missing.length > 0)
    throw typeError(
      `${name}.__init__() missing ${missing.length} required positional argument${missing.length > 1 ? "s" : ""}: ${missing.map((m) => `'${m}'`).join(" and ")}`,
    );
  return out;
}

/** The module as its layer's functions see it. */
class ModuleState implements LayerState {
  readonly #module: ModuleBase;
  constructor(module: ModuleBase) {
    this.#module = module;
  }
  get rt(): Runtime {
    return this.#module.runtime;
  }
  get training(): boolean {
    return this.#module.training;
  }
  get<T>(name: string): T {
    return toEngine((this.#module as unknown as Record<string, unknown>)[camelCase(name)]) as T;
  }
  tensor(name: string): EngineTensor | null {
    const value = this.get<unknown>(name);
    return value instanceof EngineTensor ? value : null;
  }
}

/** An input of forward as its entry declares it: "h?" may be absent, "hx?[]" may be a list, "size?#" is numbers. */
function inputOf(layer: string, declared: string, value: unknown, at: number): unknown {
  const name = declared.replace(/[?[\]#]/g, "");
  if (value === undefined || value === null) {
    if (declared.endsWith("#")) return null;
    if (declared.includes("?")) return undefined;
    throw typeError(
      `${layer}.forward() missing ${at === 0 ? "1 required positional argument" : "a required argument"}: '${name}'`,
    );
  }
  if (declared.endsWith("#")) return toEngine(value);
  if (declared.endsWith("[]") && Array.isArray(value)) return value.map((v) => needTensor(v, `${layer}: ${name}`));
  return needTensor(value, `${layer}: ${name}`);
}

/** Where new parameters stand: options that every layer with parameters takes, beside its own. */
interface Factory {
  dtype?: DType | null;
  device?: string | null;
}

/** Takes `dtype` and `device` out of the last argument. */
function takeFactory(given: readonly unknown[]): { factory: Factory; rest: unknown[] } {
  const last = given[given.length - 1];
  if (!isOptions(last)) return { factory: {}, rest: [...given] };
  const { dtype, device, ...others } = last as Factory & Record<string, unknown>;
  return { factory: { dtype, device }, rest: [...given.slice(0, -1), others] };
}

/** Makes what a layer holds, with the dtype asked for in place of the default. */
function makeTensors(rt: Runtime, layer: Layer, args: LayerArgs, { dtype, device }: Factory): LayerTensors {
  checkDevice(device ?? null);
  const before = rt.defaultDtype;
  if (dtype !== undefined && dtype !== null) rt.defaultDtype = engineDtype(dtype);
  try {
    return layer.make?.(rt, args) ?? {};
  } finally {
    rt.defaultDtype = before;
  }
}

/** A module class of a kind of layer. */
export interface LayerClass {
  new (...args: unknown[]): ModuleBase;
  readonly prototype: ModuleBase;
}

/** A class whose objects are modules of this kind. */
export function layerClass(rt: Runtime, layer: Layer): LayerClass {
  const { params } = parseSignature(layer.signature);
  const LayerModule = class extends ModuleBase {
    readonly #state = new ModuleState(this);
    constructor(...given: unknown[]) {
      super();
      const { factory, rest } = takeFactory(given);
      const bound = bindArguments(
        layer.name,
        layer.name === "Identity" ? [] : params,
        layer.name === "Identity" ? [] : rest,
      );
      const args = Object.fromEntries(Object.entries(bound).map(([k, v]) => [k, toEngine(v)]));
      const { parameters = {}, buffers = {} } = makeTensors(rt, layer, args, factory);
      // `bias: true` asks for a parameter of that name, which takes its place; `_weight` is only for the one who makes it.
      for (const [name, value] of Object.entries(bound))
        if (!(name in parameters) && !(name in buffers) && !name.startsWith("_")) this.addValue(name, value);
      for (const [name, t] of Object.entries(parameters))
        this.addValue(name, t === null ? null : new Parameter(Tensor.wrap(t)));
      for (const [name, t] of Object.entries(buffers))
        this.registerBuffer(camelCase(name), t === null ? null : Tensor.wrap(t));
    }
    private addValue(name: string, value: unknown): void {
      (this as unknown as Record<string, unknown>)[camelCase(name)] = value;
    }
    get runtime(): Runtime {
      return rt;
    }
    override forward(...given: unknown[]): unknown {
      const raw = layer.inputs.map((input, i) => inputOf(layer.name, input, given[i], i));
      return fromEngine(layer.forward(this.#state, ...(raw as never[])));
    }
    override extraRepr(): string {
      return layer.extraRepr?.(this.#state) ?? "";
    }
  };
  Object.defineProperty(LayerModule, "name", { value: layer.name });
  if (isTable(layer)) Object.defineProperty(LayerModule, "fromPretrained", { value: pretrained(LayerModule) });
  return LayerModule;
}

/** Can the layer be made of a table of vectors? */
export const isTable = (layer: Layer): boolean => layer.signature.includes(" _weight=");

/** `Embedding.fromPretrained(vectors)`: a layer over given vectors [rows, width], frozen unless `{ freeze: false }`. */
function pretrained(Table: LayerClass) {
  return (vectors: Tensor, options: Readonly<Record<string, unknown>> = {}): ModuleBase => {
    const { ndim, shape } = needTensor(vectors, "embeddings");
    if (ndim !== 2) throw new TorchError("AssertionError", "Embeddings parameter is expected to be 2-dimensional");
    const { freeze = true, ...others } = options;
    const made = new Table(shape[0], shape[1], { ...others, _weight: vectors });
    made.requiresGrad_(freeze !== true);
    return made;
  };
}
