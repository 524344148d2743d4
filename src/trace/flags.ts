import type { TraceSummary } from "./query.ts";
import type { TraceReader } from "./trace-reader.ts";

type Flag = TraceSummary["flags"][number];

/** Special moments of a run; grows with the trace. */
export class FlagIndex {
  private readonly list: Flag[] = [];
  private done = 0;
  private phase = "";
  private scene = -1;
  private seen = new Set<string>();

  /** First NaN and first infinity of each band, and every zeroing, freeing and error. */
  flags(reader: TraceReader): readonly Flag[] {
    const { trace } = reader;
    for (; this.done < trace.eventCount; this.done++) {
      const seq = this.done;
      const event = trace.event(seq);
      const phase = trace.phaseOfEvent(seq);
      if (phase !== this.phase || event.scene !== this.scene) this.seen.clear();
      this.phase = phase;
      this.scene = event.scene;
      if (event.kind === "grad.zero") {
        // One flag for a zero_grad() over many parameters.
        if (seq === 0 || trace.events.kind(seq - 1) !== "grad.zero") this.list.push({ seq, kind: "zero" });
      } else if (event.kind === "error") this.list.push({ seq, kind: "error" });
      else if (event.kind === "bwd.end" && event.error !== null)
        this.list.push({
          seq,
          kind: event.error.includes("backward through the graph a second time") ? "freed" : "error",
        });
      const bad = reader.eventNonFinite(event);
      if (bad === null || this.seen.has(bad)) continue;
      this.seen.add(bad);
      this.list.push({ seq, kind: bad });
    }
    return this.list;
  }
}
