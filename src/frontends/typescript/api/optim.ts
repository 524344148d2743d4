import { OPTIMIZERS } from "../../../engine/optim/kinds.ts";
import type { OptimizerKind } from "../../../engine/optim/optimizer.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { Optimizer, type Parameters } from "./optimizer.ts";
import { SCHEDULER_CLASSES } from "./schedulers.ts";
import { swaExports } from "./swa-utils.ts";

function optimizerClass(rt: Runtime, kind: OptimizerKind) {
  const C = class extends Optimizer {
    constructor(params: Parameters, options: Readonly<Record<string, unknown>> = {}) {
      super(rt, kind, params, options);
    }
  };
  Object.defineProperty(C, "name", { value: kind.name });
  return C;
}

/** The namespace `optim` of one runtime. */
export function optimExports(rt: Runtime): Readonly<Record<string, unknown>> {
  return Object.freeze({
    Optimizer,
    ...Object.fromEntries(OPTIMIZERS.map((kind) => [kind.name, optimizerClass(rt, kind)])),
    lrScheduler: SCHEDULER_CLASSES,
    lr_scheduler: SCHEDULER_CLASSES,
    swaUtils: swaExports(rt),
    ...SCHEDULER_CLASSES,
  });
}
