import { check, runtimeError, sizes } from "../errors.ts";
import { isMeta } from "../meta.ts";
import type { Runtime } from "../runtime.ts";
import { canBroadcastTo, sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { physicalOf } from "../transforms/batched-tensor.ts";
import { AccumulateGrad } from "./accumulate-grad.ts";
import type { GradMath } from "./grad-math.ts";
import type { Edge, GradNode } from "./node.ts";
import { ReadyQueue } from "./ready-queue.ts";

export interface BackwardCall {
  roots: readonly Edge[];
  rootTensors: readonly Tensor[];
  /** Upstream gradients of the roots; never null here (implicit ones are made by the caller). */
  seeds: readonly (Tensor | null)[];
  retainGraph: boolean;
  createGraph: boolean;
  /** Edges whose gradients are wanted (autograd.grad, backward(inputs=…)); null = run everything and accumulate. */
  inputs: readonly Edge[] | null;
  /** True: gradients of `inputs` are accumulated in leaves instead of returned. */
  accumulate: boolean;
}

/** What one node waits for during a pass. */
interface Waiting {
  /** Edges that lead to it. */
  expected: number;
  /** Of these, how many have been followed. */
  arrived: number;
  /** Sum of the gradients of each output; null until one arrives. */
  sums: (Tensor | null)[] | null;
}

/**
 * Runs a backward pass: nodes whose gradients are complete run, the one created last first. Returns the gradients of
 * `inputs` in order (null where none arrived). Source of the order: torch/csrc/autograd/engine.cpp (behaviour only).
 */
export function runBackward(rt: Runtime, call: BackwardCall): (Tensor | null)[] {
  const { math } = rt;
  const meta = call.seeds.some((seed) => seed !== null && isMeta(seed));
  const observer = rt.muted === 0 && !meta ? rt.observer : null;
  const waiting = countDependencies(call.roots);
  const wanted = call.inputs === null ? null : wantedNodes(waiting.keys(), call.inputs, call.accumulate);
  const captured: (Tensor | null)[] = (call.inputs ?? []).map(() => null);
  const queue = new ReadyQueue();
  observer?.backwardBegan(call.rootTensors, call.seeds.map(whole), {
    retainGraph: call.retainGraph,
    createGraph: call.createGraph,
    accumulate: call.accumulate,
  });
  const gradBefore = rt.gradEnabled;
  rt.gradEnabled = call.createGraph;
  rt.inBackward++;
  if (!call.createGraph) rt.muted++;
  let failure: string | null = null;

  const receive = (w: Waiting, node: GradNode, output: number, grad: Tensor | null): void => {
    if (grad === null) return;
    w.sums ??= nothing(node);
    const before = w.sums[output];
    w.sums[output] = before === null || before === undefined ? grad : math.add(before, grad);
  };

  try {
    for (const [i, { node, output }] of call.roots.entries())
      receive(waiting.get(node) as Waiting, node, output, call.seeds[i]);
    for (const node of new Set(call.roots.map((r) => r.node))) if (waiting.get(node)?.expected === 0) queue.push(node);

    for (let node = queue.pop(); node !== null; node = queue.pop()) {
      const own = waiting.get(node) as Waiting;
      const run = wanted === null || wanted.has(node);
      let upstream = own.sums ?? nothing(node);
      let kept: readonly RetainedGradient[] = [];
      own.sums = null;
      if (run || call.inputs?.some((edge) => edge.node === node)) {
        upstream = runTensorHooks(node, upstream);
        if (node.retained !== null) kept = retainGradients(node.retained, upstream, math);
      }
      call.inputs?.forEach((edge, i) => {
        if (edge.node === node && !call.accumulate) captured[i] = upstream[edge.output];
      });
      let grads: (Tensor | null)[] = [];
      if (run) observer?.nodeEntered(node, upstream.map(whole));
      for (const { tensor, before, delta, after } of kept) observer?.leafAccumulated(tensor, before, delta, after);
      if (run) {
        try {
          grads = meta ? rt.on("meta", () => evaluate(rt, node, upstream, math)) : evaluate(rt, node, upstream, math);
        } catch (error) {
          if (rt.anomalyMode) rt.warn("UserWarning", anomalyText(node));
          throw error;
        }
      }
      if (run && !call.retainGraph) {
        const bytes = node.release();
        observer?.savedReleased(node, bytes, false);
      } else if (run) observer?.savedReleased(node, node.savedBytes(), true);
      for (let i = 0; i < node.edges.length; i++) {
        const edge = node.edges[i];
        const grad = grads[i] ?? null;
        const w = edge === null ? undefined : waiting.get(edge.node);
        if (edge === null || w === undefined) {
          if (run) observer?.contributionMade(node, i, null, null, 0);
          continue;
        }
        if (run) observer?.contributionMade(node, i, whole(grad), edge.node, edge.output);
        receive(w, edge.node, edge.output, grad);
        w.arrived++;
        const sum = w.sums?.[edge.output];
        if (run && grad !== null && sum)
          observer?.contributionReceived(edge.node, edge.output, w.arrived, w.expected, physicalOf(sum));
        if (w.arrived === w.expected) queue.push(edge.node);
      }
    }
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
    throw error;
  } finally {
    if (!call.createGraph) rt.muted--;
    rt.inBackward--;
    rt.gradEnabled = gradBefore;
    observer?.backwardEnded(failure);
  }
  return captured;
}

/** What the observer sees of a gradient under vmap: those of all samples. */
const whole = (g: Tensor | null): Tensor | null => (g === null ? null : physicalOf(g));

/** No gradient for any output. */
function nothing(node: GradNode): (Tensor | null)[] {
  const out: (Tensor | null)[] = [];
  for (let i = 0; i < node.outputs.length; i++) out.push(null);
  return out;
}

/** How many edges lead to each node reachable from the roots. */
function countDependencies(roots: readonly Edge[]): Map<GradNode, Waiting> {
  const waiting = new Map<GradNode, Waiting>();
  const stack: GradNode[] = [];
  for (const { node } of roots)
    if (!waiting.has(node)) {
      waiting.set(node, { expected: 0, arrived: 0, sums: null });
      stack.push(node);
    }
  for (let node = stack.pop(); node !== undefined; node = stack.pop())
    for (const edge of node.edges) {
      if (edge === null) continue;
      const w = waiting.get(edge.node);
      if (w === undefined) {
        waiting.set(edge.node, { expected: 1, arrived: 0, sums: null });
        stack.push(edge.node);
      } else w.expected++;
    }
  return waiting;
}

/** Nodes that must run so that gradients reach `inputs`: proper ancestors, and the nodes of `inputs` themselves when accumulating. */
function wantedNodes(nodes: Iterable<GradNode>, inputs: readonly Edge[], accumulate: boolean): Set<GradNode> {
  const users = new Map<GradNode, GradNode[]>();
  for (const node of nodes)
    for (const edge of node.edges) {
      if (edge === null) continue;
      const list = users.get(edge.node);
      if (list === undefined) users.set(edge.node, [node]);
      else list.push(node);
    }
  const wanted = new Set<GradNode>();
  const stack: GradNode[] = [];
  for (const { node } of inputs) {
    if (accumulate) wanted.add(node);
    stack.push(node);
  }
  for (let node = stack.pop(); node !== undefined; node = stack.pop())
    for (const user of users.get(node) ?? [])
      if (!wanted.has(user)) {
        wanted.add(user);
        stack.push(user);
      }
  return wanted;
}

function runTensorHooks(node: GradNode, upstream: (Tensor | null)[]): (Tensor | null)[] {
  if (node.tensorHooks === null) return upstream;
  const out = [...upstream];
  for (const { output, hook } of [...node.tensorHooks.values()]) {
    const g = out[output];
    if (g !== null && g !== undefined) out[output] = hook(g) ?? g;
  }
  return out;
}

interface RetainedGradient {
  tensor: Tensor;
  before: Tensor | null;
  delta: Tensor;
  after: Tensor;
}

/** retain_grad(): adds the gradients of a node's outputs to the `.grad` of the tensors that keep theirs. */
function retainGradients(
  retained: ReadonlyMap<number, Tensor>,
  upstream: readonly (Tensor | null)[],
  math: GradMath,
): RetainedGradient[] {
  const changes: RetainedGradient[] = [];
  for (const [output, tensor] of retained) {
    const delta = upstream[output] ?? null;
    if (delta === null) continue;
    const before = tensor.grad;
    const after = before === null ? math.clone(delta) : math.add(before, delta);
    tensor.grad = after;
    changes.push({ tensor, before, delta, after });
  }
  return changes;
}

function evaluate(rt: Runtime, node: GradNode, upstream: (Tensor | null)[], math: GradMath): (Tensor | null)[] {
  let inputs = upstream;
  if (node.preHooks !== null) for (const hook of [...node.preHooks.values()]) inputs = hook(inputs) ?? inputs;
  let grads = node.apply(inputs);
  if (!(node instanceof AccumulateGrad)) grads = validate(node, grads, math);
  if (rt.anomalyMode && rt.anomalyCheckNan)
    grads.forEach((g, i) => {
      if (g !== null && math.hasNan(g))
        throw runtimeError(`Function '${node.name}' returned nan values in its ${i}th output.`);
    });
  if (node.postHooks !== null) for (const hook of [...node.postHooks.values()]) grads = hook(grads, inputs) ?? grads;
  return grads;
}

/** What anomaly mode says of a node that failed. */
function anomalyText(node: GradNode): string {
  const origin =
    node.traceback === null
      ? "No forward pass information available. Enable detect anomaly during forward pass for more information."
      : `Traceback of forward call that caused the error:\n${node.traceback}`;
  return `Error detected in ${node.name}. ${origin} (Triggered internally at ../torch/csrc/autograd/python_anomaly_mode.cpp:111.)`;
}

/** Fits each gradient to the input it belongs to: sums what was broadcast, converts the dtype. */
function validate(node: GradNode, grads: (Tensor | null)[], math: GradMath): (Tensor | null)[] {
  check(
    grads.length >= node.edges.length,
    () =>
      `Function ${node.name} returned an invalid number of gradients - expected ${node.edges.length}, but got ${grads.length}`,
  );
  for (let i = 0; i < node.edges.length; i++) {
    const edge = node.edges[i];
    let g = grads[i];
    if (g === null || g === undefined) continue;
    if (edge === null) {
      grads[i] = null;
      continue;
    }
    const meta = edge.node.outputs[edge.output];
    if (!sameShape(g.shape, meta.shape)) {
      const shown = g.shape;
      check(
        canBroadcastTo(meta.shape, g.shape),
        () =>
          `Function ${node.name} returned an invalid gradient at index ${i} - got ${sizes(shown)} but expected shape compatible with ${sizes(meta.shape)}`,
      );
      g = math.sumTo(g, meta.shape);
    }
    if (g.dtype !== meta.dtype) g = math.cast(g, meta.dtype);
    grads[i] = g;
  }
  return grads;
}
