/** The only way from the page to the main process: the named methods of the table of requests, and events. */
import { contextBridge, type IpcRendererEvent, ipcRenderer, webUtils } from "electron";
import { bridgeName } from "../ipc/bridge.ts";
import { eventChannel } from "../ipc/events.ts";
import { requestChannel, requestNames } from "../ipc/requests.ts";

const methods = requestNames.map((name) => {
  const channel = requestChannel(name);
  return [name, (input: unknown) => ipcRenderer.invoke(channel, input)] as const;
});

contextBridge.exposeInMainWorld(
  bridgeName,
  Object.freeze({
    ...Object.fromEntries(methods),
    dropped: (file: File) => ipcRenderer.invoke(requestChannel("dropped"), { path: webUtils.getPathForFile(file) }),
    onEvent: (listener: (event: string) => void) => {
      const pass = (_event: IpcRendererEvent, text: unknown): void => listener(String(text));
      ipcRenderer.on(eventChannel, pass);
      return () => {
        ipcRenderer.off(eventChannel, pass);
      };
    },
  }),
);
