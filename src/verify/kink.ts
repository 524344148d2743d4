import type { Tensor } from "../engine/tensor.ts";
import type { Trace } from "../trace/trace.ts";
import type { Evaluation, Replay } from "./replay.ts";

/** At a corner an output turns by this part of what its inputs moved. */
const CORNER = 0.1;

/** The first operator that has a corner between the evaluations before, at and after a number; null when none stands out. */
export function kinkOperator(
  trace: Trace,
  replay: Replay,
  [before, here, after]: readonly [Evaluation, Evaluation, Evaluation],
): string | null {
  const numbers = ({ outputs }: Evaluation, node: number): number[] =>
    (outputs.get(node) ?? []).flatMap((t: Tensor) => t.toArray());
  const moved = (node: number): number => {
    const low = numbers(before, node);
    return numbers(after, node).reduce((most, x, i) => Math.max(most, Math.abs(x - low[i])), 0);
  };
  for (const { node, inputs } of replay.steps) {
    let most = 0;
    for (const input of inputs)
      if (input.from !== "value") most = Math.max(most, moved(input.from === "step" ? input.node : replay.leaf));
    const low = numbers(before, node);
    const middle = numbers(here, node);
    const high = numbers(after, node);
    const turns = middle.some((x, i) => {
      const rounding = 64 * Number.EPSILON * Math.abs(x);
      return Math.abs(high[i] - 2 * x + low[i]) > CORNER * most + rounding;
    });
    if (turns) return trace.opOf(node);
  }
  return null;
}
