/** Keys to commands. Single keys act only where the picture or the timeline has the focus; text fields keep theirs. */
import type { CommandInfo } from "../../ipc/commands.ts";
import type { Store } from "../state/store.ts";
import type { WindowCommands } from "./window-commands.ts";

export function createKeyHandler(store: Store, commands: WindowCommands): (event: KeyboardEvent) => void {
  const table = new Map<string, string[]>();
  for (const { id, keys } of commands.entries) {
    for (const key of keys) table.set(normal(key), [...(table.get(normal(key)) ?? []), id]);
  }
  return (event) => {
    if (store.get().dialog !== null || event.isComposing) return;
    const pressed = pressedKey(event);
    const ids = table.get(pressed);
    if (!ids) return;
    for (const id of ids) {
      const command = commands.entries.find((one) => one.id === id);
      if (!command || (command.region !== null && !inRegion[command.region](event.target))) continue;
      // Also when it is not possible now: the key must not reach the editor or the browser.
      event.preventDefault();
      event.stopPropagation();
      commands.run(id);
      return;
    }
  };
}

const inRegion: Record<NonNullable<CommandInfo["region"]>, (target: EventTarget | null) => boolean> = {
  /** Canvas, timeline and event list; and the window itself when nothing else has the focus. */
  canvas: (target) =>
    !(target instanceof Element) ||
    target === document.body ||
    !["cell", "notebook", undefined].includes(regionOf(target)),
  /** A cell that runs by itself, or its text. */
  cell: (target) => ["cell", "notebook"].includes(regionOf(target) ?? ""),
  /** A cell of a notebook as a whole: not its text, nor its buttons. */
  notebook: (target) => regionOf(target) === "notebook" && (target as HTMLElement).dataset["region"] !== undefined,
};

/** What the innermost region around a place is called. */
function regionOf(target: EventTarget | null): string | undefined {
  return target instanceof Element ? target.closest<HTMLElement>("[data-region]")?.dataset["region"] : undefined;
}

/** "Ctrl+Shift+E": modifiers in one order; Cmd counts as Ctrl. */
function pressedKey(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string {
  const key = event.key === " " ? "Space" : event.key;
  return join(event.ctrlKey || event.metaKey, event.altKey, event.shiftKey, key);
}

/** A key as the table writes it, in the form of `pressedKey`. */
export function normal(text: string): string {
  const parts = text.split(/\+(?!$|\+$)/).filter((part) => part !== "");
  const key = parts[parts.length - 1] ?? "";
  const held = new Set(parts.slice(0, -1));
  return join(held.has("Ctrl") || held.has("CmdOrCtrl"), held.has("Alt"), held.has("Shift"), key);
}

function join(ctrl: boolean, alt: boolean, shift: boolean, key: string): string {
  const name = key.length === 1 ? key.toUpperCase() : key;
  return `${ctrl ? "Ctrl+" : ""}${alt ? "Alt+" : ""}${shift ? "Shift+" : ""}${name}`;
}
