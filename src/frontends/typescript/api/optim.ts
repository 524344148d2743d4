import { typeError } from "../../../engine/errors.ts";
import { OPTIMIZERS } from "../../../engine/optim/kinds.ts";
import {
  Optimizer as EngineOptimizer,
  type GroupOptions,
  type OptimizerKind,
} from "../../../engine/optim/optimizer.ts";
import { PLATEAU_DEFAULTS, Plateau } from "../../../engine/optim/plateau.ts";
import { Scheduler as EngineScheduler, SCHEDULERS, type SchedulerKind } from "../../../engine/optim/schedulers.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { camelCase } from "./names.ts";
import { Tensor } from "./tensor.ts";
import { describeKind, isOptions, needTensor } from "./values.ts";

type Parameters = Iterable<Tensor> | Iterable<GroupArgument>;
type GroupArgument = { params: Tensor | Iterable<Tensor> } & Record<string, unknown>;

/** Options by their camel-case names. */
const camelOptions = (options: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).map(([k, v]) => [camelCase(k), v]));

const tensors = (params: Tensor | Iterable<Tensor>) =>
  (params instanceof Tensor ? [params] : [...params]).map((p) => needTensor(p, "optimizer parameter"));

/** torch.optim.Optimizer as programs hold it. */
export class Optimizer {
  readonly #engine: EngineOptimizer;

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
    const loss = closure?.();
    this.#engine.step();
    return loss;
  }
  zeroGrad(options: { setToNone?: boolean } | boolean = {}): void {
    this.#engine.zeroGrad(typeof options === "boolean" ? options : (options.setToNone ?? true));
  }
  zero_grad(options: { setToNone?: boolean } | boolean = {}): void {
    this.zeroGrad(options);
  }
  toString(): string {
    return this.#engine.toString();
  }
}

function showParams(options: GroupOptions, params: readonly Tensor[]): void {
  Object.defineProperty(options, "params", { value: params, configurable: true });
}

function optimizerClass(rt: Runtime, kind: OptimizerKind) {
  const C = class extends Optimizer {
    constructor(params: Parameters, options: Readonly<Record<string, unknown>> = {}) {
      super(rt, kind, params, options);
    }
  };
  Object.defineProperty(C, "name", { value: kind.name });
  return C;
}

/** PyTorch's T_max, T_0 and T_mult in camel case. */
const PYTORCH_NAMES: Readonly<Record<string, string>> = { TMax: "tMax", T0: "t0", TMult: "tMult" };

function schedulerClass(kind: SchedulerKind) {
  const names = Object.keys(kind.params);
  const C = class {
    readonly #engine: EngineScheduler;
    /** `new StepLR(optimizer, 10, { gamma: 0.5 })`: as in PyTorch, positional arguments first. */
    constructor(optimizer: Optimizer, ...given: unknown[]) {
      if (!(optimizer instanceof Optimizer)) throw typeError(`${describeKind(optimizer)} is not an Optimizer`);
      const last = given[given.length - 1];
      const named = isOptions(last) ? camelOptions(last) : {};
      const positional = isOptions(last) ? given.slice(0, -1) : given;
      const options: Record<string, unknown> = { ...kind.params };
      positional.forEach((value, i) => {
        options[names[i]] = value;
      });
      for (const [key, value] of Object.entries(named)) options[PYTORCH_NAMES[key] ?? key] = value;
      const missing = names.find((n) => options[n] === undefined);
      if (missing !== undefined)
        throw typeError(`${kind.name}.__init__() missing 1 required positional argument: '${missing}'`);
      this.#engine = new EngineScheduler(Optimizer.raw(optimizer), kind, options);
    }
    step(): void {
      this.#engine.step();
    }
    get lastEpoch(): number {
      return this.#engine.epoch;
    }
    getLastLr(): number[] {
      return this.#engine.lastRates();
    }
  };
  Object.defineProperty(C, "name", { value: kind.name });
  return C;
}

/** Lowers the rate when a metric has stopped improving. */
class ReduceLROnPlateau {
  readonly #engine: Plateau;
  constructor(optimizer: Optimizer, mode?: unknown, options: unknown = {}) {
    if (!(optimizer instanceof Optimizer)) throw typeError(`${describeKind(optimizer)} is not an Optimizer`);
    const named = camelOptions(isOptions(mode) ? mode : isOptions(options) ? options : {});
    const unknown = Object.keys(named).find((name) => !(name in PLATEAU_DEFAULTS));
    if (unknown !== undefined)
      throw typeError(`ReduceLROnPlateau.__init__() got an unexpected keyword argument '${unknown}'`);
    const given = typeof mode === "string" ? { mode } : {};
    this.#engine = new Plateau(Optimizer.raw(optimizer), { ...PLATEAU_DEFAULTS, ...named, ...given });
  }
  /** `metric` is a number or a one-element tensor. */
  step(metric: unknown): void {
    this.#engine.step(metric instanceof Tensor ? Tensor.raw(metric).item() : Number(metric));
  }
  get lastEpoch(): number {
    return this.#engine.epoch;
  }
  getLastLr(): number[] {
    return this.#engine.lastRates();
  }
}

/** The namespace `optim` of one runtime. */
export function optimExports(rt: Runtime): Readonly<Record<string, unknown>> {
  const schedulers = {
    ...Object.fromEntries(SCHEDULERS.map((kind) => [kind.name, schedulerClass(kind)])),
    ReduceLROnPlateau,
  };
  return Object.freeze({
    Optimizer,
    ...Object.fromEntries(OPTIMIZERS.map((kind) => [kind.name, optimizerClass(rt, kind)])),
    lrScheduler: Object.freeze(schedulers),
    lr_scheduler: Object.freeze(schedulers),
    ...schedulers,
  });
}
