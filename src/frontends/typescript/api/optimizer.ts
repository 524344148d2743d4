import { typeError } from "../../../engine/errors.ts";
import {
  Optimizer as EngineOptimizer,
  type GroupOptions,
  type OptimizerKind,
  type OptimizerStateDict,
} from "../../../engine/optim/optimizer.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import { camelOptions } from "./names.ts";
import { RemovableHandle } from "./removable-handle.ts";
import { Tensor } from "./tensor.ts";
import { describeKind, isOptions, needTensor } from "./values.ts";

export type Parameters = Iterable<Tensor> | Iterable<GroupArgument>;
type GroupArgument = { params: Tensor | Iterable<Tensor> } & Record<string, unknown>;

const tensors = (params: Tensor | Iterable<Tensor>) =>
  (params instanceof Tensor ? [params] : [...params]).map((p) => needTensor(p, "optimizer parameter"));

export type StepHook = (optimizer: Optimizer) => void;

/** torch.optim.Optimizer as programs hold it. */
export class Optimizer {
  readonly #engine: EngineOptimizer;
  readonly #before = new Set<StepHook>();
  readonly #after = new Set<StepHook>();

  constructor(rt: Runtime, kind: OptimizerKind, params: Parameters, options: Readonly<Record<string, unknown>>) {
    if (params instanceof Tensor)
      throw typeError(
        "params argument given to the optimizer should be an iterable of Tensors or dicts, but got torch.FloatTensor",
      );
    if (typeof (params as Iterable<unknown> | null | undefined)?.[Symbol.iterator] !== "function")
      throw typeError(`params must be a list of tensors or of groups, not ${describeKind(params)}`);
    const shared = camelOptions(options);
    const items = [...params] as (Tensor | GroupArgument)[];
    const grouped = items.some((item) => isOptions(item));
    const groups = grouped
      ? items.map((item) => {
          const { params: own, ...more } = item as GroupArgument;
          return { tensors: tensors(own), options: { ...shared, ...camelOptions(more) } };
        })
      : [{ tensors: tensors(items as Tensor[]), options: shared }];
    this.#engine = new EngineOptimizer(rt, kind, groups);
    this.#engine.groups.forEach((g) => {
      showParams(g.options, g.tensors.map(Tensor.wrap));
    });
  }

  static raw(o: Optimizer): EngineOptimizer {
    return o.#engine;
  }

  /** Options of each group, with its tensors as `params`; assigning `lr` takes effect at the next step. */
  get paramGroups(): readonly GroupOptions[] {
    return this.#engine.groups.map((g) => g.options);
  }
  addParamGroup(group: GroupArgument): void {
    const { params, ...options } = group;
    const g = this.#engine.addGroup(tensors(params), camelOptions(options));
    showParams(g.options, g.tensors.map(Tensor.wrap));
  }
  /** Updates every parameter that has a gradient. A closure computes the loss first; its value is returned. */
  step<T>(closure?: () => T): T | undefined {
    for (const hook of this.#before) hook(this);
    const loss = this.#step(closure);
    for (const hook of this.#after) hook(this);
    return loss;
  }
  #step<T>(closure?: () => T): T | undefined {
    if (closure === undefined || !this.#engine.needsClosure) {
      const loss = closure?.();
      this.#engine.step();
      return loss;
    }
    let first: T | undefined;
    this.#engine.step(() => {
      const loss = closure();
      first ??= loss;
      return loss instanceof Tensor ? Tensor.raw(loss).item() : Number(loss);
    });
    return first;
  }
  /** Calls back before each step. */
  registerStepPreHook(hook: StepHook): RemovableHandle {
    this.#before.add(hook);
    return new RemovableHandle(() => this.#before.delete(hook));
  }
  /** Calls back after each step. */
  registerStepPostHook(hook: StepHook): RemovableHandle {
    this.#after.add(hook);
    return new RemovableHandle(() => this.#after.delete(hook));
  }
  zeroGrad(options: { setToNone?: boolean } | boolean = {}): void {
    this.#engine.zeroGrad(typeof options === "boolean" ? options : (options.setToNone ?? true));
  }
  zero_grad(options: { setToNone?: boolean } | boolean = {}): void {
    this.zeroGrad(options);
  }
  /** What continuing needs: tensors and numbers by the parameters' places, and the options of the groups. */
  stateDict(): Record<string, unknown> {
    const { state, paramGroups } = this.#engine.stateDict();
    return { state: treeOf(state, (v) => (v instanceof EngineTensor ? Tensor.wrap(v) : v)), paramGroups };
  }
  loadStateDict(given: Readonly<Record<string, unknown>>): void {
    const { paramGroups } = given;
    const state = treeOf(given["state"], (v) => (v instanceof Tensor ? Tensor.raw(v) : v));
    this.#engine.loadStateDict({ state, paramGroups } as OptimizerStateDict);
  }
  toString(): string {
    return this.#engine.toString();
  }
}

/** The values of a state two levels down, changed one by one. */
const treeOf = (state: unknown, change: (value: unknown) => unknown): unknown =>
  Object.fromEntries(
    Object.entries(state as Record<string, Record<string, unknown>>).map(([i, own]) => [
      i,
      Object.fromEntries(Object.entries(own).map(([name, v]) => [name, change(v)])),
    ]),
  );

function showParams(options: GroupOptions, params: readonly Tensor[]): void {
  Object.defineProperty(options, "params", { value: params, configurable: true });
}
