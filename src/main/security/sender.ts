/** Whether a message comes from the window's own page: its main frame, at the app's address, in contents that main has made. */
import { appHost, appScheme } from "./asset-path.ts";

/** As much of Electron's WebFrameMain as the check reads. */
export interface SenderFrame {
  readonly url: string;
  readonly parent: unknown;
}

/** Why a sender is refused, or null. */
export function senderProblem(
  frame: SenderFrame | null | undefined,
  contentsId: number,
  trusted: ReadonlySet<number>,
): string | null {
  if (!frame) return "its frame is gone";
  if (!trusted.has(contentsId)) return "its contents are not a window of the app";
  if (frame.parent !== null) return "it is not the main frame";
  let url: URL;
  try {
    url = new URL(frame.url);
  } catch {
    return "it has no address";
  }
  return url.protocol === `${appScheme}:` && url.host === appHost ? null : "it is not the app's page";
}
