import type { GradNode } from "./autograd/node.ts";
import type { AnyOpDef } from "./op.ts";
import type { Tensor } from "./tensor.ts";

/**
 * What the engine announces about itself while model code runs. With no observer attached the engine does no extra work.
 * Every callback is synchronous and must neither change tensors nor throw. Tensors are passed by reference: a listener that
 * wants a value later copies it, or waits for `storageWillChange`, which precedes every overwrite of a storage.
 */
export interface EngineObserver {
  /**
   * An operator ran. `inputs` and `outputs` are the tensors among its arguments and results, in order; `node` is the backward
   * node the outputs got (null when nothing is recorded for differentiation). View operators are announced too.
   * `attrs` are its non-tensor arguments by name, as printable JSON-like values.
   */
  operatorRan(record: OperatorRecord): void;
  /** A storage is about to be overwritten by an in-place operator, an optimiser, or an assignment to `.data`. */
  storageWillChange(storageId: number, cause: string): void;
  /** `tensor.backward()` or `autograd.grad` starts: roots, their seeds (upstream gradients), and whether the graph is kept. */
  backwardBegan(roots: readonly Tensor[], seeds: readonly (Tensor | null)[], options: BackwardOptions): void;
  /** A backward node starts: the upstream gradients summed for each of its outputs (null = none arrived). */
  nodeEntered(node: GradNode, upstream: readonly (Tensor | null)[]): void;
  /** One contribution flowed from `node`, input `inputIndex`, to its next node (null = the input needs no gradient). */
  contributionMade(
    node: GradNode,
    inputIndex: number,
    contribution: Tensor | null,
    next: GradNode | null,
    nextOutput: number,
  ): void;
  /** The contribution was added into the buffer of `node`'s output: `received` of `expected` have arrived; `sum` so far. */
  contributionReceived(node: GradNode, outputIndex: number, received: number, expected: number, sum: Tensor): void;
  /** The `.grad` of a leaf, or of a tensor that retains its gradient, changed: before (null = none), what was added, after. */
  leafAccumulated(leaf: Tensor, before: Tensor | null, delta: Tensor, after: Tensor): void;
  /** A node gave up its saved tensors: bytes released. Kept ones (retain_graph) are announced with `kept` true. */
  savedReleased(node: GradNode, bytes: number, kept: boolean): void;
  /** Backward ended, normally or with an error message. */
  backwardEnded(error: string | null): void;
  /** `.grad` was zeroed or set to None/another tensor outside a backward pass. */
  gradientCleared(leaf: Tensor, before: Tensor | null, after: Tensor | null): void;
  /** Hooks ran that may have changed the `.grad` of a leaf, after it was accumulated. */
  gradientHooked(leaf: Tensor): void;
  /** An optimiser's step began / ended; operators in between are marked with `inOptimizer`. */
  optimizerStep(phase: "begin" | "end", name: string, parameters: readonly Tensor[]): void;
  /**
   * Part of the program began to run: operators that belong to it say so (`OperatorRecord.call`). `call` is a number of its own,
   * `within` the call in which it was made (0 = none), `name` what a person calls it ("0: Linear", "Neuron.__call__", "line 7").
   */
  callBegan(call: number, within: number, kind: CallKind, name: string): void;
}

/** A module's call, one of a function, a loop, one iteration of a loop. */
export type CallKind = "module" | "function" | "loop" | "iteration";

export interface BackwardOptions {
  retainGraph: boolean;
  createGraph: boolean;
  /** False for `autograd.grad`, which returns gradients instead of accumulating them. */
  accumulate: boolean;
}

export interface OperatorRecord {
  /** Operator name as PyTorch calls it: "mul", "addmm", "add_". */
  op: string;
  /** The operator's entry: formula and argument names. */
  def: AnyOpDef;
  /** The arguments as they were given: the inputs are the tensors among them (also in lists), in order. */
  args: readonly unknown[];
  inputs: readonly Tensor[];
  /** Argument name of each input: "self", "other", "tensors[1]". */
  inputNames: readonly string[];
  outputs: readonly Tensor[];
  node: GradNode | null;
  attrs: Readonly<Record<string, unknown>>;
  /** For in-place operators the input that was overwritten. */
  inplace: boolean;
  /** Output is a view of input 0. */
  view: boolean;
  /** Why no node was made although an input requires grad: null when a node was made or no input requires grad. */
  boundary: "no_grad" | "detach" | "integer" | "inference" | null;
  /** Source location id given by the front end (see `Runtime.location`), 0 = unknown. */
  location: number;
  /** Which execution of its line it is (see `Runtime.visit`). */
  visit: number;
  /** The innermost call that it is part of (see `Runtime.call`), 0 = none. */
  call: number;
}
