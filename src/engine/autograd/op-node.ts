import { gather } from "../kernels/dense.ts";
import type { AnyOpDef, VjpContext } from "../op.ts";
import type { Runtime } from "../runtime.ts";
import { isScalar } from "../scalar.ts";
import { Tensor } from "../tensor.ts";
import { gradEdge } from "./grad-edge.ts";
import { type Edge, GradNode } from "./node.ts";
import { SavedTensor } from "./saved.ts";

type Slot = SavedTensor | (SavedTensor | null)[] | { constant: unknown };

/** A differentiable argument and the edges that belong to it. */
interface Input {
  readonly name: string;
  readonly first: number;
  readonly count: number;
  readonly list: boolean;
  readonly need: boolean;
}

/** The backward node of a table operator: applies the entry's vector-Jacobian products to what its forward kept. */
export class OpNode extends GradNode {
  readonly def: AnyOpDef;
  /** Differentiable inputs by name, with the number of edges each has (lists have several). */
  private readonly inputs: Input[] = [];
  /** Those whose gradients are needed, in the alphabetical order in which PyTorch computes them (and numbers new nodes). */
  private readonly needed: readonly Input[];
  private kept: Map<string, Slot> = new Map();

  constructor(rt: Runtime, def: AnyOpDef, name: string, positions: readonly number[], args: readonly unknown[]) {
    super(rt, name, rt.takeSequence());
    this.def = def;
    const names = Object.keys(def.vjp ?? {});
    const chosen = def.edges?.(args as never) ?? null;
    const edges: (Edge | null)[] = [];
    for (let i = 0; i < names.length; i++) {
      const a = args[positions[i]];
      if (chosen !== null ? !chosen.includes(names[i]) : isScalar(a) && def.wrapsNumbers !== true) continue;
      const tensors = Array.isArray(a) ? a : [a];
      const first = edges.length;
      for (const t of tensors) edges.push(t instanceof Tensor ? gradEdge(t) : null);
      const need = edges.slice(first).some((e) => e !== null);
      // An absent optional input still has an edge (to nothing), as in PyTorch.
      this.inputs.push({ name: names[i], first, count: tensors.length, list: Array.isArray(a), need });
    }
    this.edges = edges;
    this.needed = this.inputs.filter((i) => i.need).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  needs(input: string): boolean {
    return this.inputs.some((i) => i.name === input && i.need);
  }

  override edgeOf(input: string): number {
    const bracket = input.indexOf("[");
    const name = bracket < 0 ? input : input.slice(0, bracket);
    const at = bracket < 0 ? 0 : Number.parseInt(input.slice(bracket + 1), 10);
    const own = this.inputs.find((i) => i.name === name);
    return own === undefined || at >= own.count ? -1 : own.first + at;
  }

  /**
   * Save what the operator's `keep` returned. `original` marks the stand-in for an input that is about to be overwritten
   * in place: saving it saves a copy.
   */
  keep(
    values: Readonly<Record<string, unknown>> | undefined,
    outputs: readonly Tensor[],
    original: Tensor | null,
  ): void {
    if (values === undefined) return;
    const save = (t: Tensor): SavedTensor => {
      if (t === original) return new SavedTensor(copyOf(t), null);
      const own = outputs.includes(t);
      return new SavedTensor(t, own ? this : null, own && original !== null ? 1 : 0);
    };
    for (const [name, value] of Object.entries(values)) {
      if (value instanceof Tensor) this.kept.set(name, save(value));
      else if (Array.isArray(value) && value.some((v) => v instanceof Tensor))
        this.kept.set(
          name,
          value.map((v) => (v instanceof Tensor ? save(v) : null)),
        );
      else this.kept.set(name, { constant: value });
    }
  }

  savedNames(): string[] {
    return [...this.kept.keys()];
  }

  /** Saved values by name, unpacked (`_saved_*` in Python). Errors: freed or modified. */
  saved(): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    for (const [name, slot] of this.kept)
      out[name] =
        slot instanceof SavedTensor
          ? slot.unpack()
          : Array.isArray(slot)
            ? slot.map((s) => s?.unpack() ?? null)
            : slot.constant;
    return out;
  }

  apply(grads: readonly (Tensor | null)[]): (Tensor | null)[] {
    const kept = this.saved();
    const result: (Tensor | null)[] = new Array(this.edges.length).fill(null);
    const first = grads.find((g) => g !== null);
    if (first === undefined || first === null) return result;
    const context: VjpContext = { grads, need: (input) => this.needs(input) };
    for (const { name, first: at, count, list } of this.needed) {
      const vjp = this.def.vjp?.[name];
      // Single-output formulas get their gradient as `g`; the others look at context.grads.
      const g = vjp?.(grads[0] ?? first, kept, context) ?? null;
      if (Array.isArray(g)) for (let i = 0; i < count; i++) result[at + i] = g[i] ?? null;
      else if (!list) result[at] = g;
    }
    return result;
  }

  override savedBytes(): number {
    let bytes = 0;
    for (const slot of this.kept.values()) {
      if (slot instanceof SavedTensor) bytes += slot.bytes;
      else if (Array.isArray(slot)) for (const s of slot) bytes += s?.bytes ?? 0;
    }
    return bytes;
  }

  override release(): number {
    const bytes = this.savedBytes();
    for (const slot of this.kept.values()) {
      if (slot instanceof SavedTensor) slot.release();
      else if (Array.isArray(slot)) for (const s of slot) s?.release();
    }
    return bytes;
  }
}

/** A copy with the same history, so that second derivatives reach the old value. */
function copyOf(t: Tensor): Tensor {
  const copy = t.rt.empty(t.shape, t.dtype);
  gather(t.data, t.offset, t.shape, t.strides, copy.data, t.dtype.slots);
  copy.gradFn = t.gradFn;
  copy.outputNr = t.outputNr;
  return copy;
}
