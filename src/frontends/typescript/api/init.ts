import * as engine from "../../../engine/nn/init.ts";
import type { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import type { Tensor } from "./tensor.ts";
import { needTensor } from "./values.ts";

/** A fill of the engine as programs call it: the tensor is filled in place and returned. */
function filler<Rest extends unknown[]>(fill: (t: EngineTensor, ...rest: Rest) => EngineTensor) {
  return (tensor: Tensor, ...rest: Rest): Tensor => {
    fill(needTensor(tensor, "tensor"), ...rest);
    return tensor;
  };
}

interface Gain {
  gain?: number;
}
interface SparseOptions {
  sparsity: number;
  std?: number;
}
const gainOf = (x: number | Gain | undefined): number => (typeof x === "number" ? x : (x?.gain ?? 1));

/** nn.init */
export const INIT_EXPORTS: Readonly<Record<string, unknown>> = Object.freeze({
  uniform_: filler(engine.uniform_),
  normal_: filler(engine.normal_),
  constant_: filler(engine.constant_),
  ones_: filler(engine.ones_),
  zeros_: filler(engine.zeros_),
  eye_: filler(engine.eye_),
  xavierUniform_: filler((t, gain?: number | Gain) => engine.xavierUniform_(t, gainOf(gain))),
  xavierNormal_: filler((t, gain?: number | Gain) => engine.xavierNormal_(t, gainOf(gain))),
  kaimingUniform_: filler(engine.kaimingUniform_),
  kaimingNormal_: filler(engine.kaimingNormal_),
  truncNormal_: filler((t, options?: { mean?: number; std?: number; a?: number; b?: number }) =>
    engine.truncNormal_(t, options?.mean, options?.std, options?.a, options?.b),
  ),
  orthogonal_: filler((t, gain?: number | Gain) => engine.orthogonal_(t, gainOf(gain))),
  dirac_: filler((t, options?: number | { groups?: number }) =>
    engine.dirac_(t, typeof options === "number" ? options : options?.groups),
  ),
  sparse_: filler((t, given: number | SparseOptions, options: { std?: number } = {}) => {
    const { sparsity, std } = typeof given === "number" ? { sparsity: given, ...options } : given;
    return engine.sparse_(t, sparsity, std);
  }),
  calculateGain: engine.calculateGain,
});
