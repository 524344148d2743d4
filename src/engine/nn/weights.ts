import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import { defaultWeight_, uniform_ } from "./init.ts";

/** Weight and bias with PyTorch's default initialisation. */
export function weightAndBias(
  rt: Runtime,
  shape: readonly number[],
  bias: number | null,
): Record<string, Tensor | null> {
  const weight = rt.empty(shape, rt.defaultDtype);
  const bound = defaultWeight_(weight);
  return { weight, bias: bias === null ? null : uniform_(rt.empty([bias], rt.defaultDtype), -bound, bound) };
}
