import type { MenuItemConstructorOptions } from "electron";
import { expect, test } from "vitest";
import { type CommandId, commandIds, commands } from "../../ipc/commands.ts";
import { accelerator, type MenuInput, menuTemplate } from "./menu-template.ts";
import { placeFor } from "./window-place.ts";

const log: string[] = [];
const input: MenuInput = {
  platform: "linux",
  forDevelopers: false,
  enabled: new Set<CommandId>(["file.open", "run.start"]),
  recent: [{ token: "t1", name: "R&D.py" }],
  examples: [{ id: "xor", title: "XOR", summary: "", kind: "python" }],
  command: (id) => log.push(id),
  openFile: (token) => log.push(token),
  openExample: (id) => log.push(id),
  clearRecent: () => log.push("cleared"),
  openDocs: () => log.push("docs"),
};

function flat(items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])]);
}
const click = (item: MenuItemConstructorOptions | undefined): void =>
  (item as unknown as { click: () => void }).click();

test("every command of the table that has a menu stands in it once and sends its id", () => {
  const items = flat(menuTemplate(input));
  const wanted = commands.filter(({ menu }) => menu !== null);
  const ids = items.flatMap(({ id }) => (id === undefined ? [] : [id]));
  expect(ids.sort()).toEqual(wanted.map(({ id }) => id as string).sort());
  for (const { id, title } of wanted) {
    const item = items.find((one) => one.id === id);
    expect(item).toMatchObject({ label: title, enabled: input.enabled.has(id) });
    click(item);
    expect(log.pop()).toBe(id);
  }
});

test("keys are shown, and the page alone listens to them", () => {
  const items = flat(menuTemplate(input));
  const run = items.find(({ id }) => id === "run.start");
  expect(run).toMatchObject({ accelerator: "CmdOrCtrl+Return", registerAccelerator: false });
  // A native "Space" would take it from the editor.
  expect(items.find(({ id }) => id === "step.play")).not.toHaveProperty("accelerator");
});

test.each([
  ["Ctrl+Shift+E", "CmdOrCtrl+Shift+E"],
  ["Ctrl+=", "CmdOrCtrl+="],
  ["Ctrl+-", "CmdOrCtrl+-"],
  ["Ctrl++", "CmdOrCtrl++"],
  ["Shift+F10", "Shift+F10"],
  ["Alt+1", "Alt+1"],
  ["ArrowLeft", "Left"],
])("%s is %s for Electron", (key, native) => {
  expect(accelerator(key)).toBe(native);
});

test("recent files and examples are lists of their own", () => {
  const items = flat(menuTemplate(input));
  const recent = items.find(({ label }) => label === "R&&D.py");
  click(recent);
  click(items.find(({ label }) => label === "XOR"));
  expect(log.splice(0)).toEqual(["t1", "xor"]);
  const without = flat(menuTemplate({ ...input, recent: [], examples: [] }));
  expect(without.find(({ label }) => label === "Open recent")).toMatchObject({ enabled: false });
});

test("developer tools are only for those who build the app; on a Mac its own menus come along", () => {
  const roles = (changes: Partial<MenuInput>) => flat(menuTemplate({ ...input, ...changes })).map(({ role }) => role);
  expect(roles({})).not.toContain("toggleDevTools");
  expect(roles({ forDevelopers: true })).toContain("toggleDevTools");
  expect(roles({ platform: "darwin" })).toEqual(expect.arrayContaining(["appMenu", "windowMenu", "close"]));
  // Loading the page anew would take the text.
  expect(roles({ forDevelopers: true })).not.toContain("reload");
});

test("there are ids for the menu to switch", () => {
  expect(commandIds.length).toBe(commands.length);
});

const screen = { x: 0, y: 0, width: 1920, height: 1080 };
const kept = { x: 100, y: 50, width: 1200, height: 800, maximized: false };
test.each([
  ["the first time, in its first size", null, [screen], { width: 1440, height: 920 }],
  [
    "on a small screen, not bigger than it",
    null,
    [{ ...screen, width: 1280, height: 720 }],
    { width: 1280, height: 720 },
  ],
  ["where it was", kept, [screen], { x: 100, y: 50, width: 1200, height: 800 }],
  [
    "on the second screen",
    { ...kept, x: 2000 },
    [screen, { ...screen, x: 1920 }],
    { x: 2000, y: 50, width: 1200, height: 800 },
  ],
  ["not on a screen that is gone", { ...kept, x: 2000 }, [screen], { width: 1440, height: 920 }],
  ["not with only its edge in sight", { ...kept, x: 1900 }, [screen], { width: 1440, height: 920 }],
])("the window opens %s", (_name, place, areas, bounds) => {
  expect(placeFor(place, areas)).toEqual(bounds);
});
