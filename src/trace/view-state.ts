import type { Phase } from "./events.ts";

/**
 * What is true after event `cursor`, for one scene: a pure function of (trace, cursor). Keys are node/edge ids.
 * `applyEvent` and `invertEvent` (reduce.ts) move it by one event; both are exact inverses.
 */
export interface ViewState {
  cursor: number;
  scene: number;
  phase: Phase;
  pass: number | null;
  /** node → value ids of its outputs (forward values seen so far). */
  values: Record<number, number[]>;
  /** node → gradient state in the pass under way or finished last. */
  grads: Record<number, NodeGradState>;
  /** edge → contribution value id that flowed along it in this pass. */
  flows: Record<number, number>;
  /** leaf node → `.grad` value id, null = None; missing = None from the start. */
  leafGrads: Record<number, number | null>;
  /** node → whether its saved tensors are held, kept on purpose, or freed. */
  saved: Record<number, "held" | "kept" | "freed">;
  /** edges/inputs where the pass stopped. */
  skips: { node: number; input: number; edge: number | null; reason: string }[];
  /** What the event at the cursor touched: ringed in the picture. */
  touched: { nodes: number[]; edges: number[] };
  error: { type: string; message: string; node: number | null } | null;
}

export interface NodeGradState {
  state: "waiting" | "partial" | "ready" | "entered" | "done";
  received: number;
  expected: number;
  /** Summed upstream gradient so far, per output. */
  sum: (number | null)[];
}
