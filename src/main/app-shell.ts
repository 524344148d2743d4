/** Puts the app together once Electron is ready: session, protocol, window, menu, requests. */
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { app, dialog, ipcMain, session as sessions, shell } from "electron";
import * as v from "valibot";
import type { EventName, EventOf, WindowEvent } from "../ipc/events.ts";
import { createRunner } from "../runner/create-runner.ts";
import { createDocumentSession } from "./document-session.ts";
import { createExamples } from "./files/examples.ts";
import { createFileTokens } from "./files/file-tokens.ts";
import { keptJson } from "./files/kept-json.ts";
import { createRecentFiles, recentSchema } from "./files/recent-files.ts";
import { keptUnsavedText } from "./files/unsaved-text.ts";
import { createHandlers } from "./handlers.ts";
import { sendEvent, serveRequests } from "./ipc/serve.ts";
import { serveAppScheme } from "./security/app-protocol.ts";
import { externalAddress } from "./security/external-links.ts";
import { guardSession } from "./security/session-guard.ts";
import { spawnUtility } from "./utility-runner.ts";
import { createAppMenu } from "./window/app-menu.ts";
import { createMainWindow } from "./window/main-window.ts";
import { placeSchema } from "./window/window-place.ts";

export interface AppShell {
  /** Shows the window, and the file in it when there is one. */
  show(file: string | null): void;
}

/** Seen from out/main/. */
const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** What the very first start shows: code to run at once. */
const greetingExample = "autograd-tutorial";
const docs = "https://docs.pytorch.org/docs/stable/notes/autograd.html";

/** @param firstFile to open when the page is ready */
export async function createAppShell(firstFile: string | null): Promise<AppShell> {
  const userData = app.getPath("userData");
  const devServer = import.meta.env.DEV ? (process.env["ELECTRON_RENDERER_URL"] ?? null) : null;
  const report = (problem: string): void => {
    console.error(problem);
    void appendFile(join(userData, "problems.log"), `${new Date().toISOString()} ${problem}\n`).catch(() => {});
  };
  const session = sessions.defaultSession;
  guardSession(session, devServer);
  serveAppScheme(session, { folder: fromHere("../renderer"), devServer });

  const tokens = createFileTokens();
  const examples = createExamples(fromHere("../../resources/examples"));
  const exampleList = await examples.list().catch((error: unknown) => {
    report(`examples: ${String(error)}`);
    return [];
  });
  const kept = <T>(name: string, schema: Parameters<typeof keptJson<T>>[1]) =>
    keptJson(join(userData, name), schema, report);

  const send = (event: WindowEvent): void => {
    const contents = main.window.isDestroyed() ? null : main.window.webContents;
    sendEvent(contents, event as EventOf<EventName>, report);
  };
  const menu = createAppMenu(() => ({
    platform: process.platform,
    forDevelopers: !app.isPackaged,
    recent: recent.list(),
    examples: exampleList,
    command: (id) => send({ kind: "command", id }),
    openFile: (token) => send({ kind: "openFile", token }),
    openExample: (id) => send({ kind: "openExample", id }),
    clearRecent: () => recent.clear(),
    openDocs: () => openOutside(docs),
  }));
  const recent = createRecentFiles(kept("recent-files.json", recentSchema), tokens, () => menu.rebuild());
  const unsavedText = keptUnsavedText(userData, report);
  const document = createDocumentSession({
    makeRunner: () => createRunner({ spawn: spawnUtility }),
    unsavedText,
    tokens,
    send,
  });
  menu.rebuild();
  const main = createMainWindow({
    place: kept("window-place.json", placeSchema),
    isDirty: () => document.noted()?.dirty ?? false,
    askPage: () => send({ kind: "closing" }),
  });
  let first = firstFile;
  // Noted once a person has been greeted with the tutorial.
  const greeted = kept("greeted.json", v.literal(true));
  let greeting = greeted.read() ? null : greetingExample;
  let isPageReady = false;
  const handlers = createHandlers({
    window: () => main.window,
    dialog,
    session: document,
    tokens,
    recent,
    examples,
    menu,
    takeFirstFile: () => {
      const file = first;
      first = null;
      isPageReady = true;
      return file;
    },
    takeGreeting: () => {
      const example = greeting;
      greeting = null;
      if (example !== null) void greeted.write(true);
      return example;
    },
    documentsFolder: app.getPath("documents"),
    closeWindow: main.close,
    pageAnswered: main.answered,
    documentNoted: () => {
      const noted = document.noted();
      main.window.setTitle(noted ? `${noted.dirty ? "● " : ""}${noted.name} - Backstep` : "Backstep");
      main.window.setDocumentEdited(noted?.dirty ?? false);
    },
  });
  serveRequests(ipcMain, handlers, new Set([main.window.webContents.id]));
  main.window.once("closed", () => void document.close());

  return {
    show(file) {
      if (main.window.isDestroyed()) return;
      if (main.window.isMinimized()) main.window.restore();
      main.window.show();
      main.window.focus();
      if (file === null) return;
      if (isPageReady) send({ kind: "openFile", token: tokens.give(file) });
      else first = file;
    },
  };
}

function openOutside(address: string): void {
  const allowed = externalAddress(address);
  if (allowed !== null) void shell.openExternal(allowed);
}
