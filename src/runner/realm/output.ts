import type { RunnerEvent } from "../protocol.ts";

type OutputEvent = Extract<RunnerEvent, { kind: "output" }>;
type Stream = OutputEvent["stream"];

/** Characters that are sent at once. */
const CHUNK = 8192;
/** Characters of one run that are shown. */
const LIMIT = 8 * 2 ** 20;
/** Milliseconds that a text may wait, once a program prints faster than it is worth sending. */
const DELAY = 40;
/** Messages that may be sent at once: a program that says one thing and then computes for long must be heard. */
const BURST = 40;

/** Gathers what a program prints into few messages, in order. */
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
  /** Messages that may still go at once; one more every DELAY. */
  private allowance = BURST;
  private refilled = 0;

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
    } else if (this.text.length >= CHUNK || this.now() - this.since > DELAY || (text.endsWith("\n") && this.mayHurry()))
      this.flush();
  }

  private mayHurry(): boolean {
    const now = this.now();
    this.allowance = Math.min(BURST, this.allowance + (now - this.refilled) / DELAY);
    this.refilled = now;
    if (this.allowance < 1) return false;
    this.allowance -= 1;
    return true;
  }

  display(mime: Extract<RunnerEvent, { kind: "display" }>["mime"], data: string): void {
    this.flush();
    if (this.total > LIMIT) return;
    this.total += data.length;
    this.send({ kind: "display", mime, data, cell: this.cell });
  }

  flush(): void {
    if (this.text === "") return;
    this.send({ kind: "output", stream: this.stream, text: this.text, cell: this.textCell });
    this.text = "";
  }
}
