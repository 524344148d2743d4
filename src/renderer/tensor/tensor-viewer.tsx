/**
 * The tensor of one node at the cursor: its value, the gradient of this pass and the stored `.grad` side by side, as table, heatmap or
 * histogram over any two dimensions; before and after of the step that changed it. Large tensors are asked for in tiles.
 */
import { useState } from "preact/hooks";
import { nodeName } from "../../graph/describe.ts";
import { elementCount, formatBytes, formatDtype, formatShape } from "../../graph/format-number.ts";
import type { GraphNode } from "../../trace/graph-model.ts";
import type { Tile, TileRequest, ValueSummary } from "../../trace/query.ts";
import { type CellPlace, mostCells } from "../inspector/heatmap.tsx";
import { useActions } from "../session/actions-context.ts";
import { useValues } from "../session/use-values.ts";
import type { Shown } from "../state/app-state.ts";
import { SlotPane } from "./slot-pane.tsx";
import { TensorReadout } from "./tensor-readout.tsx";
import { slotsOf, type TensorSlot } from "./tensor-slots.ts";
import { TensorStats } from "./tensor-stats.tsx";
import { defaultWindow, difference, fitWindow, type WindowChoice, windowTile } from "./tensor-window.ts";
import { useTiles } from "./use-tiles.ts";
import { WindowControls } from "./window-controls.tsx";

export type Mode = "table" | "heatmap" | "image";
type When = "after" | "before" | "change";

/** One slot with what is shown of it. */
export interface ReadySlot {
  slot: TensorSlot;
  title: string;
  /** The value shown (before or after), undefined: None, or not here yet. */
  value: ValueSummary | undefined;
  /** Cells to draw; null while they are on their way, or when only statistics were kept. */
  tile: Tile | null;
  request: TileRequest | null;
  /** Cells are after − before. */
  isChange: boolean;
}

/** More than this and a table is no longer read but scrolled. */
const tableLimits = { rows: 24, columns: 16 };
const heatmapLimits = { rows: mostCells, columns: mostCells };
const tableCells = 48;

export function TensorViewer({ shown, node }: { shown: Shown; node: GraphNode }) {
  const [outputChoice, setOutput] = useState(0);
  const [modeChoice, setMode] = useState<Mode | null>(null);
  const [whenChoice, setWhen] = useState<When>("after");
  const [windowChoice, setWindow] = useState<WindowChoice | null>(null);
  const [cell, setCell] = useState<CellPlace | null>(null);
  const [pinned, setPinned] = useState<CellPlace | null>(null);
  const output = Math.min(outputChoice, Math.max(0, node.outputs.length - 1));
  const slots = slotsOf(shown.view, shown.event, node.id, output);
  const value = useValues(slots.flatMap(({ id, before }) => [id, before]));
  const changed = slots.some(({ before }) => before !== undefined);
  const when = changed ? whenChoice : "after";
  const first = slots.map(({ id, before }) => value(id) ?? value(before)).find((one) => one !== undefined);
  const shape = first?.shape ?? [];
  const count = elementCount(shape);
  const image = isImage(shape);
  const mode = modeChoice && (modeChoice !== "image" || image) ? modeChoice : count <= tableCells ? "table" : "heatmap";
  const fitted = fitWindow(windowChoice, shape);
  const choice = mode === "image" ? { ...defaultWindow(shape), at: fitted.at } : fitted;
  const limits = mode === "table" ? tableLimits : heatmapLimits;
  const requestOf = (id: number | null | undefined) => {
    const one = value(id);
    if (!one?.full || elementCount(one.shape) < 2) return null;
    return windowTile(one.id, one.shape, fitWindow(choice, one.shape), limits);
  };
  const requests = slots.flatMap(({ id, before }) => [requestOf(id), requestOf(before)]);
  const tiles = useTiles(requests);
  if (!first) return null;
  const ready = slots.map((slot, i): ReadySlot => {
    const now = { value: value(slot.id), tile: tiles[2 * i] ?? null, request: requests[2 * i] };
    const was = { value: value(slot.before), tile: tiles[2 * i + 1] ?? null, request: requests[2 * i + 1] };
    const old = when === "before" && slot.before !== undefined;
    const isChange = when === "change" && slot.before !== undefined && slot.before !== null && slot.id !== null;
    const side = old ? was : now;
    return {
      slot,
      title: titles[slot.key](nodeName(node)),
      value: side.value,
      tile: isChange ? difference(now.tile, was.tile) : side.tile,
      request: side.request ?? null,
      isChange,
    };
  });
  const request = requests.find((one) => one !== null) ?? null;
  const inside = (place: CellPlace | null): CellPlace | null =>
    place && request && place.row < request.rows && place.column < request.columns ? place : null;
  const lit = inside(cell) ?? inside(pinned);
  return (
    <section class="card tensor" data-testid="tensor">
      <h2>
        Tensor {nodeName(node)}
        <span class="grow" />
        <span class="mono">{formatShape(shape)}</span>
      </h2>
      <Layout value={first} shown={shown} node={node} />
      {node.outputs.length > 1 && (
        <label class="tensor-field">
          output{" "}
          <select value={output} onChange={(event) => setOutput(Number(event.currentTarget.value))}>
            {node.outputs.map((one, i) => (
              // outputs are told apart by their place
              <option key={i} value={i}>
                {i}: {formatShape(one.shape)}
              </option>
            ))}
          </select>
        </label>
      )}
      <div class="tensor-bar">
        {count > 1 && (
          <Choice
            label="Shown as"
            options={image ? ["table", "heatmap", "image"] : ["table", "heatmap"]}
            value={mode}
            choose={setMode}
          />
        )}
        {changed && (
          <Choice label="Side of this step" options={["before", "after", "change"]} value={when} choose={setWhen} />
        )}
      </div>
      {count > 1 && (
        <WindowControls shape={shape} choice={choice} request={request} choose={setWindow} image={mode === "image"} />
      )}
      <div class="tensor-slots" data-stacked={mode === "table" && (request?.columns ?? 0) > 2}>
        {ready.map((one) => (
          <SlotPane
            key={one.slot.key}
            slot={one}
            of={ready.length}
            mode={mode}
            lit={lit}
            hover={setCell}
            pick={setPinned}
          />
        ))}
      </div>
      {count > 1 && request && mode !== "image" && (
        <TensorReadout node={node} slots={ready} request={request} shape={shape} at={lit} />
      )}
      {count > 1 && <TensorStats slots={ready} />}
    </section>
  );
}

const titles: Record<TensorSlot["key"], (name: string) => string> = {
  value: () => "value",
  gradient: (name) => `∂L/∂${name}`,
  stored: () => ".grad",
};

/** Strides and storage in a line; which other tensors of the picture see the same memory. */
function Layout({ value, shown, node }: { value: ValueSummary; shown: Shown; node: GraphNode }) {
  const client = useActions().client();
  const sharing = shown.graph.source.nodes.filter(
    ({ id }) =>
      id !== node.id && shown.view.values.get(id)?.some((other) => client?.value(other)?.storage === value.storage),
  );
  const parts = [
    formatDtype(value.dtype),
    ...(value.shape.length > 0 ? [`strides (${value.strides.join(", ")})`] : []),
    formatBytes(elementCount(value.shape) * bytesOf(value.dtype)),
    `storage ${value.storage}`,
    ...(sharing.length > 0 ? [`shared with ${sharing.slice(0, 4).map(nodeName).join(", ")}`] : []),
  ];
  return (
    <p class="tensor-facts" data-testid="tensor-facts">
      {parts.join(" · ")}
    </p>
  );
}

function bytesOf(dtype: string): number {
  if (dtype.endsWith("bool")) return 1;
  const bits = Number(/(\d+)$/.exec(dtype)?.[1] ?? 32);
  return bits / 8;
}

/** Planes of at least 8 × 8: [H, W], [C, H, W] and [N, C, H, W] with 1 or 3 channels. */
function isImage(shape: readonly number[]): boolean {
  const [height = 0, width = 0] = shape.slice(-2);
  if (shape.length < 2 || height < 8 || width < 8) return false;
  return shape.length === 2 || [1, 3].includes(shape[shape.length - 3] ?? 0);
}

interface ChoiceProps<T extends string> {
  label: string;
  options: readonly T[];
  value: T;
  choose: (value: T) => void;
}

function Choice<T extends string>({ label, options, value, choose }: ChoiceProps<T>) {
  return (
    <div class="segmented small" role="radiogroup" aria-label={label}>
      {options.map((one) => (
        // biome-ignore lint/a11y/useSemanticElements: a segmented control, which radio inputs do not look like
        <button key={one} type="button" role="radio" aria-checked={one === value} onClick={() => choose(one)}>
          {one}
        </button>
      ))}
    </div>
  );
}
