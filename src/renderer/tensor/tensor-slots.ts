/** What the viewer shows of one node at the cursor: its value, the gradient of this pass, the stored `.grad`. Pure. */
import type { TraceEvent } from "../../trace/events.ts";
import type { ViewState } from "../../trace/view-state.ts";

export type SlotKey = "value" | "gradient" | "stored";

export interface TensorSlot {
  key: SlotKey;
  id: number | null;
  /** What it was before the current step; null: None; undefined: the step did not change it. */
  before: number | null | undefined;
}

/** Slots that hold something now or did before this step, in reading order. */
export function slotsOf(view: ViewState, event: TraceEvent | null, node: number, output: number): TensorSlot[] {
  const now: Record<SlotKey, number | null | undefined> = {
    value: view.values.get(node)?.[output],
    gradient: view.grads.get(node)?.sum[output],
    stored: view.leafGrads.get(node),
  };
  const slots: TensorSlot[] = [];
  for (const key of ["value", "gradient", "stored"] as const) {
    const id = now[key] ?? null;
    const before = event ? beforeOf[key](event, node, output) : undefined;
    if (id !== null || (before !== undefined && before !== null)) slots.push({ key, id, before });
  }
  return slots;
}

const beforeOf: Record<SlotKey, (event: TraceEvent, node: number, output: number) => number | null | undefined> = {
  value(event, node, output) {
    if (event.kind === "opt.step") return event.updates.find((one) => one.node === node)?.before;
    if (event.kind !== "fwd.op") return undefined;
    if (event.node === node && output === 0 && event.before !== null) return event.before;
    return event.tensors?.find((one) => one.node === node)?.before ?? undefined;
  },
  gradient: (event, node, output) =>
    event.kind === "bwd.accumulate" && event.node === node && event.output === output ? event.before : undefined,
  stored: (event, node) =>
    (event.kind === "leaf.accumulate" || event.kind === "grad.zero") && event.node === node ? event.before : undefined,
};
