import type { Runtime } from "../../../engine/runtime.ts";
import { containers } from "./containers.ts";
import { functionTable } from "./exports.ts";
import { ModuleBase, Parameter } from "./module.ts";
import { callablesAt } from "./operators.ts";

/** The namespace `nn` of one runtime. */
export function nnExports(rt: Runtime): Readonly<Record<string, unknown>> {
  class Module extends ModuleBase {
    get runtime(): Runtime {
      return rt;
    }
  }
  return Object.freeze({
    Module,
    Parameter,
    ...containers(rt),
    functional: Object.freeze(functionTable(rt, callablesAt("F"))),
  });
}
