/** What colours and widths mean: fixed for the run. */
import type { LegendEntry } from "../../graph/picture.ts";

export function Legend({ entries }: { entries: readonly LegendEntry[] }) {
  if (entries.length === 0) return null;
  return (
    <ul class="legend" aria-label="Legend">
      {entries.map((entry) => (
        <li key={entry.label}>
          <svg width="22" height="10" aria-hidden="true">
            <line
              x1="1"
              x2="21"
              y1="5"
              y2="5"
              stroke={`var(--c-${entry.color.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)})`}
              stroke-width={entry.width}
              stroke-dasharray={entry.hatched ? "3 3" : entry.dash?.join(" ")}
            />
          </svg>
          {entry.label}
        </li>
      ))}
    </ul>
  );
}
