import { runtimeError } from "../errors.ts";
import { copyTensor } from "../kernels/copy.ts";
import { isMeta } from "../meta.ts";
import type { AnyOpDef, VjpContext } from "../op.ts";
import type { Runtime } from "../runtime.ts";
import { isScalar, type Scalar } from "../scalar.ts";
import { Tensor } from "../tensor.ts";
import { gradEdge } from "./grad-edge.ts";
import { GradNode } from "./node.ts";
import { FREED, SavedTensor } from "./saved.ts";
import type { VjpPlan } from "./vjp-plan.ts";

/** Saved tensors of a list argument. */
class SavedList {
  readonly items: readonly (SavedTensor | null)[];
  constructor(items: readonly (SavedTensor | null)[]) {
    this.items = items;
  }
}

/** A number that PyTorch wraps in a tensor and saves: it is freed like one. */
class SavedNumber {
  readonly value: Scalar;
  released = false;
  constructor(value: Scalar) {
    this.value = value;
  }

  unpack(): Scalar {
    if (this.released) throw runtimeError(FREED);
    return this.value;
  }

  release(): void {
    this.released = true;
  }
}

/** What was saved in a slot; what is no slot is there as it is. Errors: freed or modified. */
function unpacked(slot: unknown): unknown {
  if (slot instanceof SavedTensor || slot instanceof SavedNumber) return slot.unpack();
  return slot instanceof SavedList ? slot.items.map((s) => s?.unpack() ?? null) : slot;
}

/** An argument without an edge. */
const NONE = -1;

/** The backward node of a table operator: applies the entry's vector-Jacobian products to what its forward kept. */
export class OpNode extends GradNode {
  private readonly plan: VjpPlan;
  /** First edge of each differentiable argument, NONE for numbers; lists have several edges. */
  private readonly first: number[] = [];
  /** Number of edges of each list argument, null when there is no list. */
  private counts: (number | null)[] | null = null;
  /** What `keep` returned, with tensors replaced by what is saved of them. */
  private kept: Record<string, unknown> | null = null;

  constructor(rt: Runtime, plan: VjpPlan, name: string, args: readonly unknown[]) {
    super(rt, name, rt.takeSequence());
    this.plan = plan;
    const { def, names, positions } = plan;
    const chosen = def.edges?.(args as never) ?? null;
    const { first, edges } = this;
    for (let i = 0; i < positions.length; i++) {
      const a = args[positions[i]];
      if (a instanceof Tensor && chosen === null) {
        first.push(edges.length);
        edges.push(gradEdge(a));
      } else if (chosen !== null ? !chosen.includes(names[i]) : isScalar(a) && def.wrapsNumbers !== true)
        first.push(NONE);
      else {
        first.push(edges.length);
        if (Array.isArray(a)) {
          this.counts ??= positions.map(() => null);
          this.counts[i] = a.length;
          for (const t of a) edges.push(t instanceof Tensor ? gradEdge(t) : null);
        } else edges.push(a instanceof Tensor ? gradEdge(a) : null); // An absent optional input still has an edge (to nothing), as in PyTorch.
      }
    }
  }

  get def(): AnyOpDef {
    return this.plan.def;
  }

  /** Does differentiable argument number `i` need a gradient? */
  private needsAt(i: number): boolean {
    const at = this.first[i];
    if (at === NONE) return false;
    const count = this.counts?.[i] ?? 1;
    for (let k = at; k < at + count; k++) if (this.edges[k] !== null) return true;
    return false;
  }

  needs(input: string): boolean {
    const i = this.plan.names.indexOf(input);
    return i >= 0 && this.needsAt(i);
  }

  override edgeOf(input: string): number {
    const bracket = input.indexOf("[");
    const name = bracket < 0 ? input : input.slice(0, bracket);
    const at = bracket < 0 ? 0 : Number.parseInt(input.slice(bracket + 1), 10);
    const i = this.plan.names.indexOf(name);
    if (i < 0 || this.first[i] === NONE) return -1;
    return at >= (this.counts?.[i] ?? 1) ? -1 : this.first[i] + at;
  }

  /**
   * Save what the operator's `keep` returned (a fresh object, which becomes the node's). `original` marks the stand-in for an
   * input that is about to be overwritten in place: saving it saves a copy.
   */
  keep(
    values: Record<string, unknown> | undefined,
    outputs: Tensor | readonly Tensor[],
    original: Tensor | null,
  ): void {
    if (values === undefined) return;
    const { names, def } = this.plan;
    const { wrapsNumbers } = def;
    for (const name in values) {
      const value = values[name];
      if (value instanceof Tensor) values[name] = this.save(value, outputs, original);
      else if (wrapsNumbers === true && isScalar(value) && names.includes(name)) values[name] = new SavedNumber(value);
      else if (Array.isArray(value) && value.some((v) => v instanceof Tensor))
        values[name] = new SavedList(value.map((v) => (v instanceof Tensor ? this.save(v, outputs, original) : null)));
    }
    this.kept = values;
  }

  private save(t: Tensor, outputs: Tensor | readonly Tensor[], original: Tensor | null): SavedTensor {
    if (t === original) return new SavedTensor(copyOf(t), null);
    const own = t === outputs || (Array.isArray(outputs) && outputs.includes(t));
    return new SavedTensor(t, own ? this : null, own && original !== null ? 1 : 0);
  }

  savedNames(): string[] {
    return Object.keys(this.kept ?? {});
  }

  /** A saved value as it is kept (`_raw_saved_*` in Python); null where it is no tensor. */
  rawSaved(name: string): SavedTensor | null {
    const slot = this.kept?.[name];
    return slot instanceof SavedTensor ? slot : null;
  }

  /** Saved values by name, unpacked (`_saved_*` in Python). Errors: freed or modified. */
  saved(): Record<string, unknown> {
    const out = { ...this.kept };
    try {
      for (const name in out) out[name] = unpacked(out[name]);
    } catch (error) {
      for (const name of this.unpackOrder()) unpacked(this.kept?.[name]);
      throw error;
    }
    return out;
  }

  /** Names of what was saved in the order in which PyTorch unpacks it, which decides what an error names: inputs by name, then results. */
  private unpackOrder(): string[] {
    const own = (name: string): boolean => {
      const slot = this.kept?.[name];
      return slot instanceof SavedTensor && slot.isOwn;
    };
    return this.savedNames().sort((a, b) => Number(own(a)) - Number(own(b)) || (a < b ? -1 : 1));
  }

  apply(grads: readonly (Tensor | null)[]): (Tensor | null)[] {
    const { interpreter } = this.rt;
    return interpreter === null ? this.gradients(grads) : interpreter.backward(grads, (g) => this.gradients(g));
  }

  private gradients(grads: readonly (Tensor | null)[]): (Tensor | null)[] {
    const kept = this.saved();
    const result: (Tensor | null)[] = [];
    for (let i = 0; i < this.edges.length; i++) result.push(null);
    const first = grads[0] ?? grads.find((g) => g !== null) ?? null;
    if (first === null) return result;
    const { formulas, order } = this.plan;
    const context: VjpContext = { grads, need: (input) => this.needs(input) };
    for (const i of order) {
      if (!this.needsAt(i)) continue;
      // Single-output formulas get their gradient as `g`; the others look at the context's.
      const g = formulas[i](first, kept, context) ?? null;
      const at = this.first[i];
      const count = this.counts?.[i] ?? null;
      if (Array.isArray(g)) for (let k = 0; k < (count ?? 1); k++) result[at + k] = g[k] ?? null;
      else if (count === null) result[at] = g;
    }
    return result;
  }

  override savedBytes(): number {
    let bytes = 0;
    for (const name in this.kept) {
      const slot = this.kept[name];
      if (slot instanceof SavedTensor) bytes += slot.bytes;
      else if (slot instanceof SavedList) for (const s of slot.items) bytes += s?.bytes ?? 0;
    }
    return bytes;
  }

  override release(): number {
    const bytes = this.savedBytes();
    for (const name in this.kept) {
      const slot = this.kept[name];
      if (slot instanceof SavedTensor || slot instanceof SavedNumber) slot.release();
      else if (slot instanceof SavedList) for (const s of slot.items) s?.release();
    }
    return bytes;
  }
}

/** A copy with the same history, so that second derivatives reach the old value. */
function copyOf(t: Tensor): Tensor {
  const copy = isMeta(t) ? t.alias() : copyTensor(t);
  copy.gradFn = t.gradFn;
  copy.outputNr = t.outputNr;
  return copy;
}
