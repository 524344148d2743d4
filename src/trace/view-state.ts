import type { Phase } from "./events.ts";
import { IdTable } from "./id-table.ts";

/**
 * What is true after event `cursor`, for one scene: a pure function of (trace, cursor). Keys are node/edge ids. As plain data.
 * `applyEvent` and `invertEvent` (reduce.ts) move it by one event; both are exact inverses.
 */
export interface ViewData {
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
  /** Leaf, or result that retains its gradient → `.grad` value id; missing = None. */
  leafGrads: Record<number, number>;
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

/** What of a view grows with the scene. */
type Tables = {
  readonly [K in "values" | "grads" | "flows" | "leafGrads" | "saved"]: IdTable<ViewData[K][number]>;
};

/** The same for whoever shows it: tables of which the next state shares what does not change. */
export interface ViewState extends Omit<ViewData, keyof Tables>, Tables {}

export function viewOf(data: ViewData): ViewState {
  return {
    ...data,
    values: IdTable.of(data.values),
    grads: IdTable.of(data.grads),
    flows: IdTable.of(data.flows),
    leafGrads: IdTable.of(data.leafGrads),
    saved: IdTable.of(data.saved),
  };
}

/** The inverse of `viewOf`. */
export function dataOf(view: ViewState): ViewData {
  return {
    ...view,
    values: Object.fromEntries(view.values.entries()),
    grads: Object.fromEntries(view.grads.entries()),
    flows: Object.fromEntries(view.flows.entries()),
    leafGrads: Object.fromEntries(view.leafGrads.entries()),
    saved: Object.fromEntries(view.saved.entries()),
  };
}
