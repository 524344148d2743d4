import { Int32List } from "./growable.ts";
import type { Trace } from "./trace.ts";

/** Changes of one thing over time: event numbers, and value + 1 (0 = None). */
interface History {
  seqs: Int32List;
  values: Int32List;
}

/** What leaves held at any moment: their values and their `.grad`. Grows with the trace. */
export class LeafHistory {
  private readonly trace: Trace;
  private done = 0;
  private readonly values = new Map<number, History>();
  private readonly grads = new Map<number, History>();

  constructor(trace: Trace) {
    this.trace = trace;
  }

  /** Value of a leaf or data node after event `seq`; null when not known yet. */
  valueAt(node: number, seq: number): number | null {
    return this.at(this.values, node, seq);
  }
  /** `.grad` of a leaf after event `seq`. */
  gradAt(node: number, seq: number): number | null {
    return this.at(this.grads, node, seq);
  }
  /** Every change of a leaf's value: event and value. */
  valuesOf(node: number): { seq: number; value: number }[] {
    return this.all(this.values, node).flatMap((c) => (c.value === null ? [] : [{ seq: c.seq, value: c.value }]));
  }

  private all(map: Map<number, History>, node: number): { seq: number; value: number | null }[] {
    this.update();
    const history = map.get(node);
    if (history === undefined) return [];
    return Array.from(history.seqs.view(), (seq, i) => ({
      seq,
      value: history.values.get(i) - 1 >= 0 ? history.values.get(i) - 1 : null,
    }));
  }

  private at(map: Map<number, History>, node: number, seq: number): number | null {
    this.update();
    const history = map.get(node);
    if (history === undefined) return null;
    const seqs = history.seqs.view();
    let low = 0;
    let high = seqs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (seqs[middle] <= seq) low = middle + 1;
      else high = middle;
    }
    const value = low === 0 ? -1 : history.values.get(low - 1) - 1;
    return value < 0 ? null : value;
  }

  private update(): void {
    const { trace } = this;
    for (; this.done < trace.eventCount; this.done++) {
      const seq = this.done;
      const kind = trace.events.kind(seq);
      if (kind !== "fwd.op" && kind !== "leaf.accumulate" && kind !== "grad.zero" && kind !== "opt.step") continue;
      const event = trace.events.read(seq);
      if (event.kind === "fwd.op") for (const t of event.tensors ?? []) push(this.values, t.node, seq, t.after);
      else if (event.kind === "opt.step") for (const u of event.updates) push(this.values, u.node, seq, u.after);
      else if (event.kind === "leaf.accumulate" || event.kind === "grad.zero")
        push(this.grads, event.node, seq, event.after);
    }
  }
}

function push(map: Map<number, History>, node: number, seq: number, value: number | null): void {
  let history = map.get(node);
  if (history === undefined) {
    history = { seqs: new Int32List(4), values: new Int32List(4) };
    map.set(node, history);
  }
  history.seqs.push(seq);
  history.values.push(value === null ? 0 : value + 1);
}
