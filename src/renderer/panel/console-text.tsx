/** One piece of output: text, or a figure. A figure is shown as an image, where nothing in it can run or load. */
import type { ConsoleEntry } from "../state/app-state.ts";

/** Characters that are laid out at a time: a program that prints without end must not hold up the window. */
const most = 60_000;

/** The end of what was printed, with a note when something before it is left out. */
export function ConsoleTexts({ entries }: { entries: readonly ConsoleEntry[] }) {
  let room = most;
  let first = entries.length;
  while (first > 0 && room > 0) {
    first -= 1;
    room -= entries[first]?.text.length ?? 0;
  }
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
