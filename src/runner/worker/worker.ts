/** Entry of the worker thread: a bare realm with the one function that leads out of it, and messages to and fro. */
import { parentPort, workerData } from "node:worker_threads";
import { type HostCall, RECEIVE, type Receive } from "../realm/host.ts";
import { hostCall } from "./host-call.ts";
import { lockOwnRealm } from "./lock.ts";
import { createRealm, type WorkerData } from "./realm.ts";

type Boot = (call: HostCall, start: string, control: SharedArrayBuffer, pyodide: unknown) => Receive;

function main(): void {
  const port = parentPort;
  if (port === null) throw new Error("worker.mjs runs as a worker thread");
  const { start, control, files } = workerData as WorkerData;
  const { gc } = globalThis;
  if (gc === undefined) throw new Error("process.mjs starts workers with garbage collection exposed");
  const realm = createRealm();
  let receive: Receive | null = null;
  let started = false;
  const toRealm: Receive = (what, a, b) => {
    try {
      receive?.(what, a, b);
    } catch {
      // Nothing of what the realm throws may be looked at.
    }
  };
  const call = hostCall({
    port,
    control,
    realm,
    files,
    collectGarbage: gc,
    fire: (id) => toRealm(RECEIVE.timer, id),
    started() {
      started = true;
      lockOwnRealm();
    },
  });
  const evaluate = (file: string): unknown => realm.evaluate(String(files[file]), `backstep:${file}`);
  const boot = evaluate(`realm-${start.realm}.js`) as Boot;
  const pyodide = start.realm === "typescript" ? undefined : evaluate("pyodide.js");
  receive = boot(call, JSON.stringify(start), realm.shared(control), pyodide);
  // Model code may forget a promise; that must not end the thread.
  process.on("unhandledRejection", (reason) => {
    if (started) toRealm(RECEIVE.rejection, reason);
    // No model code has run yet: the reason is an error of our own.
    else port.postMessage(JSON.stringify({ type: "broken", message: String((reason as Error)?.message ?? reason) }));
  });
  process.on("uncaughtException", () => undefined);
  port.on("message", (message: unknown) => {
    if (typeof message === "string") toRealm(RECEIVE.message, message);
    else if (typeof message === "object" && message !== null && "bytes" in message && "id" in message)
      toRealm(RECEIVE.bytes, message.id as number, realm.buffer(message.bytes as Uint8Array));
  });
}

main();
