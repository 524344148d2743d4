import { cyclic, oneCycle } from "./cycles.ts";
import type { GroupOptions, Optimizer } from "./optimizer.ts";
import { num, type ScheduleOptions, type SchedulerKind } from "./schedule.ts";

type Factor = (epoch: number) => number;
/** One function for all groups, or one per group. */
function factorOf(given: unknown, group: number): Factor {
  const f = given as Factor | readonly Factor[];
  return typeof f === "function" ? f : f[group];
}

export const SCHEDULERS: readonly SchedulerKind[] = [
  {
    name: "StepLR",
    doc: "Multiplies the rate by gamma every stepSize epochs.",
    params: { stepSize: undefined, gamma: 0.1 },
    lr: ({ epoch, lr }, o) => (epoch === 0 || epoch % num(o, "stepSize") !== 0 ? lr : lr * num(o, "gamma")),
  },
  {
    name: "MultiStepLR",
    doc: "Multiplies the rate by gamma at each milestone.",
    params: { milestones: undefined, gamma: 0.1 },
    lr: ({ epoch, lr }, o) => {
      const times = (o["milestones"] as readonly number[]).filter((m) => m === epoch).length;
      return times === 0 ? lr : lr * num(o, "gamma") ** times;
    },
  },
  {
    name: "ExponentialLR",
    doc: "Multiplies the rate by gamma every epoch.",
    params: { gamma: undefined },
    lr: ({ epoch, lr }, o) => (epoch === 0 ? lr : lr * num(o, "gamma")),
  },
  {
    name: "LambdaLR",
    doc: "The first rate times a function of the epoch (one, or one per group).",
    params: { lrLambda: undefined },
    lr: ({ epoch, base, group }, o) => base * factorOf(o["lrLambda"], group)(epoch),
  },
  {
    name: "ConstantLR",
    doc: "The rate times factor for the first totalIters epochs.",
    params: { factor: 1 / 3, totalIters: 5 },
    lr: ({ epoch, lr }, o) => {
      if (epoch === 0) return lr * num(o, "factor");
      return epoch === num(o, "totalIters") ? lr * (1 / num(o, "factor")) : lr;
    },
  },
  {
    name: "LinearLR",
    doc: "Moves the rate from startFactor to endFactor in totalIters epochs.",
    params: { startFactor: 1 / 3, endFactor: 1, totalIters: 5 },
    lr: ({ epoch, lr }, o) => {
      const [start, end, total] = [num(o, "startFactor"), num(o, "endFactor"), num(o, "totalIters")];
      if (epoch === 0) return lr * start;
      if (epoch > total) return lr;
      return lr * (1 + (end - start) / (total * start + (epoch - 1) * (end - start)));
    },
  },
  {
    name: "PolynomialLR",
    doc: "Lowers the rate to 0 as a power of the epochs that are left of totalIters.",
    params: { totalIters: 5, power: 1 },
    lr: ({ epoch, lr }, o) => {
      const total = num(o, "totalIters");
      if (epoch === 0 || epoch > total) return lr;
      return lr * ((1 - epoch / total) / (1 - (epoch - 1) / total)) ** num(o, "power");
    },
  },
  {
    name: "MultiplicativeLR",
    doc: "The rate times a function of the epoch.",
    params: { lrLambda: undefined },
    lr: ({ epoch, lr, group }, o) => (epoch === 0 ? lr : lr * factorOf(o["lrLambda"], group)(epoch)),
  },
  {
    name: "CosineAnnealingWarmRestarts",
    doc: "Lowers the rate to etaMin along half a cosine, again and again; tMult makes each round longer.",
    params: { t0: undefined, tMult: 1, etaMin: 0 },
    lr: ({ epoch, base }, o) => {
      const least = num(o, "etaMin");
      let [at, period] = [epoch, num(o, "t0")];
      while (at >= period) {
        at -= period;
        period *= num(o, "tMult");
      }
      return least + ((base - least) * (1 + Math.cos((Math.PI * at) / period))) / 2;
    },
  },
  {
    name: "CosineAnnealingLR",
    doc: "Lowers the rate to etaMin along half a cosine in tMax epochs.",
    params: { tMax: undefined, etaMin: 0 },
    lr: ({ epoch, lr, base }, o) => {
      const [period, least] = [num(o, "tMax"), num(o, "etaMin")];
      if (epoch === 0) return lr;
      if ((epoch - 1 - period) % (2 * period) === 0)
        return lr + ((base - least) * (1 - Math.cos(Math.PI / period))) / 2;
      const now = 1 + Math.cos((Math.PI * epoch) / period);
      const before = 1 + Math.cos((Math.PI * (epoch - 1)) / period);
      return (now / before) * (lr - least) + least;
    },
  },
  cyclic,
  oneCycle,
];

const ORDER_WARNING =
  "Detected call of `lr_scheduler.step()` before `optimizer.step()`. In PyTorch 1.1.0 and later, you should call them in the " +
  "opposite order: `optimizer.step()` before `lr_scheduler.step()`.  Failure to do this will result in PyTorch skipping the " +
  "first value of the learning rate schedule. See more details at https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate";

/** torch.optim.lr_scheduler: sets the learning rate of an optimiser's groups after each epoch. */
export class Scheduler {
  readonly optimizer: Optimizer;
  readonly kind: SchedulerKind;
  readonly options: ScheduleOptions;
  baseRates: readonly number[];
  /** Epochs so far. */
  epoch = 0;
  private readonly stepsBefore: number;

  constructor(optimizer: Optimizer, kind: SchedulerKind, options: ScheduleOptions) {
    this.optimizer = optimizer;
    this.kind = kind;
    this.options = options;
    this.stepsBefore = optimizer.steps;
    this.baseRates = optimizer.groups.map((g, i) => {
      kind.begin?.(g.options, options, i);
      g.options["initialLr"] ??= g.options.lr;
      return g.options["initialLr"] as number;
    });
    this.apply();
  }

  step(): void {
    if (this.epoch === 0 && this.optimizer.steps === this.stepsBefore)
      this.optimizer.rt.warn("UserWarning", ORDER_WARNING);
    this.epoch++;
    this.apply();
  }

  private apply(): void {
    this.optimizer.groups.forEach(({ options }: { options: GroupOptions }, group) => {
      const at = { epoch: this.epoch, lr: options.lr, base: this.baseRates[group], group };
      options.lr = this.kind.lr(at, this.options);
      this.kind.also?.(options, at, this.options);
    });
  }

  /** Begins again from the first rates. */
  restart(): void {
    this.epoch = 0;
    this.optimizer.groups.forEach(({ options }, i) => {
      options.lr = this.baseRates[i];
    });
    this.apply();
  }

  lastRates(): number[] {
    return this.optimizer.groups.map((g) => g.options.lr);
  }
}
