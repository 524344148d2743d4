import type { Host } from "./host.ts";

/**
 * What a bare realm lacks of the things that Pyodide and TypeScript programs expect, made of the host's services. Everything
 * here is an object of the realm itself.
 */
export interface RealmGlobals {
  /** Runs the callback of a timer that has come. */
  fire(id: number): void;
  /** Takes away what only Pyodide's start needed. */
  finishStart(): void;
}

type Callback = (...args: unknown[]) => unknown;

export function installGlobals(host: Host, log: (text: string) => void): RealmGlobals {
  const timers = new Map<number, { callback: Callback; args: unknown[] }>();
  let nextTimer = 1;

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
  const define = (name: string, value: unknown): void => {
    Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
  };

  define("console", { log: say, info: say, warn: say, error: say, debug: say });
  define("performance", { now: () => host.now() });
  define("TextDecoder", RealmTextDecoder);
  define("TextEncoder", RealmTextEncoder);
  define("setTimeout", (callback: Callback, milliseconds = 0, ...args: unknown[]): number => {
    const id = nextTimer++;
    timers.set(id, { callback, args });
    host.timer(id, Number(milliseconds) || 0);
    return id;
  });
  define("clearTimeout", (id: number): void => {
    timers.delete(id);
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
      const timer = timers.get(id);
      timers.delete(id);
      timer?.callback(...timer.args);
    },
    finishStart() {
      for (const name of ["read", "readbuffer", "load"]) Reflect.deleteProperty(globalThis, name);
    },
  };
}
