import { AccumulateGrad } from "../../../engine/autograd/accumulate-grad.ts";
import { CustomNode } from "../../../engine/autograd/custom-node.ts";
import { backward, grad, retainGrad, setRequiresGrad } from "../../../engine/autograd/differentiate.ts";
import { gradEdge } from "../../../engine/autograd/grad-edge.ts";
import { checkInplace } from "../../../engine/autograd/inplace.ts";
import type { GradNode } from "../../../engine/autograd/node.ts";
import { OpNode } from "../../../engine/autograd/op-node.ts";
import { SavedTensor } from "../../../engine/autograd/saved.ts";
import { float32, isDifferentiable } from "../../../engine/dtype.ts";
import { runtimeError, typeError } from "../../../engine/errors.ts";
import { numberTensor } from "../../../engine/promotion.ts";
import type { SavedTensorHooks } from "../../../engine/runtime.ts";
import { isScalar } from "../../../engine/scalar.ts";
import { Tensor } from "../../../engine/tensor.ts";
import { transforming } from "../../../engine/transforms/levels.ts";
import type { NativeContext } from "../bridge.ts";
import type { Native } from "./table.ts";

type MaybeTensor = Tensor | null;

/** Handles of tensors for the shim's dispatcher: 0 = None. */
const pack = (c: NativeContext, list: readonly MaybeTensor[]): string =>
  JSON.stringify(list.map((t) => (t === null ? 0 : c.handles.of(t))));
const unpack = (c: NativeContext, json: string): MaybeTensor[] =>
  (JSON.parse(json) as number[]).map((h) => (h === 0 ? null : c.handles.tensor(h)));

/** Stands for what a user's function returns beside tensors: no gradient ever arrives there. */
const NO_OUTPUT = { shape: [], dtype: float32 };

/** Backward passes, leaves, hooks, nodes and user-written functions. */
export const AUTOGRAD_NATIVES: Readonly<Record<string, Native>> = {
  requires_grad: (_c, t: Tensor) => t.requiresGrad,
  set_requires_grad: (_c, t: Tensor, flag: boolean) => {
    setRequiresGrad(t, flag);
    return null;
  },
  /** Error: a function transform is under way, which has its own inputs. */
  check_leaf_change: (c) => {
    if (transforming(c.rt.transforms))
      throw runtimeError(
        "You are attempting to call Tensor.requires_grad_() (or perhaps using torch.autograd.functional.* APIs) inside of a function being transformed by a functorch transform. This is unsupported, please attempt to use the functorch transforms (e.g. grad, vjp, jacrev, jacfwd, hessian) or call requires_grad_() outside of a function being transformed instead.",
      );
    return null;
  },
  is_leaf: (_c, t: Tensor) => t.isLeaf,
  retain_grad: (_c, t: Tensor) => {
    retainGrad(t);
    return null;
  },
  retains_grad: (_c, t: Tensor) => t.retainsGrad && !t.isLeaf,
  get_grad: (_c, t: Tensor) => t.grad,
  set_grad: (c, t: Tensor, g: MaybeTensor) => {
    const before = t.grad;
    t.grad = g;
    if (c.rt.muted === 0 && before !== g) c.rt.observer?.gradientCleared(t, before, g);
    return null;
  },
  /** Announces that `.grad` was zeroed in place (zero_grad(set_to_none=False), grad.zero_()). */
  output_nr: (_c, t: Tensor) => t.outputNr,
  grad_fn: (_c, t: Tensor) => t.gradFn,
  detach_: (_c, t: Tensor) => {
    if (t.view !== null)
      throw runtimeError(
        "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel (DDP) for training, and gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and hence detach_() cannot be called on these gradients. To fix this error, please refer to the Optimizer.zero_grad() function in torch/optim/optimizer.py as the solution.",
      );
    t.gradFn = null;
    t.leafRequiresGrad = false;
    t.outputNr = 0;
    return t;
  },

  backward: (
    c,
    tensors: Tensor[],
    gradients: MaybeTensor[] | null,
    retainGraph: boolean | null,
    createGraph: boolean,
    inputs: Tensor[] | null,
  ) => {
    if (transforming(c.rt.transforms))
      throw runtimeError(
        "backward() called inside a functorch transform. This is not supported, please use functorch.grad or functorch.vjp instead or call backward() outside of functorch transforms.",
      );
    backward(tensors, { gradients, retainGraph, createGraph, inputs });
    return null;
  },
  grad: (
    _c,
    outputs: Tensor[],
    inputs: Tensor[],
    gradOutputs: MaybeTensor[] | null,
    retainGraph: boolean | null,
    createGraph: boolean,
    allowUnused: boolean | null,
    materializeGrads: boolean,
  ) => grad(outputs, inputs, { gradOutputs, retainGraph, createGraph, allowUnused, materializeGrads }),

  /** tensor.register_hook: calls back with the gradient; returns the hook's id. */
  register_hook: (c, t: Tensor, callback: number) => {
    const edge = gradEdge(t);
    if (edge === null) throw runtimeError("cannot register a hook on a tensor that doesn't require gradient");
    const id = c.rt.takeHookId();
    edge.node.tensorHooks ??= new Map();
    edge.node.tensorHooks.set(id, {
      output: edge.output,
      hook: (g) => unpack(c, c.python("tensor_hook", callback, pack(c, [g])))[0],
    });
    return id;
  },
  remove_hook: (_c, t: Tensor, id: number) => {
    gradEdge(t)?.node.tensorHooks?.delete(id);
    return null;
  },
  remove_node_hook: (_c, node: GradNode, id: number) => {
    node.tensorHooks?.delete(id);
    node.preHooks?.delete(id);
    node.postHooks?.delete(id);
    return null;
  },
  register_post_accumulate: (c, t: Tensor, callback: number) => {
    const edge = gradEdge(t);
    if (!(edge?.node instanceof AccumulateGrad))
      throw runtimeError("post accumulate grad hooks cannot be registered on non-leaf tensors");
    const id = c.rt.takeHookId();
    edge.node.accumulateHooks ??= new Map();
    edge.node.accumulateHooks.set(id, (leaf) => {
      c.python("accumulate_hook", callback, pack(c, [leaf]));
    });
    return id;
  },
  remove_accumulate_hook: (_c, t: Tensor, id: number) => {
    const node = gradEdge(t)?.node;
    if (node instanceof AccumulateGrad) node.accumulateHooks?.delete(id);
    return null;
  },

  node_name: (_c, node: GradNode) => node.fullName,
  node_id: (_c, node: GradNode) => node.id,
  node_seq: (_c, node: GradNode) => (node.seq === Number.POSITIVE_INFINITY ? -1 : node.seq),
  /** [[node or null, output], …] */
  node_next: (_c, node: GradNode) => node.edges.map((e) => (e === null ? [null, 0] : [e.node, e.output])),
  node_variable: (_c, node: GradNode) => (node instanceof AccumulateGrad ? node.variable : null),
  /** Names of what the node saved. */
  node_saved_names: (_c, node: GradNode) => (node instanceof OpNode ? node.savedNames() : []),
  /** The slot of a saved tensor. */
  node_raw_saved: (_c, node: GradNode, name: string) => (node instanceof OpNode ? node.rawSaved(name) : null),
  saved_register_hooks: (c, slot: SavedTensor, callback: number) => {
    slot.registerHooks(savedHooks(c, callback));
    return null;
  },
  /** Do saved-tensor hooks want what is saved now? */
  saving_is_hooked: (c) => c.rt.savedHooks.length > 0,
  /** The slots of tensors that a user's function saves. */
  save_tensors: (_c, tensors: MaybeTensor[]) => tensors.map((t) => (t === null ? null : new SavedTensor(t, null))),
  saved_value: (_c, slot: SavedTensor) => slot.unpack(),
  /** What it saved under a name, alone in a list. */
  node_saved: (c, node: GradNode, name: string) => {
    if (!(node instanceof OpNode)) return [null];
    const value = node.saved()[name];
    return [node.def.wrapsNumbers === true && isScalar(value) ? numberTensor(c.rt, value) : plain(apart(node, value))];
  },
  node_register_hook: (c, node: GradNode, callback: number) => {
    const id = c.rt.takeHookId();
    node.postHooks ??= new Map();
    node.postHooks.set(id, (gradInputs, gradOutputs) => {
      const answer = c.python("node_hook", callback, JSON.stringify([pack(c, gradInputs), pack(c, gradOutputs)]));
      return answer === "" ? null : unpack(c, answer);
    });
    return id;
  },
  node_register_prehook: (c, node: GradNode, callback: number) => {
    const id = c.rt.takeHookId();
    node.preHooks ??= new Map();
    node.preHooks.set(id, (gradOutputs) => {
      const answer = c.python("node_prehook", callback, pack(c, gradOutputs));
      return answer === "" ? null : unpack(c, answer);
    });
    return id;
  },
  /** Runs a node on gradients: what calling `grad_fn(g)` does. */
  node_call: (c, node: GradNode, grads: MaybeTensor[]) => {
    if (grads.length !== node.outputs.length)
      throw typeError(`expected ${node.outputs.length} arguments, got ${grads.length} instead`);
    return c.rt.withGrad(false, () => node.apply(grads));
  },

  push_saved_hooks: (c, callback: number) => {
    c.rt.savedHooks.push(savedHooks(c, callback));
    return null;
  },
  pop_saved_hooks: (c) => {
    c.rt.savedHooks.pop();
    return null;
  },

  /**
   * Gives the outputs of a user's autograd.Function (null: not a tensor) their backward node. `inputs` are its tensor arguments in order,
   * `dirty` the outputs that are inputs changed in place, `nonDifferentiable` outputs that need no gradient.
   * Returns the node, or null when nothing needs a gradient.
   */
  custom_function: (
    c,
    name: string,
    callback: number,
    inputs: MaybeTensor[],
    outputs: MaybeTensor[],
    nonDifferentiable: number[],
    dirty: number[],
  ) => {
    if (!c.rt.gradEnabled || !inputs.some((t) => t?.requiresGrad)) return null;
    for (const i of dirty) checkInplace(outputs[i] as Tensor, true, true);
    const node = new CustomNode(
      c.rt,
      name,
      inputs,
      (grads) => unpack(c, c.python("function_backward", callback, pack(c, grads))),
      () => Number(c.python("function_release", callback, "")),
    );
    outputs.forEach((t, i) => {
      const nr = node.addOutput(t ?? NO_OUTPUT);
      if (t === null || nonDifferentiable.includes(i) || !isDifferentiable(t.dtype)) return;
      t.leafRequiresGrad = false;
      t.outputNr = nr;
      t.gradFn = node;
      if (t.view !== null) t.view.creation = "custom_function";
    });
    return node;
  },
  /** Tells the observer about a custom function as one operator. */
  announce_function: (c, name: string, again: number, inputs: Tensor[], outputs: Tensor[], node: GradNode | null) => {
    if (c.rt.muted > 0) return null;
    const forward = (...tensors: Tensor[]): Tensor[] => {
      // Its own copies: the function may change them in place.
      const answer = c.python(
        "function_again",
        again,
        pack(
          c,
          tensors.map((t) => c.rt.math.clone(t)),
        ),
      );
      if (answer.startsWith("!")) throw runtimeError(answer.slice(1));
      return unpack(c, answer).filter((t) => t !== null);
    };
    c.rt.observer?.operatorRan({
      op: name,
      def: { name, args: inputs.map((_, i) => `input${i}`), forward },
      args: inputs,
      inputs,
      inputNames: inputs.map((_, i) => `input${i}`),
      outputs,
      node,
      attrs: {},
      inplace: false,
      view: false,
      boundary: node === null && inputs.some((t) => t.requiresGrad) ? "no_grad" : null,
      location: c.rt.location,
      visit: c.rt.visit,
      call: c.rt.call,
    });
    return null;
  },
};

/** Python's hooks of saved tensors, as the engine calls them. */
const savedHooks = (c: NativeContext, callback: number): SavedTensorHooks => ({
  pack: (t) => Number(c.python("saved_pack", callback, pack(c, [t]))),
  unpack: (packed) => unpack(c, c.python("saved_unpack", callback, String(packed)))[0] as Tensor,
});

/** What a node saved of its own output comes back as another tensor with the same history. */
function apart(node: GradNode, saved: unknown): unknown {
  if (!(saved instanceof Tensor) || saved.gradFn !== node) return saved;
  const out = saved.alias();
  out.gradFn = node;
  out.outputNr = saved.outputNr;
  return out;
}

/** Saved constants as the shim can decode them. */
function plain(x: unknown): unknown {
  if (x === undefined || x === null) return null;
  if (x instanceof Tensor || typeof x === "number" || typeof x === "string" || typeof x === "boolean") return x;
  if (Array.isArray(x)) return x.map(plain);
  if (typeof x === "object" && "value" in x) return (x as { value: number }).value;
  return null;
}
