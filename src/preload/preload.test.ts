import { beforeAll, expect, test, vi } from "vitest";
import type { Bridge } from "../ipc/bridge.ts";
import { requestNames } from "../ipc/requests.ts";

const electron = vi.hoisted(() => {
  const listeners = new Set<(event: unknown, text: unknown) => void>();
  return {
    listeners,
    exposed: {} as Record<string, unknown>,
    invoked: [] as unknown[][],
  };
});

vi.mock("electron", () => ({
  contextBridge: {
    exposeInMainWorld: (name: string, api: unknown) => {
      electron.exposed[name] = api;
    },
  },
  ipcRenderer: {
    invoke: async (...args: unknown[]) => {
      electron.invoked.push(args);
      return { ok: true, value: null };
    },
    on: (_channel: string, listener: never) => electron.listeners.add(listener),
    off: (_channel: string, listener: never) => electron.listeners.delete(listener),
  },
  webUtils: { getPathForFile: () => "/chosen/by/the/system.py" },
}));

beforeAll(() => import("./preload.ts"));
const bridge = (): Bridge => electron.exposed["backstep"] as Bridge;

test("the page gets one frozen object with the named methods, and nothing else", () => {
  expect(Object.keys(electron.exposed)).toEqual(["backstep"]);
  expect(Object.isFrozen(bridge())).toBe(true);
  expect(Object.keys(bridge()).sort()).toEqual([...requestNames, "onEvent"].sort());
  expect(Object.keys(bridge()).sort()).toMatchInlineSnapshot(`
    [
      "ask",
      "askUnsaved",
      "breakpoints",
      "close",
      "declarations",
      "dropped",
      "examples",
      "noteCommands",
      "noteDocument",
      "onEvent",
      "openDialog",
      "openExample",
      "openToken",
      "pause",
      "recent",
      "resume",
      "run",
      "save",
      "saveExport",
      "scaleInterface",
      "snapshot",
      "start",
      "stop",
    ]
  `);
  for (const method of Object.values(bridge())) expect(typeof method).toBe("function");
});

test("a method sends its input on its own channel, further arguments are dropped", async () => {
  await (bridge().openExample as (...args: unknown[]) => Promise<unknown>)("xor", "more");
  expect(electron.invoked.pop()).toEqual(["backstep:openExample", "xor"]);
});

test("a dropped file's path is asked of the system, never taken from the page", async () => {
  await bridge().dropped({ path: "/etc/passwd" } as never);
  expect(electron.invoked.pop()).toEqual(["backstep:dropped", { path: "/chosen/by/the/system.py" }]);
});

test("a listener gets the text without Electron's event, until it is taken off", () => {
  const got: unknown[][] = [];
  const off = bridge().onEvent((...args) => got.push(args));
  for (const listener of electron.listeners) listener({ sender: "ipcRenderer" }, "{}");
  off();
  for (const listener of electron.listeners) listener({ sender: "ipcRenderer" }, "late");
  expect(got).toEqual([["{}"]]);
});
