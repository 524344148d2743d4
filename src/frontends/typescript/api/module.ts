import type { DType as EngineDType } from "../../../engine/dtype.ts";
import { DTYPES } from "../../../engine/dtype.ts";
import { notImplemented, runtimeError, TorchError, typeError } from "../../../engine/errors.ts";
import { run } from "../../../engine/nn/named-operators.ts";
import { cast, copy_ } from "../../../engine/ops/copies.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { sameShape } from "../../../engine/shape.ts";
import { DType, engineDtype } from "./dtypes.ts";
import { callModule, moduleText } from "./module-call.ts";
import {
  type BackwardHook,
  type BackwardPreHook,
  type ForwardHook,
  type ForwardHookOptions,
  type ForwardPreHook,
  type HookOptions,
  ModuleHooks,
} from "./module-hooks.ts";
import type { RemovableHandle } from "./removable-handle.ts";
import { Tensor } from "./tensor.ts";
import { describeKind } from "./values.ts";

/** Makes `new` give a function: calling a module runs its forward. */
class CallableObject {
  constructor() {
    const self = (...inputs: unknown[]): unknown => callModule(self as unknown as ModuleBase, ModuleBase, inputs);
    // A function's own name would hide a module's attribute of that name.
    Reflect.deleteProperty(self, "name");
    Reflect.deleteProperty(self, "length");
    Object.setPrototypeOf(self, new.target.prototype);
    // biome-ignore lint/correctness/noConstructorReturn: a class whose objects can be called has no other way
    return self as unknown as CallableObject;
  }
}

/** A learnable tensor: modules find it among their attributes. */
export class Parameter extends Tensor {
  constructor(data: Tensor, requiresGrad = true) {
    if (!(data instanceof Tensor)) throw typeError(`Parameter takes a Tensor, not ${describeKind(data)}`);
    const raw = Tensor.raw(data).alias();
    raw.isParameter = true;
    super(raw);
    this.requiresGrad_(requiresGrad);
  }
}

export const isParameter = (x: unknown): x is Tensor => x instanceof Tensor && Tensor.raw(x).isParameter;

/**
 * torch.nn.Module: the attributes that are parameters and modules are its own, in the order in which they were assigned.
 * Subclasses define `forward`; calling the module runs it, with hooks.
 */
export abstract class ModuleBase extends CallableObject {
  training = true;
  readonly #buffers = new Map<string, boolean>();
  readonly #hooks = new ModuleHooks();
  #heldAs = "";

  /** The engine that runs the module; the API's own subclass knows it. */
  abstract get runtime(): Runtime;

  forward(..._inputs: never[]): unknown {
    throw notImplemented(`Module [${this.className}] is missing the required "forward" function`);
  }
  /** What stands in parentheses when the module is printed. */
  extraRepr(): string {
    return "";
  }
  get className(): string {
    return this.constructor.name || "Module";
  }
  /** Attribute of the parent that holds this module, as last seen; "" for a root. */
  static heldAs(m: ModuleBase): string {
    return m.#heldAs;
  }
  static hold(m: ModuleBase, name: string): void {
    m.#heldAs = name;
  }
  static hooksOf(m: ModuleBase): ModuleHooks {
    return m.#hooks;
  }

  /** Takes an attribute away, and what the module knows of it. */
  static forget(m: ModuleBase, name: string): void {
    Reflect.deleteProperty(m, name);
    m.#buffers.delete(name);
  }

  /** A module of the same class with the same hooks that holds nothing yet; its constructor does not run. */
  static bareCopy(m: ModuleBase): ModuleBase {
    const copy = Reflect.construct(ModuleBase, [], m.constructor as typeof ModuleBase) as ModuleBase;
    for (const [name, persistent] of m.#buffers) copy.#buffers.set(name, persistent);
    m.#hooks.copyTo(copy.#hooks);
    return copy;
  }

  // ------------------------------------------------------------------------------------------------------ what it holds

  /** Attributes that are modules. Containers hold theirs elsewhere and say so here. */
  *namedChildren(): IterableIterator<[string, ModuleBase]> {
    for (const key of Object.keys(this)) {
      const value = (this as Record<string, unknown>)[key];
      if (value instanceof ModuleBase) yield [key, value];
    }
  }
  *ownParameters(): IterableIterator<[string, Tensor]> {
    for (const key of Object.keys(this)) {
      const value = (this as Record<string, unknown>)[key];
      if (isParameter(value)) yield [key, value];
    }
  }
  *ownBuffers(): IterableIterator<[string, Tensor, boolean]> {
    for (const [name, persistent] of this.#buffers) {
      const value = (this as Record<string, unknown>)[name];
      if (value instanceof Tensor) yield [name, value, persistent];
    }
  }
  children(): ModuleBase[] {
    return [...this.namedChildren()].map(([, m]) => m);
  }
  /** This module and all below it, each once, with dotted paths. */
  *namedModules(prefix = "", seen = new Set<ModuleBase>()): IterableIterator<[string, ModuleBase]> {
    if (seen.has(this)) return;
    seen.add(this);
    yield [prefix, this];
    for (const [name, child] of this.namedChildren()) yield* child.namedModules(joinPath(prefix, name), seen);
  }
  modules(): ModuleBase[] {
    return [...this.namedModules()].map(([, m]) => m);
  }
  *namedParameters(prefix = "", recurse = true): IterableIterator<[string, Tensor]> {
    const seen = new Set<Tensor>();
    for (const [path, m] of recurse ? this.namedModules(prefix) : [[prefix, this] as const])
      for (const [name, p] of m.ownParameters()) {
        if (seen.has(p)) continue;
        seen.add(p);
        yield [joinPath(path, name), p];
      }
  }
  parameters(recurse = true): Tensor[] {
    return [...this.namedParameters("", recurse)].map(([, p]) => p);
  }
  *namedBuffers(prefix = ""): IterableIterator<[string, Tensor]> {
    for (const [path, m] of this.namedModules(prefix))
      for (const [name, b] of m.ownBuffers()) yield [joinPath(path, name), b];
  }
  buffers(): Tensor[] {
    return [...this.namedBuffers()].map(([, b]) => b);
  }
  registerBuffer(name: string, tensor: Tensor | null, options: { persistent?: boolean } = {}): void {
    this.#buffers.set(name, options.persistent ?? true);
    (this as Record<string, unknown>)[name] = tensor;
  }
  registerParameter(name: string, parameter: Parameter | null): void {
    (this as Record<string, unknown>)[name] = parameter;
  }
  addModule(name: string, module: ModuleBase | null): void {
    (this as Record<string, unknown>)[name] = module;
  }
  registerModule(name: string, module: ModuleBase | null): void {
    this.addModule(name, module);
  }
  /** The module at a dotted path. Error: AttributeError. */
  getSubmodule(path: string): ModuleBase {
    return this.#found("submodule", this.namedModules(), path);
  }
  /** The parameter at a dotted path. Error: AttributeError. */
  getParameter(path: string): Tensor {
    return this.#found("parameter", this.namedParameters(), path);
  }
  /** The buffer at a dotted path. Error: AttributeError. */
  getBuffer(path: string): Tensor {
    return this.#found("buffer", this.namedBuffers(), path);
  }
  #found<T>(kind: string, all: Iterable<[string, T]>, path: string): T {
    for (const [name, held] of all) if (name === path) return held;
    throw new TorchError("AttributeError", `${this.className} has no ${kind} \`${path}\``);
  }
  /** Puts a module in the place of the one at a dotted path. Error: AttributeError where no module is its parent. */
  setSubmodule(path: string, module: ModuleBase): void {
    const dot = path.lastIndexOf(".");
    this.getSubmodule(path.slice(0, Math.max(dot, 0))).addModule(path.slice(dot + 1), module);
  }

  // ------------------------------------------------------------------------------------------------------------- modes

  train(mode = true): this {
    for (const m of this.modules()) m.training = mode;
    return this;
  }
  eval(): this {
    return this.train(false);
  }
  requiresGrad_(flag = true): this {
    for (const p of this.parameters()) p.requiresGrad = flag;
    return this;
  }
  /** Forgets gradients: `.grad` becomes null, or zeros with `{ setToNone: false }`. */
  zeroGrad(options: { setToNone?: boolean } = {}): void {
    for (const p of this.parameters()) clearGrad(p, options.setToNone ?? true);
  }
  /** Calls `f` on every module below and on this one. */
  apply(f: (module: ModuleBase) => void): this {
    for (const child of this.children()) child.apply(f);
    f(this);
    return this;
  }
  to(target: unknown): this {
    if (target instanceof DType) return this.#convert(engineDtype(target));
    if (typeof target === "string" && target.startsWith("cuda"))
      throw new TorchError("AssertionError", "Torch not compiled with CUDA enabled");
    return this;
  }
  float(): this {
    return this.#convert(DTYPES.float32);
  }
  double(): this {
    return this.#convert(DTYPES.float64);
  }
  half(): this {
    return this.#convert(DTYPES.float16);
  }
  bfloat16(): this {
    return this.#convert(DTYPES.bfloat16);
  }
  cpu(): this {
    return this;
  }
  #convert(dtype: EngineDType): this {
    if (dtype.kind !== "float" && dtype.kind !== "complex")
      throw typeError(
        `nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=torch.${dtype.name}`,
      );
    this.runtime.quietly(() => {
      for (const t of [...this.parameters(), ...this.buffers()]) {
        const raw = Tensor.raw(t);
        if (raw.dtype.kind === "float") t.data = Tensor.wrap(cast(raw, dtype));
      }
    });
    return this;
  }

  // ------------------------------------------------------------------------------------------------------------- hooks

  /** Before each call: may return other inputs, in an array or alone. */
  registerForwardPreHook(hook: ForwardPreHook, options: HookOptions = {}): RemovableHandle {
    return this.#hooks.forwardPre.add(hook, options);
  }
  /** After each call: may return another output. */
  registerForwardHook(hook: ForwardHook, options: ForwardHookOptions = {}): RemovableHandle {
    return this.#hooks.forward.add(hook, options);
  }
  /** In the backward pass, before the gradients enter the module: may return others for its outputs. */
  registerFullBackwardPreHook(hook: BackwardPreHook, options: HookOptions = {}): RemovableHandle {
    return this.#hooks.backwardPre.add(hook, options);
  }
  /** In the backward pass, when the gradients of the module's inputs are there: may return others for them. */
  registerFullBackwardHook(hook: BackwardHook, options: HookOptions = {}): RemovableHandle {
    return this.#hooks.backward.add(hook, options);
  }

  // ------------------------------------------------------------------------------------------------------------- state

  /** Parameters and persistent buffers by dotted path, sharing memory with the module. */
  stateDict(prefix = ""): Record<string, Tensor> {
    const out: Record<string, Tensor> = {};
    for (const [path, m] of this.namedModules(prefix)) {
      for (const [name, p] of m.ownParameters()) out[joinPath(path, name)] = detached(p);
      for (const [name, b, persistent] of m.ownBuffers()) if (persistent) out[joinPath(path, name)] = detached(b);
    }
    return out;
  }
  /** Copies values into parameters and buffers. Error: RuntimeError listing what is missing, unexpected or of another shape. */
  loadStateDict(state: Readonly<Record<string, Tensor>>, options: { strict?: boolean } = {}): void {
    const own = this.stateDict();
    const missing = Object.keys(own).filter((k) => !(k in state));
    const unexpected = Object.keys(state).filter((k) => !(k in own));
    const problems: string[] = [];
    const quoted = (keys: string[]): string => keys.map((k) => `"${k}"`).join(", ");
    if (options.strict ?? true) {
      if (unexpected.length > 0) problems.push(`Unexpected key(s) in state_dict: ${quoted(unexpected)}. `);
      if (missing.length > 0) problems.push(`Missing key(s) in state_dict: ${quoted(missing)}. `);
    }
    for (const [key, target] of Object.entries(own)) {
      if (!(key in state)) continue;
      const [to, from] = [Tensor.raw(target), Tensor.raw(state[key])];
      if (sameShape(to.shape, from.shape)) this.runtime.quietly(() => copy_(to, from));
      else
        problems.push(
          `size mismatch for ${key}: copying a param with shape torch.Size([${from.shape.join(", ")}]) from checkpoint, the shape in current model is torch.Size([${to.shape.join(", ")}]).`,
        );
    }
    if (problems.length > 0)
      throw runtimeError(`Error(s) in loading state_dict for ${this.className}:\n\t${problems.join("\n\t")}`);
  }

  override toString(): string {
    return moduleText(this);
  }
}

const joinPath = (prefix: string, name: string): string => (prefix === "" ? name : `${prefix}.${name}`);

function detached(t: Tensor): Tensor {
  return Tensor.wrap(Tensor.raw(t).alias());
}

/** Sets `.grad` to null, or fills it with zeros, and tells the observer. */
function clearGrad(p: Tensor, setToNone: boolean): void {
  const raw = Tensor.raw(p);
  if (raw.grad === null) return;
  if (setToNone) p.grad = null;
  else raw.rt.withGrad(false, () => raw.grad !== null && run(raw.rt, "zero_", raw.grad));
}
