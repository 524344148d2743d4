/** The runner's process as a utility process of Electron. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { utilityProcess } from "electron";
import { exitReason, type RunnerProcess } from "../runner/runner-process.ts";

/** Seen from out/main/. */
const entry = join(fileURLToPath(new URL("../runner", import.meta.url)), "process.mjs");

export function spawnUtility(): RunnerProcess {
  const child = utilityProcess.fork(entry, [], {
    serviceName: "Backstep runner",
    // No secret of the environment goes near model code.
    env: {},
    execArgv: [],
    stdio: ["ignore", "ignore", "pipe"],
  });
  let last = "";
  child.stderr?.on("data", (data: Buffer) => {
    last = (last + data.toString("utf8")).slice(-4000);
  });
  return {
    send: (message) => child.postMessage(message),
    onMessage: (listener) => {
      child.on("message", listener);
    },
    onExit: (listener) => {
      child.once("exit", (code) => listener(exitReason(code, null, last)));
    },
    kill: () => {
      child.kill();
    },
  };
}
