import {
  type HostMessage,
  type RealmVersions,
  type RunnerMessage,
  readRealmMessage,
  type WorkerStart,
} from "../messages.ts";
import type { RunEnd, RunnerErrorCode } from "../protocol.ts";
import type { WorkerData } from "../worker/realm.ts";
import { OneWorker } from "./one-worker.ts";

/** Milliseconds that a program has to stop by itself. */
const GRACE = 1500;
/** Milliseconds that a worker may take to get ready; a second or two is usual. */
const START_PATIENCE = 120_000;

export interface PoolOptions {
  readonly files: WorkerData["files"];
  readonly oracle: boolean;
  /** Keeps a started Python ready beside the worker in use, so that the next run starts at once. */
  readonly spare: boolean;
  readonly pythonMemory: number;
  /** Megabytes of a worker's JavaScript objects. */
  readonly heap: number;
  /** Limit of a run's tensors where the host gives none, in bytes. */
  readonly memoryLimit: number;
  readonly versions: RealmVersions;
  send(message: RunnerMessage): void;
}

type Message<T extends HostMessage["type"]> = Extract<HostMessage, { type: T }>;

/** A worker and what is expected of it. */
interface Slot {
  readonly worker: OneWorker;
  /** Requests that are not answered. */
  readonly waiting: Set<number>;
  /** What to send when it is ready. */
  readonly whenReady: (() => void)[];
  /** Gives a worker up that does not get ready. */
  startTimer: NodeJS.Timeout | undefined;
  /** The run whose program it was given: what happens in it belongs to that, also after its end. */
  run: number | null;
  /** Its run is over, and cells can go on in what it left. */
  lives: boolean;
  /** The run or opening under way. */
  task: { readonly id: number; readonly kind: "run" | "open"; began: number } | null;
}

/** The workers of one runner: the one whose program runs or whose trace is asked, and spares that are started already. */
export class Pool {
  private readonly options: PoolOptions;
  private active: Slot | null = null;
  /** Workers that are started already, by whether they run Python. */
  private readonly spares = new Map<boolean, Slot>();
  /** A worker that reads a snapshot; it becomes the active one if that succeeds. */
  private opening: Slot | null = null;
  private stopTimer: NodeJS.Timeout | null = null;

  constructor(options: PoolOptions) {
    this.options = options;
    if (options.spare) this.addSpare(true);
  }

  receive(message: HostMessage): void {
    switch (message.type) {
      case "run":
        this.run(message);
        break;
      case "open":
        this.open(message);
        break;
      case "stop":
        this.stop();
        break;
      case "pause":
        if (this.active?.task?.kind === "run") this.active.worker.requestPause();
        break;
      case "resume":
      case "breakpoints":
      case "ask":
      case "snapshot":
        if (this.active === null) this.refuse(message.id, "no-trace", "No program has run yet.");
        else this.request(this.active, message);
        break;
      default:
        // The oracle and the declarations need no trace: any worker answers.
        this.request(this.workerFor(message.type === "oracle"), message);
    }
  }

  private request(slot: Slot, message: Exclude<HostMessage, { type: "stop" | "pause" | "open" }>): void {
    slot.waiting.add(message.id);
    this.soon(slot, () => slot.worker.post(JSON.stringify(message)));
  }

  private run(message: Message<"run">): void {
    if (this.active?.task?.kind === "run") {
      this.refuse(message.id, "busy", "A program is running already.");
      return;
    }
    const former = this.active;
    const options = { memoryLimit: this.options.memoryLimit, ...message.options };
    if (options.continues === true) {
      if (former === null || !former.lives) {
        this.refuse(message.id, "no-trace", "No session is left that the cells could run in.");
        return;
      }
      former.worker.forgetStop();
      this.begin(former, { ...message, options });
      return;
    }
    const python = message.source.kind !== "typescript";
    const slot = this.takeSpare(python);
    this.active = slot;
    if (former !== null) this.discard(former, "A new program was started.", "replaced");
    this.begin(slot, { ...message, options });
    this.soon(slot, () => {
      if (this.options.spare) this.addSpare(python);
    });
  }

  private begin(slot: Slot, message: Message<"run">): void {
    const task = { id: message.id, kind: "run" as const, began: performance.now() };
    slot.task = task;
    slot.run = message.id;
    slot.lives = false;
    this.request(slot, message);
    this.soon(slot, () => {
      task.began = performance.now();
    });
  }

  private open({ id, bytes }: Message<"open">): void {
    if (this.active?.task?.kind === "run" || this.opening !== null) {
      this.refuse(id, "busy", this.opening === null ? "A program is running." : "A snapshot is being opened.");
      return;
    }
    const slot = this.takeSpare(false);
    this.opening = slot;
    slot.task = { id, kind: "open", began: performance.now() };
    slot.waiting.add(id);
    this.soon(slot, () => slot.worker.post({ id, bytes }));
  }

  private stop(): void {
    const slot = this.active;
    if (slot?.task?.kind !== "run") return;
    if (slot.whenReady.length > 0) {
      // The program has not begun: the worker stays fresh.
      slot.whenReady.length = 0;
      const { id } = slot.task;
      slot.waiting.delete(id);
      slot.task = null;
      this.discardRequests(slot, "The program was stopped before it began.");
      this.active = null;
      const python = slot.worker.start.realm === "python";
      if (this.spares.has(python)) this.discard(slot, "");
      else this.spares.set(python, slot);
      this.send(id, { status: "stopped", failure: null, milliseconds: 0, summary: null, lives: false });
      return;
    }
    slot.worker.requestStop();
    this.stopTimer ??= setTimeout(() => {
      if (this.active === slot && slot.task !== null) this.lose(slot, "stopped", "");
    }, GRACE);
  }

  private soon(slot: Slot, action: () => void): void {
    if (slot.worker.ready) action();
    else slot.whenReady.push(action);
  }

  private takeSpare(python: boolean): Slot {
    const spare = this.spares.get(python);
    this.spares.delete(python);
    return spare ?? this.start(python);
  }

  private addSpare(python: boolean): Slot {
    const spare = this.spares.get(python) ?? this.start(python);
    this.spares.set(python, spare);
    return spare;
  }

  /** A worker of the wanted kind, whatever else it does. */
  private workerFor(python: boolean): Slot {
    return (this.active?.worker.start.realm === "python") === python && this.active !== null
      ? this.active
      : this.addSpare(python);
  }

  private start(python: boolean): Slot {
    const { oracle, pythonMemory, versions, files } = this.options;
    const start: WorkerStart = { realm: python ? "python" : "typescript", oracle, pythonMemory, versions };
    const slot: Slot = {
      worker: new OneWorker(start, this.options.heap, files, {
        message: (message) => this.fromRealm(slot, message),
        gone: (why) => this.lose(slot, "lost", why),
      }),
      waiting: new Set(),
      whenReady: [],
      startTimer: undefined,
      run: null,
      lives: false,
      task: null,
    };
    slot.startTimer = setTimeout(
      () => this.lose(slot, "lost", `The interpreter did not start in ${START_PATIENCE / 1000} seconds.`),
      START_PATIENCE,
    );
    return slot;
  }

  private fromRealm(slot: Slot, raw: unknown): void {
    const message = readRealmMessage(raw);
    if (message === null) return;
    switch (message.type) {
      case "ready":
        clearTimeout(slot.startTimer);
        for (const action of slot.whenReady.splice(0)) action();
        return;
      case "broken":
        this.lose(slot, "lost", `The interpreter did not start: ${message.message}`);
        return;
      case "event":
        if (slot === this.active && slot.run !== null)
          this.options.send({ type: "event", run: slot.run, event: message.event });
        return;
      default:
        // Only what was asked can be answered, and only once.
        if (!slot.waiting.delete(message.id)) return;
        if (message.id === slot.task?.id) {
          slot.lives = message.type === "reply" && readLives(message.value);
          this.taskDone(slot, message.type === "refusal");
        }
        this.options.send(message);
    }
  }

  /** The run or the opening of a slot is over. */
  private taskDone(slot: Slot, failed: boolean): void {
    slot.task = null;
    slot.worker.stopInterrupting();
    if (slot === this.opening) {
      this.opening = null;
      if (failed) this.discard(slot, "");
      else {
        if (this.active !== null) this.discard(this.active, "A snapshot was opened.", "replaced");
        this.active = slot;
      }
    } else if (this.stopTimer !== null) {
      clearTimeout(this.stopTimer);
      this.stopTimer = null;
    }
  }

  /** A worker is lost with its trace: its run ends, its questions are refused. */
  private lose(slot: Slot, status: "stopped" | "lost", why: string): void {
    const { task } = slot;
    const python = slot.worker.start.realm === "python";
    if (this.spares.get(python) === slot) this.spares.delete(python);
    if (slot === this.active) this.active = null;
    if (task !== null) {
      slot.waiting.delete(task.id);
      this.taskDone(slot, true);
      if (task.kind === "open") this.refuse(task.id, "bad-snapshot", `The snapshot could not be read: ${why}`);
      else {
        const lost = { type: "Lost", message: why, cell: null, line: null, traceback: "" };
        const milliseconds = performance.now() - task.began;
        this.send(task.id, {
          status,
          failure: status === "lost" ? lost : null,
          milliseconds,
          summary: null,
          lives: false,
        });
      }
    }
    this.discard(slot, why === "" ? "The program had to be ended, and its trace is gone." : why);
  }

  private send(id: number, value: RunEnd): void {
    this.options.send({ type: "reply", id, value });
  }

  private discard(slot: Slot, why: string, code: "lost" | "replaced" = "lost"): void {
    this.discardRequests(slot, why, code);
    clearTimeout(slot.startTimer);
    void slot.worker.terminate();
  }

  private discardRequests(slot: Slot, why: string, code: "lost" | "replaced" = "lost"): void {
    for (const id of slot.waiting) this.refuse(id, code, why);
    slot.waiting.clear();
  }

  private refuse(id: number, code: RunnerErrorCode, message: string): void {
    this.options.send({ type: "refusal", id, code, message });
  }
}

/** Of the end of a run, which may be anything. */
const readLives = (end: unknown): boolean =>
  typeof end === "object" && end !== null && (end as { lives?: unknown }).lives === true;
