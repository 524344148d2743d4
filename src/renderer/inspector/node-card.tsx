/** One node at the cursor: its tensor, then facts about it. */

import type { ComponentChildren } from "preact";
import { formatDtype, formatShape } from "../../graph/format-number.ts";
import type { GraphNode } from "../../trace/graph-model.ts";
import { placeName } from "../../trace/place-name.ts";
import { useActions } from "../session/actions-context.ts";
import type { Shown } from "../state/app-state.ts";
import { useSelect } from "../state/store.ts";
import { TensorViewer } from "../tensor/tensor-viewer.tsx";

export function NodeCard({ shown, id }: { shown: Shown; id: number }) {
  const node = shown.lookup.node(id);
  if (!node) return null;
  return (
    <>
      <TensorViewer shown={shown} node={node} />
      <section class="card" data-testid="node-card">
        <h2>{node.kind === "op" ? "Operator" : node.kind === "leaf" ? "Parameter" : "Data"}</h2>
        <Facts node={node} shown={shown} />
      </section>
    </>
  );
}

const savedWords = { held: "held for backward", kept: "kept (retain_graph)", freed: "freed" } as const;
const boundaryWords: Record<NonNullable<GraphNode["boundary"]>, string> = {
  no_grad: "computed under no_grad: no gradient passes",
  detach: "detached: no gradient passes",
  integer: "integer: no gradient passes",
  inference: "inference mode: no gradient passes",
};

function Facts({ node, shown }: { node: GraphNode; shown: Shown }) {
  const location = useSelect((state) => state.run.summary?.locations[node.loc]);
  const { goToNext, verify } = useActions();
  const saved = shown.view.saved.get(node.id);
  const state = shown.view.grads.get(node.id);
  const rows: [string, ComponentChildren][] = [
    ["name", node.names.join(", ") || "–"],
    ...(node.op ? ([["operator", node.op]] as [string, string][]) : []),
    ["grad_fn", node.gradFn ?? (node.kind === "op" ? "None" : "None (leaf)")],
    ["type", node.outputs.map(({ shape, dtype }) => `${formatDtype(dtype)} ${formatShape(shape)}`).join(", ")],
  ];
  for (const [key, value] of Object.entries(node.attrs)) rows.push([key, JSON.stringify(value)]);
  const calls = shown.lookup.callsAround(node);
  if (calls.length > 0) rows.push([node.kind === "op" ? "part of" : "made in", calls.join(" / ")]);
  if (location && location.line > 0) {
    rows.push(["source", placeName(location)]);
  }
  if (saved) rows.push(["saved tensors", savedWords[saved]]);
  if (state) rows.push(["received", `${state.received} of ${state.expected}, ${state.state}`]);
  if (node.boundary) rows.push(["boundary", boundaryWords[node.boundary]]);
  if (node.inplace) rows.push(["in place", "changes its input"]);
  return (
    <>
      <dl class="facts">
        {rows.map(([term, text]) => [<dt key={term}>{term}</dt>, <dd key={`${term}-text`}>{text}</dd>])}
      </dl>
      <p class="note">
        <button type="button" class="link" onClick={() => goToNext({ by: "node", node: node.id }, -1)}>
          previous event here
        </button>
        {" · "}
        <button type="button" class="link" onClick={() => goToNext({ by: "node", node: node.id }, 1)}>
          next event here
        </button>
        {node.kind === "leaf" && (
          <>
            {" · "}
            <button type="button" class="link" data-testid="verify" onClick={() => void verify(node.id)}>
              verify its gradient
            </button>
          </>
        )}
      </p>
    </>
  );
}
