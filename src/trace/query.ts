import type { EventKind, SourceLocation, TraceEvent } from "./events.ts";
import type { GraphNode, OperatorFormula, SceneGraph, SceneInfo } from "./graph-model.ts";
import type { ViewChange } from "./view-change.ts";
import type { ViewData } from "./view-state.ts";

/** Where a trace is asked: a runner, in the window through the main process. */
export interface TraceSource {
  /** Rejects when the runner refuses or is gone. */
  ask<Q extends keyof TraceQueries>(name: Q, request: TraceQueries[Q]["ask"]): Promise<TraceQueries[Q]["answer"]>;
}

/** What the renderer may ask a trace. Request and answer are JSON; one entry per question. */
export interface TraceQueries {
  summary: { ask: Record<string, never>; answer: TraceSummary };
  /** Events first ≤ seq < last (at most 4096 at once). */
  events: { ask: { first: number; last: number }; answer: TraceEvent[] };
  /** State of the picture after event `cursor` (-1 = before the first), for the scene shown at that cursor. */
  view: { ask: { cursor: number }; answer: ViewData };
  /**
   * How the view after event `to` differs from that after `from`; null when it is cheaper to ask for the view (another scene, far
   * apart). For large scenes, whose views take long to send.
   */
  change: { ask: { from: number; to: number }; answer: ViewChange | null };
  scene: { ask: { scene: number }; answer: SceneGraph };
  /** Leaves that the program has used up to event `cursor`, of every scene, in program order, with the value of their `.grad`. */
  leaves: { ask: { cursor: number }; answer: { node: GraphNode; grad: number | null }[] };
  /** Summaries of values by index. */
  values: { ask: { ids: number[] }; answer: ValueSummary[] };
  /** A rectangle of a value seen as a matrix: `rowDim`/`colDim` shown, the others fixed at `at`. At most 65,536 numbers. */
  tile: { ask: TileRequest; answer: Tile };
  formula: { ask: { nodes: number[] }; answer: OperatorFormula[] };
  /** Next (dir 1) or previous (dir -1) event after `from` which matches; null = none. */
  find: { ask: { from: number; dir: 1 | -1; match: EventMatch }; answer: { seq: number | null } };
  /** One scalar per scene or event for plots, e.g. the loss of each iteration. */
  series: {
    ask: { what: "loss" } | { what: "gradNorm"; node: number } | { what: "element"; node: number; index: number };
    answer: { points: { seq: number; scene: number; value: number }[] };
  };
  /** Why is this gradient None / who contributed: explained paths. */
  explain: {
    ask: { node: number; question: "none" | "contributors"; cursor: number };
    answer: { text: string; nodes: number[]; edges: number[]; shares: number[] };
  };
  /** A leaf's gradient of the backward pass at (else before, else after) `cursor`, compared with central differences in float64. */
  verify: { ask: { node: number; cursor: number }; answer: Verification };
  findings: { ask: Record<string, never>; answer: Finding[] };
}

export interface TraceSummary {
  events: number;
  scenes: SceneInfo[];
  passes: number;
  locations: SourceLocation[];
  /** Bytes of values held, and the range of events whose full values were dropped to stay in the budget. */
  valueBytes: number;
  dropped: { first: number; last: number } | null;
  /** Bands for the timeline: consecutive events of one phase. */
  bands: { first: number; last: number; phase: "forward" | "backward" | "update"; scene: number }[];
  /** Special moments for flags. */
  flags: { seq: number; kind: "nan" | "inf" | "zero" | "freed" | "error" }[];
  running: boolean;
  /**
   * Which cell each stretch of events belongs to, in order; cells that made none are left out. Empty for a program that is one text.
   * `number` counts executions from 1.
   */
  cells: { first: number; last: number; cell: number; number: number }[];
}

export interface ValueSummary {
  id: number;
  shape: number[];
  dtype: string;
  strides: number[];
  storage: number;
  /** Row-major first elements, at most 16 (whole tensor when numel ≤ 16). NaN and infinities as strings "nan" "inf" "-inf". */
  preview: (number | string)[];
  /** Printed as PyTorch prints it, when small. */
  text: string;
  stats: ValueStats | null;
  /** False when only statistics were kept. */
  full: boolean;
  requiresGrad: boolean;
}

/** Over finite elements; null where undefined (empty). */
export interface ValueStats {
  min: number | null;
  max: number | null;
  mean: number | null;
  std: number | null;
  norm: number | null;
  nan: number;
  inf: number;
  zero: number;
  histogram: number[];
}

export interface TileRequest {
  id: number;
  rowDim: number | null;
  colDim: number | null;
  at: number[];
  row: number;
  column: number;
  rows: number;
  columns: number;
}
export interface Tile {
  rows: number;
  columns: number;
  /** Row-major; NaN and infinities as strings. */
  data: (number | string)[];
}

export type EventMatch =
  | { by: "any" }
  | { by: "kind"; kinds: EventKind[] }
  | { by: "node"; node: number }
  /** A backward pass adds to the `.grad` of this leaf. */
  | { by: "accumulated"; node: number }
  /** An execution of the line begins, or a backward pass comes to what one made. `hits`: only at these executions. */
  | { by: "line"; file: string; cell: number | null; line: number; hits?: HitCount | undefined }
  | { by: "op"; op: string }
  /** The event brings NaN or infinities. */
  | { by: "nan" }
  | { by: "grad"; above: number }
  /** The event with the largest gradient of the run (by norm); the direction does not matter. */
  | { by: "largestGrad" }
  | { by: "sameNextIteration"; seq: number }
  | { by: "phase" };

/** Which executions of a line, counted from 1 as they begin; `every`: each `count`-th. */
export interface HitCount {
  is: "=" | "<" | "<=" | ">" | ">=" | "every";
  count: number;
}

export interface Finding {
  kind: "vanishing" | "exploding" | "dead-relu" | "nan" | "unzeroed" | "no-grad-parameter" | "freed";
  text: string;
  seq: number;
  node: number | null;
}

/** Whether the gradient that a backward pass gave a leaf is the derivative of its roots. */
export interface Verification {
  node: number;
  /** `impossible`: the derivative could not be evaluated; `text` says why. */
  status: "passed" | "failed" | "impossible";
  /** The verdict in words. */
  text: string;
  /** The pass and the event that brought the gradient; null when there is none. */
  pass: { pass: number; seq: number; scene: number; roots: string[] } | null;
  /** Elements looked at, in row-major order; all of the leaf's, or a seeded sample of them. */
  elements: VerifiedElement[];
  total: number;
  /** An element passes when |analytic − numeric| ≤ absolute + relative · |numeric|. */
  tolerance: { absolute: number; relative: number };
  /** What a person should know of it: hooks, functions with a backward of their own. */
  notes: string[];
}

export interface VerifiedElement {
  index: number[];
  /** As the backward pass gave it. NaN and infinities as strings, here and in `numeric`. */
  analytic: number | string;
  /** (f(x + h) − f(x − h)) / 2h; at a kink half-way between its sides. */
  numeric: number | string;
  /** |analytic − numeric| relative to the larger of the two; null where that is no number. */
  error: number | null;
  status: "pass" | "fail" | "kink";
  /** Where a function has no derivative: its derivatives from the left and from the right, and the operator at fault. */
  kink?: { left: number | string; right: number | string; op: string | null };
}
