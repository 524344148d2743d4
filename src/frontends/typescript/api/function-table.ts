import type { Runtime } from "../../../engine/runtime.ts";
import { floatFill } from "./creation.ts";
import { exportName } from "./names.ts";
import { asFunction, type Callable } from "./operators.ts";

/** Operators whose arguments JavaScript writes otherwise. */
const PREPARE: Readonly<Record<string, (args: unknown[]) => unknown[]>> = { full: floatFill };

/** Functions by the names that programs use, PyTorch's spelling too. */
export function functionTable(rt: Runtime, callables: readonly Callable[]): Record<string, unknown> {
  const names: Record<string, unknown> = {};
  for (const c of callables) {
    const f = asFunction(rt, c, PREPARE[c.name]);
    names[exportName(c.name)] ??= f;
    names[c.name] ??= f;
  }
  return names;
}
