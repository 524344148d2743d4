/** Joins the table of requests to Electron's channels, and sends events. */
import type { IpcMain, WebContents } from "electron";
import * as v from "valibot";
import { type EventName, type EventOf, eventChannel, windowEvents } from "../../ipc/events.ts";
import { requestChannel, requestNames } from "../../ipc/requests.ts";
import { failure } from "../../ipc/result.ts";
import { senderProblem } from "../security/sender.ts";
import { answerRequest, type Handlers } from "./answer.ts";

/** @param trusted ids of the contents whose main frame may ask */
export function serveRequests(ipcMain: IpcMain, handlers: Handlers, trusted: ReadonlySet<number>): void {
  for (const name of requestNames) {
    ipcMain.handle(requestChannel(name), (event, ...args: unknown[]) => {
      // Read at once: the frame may be gone after the first wait.
      const problem = senderProblem(event.senderFrame, event.sender.id, trusted);
      return problem === null ? answerRequest(name, args, handlers) : failure("forbidden", `${name}: ${problem}`);
    });
  }
}

/** Sends an event; one whose shape is wrong (it came from the runner's process) is left out and told to `report`. */
export function sendEvent<K extends EventName>(
  contents: WebContents | null,
  event: EventOf<K>,
  report: (problem: string) => void,
): void {
  const parsed = v.safeParse(windowEvents[event.kind] as v.GenericSchema, event);
  if (!parsed.success) report(`event ${event.kind}: ${parsed.issues[0].message}`);
  else if (contents && !contents.isDestroyed()) contents.send(eventChannel, JSON.stringify(event));
}
