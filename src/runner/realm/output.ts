import type { RunnerEvent } from "../protocol.ts";

type OutputEvent = Extract<RunnerEvent, { kind: "output" }>;
type Stream = OutputEvent["stream"];

/** Characters that are sent at once. */
const CHUNK = 8192;
/** Characters of one run that are shown. */
const LIMIT = 8 * 2 ** 20;
/** Milliseconds that a text may wait. */
const DELAY = 40;
/** Messages that may be sent in a burst, and how many more with each millisecond. */
const BURST = 100;
const RATE = 0.2;

/**
 * Sends what a program prints, in order: each line at once, unless there are so many that they must be gathered. (A line that
 * waited would be seen late: nothing looks around while a program computes.)
 */
export class Output {
  cell: number | null = null;
  /** Nobody looks around any more: what is written now (by timers that the program left) is sent at once. */
  unwatched = false;
  private readonly send: (event: RunnerEvent) => void;
  private readonly now: () => number;
  private text = "";
  private stream: Stream = "out";
  private textCell: number | null = null;
  private since = 0;
  private total = 0;
  private allowance = BURST;
  private lastSent = 0;

  constructor(send: (event: RunnerEvent) => void, now: () => number) {
    this.send = send;
    this.now = now;
  }

  write(stream: Stream, text: string): void {
    if (text === "" || this.total > LIMIT) return;
    this.total += text.length;
    if (stream !== this.stream || this.cell !== this.textCell) this.flush();
    if (this.text === "") {
      this.stream = stream;
      this.textCell = this.cell;
      this.since = this.now();
    }
    this.text += text;
    if (this.total > LIMIT) {
      this.text += `\n[Backstep shows the first ${LIMIT / 2 ** 20} million characters of a program's output; the rest is left out.]\n`;
      this.flush();
    } else if (this.text.length >= CHUNK || this.unwatched) this.flush();
    else if (text.endsWith("\n")) this.offer();
    else if (this.now() - this.since > DELAY) this.flush();
  }

  /** Sends what waits, unless too much was sent lately; then it goes with what follows. */
  offer(): void {
    const now = this.now();
    this.allowance = Math.min(BURST, this.allowance + (now - this.lastSent) * RATE);
    this.lastSent = now;
    if (this.allowance >= 1 || now - this.since > DELAY) this.flush();
  }

  display(mime: Extract<RunnerEvent, { kind: "display" }>["mime"], data: string, name: string): void {
    this.flush();
    if (this.total > LIMIT) return;
    this.total += data.length;
    this.send({ kind: "display", mime, data, ...(name === "" ? {} : { name }), cell: this.cell });
  }

  flush(): void {
    if (this.text === "") return;
    this.allowance = Math.max(0, this.allowance - 1);
    this.send({ kind: "output", stream: this.stream, text: this.text, cell: this.textCell });
    this.text = "";
  }
}
