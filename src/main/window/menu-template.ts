/** The native menu, derived from the table of commands; what only a native menu has (recent files, roles) is added here. */
import type { MenuItemConstructorOptions } from "electron";
import { type CommandId, type CommandInfo, commands, type MenuName } from "../../ipc/commands.ts";
import type { ExampleInfo, RecentFile } from "../../ipc/documents.ts";

export interface MenuInput {
  readonly platform: NodeJS.Platform;
  /** Developer tools are offered. */
  readonly forDevelopers: boolean;
  readonly enabled: ReadonlySet<CommandId>;
  readonly recent: readonly RecentFile[];
  readonly examples: readonly ExampleInfo[];
  readonly command: (id: CommandId) => void;
  readonly openFile: (token: string) => void;
  readonly openExample: (id: string) => void;
  readonly clearRecent: () => void;
  readonly openDocs: () => void;
}

type Items = MenuItemConstructorOptions[];
const line: MenuItemConstructorOptions = { type: "separator" };

export function menuTemplate(input: MenuInput): Items {
  const isMac = input.platform === "darwin";
  const of = (menu: MenuName): Items => commandItems(menu, input);
  const quit: Items = [line, isMac ? { role: "close" } : { role: "quit" }];
  return [
    ...(isMac ? [{ role: "appMenu" } as const] : []),
    { label: "&File", submenu: [...withLists(of("file"), input), ...quit] },
    { label: "&Edit", submenu: [...editItems(), line, ...of("edit")] },
    { label: "&View", submenu: [...of("view"), line, { role: "togglefullscreen" }, ...developerItems(input)] },
    { label: "&Run", submenu: of("run") },
    { label: "&Step", submenu: of("step") },
    ...(isMac ? [{ role: "windowMenu" } as const] : []),
    { role: "help", label: "&Help", submenu: helpItems(of("help"), input, isMac) },
  ];
}

function commandItems(menu: MenuName, input: MenuInput): Items {
  const own: readonly CommandInfo<CommandId>[] = commands;
  const entries = own.flatMap((info) => (info.menu?.[0] === menu ? [{ info, group: info.menu[1] }] : []));
  const groups = [...new Set(entries.map(({ group }) => group))].sort((a, b) => a - b);
  return groups.flatMap((group, i) => {
    const items = entries.filter((entry) => entry.group === group).map(({ info }) => commandItem(info, input));
    return i === 0 ? items : [line, ...items];
  });
}

function commandItem(
  { id, title, keys, region }: CommandInfo<CommandId>,
  input: MenuInput,
): MenuItemConstructorOptions {
  // Keys of the canvas are plain ones ("Space"): a native shortcut would take them from the editor.
  const key = region === null ? keys[0] : undefined;
  return {
    id,
    label: title,
    enabled: input.enabled.has(id),
    // Shown only: the page itself listens, so that a key has one meaning wherever the focus is.
    ...(key === undefined ? {} : { accelerator: accelerator(key), registerAccelerator: false }),
    click: () => input.command(id),
  };
}

const keyNames: Record<string, string> = {
  Ctrl: "CmdOrCtrl",
  ArrowLeft: "Left",
  ArrowRight: "Right",
  ArrowUp: "Up",
  ArrowDown: "Down",
  Enter: "Return",
};

/** A key of the table as Electron writes it. */
export function accelerator(key: string): string {
  return key
    .split(/\+(?=.)/)
    .map((part) => keyNames[part] ?? part)
    .join("+");
}

function withLists(items: Items, input: MenuInput): Items {
  const recent: Items = input.recent.map(({ name, token }) => ({
    label: escapeLabel(name),
    click: () => input.openFile(token),
  }));
  const clear: Items = [line, { label: "Clear this list", click: input.clearRecent }];
  const examples: Items = input.examples.map(({ id, title }) => ({
    label: escapeLabel(title),
    click: () => input.openExample(id),
  }));
  const lists: Items = [
    { label: "Open recent", enabled: recent.length > 0, submenu: recent.length > 0 ? [...recent, ...clear] : [] },
    { label: "Examples", enabled: examples.length > 0, submenu: examples },
  ];
  const afterOpen = items.findIndex(({ id }) => id === ("file.open" satisfies CommandId)) + 1;
  return [...items.slice(0, afterOpen), ...lists, ...items.slice(afterOpen)];
}

/** `&` marks the letter for the keyboard. */
function escapeLabel(text: string): string {
  return text.replaceAll("&", "&&");
}

function editItems(): Items {
  const roles = ["undo", "redo", null, "cut", "copy", "paste", "delete", null, "selectAll"] as const;
  return roles.map((role) => (role === null ? line : { role }));
}

function developerItems({ forDevelopers }: MenuInput): Items {
  return forDevelopers ? [line, { role: "toggleDevTools" }] : [];
}

function helpItems(items: Items, { openDocs }: MenuInput, isMac: boolean): Items {
  const about: Items = isMac ? [] : [line, { role: "about" }];
  return [...items, { label: "How PyTorch's autograd works (opens the browser)", click: openDocs }, ...about];
}
