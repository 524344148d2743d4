/** What a cell printed and drew, below its code. */
import { ConsoleTexts } from "../panel/console-text.tsx";
import type { AppState, ConsoleEntry } from "../state/app-state.ts";

/** Output of the cell or section with this index, without the console's own headings. */
export function outputOf(console: AppState["console"], index: number): ConsoleEntry[] {
  return console.filter((entry) => entry.cell === index && entry.stream !== "info");
}

export function CellOutput({ entries }: { entries: readonly ConsoleEntry[] }) {
  return (
    <pre class="cell-output">
      <ConsoleTexts entries={entries} />
    </pre>
  );
}
