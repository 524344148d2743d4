import { backward as runBackward, grad as runGrad } from "../../../engine/autograd/differentiate.ts";
import { Tensor } from "./tensor.ts";
import { needTensor } from "./values.ts";

export type TensorOrList = Tensor | readonly Tensor[];

export interface GradOptions {
  gradOutputs?: Tensor | readonly (Tensor | null)[] | null;
  retainGraph?: boolean | null;
  createGraph?: boolean;
  allowUnused?: boolean | null;
  materializeGrads?: boolean;
}

const list = (x: TensorOrList, what: string) => (Array.isArray(x) ? x : [x]).map((t) => needTensor(t, what));
const seeds = (x: Tensor | readonly (Tensor | null)[] | null | undefined) =>
  x === null || x === undefined
    ? null
    : (x instanceof Tensor ? [x] : x).map((t) => (t === null ? null : needTensor(t, "gradient")));

/** torch.autograd.grad: gradients of `outputs` with respect to `inputs`, in an array; null where none is (allowUnused). */
export function grad(outputs: TensorOrList, inputs: TensorOrList, options: GradOptions = {}): (Tensor | null)[] {
  const result = runGrad(list(outputs, "outputs"), list(inputs, "inputs"), {
    gradOutputs: seeds(options.gradOutputs),
    retainGraph: options.retainGraph ?? null,
    createGraph: options.createGraph ?? false,
    allowUnused: options.allowUnused ?? null,
    materializeGrads: options.materializeGrads ?? false,
  });
  return result.map((g) => (g === null ? null : Tensor.wrap(g)));
}

export interface BackwardAllOptions {
  gradTensors?: Tensor | readonly (Tensor | null)[] | null;
  retainGraph?: boolean | null;
  createGraph?: boolean;
  inputs?: TensorOrList | null;
}

/** torch.autograd.backward: as `tensor.backward()`, for several tensors at once. */
export function backward(tensors: TensorOrList, options: BackwardAllOptions = {}): void {
  const { inputs } = options;
  runBackward(list(tensors, "tensors"), {
    gradients: seeds(options.gradTensors),
    retainGraph: options.retainGraph ?? null,
    createGraph: options.createGraph ?? false,
    inputs: inputs === null || inputs === undefined ? null : list(inputs, "inputs"),
  });
}
