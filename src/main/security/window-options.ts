/** The only options with which a window of this app is made. */
import type { BrowserWindowConstructorOptions, WebPreferences } from "electron";

export interface WindowLook {
  readonly preload: string;
  /** Developer tools can be opened; not in the packaged app. */
  readonly devTools: boolean;
  readonly backgroundColor: string;
  readonly bounds: { readonly width: number; readonly height: number; readonly x?: number; readonly y?: number };
}

export function windowOptions({
  preload,
  devTools,
  backgroundColor,
  bounds,
}: WindowLook): BrowserWindowConstructorOptions {
  return {
    ...bounds,
    minWidth: 800,
    minHeight: 500,
    title: "Backstep",
    backgroundColor,
    // Until there is something to see.
    show: false,
    webPreferences: webPreferences(preload, devTools),
  };
}

function webPreferences(preload: string, devTools: boolean): WebPreferences {
  return {
    preload,
    devTools,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    // It would fetch dictionaries.
    spellcheck: false,
    v8CacheOptions: "code",
  };
}
