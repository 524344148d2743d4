/** What the command line needs from outside; tests bring another one. */
import { writeFile } from "node:fs/promises";
import { createNodeRunner } from "../runner/node-runner.ts";
import type { Runner } from "../runner/protocol.ts";

export interface World {
  out(text: string): void;
  err(text: string): void;
  write(path: string, data: Uint8Array | string): Promise<void>;
  /** Without a started spare: the command line runs one program. Throws when the runner is not built. */
  runner(): Runner;
  /** Calls back at Ctrl+C; returns how to stop listening. */
  onInterrupt(listener: () => void): () => void;
  /** Calls back when nobody reads the output any more (`backstep run net.py | head`). */
  onOutputClosed(listener: () => void): void;
  /** Ends at once. */
  exit(code: number): void;
}

/** The world of a Node process. */
export function nodeWorld(): World {
  let closed = false;
  return {
    out: (text) => {
      if (!closed) process.stdout.write(text);
    },
    err: (text) => {
      process.stderr.write(text);
    },
    write: (path, data) => writeFile(path, data),
    runner: () => createNodeRunner({ spare: false }),
    onInterrupt(listener) {
      process.on("SIGINT", listener);
      return () => process.off("SIGINT", listener);
    },
    onOutputClosed(listener) {
      process.stdout.on("error", (error: NodeJS.ErrnoException) => {
        if (error.code !== "EPIPE") throw error;
        closed = true;
        listener();
      });
    },
    exit: (code) => process.exit(code),
  };
}
