import type { ConsoleEntry } from "../state/app-state.ts";

/** Characters that are laid out at a time: a program that prints without end must not hold up the window. */
const most = 60_000;
/** What a figure counts as: it is an image, whose text is not laid out, however long it is. */
const figure = 1_000;

/** Index of the first entry that is shown: as many of the last ones as there is room for, at least one. */
export function firstShown(entries: readonly Pick<ConsoleEntry, "text" | "mime">[]): number {
  let room = most;
  let first = entries.length;
  while (first > 0 && room > 0) {
    first -= 1;
    const { text = "", mime } = entries[first] ?? {};
    room -= mime === "image/svg+xml" ? figure : text.length;
  }
  return first;
}
