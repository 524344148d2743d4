import { clipGradNorm_, clipGradsWithNorm_, clipGradValue_, totalNorm } from "../../../engine/nn/clip.ts";
import { run } from "../../../engine/nn/named-operators.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import type { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import type { containers } from "./containers.ts";
import { parametrizationExports } from "./parametrizations.ts";
import { parametrizeExports } from "./parametrize.ts";
import { pruneExports } from "./prune.ts";
import { RNN_UTILS } from "./rnn-utils.ts";
import { Tensor } from "./tensor.ts";
import { needTensor } from "./values.ts";

type Parameters = Tensor | Iterable<Tensor>;

const list = (parameters: Parameters): EngineTensor[] =>
  (parameters instanceof Tensor ? [parameters] : [...parameters]).map((p) => needTensor(p, "parameter"));

interface NormOptions {
  normType?: number;
  errorIfNonfinite?: boolean;
}

/** nn.utils of one runtime. */
export function nnUtils(
  rt: Runtime,
  lists: Pick<ReturnType<typeof containers>, "ModuleDict" | "ModuleList">,
): Readonly<Record<string, unknown>> {
  const parametrize = parametrizeExports(rt, lists);
  const clipGradNorm = (parameters: Parameters, maxNorm: number, o: NormOptions = {}): Tensor =>
    Tensor.wrap(clipGradNorm_(rt, list(parameters), maxNorm, o.normType, o.errorIfNonfinite));
  const clipGradValue = (parameters: Parameters, value: number): void => clipGradValue_(rt, list(parameters), value);
  return Object.freeze({
    clipGradNorm,
    clipGradNorm_: clipGradNorm,
    clipGradValue,
    clipGradValue_: clipGradValue,
    getTotalNorm: (tensors: Parameters, o: NormOptions = {}): Tensor =>
      Tensor.wrap(totalNorm(rt, list(tensors), o.normType, o.errorIfNonfinite)),
    clipGradsWithNorm_: (parameters: Parameters, maxNorm: number, total: Tensor): void =>
      clipGradsWithNorm_(rt, list(parameters), maxNorm, needTensor(total, "totalNorm")),
    /** All parameters as one vector, differentiable. */
    parametersToVector: (parameters: Parameters): Tensor =>
      Tensor.wrap(
        run(
          rt,
          "cat",
          list(parameters).map((p) => run(rt, "view", p, [-1])),
        ),
      ),
    /** Overwrites the parameters with slices of a vector. */
    vectorToParameters: (vector: Tensor, parameters: Iterable<Tensor>): void => {
      const raw = needTensor(vector, "vector");
      let at = 0;
      for (const p of parameters) {
        const slice = run(rt, "narrow", raw, 0, at, p.numel());
        p.data = Tensor.wrap(run(rt, "view", slice, [...p.shape])).data;
        at += p.numel();
      }
    },
    rnn: RNN_UTILS,
    parametrize,
    parametrizations: parametrizationExports(rt, parametrize),
    prune: pruneExports(rt),
  });
}
