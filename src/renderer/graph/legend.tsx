/** What colours and widths mean: fixed for the run. Folded, it shows the signs only, so that it hides no part of the graph. */
import { useState } from "preact/hooks";
import type { LegendEntry } from "../../graph/picture.ts";
import { Icon } from "../ui/icons.tsx";

/** Entries that stay when it is folded: positive, negative, both signs. */
const shownFolded = 3;

export function Legend({ entries }: { entries: readonly LegendEntry[] }) {
  const [open, setOpen] = useState(false);
  if (entries.length === 0) return null;
  const shown = open ? entries : entries.slice(0, shownFolded);
  return (
    <div class={`legend ${open ? "open" : ""}`}>
      <ul aria-label="Legend">
        {shown.map((entry) => (
          <li key={entry.label}>
            <Sample entry={entry} />
            {entry.label}
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="icon-button"
        aria-expanded={open}
        aria-label={open ? "Fold the legend" : "Whole legend"}
        title={open ? "Fold the legend" : "Whole legend"}
        onClick={() => setOpen(!open)}
      >
        <Icon name={open ? "minus" : "plus"} />
      </button>
    </div>
  );
}

function Sample({ entry }: { entry: LegendEntry }) {
  return (
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
  );
}
