import { typeError } from "../../../engine/errors.ts";
import { clipGradNorm_, clipGradsWithNorm_, clipGradValue_, totalNorm } from "../../../engine/nn/clip.ts";
import { run, runWith } from "../../../engine/nn/named-operators.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import type { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import { Tensor } from "./tensor.ts";
import { needTensor } from "./values.ts";

type Parameters = Tensor | Iterable<Tensor>;

const list = (parameters: Parameters): EngineTensor[] =>
  (parameters instanceof Tensor ? [parameters] : [...parameters]).map((p) => needTensor(p, "parameter"));

interface NormOptions {
  normType?: number;
  errorIfNonfinite?: boolean;
}

/** Sequences [length, …] as one tensor [longest, batch, …], or batch first, filled up with a value. */
function padSequence(
  sequences: Iterable<Tensor>,
  options: { batchFirst?: boolean; paddingValue?: number } = {},
): Tensor {
  const { batchFirst = false, paddingValue = 0 } = options;
  const all = list(sequences);
  if (all.length === 0) throw typeError("padSequence got no sequences");
  const { rt } = all[0];
  const longest = Math.max(...all.map((t) => t.shape[0]));
  const padded = all.map((t) => {
    const pad = [...Array.from({ length: 2 * (t.ndim - 1) }, () => 0), 0, longest - t.shape[0]];
    return longest === t.shape[0] ? t : runWith(rt, "pad", { input: t, pad, mode: "constant", value: paddingValue });
  });
  return Tensor.wrap(run(rt, "stack", padded, batchFirst ? 0 : 1));
}

/** The sequences of a padded batch again, by their lengths. */
function unpadSequence(
  padded: Tensor,
  lengths: Tensor | readonly number[],
  options: { batchFirst?: boolean } = {},
): Tensor[] {
  const raw = needTensor(padded, "padded sequences");
  const sizes = lengths instanceof Tensor ? Tensor.raw(lengths).toArray() : lengths;
  const dim = options.batchFirst === true ? 0 : 1;
  return sizes.map((n, i) => {
    const sequence = run(raw.rt, "select", raw, dim, i);
    return Tensor.wrap(run(raw.rt, "narrow", sequence, 0, 0, n));
  });
}

/** nn.utils of one runtime. */
export function nnUtils(rt: Runtime): Readonly<Record<string, unknown>> {
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
    rnn: Object.freeze({ padSequence, unpadSequence }),
  });
}
