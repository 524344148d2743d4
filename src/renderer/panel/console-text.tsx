/** One piece of output: text, or a figure. A figure is shown as an image, where nothing in it can run or load. */
import type { ConsoleEntry } from "../state/app-state.ts";
import { firstShown } from "./console-room.ts";

/** The end of what was printed, with a note when something before it is left out. */
export function ConsoleTexts({ entries }: { entries: readonly ConsoleEntry[] }) {
  const first = firstShown(entries);
  return (
    <>
      {first > 0 && <span class="info">(earlier output is not shown){"\n"}</span>}
      {entries.slice(first).map((entry) => (
        <ConsoleText key={entry.id} entry={entry} />
      ))}
    </>
  );
}

function ConsoleText({ entry }: { entry: ConsoleEntry }) {
  if (entry.mime === "image/svg+xml") {
    return (
      <img class="figure" alt="Figure of the program" src={`data:image/svg+xml,${encodeURIComponent(entry.text)}`} />
    );
  }
  return <span class={entry.stream}>{entry.text}</span>;
}
