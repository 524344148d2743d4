import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { CONTROL, PAUSE, type WorkerStart } from "../messages.ts";
import type { WorkerData } from "../worker/realm.ts";

export interface WorkerEvents {
  /** A message of the realm: JSON or bytes. Believe nothing in it. */
  message(message: unknown): void;
  /** The worker is gone; `why` is a sentence. */
  gone(why: string): void;
}

const INTERRUPT_EVERY = 50;
/** Raises KeyboardInterrupt. */
const SIGINT = 2;
/** Has a handler of our own (see _backstep/pausing.py). */
const SIGUSR1 = 10;

/** One worker thread with its realm. It serves one run and the questions about it. */
export class OneWorker {
  readonly start: WorkerStart;
  ready = false;
  private readonly worker: Worker;
  private readonly words: Int32Array;
  private readonly interrupt: Uint8Array;
  private interrupting: NodeJS.Timeout | null = null;
  private over = false;

  /** `heap`: megabytes of JavaScript objects; numbers of tensors are not among them. */
  constructor(start: WorkerStart, heap: number, files: WorkerData["files"], events: WorkerEvents) {
    this.start = start;
    const control = new SharedArrayBuffer(4 * CONTROL.words);
    this.words = new Int32Array(control);
    this.interrupt = new Uint8Array(control, 4 * CONTROL.interrupt, 1);
    const data: WorkerData = { start, control, files };
    this.worker = new Worker(join(dirname(fileURLToPath(import.meta.url)), "worker.mjs"), {
      workerData: data,
      env: {},
      argv: [],
      execArgv: [],
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: heap },
    });
    this.worker.on("message", (message: unknown) => {
      if (this.over) return;
      if (message === '{"type":"ready"}') this.ready = true;
      events.message(message);
    });
    const gone = (why: string): void => {
      if (this.over) return;
      this.over = true;
      this.stopInterrupting();
      events.gone(why);
    };
    this.worker.on("error", (error: Error & { code?: string }) =>
      gone(
        error.code === "ERR_WORKER_OUT_OF_MEMORY"
          ? "The program used up the memory that a program may use."
          : `The thread that ran the program broke down: ${error.message}`,
      ),
    );
    this.worker.on("exit", () => gone("The thread that ran the program ended by itself."));
  }

  post(message: string | { id: number; bytes: Uint8Array }): void {
    this.worker.postMessage(message);
    // A program that stands still waits for this.
    Atomics.add(this.words, CONTROL.bell, 1);
    Atomics.notify(this.words, CONTROL.bell);
  }

  /** Asks the program to stop, again and again: a single interrupt may be lost. */
  requestStop(): void {
    Atomics.store(this.words, CONTROL.stop, 1);
    Atomics.store(this.words, CONTROL.sleep, 1);
    Atomics.notify(this.words, CONTROL.sleep);
    Atomics.add(this.words, CONTROL.bell, 1);
    Atomics.notify(this.words, CONTROL.bell);
    this.interruptWith(SIGINT, () => true);
  }

  /** Asks the program to stand still, until it does. */
  requestPause(): void {
    const before = Atomics.compareExchange(this.words, CONTROL.pause, PAUSE.running, PAUSE.asked);
    if (before === PAUSE.running)
      this.interruptWith(SIGUSR1, () => Atomics.load(this.words, CONTROL.pause) === PAUSE.asked);
  }

  private interruptWith(signal: number, isWanted: () => boolean): void {
    this.stopInterrupting();
    this.interrupt[0] = signal;
    this.interrupting = setInterval(() => {
      if (isWanted()) this.interrupt[0] = signal;
      else this.stopInterrupting();
    }, INTERRUPT_EVERY);
  }

  /** A new run begins where another was stopped. */
  forgetStop(): void {
    this.stopInterrupting();
    this.interrupt[0] = 0;
    for (const word of [CONTROL.stop, CONTROL.sleep]) Atomics.store(this.words, word, 0);
  }

  stopInterrupting(): void {
    if (this.interrupting !== null) clearInterval(this.interrupting);
    this.interrupting = null;
  }

  async terminate(): Promise<void> {
    this.over = true;
    this.stopInterrupting();
    await this.worker.terminate();
  }
}
