import type { Runtime } from "../../../engine/runtime.ts";
import { functionTable } from "./function-table.ts";
import { CALLABLES, type Callable, callablesAt } from "./operators.ts";

/** Operators that `torch.nn.functional` has and the engine keeps private to its own front ends, by the name F gives them. */
const PRIVATE: Readonly<Record<string, string>> = {
  cross_entropy: "cross_entropy_loss",
  nll_loss: "nll_loss",
  mse_loss: "mse_loss",
  l1_loss: "l1_loss",
  smooth_l1_loss: "smooth_l1_loss",
  huber_loss: "huber_loss",
  kl_div: "kl_div",
  binary_cross_entropy: "binary_cross_entropy",
  binary_cross_entropy_with_logits: "binary_cross_entropy_with_logits",
};

/** Functions of tensors that F offers under the names torch has too. */
const SHARED = [
  "relu",
  "tanh",
  "sigmoid",
  "softmax",
  "log_softmax",
  "dropout",
  "embedding",
  "layer_norm",
  "group_norm",
  "linear",
];

function functionalCallables(): Callable[] {
  const list = [...callablesAt("F")];
  const add = (name: string, source: string): void => {
    const c = CALLABLES.get(source);
    if (c !== undefined && !list.some((x) => x.name === name)) list.push({ ...c, name });
  };
  for (const [name, source] of Object.entries(PRIVATE)) add(name, source);
  for (const name of SHARED) add(name, name);
  return list;
}

export const FUNCTIONAL: readonly Callable[] = functionalCallables();

/** `nn.functional` of one runtime. */
export const functionalExports = (rt: Runtime): Readonly<Record<string, unknown>> =>
  Object.freeze(functionTable(rt, FUNCTIONAL));
