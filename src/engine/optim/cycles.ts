import { valueError } from "../errors.ts";
import { pythonText } from "../nn/python-text.ts";
import type { GroupOptions } from "./optimizer.ts";
import { num, type ScheduleOptions, type SchedulePoint, type SchedulerKind } from "./schedule.ts";

/** One value for all groups, or one per group. */
const ofGroup = (given: unknown, group: number): number =>
  typeof given === "number" ? given : (given as readonly number[])[group];

/** Sets momentum, or Adam's first beta. Error: the optimiser has neither. */
function setMomentum(group: GroupOptions, value: number): void {
  if (Array.isArray(group["betas"])) group["betas"] = [value, ...group["betas"].slice(1)];
  else if ("momentum" in group) group["momentum"] = value;
  else throw valueError("optimizer must support momentum or beta1 with `cycle_momentum` option enabled");
}

/** How far up the triangle of a cycle: 0 … 1, and the number of the cycle, from 1. */
function triangle(epoch: number, o: ScheduleOptions): { readonly height: number; readonly cycle: number } {
  const up = num(o, "stepSizeUp");
  const total = up + ((o["stepSizeDown"] as number | null) ?? up);
  const ratio = up / total;
  const cycle = Math.floor(1 + epoch / total);
  const x = 1 + epoch / total - cycle;
  return { height: x <= ratio ? x / ratio : (x - 1) / (ratio - 1), cycle };
}

const SCALES: Readonly<Record<string, (x: number, gamma: number) => number>> = {
  triangular: () => 1,
  triangular2: (x) => 1 / 2 ** (x - 1),
  exp_range: (x, gamma) => gamma ** x,
};

/** Height in the cycle times what the mode makes of it. */
function cyclicFactor({ epoch }: SchedulePoint, o: ScheduleOptions): number {
  const { height, cycle } = triangle(epoch, o);
  const own = o["scaleFn"] as ((x: number) => number) | null;
  const perCycle = own === null ? o["mode"] !== "exp_range" : o["scaleMode"] === "cycle";
  const x = perCycle ? cycle : epoch;
  return height * (own === null ? SCALES[o["mode"] as string](x, num(o, "gamma")) : own(x));
}

export const cyclic: SchedulerKind = {
  name: "CyclicLR",
  doc: "Moves the rate up and down between baseLr and maxLr.",
  params: {
    baseLr: undefined,
    maxLr: undefined,
    stepSizeUp: 2000,
    stepSizeDown: null,
    mode: "triangular",
    gamma: 1,
    scaleFn: null,
    scaleMode: "cycle",
    cycleMomentum: true,
    baseMomentum: 0.8,
    maxMomentum: 0.9,
  },
  begin: (group, o, i) => {
    if (!((o["mode"] as string) in SCALES) && o["scaleFn"] === null)
      throw valueError("mode is invalid and scale_fn is None");
    group.lr = ofGroup(o["baseLr"], i);
    group["initialLr"] = group.lr;
  },
  lr: (at, o) => at.base + (ofGroup(o["maxLr"], at.group) - at.base) * cyclicFactor(at, o),
  also: (group, at, o) => {
    if (o["cycleMomentum"] !== true) return;
    const [least, most] = [ofGroup(o["baseMomentum"], at.group), ofGroup(o["maxMomentum"], at.group)];
    setMomentum(group, most - (most - least) * cyclicFactor(at, o));
  },
};

function totalSteps(o: ScheduleOptions): number {
  const [total, epochs, each] = [o["totalSteps"], o["epochs"], o["stepsPerEpoch"]] as (number | null)[];
  const whole = (name: string, x: number): number => {
    if (!Number.isInteger(x) || x <= 0) throw valueError(`Expected positive integer ${name}, but got ${pythonText(x)}`);
    return x;
  };
  if (total !== null) return whole("total_steps", total);
  if (epochs === null || each === null)
    throw valueError("You must define either total_steps OR (epochs AND steps_per_epoch)");
  return whole("epochs", epochs) * whole("steps_per_epoch", each);
}

/** Rates and momenta that the phases of one cycle lead between, by name. */
type Points = Readonly<Record<"initial" | "top" | "least", number>>;
type Name = keyof Points;

/** Where in one cycle a step lies: from and to which point, and how far between, 0 … 1. */
function phase(epoch: number, o: ScheduleOptions): { readonly from: Name; readonly to: Name; readonly share: number } {
  const total = totalSteps(o);
  if (epoch > total) throw valueError(`Tried to step ${epoch} times. The specified number of total steps is ${total}`);
  const up = num(o, "pctStart") * total - 1;
  const phases: readonly (readonly [number, Name, Name])[] =
    o["threePhase"] === true
      ? [
          [up, "initial", "top"],
          [2 * num(o, "pctStart") * total - 2, "top", "initial"],
          [total - 1, "initial", "least"],
        ]
      : [
          [up, "initial", "top"],
          [total - 1, "top", "least"],
        ];
  let start = 0;
  for (const [end, from, to] of phases) {
    if (epoch <= end || end === total - 1) return { from, to, share: (epoch - start) / (end - start) };
    start = end;
  }
  throw valueError("a cycle without phases");
}

function annealed({ epoch }: SchedulePoint, o: ScheduleOptions, points: Points): number {
  const { from, to, share } = phase(epoch, o);
  const [start, end] = [points[from], points[to]];
  if (o["annealStrategy"] === "linear") return (end - start) * share + start;
  return end + ((start - end) / 2) * (Math.cos(Math.PI * share) + 1);
}

export const oneCycle: SchedulerKind = {
  name: "OneCycleLR",
  doc: "Takes the rate once up to maxLr and down to a tiny one; give totalSteps, or epochs and stepsPerEpoch.",
  params: {
    maxLr: undefined,
    totalSteps: null,
    epochs: null,
    stepsPerEpoch: null,
    pctStart: 0.3,
    annealStrategy: "cos",
    cycleMomentum: true,
    baseMomentum: 0.85,
    maxMomentum: 0.95,
    divFactor: 25,
    finalDivFactor: 1e4,
    threePhase: false,
  },
  begin: (group, o, i) => {
    totalSteps(o);
    const start = num(o, "pctStart");
    if (start < 0 || start > 1)
      throw valueError(`Expected float between 0 and 1 pct_start, but got ${pythonText(start)}`);
    if (o["annealStrategy"] !== "cos" && o["annealStrategy"] !== "linear")
      throw valueError(`anneal_strategy must be one of 'cos' or 'linear', instead got ${o["annealStrategy"]}`);
    group["initialLr"] = ofGroup(o["maxLr"], i) / num(o, "divFactor");
  },
  lr: (at, o) =>
    annealed(at, o, {
      initial: at.base,
      top: ofGroup(o["maxLr"], at.group),
      least: at.base / num(o, "finalDivFactor"),
    }),
  also: (group, at, o) => {
    if (o["cycleMomentum"] !== true) return;
    const [least, most] = [ofGroup(o["baseMomentum"], at.group), ofGroup(o["maxMomentum"], at.group)];
    setMomentum(group, annealed(at, o, { initial: most, top: least, least: most }));
  },
};
