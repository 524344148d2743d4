/** What the gradient card and the sentences look up: the scene shown, the values at hand, the formula of one node. */
import { describeContext } from "../../graph/describe.ts";
import type { CardContext } from "../../graph/gradient-card.ts";
import type { GraphEdge, OperatorFormula, SceneGraph } from "../../trace/graph-model.ts";
import type { ValueSummary } from "../../trace/query.ts";
import type { Shown } from "../state/app-state.ts";

export function cardContext(
  shown: Shown,
  value: (id: number) => ValueSummary | undefined,
  formula: OperatorFormula | null,
): CardContext {
  const scene = shown.graph.source;
  return {
    ...describeContext(scene, value, shown.view.flows),
    inputs: (node) => edgesInto(scene, node),
    formula: () => formula ?? undefined,
    forward: (node, output) => shown.view.values[node]?.[output],
  };
}

export function edgesInto(scene: SceneGraph, node: number): GraphEdge[] {
  return scene.edges.filter((edge) => edge.to === node).sort((a, b) => a.input - b.input);
}

/** Value ids of a node's operands at this cursor. */
export function operandValues(shown: Shown, node: number): number[] {
  return edgesInto(shown.graph.source, node).flatMap((edge) => shown.view.values[edge.from]?.[edge.output] ?? []);
}
