import type { TraceEvent } from "./events.ts";
import { FlagIndex } from "./flags.ts";
import { Int32List } from "./growable.ts";
import { LeafHistory } from "./leaf-history.ts";
import type { Verification } from "./query.ts";
import { SceneIndex } from "./scene-index.ts";
import { Seeker } from "./seek.ts";
import type { Trace } from "./trace.ts";
import type { Formatter } from "./value-store.ts";

/** Compares the gradient of a leaf at a cursor with its numeric derivative. */
export type Verifier = (reader: TraceReader, node: number, cursor: number) => Verification;

/** A trace from a file has the values of a run, but not the calls that made them. */
const unverifiable: Verifier = (_reader, node) => ({
  node,
  status: "impossible",
  text: "A snapshot holds what operators gave, not how to evaluate them again. Run the program to verify its gradients.",
  pass: null,
  elements: [],
  total: 0,
  tolerance: { absolute: 0, relative: 0 },
  notes: [],
});

/** A trace with everything that makes reading it cheap. Serves a growing trace too. */
export class TraceReader {
  readonly trace: Trace;
  readonly scenes: SceneIndex;
  readonly leaves: LeafHistory;
  readonly seeker: Seeker;
  readonly flags = new FlagIndex();
  /** Prints tensors as PyTorch does; null: no text. */
  readonly format: Formatter | null;
  /** Checks gradients; given by whoever may run operators. */
  readonly verifier: Verifier;
  /** Per value: 0 finite, 1 NaN, 2 infinite. */
  private readonly health = new Int32List();

  constructor(trace: Trace, format: Formatter | null = null, verifier: Verifier = unverifiable) {
    this.trace = trace;
    this.format = format;
    this.verifier = verifier;
    this.scenes = new SceneIndex(trace);
    this.leaves = new LeafHistory(trace);
    this.seeker = new Seeker(trace, this.scenes, this.leaves);
  }

  /** Does a value hold NaN, or else infinities? Looked at once. */
  nonFinite(value: number): "nan" | "inf" | null {
    const { values } = this.trace;
    while (this.health.length < values.length) {
      const bad = values.hasNonFinite(this.health.length);
      this.health.push(bad === "nan" ? 1 : bad === "inf" ? 2 : 0);
    }
    return value < 0 ? null : ([null, "nan", "inf"] as const)[this.health.get(value)];
  }

  /** NaN or infinity among the values that an event brings. */
  eventNonFinite(event: TraceEvent): "nan" | "inf" | null {
    let worst: "nan" | "inf" | null = null;
    for (const value of valuesBrought(event)) {
      const bad = this.nonFinite(value);
      if (bad === "nan") return bad;
      worst ??= bad;
    }
    return worst;
  }
}

/** Values that an event brings into the picture. */
function valuesBrought(event: TraceEvent): number[] {
  switch (event.kind) {
    case "fwd.op":
      return [...event.values, ...(event.tensors ?? []).map((t) => t.after)];
    case "bwd.seed":
      return event.roots.map((r) => r.seed);
    case "bwd.edge":
      return [event.contribution];
    case "bwd.accumulate":
      return [event.sum];
    case "leaf.accumulate":
      return [event.after];
    case "grad.zero":
      return event.after === null ? [] : [event.after];
    case "opt.step":
      return event.updates.map((u) => u.after);
    default:
      return [];
  }
}
