import type { Runtime } from "../../../engine/runtime.ts";
import { createConsole } from "../console/console.ts";
import type { InspectOptions } from "../console/inspect.ts";
import { inspect } from "../console/inspect.ts";
import { Distribution } from "./distributions.ts";
import { DType } from "./dtypes.ts";
import { coreExports } from "./exports.ts";
import { GradFunction } from "./grad-function.ts";
import { createHooks, type ProgramHooks } from "./hooks.ts";
import type { ProgramHost } from "./host.ts";
import { ModuleBase } from "./module.ts";
import { NamedResult } from "./named-result.ts";
import { nameClasses } from "./names.ts";
import { nnExports } from "./nn.ts";
import { optimExports } from "./optim.ts";
import { Optimizer } from "./optimizer.ts";
import { PackedSequence } from "./packed-sequence.ts";
import { Tensor } from "./tensor.ts";

/** The module "backstep" of one run, and what else a program sees. */
export interface Api {
  /** What programs import, by name; frozen. "default" and "*" are the whole table. */
  readonly exports: Readonly<Record<string, unknown>>;
  readonly console: Readonly<Record<string, unknown>>;
  readonly hooks: ProgramHooks;
  /** Text of a value as `console.log` shows it inside others. */
  readonly inspect: (value: unknown) => string;
}

/** Values that print themselves. */
const PRINTED = [
  Tensor,
  ModuleBase,
  DType,
  GradFunction,
  NamedResult,
  Optimizer,
  Distribution,
  PackedSequence,
] as const;

/** Makes the API of one run. Call it in the realm where the program runs: its objects and the program's must be of one kind. */
export function createApi(rt: Runtime, host: ProgramHost): Api {
  const options: InspectOptions = {
    // Not String(value): that shows a 0-d tensor as its number.
    custom: (value) => (PRINTED.some((kind) => value instanceof kind) ? value.toString() : null),
    stack: (error) => errorText(error, host),
  };
  rt.warn = warnings(rt, host);
  const core = coreExports(rt);
  const exports: Record<string, unknown> = { ...core, nn: nnExports(rt), optim: optimExports(rt) };
  nameClasses(exports);
  exports["torch"] = Object.freeze({ ...exports });
  return Object.freeze({
    exports: Object.freeze(exports),
    console: createConsole((stream, text) => host.write(stream, text), options),
    hooks: createHooks(rt, host),
    inspect: (value: unknown) => inspect(value, options),
  });
}

/** "RuntimeError: message" with the person's frames. */
function errorText(error: Error, host: Pick<ProgramHost, "userFrames">): string {
  const head = errorHead(error);
  const frames = typeof error.stack === "string" ? host.userFrames(error.stack) : "";
  return frames === "" ? head : `${head}\n${frames}`;
}

export function errorHead(error: Error): string {
  const name = String(error.name || "Error");
  const message = String(error.message);
  return message === "" ? name : `${name}: ${message}`;
}

/** Each warning is shown once per place, as Python does. */
function warnings(rt: Runtime, host: ProgramHost): (category: string, message: string) => void {
  const shown = new Set<string>();
  return (category, message) => {
    const key = `${rt.location}\0${message}`;
    if (shown.has(key)) return;
    shown.add(key);
    host.write("err", `${category}: ${message}\n`);
  };
}
