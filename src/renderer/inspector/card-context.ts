/** What the gradient card and the sentences look up: the scene shown, the values at hand, the formula of one node. */
import { describeContext } from "../../graph/describe.ts";
import type { CardContext } from "../../graph/gradient-card.ts";
import type { OperatorFormula } from "../../trace/graph-model.ts";
import type { ValueSummary } from "../../trace/query.ts";
import type { Shown } from "../state/app-state.ts";

export function cardContext(
  shown: Shown,
  value: (id: number) => ValueSummary | undefined,
  formula: OperatorFormula | null,
): CardContext {
  return {
    ...describeContext(shown.lookup, value, shown.view),
    inputs: shown.lookup.inputs,
    formula: () => formula ?? undefined,
    forward: (node, output) => shown.view.values.get(node)?.[output],
  };
}

/** Value ids of a node's operands at this cursor. */
export function operandValues(shown: Shown, node: number): number[] {
  return shown.lookup.inputs(node).flatMap((edge) => shown.view.values.get(edge.from)?.[edge.output] ?? []);
}
