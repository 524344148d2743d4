import { typeError } from "../../../engine/errors.ts";
import type { Runtime } from "../../../engine/runtime.ts";

type Body<T> = () => T;

/** The mode lasts as long as the call: a function that waits would leave it early. */
function settled<T>(name: string, value: T): T {
  if (value instanceof Promise) throw typeError(`${name} takes a function that is not async`);
  return value;
}

/** Switches of gradient recording: noGrad(() => …), enableGrad(() => …), inferenceMode(() => …), setGradEnabled. */
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
    isGradEnabled: (): boolean => rt.gradEnabled,
    isInferenceModeEnabled: (): boolean => rt.inferenceMode,
  };
}
