/** Facts and values of one node at the cursor. */
import type { ComponentChildren } from "preact";
import { nodeName } from "../../graph/describe.ts";
import { formatDtype, formatNumber, formatShape } from "../../graph/format-number.ts";
import type { GraphNode } from "../../trace/graph-model.ts";
import type { ValueSummary } from "../../trace/query.ts";
import { useActions } from "../session/actions-context.ts";
import { useValues } from "../session/use-values.ts";
import type { Shown } from "../state/app-state.ts";
import { useSelect } from "../state/store.ts";
import { Heatmap, useTile } from "./heatmap.tsx";
import { NumberText } from "./number-text.tsx";

export function NodeCard({ shown, id }: { shown: Shown; id: number }) {
  const node = shown.graph.source.nodes.find((one) => one.id === id);
  const output = shown.view.values[id]?.[0];
  const gradient = shown.view.grads[id];
  const stored = shown.view.leafGrads[id];
  const value = useValues([output, gradient?.sum[0], stored]);
  if (!node) return null;
  return (
    <>
      <section class="card" data-testid="node-card">
        <h2>{node.kind === "op" ? "Operator" : node.kind === "leaf" ? "Parameter" : "Data"}</h2>
        <Facts node={node} shown={shown} />
      </section>
      {output !== undefined && <ValueView title={`Value of ${nodeName(node)}`} value={value(output)} as="value" />}
      {gradient && gradient.sum[0] !== undefined && gradient.sum[0] !== null && (
        <ValueView title={`Gradient ∂L/∂${nodeName(node)}`} value={value(gradient.sum[0])} as="gradient" />
      )}
      {stored !== undefined && stored !== null && (
        <ValueView title={`${nodeName(node)}.grad`} value={value(stored)} as="gradient" />
      )}
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
  const { goToNext } = useActions();
  const saved = shown.view.saved[node.id];
  const state = shown.view.grads[node.id];
  const rows: [string, ComponentChildren][] = [
    ["name", node.names.join(", ") || "–"],
    ...(node.op ? ([["operator", node.op]] as [string, string][]) : []),
    ["grad_fn", node.gradFn ?? (node.kind === "op" ? "None" : "None (leaf)")],
    ["type", node.outputs.map(({ shape, dtype }) => `${formatDtype(dtype)} ${formatShape(shape)}`).join(", ")],
  ];
  for (const [key, value] of Object.entries(node.attrs)) rows.push([key, JSON.stringify(value)]);
  if (node.modules.length > 0) rows.push(["module", node.modules.join(" / ")]);
  if (location && location.line > 0) {
    rows.push(["source", `${location.cell === null ? "" : `cell ${location.cell + 1}, `}line ${location.line}`]);
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
      </p>
    </>
  );
}

function ValueView({ title, value, as }: { title: string; value: ValueSummary | undefined; as: "value" | "gradient" }) {
  const tile = useTile(value);
  if (!value) return null;
  const { stats } = value;
  const count = value.shape.reduce((a, b) => a * b, 1);
  return (
    <section class="card">
      <h2>
        {title}
        <span class="grow" />
        <span>{formatShape(value.shape)}</span>
      </h2>
      {count <= 3 || !value.text || value.text.length > 400 ? (
        <NumberText value={value} as={as} />
      ) : (
        <pre class="table-scroll">{value.text}</pre>
      )}
      {tile && count > 3 && <Heatmap tile={tile} label={`${title} as a heatmap`} />}
      {!value.full && <p class="note">Only statistics were kept: the value budget was reached.</p>}
      {stats && count > 3 && (
        <>
          <div class="histogram" role="img" aria-label={`Histogram of ${title}`}>
            {bars(stats.histogram).map((height, i) => (
              // bins are told apart by their place
              <i key={i} style={{ height: `${height}%` }} />
            ))}
          </div>
          <dl class="facts">
            {(["min", "max", "mean", "std", "norm"] as const).map((key) => [
              <dt key={key}>{key}</dt>,
              <dd key={`${key}-text`} class="mono">
                {stats[key] === null ? "–" : formatNumber(stats[key])}
              </dd>,
            ])}
            {stats.nan > 0 && [<dt key="nan">NaN</dt>, <dd key="nan-text">{stats.nan}</dd>]}
            {stats.inf > 0 && [<dt key="inf">infinite</dt>, <dd key="inf-text">{stats.inf}</dd>]}
          </dl>
        </>
      )}
    </section>
  );
}

function bars(histogram: readonly number[]): number[] {
  const peak = Math.max(1, ...histogram);
  return histogram.map((n) => (100 * n) / peak);
}
