import { typeError } from "../../../engine/errors.ts";
import { Chained, Sequential } from "../../../engine/optim/combined.ts";
import { PLATEAU_DEFAULTS, Plateau } from "../../../engine/optim/plateau.ts";
import type { SchedulerKind } from "../../../engine/optim/schedule.ts";
import { Scheduler as EngineScheduler, SCHEDULERS } from "../../../engine/optim/schedulers.ts";
import { camelOptions } from "./names.ts";
import { Optimizer } from "./optimizer.ts";
import { Tensor } from "./tensor.ts";
import { describeKind, isOptions } from "./values.ts";

type Engine = EngineScheduler | Sequential | Chained;

/** What every schedule can do. */
class LRScheduler {
  readonly #engine: Engine;
  constructor(engine: Engine) {
    this.#engine = engine;
  }
  /** The schedule of one rule; null for one that is made of others. */
  static rule(s: unknown): EngineScheduler | null {
    return s instanceof LRScheduler && s.#engine instanceof EngineScheduler ? s.#engine : null;
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
  /** What continuing needs, beside the rates, which are the optimiser's. */
  stateDict(): Record<string, unknown> {
    return scheduleState(this.#engine);
  }
  loadStateDict(state: Readonly<Record<string, unknown>>): void {
    loadSchedule(this.#engine, state);
  }
}

function scheduleState(engine: Engine): Record<string, unknown> {
  const own = { lastEpoch: engine.epoch, lastLr: engine.lastRates() };
  if (engine instanceof EngineScheduler) return { ...own, baseLrs: [...engine.baseRates] };
  return { ...own, schedulers: engine.schedulers.map(scheduleState) };
}

function loadSchedule(engine: Engine, state: Readonly<Record<string, unknown>>): void {
  engine.epoch = state["lastEpoch"] as number;
  if (engine instanceof EngineScheduler) engine.baseRates = [...(state["baseLrs"] as number[])];
  else
    engine.schedulers.forEach((s, i) => {
      loadSchedule(s, (state["schedulers"] as Record<string, unknown>[])[i]);
    });
}

function engineOf(optimizer: unknown) {
  if (optimizer instanceof Optimizer) return Optimizer.raw(optimizer);
  throw typeError(`${describeKind(optimizer)} is not an Optimizer`);
}

/** PyTorch's T_max, T_0 and T_mult in camel case. */
const PYTORCH_NAMES: Readonly<Record<string, string>> = { TMax: "tMax", T0: "t0", TMult: "tMult" };

/** Arguments by name: as in PyTorch, positional arguments first. Errors: an unknown name, a missing argument. */
function optionsOf(kind: SchedulerKind, given: readonly unknown[]): Record<string, unknown> {
  const names = Object.keys(kind.params);
  const last = given[given.length - 1];
  const named = isOptions(last) ? camelOptions(last) : {};
  const positional = isOptions(last) ? given.slice(0, -1) : given;
  const options: Record<string, unknown> = { ...kind.params };
  positional.forEach((value, i) => {
    options[names[i]] = value;
  });
  for (const [key, value] of Object.entries(named)) {
    const name = PYTORCH_NAMES[key] ?? key;
    if (!names.includes(name)) throw typeError(`${kind.name}.__init__() got an unexpected keyword argument '${key}'`);
    options[name] = value;
  }
  const missing = names.find((n) => options[n] === undefined);
  if (missing !== undefined)
    throw typeError(`${kind.name}.__init__() missing 1 required positional argument: '${missing}'`);
  return options;
}

/** The class of a rule for learning rates. */
export function schedulerClass(kind: SchedulerKind) {
  /** `new StepLR(optimizer, 10, { gamma: 0.5 })` */
  const C = class extends LRScheduler {
    constructor(optimizer: Optimizer, ...given: unknown[]) {
      super(new EngineScheduler(engineOf(optimizer), kind, optionsOf(kind, given)));
    }
  };
  Object.defineProperty(C, "name", { value: kind.name });
  return C;
}

/** Schedules one after the other. */
class SequentialLR extends LRScheduler {
  constructor(optimizer: Optimizer, schedulers: readonly LRScheduler[], milestones: readonly number[]) {
    super(new Sequential(engineOf(optimizer), rules(schedulers), milestones));
  }
}

/** Schedules that all act at every step. */
class ChainedScheduler extends LRScheduler {
  constructor(schedulers: readonly LRScheduler[]) {
    super(new Chained(rules(schedulers)));
  }
}

const rules = (schedulers: readonly LRScheduler[]): EngineScheduler[] =>
  schedulers.map((s) => LRScheduler.rule(s) as EngineScheduler);

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

/** optim.lrScheduler */
export const SCHEDULER_CLASSES: Readonly<Record<string, unknown>> = Object.freeze({
  LRScheduler,
  ...Object.fromEntries(SCHEDULERS.map((kind) => [kind.name, schedulerClass(kind)])),
  ReduceLROnPlateau,
  SequentialLR,
  ChainedScheduler,
});
