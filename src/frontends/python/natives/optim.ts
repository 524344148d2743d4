import { type AdamState, adamUpdate } from "../../../engine/optim/adam.ts";
import { sgdUpdate } from "../../../engine/optim/sgd.ts";
import type { FloatScalar } from "../../../engine/scalar.ts";
import type { Tensor } from "../../../engine/tensor.ts";
import type { Native } from "./table.ts";

type Num = number | FloatScalar;
const num = (x: Num): number => (typeof x === "number" ? x : x.value);

/** Inner loops of the optimisers used most; the others are written with operators. */
export const OPTIM_NATIVES: Readonly<Record<string, Native>> = {
  /** Those of the parameters that have a gradient, by position. */
  with_grad: (_c, parameters: Tensor[]) => JSON.stringify(parameters.flatMap((p, i) => (p.grad === null ? [] : [i]))),
  /** Returns the momentum buffers made, null when none was. */
  sgd_update: (
    _c,
    parameters: Tensor[],
    buffers: (Tensor | null)[],
    lr: Num,
    momentum: Num,
    dampening: Num,
    weightDecay: Num,
    nesterov: boolean,
    maximize: boolean,
  ) => {
    const made = sgdUpdate(parameters, buffers, {
      lr: num(lr),
      momentum: num(momentum),
      dampening: num(dampening),
      weightDecay: num(weightDecay),
      nesterov,
      maximize,
    });
    return made.some((b) => b !== null) ? made : null;
  },
  /** States are (step, exp_avg, exp_avg_sq, max_exp_avg_sq or null) of each parameter, null where there is none yet. */
  adam_update: (
    _c,
    parameters: Tensor[],
    states: ([Tensor, Tensor, Tensor, Tensor | null] | null)[],
    lr: Num,
    beta1: Num,
    beta2: Num,
    eps: Num,
    weightDecay: Num,
    decoupled: boolean,
    maximize: boolean,
  ) => {
    adamUpdate(
      parameters,
      states.map((s): AdamState | null =>
        s === null ? null : { step: s[0], mean: s[1], square: s[2], largest: s[3] },
      ),
      {
        lr: num(lr),
        beta1: num(beta1),
        beta2: num(beta2),
        eps: num(eps),
        weightDecay: num(weightDecay),
        decoupled,
        maximize,
      },
    );
    return null;
  },
};
