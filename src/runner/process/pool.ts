import { type HostMessage, type RunnerMessage, readRealmMessage, type WorkerStart } from "../messages.ts";
import type { RunEnd } from "../protocol.ts";
import type { WorkerData } from "../worker/realm.ts";
import { OneWorker } from "./one-worker.ts";

/** Milliseconds that a program has to stop by itself. */
const GRACE = 1500;

export interface PoolOptions {
  readonly files: WorkerData["files"];
  readonly oracle: boolean;
  /** Keeps a started Python ready beside the worker in use, so that the next run starts at once. */
  readonly spare: boolean;
  readonly pythonMemory: number;
  send(message: RunnerMessage): void;
}

interface Slot {
  readonly worker: OneWorker;
  /** Requests sent but not answered; the run's own is `runId`. */
  readonly waiting: Set<number>;
  /** What to do when it is ready. */
  readonly whenReady: (() => void)[];
  runId: number | null;
  began: number;
}

/** The workers of one runner: the one whose program runs or whose trace is asked, and a spare that is started already. */
export class Pool {
  private readonly options: PoolOptions;
  private active: Slot | null = null;
  private spare: Slot | null = null;
  private stopTimer: NodeJS.Timeout | null = null;

  constructor(options: PoolOptions) {
    this.options = options;
    this.spare = this.open(true);
  }

  receive(message: HostMessage): void {
    if (message.type === "stop") this.stop();
    else if (message.type === "run") this.run(message);
    else if (message.type === "open") this.refuse(message.id, "bad-snapshot", "Snapshots cannot be opened.");
    else this.request(message);
  }

  private request(message: Exclude<HostMessage, { type: "stop" | "run" | "open" }>): void {
    // The oracle and the declarations need no trace: any worker answers.
    const needsTrace = message.type === "ask" || message.type === "snapshot";
    const slot = this.active ?? (needsTrace ? null : this.spare);
    if (slot === null) {
      if (needsTrace) this.refuse(message.id, "no-trace", "No program has run yet.");
      else {
        this.spare = this.open(true);
        this.request(message);
      }
      return;
    }
    slot.waiting.add(message.id);
    this.soon(slot, () => slot.worker.post(JSON.stringify(message)));
  }

  private run(message: Extract<HostMessage, { type: "run" }>): void {
    if (this.active !== null && this.active.runId !== null) {
      this.refuse(message.id, "busy", "A program is running already.");
      return;
    }
    const former = this.active;
    const python = message.source.kind !== "typescript";
    const slot = python && this.spare !== null ? this.spare : this.open(python);
    if (slot === this.spare) this.spare = null;
    this.active = slot;
    slot.runId = message.id;
    slot.began = performance.now();
    slot.waiting.add(message.id);
    if (former !== null) this.discard(former, "A new program was started.");
    this.soon(slot, () => {
      slot.began = performance.now();
      slot.worker.post(JSON.stringify(message));
      if (this.options.spare && this.spare === null) this.spare = this.open(true);
    });
  }

  private stop(): void {
    const slot = this.active;
    if (slot === null || slot.runId === null) return;
    slot.worker.requestStop();
    this.stopTimer ??= setTimeout(() => {
      if (this.active === slot && slot.runId !== null) this.lose(slot, "stopped", "");
    }, GRACE);
  }

  private soon(slot: Slot, action: () => void): void {
    if (slot.worker.ready) action();
    else slot.whenReady.push(action);
  }

  private open(python: boolean): Slot {
    const { options } = this;
    const start: WorkerStart = { python, oracle: options.oracle, pythonMemory: options.pythonMemory };
    const slot: Slot = {
      worker: new OneWorker(start, options.files, {
        message: (message) => this.fromRealm(slot, message),
        gone: (why) => this.lose(slot, "lost", why),
      }),
      waiting: new Set(),
      whenReady: [],
      runId: null,
      began: 0,
    };
    return slot;
  }

  private fromRealm(slot: Slot, raw: unknown): void {
    const message = readRealmMessage(raw);
    if (message === null) return;
    const { send } = this.options;
    switch (message.type) {
      case "ready":
        for (const action of slot.whenReady.splice(0)) action();
        return;
      case "broken":
        this.lose(slot, "lost", `The interpreter did not start: ${message.message}`);
        void slot.worker.terminate();
        return;
      case "event":
        if (slot === this.active) send(message);
        return;
      default:
        // Only what was asked can be answered, and only once.
        if (!slot.waiting.delete(message.id)) return;
        if (message.id === slot.runId) this.ended(slot);
        send(message);
    }
  }

  private ended(slot: Slot): void {
    slot.runId = null;
    slot.worker.stopInterrupting();
    if (this.stopTimer !== null) clearTimeout(this.stopTimer);
    this.stopTimer = null;
  }

  /** A worker is lost with its trace: its run ends, its questions are refused. */
  private lose(slot: Slot, status: "stopped" | "lost", why: string): void {
    const { runId } = slot;
    if (slot === this.spare) this.spare = null;
    if (slot === this.active) this.active = null;
    if (runId !== null) {
      this.ended(slot);
      slot.waiting.delete(runId);
      const end: RunEnd = {
        status,
        failure: status === "lost" ? { type: "Lost", message: why, cell: null, line: null, traceback: "" } : null,
        milliseconds: performance.now() - slot.began,
        summary: null,
      };
      this.options.send({ type: "reply", id: runId, value: end });
    }
    this.discard(slot, why === "" ? "The program had to be ended, and its trace is gone." : why);
  }

  private discard(slot: Slot, why: string): void {
    for (const id of slot.waiting) this.refuse(id, "lost", why);
    slot.waiting.clear();
    void slot.worker.terminate();
  }

  private refuse(id: number, code: Extract<RunnerMessage, { type: "refusal" }>["code"], message: string): void {
    this.options.send({ type: "refusal", id, code, message });
  }
}
