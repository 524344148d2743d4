/** A world without processes: output is collected, and one small recorded run stands for every program. */

import type { RunEnd, Runner, RunnerEvent, RunSource } from "../runner/protocol.ts";
import { programs } from "../trace/programs.fixture.ts";
import { answer } from "../trace/queries.ts";
import { record } from "../trace/run.fixture.ts";
import { writeSnapshot } from "../trace/snapshot.ts";
import { TraceReader } from "../trace/trace-reader.ts";
import type { World } from "./world.ts";

export interface TestWorld extends World {
  stdout: string;
  stderr: string;
  files: Map<string, Uint8Array | string>;
  /** Sources that were run. */
  ran: RunSource[];
  stopped: number;
  closed: number;
  exits: number[];
  interrupt(): void;
  closeOutput(): void;
}

export interface TestRunOptions {
  program?: keyof typeof programs | "nothing";
  /** How the run ends; default: finished. */
  end?: Partial<RunEnd>;
  /** What the program prints. */
  events?: RunnerEvent[];
  /** The run waits until it is stopped. */
  endless?: boolean;
}

export function testWorld(options: TestRunOptions = {}): TestWorld {
  const { program = "fanOut" } = options;
  const { trace } = record(program === "nothing" ? () => {} : (programs[program] as (typeof programs)[string]));
  const reader = new TraceReader(trace);
  const interrupts = new Set<() => void>();
  const closings: (() => void)[] = [];
  const runner = (): Runner => {
    const listeners = new Set<(event: RunnerEvent) => void>();
    let stop = (): void => {};
    let source: RunSource = { name: "", kind: "python", cells: [] };
    return {
      async run(given) {
        source = given;
        world.ran.push(given);
        for (const event of options.events ?? []) for (const listener of listeners) listener(event);
        if (options.endless) await new Promise<void>((resolve) => (stop = resolve));
        const status = options.endless ? "stopped" : "finished";
        return {
          status,
          failure: null,
          milliseconds: 1,
          summary: answer(reader, "summary", {}),
          lives: false,
          ...options.end,
        };
      },
      pause() {},
      async resume() {},
      async breakpoints() {},
      async stop() {
        world.stopped++;
        stop();
      },
      ask: async (name, request) => answer(reader, name, request),
      snapshot: async (cursor, view) =>
        writeSnapshot({ source, trace, cursor, view, versions: { app: "0", engine: "0" } }),
      open: async () => ({
        source: { name: "old.py", kind: "python", cells: [{ index: 0, source: "x" }] },
        summary: answer(reader, "summary", {}),
        cursor: 2,
        view: {},
      }),
      declarations: async () => "",
      onEvent(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      async close() {
        world.closed++;
      },
    };
  };
  const world: TestWorld = {
    stdout: "",
    stderr: "",
    files: new Map(),
    ran: [],
    stopped: 0,
    closed: 0,
    exits: [],
    interrupt: () => {
      for (const listener of interrupts) listener();
    },
    closeOutput: () => {
      for (const listener of closings) listener();
    },
    out: (text) => {
      world.stdout += text;
    },
    err: (text) => {
      world.stderr += text;
    },
    write: async (path, data) => {
      world.files.set(path, data);
    },
    runner,
    onInterrupt(listener) {
      interrupts.add(listener);
      return () => interrupts.delete(listener);
    },
    onOutputClosed: (listener) => closings.push(listener),
    exit: (code) => world.exits.push(code),
  };
  return world;
}
