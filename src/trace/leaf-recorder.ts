import type { Runtime } from "../engine/runtime.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { ForwardOp } from "./events.ts";
import type { Recording } from "./recording.ts";
import { NODE_BITS } from "./trace.ts";

/** Where the program is: a source location, and which execution of its line. */
type Place = Pick<Runtime, "location" | "visit">;
type TensorChange = NonNullable<ForwardOp["tensors"]>[number];

/** Records what leaves and data hold: their values, their `.grad`, and how optimisers change them. */
export class LeafRecorder {
  private readonly r: Recording;
  /** Value last told for leaf and data nodes. */
  private readonly told = new Map<number, number>();
  /** `.grad` value of leaves, null = None. */
  private readonly grads = new Map<number, number | null>();
  /** Backward passes that `.grad` of a leaf holds. */
  private readonly passesHeld = new Map<number, number>();
  private step: { name: string; parameters: readonly Tensor[]; before: Map<number, number> } | null = null;

  constructor(recording: Recording) {
    this.r = recording;
  }

  /** Values of leaves and data that an operator is the first to use, or that changed since they were told. */
  tellInputs(inputs: readonly Tensor[], sources: readonly number[], target: number, seq: number): TensorChange[] {
    const changes: TensorChange[] = [];
    for (let i = 0; i < inputs.length; i++) {
      const node = sources[i];
      if ((target >= 0 && inputs[i] === inputs[target]) || this.r.trace.kindOf(node) === "op") continue;
      const after = this.r.values.record(inputs[i], inputs[i].leafRequiresGrad, seq);
      const before = this.told.get(node) ?? null;
      if (before === after) continue;
      changes.push({ node, before, after });
      this.told.set(node, after);
    }
    return changes;
  }

  /** A parameter was changed in place by an operator: it stays the same leaf. */
  tellChange(node: number, after: number): TensorChange {
    const before = this.told.get(node) ?? null;
    this.told.set(node, after);
    return { node, before, after };
  }

  accumulated(leaf: Tensor, before: Tensor | null, delta: Tensor, after: Tensor): void {
    const { trace, values, scenes, gradOwners } = this.r;
    const { pass } = this.r;
    const maker = this.r.graph.makerOf(leaf);
    const retained = !leaf.isLeaf && maker >= 0;
    const node = retained ? maker : this.r.leafOf(leaf);
    const known = this.grads.get(node) ?? null;
    // In place: `before` is the same tensor as `after`, so its last recorded value is what it was.
    const beforeValue = before === null ? null : (values.lastOf(before) ?? known);
    // Parameters of modules are made inside the library: the call of backward() is the place to show.
    const loc = trace.nodes.loc.get(node) || (pass?.loc ?? 0);
    if (beforeValue !== known) this.setGrad(node, known, beforeValue, { location: loc, visit: leaf.rt.visit });
    if (retained) trace.nodes.bits.set(node, trace.nodes.bits.get(node) | NODE_BITS.retains);
    const seq = trace.eventCount;
    const deltaValue = values.record(delta, delta.requiresGrad, seq);
    const afterValue = values.record(after, after.requiresGrad, seq);
    const earlier = beforeValue === null ? 0 : (this.passesHeld.get(node) ?? 0);
    this.passesHeld.set(node, earlier + 1);
    this.grads.set(node, afterValue);
    gradOwners.set(after.id, node);
    this.r.appendVisiting(
      {
        kind: "leaf.accumulate",
        loc,
        scene: pass === null ? scenes.forEvent() : trace.scene(pass.scene),
        pass: pass?.pass ?? 0,
        node,
        before: beforeValue,
        delta: deltaValue,
        after: afterValue,
        earlier,
        ...(retained ? { retained } : {}),
      },
      node,
      pass,
    );
  }

  /** Hooks of a leaf may have changed its `.grad` in place, replaced it, or set it to None. */
  hooked(leaf: Tensor): void {
    const { graph, trace, values, gradOwners } = this.r;
    const node = graph.makerOf(leaf);
    if (node < 0) return;
    const before = this.grads.get(node) ?? null;
    const { grad } = leaf;
    const after = grad === null ? null : values.record(grad, grad.requiresGrad, trace.eventCount);
    if (grad !== null) gradOwners.set(grad.id, node);
    else this.passesHeld.set(node, 0);
    if (before !== after)
      this.setGrad(node, before, after, { location: trace.nodes.loc.get(node), visit: leaf.rt.visit });
  }

  /** `.grad` was zeroed or replaced outside of a backward pass. */
  cleared(leaf: Tensor, before: Tensor | null, after: Tensor | null): void {
    const { graph, trace, values, gradOwners } = this.r;
    const maker = graph.makerOf(leaf);
    const node = maker >= 0 && (trace.kindOf(maker) !== "op" || leaf.retainsGrad) ? maker : -1;
    if (node < 0) return;
    const known = this.grads.get(node) ?? null;
    const seq = trace.eventCount;
    // Zeroed in place: `before` is `after`, so what was known is what it was.
    const beforeValue =
      before === null ? null : before === after ? known : values.record(before, before.requiresGrad, seq);
    const afterValue = after === null ? null : values.record(after, after.requiresGrad, seq);
    if (before !== null && before !== after) gradOwners.delete(before.id);
    if (after !== null) gradOwners.set(after.id, node);
    if (beforeValue !== known) this.setGrad(node, known, beforeValue, leaf.rt);
    if (beforeValue !== afterValue) this.setGrad(node, beforeValue, afterValue, leaf.rt);
    this.passesHeld.set(node, 0);
  }

  /** An operator changed a tensor in place that is some leaf's `.grad`. */
  gradChanged(target: Tensor, zeroed: boolean, place: Place): void {
    const leaf = this.r.gradOwners.get(target.id);
    if (leaf === undefined) return;
    const before = this.grads.get(leaf) ?? null;
    this.setGrad(leaf, before, this.r.values.record(target, false, this.r.trace.eventCount), place);
    if (zeroed) this.passesHeld.set(leaf, 0);
  }

  private setGrad(node: number, before: number | null, after: number | null, { location, visit }: Place): void {
    this.grads.set(node, after);
    const scene = this.r.scenes.forEvent();
    this.r.appendExecuted({ kind: "grad.zero", loc: location, scene, node, before, after }, "update", visit);
  }

  optimizerBegan(name: string, parameters: readonly Tensor[]): void {
    if (++this.r.optimizerDepth > 1) return;
    const before = new Map<number, number>();
    for (const t of parameters) {
      if (this.knownLeaf(t) >= 0)
        before.set(t.id, this.r.values.record(t, t.leafRequiresGrad, this.r.trace.eventCount));
    }
    this.step = { name, parameters, before };
  }

  optimizerEnded(): void {
    const { step } = this;
    if (--this.r.optimizerDepth > 0 || step === null) return;
    this.step = null;
    const seq = this.r.trace.eventCount;
    const updates: { node: number; before: number; after: number }[] = [];
    for (const t of step.parameters) {
      const node = this.knownLeaf(t);
      const before = step.before.get(t.id);
      if (node < 0 || before === undefined) continue;
      const told = this.told.get(node);
      // Changed unseen since it was last told (through .data): say that first.
      if (told !== undefined && told !== before && this.r.pass === null)
        updates.push({ node, before: told, after: before });
      const after = this.r.values.record(t, t.leafRequiresGrad, seq);
      if (after === before) continue;
      updates.push({ node, before, after });
      this.told.set(node, after);
    }
    const { location, visit } = step.parameters[0]?.rt ?? this.r;
    const scene = this.r.scenes.forEvent();
    this.r.appendExecuted({ kind: "opt.step", loc: location, scene, name: step.name, updates }, "update", visit);
    this.r.scenes.end();
  }

  private knownLeaf(t: Tensor): number {
    const maker = this.r.graph.makerOf(t);
    return maker >= 0 && this.r.trace.kindOf(maker) === "leaf" ? maker : -1;
  }
}
