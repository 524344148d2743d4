/** All keys, from the command table. */
import { useStore } from "../state/store.ts";
import { Dialog } from "../ui/dialog.tsx";
import type { WindowCommands } from "./window-commands.ts";

export function Shortcuts({ commands }: { commands: WindowCommands }) {
  const store = useStore();
  return (
    <Dialog title="Keyboard shortcuts" close={() => store.dispatch("dialog/shown", { dialog: null })}>
      <ul class="shortcut-list">
        {commands.entries
          .filter(({ keys }) => keys.length > 0)
          .map(({ id, title, keys }) => (
            <li key={id}>
              <span>{title}</span>
              <kbd>{keys[0]}</kbd>
            </li>
          ))}
      </ul>
      <p class="note">
        Arrows, Home, End, Space and brackets act while the graph, the timeline or the event list has focus.
      </p>
    </Dialog>
  );
}
