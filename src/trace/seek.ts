import type { LeafHistory } from "./leaf-history.ts";
import { advance, cloneState, emptyState, type ReduceTables, type ReplayState, retreat, toView } from "./reduce.ts";
import type { SceneIndex } from "./scene-index.ts";
import { NODE_BITS, type Trace } from "./trace.ts";
import type { ViewData } from "./view-state.ts";

/** Fewest events between two states that are kept. */
const SPACING = 256;
/** A state costs about as much to copy as four times fewer events to apply: larger ones are kept further apart. */
const ENTRIES_PER_EVENT = 4;
/** States kept, and their entries altogether (an entry takes some 50 bytes). */
const MAX_STATES = 64;
const MAX_ENTRIES = 2_000_000;

function reduceTables(trace: Trace): ReduceTables {
  return {
    event: (seq) => trace.event(seq),
    phaseOfEvent: (seq) => trace.phaseOfEvent(seq),
    inEdges: (node) => trace.inEdges(node),
    edgeFrom: (edge) => trace.edges.from.get(edge),
    saves: (node) => trace.hasBit(node, NODE_BITS.saves),
    isLeaf: (node) => trace.kindOf(node) === "leaf",
  };
}

/** Moves over a trace: a state is walked from the nearest one at hand, forwards or backwards, and leaves copies on its way. */
export class Seeker {
  private readonly trace: Trace;
  private readonly scenes: SceneIndex;
  private readonly leaves: LeafHistory;
  readonly tables: ReduceTables;
  /** States of any scene, the one used last at the end. */
  private states: ReplayState[] = [];
  private merges = 0;
  /** Events applied or taken back so far, for tests. */
  work = 0;

  constructor(trace: Trace, scenes: SceneIndex, leaves: LeafHistory) {
    this.trace = trace;
    this.scenes = scenes;
    this.leaves = leaves;
    this.tables = reduceTables(trace);
  }

  /** The scene shown at a cursor. */
  sceneAt(cursor: number): number {
    if (this.trace.eventCount === 0) return 0;
    return this.trace.sceneOfEvent(Math.max(0, Math.min(cursor, this.trace.eventCount - 1)));
  }

  /** State after event `cursor` (-1 = before the first), for the scene of that event. */
  viewAt(cursor: number): ViewData {
    return toView(this.stateAt(cursor), this.tables);
  }

  /** State of a scene just before its first event: what leaves and given data held by then. */
  start(scene: number): ReplayState {
    const before = this.scenes.firstSeq(scene) - 1;
    const state = emptyState(scene, before);
    for (const node of this.scenes.order(scene)) {
      if (this.trace.kindOf(node) === "op") {
        if (this.trace.sceneOfNode(node) !== scene && this.trace.nodes.born.get(node) <= before)
          state.values.set(node, this.trace.outputsOf(node));
        continue;
      }
      const value = this.leaves.valueAt(node, before);
      if (value !== null) state.values.set(node, [value]);
      const grad = this.leaves.gradAt(node, before);
      if (grad !== null) state.leafGrads.set(node, grad);
    }
    return state;
  }

  /** Do not change the answer: it is the seeker's own, and good until the next question. */
  stateAt(cursor: number): ReplayState {
    const at = Math.max(-1, Math.min(Math.floor(cursor), this.trace.eventCount - 1));
    const scene = this.sceneAt(at);
    if (this.merges !== this.trace.merges) {
      this.merges = this.trace.merges;
      this.states = [];
    }
    const first = this.scenes.firstSeq(scene);
    if (this.trace.eventCount === 0 || at < first) {
      const state = this.start(scene);
      state.cursor = at;
      return state;
    }
    const state = this.nearest(scene, first, at);
    while (state.cursor < at) {
      if (this.isLonely(state)) this.keep(cloneState(state));
      advance(state, this.trace.event(state.cursor + 1), this.tables);
      this.work++;
    }
    while (state.cursor > at) {
      if (this.isLonely(state)) this.keep(cloneState(state));
      retreat(state, this.trace.event(state.cursor), this.tables);
      this.work++;
    }
    this.keep(state);
    return state;
  }

  /** Takes out the state of a scene from which `at` is reached with least work; else one at the scene's start. */
  private nearest(scene: number, first: number, at: number): ReplayState {
    let best = -1;
    let distance = at - first + 1;
    this.states.forEach((state, i) => {
      const away = Math.abs(state.cursor - at);
      if (state.scene !== scene || state.cursor < first || away >= distance) return;
      best = i;
      distance = away;
    });
    return best < 0 ? this.start(scene) : (this.states.splice(best, 1)[0] as ReplayState);
  }

  /** Is there no other state of the scene near, and does a copy pay? */
  private isLonely(state: ReplayState): boolean {
    // Asked at every event: the exact question only now and then.
    if (state.cursor % SPACING !== 0) return false;
    const spacing = Math.max(SPACING, sizeOf(state) / ENTRIES_PER_EVENT);
    return this.states.every(
      (other) => other.scene !== state.scene || Math.abs(other.cursor - state.cursor) >= spacing,
    );
  }

  private keep(state: ReplayState): void {
    this.states.push(state);
    let entries = this.states.reduce((sum, one) => sum + sizeOf(one), 0);
    while (this.states.length > 1 && (this.states.length > MAX_STATES || entries > MAX_ENTRIES)) {
      const oldest = this.states.shift();
      entries -= oldest === undefined ? 0 : sizeOf(oldest);
    }
  }
}

function sizeOf(state: ReplayState): number {
  let entries = state.values.size + state.leafGrads.size + state.saved.size;
  for (const p of state.passes.values()) entries += p.grads.size + p.flows.size + p.skips.length + p.entered.length;
  return entries;
}
