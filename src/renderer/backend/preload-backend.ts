/** The rest of the app, reached through the preload's bridge. */
import type { Bridge } from "../../ipc/bridge.ts";
import type { WindowEvent } from "../../ipc/events.ts";
import type { AnswerOf, InputOf, RequestName } from "../../ipc/requests.ts";
import { CodedError, type Result } from "../../ipc/result.ts";
import type { Backend } from "./backend.ts";

declare global {
  interface Window {
    readonly backstep: Bridge;
  }
}

/** The value of an answer; a refusal is thrown as a `CodedError`. */
function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new CodedError(result.code, result.message);
}

export function createPreloadBackend(bridge: Bridge): Backend {
  const request = async <K extends Exclude<RequestName, "dropped">>(
    name: K,
    input: InputOf<K>,
  ): Promise<AnswerOf<K>> => {
    const method = bridge[name] as (input: InputOf<K>) => Promise<Result<AnswerOf<K>>>;
    return unwrap(await method(input));
  };
  const tell = async <K extends Exclude<RequestName, "dropped">>(name: K, input: InputOf<K>): Promise<void> => {
    await request(name, input);
  };
  return {
    start: () => request("start", null),
    run: (program) => tell("run", program),
    stop: () => tell("stop", null),
    pause: () => tell("pause", null),
    resume: (until) => tell("resume", { until }),
    breakpoints: (matches) => tell("breakpoints", matches),
    ask: async (name, question) => JSON.parse(await request("ask", { name, request: question } as InputOf<"ask">)),
    examples: () => request("examples", null),
    recent: () => request("recent", null),
    openExample: (id) => request("openExample", id),
    openDialog: () => request("openDialog", null),
    openToken: (token) => request("openToken", token),
    openDropped: async (file) => request("openToken", unwrap(await bridge.dropped(file))),
    save: (document, ask) => request("save", { ...document, ask }),
    saveExport: (name, bytes) => request("saveExport", { name, bytes }),
    snapshot: async (cursor, view) => new Uint8Array(await request("snapshot", { cursor, view })),
    declarations: () => request("declarations", null),
    noteDocument: (document) => tell("noteDocument", document),
    noteCommands: (enabled) => tell("noteCommands", { enabled }),
    scaleInterface: (factor) => tell("scaleInterface", { factor }),
    askUnsaved: (name) => request("askUnsaved", { name }),
    close: () => tell("close", null),
    subscribe: (listener) => bridge.onEvent((text) => listener(JSON.parse(text) as WindowEvent)),
  };
}
