import { randomBytes } from "node:crypto";
import { isArrayBuffer } from "node:util/types";
import v8 from "node:v8";
import type { MessagePort } from "node:worker_threads";
import { receiveMessageOnPort } from "node:worker_threads";
import { CONTROL } from "../messages.ts";
import { HOST_OPS, type HostCall, type HostValue } from "../realm/host.ts";
import type { Realm } from "./realm.ts";

/** Characters of messages that a realm may send. */
const MESSAGE_LIMIT = 512 * 2 ** 20;
const LONGEST_SLEEP = 100;
/** Milliseconds that the realm may wait for a message at a time. */
const LONGEST_WAIT = 1000;

export interface HostParts {
  readonly port: MessagePort;
  readonly control: SharedArrayBuffer;
  readonly realm: Realm;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly collectGarbage: () => void;
  /** Called when a timer of the realm has come. */
  readonly fire: (id: number) => void;
  /** Called once, when the realm is ready for model code. */
  readonly started: () => void;
}

/**
 * The one function that the realm gets. It takes and returns primitives (and array buffers of the realm), never throws, and
 * believes nothing: what comes from the realm may come from model code.
 */
export function hostCall(parts: HostParts): HostCall {
  const { port, realm } = parts;
  const words = new Int32Array(parts.control);
  let starting = true;
  let compiled = false;
  let sent = 0;
  let random = randomBytes(4096);
  let randomAt = 0;
  const memoryUsage = process.memoryUsage.bind(process);
  const heapStatistics = v8.getHeapStatistics;
  const now = performance.now.bind(performance);
  const later = setTimeout;
  const Encoder = new TextEncoder();
  const Decoder = TextDecoder;

  const services: ((a: HostValue, b: HostValue, c: HostValue) => unknown)[] = [];
  services[HOST_OPS.now] = () => now();
  services[HOST_OPS.post] = (text) => {
    if (typeof text !== "string") return undefined;
    sent += text.length;
    if (sent < MESSAGE_LIMIT) port.postMessage(text);
    return undefined;
  };
  services[HOST_OPS.poll] = (patience) => {
    const rung = Atomics.load(words, CONTROL.bell);
    const next = () => receiveMessageOnPort(port) as { message: unknown } | undefined;
    let waiting = next();
    if (waiting === undefined && typeof patience === "number" && patience > 0) {
      Atomics.wait(words, CONTROL.bell, rung, Math.min(patience, LONGEST_WAIT));
      waiting = next();
    }
    return typeof waiting?.message === "string" ? waiting.message : undefined;
  };
  services[HOST_OPS.timer] = (id, milliseconds) => {
    if (typeof id !== "number" || typeof milliseconds !== "number") return undefined;
    later(() => parts.fire(id), milliseconds);
    return undefined;
  };
  services[HOST_OPS.random] = () => {
    if (randomAt + 4 > random.length) {
      random = randomBytes(4096);
      randomAt = 0;
    }
    randomAt += 4;
    return random.readUInt32LE(randomAt - 4);
  };
  services[HOST_OPS.decode] = (bytes, label, fatal) => {
    if (!isArrayBuffer(bytes) || typeof label !== "string") return undefined;
    return new Decoder(label, { fatal: fatal === 1 }).decode(new Uint8Array(bytes));
  };
  services[HOST_OPS.encode] = (text, into) => {
    if (!isArrayBuffer(into) || typeof text !== "string") return 0;
    return Encoder.encodeInto(text, new Uint8Array(into)).written;
  };
  services[HOST_OPS.sleep] = (milliseconds) => {
    if (typeof milliseconds === "number" && milliseconds > 0)
      Atomics.wait(words, CONTROL.sleep, 0, Math.min(milliseconds, LONGEST_SLEEP));
    return undefined;
  };
  services[HOST_OPS.bufferBytes] = (collect) => {
    if (collect === 1) parts.collectGarbage();
    return memoryUsage().arrayBuffers;
  };
  services[HOST_OPS.heapShare] = (collect) => {
    if (collect === 1) parts.collectGarbage();
    const { used_heap_size: used, heap_size_limit: limit } = heapStatistics();
    return used / limit;
  };
  services[HOST_OPS.compile] = (code, fileName) => {
    if (compiled || typeof code !== "string" || typeof fileName !== "string") return undefined;
    compiled = true;
    return realm.evaluate(code, fileName);
  };
  services[HOST_OPS.read] = (name) => {
    if (!starting || typeof name !== "string") return undefined;
    const file = parts.files[name.replace(/^\//, "")];
    if (typeof file === "string" || file === undefined) return file;
    return realm.buffer(file);
  };
  services[HOST_OPS.postBytes] = (id, bytes) => {
    if (typeof id !== "number" || !isArrayBuffer(bytes)) return undefined;
    const copy = new Uint8Array(new Uint8Array(bytes));
    sent += copy.length;
    if (sent < MESSAGE_LIMIT) port.postMessage({ id, bytes: copy }, [copy.buffer]);
    return undefined;
  };
  services[HOST_OPS.started] = () => {
    if (starting) {
      starting = false;
      parts.started();
      port.postMessage('{"type":"ready"}');
    }
    return undefined;
  };
  Object.freeze(services);

  const call: HostCall = (op, a, b, c) => {
    try {
      return typeof op === "number" ? services[op]?.(a, b, c) : undefined;
    } catch {
      return undefined;
    }
  };
  return Object.freeze(call);
}
