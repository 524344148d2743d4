/** Keeps the native menu up to date: rebuilt when its lists change, switched on and off in place when commands become possible. */
import { Menu } from "electron";
import type { CommandId } from "../../ipc/commands.ts";
import { commandIds } from "../../ipc/commands.ts";
import { type MenuInput, menuTemplate } from "./menu-template.ts";

export interface AppMenu {
  setEnabled(ids: readonly CommandId[]): void;
  /** Recent files or examples changed. */
  rebuild(): void;
}

export function createAppMenu(input: () => Omit<MenuInput, "enabled">): AppMenu {
  let enabled: ReadonlySet<CommandId> = new Set();
  const rebuild = (): void => Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate({ ...input(), enabled })));
  return {
    rebuild,
    setEnabled(ids) {
      enabled = new Set(ids);
      const menu = Menu.getApplicationMenu();
      for (const id of commandIds) {
        const item = menu?.getMenuItemById(id);
        if (item) item.enabled = enabled.has(id);
      }
    },
  };
}
