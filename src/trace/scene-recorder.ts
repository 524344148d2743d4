import type { Tensor } from "../engine/tensor.ts";
import { Int32List } from "./growable.ts";
import type { Trace } from "./trace.ts";

/** Whose picture a data operator is part of. */
const CLAIM = { none: 0, open: 1, claimed: 2, shared: 3 } as const;

/** What of an operator decides its scene. */
export interface Placement {
  inputs: readonly Tensor[];
  /** Graph nodes of its inputs. */
  sources: readonly number[];
  /** Scene of the backward pass that runs it, -1 outside of passes. */
  passScene: number;
  /** It has a backward node. */
  differentiable: boolean;
  /** It belongs to what comes after a backward pass: updates, looking at results. */
  aftermath: boolean;
}

/**
 * Divides a run into scenes: connected pieces that are looked at together, usually one iteration each. A scene begins with the first
 * operator after a backward pass or an optimiser's step, and grows by what is computed from it. Operators on plain data are placed
 * by who uses them: with the one scene that does, or apart when several do (a data set prepared once), so that all iterations of a
 * loop have equal graphs.
 */
export class SceneRecorder {
  private readonly trace: Trace;
  /** Scene that operators without differentiable inputs belong to; -1 before the first. */
  private current = -1;
  /** The next forward operator starts a new scene. */
  private ended = false;
  /** Nothing but data operators is in the current scene so far. */
  private dataOnly = false;
  /** By scene: how a data operator's own scene is claimed. */
  private readonly claims = new Int32List();
  /** Scenes of single events that came before the operators of the scene they belong to. */
  private waiting: number[] = [];

  constructor(trace: Trace) {
    this.trace = trace;
  }

  /** Scene that new tensors are noted under; 0 before there is any. */
  get present(): number {
    return Math.max(0, this.current);
  }
  /** A backward pass or an optimiser's step is over. */
  end(): void {
    this.ended = true;
  }
  get isEnded(): boolean {
    return this.ended;
  }

  /** Scene of an operator: that of the differentiable results it uses (several are merged); else the current one or a new one. */
  place(p: Placement): number {
    const { trace } = this;
    let scene = p.passScene < 0 ? -1 : trace.scene(p.passScene);
    for (let i = 0; i < p.sources.length; i++) {
      const s = p.sources[i];
      if (trace.kindOf(s) !== "op" || trace.nodes.gradFn.get(s) < 0 || p.inputs[i].leafRequiresGrad) continue;
      const other = trace.sceneOfNode(s);
      scene = scene < 0 ? other : this.merge(scene, other);
    }
    if (scene < 0) {
      if (!p.differentiable && !p.aftermath) return this.placeData();
      if (this.current < 0 || (this.ended && !p.aftermath) || (this.dataOnly && p.differentiable)) this.begin(false);
      scene = trace.scene(this.current);
    }
    for (const s of p.sources) this.claim(s, scene);
    return scene;
  }

  /** Scene of an event that is no operator. */
  forEvent(): number {
    if (this.current < 0) this.begin(false);
    if (!this.dataOnly || this.ended) return this.trace.scene(this.current);
    const own = this.add(this.current);
    this.waiting.push(own);
    return own;
  }

  /** The one scene that nodes belong to, merged when there are several; the current one when none is an operator. */
  joining(nodes: readonly number[]): number {
    const { trace } = this;
    let scene = -1;
    for (const n of nodes)
      if (n >= 0 && trace.kindOf(n) === "op")
        scene = scene < 0 ? trace.sceneOfNode(n) : this.merge(scene, trace.sceneOfNode(n));
    return scene < 0 ? this.forEvent() : scene;
  }

  /** Makes two scenes one; returns it. */
  private merge(a: number, b: number): number {
    const { trace } = this;
    const first = Math.min(trace.scene(a), trace.scene(b));
    const second = Math.max(trace.scene(a), trace.scene(b));
    if (first !== second) {
      trace.sceneParent.set(second, first);
      trace.merges++;
    }
    return first;
  }

  private begin(dataOnly: boolean): void {
    this.current = this.add(this.trace.sceneParent.length);
    this.ended = false;
    this.dataOnly = dataOnly;
    if (dataOnly) return;
    for (const scene of this.waiting) this.own(scene, this.current);
    this.waiting = [];
  }

  private add(parent: number): number {
    const scene = this.trace.sceneParent.length;
    this.trace.sceneParent.push(parent);
    this.trace.sceneOwner.push(-1);
    return scene;
  }

  /** A scene of its own for a data operator; unless it is claimed, it is part of the current one. */
  private placeData(): number {
    if (this.current < 0 || this.ended) this.begin(true);
    const own = this.add(this.trace.scene(this.current));
    this.claims.set(own, CLAIM.open);
    return own;
  }

  /** A scene uses what a node computed: if that is data, it becomes part of the scene, or of none when another one uses it too. */
  private claim(node: number, scene: number): void {
    const { trace } = this;
    if (this.claims.get(trace.nodes.scene.get(node)) === CLAIM.none) return;
    const todo = [{ node, scene }];
    for (let one = todo.pop(); one !== undefined; one = todo.pop()) {
      if (trace.kindOf(one.node) !== "op") continue;
      const own = trace.nodes.scene.get(one.node);
      const state = this.claims.get(own);
      if (state === CLAIM.open) {
        this.claims.set(own, CLAIM.claimed);
        this.own(own, one.scene);
      } else if (state === CLAIM.claimed && trace.scene(own) !== trace.scene(one.scene)) {
        this.claims.set(own, CLAIM.shared);
        this.own(own, -1);
      } else continue;
      // What it was computed from goes the same way.
      const to = trace.scene(own);
      for (const edge of trace.inEdges(one.node)) todo.push({ node: trace.edges.from.get(edge), scene: to });
    }
  }

  private own(scene: number, owner: number): void {
    this.trace.sceneOwner.set(scene, owner);
    // Whoever has sorted events by scene must do so again.
    if (scene < this.trace.scenesSeen) this.trace.merges++;
  }
}
