import { typeError, valueError } from "../errors.ts";
import type { Optimizer } from "./optimizer.ts";
import type { Scheduler } from "./schedulers.ts";

/** Errors: no schedules, or schedules of several optimisers. */
function checkSame(name: string, optimizer: Optimizer, schedulers: readonly (Scheduler | null)[]): void {
  if (schedulers.length === 0)
    throw valueError(`${name} expects at least one scheduler to be chained, but got no scheduler.`);
  schedulers.forEach((s, i) => {
    if (s === null) throw typeError(`${name} takes schedules of one rule each, but number ${i} is none`);
    if (s.optimizer !== optimizer)
      throw valueError(
        `${name} expects all schedulers to belong to the same optimizer, but got one at index ${i} of another`,
      );
  });
}

/** torch.optim.lr_scheduler.SequentialLR: schedules one after the other, each from its milestone on. */
export class Sequential {
  readonly optimizer: Optimizer;
  readonly schedulers: readonly Scheduler[];
  readonly milestones: readonly number[];
  epoch = 0;

  constructor(optimizer: Optimizer, schedulers: readonly Scheduler[], milestones: readonly number[]) {
    checkSame("SequentialLR", optimizer, schedulers);
    if (milestones.length !== schedulers.length - 1)
      throw valueError(
        `Sequential Schedulers expects number of schedulers provided to be one more than the number of milestone points, but got number of schedulers ${schedulers.length} and the number of milestones to be equal to ${milestones.length}`,
      );
    this.optimizer = optimizer;
    this.schedulers = schedulers;
    this.milestones = milestones;
    // The rates start again from the first ones, with the first schedule.
    schedulers[0].restart();
  }

  step(): void {
    this.epoch++;
    const index = this.milestones.filter((m) => m <= this.epoch).length;
    const scheduler = this.schedulers[index];
    if (index > 0 && this.milestones[index - 1] === this.epoch) scheduler.restart();
    else scheduler.step();
  }

  lastRates(): number[] {
    return this.optimizer.groups.map((g) => g.options.lr);
  }
}

/** torch.optim.lr_scheduler.ChainedScheduler: schedules that all act at every step. */
export class Chained {
  readonly optimizer: Optimizer;
  readonly schedulers: readonly Scheduler[];
  epoch = 0;

  constructor(schedulers: readonly Scheduler[]) {
    checkSame("ChainedScheduler", schedulers[0]?.optimizer, schedulers);
    this.optimizer = schedulers[0].optimizer;
    this.schedulers = schedulers;
  }

  step(): void {
    this.epoch++;
    for (const s of this.schedulers) s.step();
  }

  lastRates(): number[] {
    return this.optimizer.groups.map((g) => g.options.lr);
  }
}
