/** The dialog that is open, if any. */
import type { JSX } from "preact";
import { CommandPalette } from "../commands/command-palette.tsx";
import { Shortcuts } from "../commands/shortcuts.tsx";
import type { WindowCommands } from "../commands/window-commands.ts";
import { ExportDialog } from "../export/export-dialog.tsx";
import type { DialogName } from "../state/app-state.ts";
import { useSelect } from "../state/store.ts";

const dialogs: Record<NonNullable<DialogName>, (commands: WindowCommands) => JSX.Element> = {
  export: () => <ExportDialog />,
  palette: (commands) => <CommandPalette commands={commands} />,
  shortcuts: (commands) => <Shortcuts commands={commands} />,
};

export function Dialogs({ commands }: { commands: WindowCommands }) {
  const open = useSelect((state) => state.dialog);
  return open === null ? null : dialogs[open](commands);
}
