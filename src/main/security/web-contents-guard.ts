/** What no page of this app may do, set the moment that its contents are made: go elsewhere, open windows, hold other pages. */
import type { App, Event, WebContents } from "electron";
import { appPage } from "./asset-path.ts";

export function guardAllContents(app: App): void {
  app.on("web-contents-created", (_event, contents) => guardContents(contents));
}

function guardContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
  const stay = (event: Event & { url: string }): void => {
    if (!isOwnPage(event.url)) event.preventDefault();
  };
  contents.on("will-navigate", stay);
  contents.on("will-redirect", stay);
  contents.on("will-frame-navigate", stay);
  contents.on("will-attach-webview", (event) => event.preventDefault());
}

/** Loading the window's page again is no navigation elsewhere. */
export function isOwnPage(address: string): boolean {
  return address === appPage || address.startsWith(`${appPage}#`);
}
