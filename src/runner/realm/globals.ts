import type { Host } from "./host.ts";

/**
 * What a bare realm lacks of the things that Pyodide and TypeScript programs expect, made of the host's services. Everything
 * here is an object of the realm itself.
 */
export interface RealmGlobals {
  /** Runs the callback of a timer that has come. */
  fire(id: number): void;
  /** Timers that model code waits for. */
  pendingTimers(): number;
  /** Resolves after so many milliseconds, when everything that is due has been done. */
  turn(milliseconds: number): Promise<void>;
  /** An error that nobody caught: of a timer's callback, or of a promise. */
  uncaught(error: unknown): void;
  onUncaught(listener: (error: unknown) => void): void;
  /** Takes away what only Pyodide's start needed. */
  finishStart(): void;
}

type Callback = (...args: unknown[]) => unknown;

export function installGlobals(host: Host, log: (text: string) => void): RealmGlobals {
  const timers = new Map<number, { callback: Callback; args: unknown[]; every: number | null }>();
  /** Those of the runner itself: negative numbers, out of reach of model code. */
  const turns = new Map<number, () => void>();
  let nextTimer = 1;
  let nextTurn = -1;
  let tellUncaught: ((error: unknown) => void) | null = null;

  class RealmTextDecoder {
    readonly encoding: string;
    readonly fatal: boolean;
    constructor(label = "utf-8", options: { fatal?: boolean } = {}) {
      this.encoding = String(label).toLowerCase();
      this.fatal = options.fatal === true;
    }
    decode(input?: ArrayBuffer | ArrayBufferView): string {
      if (input === undefined) return "";
      const view = ArrayBuffer.isView(input)
        ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
        : new Uint8Array(input);
      const copy = new Uint8Array(view.length);
      copy.set(view);
      const text = host.decode(copy.buffer, this.encoding, this.fatal);
      if (text === null) throw new TypeError(`The encoded data was not valid for encoding ${this.encoding}`);
      return text;
    }
  }

  class RealmTextEncoder {
    readonly encoding = "utf-8";
    encode(text = ""): Uint8Array {
      const room = new Uint8Array(text.length * 3);
      return room.slice(0, host.encode(text, room.buffer));
    }
    encodeInto(text: string, into: Uint8Array): { read: number; written: number } {
      const bytes = this.encode(text);
      let written = Math.min(bytes.length, into.length);
      while (written > 0 && written < bytes.length && (bytes[written] & 0xc0) === 0x80) written--;
      into.set(bytes.subarray(0, written));
      return { read: new RealmTextDecoder().decode(bytes.subarray(0, written)).length, written };
    }
  }

  const say = (...parts: unknown[]): void => {
    try {
      log(parts.map(String).join(" "));
    } catch {
      log("(something that cannot be printed)");
    }
  };
  const uncaught = (error: unknown): void => {
    if (tellUncaught !== null) tellUncaught(error);
    else say("Uncaught", error);
  };
  const define = (name: string, value: unknown): void => {
    Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
  };

  define("console", { log: say, info: say, warn: say, error: say, debug: say });
  define("performance", { now: () => host.now() });
  define("TextDecoder", RealmTextDecoder);
  define("TextEncoder", RealmTextEncoder);
  const addTimer = (callback: Callback, milliseconds: unknown, args: unknown[], repeated: boolean): number => {
    if (typeof callback !== "function") throw new TypeError('The "callback" argument must be of type function.');
    const id = nextTimer++;
    const delay = Math.max(1, Number(milliseconds) || 0);
    timers.set(id, { callback, args, every: repeated ? delay : null });
    host.timer(id, delay);
    return id;
  };
  const clear = (id: number): void => {
    timers.delete(id);
  };
  define("setTimeout", (callback: Callback, delay = 0, ...args: unknown[]) => addTimer(callback, delay, args, false));
  define("setInterval", (callback: Callback, delay = 0, ...args: unknown[]) => addTimer(callback, delay, args, true));
  define("setImmediate", (callback: Callback, ...args: unknown[]) => addTimer(callback, 0, args, false));
  for (const name of ["clearTimeout", "clearInterval", "clearImmediate"]) define(name, clear);
  define("queueMicrotask", (callback: () => void) => {
    Promise.resolve().then(callback).catch(uncaught);
  });
  define("crypto", {
    getRandomValues<T extends ArrayBufferView>(view: T): T {
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      for (let i = 0; i < bytes.length; i++) bytes[i] = host.random() & 255;
      return view;
    },
  });
  // A program that sets this would get at the frames of whoever calls it.
  Object.defineProperty(Error, "prepareStackTrace", { value: undefined, writable: false, configurable: false });

  // With these three, Pyodide takes the realm for a bare JavaScript shell.
  define("read", () => {
    throw new Error("no such file");
  });
  define("readbuffer", (name: string) => host.read(name));
  define("load", () => {
    throw new Error("nothing can be loaded");
  });

  return {
    fire(id) {
      if (id < 0) {
        const resolve = turns.get(id);
        turns.delete(id);
        resolve?.();
        return;
      }
      const timer = timers.get(id);
      if (timer === undefined) return;
      if (timer.every === null) timers.delete(id);
      else host.timer(id, timer.every);
      try {
        timer.callback(...timer.args);
      } catch (error) {
        uncaught(error);
      }
    },
    pendingTimers: () => timers.size,
    turn: (milliseconds) =>
      new Promise((resolve) => {
        const id = nextTurn--;
        turns.set(id, resolve);
        host.timer(id, milliseconds);
      }),
    uncaught,
    onUncaught(listener) {
      tellUncaught = listener;
    },
    finishStart() {
      for (const name of ["read", "readbuffer", "load"]) Reflect.deleteProperty(globalThis, name);
    },
  };
}
