import type { GradNode } from "../engine/autograd/node.ts";
import type { Tensor } from "../engine/tensor.ts";
import { CallTable } from "./calls.ts";
import { type NewEvent, SAVED_STATES } from "./event-log.ts";
import type { Phase } from "./events.ts";
import { GraphRecorder, operatorOfGradFn } from "./graph-recorder.ts";
import { Int32List } from "./growable.ts";
import { LineVisits, type Visits } from "./line-visits.ts";
import { Marks } from "./marks.ts";
import { SceneRecorder } from "./scene-recorder.ts";
import { NODE_BITS, Trace } from "./trace.ts";
import { ValueRecorder } from "./value-recorder.ts";

type SavedState = (typeof SAVED_STATES)[number];

/** A backward pass under way. */
export interface Pass {
  pass: number;
  scene: number;
  /** Where backward() was called. */
  loc: number;
  createGraph: boolean;
  /** Node entered last, -1 before the first. */
  entered: number;
  /** The first of its upstream gradients. */
  upstream: number | null;
  /** Executions of lines whose operators it has come to. */
  readonly visited: Visits;
}

/** At most this many variable names are kept per node. */
const MAX_NAMES = 8;

/** What all parts of a recorder share: the trace, how to find and make its nodes, and where the program is. */
export class Recording {
  readonly trace = new Trace();
  readonly graph: GraphRecorder;
  readonly values: ValueRecorder;
  readonly scenes = new SceneRecorder(this.trace);
  readonly calls = new CallTable();
  /** Backward passes under way, outermost first. */
  readonly passes: Pass[] = [];
  /** Leaf whose `.grad` a tensor is, by tensor id. */
  readonly gradOwners = new Map<number, number>();
  /** > 0 while an optimiser updates parameters. */
  optimizerDepth = 0;
  /** Where the last operator ran, and which execution of that line it was. */
  location = 0;
  visit = 0;
  /** The call in which it ran. */
  call = 0;
  private readonly pendingNames = new WeakMap<Tensor, { names: string[]; loc: number }>();
  /** State of the saved tensors of each node, as a place in SAVED_STATES. */
  private readonly saved = new Int32List();
  /** Which execution of its line made each node. */
  private readonly madeIn = new Int32List();
  private readonly lines: LineVisits;
  private readonly executed: Visits = new Map();

  constructor(valueBudget: number) {
    const marks = new Marks();
    this.graph = new GraphRecorder(this.trace, marks);
    this.values = new ValueRecorder(this.trace.values, marks, valueBudget);
    this.lines = new LineVisits(this.trace.locations);
  }

  get pass(): Pass | null {
    return this.passes.length > 0 ? this.passes[this.passes.length - 1] : null;
  }

  append(event: NewEvent, phase: Phase, reaches = false): void {
    this.trace.events.append(event, phase, reaches);
    if ((this.trace.eventCount & 1023) === 0) this.account();
  }

  /** Appends an event that execution `visit` of its line causes. */
  appendExecuted(event: NewEvent, phase: Phase, visit: number): void {
    this.append(event, phase, this.lines.isFirst(this.executed, event.loc, visit));
  }

  /** Appends an event with which a backward pass comes to a node. */
  appendVisiting(event: NewEvent, node: number, pass: Pass | null): void {
    const loc = this.trace.nodes.loc.get(node);
    this.append(event, "backward", pass !== null && this.lines.isFirst(pass.visited, loc, this.madeIn.get(node)));
  }

  /** Notes which execution of its line made a node. */
  setVisit(node: number, visit: number): void {
    this.madeIn.set(node, visit);
  }

  /** Brings the trace's figures up to date. */
  account(): void {
    this.trace.valueBytes = this.values.bytes + this.trace.values.arena.bytes;
    this.trace.dropped = this.values.dropped;
  }

  savedState(node: number): SavedState {
    return SAVED_STATES[this.saved.get(node)];
  }
  setSaved(node: number, state: SavedState): void {
    this.saved.set(node, SAVED_STATES.indexOf(state));
  }

  /** A call that this recorder heard of, else 0. */
  knownCall(call: number): number {
    return call < this.trace.callTree.within.length ? call : 0;
  }

  /** Notes a name for a tensor, or for later when it was not seen yet. */
  nameTensor(t: Tensor, name: string, loc: number): void {
    const node = this.graph.makerOf(t);
    if (node >= 0) {
      this.addName(node, name);
      return;
    }
    const pending = this.pendingNames.get(t);
    if (pending === undefined) this.pendingNames.set(t, { names: [name], loc });
    else if (!pending.names.includes(name)) pending.names.push(name);
  }

  /** Gives a node the names that its tensor got before. */
  takeNames(t: Tensor, node: number): void {
    const pending = this.pendingNames.get(t);
    if (pending !== undefined) for (const name of pending.names) this.addName(node, name);
    if (t.label !== null) this.addName(node, t.label);
  }

  copyNames(from: number, to: number): void {
    for (const name of this.trace.names.get(from) ?? []) this.addName(to, name);
  }

  private addName(node: number, name: string): void {
    const names = this.trace.names.get(node);
    if (names === undefined) this.trace.names.set(node, [name]);
    else if (names.length < MAX_NAMES && !names.includes(name)) names.push(name);
  }

  /** Graph node that an input comes from; made when it is a tensor not seen before. */
  sourceOf(t: Tensor): number {
    const fn = t.readableGradFn;
    const known = this.graph.makerOf(t);
    if (fn !== null) {
      const node = this.graph.nodeOf(fn);
      if (node < 0) return this.synthesize(fn, t);
      if (node !== known) this.graph.setMaker(t, node, t.outputNr);
      return node;
    }
    const kind = t.leafRequiresGrad ? "leaf" : "data";
    if (known >= 0) {
      const old = this.trace.kindOf(known);
      // requires_grad_() on a computed tensor makes it a leaf of its own; freezing makes a leaf data.
      if (old === kind || (old === "op" && kind === "data")) return known;
    }
    return this.addTensor(t, kind, known);
  }

  /** The leaf node of a tensor, made when there is none. */
  leafOf(t: Tensor): number {
    const maker = this.graph.makerOf(t);
    return maker >= 0 && this.trace.kindOf(maker) === "leaf" ? maker : this.addTensor(t, "leaf", maker);
  }

  private addTensor(t: Tensor, kind: "leaf" | "data", old: number): number {
    const { trace, graph } = this;
    const pending = this.pendingNames.get(t);
    const owner = this.gradOwners.get(t.id);
    const id = graph.addNode({
      kind,
      op: "",
      gradFn: kind === "leaf" ? "AccumulateGrad" : null,
      loc: pending?.loc ?? (old >= 0 ? trace.nodes.loc.get(old) : 0),
      scene: this.scenes.present,
      born: this.values.record(t, t.leafRequiresGrad, trace.eventCount),
      call: this.knownCall(t.madeIn),
      bits: owner === undefined ? 0 : NODE_BITS.fromGrad,
    });
    graph.setMaker(t, id, 0);
    this.takeNames(t, id);
    this.copyNames(old, id);
    const ownerName = owner === undefined ? undefined : trace.names.get(owner)?.[0];
    if (ownerName !== undefined) this.addName(id, `${ownerName}.grad`);
    return id;
  }

  /** Graph node of a backward node, made when it was not seen before. */
  nodeOfGradNode(fn: GradNode): number {
    const known = this.graph.nodeOf(fn);
    if (known >= 0) return known;
    if (!("variable" in fn)) return this.synthesize(fn, null);
    const node = this.leafOf(fn.variable as Tensor);
    this.graph.setNodeOf(fn, node);
    return node;
  }

  /**
   * A node for a backward node that no operator announced: rebuilt views, functions with a hand-written backward, what ran while
   * nobody listened. Those that it builds on come first, without recursion: there may be many in a row.
   */
  private synthesize(fn: GradNode, t: Tensor | null): number {
    const stack = [fn];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const unseen = top.edges.find((e) => e !== null && !("variable" in e.node) && this.graph.nodeOf(e.node) < 0);
      if (unseen !== undefined && unseen !== null) {
        stack.push(unseen.node);
        continue;
      }
      stack.pop();
      if (this.graph.nodeOf(top) < 0) this.addUnannounced(top, top === fn ? t : null);
    }
    return this.graph.nodeOf(fn);
  }

  private addUnannounced(fn: GradNode, t: Tensor | null): void {
    const { trace, graph } = this;
    const sources = fn.edges.map((edge) => (edge === null ? -1 : this.nodeOfGradNode(edge.node)));
    const seq = trace.eventCount;
    const scene = this.scenes.joining(sources);
    const saves = fn.savedBytes() > 0;
    const id = graph.addNode({
      kind: "op",
      op: operatorOfGradFn(fn.name),
      gradFn: fn.name,
      loc: fn.location,
      scene,
      born: seq,
      call: this.call,
      bits: NODE_BITS.derived | (saves ? NODE_BITS.saves : 0),
    });
    if (saves) this.setSaved(id, "held");
    let input = 0;
    for (let i = 0; i < sources.length; i++) {
      const edge = fn.edges[i];
      if (sources[i] >= 0 && edge !== null) graph.addEdge(sources[i], edge.output, id, input++, `input${i}`, i);
    }
    graph.setNodeOf(fn, id);
    const values: number[] = [];
    if (t !== null) {
      values.push(this.values.record(t, true, seq));
      graph.setMaker(t, id, t.outputNr);
      this.takeNames(t, id);
    }
    this.append(
      { kind: "fwd.op", loc: fn.location, scene, node: id, values, before: null, inplace: false, tensors: [] },
      this.passes.length > 0 ? "backward" : "forward",
    );
  }
}
