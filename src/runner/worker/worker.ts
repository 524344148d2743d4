/** Entry of the worker thread: a bare realm with the one function that leads out of it, and messages to and fro. */
import v8 from "node:v8";
import vm from "node:vm";
import { parentPort, workerData } from "node:worker_threads";
import { type HostCall, RECEIVE, type Receive } from "../realm/host.ts";
import { hostCall } from "./host-call.ts";
import { lockOwnRealm } from "./lock.ts";
import { createRealm, type WorkerData } from "./realm.ts";

type Boot = (call: HostCall, start: string, control: SharedArrayBuffer, pyodide: unknown) => Receive;

/** A function that collects garbage now; Node has none unless it is asked for at the start. */
function garbageCollector(): () => void {
  v8.setFlagsFromString("--expose-gc");
  const collect = vm.runInNewContext("gc") as () => void;
  v8.setFlagsFromString("--no-expose-gc");
  return () => collect();
}

function main(): void {
  const port = parentPort;
  if (port === null) throw new Error("worker.mjs runs as a worker thread");
  const { start, control, files } = workerData as WorkerData;
  const realm = createRealm(files);
  let receive: Receive | null = null;
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
    collectGarbage: garbageCollector(),
    fire: (id) => toRealm(RECEIVE.timer, id),
    started: lockOwnRealm,
  });
  const boot = realm.evaluate("realm.js") as Boot;
  const pyodide = start.python ? realm.evaluate("pyodide.js") : undefined;
  receive = boot(call, JSON.stringify(start), realm.shared(control), pyodide);
  port.on("message", (message: unknown) => {
    if (typeof message === "string") toRealm(RECEIVE.message, message);
    else if (typeof message === "object" && message !== null && "bytes" in message && "id" in message)
      toRealm(RECEIVE.bytes, message.id as number, realm.buffer(message.bytes as Uint8Array));
  });
}

main();
