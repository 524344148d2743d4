import type { LeafHistory } from "./leaf-history.ts";
import { advance, cloneState, emptyState, type ReduceTables, type ReplayState, retreat, toView } from "./reduce.ts";
import type { SceneIndex } from "./scene-index.ts";
import { NODE_BITS, type Trace } from "./trace.ts";
import type { ViewState } from "./view-state.ts";

/** Events between two checkpoints. */
export const CHECKPOINT_EVERY = 256;
/** Checkpoints kept; the ones not used for longest go. */
const MAX_CHECKPOINTS = 64;

export function reduceTables(trace: Trace): ReduceTables {
  return {
    event: (seq) => trace.event(seq),
    phaseOfEvent: (seq) => trace.phaseOfEvent(seq),
    inEdges: (node) => trace.inEdges(node),
    edgeFrom: (edge) => trace.edges.from.get(edge),
    saves: (node) => trace.hasBit(node, NODE_BITS.saves),
    isLeaf: (node) => trace.kindOf(node) === "leaf",
  };
}

/** Moves over a trace: the state after any event, from the nearest of where it stands, a checkpoint, and the scene's start. */
export class Seeker {
  private readonly trace: Trace;
  private readonly scenes: SceneIndex;
  private readonly leaves: LeafHistory;
  readonly tables: ReduceTables;
  private current: ReplayState | null = null;
  private checkpoints = new Map<number, ReplayState>();
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
  viewAt(cursor: number): ViewState {
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

  /** Do not change the answer: it is the seeker's own. */
  stateAt(cursor: number): ReplayState {
    const at = Math.max(-1, Math.min(Math.floor(cursor), this.trace.eventCount - 1));
    const scene = this.sceneAt(at);
    if (this.merges !== this.trace.merges) {
      this.merges = this.trace.merges;
      this.current = null;
      this.checkpoints = new Map();
    }
    const first = this.scenes.firstSeq(scene);
    if (this.trace.eventCount === 0 || at < first) {
      this.current = this.start(scene);
      this.current.cursor = at;
      return this.current;
    }
    // Candidates: the state at hand, and the last checkpoint before `at`.
    let state =
      this.current !== null && this.current.scene === scene && this.current.cursor >= first ? this.current : null;
    const here = state === null ? Infinity : Math.abs(state.cursor - at);
    let mark = first + Math.floor((at - first) / CHECKPOINT_EVERY) * CHECKPOINT_EVERY;
    while (mark > first && !this.checkpoints.has(mark)) mark -= CHECKPOINT_EVERY;
    if (state === null || here > at - mark + 1) {
      const kept = this.checkpoints.get(mark);
      if (kept !== undefined) {
        this.checkpoints.delete(mark);
        this.checkpoints.set(mark, kept);
      }
      state = kept !== undefined && kept.scene === scene ? cloneState(kept) : this.start(scene);
    }
    while (state.cursor < at) {
      advance(state, this.trace.event(state.cursor + 1), this.tables);
      this.work++;
      this.keep(state, first);
    }
    while (state.cursor > at) {
      retreat(state, this.trace.event(state.cursor), this.tables);
      this.work++;
    }
    this.current = state;
    return state;
  }

  private keep(state: ReplayState, first: number): void {
    const { cursor } = state;
    if ((cursor - first) % CHECKPOINT_EVERY !== 0 || cursor === first || this.checkpoints.has(cursor)) return;
    this.checkpoints.set(cursor, cloneState(state));
    if (this.checkpoints.size > MAX_CHECKPOINTS) {
      const oldest = this.checkpoints.keys().next();
      if (!oldest.done) this.checkpoints.delete(oldest.value);
    }
  }
}
