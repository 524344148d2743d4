import { LAYERS } from "../../../engine/nn/layers.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { attentionClass } from "./attention-module.ts";
import { containers } from "./containers.ts";
import { functionTable } from "./function-table.ts";
import { INIT_EXPORTS } from "./init.ts";
import { layerClass } from "./layers.ts";
import { ModuleBase, Parameter } from "./module.ts";
import { globalHookExports } from "./module-hooks.ts";
import { nnUtils } from "./nn-utils.ts";
import { transformerClasses } from "./transformer-modules.ts";
import { tripletLossClass, tripletLossFunction } from "./triplet-loss.ts";

type ModuleClass = new (...args: unknown[]) => ModuleBase;

/** The namespace `nn` of one runtime. */
export function nnExports(rt: Runtime): Readonly<Record<string, unknown>> {
  class Module extends ModuleBase {
    get runtime(): Runtime {
      return rt;
    }
  }
  const lists = containers(rt);
  const simple: Readonly<Record<string, new (...args: never[]) => ModuleBase>> = {
    ...lists,
    ...Object.fromEntries(LAYERS.map((layer) => [layer.name, layerClass(rt, layer)])),
    MultiheadAttention: attentionClass(rt),
    TripletMarginWithDistanceLoss: tripletLossClass(rt),
  };
  return Object.freeze({
    Module,
    Parameter,
    ...globalHookExports(rt),
    ...simple,
    ...transformerClasses({ rt, layer: (name) => simple[name] as ModuleClass }),
    functional: Object.freeze({
      ...functionTable(rt, "functional"),
      tripletMarginWithDistanceLoss: tripletLossFunction,
    }),
    init: INIT_EXPORTS,
    utils: nnUtils(rt, lists),
  });
}
