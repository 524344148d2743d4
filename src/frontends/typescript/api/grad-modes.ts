import { bfloat16, float16 } from "../../../engine/dtype.ts";
import { typeError } from "../../../engine/errors.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { type DType, engineDtype } from "./dtypes.ts";

const UNSUPPORTED =
  "In CPU autocast, but the target dtype is not supported. Disabling autocast.\nCPU Autocast only supports dtype of torch.bfloat16, torch.float16 currently.";

type Body<T> = () => T;

/** The mode lasts as long as the call: a function that waits would leave it early. */
function settled<T>(name: string, value: T): T {
  if (value instanceof Promise) throw typeError(`${name} takes a function that is not async`);
  return value;
}

/** Switches of gradient recording and of precision: noGrad(() => …), enableGrad(() => …), inferenceMode(() => …), setGradEnabled, autocast. */
export function gradModes(rt: Runtime) {
  const within = <T>(name: string, enabled: boolean, body: Body<T>): T => {
    if (typeof body !== "function") throw typeError(`${name} takes a function: ${name}(() => { … })`);
    return rt.withGrad(enabled, () => settled(name, body()));
  };
  return {
    noGrad: <T>(body: Body<T>): T => within("noGrad", false, body),
    enableGrad: <T>(body: Body<T>): T => within("enableGrad", true, body),
    inferenceMode: <T>(body: Body<T>): T => {
      const before = rt.inferenceMode;
      rt.inferenceMode = true;
      try {
        return within("inferenceMode", false, body);
      } finally {
        rt.inferenceMode = before;
      }
    },
    /** `setGradEnabled(false)` until changed again, `setGradEnabled(false, () => …)` for one call. */
    setGradEnabled: <T>(enabled: boolean, body?: Body<T>): T | undefined => {
      if (body !== undefined) return within("setGradEnabled", enabled, body);
      rt.gradEnabled = enabled;
      return undefined;
    },
    /** Mixed precision on the CPU: inside, operators on PyTorch's lists cast their arguments to `dtype` or to float32. */
    autocast: <T>(body: Body<T>, options: { dtype?: DType; enabled?: boolean } = {}): T => {
      const { autocast } = rt;
      const { enabled, dtype } = autocast;
      const target = options.dtype === undefined ? dtype : engineDtype(options.dtype);
      autocast.enabled = options.enabled ?? true;
      if (autocast.enabled && target !== bfloat16 && target !== float16) {
        rt.warn("UserWarning", UNSUPPORTED);
        autocast.enabled = false;
      } else autocast.dtype = target;
      autocast.nesting++;
      try {
        return settled("autocast", body());
      } finally {
        autocast.enabled = enabled;
        autocast.dtype = dtype;
        if (--autocast.nesting === 0) autocast.clearCache();
      }
    },
    isAutocastEnabled: (): boolean => rt.autocast.enabled,
    isGradEnabled: (): boolean => rt.gradEnabled,
    isInferenceModeEnabled: (): boolean => rt.inferenceMode,
  };
}
