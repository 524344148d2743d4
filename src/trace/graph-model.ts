import type { CallKind } from "../engine/observer.ts";
/** The static side of a run: what was computed by what. Nodes and edges are append-only tables, indexed by integers. */

/**
 * One thing a picture can show.
 * - `op`: an operator run. `gradFn` is its backward node's name ("MulBackward0"), null if nothing is recorded for it.
 * - `leaf`: a tensor made by the user with requires_grad (parameters): its backward node is AccumulateGrad.
 * - `data`: a tensor made by the user that needs no gradient.
 */
export interface GraphNode {
  id: number;
  kind: "op" | "leaf" | "data";
  /** Operator name ("mul") or "" for tensors. */
  op: string;
  gradFn: string | null;
  /** Names of Python variables known to hold its (first) output, best first. */
  names: string[];
  /** Non-tensor arguments, printable: { dim: 1, keepdim: true }. */
  attrs: Record<string, unknown>;
  outputs: { shape: number[]; dtype: string }[];
  inplace: boolean;
  view: boolean;
  boundary: "no_grad" | "detach" | "integer" | "inference" | null;
  loc: number;
  scene: number;
  /** The innermost call that it is part of, or in which its tensor was made: one of the scene's calls, 0 = none. */
  call: number;
  /** Backward pass (create_graph) that made it; null for ordinary forward operators. */
  madeInPass: number | null;
  inOptimizer: boolean;
  /** It has a `.grad` that backward passes add to: a leaf, or a result that retains it. */
  storesGrad: boolean;
}

/** Output `output` of node `from` is input `input` of node `to`. Gradient flows the other way when `differentiable`. */
export interface GraphEdge {
  id: number;
  from: number;
  output: number;
  to: number;
  input: number;
  /** Name of the input in the operator's formula ("self", "other", "mat2"). */
  inputName: string;
  differentiable: boolean;
}

/** A call of a module or function, a loop in one, or an iteration of it. */
export interface CallInfo {
  id: number;
  /** The call in which it was made, 0 = none. */
  within: number;
  kind: CallKind;
  /** "0: Linear", "Neuron.__call__", "loop at line 7", "iteration". */
  name: string;
}

/**
 * Operators beyond which a scene is too large to be read as a whole: calls of functions and loops divide it then. In smaller ones
 * only calls of modules count: frames around everything that a short program calls once would say nothing.
 */
export const LARGE_SCENE = 150;

/** A picture: a connected piece of the run that is looked at together (usually one training iteration). */
export interface SceneInfo {
  id: number;
  /** First and last event (inclusive). Scenes may interleave only when a later backward returns to an earlier graph. */
  firstSeq: number;
  lastSeq: number;
  nodeCount: number;
  /** Equal for scenes with equal structure: they share one layout. */
  structure: string;
  /** "iteration 3" style label parts. */
  title: string;
}

/** Everything needed to draw a scene, without values. Node and edge ids are table indices, not positions in the arrays. */
export interface SceneGraph {
  scene: SceneInfo;
  nodes: GraphNode[];
  edges: GraphEdge[];
  /** Calls that its nodes are part of, each after the one in which it was made. */
  calls: CallInfo[];
}

/** LaTeX for one operator: the forward formula and per input the vector-Jacobian product ("G \\odot B"). */
export interface OperatorFormula {
  op: string;
  gradFn: string | null;
  forward: string;
  inputs: { name: string; vjp: string; note?: string }[];
}
