import { TorchError, typeError } from "../../../engine/errors.ts";
import type { Layer, LayerState } from "../../../engine/nn/layer.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { parseSignature } from "../../../engine/schema/parse.ts";
import { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import { bindArguments, takeFactory, withFactory } from "./arguments.ts";
import { ModuleBase, Parameter } from "./module.ts";
import { camelCase } from "./names.ts";
import { PackedSequence } from "./packed-sequence.ts";
import { Tensor } from "./tensor.ts";
import { fromEngine, needTensor, toEngine } from "./values.ts";

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

/** An input of forward as its entry declares it: "h?" may be absent, "hx?[]" may be a list, "size?#" is numbers, "input@" may be packed. */
function inputOf(layer: string, declared: string, value: unknown, at: number): unknown {
  const name = declared.replace(/[?[\]#@]/g, "");
  if (value === undefined || value === null) {
    if (declared.endsWith("#")) return null;
    if (declared.includes("?")) return undefined;
    throw typeError(
      `${layer}.forward() missing ${at === 0 ? "1 required positional argument" : "a required argument"}: '${name}'`,
    );
  }
  if (declared.endsWith("#")) return toEngine(value);
  if (declared.endsWith("@") && value instanceof PackedSequence) return PackedSequence.raw(value);
  if (declared.endsWith("[]") && Array.isArray(value)) return value.map((v) => needTensor(v, `${layer}: ${name}`));
  return needTensor(value, `${layer}: ${name}`);
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
    constructor(...given: unknown[]) {
      super();
      const { factory, rest } = takeFactory(given);
      const bound = bindArguments(
        `${layer.name}.__init__()`,
        layer.name === "Identity" ? [] : params,
        layer.name === "Identity" ? [] : rest,
      );
      const args = Object.fromEntries(Object.entries(bound).map(([k, v]) => [k, toEngine(v)]));
      const { parameters = {}, buffers = {} } = withFactory(rt, factory, () => layer.make?.(rt, args)) ?? {};
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
      return fromEngine(layer.forward(new ModuleState(this), ...(raw as never[])));
    }
    override extraRepr(): string {
      return layer.extraRepr?.(new ModuleState(this)) ?? "";
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
