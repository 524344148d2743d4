import { createRuntime } from "../../engine/engine.ts";
import { CONTROL, type WorkerStart } from "../messages.ts";
import { installGlobals } from "./globals.ts";
import { type HostCall, type HostValue, RECEIVE, type Receive, wrapHost } from "./host.ts";
import type { FrontEnd } from "./program.ts";
import { type PyodideScripts, pythonFrontEnd, startPython } from "./python.ts";
import { Session } from "./session.ts";

/**
 * Starts the realm: called once by the worker, with the one function of the host, how to start (JSON), the shared control words
 * and the value of Pyodide's script. Announces "ready" or "broken", then answers what the returned function is given.
 */
export function boot(
  call: HostCall,
  startJson: string,
  control: SharedArrayBuffer,
  pyodideScripts: (() => PyodideScripts) | undefined,
): Receive {
  const host = wrapHost(call);
  const start = JSON.parse(startJson) as WorkerStart;
  const words = new Int32Array(control);
  const globals = installGlobals(host, (text) =>
    host.post({ type: "event", event: { kind: "output", stream: "err", text: `${text}\n`, cell: null } }),
  );
  const rt = createRuntime();
  const frontEnds: Partial<Record<string, FrontEnd>> = {};
  const session = new Session({
    host,
    rt,
    versions: start.versions,
    frontEnds,
    stopRequested: () => Atomics.load(words, CONTROL.stop) !== 0,
    oracle: (text) => oracle(text),
    declarations: () => "",
  });
  let oracle = (_text: string): string => {
    throw new Error("This runner does not answer the oracle.");
  };

  const open = async (): Promise<void> => {
    try {
      if (start.python && pyodideScripts !== undefined) {
        const interpreter = await startPython(host, rt, start, control, pyodideScripts());
        const python = pythonFrontEnd(interpreter, host);
        Object.assign(frontEnds, { python, notebook: python });
        if (start.oracle) oracle = interpreter.oracle.bind(interpreter);
      }
      globals.finishStart();
      host.started();
    } catch (error) {
      host.post({
        type: "broken",
        message: error instanceof Error ? `${error.message}\n${error.stack}` : String(error),
      });
    }
  };
  void open();

  return (what: number, a: HostValue, b?: HostValue): void => {
    if (what === RECEIVE.timer) globals.fire(a as number);
    else if (what === RECEIVE.message) session.receive(a as string);
    else if (what === RECEIVE.bytes) session.open(a as number, b as ArrayBuffer);
  };
}
