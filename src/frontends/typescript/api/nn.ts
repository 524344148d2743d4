import { clipGradNorm_, clipGradValue_ } from "../../../engine/nn/clip.ts";
import { LAYERS } from "../../../engine/nn/layers.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { attentionClass } from "./attention-module.ts";
import { containers } from "./containers.ts";
import { functionTable } from "./function-table.ts";
import { INIT_EXPORTS } from "./init.ts";
import { layerClass } from "./layers.ts";
import { ModuleBase, Parameter } from "./module.ts";
import { Tensor } from "./tensor.ts";
import { transformerClasses } from "./transformer-modules.ts";
import { needTensor } from "./values.ts";

const list = (parameters: Tensor | Iterable<Tensor>) =>
  (parameters instanceof Tensor ? [parameters] : [...parameters]).map((p) => needTensor(p, "parameter"));

function utils(rt: Runtime) {
  const clipNorm = (
    parameters: Tensor | Iterable<Tensor>,
    maxNorm: number,
    options: { normType?: number; errorIfNonfinite?: boolean } = {},
  ): Tensor => Tensor.wrap(clipGradNorm_(rt, list(parameters), maxNorm, options.normType, options.errorIfNonfinite));
  const clipValue = (parameters: Tensor | Iterable<Tensor>, value: number): void =>
    clipGradValue_(rt, list(parameters), value);
  return Object.freeze({
    clipGradNorm: clipNorm,
    clipGradNorm_: clipNorm,
    clipGradValue: clipValue,
    clipGradValue_: clipValue,
  });
}

type ModuleClass = new (...args: unknown[]) => ModuleBase;

/** The namespace `nn` of one runtime. */
export function nnExports(rt: Runtime): Readonly<Record<string, unknown>> {
  class Module extends ModuleBase {
    get runtime(): Runtime {
      return rt;
    }
  }
  const simple: Readonly<Record<string, new (...args: never[]) => ModuleBase>> = {
    ...containers(rt),
    ...Object.fromEntries(LAYERS.map((layer) => [layer.name, layerClass(rt, layer)])),
    MultiheadAttention: attentionClass(rt),
  };
  return Object.freeze({
    Module,
    Parameter,
    ...simple,
    ...transformerClasses({ rt, layer: (name) => simple[name] as ModuleClass }),
    functional: Object.freeze(functionTable(rt, "functional")),
    init: INIT_EXPORTS,
    utils: utils(rt),
  });
}
