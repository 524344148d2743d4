import type { Native } from "./table.ts";

/** How long operators took that the program called, while a profiler is on. Times are microseconds of one clock. */
export class Profile {
  on = false;
  private events: [name: string, start: number, end: number][] = [];

  now(): number {
    return performance.now() * 1000;
  }
  /** Runs an operator and notes its time. */
  timed<T>(name: string, run: () => T): T {
    const start = this.now();
    try {
      return run();
    } finally {
      this.events.push([name, start, this.now()]);
    }
  }
  /** What was noted since the last call. */
  take(): [name: string, start: number, end: number][] {
    const { events } = this;
    this.events = [];
    return events;
  }
}

export const PROFILE_NATIVES: Readonly<Record<string, Native>> = {
  profile_now: (c) => c.profile.now(),
  set_profiling: (c, on: boolean) => {
    c.profile.on = on;
    return null;
  },
  /** JSON: [name, start, end] of every operator since the last call. */
  take_profile: (c) => JSON.stringify(c.profile.take()),
};
