import type { OperatorRecord } from "../engine/observer.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { NewEvent } from "./event-log.ts";
import type { Phase } from "./events.ts";
import { attributesJson, BASE, type BaseHistory, baseHistory, gradInput } from "./graph-recorder.ts";
import type { LeafRecorder } from "./leaf-recorder.ts";
import type { Recording } from "./recording.ts";
import { NODE_BITS } from "./trace.ts";

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

/** Records operators as they run. */
export class OperatorRecorder {
  private readonly r: Recording;
  private readonly leaves: LeafRecorder;

  constructor(recording: Recording, leaves: LeafRecorder) {
    this.r = recording;
    this.leaves = leaves;
  }

  ran(record: OperatorRecord): void {
    const { inputs, outputs, node } = record;
    if (inputs.length === 0 || outputs.length === 0) return;
    const { graph } = this.r;
    this.r.location = record.location;
    this.r.visit = record.visit;
    this.r.call = this.r.knownCall(record.call);
    if (this.r.optimizerDepth > 0 && !inputs[0].rt.gradEnabled && node === null) return;
    if (!record.inplace && outputs.every((t) => inputs.includes(t))) return;
    if (record.inplace && this.isSpecial(record)) return;
    const sources: number[] = [];
    const sourceOutputs: number[] = [];
    for (let i = 0; i < inputs.length; i++) {
      const old = record.inplace && inputs[i] === outputs[0] ? graph.makerOf(inputs[i]) : -1;
      sources.push(old >= 0 ? old : this.r.sourceOf(inputs[i]));
      sourceOutputs.push(graph.outputOf(inputs[i]));
    }
    this.record(record, sources, sourceOutputs);
  }

  private record(record: OperatorRecord, sources: readonly number[], sourceOutputs: readonly number[]): void {
    const { trace, graph, scenes, pass } = this.r;
    const { inputs, outputs, node, inplace } = record;
    let flags = 0;
    for (const s of sources) flags |= trace.nodes.bits.get(s);
    const derived = node !== null || (flags & NODE_BITS.derived) !== 0;
    const fromGrad = node === null && (flags & NODE_BITS.fromGrad) !== 0;
    const update =
      scenes.isEnded && node === null && pass === null && (fromGrad || (inplace && !inputs[0].rt.gradEnabled));
    const scene = scenes.place({
      inputs,
      sources,
      passScene: pass === null ? -1 : pass.scene,
      differentiable: node !== null,
      aftermath: update || (node === null && derived),
    });
    const phase: Phase = pass !== null ? "backward" : update ? "update" : "forward";
    const target = inplace ? inputs.indexOf(outputs[0]) : -1;
    const targetNode = target >= 0 ? sources[target] : -1;
    const before = target >= 0 ? this.r.values.lastOf(outputs[0]) : null;
    const seq = trace.eventCount;
    const tensors = this.leaves.tellInputs(inputs, sources, target, seq);
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
      call: this.r.call,
      pass: pass === null ? -1 : pass.pass,
      bits:
        (inplace ? NODE_BITS.inplace : 0) |
        (record.view ? NODE_BITS.view : 0) |
        (this.r.optimizerDepth > 0 ? NODE_BITS.inOptimizer : 0) |
        (saves ? NODE_BITS.saves : 0) |
        (derived ? NODE_BITS.derived : 0) |
        (fromGrad ? NODE_BITS.fromGrad : 0) |
        (update ? NODE_BITS.update : 0),
    });
    this.r.setVisit(id, record.visit);
    if (saves) this.r.setSaved(id, "held");
    for (let i = 0; i < inputs.length; i++) {
      // The gradient of a changed view goes to its base, not to the view.
      const flow = history !== null && i === target ? -1 : gradInput(record, i);
      graph.addEdge(sources[i], sourceOutputs[i], id, i, record.inputNames[i] ?? `input${i}`, flow);
    }
    if (history !== null) this.linkBase(history, id, inputs.length);
    if (node !== null) {
      graph.setNodeOf(node, id);
      this.r.calls.add(id, record, history?.base ?? null);
    }
    this.rememberFormula(record);
    const values: number[] = [];
    for (let k = 0; k < outputs.length; k++) {
      const t = outputs[k];
      values.push(this.r.values.record(t, node !== null, seq));
      if (inplace && t.leafRequiresGrad && targetNode >= 0) {
        tensors.push(this.leaves.tellChange(targetNode, values[k]));
        continue;
      }
      graph.setMaker(t, id, k);
      this.r.takeNames(t, id);
    }
    this.rebase(record, history?.base ?? null, id, values, seq);
    if (inplace && targetNode >= 0) this.r.copyNames(targetNode, id);
    const ran: NewEvent = { kind: "fwd.op", loc: record.location, scene, node: id, values, before, inplace, tensors };
    this.r.appendExecuted(ran, phase, record.visit);
    if (inplace) this.leaves.gradChanged(outputs[0], false, record);
  }

  /** In-place operators that are not computation: filling of new tensors, zeroing of a `.grad`. True when dealt with. */
  private isSpecial(record: OperatorRecord): boolean {
    const target = record.outputs[0];
    const zeroes = record.op === "zero_" || (record.op === "fill_" && record.attrs.value === 0);
    if (zeroes && this.r.gradOwners.has(target.id)) {
      this.leaves.gradChanged(target, true, record);
      return true;
    }
    return (
      record.node === null && INITIALISERS.has(record.op) && this.r.graph.makerOf(target) < 0 && target.view === null
    );
  }

  /** A base whose view was changed holds the new numbers too: later uses of it come from the operator. */
  private rebase(record: OperatorRecord, base: Tensor | null, id: number, values: number[], seq: number): void {
    const changed = base ?? (record.inplace ? (record.outputs[0].view?.base ?? null) : null);
    if (changed === null || changed.leafRequiresGrad || changed === record.outputs[0]) return;
    values.push(this.r.values.record(changed, base !== null, seq));
    this.r.graph.setMaker(changed, id, values.length - 1);
    this.r.takeNames(changed, id);
  }

  private linkBase(history: BaseHistory, id: number, input: number): void {
    const { graph } = this.r;
    const edge = history.node.edges[0];
    const from = edge !== null ? this.r.nodeOfGradNode(edge.node) : graph.makerOf(history.base);
    graph.setNodeOf(history.node, id);
    if (from >= 0 && from !== id) graph.addEdge(from, edge?.output ?? 0, id, input, BASE, edge !== null ? 0 : -1);
  }

  private rememberFormula(record: OperatorRecord): void {
    const { formulas } = this.r.trace;
    if (record.def.formula === undefined || formulas.has(record.op)) return;
    formulas.set(record.op, { formula: record.def.formula, args: [...record.def.args] });
  }
}
