import { AccumulateGrad } from "../autograd/accumulate-grad.ts";
import { grad } from "../autograd/differentiate.ts";
import type { GradNode } from "../autograd/node.ts";
import { detach } from "../ops/copies.ts";
import { eye } from "../ops/creation.ts";
import { cat } from "../ops/joining.ts";
import { narrow } from "../ops/slicing.ts";
import { view } from "../ops/views.ts";
import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import { BatchedTensor, physicalOf } from "./batched-tensor.ts";
import type { GradLevel, VmapLevel } from "./levels.ts";
import { moveAlong } from "./move-along.ts";
import { restored, stripped } from "./strip.ts";
import { enter, enterVmap, leave, removeBatchDim } from "./vmap.ts";

/**
 * One derivative under way (torch.func.grad, vjp, jvp …): fresh inputs while the function runs, gradients with respect to
 * these afterwards. All derivatives share the recorded graph of whole batches: an input that is the same for all samples of a
 * vmap further out is repeated, so that each sample gets its own gradient.
 */
export class Differentiation {
  readonly rt: Runtime;
  readonly level: GradLevel;
  /** What the function gets. */
  readonly inputs: Tensor[] = [];
  /** Vmaps that this is part of, the outermost first. */
  private readonly vmaps: readonly VmapLevel[];
  private readonly leaves: Tensor[] = [];
  /** Does the program's own graph, or that of a derivative further out, lead to an input? */
  private differentiated = false;

  constructor(rt: Runtime) {
    this.rt = rt;
    this.vmaps = rt.transforms.filter((t) => t.kind === "vmap" && t.tangents !== true) as VmapLevel[];
    this.level = enter(rt, { kind: "grad" }) as GradLevel;
  }

  leave(): void {
    leave(this.rt);
  }

  /** An input of this level in place of a tensor. */
  fresh(t: Tensor): Tensor {
    const whole = stripped(t, this.vmaps);
    let leaf: Tensor;
    if (whole.requiresGrad) {
      this.differentiated = true;
      leaf = view(whole, whole.shape);
    } else {
      leaf = detach(whole);
      leaf.leafRequiresGrad = true;
      moveAlong(whole, leaf);
    }
    leaf.label = physicalOf(t).label;
    this.leaves.push(leaf);
    const input = restored(leaf, this.vmaps);
    this.inputs.push(input);
    return input;
  }

  /** Vector-Jacobian products, one for each input, zeros where nothing flows. An upstream gradient of null is 1. */
  gradient(outputs: readonly Tensor[], upstream: readonly (Tensor | null)[], graph = false): Tensor[] {
    const whole = outputs.map((o) => (physicalOf(o).requiresGrad ? stripped(o, this.vmaps) : o));
    const used = whole.flatMap((o, i) => (o.requiresGrad ? [i] : []));
    if (used.length === 0) return this.inputs.map(zeros);
    const roots = used.map((i) => whole[i]);
    const seeds = used.map((i) => {
      const g = upstream[i];
      return g === null ? whole[i].rt.full(whole[i].shape, 1, whole[i].dtype) : stripped(g, this.vmaps);
    });
    const createGraph =
      graph || seeds.some((g) => physicalOf(g).requiresGrad) || roots.some((o) => this.isDifferentiated(o));
    const options = { gradOutputs: seeds, retainGraph: true, createGraph, allowUnused: true };
    const gradients = grad(roots, this.leaves, options);
    return gradients.map((g, i) => (g === null ? zeros(this.inputs[i]) : restored(g, this.vmaps)));
  }

  /** The Jacobian of an output, [...output, ...input] for each input: one backward pass for up to `chunk` rows at once. */
  jacobian(output: Tensor, chunk: number | null): Tensor[] {
    const { rt } = this;
    const rows = output.numel;
    const basis = rt.quietly(() => view(eye(rt, rows, null, output.dtype), [rows, ...output.shape]));
    const blocks = chunks(rows, chunk).map(([from, count]) => {
      const level = enterVmap(rt, count, "error");
      try {
        const part = rt.quietly(() => narrow(basis, 0, from, count));
        const seed = new BatchedTensor(part, 0, level);
        return this.gradient([output], [seed]).map((g) => removeBatchDim(g, level, 0));
      } finally {
        leave(rt);
      }
    });
    return this.inputs.map((x, i) => {
      const whole = blocks.length === 1 ? blocks[0][i] : cat(blocks.map((b) => b[i]));
      return view(whole, [...output.shape, ...x.shape]);
    });
  }

  /** Jv: the gradient of uᵀJv with respect to u. */
  push(outputs: readonly Tensor[], tangents: readonly Tensor[]): Tensor[] {
    const probes = new Differentiation(this.rt);
    let pushed: Tensor[];
    try {
      const u = outputs.map((o) => probes.fresh(zeros(o)));
      const back = this.gradient(outputs, u, true);
      pushed = probes.gradient(back, tangents);
    } finally {
      probes.leave();
    }
    return pushed.map((t) => this.done(t, probes.leaves));
  }

  /** A result: cut from the graph where nothing outside needs it. Leaves in `own` are no more outside than the inputs are. */
  done(t: Tensor, own: readonly Tensor[] = []): Tensor {
    return physicalOf(t).requiresGrad && !this.isDifferentiated(physicalOf(t), own) ? detach(t) : t;
  }

  private isDifferentiated(t: Tensor, own: readonly Tensor[] = []): boolean {
    const others = this.rt.transforms.some((level) => level.kind === "grad" && level !== this.level);
    return this.differentiated || others || reachesOthers(t, new Set([...this.leaves, ...own]));
  }
}

const zeros = (t: Tensor): Tensor => t.rt.full(t.shape, 0, t.dtype);

function chunks(count: number, size: number | null): [from: number, count: number][] {
  const step = size ?? Math.max(count, 1);
  return Array.from({ length: Math.max(Math.ceil(count / step), 1) }, (_, i) => [
    i * step,
    Math.min(step, count - i * step),
  ]);
}

/** Does the graph of `t` lead to a leaf that is none of `own`? */
function reachesOthers(t: Tensor, own: ReadonlySet<Tensor>): boolean {
  if (t.gradFn === null) return !own.has(t);
  const seen = new Set<GradNode>();
  const stack = [t.gradFn];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node instanceof AccumulateGrad && !own.has(node.variable)) return true;
    for (const edge of node.edges) if (edge !== null) stack.push(edge.node);
  }
  return false;
}
