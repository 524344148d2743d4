import { fork } from "node:child_process";
import type { HostMessage } from "./messages.ts";

/** The process that a runner lives in, whoever started it. */
export interface RunnerProcess {
  send(message: HostMessage): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once when the process is gone; `why` is a sentence, `code` its exit code if there was one. */
  onExit(listener: (why: string) => void): void;
  kill(): void;
}

/** Switches of the runner's process. */
export interface ProcessOptions {
  /** Answers the oracle's cases. */
  readonly oracle?: boolean;
  /** False: no started Python is kept ready for the next run. */
  readonly spare?: boolean;
  /** Megabytes of JavaScript objects per program; default 3072. */
  readonly heap?: number;
}

/** The process's command-line arguments, for whoever starts it. */
function processArguments(options: ProcessOptions): string[] {
  const { oracle = false, spare = true, heap } = options;
  return [
    ...(oracle ? ["--oracle"] : []),
    ...(spare ? [] : ["--no-spare"]),
    ...(heap === undefined ? [] : [`--heap=${heap}`]),
  ];
}

/**
 * Starts the runner's process as a child of this Node process.
 * @param entry path of out/runner/process.mjs
 */
export function spawnChild(entry: string, options: ProcessOptions = {}): RunnerProcess {
  const child = fork(entry, processArguments(options), {
    serialization: "advanced",
    // Model code gets nowhere near it, and still: no secret of the environment goes along.
    env: {},
    execArgv: [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let last = "";
  child.stderr?.on("data", (data: Buffer) => {
    last = (last + data.toString("utf8")).slice(-4000);
  });
  return {
    send: (message) => {
      if (child.connected) child.send(message);
    },
    onMessage: (listener) => {
      child.on("message", listener);
    },
    onExit: (listener) => {
      let told = false;
      const tell = (why: string): void => {
        if (!told) listener(why);
        told = true;
      };
      child.on("error", (error) => tell(`The runner's process could not start: ${error.message}`));
      child.on("exit", (code, signal) => tell(exitReason(code, signal, last)));
    },
    kill: () => {
      child.kill("SIGKILL");
    },
  };
}

/** A sentence for the end of a runner's process. */
export function exitReason(code: number | null, signal: string | null, stderr: string): string {
  if (/heap out of memory|Allocation failed/i.test(stderr) || signal === "SIGABRT" || code === 134)
    return "The program used up the memory of its process, which ended; the trace of this run is lost.";
  const detail = stderr.trim().split("\n").pop() ?? "";
  return `The process that ran the program ended unexpectedly (${signal ?? `code ${code}`})${detail === "" ? "" : `: ${detail}`}.`;
}
