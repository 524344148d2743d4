import type { GradNode } from "../engine/autograd/node.ts";
import type { BackwardOptions, EngineObserver, OperatorRecord } from "../engine/observer.ts";
import type { Tensor } from "../engine/tensor.ts";
import { type NewEvent, SAVED_STATES } from "./event-log.ts";
import type { BackwardSkip, ForwardOp, Phase, SourceLocation } from "./events.ts";
import { GradientSums } from "./gradient-sums.ts";
import { attributesJson, BASE, baseHistory, GraphRecorder, gradInput, operatorOfGradFn } from "./graph-recorder.ts";
import { Int32List } from "./growable.ts";
import { Marks } from "./marks.ts";
import { SceneRecorder } from "./scene-recorder.ts";
import { NODE_BITS, Trace, unknownLocation } from "./trace.ts";
import { ValueRecorder } from "./value-recorder.ts";

export interface RecorderOptions {
  /** Bytes of tensor numbers to keep before the oldest become statistics; default 512 MB. */
  valueBudget?: number;
}

/** Places in SAVED_STATES. */
const SAVED = { held: 1, kept: 2, freed: 3 } as const;

type SkipReason = BackwardSkip["reason"];
type TensorChange = NonNullable<ForwardOp["tensors"]>[number];

/** A backward pass under way. */
interface Pass {
  pass: number;
  scene: number;
  /** Where backward() was called. */
  loc: number;
  createGraph: boolean;
  entered: number;
  upstream: number | null;
}

/** First use of these on an unknown tensor is initialisation, not computation. */
const INITIALISERS = new Set([
  "uniform_",
  "normal_",
  "zero_",
  "fill_",
  "copy_",
  "random_",
  "bernoulli_",
  "exponential_",
  "log_normal_",
  "cauchy_",
  "geometric_",
  "trunc_normal_",
  "erfinv_",
]);

/** What a person calls the reason for which no gradient flows on, strongest first. */
const REASON_ORDER: readonly SkipReason[] = ["detach", "no_grad", "integer", "requires_grad=False", "unused"];
const EMPTY: readonly number[] = [];
/** Fewer than this many variable names are kept per node. */
const MAX_NAMES = 8;

/** Listens to an engine and fills a `Trace`. One recorder serves one runtime. */
export class Recorder implements EngineObserver {
  readonly trace = new Trace();
  private readonly marks = new Marks();
  private readonly graph = new GraphRecorder(this.trace, this.marks);
  private readonly values: ValueRecorder;
  private readonly pendingNames = new WeakMap<Tensor, { names: string[]; loc: number }>();
  private readonly modules: string[] = [];
  private modulesJson: string | null = null;
  private readonly scenes = new SceneRecorder(this.trace);
  private readonly passes: Pass[] = [];
  /** Node that ran last in a pass that failed, with the message. */
  private failed: { message: string; node: number | null } | null = null;
  /** Value last told for leaf and data nodes. */
  private readonly told = new Map<number, number>();
  /** `.grad` value of leaves, null = None. */
  private readonly grads = new Map<number, number | null>();
  /** Leaf whose `.grad` a tensor is, by tensor id. */
  private readonly gradOwners = new Map<number, number>();
  /** Backward passes that `.grad` of a leaf holds. */
  private readonly passesHeld = new Map<number, number>();
  /** State of the saved tensors of each node, as in SAVED_STATES. */
  private readonly saved = new Int32List();
  private readonly sums = new GradientSums();
  private optimizer: { name: string; parameters: readonly Tensor[]; before: Map<number, number> } | null = null;
  private optimizerDepth = 0;
  private lastLocation = 0;
  /** Edge of the contribution announced last. */
  private lastEdge = -1;

  constructor(options: RecorderOptions = {}) {
    this.values = new ValueRecorder(this.trace.values, this.marks, options.valueBudget ?? 512 * 2 ** 20);
    this.trace.running = true;
  }

  /** Tells where source location `id` (as in `Runtime.location`) is. Id 0 is "unknown". */
  addLocation(id: number, location: SourceLocation): void {
    const { locations } = this.trace;
    if (!Number.isInteger(id) || id < 1 || id > 1 << 24) throw new RangeError(`source location ${id} out of range`);
    while (locations.length <= id) locations.push(unknownLocation());
    locations[id] = location;
  }

  /** A variable of the program holds this tensor; `loc` is where it was assigned. */
  nameTensor(t: Tensor, name: string, loc = t.rt.location): void {
    const node = this.graph.makerOf(t);
    if (node >= 0) {
      this.addName(node, name);
      return;
    }
    const pending = this.pendingNames.get(t);
    if (pending === undefined) this.pendingNames.set(t, { names: [name], loc });
    else if (!pending.names.includes(name)) pending.names.push(name);
  }

  /** The program raised an error that nobody caught. */
  error(type: string, message: string, loc = this.lastLocation): void {
    const node = this.failed !== null && message.includes(this.failed.message) ? this.failed.node : null;
    this.append({ kind: "error", loc, scene: this.scenes.forEvent(), type, message, node }, "forward");
  }

  /** The program has ended. */
  finish(): void {
    this.trace.running = false;
    this.account();
  }

  // -------------------------------------------------------------------------------------------------------------------
  // Forward

  operatorRan(record: OperatorRecord): void {
    const { inputs, outputs, node } = record;
    if (inputs.length === 0 || outputs.length === 0) return;
    const { rt } = inputs[0];
    this.lastLocation = record.location;
    if (this.optimizerDepth > 0 && !rt.gradEnabled && node === null) return;
    if (!record.inplace && outputs.every((t) => inputs.includes(t))) return;
    if (record.inplace && this.inplaceSpecial(record)) return;

    const sources: number[] = [];
    const sourceOutputs: number[] = [];
    for (let i = 0; i < inputs.length; i++) {
      const old = record.inplace && inputs[i] === outputs[0] ? this.graph.makerOf(inputs[i]) : -1;
      sources.push(old >= 0 ? old : this.sourceOf(inputs[i]));
      sourceOutputs.push(this.graph.outputOf(inputs[i]));
    }
    this.recordOperator(record, sources, sourceOutputs);
  }

  private recordOperator(record: OperatorRecord, sources: readonly number[], sourceOutputs: readonly number[]): void {
    const { trace, graph } = this;
    const { inputs, outputs, node, inplace } = record;
    const pass = this.passes.length > 0 ? this.passes[this.passes.length - 1] : null;
    const { nodes } = trace;
    let flags = 0;
    for (const s of sources) flags |= nodes.bits.get(s);
    const derived = node !== null || (flags & NODE_BITS.derived) !== 0;
    const fromGrad = node === null && (flags & NODE_BITS.fromGrad) !== 0;
    const update =
      this.scenes.isEnded && node === null && pass === null && (fromGrad || (inplace && !inputs[0].rt.gradEnabled));
    const scene = this.scenes.place({
      inputs,
      sources,
      passScene: pass === null ? -1 : pass.scene,
      differentiable: node !== null,
      aftermath: update || (node === null && derived),
    });
    const phase: Phase = pass !== null ? "backward" : update ? "update" : "forward";

    const target = inplace ? inputs.indexOf(outputs[0]) : -1;
    const targetNode = target >= 0 ? sources[target] : -1;
    const before = target >= 0 ? this.values.lastOf(outputs[0]) : null;
    const seq = trace.eventCount;
    const tensors = this.tellSources(inputs, sources, target, seq);
    const history = baseHistory(record);
    const saves = node !== null && node.savedBytes() > 0;

    const id = graph.addNode({
      kind: "op",
      op: record.op,
      gradFn: node === null ? null : (history?.node ?? node).name,
      loc: record.location,
      scene,
      born: seq,
      boundary: record.boundary,
      attrs: attributesJson(record.attrs),
      modules: this.modulesJson,
      pass: pass === null ? -1 : pass.pass,
      bits:
        (inplace ? NODE_BITS.inplace : 0) |
        (record.view ? NODE_BITS.view : 0) |
        (this.optimizerDepth > 0 ? NODE_BITS.inOptimizer : 0) |
        (saves ? NODE_BITS.saves : 0) |
        (derived ? NODE_BITS.derived : 0) |
        (fromGrad ? NODE_BITS.fromGrad : 0) |
        (update ? NODE_BITS.update : 0),
    });
    if (saves) this.saved.set(id, SAVED.held);
    for (let i = 0; i < inputs.length; i++) {
      // The gradient of a changed view goes to its base, not to the view.
      const flow = history !== null && i === target ? -1 : gradInput(record, i);
      graph.addEdge(sources[i], sourceOutputs[i], id, i, record.inputNames[i] ?? `input${i}`, flow);
    }
    if (history !== null) this.linkBase(history, id, inputs.length);
    if (node !== null) graph.setNodeOf(node, id);
    this.rememberFormula(record);

    const values: number[] = [];
    for (let k = 0; k < outputs.length; k++) {
      const t = outputs[k];
      values.push(this.values.record(t, node !== null, seq));
      if (inplace && t.leafRequiresGrad && targetNode >= 0) {
        // A parameter changed in place stays the same leaf.
        const old = this.told.get(targetNode) ?? null;
        tensors.push({ node: targetNode, before: old, after: values[k] });
        this.told.set(targetNode, values[k]);
        continue;
      }
      graph.setMaker(t, id, k);
      this.takeNames(t, id);
    }
    this.rebase(record, history?.base ?? null, id, values, seq);
    if (inplace && targetNode >= 0)
      for (const name of trace.names.get(targetNode) ?? EMPTY) this.addName(id, name as string);
    const event: NewEvent = { kind: "fwd.op", loc: record.location, scene, node: id, values, before, inplace, tensors };
    this.append(event, phase);
    if (inplace) this.gradChanged(record, false);
  }

  /** In-place operators that are not computation: filling of new tensors, zeroing of a `.grad`. True when dealt with. */
  private inplaceSpecial(record: OperatorRecord): boolean {
    const target = record.outputs[0];
    if (
      this.gradOwners.has(target.id) &&
      (record.op === "zero_" || (record.op === "fill_" && record.attrs.value === 0))
    ) {
      this.gradChanged(record, true);
      return true;
    }
    return (
      record.node === null && INITIALISERS.has(record.op) && this.graph.makerOf(target) < 0 && target.view === null
    );
  }

  private gradChanged(record: OperatorRecord, zeroed: boolean): void {
    const target = record.outputs[0];
    const leaf = this.gradOwners.get(target.id);
    if (leaf === undefined) return;
    const before = this.grads.get(leaf) ?? null;
    const after = this.values.record(target, false, this.trace.eventCount);
    this.setGrad(leaf, before, after, record.location);
    if (zeroed) this.passesHeld.set(leaf, 0);
  }

  /** A base whose view was changed holds the new numbers too: later uses of it come from the operator. */
  private rebase(record: OperatorRecord, base: Tensor | null, id: number, values: number[], seq: number): void {
    const changed = base ?? (record.inplace ? (record.outputs[0].view?.base ?? null) : null);
    if (changed === null || changed.leafRequiresGrad || changed === record.outputs[0]) return;
    values.push(this.values.record(changed, base !== null, seq));
    this.graph.setMaker(changed, id, values.length - 1);
    this.takeNames(changed, id);
  }

  private linkBase(history: { node: GradNode; base: Tensor }, id: number, input: number): void {
    const edge = history.node.edges[0];
    const from = edge !== null ? this.nodeOfGradNode(edge.node) : this.graph.makerOf(history.base);
    this.graph.setNodeOf(history.node, id);
    if (from >= 0 && from !== id) this.graph.addEdge(from, edge?.output ?? 0, id, input, BASE, edge !== null ? 0 : -1);
  }

  /** Values of leaves and data that this operator is the first to use, or that changed since they were told. */
  private tellSources(
    inputs: readonly Tensor[],
    sources: readonly number[],
    target: number,
    seq: number,
  ): TensorChange[] {
    const changes: TensorChange[] = [];
    for (let i = 0; i < inputs.length; i++) {
      const node = sources[i];
      if ((target >= 0 && inputs[i] === inputs[target]) || this.trace.kindOf(node) === "op") continue;
      const after = this.values.record(inputs[i], inputs[i].leafRequiresGrad, seq);
      const before = this.told.get(node) ?? null;
      if (before === after) continue;
      changes.push({ node, before, after });
      this.told.set(node, after);
    }
    return changes;
  }

  /** Graph node that an input comes from; made when it is a tensor not seen before. */
  private sourceOf(t: Tensor): number {
    const fn = t.gradFn;
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
      bits: owner === undefined ? 0 : NODE_BITS.fromGrad,
    });
    graph.setMaker(t, id, 0);
    this.takeNames(t, id);
    for (const name of trace.names.get(old) ?? EMPTY) this.addName(id, name as string);
    const ownerName = owner === undefined ? undefined : trace.names.get(owner)?.[0];
    if (ownerName !== undefined) this.addName(id, `${ownerName}.grad`);
    return id;
  }

  /** A node for a backward node that no operator announced: rebuilt views, functions with a hand-written backward. */
  private synthesize(fn: GradNode, t: Tensor | null): number {
    const sources = fn.edges.map((edge) => (edge === null ? -1 : this.nodeOfGradNode(edge.node)));
    const { trace, graph } = this;
    const seq = trace.eventCount;
    let scene = -1;
    for (const s of sources)
      if (s >= 0 && trace.kindOf(s) === "op")
        scene = scene < 0 ? trace.sceneOfNode(s) : this.scenes.merge(scene, trace.sceneOfNode(s));
    if (scene < 0) scene = this.scenes.forEvent();
    const saves = fn.savedBytes() > 0;
    const id = graph.addNode({
      kind: "op",
      op: operatorOfGradFn(fn.name),
      gradFn: fn.name,
      loc: fn.location,
      scene,
      born: seq,
      modules: this.modulesJson,
      bits: NODE_BITS.derived | (saves ? NODE_BITS.saves : 0),
    });
    if (saves) this.saved.set(id, SAVED.held);
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
    const phase = this.passes.length > 0 ? "backward" : "forward";
    this.append(
      { kind: "fwd.op", loc: fn.location, scene, node: id, values, before: null, inplace: false, tensors: [] },
      phase,
    );
    return id;
  }

  /** Graph node of a backward node, made when it was not seen before. */
  private nodeOfGradNode(fn: GradNode): number {
    const known = this.graph.nodeOf(fn);
    if (known >= 0) return known;
    if (!("variable" in fn)) return this.synthesize(fn, null);
    const leaf = fn.variable as Tensor;
    const maker = this.graph.makerOf(leaf);
    const node = maker >= 0 && this.trace.kindOf(maker) === "leaf" ? maker : this.addTensor(leaf, "leaf", maker);
    this.graph.setNodeOf(fn, node);
    return node;
  }

  private rememberFormula(record: OperatorRecord): void {
    const { formulas } = this.trace;
    if (record.def.formula === undefined || formulas.has(record.op)) return;
    formulas.set(record.op, { formula: record.def.formula, args: [...record.def.args] });
  }

  // -------------------------------------------------------------------------------------------------------------------
  // Backward

  storageWillChange(storageId: number, _cause: string): void {
    this.values.willChange(storageId);
  }

  backwardBegan(roots: readonly Tensor[], seeds: readonly (Tensor | null)[], options: BackwardOptions): void {
    const { trace } = this;
    const loc = roots[0]?.rt.location ?? 0;
    const nodes = roots.map((t) => this.sourceOf(t));
    let scene = -1;
    for (const n of nodes)
      if (trace.kindOf(n) === "op")
        scene = scene < 0 ? trace.sceneOfNode(n) : this.scenes.merge(scene, trace.sceneOfNode(n));
    if (scene < 0) scene = this.scenes.forEvent();
    const pass = trace.passes++;
    const seq = trace.eventCount;
    this.sums.begin(pass);
    const told = roots.map((t, i) => {
      const value = this.values.record(t, true, seq);
      const seedTensor = seeds[i];
      if (options.createGraph && seedTensor) this.pendingNames.set(seedTensor, { names: ["grad_output"], loc });
      const seed =
        seedTensor === null || seedTensor === undefined
          ? value
          : this.values.record(seedTensor, seedTensor.requiresGrad, seq);
      this.sums.set(nodes[i], t.outputNr, seed);
      return { node: nodes[i], output: t.outputNr, value, seed };
    });
    this.passes.push({
      pass,
      scene,
      loc,
      createGraph: options.createGraph,
      entered: -1,
      upstream: null,
    });
    const { retainGraph, createGraph, accumulate } = options;
    this.append({ kind: "bwd.seed", loc, scene, pass, roots: told, retainGraph, createGraph, accumulate }, "backward");
  }

  nodeEntered(fn: GradNode, upstream: readonly (Tensor | null)[]): void {
    const pass = this.currentPass();
    if (pass === null) return;
    const node = this.nodeOfGradNode(fn);
    const { trace } = this;
    const seq = trace.eventCount;
    pass.entered = node;
    const values: (number | null)[] = [];
    pass.upstream = null;
    for (const t of upstream) {
      const value = t === null ? null : this.values.record(t, t.requiresGrad, seq);
      values.push(value);
      pass.upstream ??= value;
    }
    // A leaf is entered and filled in one go: leaf.accumulate tells it.
    if (trace.kindOf(node) === "leaf") return;
    const scene = trace.scene(pass.scene);
    const loc = trace.nodes.loc.get(node);
    const enter: NewEvent = { kind: "bwd.enter", loc, scene, pass: pass.pass, node, upstream: values };
    if (values.some((value, output) => value !== this.sums.get(node, output)))
      enter.gathered = values.map((_, output) => this.sums.get(node, output));
    this.append(enter, "backward");
    const first = trace.nodes.firstEdge.get(node);
    const end = first + trace.nodes.edgeCount.get(node);
    const base = trace.hasBit(node, NODE_BITS.inplace) ? this.graph.baseInput(node) : -1;
    for (let edge = first; edge < end; edge++) {
      // A changed view hands its gradient to its base: nothing stops there.
      if (trace.edges.gradInput.get(edge) >= 0 || (edge === first && base >= 0)) continue;
      const from = trace.edges.from.get(edge);
      const reason = this.reasonOf(from, trace.edges.output.get(edge), 64);
      const input = trace.edges.input.get(edge);
      this.append({ kind: "bwd.skip", loc, scene, pass: pass.pass, node, input, edge, reason }, "backward");
    }
  }

  contributionMade(
    fn: GradNode,
    inputIndex: number,
    contribution: Tensor | null,
    next: GradNode | null,
    nextOutput: number,
  ): void {
    const pass = this.currentPass();
    if (pass === null || next === null) return;
    const { trace } = this;
    const node = this.nodeOfGradNode(fn);
    const scene = trace.scene(pass.scene);
    const loc = trace.nodes.loc.get(node);
    let edge = this.graph.gradEdge(node, inputIndex);
    if (edge < 0) {
      const from = this.nodeOfGradNode(next);
      edge = this.graph.addEdge(from, nextOutput, node, inputIndex, `input${inputIndex}`, inputIndex);
    }
    const input = trace.edges.input.get(edge);
    if (contribution === null) {
      this.append({ kind: "bwd.skip", loc, scene, pass: pass.pass, node, input, edge, reason: "unused" }, "backward");
      return;
    }
    const value = this.values.record(contribution, contribution.requiresGrad, trace.eventCount);
    const { upstream } = pass;
    this.lastEdge = edge;
    this.append(
      { kind: "bwd.edge", loc, scene, pass: pass.pass, edge, node, input, upstream, contribution: value },
      "backward",
    );
  }

  contributionReceived(fn: GradNode, outputIndex: number, received: number, expected: number, sum: Tensor): void {
    const pass = this.currentPass();
    if (pass === null) return;
    const { trace } = this;
    const node = this.nodeOfGradNode(fn);
    const value = this.values.record(sum, sum.requiresGrad, trace.eventCount);
    const before = this.sums.set(node, outputIndex, value);
    const receivedBefore = this.sums.receive(node, received);
    const edge = this.lastEdge >= 0 && trace.edges.from.get(this.lastEdge) === node ? this.lastEdge : null;
    this.append(
      {
        kind: "bwd.accumulate",
        loc: edge === null ? trace.nodes.loc.get(node) : trace.nodes.loc.get(trace.edges.to.get(edge)),
        scene: trace.scene(pass.scene),
        pass: pass.pass,
        node,
        output: outputIndex,
        edge,
        received,
        expected,
        before,
        sum: value,
        receivedBefore,
      },
      "backward",
    );
  }

  leafAccumulated(leaf: Tensor, before: Tensor | null, delta: Tensor, after: Tensor): void {
    const { trace } = this;
    const pass = this.currentPass();
    const maker = this.graph.makerOf(leaf);
    const node = maker >= 0 && trace.kindOf(maker) === "leaf" ? maker : this.addTensor(leaf, "leaf", maker);
    const known = this.grads.get(node) ?? null;
    // In place: `before` is the same tensor as `after`, so its last recorded value is what it was.
    const beforeValue = before === null ? null : (this.values.lastOf(before) ?? known);
    // Parameters of modules are made inside the library: the call of backward() is the place to show.
    const loc = trace.nodes.loc.get(node) || (pass?.loc ?? 0);
    if (beforeValue !== known) this.setGrad(node, known, beforeValue, loc);
    const seq = trace.eventCount;
    const deltaValue = this.values.record(delta, delta.requiresGrad, seq);
    const afterValue = this.values.record(after, after.requiresGrad, seq);
    const earlier = beforeValue === null ? 0 : (this.passesHeld.get(node) ?? 0);
    this.passesHeld.set(node, earlier + 1);
    this.grads.set(node, afterValue);
    this.gradOwners.set(after.id, node);
    const scene = pass === null ? this.scenes.forEvent() : trace.scene(pass.scene);
    this.append(
      {
        kind: "leaf.accumulate",
        loc,
        scene,
        pass: pass?.pass ?? 0,
        node,
        before: beforeValue,
        delta: deltaValue,
        after: afterValue,
        earlier,
      },
      "backward",
    );
  }

  savedReleased(fn: GradNode, bytes: number, kept: boolean): void {
    const pass = this.currentPass();
    if (pass === null || bytes === 0) return;
    const node = this.nodeOfGradNode(fn);
    const before = SAVED_STATES[this.saved.get(node)];
    this.saved.set(node, kept ? SAVED.kept : SAVED.freed);
    const loc = this.trace.nodes.loc.get(node);
    const scene = this.trace.scene(pass.scene);
    this.append({ kind: "saved.release", loc, scene, pass: pass.pass, node, bytes, kept, before }, "backward");
  }

  backwardEnded(error: string | null): void {
    const pass = this.passes.pop();
    if (pass === undefined) return;
    this.sums.end();
    this.failed = error === null ? null : { message: error, node: pass.entered < 0 ? null : pass.entered };
    const failedAt = error === null || pass.entered < 0 ? 0 : this.trace.nodes.loc.get(pass.entered);
    const loc = failedAt === 0 ? pass.loc : failedAt;
    this.append({ kind: "bwd.end", loc, scene: this.trace.scene(pass.scene), pass: pass.pass, error }, "backward");
    if (this.passes.length === 0) this.scenes.end();
    this.account();
  }

  /** Why no gradient reaches a node that data comes from. Looks through at most `depth` operators. */
  private reasonOf(node: number, output: number, depth: number): SkipReason {
    const { trace } = this;
    const kind = trace.kindOf(node);
    const boundary = trace.boundaryOf(node);
    if (boundary === "detach" || boundary === "no_grad") return boundary;
    if (boundary === "inference") return "no_grad";
    const value = trace.outputsOf(node)[output];
    if (boundary === "integer" || (value !== undefined && /int|bool/.test(trace.values.dtype(value)))) return "integer";
    if (kind !== "op") return kind === "leaf" ? "unused" : "requires_grad=False";
    if (trace.nodes.gradFn.get(node) >= 0) return "unused";
    if (!trace.hasBit(node, NODE_BITS.derived) || depth === 0) return "requires_grad=False";
    let strongest = REASON_ORDER.length - 1;
    for (const edge of trace.inEdges(node)) {
      const reason = this.reasonOf(trace.edges.from.get(edge), trace.edges.output.get(edge), depth >> 1);
      strongest = Math.min(strongest, REASON_ORDER.indexOf(reason));
    }
    return REASON_ORDER[strongest];
  }

  private currentPass(): Pass | null {
    return this.passes.length > 0 ? this.passes[this.passes.length - 1] : null;
  }

  // -------------------------------------------------------------------------------------------------------------------
  // Gradients and parameters outside backward passes

  gradientCleared(leaf: Tensor, before: Tensor | null, after: Tensor | null): void {
    const maker = this.graph.makerOf(leaf);
    const node = maker >= 0 && this.trace.kindOf(maker) !== "op" ? maker : -1;
    if (node < 0) return;
    const known = this.grads.get(node) ?? null;
    const seq = this.trace.eventCount;
    // Zeroed in place: `before` is `after`, so what was known is what it was.
    const beforeValue =
      before === null ? null : before === after ? known : this.values.record(before, before.requiresGrad, seq);
    const afterValue = after === null ? null : this.values.record(after, after.requiresGrad, seq);
    const loc = leaf.rt.location;
    if (before !== null && before !== after) this.gradOwners.delete(before.id);
    if (after !== null) this.gradOwners.set(after.id, node);
    if (beforeValue !== known) this.setGrad(node, known, beforeValue, loc);
    if (beforeValue !== afterValue) this.setGrad(node, beforeValue, afterValue, loc);
    this.passesHeld.set(node, 0);
  }

  private setGrad(node: number, before: number | null, after: number | null, loc: number): void {
    this.grads.set(node, after);
    this.append({ kind: "grad.zero", loc, scene: this.scenes.forEvent(), node, before, after }, "update");
  }

  optimizerStep(phase: "begin" | "end", name: string, parameters: readonly Tensor[]): void {
    this.optimizerDepth += phase === "begin" ? 1 : -1;
    if (phase === "begin") {
      if (this.optimizerDepth > 1) return;
      const before = new Map<number, number>();
      for (const t of parameters) {
        const node = this.leafOf(t);
        if (node >= 0) before.set(t.id, this.values.record(t, t.leafRequiresGrad, this.trace.eventCount));
      }
      this.optimizer = { name, parameters, before };
      return;
    }
    if (this.optimizerDepth > 0 || this.optimizer === null) return;
    const step = this.optimizer;
    this.optimizer = null;
    const seq = this.trace.eventCount;
    const updates: { node: number; before: number; after: number }[] = [];
    for (const t of step.parameters) {
      const node = this.leafOf(t);
      const before = step.before.get(t.id);
      if (node < 0 || before === undefined) continue;
      const told = this.told.get(node);
      // Changed unseen since it was last told (through .data): say that first.
      if (told !== undefined && told !== before && this.passes.length === 0)
        updates.push({ node, before: told, after: before });
      const after = this.values.record(t, t.leafRequiresGrad, seq);
      if (after === before) continue;
      updates.push({ node, before, after });
      this.told.set(node, after);
    }
    const loc = step.parameters[0]?.rt.location ?? 0;
    this.append({ kind: "opt.step", loc, scene: this.scenes.forEvent(), name: step.name, updates }, "update");
    this.scenes.end();
  }

  private leafOf(t: Tensor): number {
    const maker = this.graph.makerOf(t);
    return maker >= 0 && this.trace.kindOf(maker) === "leaf" ? maker : -1;
  }

  moduleCall(phase: "begin" | "end", className: string, name: string): void {
    if (phase === "begin") this.modules.push(name === "" ? className : `${name}: ${className}`);
    else this.modules.pop();
    this.modulesJson = this.modules.length === 0 ? null : JSON.stringify(this.modules);
  }

  // -------------------------------------------------------------------------------------------------------------------

  private append(event: NewEvent, phase: Phase): void {
    this.trace.events.append(event, phase);
    if ((this.trace.eventCount & 1023) === 0) this.account();
  }

  private account(): void {
    this.trace.valueBytes = this.values.bytes + this.trace.values.arena.bytes;
    this.trace.dropped = this.values.dropped;
  }

  private takeNames(t: Tensor, node: number): void {
    const pending = this.pendingNames.get(t);
    if (pending !== undefined) for (const name of pending.names) this.addName(node, name);
    if (t.label !== null) this.addName(node, t.label);
  }

  private addName(node: number, name: string): void {
    const names = this.trace.names.get(node);
    if (names === undefined) this.trace.names.set(node, [name]);
    else if (names.length < MAX_NAMES && !names.includes(name)) names.push(name);
  }
}

/** A recorder for one run: set it as the runtime's observer, read `trace`. */
export function createRecorder(options: RecorderOptions = {}): Recorder {
  return new Recorder(options);
}
