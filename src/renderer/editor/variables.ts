/** Which variables of the text hold which tensors at the cursor: a pure function of what is shown and the text. */

import type { SourceLocation } from "../../trace/events.ts";
import type { GraphNode } from "../../trace/graph-model.ts";
import type { ViewState } from "../../trace/view-state.ts";
import type { Shown } from "../state/app-state.ts";

export interface Variable {
  /** Where it was assigned: 1-based; 0 when that is not known. */
  line: number;
  name: string;
  node: GraphNode;
  /** Value ids at the cursor. */
  value: number;
  grad: number | null;
}

/** A plain variable, not "model.0.weight". */
const plainName = /^[A-Za-z_$][\w$]*$/;

/** Variables assigned in one cell up to the cursor, at most one per line and name: the one assigned last. */
export function variablesOf(
  shown: Shown,
  locations: readonly SourceLocation[],
  cell: number,
  assigned: ReadonlyMap<string, number>,
): Variable[] {
  const found = new Map<string, Variable>();
  for (const node of shown.graph.source.nodes) {
    const name = node.names[0];
    const value = shown.view.values.get(node.id)?.[0];
    if (name === undefined || value === undefined || !plainName.test(name)) continue;
    const at = locations[node.loc];
    const line =
      at && at.line > 0
        ? (at.cell ?? 0) === cell && !at.elsewhere
          ? at.line
          : undefined
        : node.kind === "op"
          ? undefined
          : assigned.get(name);
    if (line === undefined) continue;
    found.set(`${line} ${name}`, { line, name, node, value, grad: gradientOf(node, shown.view) });
  }
  return [...found.values()].sort((a, b) => a.line - b.line);
}

/** The tensor a name stands for at the cursor; its gradient may belong to the leaf that an in-place operator changed. */
export function variableNamed(shown: Shown, name: string): Omit<Variable, "line"> | null {
  const named = shown.graph.source.nodes.filter(
    ({ id, names }) => names.includes(name) && shown.view.values.get(id)?.length,
  );
  const node = named[named.length - 1];
  const value = node && shown.view.values.get(node.id)?.[0];
  if (!node || value === undefined) return null;
  const holder = node.inplace ? (named.findLast(({ kind }) => kind === "leaf") ?? node) : node;
  return { name, node, value, grad: gradientOf(holder, shown.view) };
}

function gradientOf(node: GraphNode, view: ViewState): number | null {
  const stored = view.leafGrads.get(node.id);
  if (node.kind === "leaf" || stored !== undefined) return stored ?? null;
  const state = view.grads.get(node.id);
  return state && state.state !== "waiting" && state.state !== "partial" ? (state.sum[0] ?? null) : null;
}

/** `name =`, `a, b =`, `const name: Type =`; not `==`, not a keyword argument on a line of its own. */
const assignment =
  /^\s*(?:(?:let|const|var)\s+)?([A-Za-z_$][\w$]*(?:\s*,\s*[A-Za-z_$][\w$]*)*)\s*(?::[^=]+)?=(?![=>])(?!.*,\s*$)/;

/** First line that assigns each name: tensors which are given carry no place of their own. */
export function assignedLines(source: string): Map<string, number> {
  const lines = new Map<string, number>();
  source.split("\n").forEach((text, i) => {
    for (const name of assignment.exec(text)?.[1]?.split(",") ?? []) {
      if (!lines.has(name.trim())) lines.set(name.trim(), i + 1);
    }
  });
  return lines;
}
