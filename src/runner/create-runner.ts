import type { HostMessage } from "./messages.ts";
import { type OpenedSnapshot, type RunEnd, type Runner, RunnerError, type RunnerEvent } from "./protocol.ts";
import { readEvent, readMessage, readRunEnd } from "./received.ts";
import type { RunnerProcess } from "./runner-process.ts";

export interface RunnerOptions {
  /** Starts the runner's process; called again after one was lost. */
  spawn(): RunnerProcess;
}

/** A runner that also answers the oracle (its process must have been started so). */
export interface OracleRunner extends Runner {
  /** JSON {kind, case} → JSON {result} or {error}. */
  oracle(text: string): Promise<string>;
}

interface Pending {
  readonly kind: HostMessage["type"];
  resolve(value: unknown): void;
  reject(error: RunnerError): void;
}

/** Instead of an end that has not the form of one. */
const TAMPERED: RunEnd = {
  status: "lost",
  failure: {
    type: "Lost",
    message: "The program has tampered with what it runs in; nothing it says can be used.",
    cell: null,
    line: null,
    traceback: "",
  },
  milliseconds: 0,
  summary: null,
  lives: false,
};

type Request = Exclude<HostMessage, { type: "stop" | "pause" }>;
type WithoutId<T> = T extends { id: number } ? Omit<T, "id"> : never;

/** Supervises a runner's process: requests, answers, loss and restart. The host never runs model code itself. */
export function createRunner(options: RunnerOptions): OracleRunner {
  const pending = new Map<number, Pending>();
  const listeners = new Set<(event: RunnerEvent) => void>();
  let nextId = 1;
  let current: RunnerProcess | null = null;
  let closed = false;
  let runId: number | null = null;
  /** The latest run, under way or over. */
  let lastRun: number | null = null;
  let began = 0;
  /** Called when no program runs any more. */
  const idle: (() => void)[] = [];

  const settle = (id: number): Pending | undefined => {
    const one = pending.get(id);
    pending.delete(id);
    if (id === runId) {
      runId = null;
      for (const tell of idle.splice(0)) tell();
    }
    return one;
  };

  const lost = (process: RunnerProcess, why: string): void => {
    if (current !== process) return;
    current = null;
    for (const [id, { kind }] of [...pending]) {
      const one = settle(id);
      if (kind === "run" && !closed) {
        const failure = { type: "Lost", message: why, cell: null, line: null, traceback: "" };
        const milliseconds = performance.now() - began;
        const end: RunEnd = { status: "lost", failure, milliseconds, summary: null, lives: false };
        one?.resolve(end);
      } else one?.reject(closed ? new RunnerError("closed", "The runner was closed.") : new RunnerError("lost", why));
    }
  };

  const received = (raw: unknown): void => {
    const message = readMessage(raw);
    if (message === null) return;
    if (message.type === "event") {
      // Late words of a program before it are not the newer one's.
      const event = message.run === lastRun ? readEvent(message.event) : null;
      if (event !== null) for (const listener of [...listeners]) listener(event);
    } else if (message.type === "refusal") settle(message.id)?.reject(new RunnerError(message.code, message.message));
    else {
      const isRun = message.id === runId;
      const value = message.type === "bytes" ? message.bytes : message.value;
      settle(message.id)?.resolve(isRun ? (readRunEnd(value) ?? TAMPERED) : value);
    }
  };

  const process = (): RunnerProcess => {
    if (current === null) {
      const made = options.spawn();
      current = made;
      made.onMessage((message) => {
        if (current === made) received(message);
      });
      made.onExit((why) => lost(made, why));
    }
    return current;
  };

  const request = (message: WithoutId<Request>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (closed) {
        reject(new RunnerError("closed", "The runner was closed."));
        return;
      }
      const id = nextId++;
      pending.set(id, { kind: message.type, resolve, reject });
      if (message.type === "run") {
        runId = id;
        lastRun = id;
        began = performance.now();
      }
      process().send({ ...message, id } as HostMessage);
    });

  // Python takes a while to start: begin now, unless the process is to wait for its first request.
  process();

  return {
    run(source, options = {}) {
      if (runId !== null) return Promise.reject(new RunnerError("busy", "A program is running already."));
      return request({ type: "run", source, options }) as Promise<RunEnd>;
    },
    stop() {
      if (runId === null || current === null) return Promise.resolve();
      const done = new Promise<void>((resolve) => idle.push(resolve));
      current.send({ type: "stop" });
      return done;
    },
    pause() {
      if (runId !== null) current?.send({ type: "pause" });
    },
    async resume(until) {
      await request({ type: "resume", until });
    },
    async breakpoints(matches) {
      await request({ type: "breakpoints", matches });
    },
    ask: (name, ask) => request({ type: "ask", name, request: ask }) as never,
    snapshot: (cursor, view) => request({ type: "snapshot", cursor, view }) as Promise<Uint8Array>,
    open(bytes) {
      if (runId !== null) return Promise.reject(new RunnerError("busy", "A program is running."));
      return request({ type: "open", bytes }) as Promise<OpenedSnapshot>;
    },
    declarations: () => request({ type: "declarations" }) as Promise<string>,
    oracle: (text) => request({ type: "oracle", text }) as Promise<string>,
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      closed = true;
      const process = current;
      if (process === null) return Promise.resolve();
      return new Promise((resolve) => {
        process.onExit(() => resolve());
        process.kill();
        lost(process, "The runner was closed.");
      });
    },
  };
}
