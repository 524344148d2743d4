import { valueError } from "../errors.ts";
import type { Optimizer } from "./optimizer.ts";

export interface PlateauOptions {
  mode: string;
  factor: number;
  patience: number;
  threshold: number;
  thresholdMode: string;
  cooldown: number;
  minLr: number;
  eps: number;
}

export const PLATEAU_DEFAULTS: PlateauOptions = {
  mode: "min",
  factor: 0.1,
  patience: 10,
  threshold: 1e-4,
  thresholdMode: "rel",
  cooldown: 0,
  minLr: 0,
  eps: 1e-8,
};

/** torch.optim.lr_scheduler.ReduceLROnPlateau: lowers the rate when a metric has stopped improving. */
export class Plateau {
  private readonly optimizer: Optimizer;
  private readonly o: PlateauOptions;
  private best: number;
  private bad = 0;
  private cooling = 0;
  epoch = 0;

  constructor(optimizer: Optimizer, options: PlateauOptions) {
    if (options.factor >= 1) throw valueError("Factor should be < 1.0.");
    if (options.mode !== "min" && options.mode !== "max") throw valueError(`mode ${options.mode} is unknown!`);
    if (options.thresholdMode !== "rel" && options.thresholdMode !== "abs")
      throw valueError(`threshold mode ${options.thresholdMode} is unknown!`);
    this.optimizer = optimizer;
    this.o = options;
    this.best = options.mode === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  }

  step(metric: number): void {
    this.epoch++;
    if (this.improves(metric)) {
      this.best = metric;
      this.bad = 0;
    } else this.bad++;
    if (this.cooling > 0) {
      this.cooling--;
      this.bad = 0;
    }
    if (this.bad <= this.o.patience) return;
    for (const { options } of this.optimizer.groups) {
      const lower = Math.max(options.lr * this.o.factor, this.o.minLr);
      if (options.lr - lower > this.o.eps) options.lr = lower;
    }
    this.cooling = this.o.cooldown;
    this.bad = 0;
  }

  private improves(metric: number): boolean {
    const { mode, threshold, thresholdMode } = this.o;
    const sign = mode === "min" ? -1 : 1;
    const goal = thresholdMode === "rel" ? this.best * (1 + sign * threshold) : this.best + sign * threshold;
    return mode === "min" ? metric < goal : metric > goal;
  }

  lastRates(): number[] {
    return this.optimizer.groups.map((g) => g.options.lr);
  }
}
