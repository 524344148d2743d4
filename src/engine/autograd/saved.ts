import { runtimeError, sizes } from "../errors.ts";
import type { SavedTensorHooks } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import { AccumulateGrad } from "./accumulate-grad.ts";
import { gradEdge } from "./grad-edge.ts";
import type { Edge, GradNode } from "./node.ts";

/** PyTorch's error for what an earlier backward pass has freed. */
export const FREED =
  "Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). " +
  "Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). " +
  "Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.";

/** A tensor kept for the backward pass, with the version it had. */
export class SavedTensor {
  private tensor: Tensor | null;
  private hooks: SavedTensorHooks | null;
  private packed: unknown = null;
  /** Where the gradient of what hooks keep goes. */
  private edge: Edge | null = null;
  private released = false;
  private readonly version: number;
  /** The node itself when the tensor is its own output. */
  private readonly owner: GradNode | null;

  constructor(tensor: Tensor, owner: GradNode | null, versionOffset = 0) {
    if (tensor.isInference && !tensor.rt.inferenceMode)
      throw runtimeError(
        "Inference tensors cannot be saved for backward. To work around you can make a clone to get a normal tensor and use it in autograd.",
      );
    this.hooks = null;
    this.tensor = tensor;
    this.version = tensor.version + versionOffset;
    this.owner = owner;
    const hooks = tensor.rt.savedHooks.at(-1);
    if (hooks !== undefined) this.pack(tensor, hooks);
  }

  /** Has what was saved handed to hooks, which keep it from now on. Errors: freed; it has hooks already; a hook changes the tensor. */
  registerHooks(hooks: SavedTensorHooks): void {
    if (this.released) throw runtimeError(FREED);
    if (this.tensor === null)
      throw runtimeError(
        "Calling register_hooks on a saved tensor whose hooks have already been set. Hint: only one pair of hooks is allowed at a time.",
      );
    this.pack(this.unpack(), hooks);
  }

  private pack(tensor: Tensor, hooks: SavedTensorHooks): void {
    const { version } = tensor;
    this.packed = tensor.rt.withGrad(false, () => hooks.pack(tensor));
    if (tensor.version !== version)
      throw runtimeError(
        "A saved tensor pack hook is modifying its input in place. Tensors provided as input to pack hook can not be modified by in-place " +
          "operations as this can lead to unexpected side-effects. Please open an issue if you need to perform in-place operations on the input to a pack hook.",
      );
    this.edge = this.owner === null ? gradEdge(tensor) : { node: this.owner, output: tensor.outputNr };
    this.hooks = hooks;
    this.tensor = null;
  }

  /** The tensor. Errors: freed by an earlier backward pass; changed in place since it was saved. */
  unpack(): Tensor {
    if (this.released) throw runtimeError(FREED);
    if (this.hooks !== null) return this.placed(this.hooks.unpack(this.packed));
    const t = this.tensor as Tensor;
    if (t.version !== this.version) throw runtimeError(this.modified(t));
    return t;
  }

  /** What a hook gave back, in the graph where the saved tensor was: what the hook itself computed is no part of it. */
  private placed(given: Tensor): Tensor {
    if (this.edge === null && !given.requiresGrad) return given;
    const out = given.alias();
    if (this.edge === null) return out;
    const { node, output } = this.edge;
    if (node instanceof AccumulateGrad) {
      out.leafRequiresGrad = true;
      out.accumulator = node;
    } else {
      out.gradFn = node;
      out.outputNr = output;
    }
    return out;
  }

  /** Is it an output of the node that saved it? */
  get isOwn(): boolean {
    return this.owner !== null;
  }

  get bytes(): number {
    return this.tensor === null ? 0 : this.tensor.numel * this.tensor.dtype.itemsize;
  }

  release(): void {
    this.released = true;
    this.tensor = null;
    this.packed = null;
  }

  private modified(t: Tensor): string {
    const maker = this.owner ?? t.gradFn;
    const origin = maker !== null ? `, which is output ${t.outputNr} of ${maker.fullName},` : "";
    const hint = t.rt.anomalyMode
      ? "Hint: the backtrace further above shows the operation that failed to compute its gradient. The variable in question was changed in there or anywhere later. Good luck!"
      : "Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True).";
    return (
      "one of the variables needed for gradient computation has been modified by an inplace operation: " +
      `[${t.dtype.tensorType} ${sizes(t.shape)}]${origin} is at version ${t.version}; expected version ${this.version} instead. ${hint}`
    );
  }
}
