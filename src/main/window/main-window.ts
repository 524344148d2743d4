/** The window: made, shown when there is something to see, closed without losing text, reloaded when its page died. */
import { fileURLToPath } from "node:url";
import { app, BrowserWindow, dialog, nativeTheme, screen } from "electron";
import { palettes } from "../../graph/palette.ts";
import type { KeptJson } from "../files/kept-json.ts";
import { appPage } from "../security/asset-path.ts";
import { windowOptions } from "../security/window-options.ts";
import { keepPlace, placeFor, type WindowPlace } from "./window-place.ts";

/** Seen from out/main/. */
const preload = fileURLToPath(new URL("../preload/preload.cjs", import.meta.url));

export interface MainWindowOptions {
  readonly place: KeptJson<WindowPlace>;
  /** Text is not saved. */
  readonly isDirty: () => boolean;
  /** Asks the page what to do with unsaved text; it closes the window itself afterwards. */
  readonly askPage: () => void;
}

export interface MainWindow {
  readonly window: BrowserWindow;
  /** The page took up the question of `askPage`. */
  answered(): void;
  /** Closes without asking. */
  close(): void;
}

export function createMainWindow(options: MainWindowOptions): MainWindow {
  const kept = options.place.read();
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  const areas = [primary, ...others].map(({ workArea }) => workArea);
  const theme = nativeTheme.shouldUseHighContrastColors
    ? "contrast"
    : nativeTheme.shouldUseDarkColors
      ? "dark"
      : "light";
  const backgroundColor = palettes[theme].canvas;
  const bounds = placeFor(kept, areas);
  const window = new BrowserWindow(windowOptions({ preload, devTools: !app.isPackaged, backgroundColor, bounds }));
  if (kept?.maximized) window.maximize();
  // The event comes a turn after its cause: the window may have been closed in between.
  window.once("ready-to-show", () => {
    if (!window.isDestroyed()) window.show();
  });
  keepPlace(window, options.place);
  const { answered, leave } = askBeforeClosing(window, options);
  offerReload(window);
  void window.loadURL(appPage);
  return {
    window,
    answered,
    close() {
      leave();
      window.close();
    },
  };
}

/** A page that was asked and has not answered for so long, in milliseconds, does not hold its window any more. */
const patience = 3000;

/** Text that is not saved is kept in any case (unsaved-text.ts), so only a page that works is asked. */
function askBeforeClosing(window: BrowserWindow, { isDirty, askPage }: MainWindowOptions) {
  let mayClose = false;
  let askedAt: number | null = null;
  window.on("close", (event) => {
    if (mayClose || !isDirty() || window.webContents.isCrashed()) return;
    const now = Date.now();
    if (askedAt !== null && now - askedAt > patience) return;
    event.preventDefault();
    if (askedAt !== null) return;
    askedAt = now;
    askPage();
  });
  return {
    answered: (): void => {
      askedAt = null;
    },
    leave: (): void => {
      mayClose = true;
    },
  };
}

function offerReload(window: BrowserWindow): void {
  const contents = window.webContents;
  // Until the new page is there, so that ending the old one asks nothing.
  let isBusy = false;
  contents.on("did-finish-load", () => {
    isBusy = false;
  });
  const ask = async (message: string, stay: string): Promise<void> => {
    if (isBusy || window.isDestroyed()) return;
    isBusy = true;
    const detail = "Text that was not saved comes back with the page; the run has to be started again.";
    const buttons = ["Reload", stay];
    const { response } = await dialog.showMessageBox(window, { type: "error", message, detail, buttons, noLink: true });
    if (window.isDestroyed()) return;
    if (response !== 0) {
      isBusy = false;
      return;
    }
    if (!contents.isCrashed()) contents.forcefullyCrashRenderer();
    contents.reload();
  };
  contents.on("render-process-gone", (_event, { reason }) => {
    if (reason !== "clean-exit") void ask(`The window's page ended unexpectedly (${reason}).`, "Leave");
  });
  window.on("unresponsive", () => void ask("The window's page does not respond.", "Wait"));
}
