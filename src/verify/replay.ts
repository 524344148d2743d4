import { complex128, DTYPES, type DType, type DTypeName, float64, isFloating } from "../engine/dtype.ts";
import { overwrite } from "../engine/op.ts";
import type { Runtime } from "../engine/runtime.ts";
import { isContiguous } from "../engine/shape.ts";
import type { Tensor } from "../engine/tensor.ts";
import { type Call, type CallTable, HOLE } from "../trace/calls.ts";
import type { BackwardBegin } from "../trace/events.ts";
import type { GraphEdge } from "../trace/graph-model.ts";
import { forEachPosition } from "../trace/statistics.ts";
import type { Trace } from "../trace/trace.ts";
import type { TraceReader } from "../trace/trace-reader.ts";
import { agreement } from "./tolerance.ts";

/** The function cannot be evaluated again: the message says why, as a sentence. */
export class ReplayError extends Error {}

/** One evaluation: the scalar that was differentiated, and what every operator on the way (and the leaf) gave. */
export interface Evaluation {
  readonly value: number;
  readonly outputs: ReadonlyMap<number, readonly Tensor[]>;
}

/** An operator between the leaf and the roots, and where its inputs come from. */
export interface Step {
  readonly node: number;
  readonly call: Call;
  readonly inputs: readonly Input[];
  /** For a view changed in place: its base before. */
  readonly base: Input | null;
}

/** An output of a step, the leaf itself, or a recorded value that stays as it was. */
type Input =
  | { readonly from: "step"; readonly node: number; readonly output: number }
  | { readonly from: "leaf"; readonly value: number }
  | { readonly from: "value"; readonly value: number };

/**
 * The function from one leaf to the roots of one backward pass, as the run computed it, evaluated again in float64 with other
 * numbers in the leaf. Only what gradients flow through is computed anew: everything else (data, masks of dropout, what was
 * detached) keeps the values that the trace holds.
 */
export class Replay {
  readonly leaf: number;
  private readonly rt: Runtime;
  private readonly reader: TraceReader;
  private readonly calls: CallTable;
  private readonly seed: BackwardBegin;
  readonly steps: readonly Step[];
  private readonly onPath: ReadonlySet<number>;
  private readonly constants = new Map<number, Tensor>();
  /** What the roots are weighted with: their seed gradients. */
  private readonly weights: readonly Tensor[];

  /** Errors: `ReplayError` when an operator on the way was not recorded, or a value it needs was dropped. */
  constructor(rt: Runtime, reader: TraceReader, calls: CallTable, leaf: number, seed: BackwardBegin) {
    this.rt = rt;
    this.reader = reader;
    this.calls = calls;
    this.leaf = leaf;
    this.seed = seed;
    const order = this.path();
    this.onPath = new Set(order);
    this.steps = order.map((node) => this.step(node));
    this.weights = seed.roots.map((root) => this.constant(root.seed));
  }

  /** Numbers computed by one evaluation. */
  get work(): number {
    const { trace } = this.reader;
    let numbers = 0;
    for (const { node } of this.steps)
      for (const value of trace.outputsOf(node)) numbers += trace.values.shape(value).reduce((n, s) => n * s, 1);
    return numbers;
  }

  /** The weighted sum of the roots with `change` added to element `index` (row-major) of the leaf. */
  evaluate(index = 0, change = 0): Evaluation {
    const outputs = new Map<number, readonly Tensor[]>();
    const leaves = new Map<number, Tensor>();
    const read = (input: Input): Tensor => {
      if (input.from === "value") return this.constant(input.value);
      if (input.from === "step") {
        const made = outputs.get(input.node)?.[input.output];
        if (made === undefined) throw new ReplayError("An operator gave fewer results than it did in the run.");
        return made;
      }
      let moved = leaves.get(input.value);
      if (moved === undefined) {
        moved = copyOf(this.constant(input.value));
        moved.data[index] += change;
        leaves.set(input.value, moved);
        outputs.set(this.leaf, [moved]);
      }
      return moved;
    };
    for (const step of this.steps) outputs.set(step.node, this.run(step, read));
    let value = 0;
    this.seed.roots.forEach((root, i) => {
      const input = this.inputOf(root.node, root.output, root.value);
      // A root that does not depend on the leaf adds nothing to the derivative.
      if (input.from === "value") return;
      const numbers = read(input).toArray();
      const weights = this.weights[i].toArray();
      numbers.forEach((x, k) => {
        value += x * weights[k];
      });
    });
    return { value, outputs };
  }

  /** Errors: `ReplayError` when the evaluation with the run's own numbers gives something else than the run. */
  checkAgainstRun({ outputs }: Evaluation): void {
    const { trace } = this.reader;
    for (const { node } of this.steps) {
      const recorded = trace.outputsOf(node);
      outputs.get(node)?.forEach((t, k) => {
        if (recorded[k] === undefined || !trace.values.isFull(recorded[k])) return;
        const before = this.constant(recorded[k]);
        if (!agreement(before.toArray(), t.toArray(), trace.values.dtype(recorded[k])))
          throw new ReplayError(
            `${nameOf(trace, node)} gives something else when it is evaluated again: it draws random numbers, or what it depends on has changed.`,
          );
      });
    }
  }

  private run({ node, call, inputs, base }: Step, read: (input: Input) => Tensor): readonly Tensor[] {
    const tensors = inputs.map(read);
    const changed = base === null || call.region === null ? null : copyOf(read(base));
    if (changed !== null && call.region !== null)
      tensors[0] = changed.alias(call.region.shape, call.region.strides, call.region.offset);
    let next = 0;
    const fill = (x: unknown): unknown => (x === HOLE ? tensors[next++] : inDoublePrecision(x));
    const args = call.args.map((a) => (Array.isArray(a) ? a.map(fill) : fill(a)));
    let result: Tensor | Tensor[];
    try {
      result = call.def.forward(...args);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ReplayError(`${nameOf(this.reader.trace, node)} could not be evaluated again: ${reason}`);
    }
    const results = Array.isArray(result) ? result : [result];
    if (changed === null) return results;
    overwrite(tensors[0], results[0], call.def.name);
    return [tensors[0], changed];
  }

  /** The operators between leaf and roots in an order in which they can run. */
  private path(): number[] {
    const { trace } = this.reader;
    const reaches = new Map<number, boolean>([[this.leaf, true]]);
    const order: number[] = [];
    const flowing = (node: number): GraphEdge[] =>
      trace.inEdges(node).flatMap((id) => (trace.edges.gradInput.get(id) >= 0 ? [trace.edge(id)] : []));
    const stack = this.seed.roots.map(({ node }) => ({ node, edges: null as GraphEdge[] | null }));
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      if (top.edges === null && reaches.has(top.node)) {
        stack.pop();
        continue;
      }
      top.edges ??= flowing(top.node);
      const unseen = top.edges.find(({ from }) => !reaches.has(from));
      if (unseen !== undefined) {
        stack.push({ node: unseen.from, edges: null });
        continue;
      }
      stack.pop();
      if (reaches.has(top.node)) continue;
      const on = top.edges.some(({ from }) => reaches.get(from));
      reaches.set(top.node, on);
      if (on) order.push(top.node);
    }
    return order;
  }

  private step(node: number): Step {
    const { trace } = this.reader;
    const call = this.calls.of(node);
    if (call === undefined) throw new ReplayError(`How ${nameOf(trace, node)} was called is not recorded.`);
    const born = trace.nodes.born.get(node);
    const source = (id: number): Input => {
      const { from, output } = trace.edge(id);
      const flows = trace.edges.gradInput.get(id) >= 0;
      if (flows && this.onPath.has(from)) return { from: "step", node: from, output };
      const value = this.valueAt(from, output, born);
      return flows && from === this.leaf ? { from: "leaf", value } : { from: "value", value };
    };
    const edges = trace.inEdges(node);
    const count = countHoles(call);
    const inputs = edges.slice(0, count).map(source);
    if (inputs.length < count) throw new ReplayError(`What ${nameOf(trace, node)} was called with is not recorded.`);
    if (call.region === null) return { node, call, inputs, base: null };
    const base = edges[count];
    if (base === undefined || !isContiguous(baseShape(trace, node), call.region.baseStrides))
      throw new ReplayError(`${nameOf(trace, node)} changed a view whose base cannot be rebuilt.`);
    return { node, call, inputs, base: source(base) };
  }

  private valueAt(node: number, output: number, seq: number): number {
    const { trace, leaves } = this.reader;
    const value = trace.kindOf(node) === "op" ? trace.outputsOf(node)[output] : leaves.valueAt(node, seq);
    if (value === undefined || value === null)
      throw new ReplayError(`The value of ${nameOf(trace, node)} is not recorded.`);
    return value;
  }

  private inputOf(node: number, output: number, value: number): Input {
    if (node === this.leaf) return { from: "leaf", value };
    return this.onPath.has(node) ? { from: "step", node, output } : { from: "value", value };
  }

  /** A recorded value, in double precision where it is not integer. Errors: it was dropped. */
  private constant(value: number): Tensor {
    let t = this.constants.get(value);
    if (t === undefined) {
      t = this.load(value);
      this.constants.set(value, t);
    }
    return t;
  }

  private load(value: number): Tensor {
    const { values } = this.reader.trace;
    const numbers = values.strided(value);
    if (numbers === null)
      throw new ReplayError(
        "A value that it needs was dropped to stay within the memory for values: run it again with fewer steps.",
      );
    const t = this.rt.empty(numbers.shape, doublePrecision(DTYPES[values.dtype(value) as DTypeName]));
    const { slots } = numbers;
    forEachPosition(numbers, (at, k) => {
      for (let s = 0; s < slots; s++) t.data[k * slots + s] = numbers.data[at * slots + s];
    });
    return t;
  }
}

const doublePrecision = (dtype: DType): DType =>
  isFloating(dtype) ? float64 : dtype.kind === "complex" ? complex128 : dtype;

/** Conversions to a floating type are conversions to float64 here. */
function inDoublePrecision(x: unknown): unknown {
  if (typeof x !== "object" || x === null || !("name" in x)) return x;
  const dtype = DTYPES[x.name as DTypeName];
  return dtype === x ? doublePrecision(dtype) : x;
}

function copyOf(t: Tensor): Tensor {
  return t.rt.from(t.toArray(), t.shape, t.dtype);
}

function countHoles({ args }: Call): number {
  let holes = 0;
  for (const a of args) for (const x of Array.isArray(a) ? a : [a]) if (x === HOLE) holes++;
  return holes;
}

const baseShape = (trace: Trace, node: number): readonly number[] =>
  trace.values.shape(trace.outputsOf(node).at(-1) ?? 0);

/** What a person calls a node: its variable, else its operator. */
export function nameOf(trace: Trace, node: number): string {
  return trace.names.get(node)?.[0] ?? (trace.opOf(node) || `node ${node}`);
}
