import type { Runtime } from "../../../engine/runtime.ts";
export function optimExports(_rt: Runtime): Readonly<Record<string, unknown>> {
  return Object.freeze({});
}
