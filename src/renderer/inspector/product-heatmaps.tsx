/** Upstream and contribution of a tensor as heatmaps, side by side with the number under the pointer. */
import { useState } from "preact/hooks";
import type { ValueSummary } from "../../trace/query.ts";
import { cellText, Heatmap, useTile } from "./heatmap.tsx";

interface Props {
  upstream: ValueSummary | undefined;
  contribution: ValueSummary | undefined;
}

export function ProductHeatmaps({ upstream, contribution }: Props) {
  const a = useTile(upstream);
  const b = useTile(contribution);
  const [cell, setCell] = useState<string>("");
  if (!a && !b) return null;
  return (
    <div>
      {a && (
        <figure>
          <figcaption class="note">upstream</figcaption>
          <Heatmap
            tile={a}
            label="Upstream gradient as a heatmap"
            hover={(at) => setCell(at ? `upstream ${cellText(a, at.row, at.column)}` : "")}
          />
        </figure>
      )}
      {b && (
        <figure>
          <figcaption class="note">contribution</figcaption>
          <Heatmap
            tile={b}
            label="Contribution as a heatmap"
            hover={(at) => setCell(at ? `contribution ${cellText(b, at.row, at.column)}` : "")}
          />
        </figure>
      )}
      <p class="note mono">{cell || "\u00a0"}</p>
    </div>
  );
}
