import { runtimeError } from "../../../engine/errors.ts";
import { call } from "./composed.ts";
import type { ModuleBase } from "./module.ts";
import type { Tensor } from "./tensor.ts";

type Named = Readonly<Record<string, Tensor>>;

/**
 * torch.func.functional_call: runs a module with the given tensors in place of its parameters and buffers, by dotted path; an
 * array holds the inputs. Error: a path that the module lacks.
 */
export function functionalCall(module: ModuleBase, given: Named | readonly Named[], inputs: unknown): unknown {
  const named: Named = Array.isArray(given) ? Object.assign({}, ...given) : (given as Named);
  const before: (() => void)[] = [];
  try {
    for (const [path, value] of Object.entries(named)) {
      const dot = path.lastIndexOf(".");
      const owner = module.getSubmodule(path.slice(0, Math.max(dot, 0))) as unknown as Record<string, unknown>;
      const name = path.slice(dot + 1);
      if (!(name in owner))
        throw runtimeError(`functionalCall: ${module.className} has no parameter or buffer ${path}`);
      const held = owner[name];
      before.push(() => {
        owner[name] = held;
      });
      owner[name] = value;
    }
    return call(module, ...(Array.isArray(inputs) ? inputs : [inputs]));
  } finally {
    for (const restore of before.reverse()) restore();
  }
}
