/**
 * Entry of the runner's process: a child process of the command line or a utility process of Electron. It keeps the workers and
 * passes messages on; when JavaScript's memory runs out in a worker, V8 ends this whole process, and nothing else.
 */
import { readFileSync } from "node:fs";
import { totalmem } from "node:os";
import v8 from "node:v8";
import type { HostMessage, RealmVersions, RunnerMessage } from "../messages.ts";
import type { WorkerData } from "../worker/realm.ts";
import { Pool } from "./pool.ts";

/** `process.parentPort` of Electron's utility processes. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: "message", listener: (event: { data: unknown }) => void): void;
}

interface Channel {
  send(message: RunnerMessage): void;
  onMessage(listener: (message: HostMessage) => void): void;
}

function channel(): Channel {
  const { parentPort } = process as unknown as { parentPort?: ParentPort };
  if (parentPort !== undefined)
    return {
      send: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on("message", ({ data }) => listener(data as HostMessage)),
    };
  return {
    send: (message) => {
      process.send?.(message);
    },
    onMessage: (listener) => {
      process.on("message", (message) => listener(message as HostMessage));
      process.on("disconnect", () => process.exit(0));
    },
  };
}

const options = new Set(process.argv.slice(2));
const heap = Number(process.argv.find((text) => text.startsWith("--heap="))?.slice("--heap=".length) ?? 3072);
const GIGABYTE = 2 ** 30;
/** Bytes that Python's memory may grow to, and a run's tensors: together about half of what a small machine has. */
const PYTHON_MEMORY = Math.min(GIGABYTE, totalmem() / 4);
const TENSOR_MEMORY = Math.min(4 * GIGABYTE, totalmem() / 3);

const readHere = (name: string): Buffer => readFileSync(new URL(`./${name}`, import.meta.url));
const readText = (name: string): string => readHere(name).toString("utf8");

/** Files of the worker, read here once: inside an archive of the app only this thread is sure to read them. */
function readFiles(): WorkerData["files"] {
  const shared = (name: string): Uint8Array => {
    const bytes = readHere(name);
    const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
    copy.set(bytes);
    return copy;
  };
  return {
    "realm-python.js": readText("realm-python.js"),
    "realm-typescript.js": readText("realm-typescript.js"),
    "pyodide.js": readText("pyodide.js"),
    "python.json": readText("python.json"),
    "pyodide-lock.json": readText("pyodide-lock.json"),
    "pyodide.asm.wasm": shared("pyodide.asm.wasm"),
    "python_stdlib.zip": shared("python_stdlib.zip"),
    "python-memory.bin": shared("python-memory.bin"),
  };
}

// Before any worker starts: no thread of this process can make code from text.
v8.setFlagsFromString("--disallow-code-generation-from-strings");
// Each worker takes `gc` away from its realm: it serves to measure memory that is really in use.
v8.setFlagsFromString("--expose-gc");
const { send, onMessage } = channel();
const pool = new Pool({
  files: readFiles(),
  oracle: options.has("--oracle"),
  spare: !options.has("--no-spare"),
  pythonMemory: PYTHON_MEMORY,
  heap,
  memoryLimit: TENSOR_MEMORY,
  versions: JSON.parse(readText("versions.json")) as RealmVersions,
  send,
});
onMessage((message) => pool.receive(message));
