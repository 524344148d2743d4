/** What the main process does for each request of the window. */
import { basename, extname, join } from "node:path";
import type { BrowserWindow, Dialog } from "electron";
import { snapshotInFile } from "../graph/embedded-snapshot.ts";
import type { OpenedDocument } from "../ipc/documents.ts";
import { CodedError } from "../ipc/result.ts";
import { writeNotebook } from "../runner/notebook.ts";
import type { DocumentSession } from "./document-session.ts";
import type { Examples } from "./files/examples.ts";
import type { FileTokens } from "./files/file-tokens.ts";
import { openableKind, openFilters, saveFilters } from "./files/openable.ts";
import { decodeText, readCapped } from "./files/read-file.ts";
import type { RecentFiles } from "./files/recent-files.ts";
import { writeAtomic } from "./files/write-atomic.ts";
import type { Handlers } from "./ipc/answer.ts";
import { notebookCellsOf, openDocument } from "./open-documents.ts";
import { openablePath } from "./start-words.ts";
import type { AppMenu } from "./window/app-menu.ts";

export interface HandlerContext {
  readonly window: () => BrowserWindow;
  readonly dialog: Dialog;
  readonly session: DocumentSession;
  readonly tokens: FileTokens;
  readonly recent: RecentFiles;
  readonly examples: Examples;
  readonly menu: AppMenu;
  /** The file to open first, once. */
  readonly takeFirstFile: () => string | null;
  /** The example to greet a person with at the very first start; null ever after. */
  readonly takeGreeting: () => string | null;
  /** Where dialogs begin when nothing else is known. */
  readonly documentsFolder: string;
  readonly closeWindow: () => void;
  /** The page took up the question whether it may be closed. */
  readonly pageAnswered: () => void;
  /** The page's document or its state changed: title, mark of unsaved text. */
  readonly documentNoted: () => void;
}

export function createHandlers(context: HandlerContext): Handlers {
  const { session, tokens, recent, examples, dialog } = context;

  const openPath = async (path: string): Promise<OpenedDocument> => {
    try {
      const document = await openDocument(path, tokens.give(path), session.runner());
      recent.add(path);
      return document;
    } catch (error) {
      if (error instanceof CodedError && error.code === "not-found") recent.remove(path);
      throw error;
    }
  };
  const askWhere = async (
    name: string,
    filters: Electron.FileFilter[],
    known: string | null,
  ): Promise<string | null> => {
    const defaultPath = known ?? join(context.documentsFolder, safeName(name));
    const { canceled, filePath } = await dialog.showSaveDialog(context.window(), { defaultPath, filters });
    return canceled || !filePath ? null : filePath;
  };

  return {
    start: async () => {
      // A page that was loaded anew finds nothing running. The runner's process starts here, when the window stands.
      await session.runner().stop();
      const document = session.restored();
      const greeting = context.takeGreeting();
      if (document) return { document, open: null, example: null };
      const first = context.takeFirstFile();
      // After the page was loaded anew: what it showed.
      const open = first === null ? (session.noted()?.token ?? null) : tokens.give(first);
      return { document: null, open, example: open === null ? greeting : null };
    },
    run: (request) => {
      session.run(request);
      return null;
    },
    stop: async () => {
      await session.runner().stop();
      return null;
    },
    pause: () => {
      session.runner().pause();
      return null;
    },
    resume: async ({ until }) => {
      await session.runner().resume(until);
      return null;
    },
    breakpoints: async (matches) => {
      await session.runner().breakpoints(matches);
      return null;
    },
    ask: async ({ name, request }) => JSON.stringify(await session.runner().ask(name, request)),
    examples: () => examples.list(),
    recent: () => recent.list(),
    openExample: async (id) => openDocument(await examples.path(id), null, session.runner()),
    openDialog: async () => {
      const { canceled, filePaths } = await dialog.showOpenDialog(context.window(), {
        properties: ["openFile"],
        filters: openFilters,
      });
      const path = canceled ? undefined : filePaths[0];
      return path === undefined ? null : openPath(path);
    },
    openToken: async (token) => openPath(tokens.path(token)),
    dropped: ({ path }) => {
      const found = openablePath(path);
      if (found === null) throw new CodedError("bad-file", `${basename(path)} is of no kind that is opened.`);
      return tokens.give(found);
    },
    save: async ({ token, name, kind, text, ask }) => {
      const known = token === null ? null : tokens.path(token);
      const path = known !== null && !ask ? known : await askWhere(name, saveFilters[kind], known);
      if (path === null) return null;
      await writeAtomic(path, kind === "notebook" ? await notebookText(text, known) : text);
      recent.add(path);
      return { name: basename(path), token: tokens.give(path) };
    },
    saveExport: async ({ name, bytes }) => {
      const ending = extname(name).slice(1);
      const path = await askWhere(name, ending ? [{ name: ending.toUpperCase(), extensions: [ending] }] : [], null);
      if (path === null) return null;
      await writeAtomic(path, bytes);
      // With a run inside it can be opened again.
      if (openableKind(path)?.kind === "snapshot" && snapshotInFile(bytes) !== null) recent.add(path);
      return { name: basename(path), token: null };
    },
    snapshot: ({ cursor, view }) => session.runner().snapshot(cursor, view),
    declarations: () => session.runner().declarations(),
    noteDocument: (document) => {
      session.note(document);
      context.documentNoted();
      return null;
    },
    noteCommands: ({ enabled }) => {
      context.menu.setEnabled(enabled);
      return null;
    },
    scaleInterface: ({ factor }) => {
      context.window().webContents.setZoomFactor(factor);
      return null;
    },
    askUnsaved: async ({ name }) => {
      context.pageAnswered();
      const answers = ["save", "discard", "cancel"] as const;
      const { response } = await dialog.showMessageBox(context.window(), {
        type: "question",
        message: `Save the changes to ${name}?`,
        detail: "Otherwise they are lost.",
        buttons: ["Save", "Don't save", "Cancel"],
        defaultId: 0,
        cancelId: 2,
        noLink: true,
      });
      return answers[response] ?? "cancel";
    },
    close: async () => {
      await session.forget();
      context.closeWindow();
      return null;
    },
  };
}

/** What else the notebook's file holds (outputs, metadata) stays as it is. */
async function notebookText(text: string, known: string | null): Promise<string> {
  const most = openableKind("x.ipynb")?.most ?? 0;
  const original = known === null ? null : await readCapped(known, most).catch(() => null);
  return writeNotebook(notebookCellsOf(text, "The notebook"), original && decodeText(original, "The notebook"));
}

/** A name from the page is a name, never a place. */
function safeName(name: string): string {
  return basename(name.replaceAll("\\", "/")).replace(/[^\p{L}\p{N}._ ()-]/gu, "_") || "untitled";
}
