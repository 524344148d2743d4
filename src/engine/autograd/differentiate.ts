import { isDifferentiable } from "../dtype.ts";
import { check, runtimeError, sizes, valueError } from "../errors.ts";
import { isMeta } from "../meta.ts";
import { sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { runBackward } from "./backward.ts";
import { gradEdge } from "./grad-edge.ts";
import { type Edge, keepRetained } from "./node.ts";

export interface BackwardArgs {
  gradients?: readonly (Tensor | null)[] | null;
  retainGraph?: boolean | null;
  createGraph?: boolean;
  inputs?: readonly Tensor[] | null;
}

const CREATE_GRAPH_WARNING =
  "Using backward() with create_graph=True will create a reference cycle between the parameter and its gradient which can cause a memory leak. " +
  "We recommend using autograd.grad when creating the graph to avoid this. " +
  "If you have to use this function, make sure to reset the .grad fields of your parameters to None after use to break the cycle and avoid the leak.";

/** torch.autograd.backward: gradients of `tensors` are accumulated in the leaves they depend on. */
export function backward(tensors: readonly Tensor[], args: BackwardArgs = {}): void {
  if (tensors.length === 0) return;
  const { rt } = tensors[0];
  const createGraph = args.createGraph ?? false;
  if (args.inputs !== undefined && args.inputs !== null && args.inputs.length === 0)
    throw runtimeError("`inputs` argument to `backward()` cannot be empty.");
  const seeds = seedGradients(tensors, args.gradients ?? null);
  const roots = rootEdges(tensors);
  if (createGraph) rt.warnOnce("create_graph", CREATE_GRAPH_WARNING);
  let inputs: Edge[] | null = null;
  if (args.inputs !== undefined && args.inputs !== null) {
    inputs = [];
    for (const t of args.inputs) {
      retainGrad(t);
      const edge = gradEdge(t);
      check(edge !== null, () => "One of the differentiated Tensors does not require grad");
      inputs.push(edge);
    }
  }
  runBackward(rt, {
    roots,
    rootTensors: tensors,
    seeds,
    retainGraph: args.retainGraph ?? (createGraph || rt.keepGraphs),
    createGraph,
    inputs,
    accumulate: true,
  });
}

export interface GradArgs {
  gradOutputs?: readonly (Tensor | null)[] | null;
  retainGraph?: boolean | null;
  createGraph?: boolean;
  allowUnused?: boolean | null;
  materializeGrads?: boolean;
}

/** torch.autograd.grad: gradients of `outputs` with respect to `inputs`, returned instead of accumulated. */
export function grad(outputs: readonly Tensor[], inputs: readonly Tensor[], args: GradArgs = {}): (Tensor | null)[] {
  if (inputs.length === 0) throw valueError("grad requires non-empty inputs.");
  const { rt } = outputs[0] ?? inputs[0];
  const createGraph = args.createGraph ?? false;
  const seeds = seedGradients(outputs, args.gradOutputs ?? null);
  const roots = rootEdges(outputs);
  const edges: Edge[] = inputs.map((t) => {
    check(t.requiresGrad, () => "One of the differentiated Tensors does not require grad");
    return gradEdge(t) as Edge;
  });
  const result = runBackward(rt, {
    roots,
    rootTensors: outputs,
    seeds,
    retainGraph: args.retainGraph ?? (createGraph || rt.keepGraphs),
    createGraph,
    inputs: edges,
    accumulate: false,
  });
  const allow = args.allowUnused ?? args.materializeGrads ?? false;
  return result.map((g, i) => {
    if (g !== null) return g;
    check(
      allow,
      () =>
        "One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.",
    );
    if (!args.materializeGrads) return null;
    const zeros = rt.full(inputs[i].shape, 0, inputs[i].dtype);
    zeros.leafRequiresGrad = createGraph;
    return zeros;
  });
}

function rootEdges(tensors: readonly Tensor[]): Edge[] {
  return tensors.map((t, i) => {
    const edge = gradEdge(t);
    check(edge !== null, () => `element ${i} of tensors does not require grad and does not have a grad_fn`);
    return edge;
  });
}

/** Upstream gradients of the roots: given ones are checked, missing ones are 1 for scalars. */
function seedGradients(tensors: readonly Tensor[], given: readonly (Tensor | null)[] | null): (Tensor | null)[] {
  if (given !== null && given.length < tensors.length)
    throw runtimeError(`got ${tensors.length} tensors and ${given.length} gradients`);
  return tensors.map((t, i) => {
    const g = given === null ? null : given[i];
    if (g !== null) {
      if (!sameShape(g.shape, t.shape))
        throw runtimeError(
          `Mismatch in shape: grad_output[${i}] has a shape of torch.Size(${sizes(g.shape)}) and output[${i}] has a shape of torch.Size(${sizes(t.shape)}).`,
        );
      return g;
    }
    if (!t.requiresGrad) return null;
    if (t.numel !== 1) throw runtimeError("grad can be implicitly created only for scalar outputs");
    if (!isDifferentiable(t.dtype) || t.dtype.kind === "complex")
      throw runtimeError(`grad can be implicitly created only for real scalar outputs but got torch.${t.dtype.name}`);
    return t.rt.on(isMeta(t) ? "meta" : t.rt.device, () => t.rt.full(t.shape, 1, t.dtype));
  });
}

/** retain_grad(): keep the gradient of a non-leaf tensor. Error: it needs no gradient. */
export function retainGrad(t: Tensor): void {
  check(t.requiresGrad, () => "can't retain_grad on Tensor that has requires_grad=False");
  if (t.isLeaf || t.retainsGrad) return;
  t.retainsGrad = true;
  if (t.gradFn !== null) keepRetained(t, t.gradFn);
}

/** requires_grad_(flag). Errors: not floating point; switching off for a computed tensor. */
export function setRequiresGrad(t: Tensor, flag: boolean): void {
  if (flag && !isDifferentiable(t.dtype))
    throw runtimeError("only Tensors of floating point dtype can require gradients");
  if (flag && t.isInference && !t.rt.inferenceMode)
    throw runtimeError("Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.");
  if (t.gradFn !== null) {
    if (flag) return;
    throw runtimeError(
      "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().",
    );
  }
  t.leafRequiresGrad = flag;
  if (!flag) t.accumulator = null;
}
