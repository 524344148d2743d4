import type { GroupOptions } from "./optimizer.ts";

/** What a rule for the learning rate sees of one group. */
export interface SchedulePoint {
  /** Steps of the scheduler so far; 0 when it is made. */
  readonly epoch: number;
  /** Rate now, before this step. */
  readonly lr: number;
  /** Rate when the scheduler was made. */
  readonly base: number;
  /** Number of the group. */
  readonly group: number;
}

export type ScheduleOptions = Readonly<Record<string, unknown>>;

/** A rule for the learning rate. `lr` is called with epoch 0 first, when nothing has been trained. */
export interface SchedulerKind {
  readonly name: string;
  readonly doc: string;
  /** Arguments after the optimiser, in order; `undefined` = required. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly lr: (at: SchedulePoint, o: ScheduleOptions) => number;
  /** Prepares a group before its first rate is read. Errors: bad options. */
  readonly begin?: (group: GroupOptions, o: ScheduleOptions, at: number) => void;
  /** Sets what else follows the schedule: the momentum. */
  readonly also?: (group: GroupOptions, at: SchedulePoint, o: ScheduleOptions) => void;
}

/** An option as a number. */
export const num = (o: ScheduleOptions, name: string): number => o[name] as number;
