import type { Runtime } from "../../../engine/runtime.ts";
import { floatFill } from "./creation.ts";
import { EXPOSED, type Namespace } from "./exposed.ts";
import { exportName } from "./names.ts";
import { asFunction } from "./operators.ts";

/** Operators whose arguments JavaScript writes otherwise. */
const PREPARE: Readonly<Record<string, (args: unknown[]) => unknown[]>> = { full: floatFill };

/** Functions of a namespace by the names that programs use, PyTorch's spelling too. */
export function functionTable(rt: Runtime, namespace: Namespace): Record<string, unknown> {
  const names: Record<string, unknown> = {};
  for (const { name, callable } of EXPOSED[namespace]) {
    const f = asFunction(rt, callable, PREPARE[name]);
    names[exportName(name)] ??= f;
    names[name] ??= f;
  }
  return names;
}
