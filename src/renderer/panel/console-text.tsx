/** One piece of output: text, or a figure. A figure is shown as an image, where nothing in it can run or load. */
import type { ConsoleEntry } from "../state/app-state.ts";

export function ConsoleText({ entry }: { entry: ConsoleEntry }) {
  if (entry.mime === "image/svg+xml") {
    return (
      <img class="figure" alt="Figure of the program" src={`data:image/svg+xml,${encodeURIComponent(entry.text)}`} />
    );
  }
  return <span class={entry.stream}>{entry.text}</span>;
}
