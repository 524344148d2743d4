/**
 * The events of a run: what happened, in order. The recorder stores them in compact columns; readers decode them to this
 * union. `seq` is the event's index. All references are small integers:
 * - `value`: index into the value table (an immutable snapshot of a tensor: shape, dtype, data or statistics);
 * - `node`: index into the node table (one per operator run or leaf, see `graph-model.ts`); `edge`: index into the edge table;
 * - `loc`: index into the location table (source file or cell, line, columns).
 */
export type TraceEvent =
  | ForwardOp
  | BackwardBegin
  | BackwardEnter
  | BackwardEdge
  | BackwardAccumulate
  | LeafAccumulate
  | SavedRelease
  | BackwardSkip
  | BackwardEnd
  | GradientZero
  | OptimizerStep
  | RunError;

interface Common {
  seq: number;
  loc: number;
  /** Which picture the event belongs to: index into the scene table. */
  scene: number;
}

/** An operator ran. In-place operators say which earlier value they replaced. */
export interface ForwardOp extends Common {
  kind: "fwd.op";
  node: number;
  /** One value per output. */
  values: number[];
  /** For an in-place operator: the value of its target before. */
  before: number | null;
  inplace: boolean;
  /**
   * Values of leaf and data nodes that became known with this operator, or that it changed in place, in order.
   * `before` null: not known earlier. Absent means none.
   */
  tensors?: { node: number; before: number | null; after: number }[];
}
/** A backward pass starts with seed gradients at the roots. */
export interface BackwardBegin extends Common {
  kind: "bwd.seed";
  pass: number;
  roots: { node: number; output: number; value: number; seed: number }[];
  retainGraph: boolean;
  createGraph: boolean;
  accumulate: boolean;
}
/** A backward node runs: its upstream gradients, complete. */
export interface BackwardEnter extends Common {
  kind: "bwd.enter";
  pass: number;
  node: number;
  upstream: (number | null)[];
  /** The sums that had arrived, when hooks on the node's tensors changed them to `upstream`. */
  gathered?: (number | null)[];
}
/** One contribution flows along one edge (from the consumer operator back to the producer of its input). */
export interface BackwardEdge extends Common {
  kind: "bwd.edge";
  pass: number;
  edge: number;
  node: number;
  input: number;
  upstream: number | null;
  contribution: number;
}
/** A contribution arrived at a node that may wait for others. */
export interface BackwardAccumulate extends Common {
  kind: "bwd.accumulate";
  pass: number;
  node: number;
  output: number;
  edge: number | null;
  received: number;
  expected: number;
  before: number | null;
  sum: number;
  /** `received` before this event; it can rise by more than one when a node passes nothing on. */
  receivedBefore?: number;
}
/** `.grad` of a leaf, or of a result that retains its gradient, changed in a backward pass. */
export interface LeafAccumulate extends Common {
  kind: "leaf.accumulate";
  pass: number;
  node: number;
  before: number | null;
  delta: number;
  after: number;
  /** How many earlier passes `.grad` already holds (0 = fresh): > 0 deserves a warning badge. */
  earlier: number;
  /** No leaf: a result on which retain_grad() was called. It happens while its backward function runs. */
  retained?: boolean;
}
export interface SavedRelease extends Common {
  kind: "saved.release";
  pass: number;
  node: number;
  bytes: number;
  kept: boolean;
  /** State of the saved tensors before. */
  before?: "held" | "kept" | "freed" | null;
}
/** The gradient stops here, and why. */
export interface BackwardSkip extends Common {
  kind: "bwd.skip";
  pass: number;
  node: number;
  input: number;
  edge: number | null;
  reason: "detach" | "no_grad" | "requires_grad=False" | "integer" | "unused";
}
export interface BackwardEnd extends Common {
  kind: "bwd.end";
  pass: number;
  error: string | null;
}
export interface GradientZero extends Common {
  kind: "grad.zero";
  node: number;
  before: number | null;
  /** null: set to None; else the new value (zeros, or an assigned tensor). */
  after: number | null;
}
export interface OptimizerStep extends Common {
  kind: "opt.step";
  name: string;
  updates: { node: number; before: number; after: number }[];
}
export interface RunError extends Common {
  kind: "error";
  type: string;
  message: string;
  node: number | null;
}

export type EventKind = TraceEvent["kind"];
export type Phase = "forward" | "backward" | "update";

/** One place in the source: 1-based line, 0-based columns as Python gives them; `cell` for notebooks. */
export interface SourceLocation {
  file: string;
  cell: number | null;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  /** Function the code is in ("<module>" at top level). */
  scope: string;
  /** In another text than the program's own: a module beside it, or text that it executes. */
  elsewhere?: true;
}
