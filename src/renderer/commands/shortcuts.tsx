/** All keys, from the command table, by where they act. */
import type { CommandInfo } from "../../ipc/commands.ts";
import { useStore } from "../state/store.ts";
import { Dialog } from "../ui/dialog.tsx";
import type { WindowCommands } from "./window-commands.ts";

const groups: readonly { title: string; regions: readonly CommandInfo["region"][] }[] = [
  { title: "Everywhere", regions: [null] },
  { title: "Graph, timeline and event list", regions: ["canvas"] },
  { title: "Cells (Esc leaves the text for the cell)", regions: ["cell", "notebook"] },
];

export function Shortcuts({ commands }: { commands: WindowCommands }) {
  const store = useStore();
  const close = () => store.dispatch("dialog/shown", { dialog: null });
  return (
    <Dialog title="Keyboard shortcuts" close={close} className="wide">
      {groups.map(({ title, regions }) => (
        <section key={title} class="shortcuts">
          <h3>{title}</h3>
          <ul class="shortcut-list">
            {commands.entries
              .filter(({ keys, region }) => keys.length > 0 && regions.includes(region))
              .map((entry) => (
                <li key={entry.id}>
                  <span>{entry.title}</span>
                  <kbd>{entry.keys[0]}</kbd>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </Dialog>
  );
}
