import { canCast, promoteTypes } from "../../../engine/dtype.ts";
import { type Operand, resultType } from "../../../engine/promotion.ts";
import type { DTypeArg } from "../../../engine/schema/arguments.ts";
import type { Native } from "./table.ts";

/** Switches of the engine. */
export const MODE_NATIVES: Readonly<Record<string, Native>> = {
  grad_enabled: (c) => c.rt.gradEnabled,
  set_grad_enabled: (c, on: boolean) => {
    c.rt.gradEnabled = on;
    return null;
  },
  inference_mode: (c) => c.rt.inferenceMode,
  set_inference_mode: (c, on: boolean) => {
    c.rt.inferenceMode = on;
    return null;
  },
  anomaly_mode: (c) => c.rt.anomalyMode,
  anomaly_check_nan: (c) => c.rt.anomalyCheckNan,
  set_anomaly_mode: (c, on: boolean, checkNan: boolean) => {
    c.rt.anomalyMode = on;
    c.rt.anomalyCheckNan = checkNan;
    return null;
  },
  autocast_enabled: (c) => c.rt.autocast.enabled,
  set_autocast_enabled: (c, on: boolean) => {
    c.rt.autocast.enabled = on;
    return null;
  },
  autocast_dtype: (c) => c.rt.autocast.dtype.name,
  set_autocast_dtype: (c, dtype: DTypeArg) => {
    c.rt.autocast.dtype = dtype.dtype;
    return null;
  },
  autocast_cache_enabled: (c) => c.rt.autocast.cacheEnabled,
  set_autocast_cache_enabled: (c, on: boolean) => {
    c.rt.autocast.cacheEnabled = on;
    return null;
  },
  clear_autocast_cache: (c) => {
    c.rt.autocast.clearCache();
    return null;
  },
  /** Enters (1) or leaves (-1) a region; returns how deep regions are nested then. */
  autocast_nest: (c, by: number) => {
    c.rt.autocast.nesting += by;
    return c.rt.autocast.nesting;
  },
  default_device: (c) => c.rt.defaultDevice,
  set_default_device: (c, device: string) => {
    c.rt.defaultDevice = device;
    return null;
  },
  default_dtype: (c) => c.rt.defaultDtype.name,
  set_default_dtype: (c, dtype: DTypeArg) => {
    c.rt.defaultDtype = dtype.dtype;
    return null;
  },
  result_type: (c, a: Operand, b: Operand) => resultType(c.rt, [a, b]).name,
  promote_types: (_c, a: DTypeArg, b: DTypeArg) => promoteTypes(a.dtype, b.dtype).name,
  can_cast: (_c, from: DTypeArg, to: DTypeArg) => canCast(from.dtype, to.dtype),
  /** > 0 hides what follows from the observer (inside custom functions and library code). */
  mute: (c, by: number) => {
    c.rt.muted += by;
    return null;
  },
  print_options: (c) => JSON.stringify(c.rt.printOptions),
  set_print_options: (c, json: string) => {
    c.rt.printOptions = { ...c.rt.printOptions, ...(JSON.parse(json) as object) };
    return null;
  },
  optimizer_step: (c, phase: string, name: string, parameters: never[]) => {
    c.rt.inOptimizer += phase === "begin" ? 1 : -1;
    if (c.rt.muted === 0) c.rt.observer?.optimizerStep(phase === "begin" ? "begin" : "end", name, parameters);
    return null;
  },
};
