import type { GradNode } from "../engine/autograd/node.ts";
import type { BackwardOptions } from "../engine/observer.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { NewEvent } from "./event-log.ts";
import type { BackwardSkip } from "./events.ts";
import { GradientSums } from "./gradient-sums.ts";
import type { Recording } from "./recording.ts";
import { NODE_BITS } from "./trace.ts";

type SkipReason = BackwardSkip["reason"];

/** What a person calls the reason for which no gradient flows on, strongest first. */
const REASON_ORDER: readonly SkipReason[] = ["detach", "no_grad", "integer", "requires_grad=False", "unused"];
/** Nodes looked at for a reason. */
const MAX_LOOKED_AT = 128;

/** Records backward passes. */
export class BackwardRecorder {
  private readonly r: Recording;
  private readonly sums = new GradientSums();
  /** Node that ran last in a pass that failed, with the message. */
  private failed: { message: string; node: number | null } | null = null;
  /** Edge of the contribution announced last. */
  private lastEdge = -1;

  constructor(recording: Recording) {
    this.r = recording;
  }

  began(roots: readonly Tensor[], seeds: readonly (Tensor | null)[], options: BackwardOptions): void {
    const { trace, values, scenes } = this.r;
    const { location: loc, visit } = roots[0]?.rt ?? this.r;
    const nodes = roots.map((t) => this.r.sourceOf(t));
    const scene = scenes.joining(nodes);
    const pass = trace.passes++;
    const seq = trace.eventCount;
    this.sums.begin(pass);
    const told = roots.map((t, i) => {
      const value = values.record(t, true, seq);
      const seedTensor = seeds[i] ?? null;
      if (options.createGraph && seedTensor !== null && this.r.graph.makerOf(seedTensor) < 0)
        this.r.nameTensor(seedTensor, "grad_output", loc);
      const seed = seedTensor === null ? value : values.record(seedTensor, seedTensor.requiresGrad, seq);
      this.sums.set(nodes[i], t.outputNr, seed);
      return { node: nodes[i], output: t.outputNr, value, seed };
    });
    const { retainGraph, createGraph, accumulate } = options;
    this.r.passes.push({ pass, scene, loc, createGraph, entered: -1, upstream: null, visited: new Map() });
    this.r.appendExecuted(
      { kind: "bwd.seed", loc, scene, pass, roots: told, retainGraph, createGraph, accumulate },
      "backward",
      visit,
    );
  }

  entered(fn: GradNode, upstream: readonly (Tensor | null)[]): void {
    const { trace, graph, pass } = this.r;
    if (pass === null) return;
    const node = this.r.nodeOfGradNode(fn);
    const seq = trace.eventCount;
    pass.entered = node;
    const values: (number | null)[] = [];
    pass.upstream = null;
    for (const t of upstream) {
      const value = t === null ? null : this.r.values.record(t, t.requiresGrad, seq);
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
    this.r.appendVisiting(enter, node, pass);
    const first = trace.nodes.firstEdge.get(node);
    const end = first + trace.nodes.edgeCount.get(node);
    const base = trace.hasBit(node, NODE_BITS.inplace) ? graph.baseInput(node) : -1;
    for (let edge = first; edge < end; edge++) {
      // A changed view hands its gradient to its base: nothing stops there.
      if (trace.edges.gradInput.get(edge) >= 0 || (edge === first && base >= 0)) continue;
      const reason = this.reasonOf(trace.edges.from.get(edge), trace.edges.output.get(edge));
      const input = trace.edges.input.get(edge);
      this.r.append({ kind: "bwd.skip", loc, scene, pass: pass.pass, node, input, edge, reason }, "backward");
    }
  }

  contributed(
    fn: GradNode,
    inputIndex: number,
    contribution: Tensor | null,
    next: GradNode | null,
    nextOutput: number,
  ): void {
    const { trace, graph, pass } = this.r;
    if (pass === null || next === null) return;
    const node = this.r.nodeOfGradNode(fn);
    const scene = trace.scene(pass.scene);
    const loc = trace.nodes.loc.get(node);
    let edge = graph.gradEdge(node, inputIndex);
    if (edge < 0) {
      const from = this.r.nodeOfGradNode(next);
      edge = graph.addEdge(from, nextOutput, node, inputIndex, `input${inputIndex}`, inputIndex);
    }
    const common = { loc, scene, pass: pass.pass, node, input: trace.edges.input.get(edge), edge };
    if (contribution === null) {
      this.r.append({ kind: "bwd.skip", ...common, reason: "unused" }, "backward");
      return;
    }
    const value = this.r.values.record(contribution, contribution.requiresGrad, trace.eventCount);
    this.lastEdge = edge;
    this.r.append({ kind: "bwd.edge", ...common, upstream: pass.upstream, contribution: value }, "backward");
  }

  received(fn: GradNode, output: number, received: number, expected: number, sum: Tensor): void {
    const { trace, pass } = this.r;
    if (pass === null) return;
    const node = this.r.nodeOfGradNode(fn);
    const value = this.r.values.record(sum, sum.requiresGrad, trace.eventCount);
    const before = this.sums.set(node, output, value);
    const receivedBefore = this.sums.receive(node, received);
    const edge = this.lastEdge >= 0 && trace.edges.from.get(this.lastEdge) === node ? this.lastEdge : null;
    const place = edge === null ? node : trace.edges.to.get(edge);
    this.r.append(
      {
        kind: "bwd.accumulate",
        loc: trace.nodes.loc.get(place),
        scene: trace.scene(pass.scene),
        pass: pass.pass,
        node,
        output,
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

  released(fn: GradNode, bytes: number, kept: boolean): void {
    const { trace, pass } = this.r;
    if (pass === null || bytes === 0) return;
    const node = this.r.nodeOfGradNode(fn);
    const before = this.r.savedState(node);
    this.r.setSaved(node, kept ? "kept" : "freed");
    const loc = trace.nodes.loc.get(node);
    const scene = trace.scene(pass.scene);
    this.r.append({ kind: "saved.release", loc, scene, pass: pass.pass, node, bytes, kept, before }, "backward");
  }

  ended(error: string | null): void {
    const pass = this.r.passes.pop();
    if (pass === undefined) return;
    const { trace } = this.r;
    this.sums.end();
    this.failed = error === null ? null : { message: error, node: pass.entered < 0 ? null : pass.entered };
    const failedAt = error === null || pass.entered < 0 ? 0 : trace.nodes.loc.get(pass.entered);
    const loc = failedAt === 0 ? pass.loc : failedAt;
    this.r.append({ kind: "bwd.end", loc, scene: trace.scene(pass.scene), pass: pass.pass, error }, "backward");
    if (this.r.passes.length === 0) this.r.scenes.end();
    this.r.account();
  }

  /** The node at which a pass failed with this message, null when none did. */
  failedAt(message: string): number | null {
    return this.failed !== null && message.includes(this.failed.message) ? this.failed.node : null;
  }

  /** Why no gradient reaches a node that data comes from: the strongest of what is found on the way to its origins. */
  private reasonOf(start: number, output: number): SkipReason {
    const { trace } = this.r;
    const seen = new Set([start]);
    const queue = [{ node: start, output }];
    let strongest = REASON_ORDER.length - 1;
    for (let at = 0; at < queue.length && strongest > 0; at++) {
      const { node, output: nr } = queue[at];
      const reason = this.ownReason(node, nr);
      if (reason !== null) {
        strongest = Math.min(strongest, REASON_ORDER.indexOf(reason));
        continue;
      }
      for (const edge of trace.inEdges(node)) {
        const from = trace.edges.from.get(edge);
        if (seen.has(from) || seen.size >= MAX_LOOKED_AT) continue;
        seen.add(from);
        queue.push({ node: from, output: trace.edges.output.get(edge) });
      }
    }
    return REASON_ORDER[strongest];
  }

  /** The reason that lies in a node itself, null when it is to be sought in what it was computed from. */
  private ownReason(node: number, output: number): SkipReason | null {
    const { trace } = this.r;
    const boundary = trace.boundaryOf(node);
    if (boundary === "detach" || boundary === "no_grad") return boundary;
    if (boundary === "inference") return "no_grad";
    const value = trace.outputsOf(node)[output];
    if (boundary === "integer" || (value !== undefined && /int|bool/.test(trace.values.dtype(value)))) return "integer";
    const kind = trace.kindOf(node);
    if (kind !== "op") return kind === "leaf" ? "unused" : "requires_grad=False";
    if (trace.nodes.gradFn.get(node) >= 0) return "unused";
    return trace.hasBit(node, NODE_BITS.derived) ? null : "requires_grad=False";
  }
}
