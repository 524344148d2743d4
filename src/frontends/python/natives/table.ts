import type { NativeContext } from "../bridge.ts";
import { ARGUMENT_NATIVES } from "./arguments.ts";
import { AUTOGRAD_NATIVES } from "./autograd.ts";
import { MODE_NATIVES } from "./modes.ts";
import { MODULE_NATIVES } from "./modules.ts";
import { NUMPY_NATIVES } from "./numpy.ts";
import { OPTIM_NATIVES } from "./optim.ts";
import { PROFILE_NATIVES } from "./profile.ts";
import { RANDOM_NATIVES } from "./random.ts";
import { STORAGE_NATIVES } from "./storage.ts";
import { TENSOR_NATIVES } from "./tensor.ts";
import { TRANSFORM_NATIVES } from "./transforms.ts";

/**
 * Functions of the engine that are not operators, by the name under which the shim calls them. Arguments come decoded;
 * a result may be a number, string, boolean, null, tensor, or an array of these.
 */
// biome-ignore lint/suspicious/noExplicitAny: arguments come from the shim, decoded by their spec
export type Native = (context: NativeContext, ...args: any[]) => unknown;

export const NATIVES: Readonly<Record<string, Native>> = {
  ...ARGUMENT_NATIVES,
  ...TENSOR_NATIVES,
  ...AUTOGRAD_NATIVES,
  ...MODE_NATIVES,
  ...MODULE_NATIVES,
  ...OPTIM_NATIVES,
  ...PROFILE_NATIVES,
  ...RANDOM_NATIVES,
  ...STORAGE_NATIVES,
  ...NUMPY_NATIVES,
  ...TRANSFORM_NATIVES,
};
