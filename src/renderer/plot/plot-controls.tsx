/** What the strip shows: the series, its number at the cursor (or under the pointer), the scale, and the fold. */
import { nodeName } from "../../graph/describe.ts";
import { formatNumber } from "../../graph/format-number.ts";
import { lossSeries, type PlotSeries, type Shown } from "../state/app-state.ts";
import { useSelect, useStore } from "../state/store.ts";
import { elementIndex, elementText, type Point } from "./plot-model.ts";

interface Props {
  series: PlotSeries;
  /** The point to print. */
  point: Point | null;
  /** "iteration 3". */
  title: string;
  canBeLog: boolean;
}

export function PlotControls({ series, point, title, canBeLog }: Props) {
  const store = useStore();
  const shown = useSelect((state) => state.shown);
  const selected = useSelect((state) => state.selection.node);
  const { plotOpen, plotLog } = useSelect((state) => state.prefs);
  const options = optionsOf(shown, selected, series);
  const shape = series.what === "element" ? shapeOf(shown, series.node) : null;
  return (
    <div class="plot-controls" data-testid="plot-controls">
      {plotOpen && (
        <>
          <output class="plot-number" data-testid="plot-number">
            {point ? (
              <>
                {title} <b>{formatNumber(point.value)}</b>
              </>
            ) : (
              "no point yet"
            )}
          </output>
          {series.what === "element" && shape && shape.length > 0 && (
            <input
              class="plot-index"
              aria-label="Element to plot"
              title="Indices of the element"
              value={elementText(series.index, shape)}
              onChange={(event) => {
                const index = elementIndex(event.currentTarget.value, shape);
                if (index === null) event.currentTarget.value = elementText(series.index, shape);
                else store.dispatch("plot/chosen", { series: { ...series, index } });
              }}
            />
          )}
          <select
            class="plot-select"
            aria-label="Plotted over iterations"
            data-testid="plot-series"
            value={keyOf(series)}
            onChange={(event) => {
              const chosen = options.find((one) => keyOf(one) === event.currentTarget.value);
              if (chosen) store.dispatch("plot/chosen", { series: chosen });
            }}
          >
            {options.map((one) => (
              <option key={keyOf(one)} value={keyOf(one)}>
                {titleOf(one)}
              </option>
            ))}
          </select>
          <button
            type="button"
            class="plot-toggle"
            aria-pressed={plotLog && canBeLog}
            disabled={!canBeLog}
            title={canBeLog ? "Logarithmic scale" : "A logarithmic scale needs positive numbers"}
            onClick={() => store.dispatch("prefs/changed", { prefs: { plotLog: !plotLog } })}
          >
            log
          </button>
        </>
      )}
      <button
        type="button"
        class="plot-toggle"
        aria-expanded={plotOpen}
        title={plotOpen ? "Fold the plot" : "Plot over iterations"}
        data-testid="plot-fold"
        onClick={() => store.dispatch("prefs/changed", { prefs: { plotOpen: !plotOpen } })}
      >
        {plotOpen ? "hide plot" : "show plot"}
      </button>
    </div>
  );
}

/** Element series of one node are one choice: which element, the field beside it says. */
function keyOf(series: PlotSeries): string {
  return series.what === "loss" ? "loss" : `${series.what} ${series.node}`;
}

export function titleOf(series: PlotSeries): string {
  switch (series.what) {
    case "loss":
      return "loss";
    case "gradNorm":
      return `‖∂L/∂${series.label}‖`;
    case "element":
      return `element of ${series.label}`;
  }
}

const mostLeaves = 60;

/** The loss, the gradient norm of each leaf in the picture, an element of what is selected, and what is chosen already. */
function optionsOf(shown: Shown | null, selected: number | null, chosen: PlotSeries): PlotSeries[] {
  const nodes = shown?.graph.source.nodes ?? [];
  const options: PlotSeries[] = [lossSeries];
  const node = nodes.find(({ id }) => id === selected);
  if (node && node.kind === "op") options.push({ what: "gradNorm", node: node.id, label: nodeName(node) });
  for (const leaf of nodes.filter(({ kind }) => kind === "leaf").slice(0, mostLeaves)) {
    options.push({ what: "gradNorm", node: leaf.id, label: nodeName(leaf) });
  }
  if (node) options.push({ what: "element", node: node.id, index: 0, label: nodeName(node) });
  const at = options.findIndex((one) => keyOf(one) === keyOf(chosen));
  if (at < 0) options.push(chosen);
  else options[at] = chosen;
  return options;
}

function shapeOf(shown: Shown | null, node: number): number[] | null {
  return shown?.lookup.node(node)?.outputs[0]?.shape ?? null;
}
