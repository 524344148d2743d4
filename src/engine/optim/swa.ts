import { valueError } from "../errors.ts";
import { num, type ScheduleOptions, type SchedulerKind } from "./schedule.ts";

const curve: Readonly<Record<string, (t: number) => number>> = {
  cos: (t) => (1 - Math.cos(Math.PI * t)) / 2,
  linear: (t) => t,
};

/** How far, from 0 to 1, the rate has gone to its end after some epochs. */
function share(epoch: number, o: ScheduleOptions): number {
  const at = Math.max(0, Math.min(1, epoch / Math.max(1, num(o, "annealEpochs"))));
  return curve[o["annealStrategy"] as string](at);
}

/** torch.optim.swa_utils.SWALR */
export const SWALR: SchedulerKind = {
  name: "SWALR",
  doc: "Moves the rate to swaLr (one, or one per group) in annealEpochs epochs and leaves it there.",
  params: { swaLr: undefined, annealEpochs: 10, annealStrategy: "cos" },
  begin: (group, o, at) => {
    const given = o["swaLr"] as number | readonly number[];
    group["swaLr"] = typeof given === "number" ? given : given[at];
    if (!(String(o["annealStrategy"]) in curve))
      throw valueError(`anneal_strategy must by one of 'cos' or 'linear', instead got ${o["annealStrategy"]}`);
    if (!Number.isInteger(o["annealEpochs"]) || num(o, "annealEpochs") < 0)
      throw valueError(`anneal_epochs must be equal or greater than 0, got ${o["annealEpochs"]}`);
  },
  lr: ({ epoch, lr, group }, o) => {
    const given = o["swaLr"] as number | readonly number[];
    const end = typeof given === "number" ? given : given[group];
    const step = num(o, "annealEpochs") === 0 ? Math.max(1, epoch) : epoch;
    const [before, now] = [share(step - 1, o), share(step, o)];
    // The first rate is found from the present one, which others may have changed.
    const first = before === 1 ? end : (lr - before * end) / (1 - before);
    return end * now + first * (1 - now);
  },
};
