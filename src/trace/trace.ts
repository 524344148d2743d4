import type { CallKind } from "../engine/observer.ts";
import type { Formula } from "../engine/op.ts";
import { EventLog } from "./event-log.ts";
import type { Phase, SourceLocation, TraceEvent } from "./events.ts";
import type { CallInfo, GraphEdge, GraphNode } from "./graph-model.ts";
import { Int32List, TextTable } from "./growable.ts";
import { ValueStore } from "./value-store.ts";

export const NODE_KINDS = ["op", "leaf", "data"] as const;
export const BOUNDARIES = [null, "no_grad", "detach", "integer", "inference"] as const;

/** Bits of a node's `bits` column: kind (2 bits), boundary (3 bits), then flags. */
export const NODE_BITS = {
  kind: 3,
  boundaryShift: 2,
  boundary: 7,
  inplace: 1 << 5,
  view: 1 << 6,
  inOptimizer: 1 << 7,
  /** Holds saved tensors for the backward pass after it ran. */
  saves: 1 << 8,
  /** Computed, at some remove, from something differentiable. */
  derived: 1 << 9,
  /** Computed from a `.grad`. */
  fromGrad: 1 << 10,
  update: 1 << 11,
  /** A result whose `.grad` was kept (retain_grad). */
  retains: 1 << 12,
  all: (1 << 13) - 1,
} as const;

export interface NodeColumns {
  bits: Int32List;
  /** Operator name (text). */
  op: Int32List;
  /** grad_fn name (text), -1 = none. */
  gradFn: Int32List;
  loc: Int32List;
  /** Scene as recorded, before merging. */
  scene: Int32List;
  /** The innermost call that it is part of, or in which its tensor was made: a row of the call tree. */
  call: Int32List;
  /** JSON of the attributes (text), -1 = none. */
  attrs: Int32List;
  /** Operators: event that ran it. Tensors: first value. -1 = none. */
  born: Int32List;
  /** Backward pass that made it, -1 = none. */
  pass: Int32List;
  /** Incoming edges are `firstEdge … firstEdge + edgeCount - 1`, plus those in `extraEdges`. */
  firstEdge: Int32List;
  edgeCount: Int32List;
}

export const CALL_KINDS = ["module", "function", "loop", "iteration"] as const satisfies readonly CallKind[];

/** Calls nest at most this deep: deeper ones lie beside each other at the bottom, so that recursion makes no tower. */
export const MAX_CALL_DEPTH = 32;

/** Calls of a run in the order in which they began; row 0 stands for the program outside of all. */
export interface CallColumns {
  /** Row of the call in which it was made: an earlier one. */
  within: Int32List;
  /** Place in CALL_KINDS. */
  kind: Int32List;
  /** Text. */
  name: Int32List;
}

export interface EdgeColumns {
  from: Int32List;
  output: Int32List;
  to: Int32List;
  input: Int32List;
  /** Argument name (text). */
  name: Int32List;
  /** Index of the backward node's edge, -1 = not differentiable. */
  gradInput: Int32List;
}

const list = (): Int32List => new Int32List(1024);

/** The tables of a run. Append-only; the recorder and the snapshot reader fill it, everybody else reads. */
export class Trace {
  readonly texts: TextTable;
  readonly events: EventLog;
  readonly values: ValueStore;
  readonly nodes: NodeColumns;
  readonly edges: EdgeColumns;
  readonly callTree: CallColumns;
  readonly extraEdges = new Map<number, number[]>();
  /** Variable names by node, best first. */
  readonly names = new Map<number, string[]>();
  /** Formulas by operator name. */
  readonly formulas = new Map<string, { formula: Formula; args: readonly string[] }>();
  /** Source locations; number 0 is unknown. */
  readonly locations: SourceLocation[] = [unknownLocation()];
  /** Scene that a scene was merged into (itself: a scene of its own), or that a single operator's scene is part of. */
  readonly sceneParent: Int32List;
  /** Scene that uses what a single operator on data made, and so has it, -1 = none. */
  readonly sceneOwner: Int32List;
  /** Recorded scenes that readers have sorted events by; changes of their owners count as merges. */
  scenesSeen = 0;
  /** Cells in order of their execution: each made the events from its first to the next one's. */
  readonly cells: { first: number; cell: number; number: number }[] = [];
  passes = 0;
  /** Number of merges of scenes so far. */
  merges = 0;
  running = false;
  valueBytes = 0;
  dropped: { first: number; last: number } | null = null;

  constructor(
    parts: Partial<
      Pick<Trace, "texts" | "events" | "values" | "nodes" | "edges" | "callTree" | "sceneParent" | "sceneOwner">
    > = {},
  ) {
    this.texts = parts.texts ?? new TextTable();
    this.events = parts.events ?? new EventLog(this.texts);
    this.values = parts.values ?? new ValueStore();
    this.nodes = parts.nodes ?? {
      bits: list(),
      op: list(),
      gradFn: list(),
      loc: list(),
      scene: list(),
      call: list(),
      attrs: list(),
      born: list(),
      pass: list(),
      firstEdge: list(),
      edgeCount: list(),
    };
    this.edges = parts.edges ?? {
      from: list(),
      output: list(),
      to: list(),
      input: list(),
      name: list(),
      gradInput: list(),
    };
    this.callTree = parts.callTree ?? { within: list(), kind: list(), name: list() };
    if (this.callTree.within.length === 0) this.addCall(0, "function", "");
    this.sceneParent = parts.sceneParent ?? list();
    this.sceneOwner = parts.sceneOwner ?? list();
  }

  get eventCount(): number {
    return this.events.length;
  }
  get nodeCount(): number {
    return this.nodes.bits.length;
  }
  get edgeCount(): number {
    return this.edges.from.length;
  }

  /** The scene that a recorded scene belongs to after merging. */
  scene(raw: number): number {
    const owner = raw < this.sceneOwner.length ? this.sceneOwner.get(raw) : -1;
    const start = owner < 0 ? raw : owner;
    let root = start;
    for (let up = this.sceneParent.get(root); up !== root; up = this.sceneParent.get(root)) root = up;
    for (let at = start; at !== root; ) {
      const up = this.sceneParent.get(at);
      this.sceneParent.set(at, root);
      at = up;
    }
    return root;
  }

  event(seq: number): TraceEvent {
    const event = this.events.read(seq);
    event.scene = this.scene(event.scene);
    return event;
  }
  sceneOfEvent(seq: number): number {
    return this.scene(this.events.rawScene(seq));
  }
  phaseOfEvent(seq: number): Phase {
    return this.events.phase(seq);
  }

  kindOf(node: number): GraphNode["kind"] {
    return NODE_KINDS[this.nodes.bits.get(node) & NODE_BITS.kind];
  }
  hasBit(node: number, bit: number): boolean {
    return (this.nodes.bits.get(node) & bit) !== 0;
  }
  opOf(node: number): string {
    return this.texts.get(this.nodes.op.get(node));
  }
  gradFnOf(node: number): string | null {
    const name = this.nodes.gradFn.get(node);
    return name < 0 ? null : this.texts.get(name);
  }
  boundaryOf(node: number): GraphNode["boundary"] {
    return BOUNDARIES[(this.nodes.bits.get(node) >> NODE_BITS.boundaryShift) & NODE_BITS.boundary];
  }
  sceneOfNode(node: number): number {
    return this.scene(this.nodes.scene.get(node));
  }

  /** Forward values of a node's outputs. */
  outputsOf(node: number): number[] {
    const born = this.nodes.born.get(node);
    if (born < 0) return [];
    if (this.kindOf(node) !== "op") return [born];
    const event = this.events.read(born);
    return event.kind === "fwd.op" ? event.values : [];
  }

  /** Notes that a call began in that of another row; its row. */
  addCall(within: number, kind: CallKind, name: string): number {
    const { callTree } = this;
    callTree.within.push(this.callDepth(within) < MAX_CALL_DEPTH ? within : callTree.within.get(within));
    callTree.kind.push(CALL_KINDS.indexOf(kind));
    callTree.name.push(this.texts.add(name));
    return callTree.within.length - 1;
  }
  /** How many calls a call is part of, itself included. */
  callDepth(row: number): number {
    let depth = 0;
    for (let at = row; at !== 0; at = this.callTree.within.get(at)) depth++;
    return depth;
  }
  call(row: number): CallInfo {
    const { within, kind, name } = this.callTree;
    return { id: row, within: within.get(row), kind: CALL_KINDS[kind.get(row)], name: this.texts.get(name.get(row)) };
  }
  /** The innermost call of a module that a call is part of, itself included; 0 = none. */
  moduleCallOf(row: number): number {
    const { within, kind } = this.callTree;
    let at = row;
    while (at !== 0 && CALL_KINDS[kind.get(at)] !== "module") at = within.get(at);
    return at;
  }
  /** Names of the modules that a call is part of, outermost first: the same for every call of them. */
  modulePath(row: number): string[] {
    const names: string[] = [];
    for (let at = this.moduleCallOf(row); at !== 0; at = this.moduleCallOf(this.callTree.within.get(at)))
      names.unshift(this.call(at).name);
    return names;
  }

  node(id: number): GraphNode {
    const { nodes, texts } = this;
    const attrs = nodes.attrs.get(id);
    const pass = nodes.pass.get(id);
    return {
      id,
      kind: this.kindOf(id),
      op: this.opOf(id),
      gradFn: this.gradFnOf(id),
      names: [...(this.names.get(id) ?? [])],
      attrs: attrs < 0 ? {} : (JSON.parse(texts.get(attrs)) as Record<string, unknown>),
      outputs: this.outputsOf(id).map((v) => ({ shape: [...this.values.shape(v)], dtype: this.values.dtype(v) })),
      inplace: this.hasBit(id, NODE_BITS.inplace),
      view: this.hasBit(id, NODE_BITS.view),
      boundary: this.boundaryOf(id),
      loc: nodes.loc.get(id),
      scene: this.sceneOfNode(id),
      call: nodes.call.get(id),
      madeInPass: pass < 0 ? null : pass,
      inOptimizer: this.hasBit(id, NODE_BITS.inOptimizer),
      storesGrad: this.kindOf(id) === "leaf" || this.hasBit(id, NODE_BITS.retains),
    };
  }

  edge(id: number): GraphEdge {
    const { edges } = this;
    return {
      id,
      from: edges.from.get(id),
      output: edges.output.get(id),
      to: edges.to.get(id),
      input: edges.input.get(id),
      inputName: this.texts.get(edges.name.get(id)),
      differentiable: edges.gradInput.get(id) >= 0,
    };
  }

  /** Edges into a node, in the order of its inputs. */
  inEdges(node: number): number[] {
    const first = this.nodes.firstEdge.get(node);
    const out: number[] = [];
    for (let i = 0; i < this.nodes.edgeCount.get(node); i++) out.push(first + i);
    const extra = this.extraEdges.get(node);
    if (extra !== undefined) out.push(...extra);
    return out;
  }
}

export function unknownLocation(): SourceLocation {
  return { file: "", cell: null, line: 0, column: 0, endLine: 0, endColumn: 0, scope: "" };
}
