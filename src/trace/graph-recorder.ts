import type { GradNode } from "../engine/autograd/node.ts";
import type { OperatorRecord } from "../engine/observer.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { Marks } from "./marks.ts";
import { BOUNDARIES, NODE_BITS, NODE_KINDS, type Trace } from "./trace.ts";

export interface NewNode {
  kind: (typeof NODE_KINDS)[number];
  op: string;
  gradFn: string | null;
  loc: number;
  scene: number;
  born: number;
  bits?: number;
  boundary?: (typeof BOUNDARIES)[number];
  attrs?: string | null;
  call?: number;
  pass?: number;
}

/** Name of the edge from a base whose view was changed. */
export const BASE = "base";

/** Something that made a backward node for a view's base (CopySlices): its `fn` is the in-place operator's node. */
export interface BaseHistory {
  node: GradNode;
  base: Tensor;
}

/** Which node made which tensor and which backward node stands for which graph node, while a run is recorded. */
export class GraphRecorder {
  private readonly trace: Trace;
  private readonly marks: Marks;

  constructor(trace: Trace, marks: Marks) {
    this.trace = trace;
    this.marks = marks;
  }

  /** Graph node that made a tensor, -1 when it was not seen. */
  makerOf(t: Tensor): number {
    return this.marks.find(t)?.maker ?? -1;
  }
  outputOf(t: Tensor): number {
    return this.marks.find(t)?.output ?? 0;
  }
  setMaker(t: Tensor, node: number, output: number): void {
    const mark = this.marks.of(t);
    mark.maker = node;
    mark.output = output;
  }
  /** Graph node of a backward node, -1 when it was not seen. */
  nodeOf(fn: GradNode): number {
    return this.marks.nodeOf(fn);
  }
  setNodeOf(fn: GradNode, node: number): void {
    this.marks.setNodeOf(fn, node);
  }

  addNode(node: NewNode): number {
    const { nodes, texts } = this.trace;
    const id = this.trace.nodeCount;
    const boundary = BOUNDARIES.indexOf(node.boundary ?? null);
    nodes.bits.push(NODE_KINDS.indexOf(node.kind) | (boundary << NODE_BITS.boundaryShift) | (node.bits ?? 0));
    nodes.op.push(texts.add(node.op));
    nodes.gradFn.push(node.gradFn === null ? -1 : texts.add(node.gradFn));
    nodes.loc.push(node.loc);
    nodes.scene.push(node.scene);
    nodes.call.push(node.call ?? 0);
    nodes.attrs.push(node.attrs ? texts.add(node.attrs) : -1);
    nodes.born.push(node.born);
    nodes.pass.push(node.pass ?? -1);
    nodes.firstEdge.push(this.trace.edgeCount);
    nodes.edgeCount.push(0);
    return id;
  }

  /** Adds an edge into `to`; edges of the newest node lie together, later ones go to its list of extra edges. */
  addEdge(from: number, output: number, to: number, input: number, name: string, gradInput: number): number {
    const { edges, nodes, extraEdges, texts } = this.trace;
    const id = this.trace.edgeCount;
    edges.from.push(from);
    edges.output.push(output);
    edges.to.push(to);
    edges.input.push(input);
    edges.name.push(texts.add(name));
    edges.gradInput.push(gradInput);
    const count = nodes.edgeCount.get(to);
    if (nodes.firstEdge.get(to) + count === id) nodes.edgeCount.set(to, count + 1);
    else {
      const extra = extraEdges.get(to);
      if (extra === undefined) extraEdges.set(to, [id]);
      else extra.push(id);
    }
    return id;
  }

  /** Edge from the base of a view that an operator changed in place, -1 when there is none. */
  baseInput(node: number): number {
    const { edges, nodes, extraEdges, texts } = this.trace;
    const end = nodes.firstEdge.get(node) + nodes.edgeCount.get(node);
    const isBase = (edge: number): boolean => texts.get(edges.name.get(edge)) === BASE;
    for (let e = nodes.firstEdge.get(node); e < end; e++) if (isBase(e)) return e;
    return extraEdges.get(node)?.find(isBase) ?? -1;
  }

  /** Edge that belongs to input `gradInput` of a backward node, -1 when there is none. */
  gradEdge(node: number, gradInput: number): number {
    const { edges, nodes, extraEdges } = this.trace;
    const first = nodes.firstEdge.get(node);
    const end = first + nodes.edgeCount.get(node);
    for (let e = first; e < end; e++) if (edges.gradInput.get(e) === gradInput) return e;
    for (const e of extraEdges.get(node) ?? []) if (edges.gradInput.get(e) === gradInput) return e;
    return -1;
  }
}

/** Number of the backward node's edge that belongs to tensor input `i` of an operator, -1 where the gradient does not flow. */
export function gradInput(record: OperatorRecord, i: number): number {
  const { node, def, inputNames } = record;
  if (node === null) return -1;
  // A function with a hand-written backward has one edge per tensor input.
  const at = def.vjp === undefined ? i : node.edgeOf(inputNames[i]);
  return at >= 0 && at < node.edges.length && node.edges[at] !== null ? at : -1;
}

/** "AsStridedBackward0" → "as_strided", "MyExpBackward" → "MyExp", "CopySlices" stays. */
export function operatorOfGradFn(name: string): string {
  const table = /^(.*)Backward\d+$/.exec(name);
  if (table !== null) return table[1].replace(/(?<=[a-z0-9])([A-Z])/g, "_$1").toLowerCase();
  return name.replace(/Backward$/, "");
}

/** The history that an in-place change of a view gave to the view's base, if any. */
export function baseHistory(record: OperatorRecord): BaseHistory | null {
  const out = record.outputs[0];
  if (!record.inplace || record.node === null || out === undefined || out.view === null) return null;
  const { base } = out.view;
  const fn = base.gradFn;
  return fn !== null && "fn" in fn && fn.fn === record.node ? { node: fn, base } : null;
}

/** Attributes as JSON: numbers, texts, flags and lists of them; dtypes and other named things by name. Null when empty. */
export function attributesJson(attrs: Readonly<Record<string, unknown>>): string | null {
  let out: Record<string, unknown> | null = null;
  for (const key in attrs) {
    const value = printable(attrs[key], 3);
    if (value === undefined || value === null) continue;
    out ??= {};
    out[key] = value;
  }
  return out === null ? null : JSON.stringify(out);
}

function printable(value: unknown, depth: number): unknown {
  if (value === null || value === undefined || typeof value === "function" || typeof value === "symbol")
    return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "string") return value.length > 200 ? `${value.slice(0, 200)}…` : value;
  if (typeof value === "boolean") return value;
  if (typeof value === "bigint") return value.toString();
  if (depth === 0) return "…";
  if (Array.isArray(value)) return value.slice(0, 32).map((v) => printable(v, depth - 1) ?? null);
  const object = value as Record<string, unknown>;
  if (typeof object.name === "string") return object.name;
  if (typeof object.value === "number" || typeof object.value === "boolean") return printable(object.value, depth - 1);
  if (typeof object.re === "number" && typeof object.im === "number")
    return `${object.re}${object.im < 0 ? "" : "+"}${object.im}j`;
  if ("storage" in object) return "tensor";
  const entries = Object.entries(object)
    .slice(0, 16)
    .map(([k, v]) => [k, printable(v, depth - 1) ?? null]);
  return Object.fromEntries(entries);
}
