/** The element under the pointer (or picked by a click) in every slot, and the way to its plot over iterations. */
import { nodeName } from "../../graph/describe.ts";
import type { GraphNode } from "../../trace/graph-model.ts";
import type { TileRequest } from "../../trace/query.ts";
import type { CellPlace } from "../inspector/heatmap.tsx";
import { useSelect, useStore } from "../state/store.ts";
import { cellWords } from "./cell-words.ts";
import type { ReadySlot } from "./tensor-viewer.tsx";
import { cellIndices, flatIndex } from "./tensor-window.ts";

interface Props {
  node: GraphNode;
  slots: readonly ReadySlot[];
  request: TileRequest;
  shape: readonly number[];
  at: CellPlace | null;
}

export function TensorReadout({ node, slots, request, shape, at }: Props) {
  const store = useStore();
  const repeats = useSelect((state) => (state.run.summary?.passes ?? 0) > 1);
  const indices = at && cellIndices(request, at.row, at.column);
  if (!indices || !at) {
    return (
      <p class="tensor-readout muted">
        Point at a cell; a click keeps it{repeats ? ", to plot it over iterations" : ""}.
      </p>
    );
  }
  return (
    <p class="tensor-readout" data-testid="tensor-readout">
      <b class="mono">[{indices.join(", ")}]</b>
      {slots.map(({ slot, title, tile, value }) =>
        tile && value ? (
          <span key={slot.key}>
            {title} <span class="mono">{cellWords(tile.data[at.row * tile.columns + at.column], value.dtype, 6)}</span>
          </span>
        ) : null,
      )}
      {repeats && (
        <button
          type="button"
          class="link"
          onClick={() =>
            store.dispatch("plot/chosen", {
              series: { what: "element", node: node.id, index: flatIndex(indices, shape), label: nodeName(node) },
            })
          }
        >
          plot
        </button>
      )}
    </p>
  );
}
