import type { Native } from "./table.ts";

/** What modules ask of the run that they are part of. */
export const MODULE_NATIVES: Readonly<Record<string, Native>> = {
  /** Is somebody watching this run? */
  observed: (c) => c.rt.observer !== null && c.rt.muted === 0,
};
