import type { Runtime } from "../../../engine/runtime.ts";
import type { ProgramHost } from "./host.ts";
import { ModuleBase } from "./module.ts";
import { Tensor } from "./tensor.ts";
import { createVisits } from "./visits.ts";

/** What translated code calls (translate/instrument.ts says when). */
export interface ProgramHooks {
  at(location: number): readonly never[];
  on<T>(location: number, value: T): T;
  tick(): void;
  named<T>(name: string, value: T): T;
}

/** Thrown inside a program that was asked to stop; a program that swallows it gets it again. */
export class ProgramStopped extends Error {
  constructor() {
    super("the program was stopped");
    this.name = "ProgramStopped";
  }
}

const MAX_NAMED = 64;

export function createHooks(rt: Runtime, host: ProgramHost): ProgramHooks {
  const nothing: never[] = [];
  const evaluates = createVisits(rt, host.locations);
  const tick = (): void => {
    if (host.stopRequested()) throw new ProgramStopped();
  };
  const name = (value: unknown, path: string): void => {
    if (value instanceof Tensor) host.nameTensor(Tensor.raw(value), path);
  };
  return Object.freeze({
    at(location: number) {
      evaluates(location);
      if (host.stopRequested()) throw new ProgramStopped();
      return nothing;
    },
    on<T>(location: number, value: T): T {
      evaluates(location);
      return value;
    },
    tick,
    named<T>(path: string, value: T): T {
      if (value instanceof Tensor) name(value, path);
      else if (value instanceof ModuleBase) for (const [part, p] of value.namedParameters()) name(p, `${path}.${part}`);
      else if (Array.isArray(value) && value.length <= MAX_NAMED)
        for (const [i, v] of value.entries()) name(v, `${path}[${i}]`);
      return value;
    },
  });
}
